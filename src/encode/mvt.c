#include "encode/mvt.h"

#include "encode/mvt_values.h"
#include "encode/number_id.h"
#include "encode/pbf.h"

#include <stdlib.h>
#include <string.h>

/* Field numbers and wire types of vector_tile.proto, ready as tag bytes. */
enum {
	TILE_LAYER = 3 << 3 | 2,
	LAYER_NAME = 1 << 3 | 2,
	LAYER_FEATURE = 2 << 3 | 2,
	LAYER_KEY = 3 << 3 | 2,
	LAYER_EXTENT = 5 << 3,
	LAYER_VERSION = 15 << 3,
	FEATURE_ID = 1 << 3,
	FEATURE_TAGS = 2 << 3 | 2,
	FEATURE_TYPE = 3 << 3,
	FEATURE_GEOMETRY = 4 << 3 | 2,
};

enum { COMMAND_MOVE = 1, COMMAND_LINE = 2, COMMAND_CLOSE = 7 };
enum { LAYER_BYTES_MAX = 256 << 20 };

/* A field. */
struct column {
	const char *name;
	uint32_t key; /* NO_KEY, NEW_KEY, or its number */
};

#define NO_KEY  UINT32_MAX       /* the field is not written */
#define NEW_KEY (UINT32_MAX - 1) /* not used in this tile yet */

struct mm_mvt_layer {
	const struct mm_layer *layer;
	struct column *column; /* of each field, and behind them "@id" */
	size_t count, cap;
	size_t id_like; /* a field that is itself called "@id"; else count */
	bool has_plain_ids;
	struct mm_mvt_values values;
	struct mm_buf head; /* all that comes before the features */
	struct mm_buf keys, features;
	uint32_t key_count;
	size_t features_count;
};

struct mm_mvt_layer *mm_mvt_layer_new(void)
{
	struct mm_mvt_layer *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	mm_buf_init(&m->head, LAYER_BYTES_MAX);
	mm_buf_init(&m->keys, LAYER_BYTES_MAX);
	mm_buf_init(&m->features, LAYER_BYTES_MAX);
	mm_mvt_values_init(&m->values);
	return m;
}

struct mm_mvt_layer *mm_mvt_layer_free(struct mm_mvt_layer *m)
{
	if (!m)
		return NULL;
	free(m->column);
	mm_buf_release(&m->head);
	mm_buf_release(&m->keys);
	mm_buf_release(&m->features);
	mm_mvt_values_release(&m->values);
	free(m);
	return NULL;
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
	m->count = m->id_like = s->field_count;
	for (size_t f = 0; f < m->count; f++) {
		const bool is_written = mm_tile_fields_has(fields, s, f);

		m->column[f] = (struct column){s->field[f].name, is_written ? NEW_KEY : NO_KEY};
		if (is_written && !strcmp(s->field[f].name, MM_NUMBER_ID_KEY))
			m->id_like = f;
	}
	m->column[m->count] = (struct column){MM_NUMBER_ID_KEY, NEW_KEY};
	return true;
}

static void put_head(struct mm_buf *head, const char *name)
{
	unsigned char *p;

	mm_buf_clear(head);
	mm_pbf_put(head, LAYER_NAME, name, strlen(name));
	p = mm_buf_reserve(head, 4 * MM_PBF_VARINT_MAX);
	if (!p)
		return;
	*p++ = LAYER_EXTENT;
	p = mm_pbf_varint(p, MM_GRID_EXTENT);
	*p++ = LAYER_VERSION;
	*p++ = 2;
	head->len = (size_t)(p - head->data);
}

bool mm_mvt_layer_begin(struct mm_mvt_layer *m, const struct mm_layer *l, const char *name,
			const struct mm_tile_fields *fields)
{
	m->layer = l;
	m->has_plain_ids = mm_layer_has_plain_ids(l);
	put_head(&m->head, name);
	mm_buf_clear(&m->keys);
	mm_buf_clear(&m->features);
	m->key_count = 0;
	m->features_count = 0;
	return mm_mvt_values_begin(&m->values, l,
				   !m->has_plain_ids || mm_layer_schema(l)->generalize.cluster_px) &&
	       plan_columns(m, fields);
}

