#include "encode/mlt_column.h"

#include "encode/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Scalar types of the specification, as they stand in a column's type code: 10 + 2 * type, + 1 when nullable.
 */
enum scalar {
	SCALAR_BOOLEAN = 10,
	SCALAR_INT_32 = 16,
	SCALAR_UINT_32 = 18,
	SCALAR_INT_64 = 20,
	SCALAR_FLOAT = 24,
	SCALAR_DOUBLE = 26,
	SCALAR_STRING = 28
};

void mm_mlt_column_init(struct mm_mlt_column *c, enum mm_type type, size_t bytes_max)
{
	*c = (struct mm_mlt_column){.type = type};
	mm_mlt_bits_init(&c->present, bytes_max);
	mm_mlt_bits_init(&c->flags, bytes_max);
	mm_buf_init(&c->texts, bytes_max);
}

void mm_mlt_column_release(struct mm_mlt_column *c)
{
	mm_mlt_bits_release(&c->present);
	mm_mlt_bits_release(&c->flags);
	mm_mlt_ints_release(&c->values);
	mm_mlt_ints_release(&c->lengths);
	mm_buf_release(&c->texts);
	c->known = mm_map_free(c->known);
}

/* The text is kept when its key is new. */
static size_t add_text(struct mm_mlt_column *c, const void *key, size_t key_len, const void *text, size_t n)
{
	uint32_t next = (uint32_t)c->lengths.n, found;
	size_t bytes = 1;

	if (!c->known)
		c->known = mm_map_new();
	found = c->known ? mm_map_add(c->known, key, key_len, next) : MM_MAP_NONE;
	if (found == next) {
		mm_buf_put(&c->texts, text, n);
		mm_mlt_ints_add(&c->lengths, (int64_t)n);
		bytes += n + 1;
	}
	c->texts.failed |= found == MM_MAP_NONE;
	c->text_bytes += n;
	mm_mlt_ints_add(&c->values, found);
	return bytes;
}

/* Dates and times: the text follows from the value, so a known value need not be written again. */
static size_t add_time(struct mm_mlt_column *c, const struct mm_value *v)
{
	int64_t key[2] = {v->integer, v->offset_min};
	struct mm_buf text;
	size_t bytes;

	mm_buf_init(&text, 64);
	mm_value_put_text(&text, v);
	bytes = add_text(c, key, sizeof(key), text.data, text.len);
	c->texts.failed |= text.failed;
	mm_buf_release(&text);
	return bytes;
}

size_t mm_mlt_column_add(struct mm_mlt_column *c, const struct mm_value *v)
{
	bool is_present = !v->is_null && (v->type != MM_TYPE_REAL || isfinite(v->real));
	int64_t bits;

	mm_mlt_bits_add(&c->present, is_present);
	if (!is_present)
		return 0;
	switch (v->type) {
	case MM_TYPE_BOOL:
		mm_mlt_bits_add(&c->flags, v->boolean);
		return 1;
	case MM_TYPE_INT:
		mm_mlt_ints_add(&c->values, v->integer);
		return 2;
	case MM_TYPE_REAL:
		memcpy(&bits, &v->real, sizeof(bits));
		mm_mlt_ints_add(&c->values, bits);
		return sizeof(bits);
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		return add_text(c, v->text, v->text_len, v->text, v->text_len);
	case MM_TYPE_DATE:
	case MM_TYPE_TIME:
	case MM_TYPE_DATETIME:
	case MM_TYPE_COUNT:
		break;
	}
	return add_time(c, v);
}

size_t mm_mlt_column_add_code(struct mm_mlt_column *c, uint32_t code, const char *text, size_t n)
{
	mm_mlt_bits_add(&c->present, true);
	return add_text(c, &code, sizeof(code), text, n);
}

bool mm_mlt_column_is_empty(const struct mm_mlt_column *c)
{
	return c->present.set == 0;
}

static double real_at(const struct mm_mlt_column *c, size_t i)
{
	double v;

	memcpy(&v, &c->values.v[i], sizeof(v));
	return v;
}

static bool is_whole(double v)
{
	return v >= INT32_MIN && v <= INT32_MAX && v == floor(v) && !(v == 0 && signbit(v));
}

static bool is_float(double v)
{
	return fabs(v) <= (double)3.4028234e38F && (double)(float)v == v;
}

static enum scalar real_type(const struct mm_mlt_column *c)
{
	bool whole = true, single = true;

	for (size_t i = 0; i < c->values.n && (whole || single); i++) {
		whole = whole && is_whole(real_at(c, i));
		single = single && is_float(real_at(c, i));
	}
	return whole ? SCALAR_INT_32 : single ? SCALAR_FLOAT : SCALAR_DOUBLE;
}

static enum scalar int_type(const struct mm_mlt_column *c)
{
	const int64_t exact = INT64_C(1) << 53;
	int64_t min = INT64_MAX, max = INT64_MIN;

	for (size_t i = 0; i < c->values.n; i++) {
		min = c->values.v[i] < min ? c->values.v[i] : min;
		max = c->values.v[i] > max ? c->values.v[i] : max;
	}
	if (min >= 0 && max <= UINT32_MAX)
		return SCALAR_UINT_32;
	if (min >= INT32_MIN && max <= INT32_MAX)
		return SCALAR_INT_32;
	return min >= -exact && max <= exact ? SCALAR_DOUBLE : SCALAR_INT_64;
}

static enum scalar type_of(const struct mm_mlt_column *c)
{
	return c->type == MM_TYPE_BOOL   ? SCALAR_BOOLEAN
	       : c->type == MM_TYPE_INT  ? int_type(c)
	       : c->type == MM_TYPE_REAL ? real_type(c)
					 : SCALAR_STRING;
}

