#include "encode/mvt_values.h"

#include "base/hash.h"
#include "encode/pbf.h"
#include "store/tile_row.h"

#include <stdlib.h>
#include <string.h>

/* Field numbers and wire types of vector_tile.proto, ready as tag bytes. */
enum {
	LAYER_VALUE = 4 << 3 | 2,
	VALUE_STRING = 1 << 3 | 2,
	VALUE_DOUBLE = 3 << 3 | 1,
	VALUE_INT = 4 << 3,
	VALUE_UINT = 5 << 3,
	VALUE_SINT = 6 << 3,
	VALUE_BOOL = 7 << 3,
};

/* Classes of values in which equal bits are equal values. */
enum { CLASS_TEXT_HASH = MM_TYPE_COUNT, CLASS_NAME, CLASS_LAYER };

enum {
	BYTES_MAX = 256 << 20,
	KNOWN_MAX =
	    1 << 19, /* values of a layer in the table, 8 bytes each: neighbours have neighbouring numbers */
};

void mm_mvt_values_init(struct mm_mvt_values *v)
{
	*v = (struct mm_mvt_values){0};
	mm_buf_init(&v->bytes, BYTES_MAX);
	mm_buf_init(&v->start, BYTES_MAX);
}

void mm_mvt_values_release(struct mm_mvt_values *v)
{
	mm_buf_release(&v->bytes);
	mm_buf_release(&v->start);
	mm_seen_release(&v->seen);
	free(v->known);
	*v = (struct mm_mvt_values){0};
}

/* Room in the table for so many; where it is new, nothing has been met. */
static bool make_room(struct mm_mvt_values *v, size_t count)
{
	if (count > v->known_cap) {
		free(v->known);
		v->known_cap = count;
		v->known = calloc(count, sizeof(*v->known));
		v->epoch = 1;
	}
	v->known_count = v->known ? count : 0;
	v->known_cap = v->known ? v->known_cap : 0;
	return v->known || !count;
}

bool mm_mvt_values_begin(struct mm_mvt_values *v, const struct mm_layer *l, bool has_others)
{
	const uint32_t count = mm_layer_tile_value_count(l);

	mm_buf_clear(&v->bytes);
	mm_buf_clear(&v->start);
	mm_seen_clear(&v->seen);
	v->count = 0;
	v->layer = l;
	v->has_others = has_others;
	if (++v->epoch == 0) {
		if (v->known)
			memset(v->known, 0, v->known_cap * sizeof(*v->known));
		v->epoch = 1;
	}
	return make_room(v, count < KNOWN_MAX ? count : KNOWN_MAX);
}

/* ---- values that are new ---- */

/* Where the next value begins; NULL: out of memory. */
static unsigned char *begin_value(struct mm_mvt_values *v, size_t room)
{
	const uint32_t start = (uint32_t)v->bytes.len;
	unsigned char *p = mm_buf_reserve(&v->start, sizeof(start));

	if (!p) {
		v->bytes.failed = true;
		return NULL;
	}
	memcpy(p, &start, sizeof(start));
	v->start.len += sizeof(start);
	return mm_buf_reserve(&v->bytes, room);
}

static uint32_t end_value(struct mm_mvt_values *v, const unsigned char *end)
{
	v->bytes.len = (size_t)(end - v->bytes.data);
	return v->count++;
}

/* Is value `i` that text? */
static bool is_text(const struct mm_mvt_values *v, uint32_t i, const char *text, size_t n)
{
	unsigned char head[1 + MM_PBF_VARINT_MAX], *end;
	uint32_t start;
	size_t at, head_bytes;

	head[0] = VALUE_STRING;
	end = mm_pbf_varint(head + 1, n);
	head_bytes = (size_t)(end - head);
	memcpy(&start, v->start.data + i * sizeof(start), sizeof(start));
	at = start + 1;
	while (at < v->bytes.len && v->bytes.data[at] & 0x80)
		at++;
	at++;
	return v->bytes.len - at >= head_bytes + n && !memcmp(v->bytes.data + at, head, head_bytes) &&
	       (n == 0 || !memcmp(v->bytes.data + at + head_bytes, text, n));
}

static uint32_t append_text(struct mm_mvt_values *v, const char *text, size_t n)
{
	unsigned char length[MM_PBF_VARINT_MAX];
	const size_t length_bytes = (size_t)(mm_pbf_varint(length, n) - length);
	unsigned char *p = begin_value(v, n + 2 + 2 * MM_PBF_VARINT_MAX);

	if (!p)
		return 0;
	*p++ = LAYER_VALUE;
	p = mm_pbf_varint(p, 1 + length_bytes + n);
	*p++ = VALUE_STRING;
	p = mm_pbf_bytes(p, length, length_bytes);
	return end_value(v, mm_pbf_bytes(p, text, n));
}