static uint32_t key_of(struct mm_mvt_layer *m, struct column *c)
{
	if (c->key == NEW_KEY) {
		c->key = m->key_count++;
		mm_pbf_put(&m->keys, LAYER_KEY, c->name, strlen(c->name));
	}
	return c->key;
}

/* Key and value of each field; the caller has made room. `skip`: a field whose name is needed otherwise. */
static unsigned char *put_tags(struct mm_mvt_layer *m, const struct mm_tile_row *row, size_t skip,
			       unsigned char *p)
{
	const unsigned char *at = row->tags, *end = at + row->tags_bytes;

	while (at < end) {
		uint32_t field, value;
		struct column *c;

		at = mm_varint_get(at, &field);
		at = mm_varint_get(at, &value);
		c = &m->column[field];
		if (c->key == NO_KEY || field == skip)
			continue;
		value = mm_mvt_values_of_layer(&m->values, value);
		p = mm_pbf_varint(p, key_of(m, c));
		p = mm_pbf_varint(p, value);
	}
	return p;
}

/* A name that is no column's. */
static uint32_t key_named(struct mm_mvt_layer *m, const char *name)
{
	uint32_t *key = mm_mvt_values_name(&m->values, name);

	if (!key) {
		m->keys.failed = true;
		return 0;
	}
	for (size_t i = 0; *key == MM_SEEN_NEW && i < m->count; i++)
		if (m->column[i].key != NO_KEY && !strcmp(m->column[i].name, name))
			*key = key_of(m, &m->column[i]);
	if (*key == MM_SEEN_NEW) {
		*key = m->key_count++;
		mm_pbf_put(&m->keys, LAYER_KEY, name, strlen(name));
	}
	return *key;
}

/* ---- geometry ---- */

static unsigned char *put_command(unsigned char *p, unsigned command, uint32_t count)
{
	return mm_pbf_varint(p, (uint64_t)count << 3 | command);
}

/* A number of up to 14 bits without a branch on whether it takes one byte or two: that cannot be foreseen. */
static unsigned char *put_delta(unsigned char *p, int32_t from, int32_t to)
{
	const uint64_t v = mm_pbf_zigzag((int64_t)to - from);
	const unsigned is_long = v >= 0x80;

	if (v >= 0x4000)
		return mm_pbf_varint(p, v);
	p[0] = (unsigned char)((v & 0x7f) | is_long << 7);
	p[1] = (unsigned char)(v >> 7);
	return p + 1 + is_long;
}

/* x and y of two points. */
typedef int32_t pair __attribute__((vector_size(4 * sizeof(int32_t))));
typedef uint32_t upair __attribute__((vector_size(4 * sizeof(uint32_t))));
typedef uint64_t halves __attribute__((vector_size(2 * sizeof(uint64_t))));

static pair pair_at(const int32_t *xy)
{
	pair p;

	memcpy(&p, xy, sizeof(p));
	return p;
}

static unsigned char *put_short(unsigned char *p, uint64_t bytes, uint64_t is_long)
{
	const uint16_t two = (uint16_t)bytes;

	memcpy(p, &two, sizeof(two)); /* the low byte first, as in snapshots */
	return p + 1 + (is_long & 1);
}

/* Two points, and before each the one that it follows, as put_delta puts each number. */
static unsigned char *put_two(unsigned char *p, pair before, pair points)
{
	const upair by = (upair)points - (upair)before, v = by << 1 ^ (upair)((pair)by < 0),
		    is_long = (upair)(v > 0x7f) & 1;
	const halves high = (halves)(v & ~UINT32_C(0x3fff)), n = (halves)is_long,
		     b = (halves)((v & 0x7f) | is_long << 7 | (v >> 7) << 8);

	if (high[0] | high[1]) {
		for (int i = 0; i < 4; i++)
			p = put_delta(p, before[i], points[i]);
		return p;
	}
	p = put_short(p, b[0], n[0]);
	p = put_short(p, b[0] >> 32, n[0] >> 32);
	p = put_short(p, b[1], n[1]);
	return put_short(p, b[1] >> 32, n[1] >> 32);
}

