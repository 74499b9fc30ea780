#include "encode/mvt.h"

#include "base/hash.h"
#include "encode/number_id.h"
#include "encode/pbf.h"
#include "encode/seen.h"
#include "encode/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Field numbers and wire types of vector_tile.proto, ready as tag bytes. */
enum {
	TILE_LAYER = 3 << 3 | 2,
	LAYER_NAME = 1 << 3 | 2,
	LAYER_FEATURE = 2 << 3 | 2,
	LAYER_KEY = 3 << 3 | 2,
	LAYER_VALUE = 4 << 3 | 2,
	LAYER_EXTENT = 5 << 3,
	LAYER_VERSION = 15 << 3,
	FEATURE_ID = 1 << 3,
	FEATURE_TAGS = 2 << 3 | 2,
	FEATURE_TYPE = 3 << 3,
	FEATURE_GEOMETRY = 4 << 3 | 2,
	VALUE_STRING = 1 << 3 | 2,
	VALUE_DOUBLE = 3 << 3 | 1,
	VALUE_UINT = 5 << 3,
	VALUE_SINT = 6 << 3,
	VALUE_BOOL = 7 << 3,
};

enum { COMMAND_MOVE = 1, COMMAND_LINE = 2, COMMAND_CLOSE = 7 };
enum { LAYER_BYTES_MAX = 256 << 20 };

/* Classes of values in which equal bits are equal values; a column of text has one of its own. */
enum { CLASS_TEXT_HASH = MM_TYPE_COUNT, CLASS_NAME, CLASS_TEXT };

/* A field that is written. */
struct column {
	const struct mm_layer_column *column;
	const char *name;
	uint32_t key; /* UINT32_MAX: not used in this tile yet */
	uint32_t class;
};

struct mm_mvt_layer {
	const struct mm_layer *layer;
	const char *name;
	struct column *column; /* those written, and behind them "@id" */
	size_t count, cap;
	size_t id_like; /* a column that is itself called "@id"; else count */
	struct mm_seen seen;
	struct mm_buf keys, values, features, one, scratch;
	struct mm_buf value_start; /* uint32: where each value begins in `values` */
	uint32_t key_count, value_count;
	size_t features_count;
};

struct mm_mvt_layer *mm_mvt_layer_new(void)
{
	struct mm_mvt_layer *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	mm_buf_init(&m->keys, LAYER_BYTES_MAX);
	mm_buf_init(&m->values, LAYER_BYTES_MAX);
	mm_buf_init(&m->features, LAYER_BYTES_MAX);
	mm_buf_init(&m->one, LAYER_BYTES_MAX);
	mm_buf_init(&m->scratch, LAYER_BYTES_MAX);
	mm_buf_init(&m->value_start, LAYER_BYTES_MAX);
	return m;
}

struct mm_mvt_layer *mm_mvt_layer_free(struct mm_mvt_layer *m)
{
	if (!m)
		return NULL;
	free(m->column);
	mm_seen_release(&m->seen);
	mm_buf_release(&m->keys);
	mm_buf_release(&m->values);
	mm_buf_release(&m->features);
	mm_buf_release(&m->one);
	mm_buf_release(&m->scratch);
	mm_buf_release(&m->value_start);
	free(m);
	return NULL;
}

static void add_column(struct mm_mvt_layer *m, size_t field)
{
	const struct mm_schema *s = mm_layer_schema(m->layer);
	struct column *c = &m->column[m->count];

	*c = (struct column){mm_layer_column(m->layer, field), s->field[field].name, UINT32_MAX, 0};
	c->class = c->column->type == MM_TYPE_TEXT || c->column->type == MM_TYPE_JSON
		       ? CLASS_TEXT + (uint32_t)field
		       : (uint32_t)c->column->type;
	if (!strcmp(c->name, MM_NUMBER_ID_KEY))
		m->id_like = m->count;
	m->count++;
}

static bool plan_columns(struct mm_mvt_layer *m, const struct mm_tile_fields *fields)
{
	const struct mm_schema *s = mm_layer_schema(m->layer);

	if (s->field_count + 1 > m->cap) {
		free(m->column);
		m->cap = (s->field_count + 1) * 2;
		m->column = malloc(m->cap * sizeof(*m->column));
		if (!m->column) {
			m->cap = 0;
			return false;
		}
	}
	m->count = 0;
	m->id_like = SIZE_MAX;
	for (size_t f = 0; f < s->field_count; f++)
		if (mm_tile_fields_has(fields, s, f))
			add_column(m, f);
	m->column[m->count] = (struct column){NULL, MM_NUMBER_ID_KEY, UINT32_MAX, 0};
	m->id_like = m->id_like == SIZE_MAX ? m->count : m->id_like;
	return true;
}