uint32_t mm_mvt_values_text(struct mm_mvt_values *v, const char *text, size_t n)
{
	for (uint64_t hash = mm_hash64(text, n, 0);; hash++) {
		uint32_t *i = mm_seen_find(&v->seen, CLASS_TEXT_HASH, hash);

		if (!i || v->bytes.failed) {
			v->bytes.failed = true;
			return 0;
		}
		if (*i == MM_SEEN_NEW)
			return *i = append_text(v, text, n);
		if (is_text(v, *i, text, n))
			return *i;
	}
}

static uint32_t append_number(struct mm_mvt_values *v, unsigned char tag, uint64_t bits)
{
	unsigned char *p = begin_value(v, 3 + MM_PBF_VARINT_MAX), *body;

	if (!p)
		return 0;
	body = p + 2; /* the length takes one byte */
	p[0] = LAYER_VALUE;
	p[2] = tag;
	p = tag == VALUE_DOUBLE ? mm_pbf_bytes(p + 3, &bits, sizeof(bits)) : mm_pbf_varint(p + 3, bits);
	body[-1] = (unsigned char)(p - body);
	return end_value(v, p);
}

/* JavaScript holds the zigzag form of -2^52 exactly; of what is less it loses the last bit, the sign. */
static uint32_t append_int(struct mm_mvt_values *v, int64_t i)
{
	if (i < -(INT64_C(1) << 52))
		return append_number(v, VALUE_INT, (uint64_t)i);
	return i < 0 ? append_number(v, VALUE_SINT, mm_pbf_zigzag(i))
		     : append_number(v, VALUE_UINT, (uint64_t)i);
}

static uint64_t bits_of(double real)
{
	uint64_t bits;

	memcpy(&bits, &real, sizeof(bits));
	return bits;
}

static uint32_t append(struct mm_mvt_values *v, const struct mm_value *value)
{
	if (value->type == MM_TYPE_TEXT)
		return append_text(v, value->text, value->text_len);
	if (value->type == MM_TYPE_BOOL)
		return append_number(v, VALUE_BOOL, value->boolean);
	if (value->type == MM_TYPE_REAL)
		return append_number(v, VALUE_DOUBLE, bits_of(value->real));
	return append_int(v, value->integer);
}

/* ---- values that are looked up ---- */

/* Never NULL: out of memory it is a number that nobody needs. */
static uint32_t *find(struct mm_mvt_values *v, uint32_t class, uint64_t bits)
{
	uint32_t *number = mm_seen_find(&v->seen, class, bits);

	if (number)
		return number;
	v->bytes.failed = true;
	v->nowhere = 0;
	return &v->nowhere;
}

static uint64_t bits_of_value(const struct mm_value *v)
{
	return v->type == MM_TYPE_BOOL   ? v->boolean
	       : v->type == MM_TYPE_REAL ? bits_of(v->real)
					 : (uint64_t)v->integer;
}

uint32_t mm_mvt_values_bare(struct mm_mvt_values *v, const struct mm_value *value)
{
	uint32_t *number;

	if (value->type == MM_TYPE_TEXT)
		return mm_mvt_values_text(v, value->text, value->text_len);
	number = find(v, value->type, bits_of_value(value));
	if (*number == MM_SEEN_NEW)
		*number = append(v, value);
	return *number;
}

/* ---- values of the layer ---- */

static uint32_t add(struct mm_mvt_values *v, uint32_t number)
{
	struct mm_value value;

	mm_layer_tile_value(v->layer, number, &value);
	return v->has_others ? mm_mvt_values_bare(v, &value) : append(v, &value);
}

uint32_t mm_mvt_values_of_layer(struct mm_mvt_values *v, uint32_t number)
{
	uint32_t *have;

	if (number < v->known_count) {
		struct mm_mvt_known *k = &v->known[number];

		if (k->epoch != v->epoch)
			*k = (struct mm_mvt_known){v->epoch, add(v, number)};
		return k->number;
	}
	have = find(v, CLASS_LAYER, number);
	if (*have == MM_SEEN_NEW) {
		const uint32_t added = add(v, number);

		*find(v, CLASS_LAYER, number) = added; /* the table may have grown */
		return added;
	}
	return *have;
}

uint32_t *mm_mvt_values_name(struct mm_mvt_values *v, const char *name)
{
	return mm_seen_find(&v->seen, CLASS_NAME, (uint64_t)(uintptr_t)name);
}
