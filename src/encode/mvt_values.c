#include "encode/mvt_values.h"

#include "base/hash.h"
#include "encode/pbf.h"
#include "encode/value.h"

#include <stdlib.h>
#include <string.h>

/* Field numbers and wire types of vector_tile.proto, ready as tag bytes. */
enum {
	LAYER_VALUE = 4 << 3 | 2,
	VALUE_STRING = 1 << 3 | 2,
	VALUE_DOUBLE = 3 << 3 | 1,
	VALUE_UINT = 5 << 3,
	VALUE_SINT = 6 << 3,
	VALUE_BOOL = 7 << 3,
};

/* Classes of values in which equal bits are equal values; a column of many texts has one of its own, and so
 * has every offset that an instant may have. */
enum {
	CLASS_TEXT_HASH = MM_TYPE_COUNT,
	CLASS_NAME,
	CLASS_TEXT,
	CLASS_INSTANT = CLASS_TEXT + (1 << 16),
};

enum {
	BYTES_MAX = 256 << 20,
	SMALL_INTS = 256,      /* whole numbers below it are in the table, first of all */
	CODES_MAX = 1 << 12,   /* of a dictionary that is */
	TABLE_FIRST = 1 << 10, /* entries */
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

/* Room in the table for so many more; they are of no epoch that is to come. */
static bool grow(struct mm_mvt_values *v, size_t more)
{
	size_t cap = v->known_cap ? v->known_cap : TABLE_FIRST;
	struct mm_mvt_known *wide;

	while (cap < v->known_count + more)
		cap *= 2;
	if (cap > v->known_cap) {
		wide = realloc(v->known, cap * sizeof(*wide));
		if (!wide)
			return false;
		memset(wide + v->known_cap, 0, (cap - v->known_cap) * sizeof(*wide));
		v->known = wide;
		v->known_cap = cap;
	}
	v->known_count += more;
	return true;
}

bool mm_mvt_values_begin(struct mm_mvt_values *v)
{
	mm_buf_clear(&v->bytes);
	mm_buf_clear(&v->start);
	mm_seen_clear(&v->seen);
	v->count = 0;
	v->known_count = 0;
	if (++v->epoch == 0) {
		if (v->known)
			memset(v->known, 0, v->known_cap * sizeof(*v->known));
		v->epoch = 1;
	}
	return grow(v, SMALL_INTS);
}

bool mm_mvt_values_plan(struct mm_mvt_values *v, const struct mm_layer_column *c, size_t field,
			struct mm_mvt_column *ret)
{
	const bool is_text = c->type == MM_TYPE_TEXT || c->type == MM_TYPE_JSON;

