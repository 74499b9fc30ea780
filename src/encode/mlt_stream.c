#include "encode/mlt_stream.h"

#include <stdlib.h>
#include <string.h>

/* How a stream is packed: logical technique << 5 | second one << 2 | physical technique. */
enum {
	PACK_NONE = 0,
	PACK_DELTA = 1 << 5,
	PACK_COMPONENT_DELTA = 2 << 5,
	PACK_RLE = 3 << 5,
	PACK_THEN_RLE = 3 << 2,
	PACK_VARINT = 2
};

void mm_mlt_ints_add(struct mm_mlt_ints *a, int64_t v)
{
	if (a->n == a->cap) {
		size_t cap = a->cap ? a->cap * 2 : 64;
		int64_t *wide = a->failed ? NULL : realloc(a->v, cap * sizeof(*wide));

		if (!wide) {
			a->failed = true;
			return;
		}
		a->v = wide;
		a->cap = cap;
	}
	a->v[a->n++] = v;
}

void mm_mlt_ints_release(struct mm_mlt_ints *a)
{
	free(a->v);
	*a = (struct mm_mlt_ints){0};
}

void mm_mlt_bits_init(struct mm_mlt_bits *b, size_t bytes_max)
{
	*b = (struct mm_mlt_bits){0};
	mm_buf_init(&b->bytes, bytes_max);
}

void mm_mlt_bits_add(struct mm_mlt_bits *b, bool v)
{
	if (b->n % 8 == 0)
		mm_buf_byte(&b->bytes, 0);
	if (b->bytes.failed)
		return;
	b->bytes.data[b->n / 8] |= (unsigned char)(v << b->n % 8);
	b->n++;
	b->set += v;
}

void mm_mlt_bits_release(struct mm_mlt_bits *b)
{
	mm_buf_release(&b->bytes);
	b->n = b->set = 0;
}

void mm_mlt_put_varint(struct mm_buf *out, uint64_t v)
{
	enum { VARINT_MAX = 10 };
	unsigned char *p = mm_buf_reserve(out, VARINT_MAX);
	size_t n = 0;

	if (!p)
		return;
	for (; v >= 0x80; v >>= 7)
		p[n++] = (unsigned char)(v | 0x80);
	p[n++] = (unsigned char)v;
	out->len += n;
}

uint64_t mm_mlt_zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

void mm_mlt_put_text(struct mm_buf *out, const char *text)
{
	mm_mlt_put_varint(out, strlen(text));
	mm_buf_text(out, text);
}

static size_t varint_bytes(uint64_t v)
{
	enum { BITS = 64, GROUP = 7 };

	return (size_t)(BITS + GROUP - 1 - __builtin_clzll(v | 1)) / GROUP;
}

/* One way to write the same numbers, and what it costs. */
struct way {
	bool is_delta, is_rle;
	size_t bytes, runs;
};

static void put_head(struct mm_buf *out, enum mm_mlt_stream what, unsigned pack, size_t count, size_t bytes)
{
	mm_buf_byte(out, (unsigned char)what);
	mm_buf_byte(out, (unsigned char)pack);
	mm_mlt_put_varint(out, count);
	mm_mlt_put_varint(out, bytes);
}

static bool is_signed(enum mm_mlt_width w)
{
	return w == MM_MLT_I32 || w == MM_MLT_I64;
}

/* Readers hold differences of 32 bit numbers in 32 bits, and those of 64 bit ids in JavaScript's numbers. */
static bool delta_fits(enum mm_mlt_width w, int64_t before, int64_t v)
{
	int64_t limit = w == MM_MLT_U32 || w == MM_MLT_I32 ? INT64_C(1) << 31 : INT64_C(1) << 52, delta;

	return !__builtin_sub_overflow(v, before, &delta) && delta > -limit && delta < limit;
}

static uint64_t word(const struct mm_mlt_ints *a, size_t i, enum mm_mlt_width w, bool is_delta)
{
	if (is_delta)
		return mm_mlt_zigzag(i ? a->v[i] - a->v[i - 1] : a->v[0]);
	return is_signed(w) ? mm_mlt_zigzag(a->v[i]) : (uint64_t)a->v[i];
}

/* The end of the run of equal words that begins at i. */
static size_t run_end(const struct mm_mlt_ints *a, size_t i, enum mm_mlt_width w, bool is_delta)
{
	uint64_t first = word(a, i, w, is_delta);

	for (i++; i < a->n && word(a, i, w, is_delta) == first; i++)
		;
	return i;
}

/* The shorter of words and runs of them. */
static struct way measure(const struct mm_mlt_ints *a, enum mm_mlt_width w, bool is_delta)
{
	struct way plain = {.is_delta = is_delta}, rle = {.is_delta = is_delta, .is_rle = true};

	for (size_t i = 0, end; i < a->n; i = end) {
		size_t each = varint_bytes(word(a, i, w, is_delta));

		end = run_end(a, i, w, is_delta);
		plain.bytes += each * (end - i);
		rle.bytes += each + varint_bytes(end - i);
		rle.runs++;
	}
	return rle.bytes + varint_bytes(rle.runs) + varint_bytes(a->n) < plain.bytes ? rle : plain;
}