static unsigned char *put_points(unsigned char *p, const int32_t *xy, uint32_t count, int32_t at[2])
{
	pair last = {at[0], at[1], at[0], at[1]};
	uint32_t i = 0;

	for (; i + 2 <= count; i += 2) {
		const pair two = pair_at(xy + 2 * (size_t)i);

		p = put_two(p, __builtin_shufflevector(last, two, 2, 3, 4, 5), two);
		last = two;
	}
	at[0] = last[2];
	at[1] = last[3];
	for (; i < count; i++) {
		p = put_delta(p, at[0], xy[2 * (size_t)i]);
		p = put_delta(p, at[1], xy[2 * (size_t)i + 1]);
		at[0] = xy[2 * (size_t)i];
		at[1] = xy[2 * (size_t)i + 1];
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

/* Room for the length of what is written next; nearly always it is one byte. */
static unsigned char *begin_part(unsigned char *p, unsigned char tag)
{
	*p = tag;
	return p + 2;
}

/* Makes room for a length of more than one byte. */
static __attribute__((noinline)) unsigned char *end_long_part(unsigned char *body, size_t n)
{
	unsigned char length[MM_PBF_VARINT_MAX];
	const size_t more = (size_t)(mm_pbf_varint(length, n) - length) - 1;

	memmove(body + more, body, n);
	memcpy(body - 1, length, more + 1);
	return body + more + n;
}

/* Puts the length of what lies between `body` and `p` before it; room for more than a byte must be there. */
static inline unsigned char *end_part(unsigned char *body, unsigned char *p)
{
	const size_t n = (size_t)(p - body);

	if (n >= 0x80)
		return end_long_part(body, n);
	body[-1] = (unsigned char)n;
	return p;
}

enum { FEATURE_MORE = 8 * MM_PBF_VARINT_MAX }; /* beside tags and geometry */

/* Begins a feature at the end of those there are, with its id; NULL: out of memory. */
static unsigned char *begin_feature(struct mm_mvt_layer *m, uint64_t id, size_t bytes)
{
	unsigned char *p = mm_buf_reserve(&m->features, bytes + FEATURE_MORE);

	if (!p)
		return NULL;
	p = begin_part(p, LAYER_FEATURE);
	*p++ = FEATURE_ID;
	return mm_pbf_varint(p, id);
}

static void end_feature(struct mm_mvt_layer *m, unsigned char *p)
{
	unsigned char *body = m->features.data + m->features.len + 2;

	m->features.len = (size_t)(end_part(body, p) - m->features.data);
	m->features_count++;
}

/* The id that a tile has instead of one that is not plain; its text. */
static uint64_t hash_id(const struct mm_mvt_layer *m, uint32_t place, char number[MM_NUM_MAX],
			const char **ret_text, size_t *ret_len)
{
	return mm_number_id(m->layer, mm_layer_rtree(m->layer)->index[place], number, ret_text, ret_len);
}

/* Id and attributes of a row; `more` bytes may follow. NULL: out of memory. */
static unsigned char *begin_row(struct mm_mvt_layer *m, const struct mm_tile_row *row, uint32_t place,
				size_t more)
{
	char number[MM_NUM_MAX];
	const char *whole = NULL;
	size_t whole_len;
	const uint64_t id = m->has_plain_ids ? row->id : hash_id(m, place, number, &whole, &whole_len);
	unsigned char *p = begin_feature(m, id, (row->tags_bytes + 2) * MM_PBF_VARINT_MAX + more),
		      *before = p, *tags;

	if (!p)
		return NULL;
	tags = begin_part(p, FEATURE_TAGS);
	p = put_tags(m, row, whole ? m->id_like : SIZE_MAX, tags);
	if (whole) { /* as an attribute, which takes the place of a field of that name */
		p = mm_pbf_varint(p, key_of(m, &m->column[m->id_like]));
		p = mm_pbf_varint(p, mm_mvt_values_text(&m->values, whole, whole_len));
	}
	return p == tags ? before : end_part(tags, p);
}

static unsigned char *begin_geometry(unsigned char *p, enum mm_grid_kind kind)
{
	*p++ = FEATURE_TYPE;
	*p++ = (unsigned char)kind;
	return begin_part(p, FEATURE_GEOMETRY);
}

static void put_geometry_and_end(struct mm_mvt_layer *m, unsigned char *p, const struct mm_grid_geom *g)
{
	unsigned char *body = begin_geometry(p, g->kind);

	end_feature(m, end_part(body, put_geometry(body, g)));
}

void mm_mvt_layer_add_row(struct mm_mvt_layer *m, uint32_t place, const struct mm_tile_row *row,
			  const struct mm_grid_geom *g)
{
	unsigned char *p = begin_row(m, row, place, geometry_bytes_max(g));

	if (p)
		put_geometry_and_end(m, p, g);
}

void mm_mvt_layer_add(struct mm_mvt_layer *m, uint32_t place, const struct mm_grid_geom *g)
{
	struct mm_tile_row row;

	mm_layer_tile_row(m->layer, place, &row);
	mm_mvt_layer_add_row(m, place, &row, g);
}

void mm_mvt_layer_add_values(struct mm_mvt_layer *m, uint64_t id, const struct mm_tile_value *v, size_t count,
			     const struct mm_grid_geom *g)
{
	unsigned char *p = begin_feature(m, id, 2 * count * MM_PBF_VARINT_MAX + geometry_bytes_max(g)), *tags;

	if (!p)
		return;
	tags = p = begin_part(p, FEATURE_TAGS);
	for (size_t i = 0; i < count; i++) {
		p = mm_pbf_varint(p, key_named(m, v[i].name));
		p = mm_pbf_varint(p, mm_mvt_values_bare(&m->values, &v[i].value));
	}
	put_geometry_and_end(m, end_part(tags, p), g);
}

void mm_mvt_layer_add_stream(struct mm_mvt_layer *m, uint32_t place, const struct mm_grid_stream *g,
			     int64_t origin_x, int64_t origin_y)
{
	struct mm_tile_row row;
	unsigned char *p, *body;

	mm_layer_tile_row(m->layer, place, &row);
	p = begin_row(m, &row, place, g->rest_bytes + 3 * MM_PBF_VARINT_MAX);
	if (!p)
		return;
	body = p = begin_geometry(p, g->kind);
	p = mm_pbf_varint(p, g->first_command);
	p = mm_pbf_varint(p, mm_pbf_zigzag(g->x - origin_x));
	p = mm_pbf_varint(p, mm_pbf_zigzag(g->y - origin_y));
	p = mm_pbf_bytes(p, g->rest, g->rest_bytes);
	end_feature(m, end_part(body, p));
}

size_t mm_mvt_layer_count(const struct mm_mvt_layer *m)
{
	return m->features_count;
}

size_t mm_mvt_layer_bytes(const struct mm_mvt_layer *m)
{
	return m->features.len + m->values.bytes.len + m->keys.len;
}

void mm_mvt_layer_put(const struct mm_mvt_layer *m, struct mm_buf *out)
{
	const size_t bytes = m->head.len + mm_mvt_layer_bytes(m);
	unsigned char *p;

	if (!m->features_count)
		return;
	p = mm_buf_reserve(out, 1 + MM_PBF_VARINT_MAX + bytes);
	if (p) {
		*p++ = TILE_LAYER;
		p = mm_pbf_varint(p, bytes);
		p = mm_pbf_bytes(p, m->head.data, m->head.len);
		p = mm_pbf_bytes(p, m->features.data, m->features.len);
		p = mm_pbf_bytes(p, m->keys.data, m->keys.len);
		p = mm_pbf_bytes(p, m->values.bytes.data, m->values.bytes.len);
		out->len = (size_t)(p - out->data);
	}
	out->failed |= m->features.failed || m->keys.failed || m->values.bytes.failed || m->head.failed;
}