	*ret =
	    (struct mm_mvt_column){c, is_text ? CLASS_TEXT + (uint32_t)field : (uint32_t)c->type, UINT32_MAX};
	if (!is_text || c->text_count > CODES_MAX)
		return true;
	ret->known = (uint32_t)v->known_count;
	return grow(v, c->text_count);
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

static uint32_t append_int(struct mm_mvt_values *v, int64_t i)
{
	return i < 0 ? append_number(v, VALUE_SINT, mm_pbf_zigzag(i))
		     : append_number(v, VALUE_UINT, (uint64_t)i);
}

static uint32_t append_time(struct mm_mvt_values *v, const struct mm_layer_column *c, uint32_t row)
{
	const struct mm_value value = {.type = c->type,
				       .integer = c->integers[row],
				       .offset_min = c->type == MM_TYPE_DATETIME ? c->offsets_min[row] : 0};
	struct mm_buf text;
	uint32_t i;

	mm_buf_init(&text, 64);
	mm_value_put_text(&text, &value);
	i = mm_mvt_values_text(v, (const char *)text.data, text.len);
	v->bytes.failed |= text.failed;
	mm_buf_release(&text);
	return i;
}

/* ---- values of rows ---- */

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

static uint32_t number_of_text(struct mm_mvt_values *v, const struct mm_mvt_column *c, uint32_t row)
{
	const struct mm_layer_column *column = c->column;
	const uint32_t code = mm_layer_column_code(column, row);
	const char *text = column->text + column->starts[code];
	const size_t n = column->starts[code + 1] - column->starts[code];
	uint32_t number;

	if (c->known != UINT32_MAX) {
		struct mm_mvt_known *k = &v->known[c->known + code];

		if (k->epoch != v->epoch)
			*k = (struct mm_mvt_known){v->epoch, mm_mvt_values_text(v, text, n)};
		return k->number;
	}
	number = *find(v, c->class, code);
	if (number == MM_SEEN_NEW) {
		number = mm_mvt_values_text(v, text, n);
		*find(v, c->class, code) = number; /* the table may have grown */
	}
	return number;
}

static uint32_t number_of_int(struct mm_mvt_values *v, int64_t i)
{
	uint32_t *number;

	if ((uint64_t)i < SMALL_INTS) {
		struct mm_mvt_known *k = &v->known[i];

		if (k->epoch != v->epoch)
			*k = (struct mm_mvt_known){v->epoch, append_int(v, i)};
		return k->number;
	}
	number = find(v, MM_TYPE_INT, (uint64_t)i);
	if (*number == MM_SEEN_NEW)
		*number = append_int(v, i);
	return *number;
}

static uint32_t number_of_bits(struct mm_mvt_values *v, uint32_t class, unsigned char tag, uint64_t bits)
{
	uint32_t *number = find(v, class, bits);

	if (*number == MM_SEEN_NEW)
		*number = append_number(v, tag, bits);
	return *number;
}

static uint32_t number_of_time(struct mm_mvt_values *v, const struct mm_mvt_column *c, uint32_t row)
{
	const struct mm_layer_column *column = c->column;
	const uint32_t class = column->type == MM_TYPE_DATETIME
				   ? CLASS_INSTANT + (uint32_t)(uint16_t)column->offsets_min[row]
				   : c->class;
	const uint64_t bits = (uint64_t)column->integers[row];
	uint32_t number = *find(v, class, bits);

	if (number == MM_SEEN_NEW) {
		number = append_time(v, column, row);
		*find(v, class, bits) = number;
	}
	return number;
}

static uint64_t bits_of(double real)
{
	uint64_t bits;

	memcpy(&bits, &real, sizeof(bits));
	return bits;
}

uint32_t mm_mvt_values_row(struct mm_mvt_values *v, const struct mm_mvt_column *c, uint32_t row)
{
	const struct mm_layer_column *column = c->column;

	switch (column->type) {
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		return number_of_text(v, c, row);
	case MM_TYPE_BOOL:
		return number_of_bits(v, MM_TYPE_BOOL, VALUE_BOOL, column->booleans[row] != 0);
	case MM_TYPE_REAL:
		return number_of_bits(v, MM_TYPE_REAL, VALUE_DOUBLE, bits_of(column->reals[row]));
	case MM_TYPE_DATE:
	case MM_TYPE_TIME:
	case MM_TYPE_DATETIME:
		return number_of_time(v, c, row);
	case MM_TYPE_INT:
	case MM_TYPE_COUNT:
		break;
	}
	return number_of_int(v, column->integers[row]);
}

uint32_t mm_mvt_values_bare(struct mm_mvt_values *v, const struct mm_value *value)
{
	if (value->type == MM_TYPE_TEXT)
		return mm_mvt_values_text(v, value->text, value->text_len);
	if (value->type == MM_TYPE_BOOL)
		return number_of_bits(v, MM_TYPE_BOOL, VALUE_BOOL, value->boolean);
	if (value->type == MM_TYPE_REAL)
		return number_of_bits(v, MM_TYPE_REAL, VALUE_DOUBLE, bits_of(value->real));
	return number_of_int(v, value->integer);
}

uint32_t *mm_mvt_values_name(struct mm_mvt_values *v, const char *name)
{
	return mm_seen_find(&v->seen, CLASS_NAME, (uint64_t)(uintptr_t)name);
}