bool mm_mvt_layer_begin(struct mm_mvt_layer *m, const struct mm_layer *l, const char *name,
			const struct mm_tile_fields *fields)
{
	m->layer = l;
	m->name = name;
	mm_buf_clear(&m->keys);
	mm_buf_clear(&m->values);
	mm_buf_clear(&m->value_start);
	mm_buf_clear(&m->features);
	mm_seen_clear(&m->seen);
	m->key_count = m->value_count = 0;
	m->features_count = 0;
	return plan_columns(m, fields);
}

static uint32_t key_of(struct mm_mvt_layer *m, struct column *c)
{
	if (c->key == UINT32_MAX) {
		c->key = m->key_count++;
		mm_pbf_put(&m->keys, LAYER_KEY, c->name, strlen(c->name));
	}
	return c->key;
}

/* ---- values ---- */

static uint32_t append_value(struct mm_mvt_layer *m, const void *body, size_t n)
{
	uint32_t start = (uint32_t)m->values.len;

	mm_buf_put(&m->value_start, &start, sizeof(start));
	mm_pbf_put(&m->values, LAYER_VALUE, body, n);
	m->values.failed |= m->value_start.failed;
	return m->value_count++;
}

/* Does value `i` begin with these bytes? They hold their own length. */
static bool is_value(const struct mm_mvt_layer *m, uint32_t i, const struct mm_buf *body)
{
	uint32_t start;
	size_t at;

	memcpy(&start, m->value_start.data + i * sizeof(start), sizeof(start));
	at = start + 1;
	while (at < m->values.len && m->values.data[at] & 0x80)
		at++;
	at++;
	return m->values.len - at >= body->len && !memcmp(m->values.data + at, body->data, body->len);
}

/* Texts are the same whatever column they come from: no tile has one twice. */
static uint32_t put_value_text(struct mm_mvt_layer *m, const char *text, size_t n)
{
	uint64_t hash;

	mm_buf_clear(&m->scratch);
	mm_pbf_put(&m->scratch, VALUE_STRING, text, n);
	m->values.failed |= m->scratch.failed;
	if (m->values.failed || m->value_start.failed)
		return 0;
	for (hash = mm_hash64(text, n, 0);; hash++) {
		uint32_t *i = mm_seen_find(&m->seen, CLASS_TEXT_HASH, hash);

		if (!i) {
			m->values.failed = true;
			return 0;
		}
		if (*i == MM_SEEN_NEW)
			return *i = append_value(m, m->scratch.data, m->scratch.len);
		if (is_value(m, *i, &m->scratch))
			return *i;
	}
}

static uint32_t put_value_number(struct mm_mvt_layer *m, unsigned char tag, uint64_t v)
{
	unsigned char body[1 + MM_PBF_VARINT_MAX], *p = body;

	*p++ = tag;
	if (tag == VALUE_DOUBLE)
		p = mm_pbf_bytes(p, &v, sizeof(v));
	else
		p = mm_pbf_varint(p, v);
	return append_value(m, body, (size_t)(p - body));
}

static uint32_t put_value_time(struct mm_mvt_layer *m, const struct mm_layer_column *c, uint32_t row)
{
	const struct mm_value v = {.type = c->type,
				   .integer = c->integers[row],
				   .offset_min = c->type == MM_TYPE_DATETIME ? c->offsets_min[row] : 0};
	struct mm_buf text;
	uint32_t i;

	mm_buf_init(&text, 64);
	mm_value_put_text(&text, &v);
	i = put_value_text(m, (const char *)text.data, text.len);
	m->values.failed |= text.failed;
	mm_buf_release(&text);
	return i;
}