static bool deltas_fit(const struct mm_mlt_ints *a, enum mm_mlt_width w)
{
	for (size_t i = 0; i < a->n; i++)
		if (!delta_fits(w, i ? a->v[i - 1] : 0, a->v[i]))
			return false;
	return true;
}

static void put_runs(struct mm_buf *out, const struct mm_mlt_ints *a, enum mm_mlt_width w, bool is_delta)
{
	for (size_t i = 0, end; i < a->n; i = end) {
		end = run_end(a, i, w, is_delta);
		mm_mlt_put_varint(out, end - i);
	}
	for (size_t i = 0; i < a->n; i = run_end(a, i, w, is_delta))
		mm_mlt_put_varint(out, word(a, i, w, is_delta));
}

/* Lengths are nowhere written as differences, and readers make offsets of them in one go. */
static bool may_be_delta(const struct mm_mlt_ints *a, enum mm_mlt_stream what, enum mm_mlt_width w)
{
	return what < MM_MLT_LENGTH_STRING && a->n > 1 && deltas_fit(a, w);
}

static struct way shortest(const struct mm_mlt_ints *a, enum mm_mlt_stream what, enum mm_mlt_width w)
{
	struct way way = measure(a, w, false), other;

	if (!may_be_delta(a, what, w))
		return way;
	other = measure(a, w, true);
	return other.bytes < way.bytes ? other : way;
}

size_t mm_mlt_ints_bytes(enum mm_mlt_stream what, enum mm_mlt_width w, const struct mm_mlt_ints *a)
{
	return shortest(a, what, w).bytes;
}

void mm_mlt_put_ints(struct mm_buf *out, enum mm_mlt_stream what, enum mm_mlt_width w,
		     const struct mm_mlt_ints *a)
{
	const struct way way = shortest(a, what, w);
	const unsigned pack = way.is_delta ? PACK_DELTA | (way.is_rle ? PACK_THEN_RLE : 0)
			      : way.is_rle ? PACK_RLE
					   : PACK_NONE;
	put_head(out, what, pack | PACK_VARINT, way.is_rle ? way.runs * 2 : a->n, way.bytes);
	out->failed |= a->failed;
	if (way.is_rle) {
		mm_mlt_put_varint(out, way.runs);
		mm_mlt_put_varint(out, a->n);
		put_runs(out, a, w, way.is_delta);
		return;
	}
	for (size_t i = 0; i < a->n; i++)
		mm_mlt_put_varint(out, word(a, i, w, way.is_delta));
}

enum { RUN_MIN = 3, RUN_MAX = 130, LITERALS_MAX = 128 };

/* Equal bytes from `i` on, at most RUN_MAX of them. */
static size_t byte_run(const struct mm_buf *b, size_t i)
{
	size_t n = 1;

	while (n < RUN_MAX && i + n < b->len && b->data[i + n] == b->data[i])
		n++;
	return n;
}

/* Byte-RLE of ORC v1: a run is its length - 3 and the byte, other bytes stand behind 256 - their count. */
static void put_byte_runs(struct mm_buf *out, const struct mm_buf *b)
{
	for (size_t i = 0; i < b->len;) {
		size_t run = byte_run(b, i), n = 0;

		if (run >= RUN_MIN) {
			mm_buf_byte(out, (unsigned char)(run - RUN_MIN));
			mm_buf_byte(out, b->data[i]);
			i += run;
			continue;
		}
		while (n < LITERALS_MAX && i + n < b->len && byte_run(b, i + n) < RUN_MIN)
			n++;
		mm_buf_byte(out, (unsigned char)(256 - n));
		mm_buf_put(out, b->data + i, n);
		i += n;
	}
}

void mm_mlt_put_bits(struct mm_buf *out, enum mm_mlt_stream what, const struct mm_mlt_bits *b)
{
	struct mm_buf runs;

	mm_buf_init(&runs, b->bytes.len * 2 + 16);
	put_byte_runs(&runs, &b->bytes);
	put_head(out, what, PACK_RLE, b->n, runs.len);
	mm_buf_put(out, runs.data, runs.len);
	out->failed |= runs.failed || b->bytes.failed;
	mm_buf_release(&runs);
}

void mm_mlt_put_bytes(struct mm_buf *out, enum mm_mlt_stream what, size_t count, const void *bytes, size_t n)
{
	put_head(out, what, PACK_NONE, count, n);
	mm_buf_put(out, bytes, n);
}

void mm_mlt_put_vertices(struct mm_buf *out, size_t count, const struct mm_buf *bytes)
{
	put_head(out, MM_MLT_DATA_VERTEX, PACK_COMPONENT_DELTA | PACK_VARINT, count, bytes->len);
	mm_buf_put(out, bytes->data, bytes->len);
	out->failed |= bytes->failed;
}