/* The value as a real, whatever the column is made of. */
static double number_at(const struct mm_mlt_column *c, size_t i)
{
	return c->type == MM_TYPE_REAL ? real_at(c, i) : (double)c->values.v[i];
}

static void put_floats(const struct mm_mlt_column *c, enum scalar type, struct mm_buf *out)
{
	size_t each = type == SCALAR_FLOAT ? sizeof(float) : sizeof(double);
	struct mm_buf bytes;

	mm_buf_init(&bytes, c->values.n * each);
	for (size_t i = 0; i < c->values.n; i++) {
		double v = number_at(c, i);
		float single = (float)v;

		if (type == SCALAR_FLOAT)
			mm_buf_put(&bytes, &single, sizeof(single));
		else
			mm_buf_put(&bytes, &v, sizeof(v));
	}
	mm_mlt_put_bytes(out, MM_MLT_DATA, c->values.n, bytes.data, bytes.len);
	out->failed |= bytes.failed;
	mm_buf_release(&bytes);
}

static void put_whole(const struct mm_mlt_column *c, struct mm_buf *out)
{
	struct mm_mlt_ints whole = {0};

	for (size_t i = 0; i < c->values.n; i++)
		mm_mlt_ints_add(&whole, (int64_t)number_at(c, i));
	mm_mlt_put_ints(out, MM_MLT_DATA, MM_MLT_I32, &whole);
	out->failed |= whole.failed;
	mm_mlt_ints_release(&whole);
}

/* Lengths, numbers, texts. */
static void put_dictionary(const struct mm_mlt_column *c, struct mm_buf *out)
{
	mm_mlt_put_ints(out, MM_MLT_LENGTH_DICTIONARY, MM_MLT_U32, &c->lengths);
	mm_mlt_put_ints(out, MM_MLT_OFFSET_STRING, MM_MLT_U32, &c->values);
	mm_mlt_put_bytes(out, MM_MLT_DATA_DICTIONARY, c->lengths.n, c->texts.data, c->texts.len);
}

/* Where each text begins; the caller frees it. */
static size_t *starts_of(const struct mm_mlt_column *c)
{
	size_t *start = malloc(c->lengths.n * sizeof(*start)), at = 0;

	for (size_t i = 0; start && i < c->lengths.n; i++) {
		start[i] = at;
		at += (size_t)c->lengths.v[i];
	}
	return start;
}

/* The text of each value in turn. */
static void put_plain(const struct mm_mlt_column *c, struct mm_buf *out)
{
	size_t *start = starts_of(c);
	struct mm_mlt_ints lengths = {0};
	struct mm_buf texts;

	mm_buf_init(&texts, c->text_bytes);
	for (size_t i = 0; start && i < c->values.n; i++) {
		size_t text = (size_t)c->values.v[i], n = (size_t)c->lengths.v[text];

		mm_mlt_ints_add(&lengths, (int64_t)n);
		if (n) /* else there may be no bytes at all */
			mm_buf_put(&texts, c->texts.data + start[text], n);
	}
	mm_mlt_put_ints(out, MM_MLT_LENGTH_STRING, MM_MLT_U32, &lengths);
	mm_mlt_put_bytes(out, MM_MLT_DATA, c->values.n, texts.data, texts.len);
	out->failed |= !start || texts.failed;
	mm_mlt_ints_release(&lengths);
	mm_buf_release(&texts);
	free(start);
}

/* A repeated text costs its bytes, or the numbers of all. */
static bool is_plain_shorter(const struct mm_mlt_column *c)
{
	return c->text_bytes - c->texts.len <=
	       mm_mlt_ints_bytes(MM_MLT_OFFSET_STRING, MM_MLT_U32, &c->values);
}

static void put_texts(const struct mm_mlt_column *c, bool nullable, struct mm_buf *out)
{
	bool is_plain = is_plain_shorter(c);

	mm_mlt_put_varint(out, (is_plain ? 2U : 3U) + nullable);
	if (nullable)
		mm_mlt_put_bits(out, MM_MLT_PRESENT, &c->present);
	if (is_plain)
		put_plain(c, out);
	else
		put_dictionary(c, out);
}

static void put_numbers(const struct mm_mlt_column *c, enum scalar type, struct mm_buf *out)
{
	if (type == SCALAR_BOOLEAN)
		mm_mlt_put_bits(out, MM_MLT_DATA, &c->flags);
	else if (type == SCALAR_FLOAT || type == SCALAR_DOUBLE)
		put_floats(c, type, out);
	else if (c->type == MM_TYPE_REAL)
		put_whole(c, out);
	else
		mm_mlt_put_ints(out, MM_MLT_DATA,
				type == SCALAR_UINT_32  ? MM_MLT_U32
				: type == SCALAR_INT_32 ? MM_MLT_I32
							: MM_MLT_I64,
				&c->values);
}

void mm_mlt_column_put(const struct mm_mlt_column *c, const char *name, struct mm_buf *head,
		       struct mm_buf *body)
{
	bool nullable = c->present.set != c->present.n;
	enum scalar type;

	body->failed |= c->present.bytes.failed || c->values.failed || c->lengths.failed || c->texts.failed;
	if (body->failed)
		return;
	type = type_of(c);
	mm_mlt_put_varint(head, (unsigned)type + nullable);
	mm_mlt_put_text(head, name);
	if (type == SCALAR_STRING) {
		put_texts(c, nullable, body);
		return;
	}
	if (nullable)
		mm_mlt_put_bits(body, MM_MLT_PRESENT, &c->present);
	put_numbers(c, type, body);
}