/* Number of a value whose bits the tile has not met yet. */
static uint32_t put_value(struct mm_mvt_layer *m, const struct mm_layer_column *c, uint32_t row)
{
	uint32_t code;
	uint64_t bits;

	switch (c->type) {
	case MM_TYPE_BOOL:
		return put_value_number(m, VALUE_BOOL, c->booleans[row] != 0);
	case MM_TYPE_REAL:
		memcpy(&bits, &c->reals[row], sizeof(bits));
		return put_value_number(m, VALUE_DOUBLE, bits);
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		code = mm_layer_column_code(c, row);
		return put_value_text(m, c->text + c->starts[code], c->starts[code + 1] - c->starts[code]);
	case MM_TYPE_DATE:
	case MM_TYPE_TIME:
	case MM_TYPE_DATETIME:
		return put_value_time(m, c, row);
	case MM_TYPE_INT:
	case MM_TYPE_COUNT:
		break;
	}
	if (c->integers[row] >= 0)
		return put_value_number(m, VALUE_UINT, (uint64_t)c->integers[row]);
	return put_value_number(m, VALUE_SINT, mm_pbf_zigzag(c->integers[row]));
}

/* What makes two values of a class equal. */
static uint64_t bits_of(const struct mm_layer_column *c, uint32_t row)
{
	uint64_t bits;

	switch (c->type) {
	case MM_TYPE_BOOL:
		return c->booleans[row] != 0;
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		return mm_layer_column_code(c, row);
	case MM_TYPE_REAL:
		memcpy(&bits, &c->reals[row], sizeof(bits));
		return bits;
	case MM_TYPE_DATETIME: /* see class_of */
		return (uint64_t)c->integers[row] << 16 ^ (uint16_t)c->offsets_min[row];
	case MM_TYPE_INT:
	case MM_TYPE_DATE:
	case MM_TYPE_TIME:
	case MM_TYPE_COUNT:
		break;
	}
	return (uint64_t)c->integers[row];
}

/* The bits of an instant that found no place beside those of its offset go into the class. */
static uint32_t class_of(const struct column *c, uint32_t row)
{
	return c->column->type == MM_TYPE_DATETIME
		   ? c->class | (uint32_t)(c->column->integers[row] >> 48) << 16
		   : c->class;
}

static bool is_absent(const struct mm_layer_column *c, uint32_t row)
{
	return mm_layer_column_is_null(c, row) || (c->type == MM_TYPE_REAL && !isfinite(c->reals[row]));
}

/* Key and value of each field; the caller has made room. `skip`: a column whose name is needed otherwise. */
static unsigned char *put_tags(struct mm_mvt_layer *m, uint32_t row, size_t skip, unsigned char *p)
{
	for (size_t i = 0; i < m->count; i++) {
		struct column *c = &m->column[i];
		uint32_t *value;

		if (i == skip || is_absent(c->column, row))
			continue;
		value = mm_seen_find(&m->seen, class_of(c, row), bits_of(c->column, row));
		if (!value) {
			m->values.failed = true;
			return p;
		}
		if (*value == MM_SEEN_NEW) {
			uint32_t number = put_value(m, c->column, row);

			value = mm_seen_find(&m->seen, class_of(c, row), bits_of(c->column, row));
			*value = number;
		}
		p = mm_pbf_varint(p, key_of(m, c));
		p = mm_pbf_varint(p, *value);
	}
	return p;
}

/* A name that is no column's. */
static uint32_t key_named(struct mm_mvt_layer *m, const char *name)
{
	uint32_t *key = mm_seen_find(&m->seen, CLASS_NAME, (uint64_t)(uintptr_t)name);

	if (!key) {
		m->values.failed = true;
		return 0;
	}
	for (size_t i = 0; *key == MM_SEEN_NEW && i < m->count; i++)
		if (!strcmp(m->column[i].name, name))
			*key = key_of(m, &m->column[i]);
	if (*key == MM_SEEN_NEW) {
		*key = m->key_count++;
		mm_pbf_put(&m->keys, LAYER_KEY, name, strlen(name));
	}
	return *key;
}

static uint32_t put_bare_value(struct mm_mvt_layer *m, const struct mm_value *v)
{
	uint64_t bits = (uint64_t)v->integer;
	uint32_t *number;

	if (v->type == MM_TYPE_TEXT)
		return put_value_text(m, v->text, v->text_len);
	if (v->type == MM_TYPE_BOOL)
		bits = v->boolean;
	else if (v->type == MM_TYPE_REAL)
		memcpy(&bits, &v->real, sizeof(bits));
	number = mm_seen_find(&m->seen, (uint32_t)v->type, bits);
	if (!number) {
		m->values.failed = true;
		return 0;
	}
	if (*number != MM_SEEN_NEW)
		return *number;
	if (v->type == MM_TYPE_INT && v->integer < 0)
		return *number = put_value_number(m, VALUE_SINT, mm_pbf_zigzag(v->integer));
	return *number = put_value_number(m,
					  v->type == MM_TYPE_BOOL  ? VALUE_BOOL
					  : v->type == MM_TYPE_INT ? VALUE_UINT
								   : VALUE_DOUBLE,
					  bits);
}

/* ---- geometry ---- */

static unsigned char *put_command(unsigned char *p, unsigned command, uint32_t count)
{
	return mm_pbf_varint(p, (uint64_t)count << 3 | command);
}

static unsigned char *put_points(unsigned char *p, const int32_t *xy, uint32_t count, int32_t at[2])
{
	for (uint32_t i = 0; i < count; i++, xy += 2) {
		p = mm_pbf_varint(p, mm_pbf_zigzag((int64_t)xy[0] - at[0]));
		p = mm_pbf_varint(p, mm_pbf_zigzag((int64_t)xy[1] - at[1]));
		at[0] = xy[0];
		at[1] = xy[1];
	}
	return p;
}

static size_t geometry_bytes_max(const struct mm_grid_geom *g)
{
	enum { OF_POINT = 2 * 5, OF_RING = 5 + 5 + 1 };
	size_t n = 0;

	for (size_t i = 0; i < g->ring_count; i++)
		n += OF_RING + OF_POINT * (size_t)g->ring[i];
	return n;
}

static unsigned char *put_geometry(unsigned char *p, const struct mm_grid_geom *g)
{
	int32_t at[2] = {0, 0};
	const int32_t *xy = g->xy;

	for (size_t i = 0; i < g->ring_count; i++) {
		uint32_t n = g->ring[i], first = g->kind == MM_GRID_POINT ? n : 1;

		p = put_command(p, COMMAND_MOVE, first);
		p = put_points(p, xy, first, at);
		if (n > first) {
			p = put_command(p, COMMAND_LINE, n - first);
			p = put_points(p, xy + 2 * (size_t)first, n - first, at);
		}
		if (g->kind == MM_GRID_POLYGON)
			p = put_command(p, COMMAND_CLOSE, 1);
		xy += 2 * (size_t)n;
	}
	return p;
}

/* ---- features ---- */

/* Puts the length of what lies between `body` and `p` before it; room for it must be there. */
static unsigned char *put_length(unsigned char *body, unsigned char *p)
{
	size_t n = (size_t)(p - body);
	unsigned char length[MM_PBF_VARINT_MAX], *end = mm_pbf_varint(length, n);
	size_t more = (size_t)(end - length);

	memmove(body + more, body, n);
	memcpy(body, length, more);
	return p + more;
}

/* Id and attributes of a row at the beginning of m->one; `more` bytes may follow. NULL: out of memory. */
static unsigned char *begin_feature(struct mm_mvt_layer *m, uint32_t row, size_t more)
{
	const size_t tags_max = (m->count + 1) * 2 * MM_PBF_VARINT_MAX;
	char number[MM_NUM_MAX];
	const char *whole;
	size_t whole_len;
	const uint64_t id = mm_number_id(m->layer, row, number, &whole, &whole_len);
	unsigned char *p, *tags, *body;

	mm_buf_clear(&m->one);
	p = mm_buf_reserve(&m->one, tags_max + more + 8 * MM_PBF_VARINT_MAX);
	if (!p) {
		m->features.failed = true;
		return NULL;
	}
	tags = p + 2 + MM_PBF_VARINT_MAX; /* behind where the id will stand */
	body = put_tags(m, row, whole ? m->id_like : SIZE_MAX, tags);
	if (whole) { /* as an attribute, which takes the place of a field of that name */
		body = mm_pbf_varint(body, key_of(m, &m->column[m->id_like]));
		body = mm_pbf_varint(body, put_value_text(m, whole, whole_len));
	}
	*p++ = FEATURE_ID;
	p = mm_pbf_varint(p, id);
	if (body > tags) {
		size_t n = (size_t)(body - tags);

		*p++ = FEATURE_TAGS;
		if (n < 0x80) {
			*p++ = (unsigned char)n;
			memmove(p, tags, n);
			p += n;
		} else {
			memmove(p, tags, n);
			p = put_length(p, p + n);
		}
	}
	return p;
}

static void end_feature(struct mm_mvt_layer *m, const unsigned char *p)
{
	mm_pbf_put(&m->features, LAYER_FEATURE, m->one.data, (size_t)(p - m->one.data));
	m->features_count++;
}

void mm_mvt_layer_add(struct mm_mvt_layer *m, uint32_t row, const struct mm_grid_geom *g)
{
	unsigned char *p = begin_feature(m, row, geometry_bytes_max(g)), *body;

	if (!p)
		return;
	*p++ = FEATURE_TYPE;
	*p++ = (unsigned char)g->kind;
	*p++ = FEATURE_GEOMETRY;
	body = p;
	end_feature(m, put_length(body, put_geometry(body, g)));
}

void mm_mvt_layer_add_values(struct mm_mvt_layer *m, uint64_t id, const struct mm_tile_value *v, size_t count,
			     const struct mm_grid_geom *g)
{
	unsigned char *p, *tags, *body;

	mm_buf_clear(&m->one);
	p = mm_buf_reserve(&m->one, (2 * count + 8) * MM_PBF_VARINT_MAX + geometry_bytes_max(g));
	if (!p) {
		m->features.failed = true;
		return;
	}
	*p++ = FEATURE_ID;
	p = mm_pbf_varint(p, id);
	*p++ = FEATURE_TAGS;
	tags = p;
	for (size_t i = 0; i < count; i++) {
		p = mm_pbf_varint(p, key_named(m, v[i].name));
		p = mm_pbf_varint(p, put_bare_value(m, &v[i].value));
	}
	p = put_length(tags, p);
	*p++ = FEATURE_TYPE;
	*p++ = (unsigned char)g->kind;
	*p++ = FEATURE_GEOMETRY;
	body = p;
	end_feature(m, put_length(body, put_geometry(body, g)));
}

void mm_mvt_layer_add_stream(struct mm_mvt_layer *m, uint32_t row, const struct mm_grid_stream *g,
			     int64_t origin_x, int64_t origin_y)
{
	unsigned char *p = begin_feature(m, row, g->rest_bytes + 3 * MM_PBF_VARINT_MAX), *body;

	if (!p)
		return;
	*p++ = FEATURE_TYPE;
	*p++ = (unsigned char)g->kind;
	*p++ = FEATURE_GEOMETRY;
	body = p;
	p = mm_pbf_varint(p, g->first_command);
	p = mm_pbf_varint(p, mm_pbf_zigzag(g->x - origin_x));
	p = mm_pbf_varint(p, mm_pbf_zigzag(g->y - origin_y));
	p = mm_pbf_bytes(p, g->rest, g->rest_bytes);
	end_feature(m, put_length(body, p));
}

size_t mm_mvt_layer_count(const struct mm_mvt_layer *m)
{
	return m->features_count;
}

size_t mm_mvt_layer_bytes(const struct mm_mvt_layer *m)
{
	return m->features.len + m->values.len + m->keys.len;
}

void mm_mvt_layer_put(const struct mm_mvt_layer *m, struct mm_buf *out)
{
	size_t bytes = mm_mvt_layer_bytes(m);
	struct mm_buf head;
	unsigned char *p;

	if (!m->features_count)
		return;
	mm_buf_init(&head, 1000);
	mm_pbf_put(&head, LAYER_NAME, m->name, strlen(m->name));
	p = mm_buf_reserve(&head, 4 * MM_PBF_VARINT_MAX);
	if (p) {
		*p++ = LAYER_EXTENT;
		p = mm_pbf_varint(p, MM_GRID_EXTENT);
		*p++ = LAYER_VERSION;
		*p++ = 2;
		head.len = (size_t)(p - head.data);
	}
	p = mm_buf_reserve(out, 1 + MM_PBF_VARINT_MAX + head.len + bytes);
	if (p) {
		*p++ = TILE_LAYER;
		p = mm_pbf_varint(p, head.len + bytes);
		p = mm_pbf_bytes(p, head.data, head.len);
		p = mm_pbf_bytes(p, m->features.data, m->features.len);
		p = mm_pbf_bytes(p, m->keys.data, m->keys.len);
		p = mm_pbf_bytes(p, m->values.data, m->values.len);
		out->len = (size_t)(p - out->data);
	}
	out->failed |= m->features.failed || m->keys.failed || m->values.failed || head.failed;
	mm_buf_release(&head);
}
