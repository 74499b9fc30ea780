#include "encode/mvt.h"

#include "base/map.h"
#include "encode/number_id.h"
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

struct mm_mvt_layer {
	const struct mm_layer *layer;
	uint32_t *key;  /* of each field, and of "@id" behind them; UINT32_MAX: not used yet */
	size_t id_like; /* a visible field that is itself called "@id"; SIZE_MAX: none */
	struct mm_map *values;
	struct mm_buf keys, values_pbf, features, one, tags, scratch;
	uint32_t key_count;
	size_t count;
};

static void put_varint(struct mm_buf *b, uint64_t v)
{
	enum { VARINT_MAX = 10 };
	bool fits = b->cap - b->len >= VARINT_MAX && !b->failed;
	unsigned char *p = fits ? b->data + b->len : mm_buf_reserve(b, VARINT_MAX);
	size_t n = 0;

	if (!p)
		return;
	for (; v >= 0x80; v >>= 7)
		p[n++] = (unsigned char)(v | 0x80);
	p[n++] = (unsigned char)v;
	b->len += n;
}

static uint64_t zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static void put_message(struct mm_buf *out, unsigned char tag, const struct mm_buf *body)
{
	mm_buf_byte(out, tag);
	put_varint(out, body->len);
	mm_buf_put(out, body->data, body->len);
	out->failed |= body->failed;
}

static void put_text(struct mm_buf *out, unsigned char tag, const void *text, size_t n)
{
	mm_buf_byte(out, tag);
	put_varint(out, n);
	mm_buf_put(out, text, n);
}

struct mm_mvt_layer *mm_mvt_layer_new(const struct mm_layer *l)
{
	size_t fields = mm_layer_schema(l)->field_count + 1;
	struct mm_mvt_layer *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->layer = l;
	m->id_like = mm_schema_find(mm_layer_schema(l), MM_NUMBER_ID_KEY);
	m->key = malloc(fields * sizeof(*m->key));
	m->values = mm_map_new();
	mm_buf_init(&m->keys, LAYER_BYTES_MAX);
	mm_buf_init(&m->values_pbf, LAYER_BYTES_MAX);
	mm_buf_init(&m->features, LAYER_BYTES_MAX);
	mm_buf_init(&m->one, LAYER_BYTES_MAX);
	mm_buf_init(&m->tags, LAYER_BYTES_MAX);
	mm_buf_init(&m->scratch, LAYER_BYTES_MAX);
	if (!m->key || !m->values)
		return mm_mvt_layer_free(m);
	memset(m->key, 0xff, fields * sizeof(*m->key));
	return m;
}

struct mm_mvt_layer *mm_mvt_layer_free(struct mm_mvt_layer *m)
{
	if (!m)
		return NULL;
	free(m->key);
	(void)mm_map_free(m->values);
	mm_buf_release(&m->keys);
	mm_buf_release(&m->values_pbf);
	mm_buf_release(&m->features);
	mm_buf_release(&m->one);
	mm_buf_release(&m->tags);
	mm_buf_release(&m->scratch);
	free(m);
	return NULL;
}

static uint32_t key_of(struct mm_mvt_layer *m, size_t field)
{
	const struct mm_schema *s = mm_layer_schema(m->layer);
	const char *name = field < s->field_count ? s->field[field].name : MM_NUMBER_ID_KEY;

	if (m->key[field] == UINT32_MAX) {
		m->key[field] = m->key_count++;
		put_text(&m->keys, LAYER_KEY, name, strlen(name));
	}
	return m->key[field];
}

/* Index of the Value message in `scratch`, added when it is new. */
static uint32_t value_index(struct mm_mvt_layer *m)
{
	uint32_t next = (uint32_t)mm_map_count(m->values);
	uint32_t found = mm_map_add(m->values, (const char *)m->scratch.data, m->scratch.len, next);

	if (found == next)
		put_message(&m->values_pbf, LAYER_VALUE, &m->scratch);
	m->features.failed |= found == MM_MAP_NONE || m->scratch.failed;
	return found;
}

static void put_tag(struct mm_mvt_layer *m, size_t field)
{
	put_varint(&m->tags, key_of(m, field));
	put_varint(&m->tags, value_index(m));
}

static void make_value(struct mm_buf *out, const struct mm_value *v)
{
	mm_buf_clear(out);
	switch (v->type) {
	case MM_TYPE_BOOL:
		mm_buf_byte(out, VALUE_BOOL);
		put_varint(out, v->boolean);
		break;
	case MM_TYPE_INT:
		mm_buf_byte(out, v->integer >= 0 ? VALUE_UINT : VALUE_SINT);
		put_varint(out, v->integer >= 0 ? (uint64_t)v->integer : zigzag(v->integer));
		break;
	case MM_TYPE_REAL:
		mm_buf_byte(out, VALUE_DOUBLE);
		mm_buf_put(out, &v->real, sizeof(v->real));
		break;
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		put_text(out, VALUE_STRING, v->text, v->text_len);
		break;
	case MM_TYPE_DATE:
	case MM_TYPE_TIME:
	case MM_TYPE_DATETIME:
	case MM_TYPE_COUNT: {
		struct mm_buf text;

		mm_buf_init(&text, 64);
		mm_value_put_text(&text, v);
		put_text(out, VALUE_STRING, text.data, text.len);
		out->failed |= text.failed;
		mm_buf_release(&text);
		break;
	}
	}
}

/* All but hidden fields, nulls, and numbers that are none. `skip`: a field whose name is needed otherwise. */
static void put_tags(struct mm_mvt_layer *m, uint32_t row, size_t skip)
{
	const struct mm_schema *s = mm_layer_schema(m->layer);

	for (size_t f = 0; f < s->field_count; f++) {
		struct mm_value v;

		if (s->field[f].hidden || f == skip)
			continue;
		mm_layer_value(m->layer, row, f, &v);
		if (v.is_null || (v.type == MM_TYPE_REAL && !isfinite(v.real)))
			continue;
		make_value(&m->scratch, &v);
		put_tag(m, f);
	}
}

/* The whole id as an attribute, which takes the place of a field of that name. */
static void put_whole_id(struct mm_mvt_layer *m, const char *text, size_t n)
{
	mm_buf_clear(&m->scratch);
	put_text(&m->scratch, VALUE_STRING, text, n);
	put_tag(m, m->id_like == SIZE_MAX ? mm_layer_schema(m->layer)->field_count : m->id_like);
}

static void put_command(struct mm_buf *out, unsigned command, uint32_t count)
{
	put_varint(out, (uint64_t)count << 3 | command);
}

static void put_points(struct mm_buf *out, const int32_t *xy, uint32_t count, int32_t at[2])
{
	for (uint32_t i = 0; i < count; i++, xy += 2) {
		put_varint(out, zigzag((int64_t)xy[0] - at[0]));
		put_varint(out, zigzag((int64_t)xy[1] - at[1]));
		at[0] = xy[0];
		at[1] = xy[1];
	}
}

static void put_geometry(struct mm_buf *out, const struct mm_mvt_geom *g)
{
	int32_t at[2] = {0, 0};
	const int32_t *xy = g->xy;

	mm_buf_clear(out);
	for (size_t i = 0; i < g->ring_count; i++) {
		uint32_t n = g->ring[i], first = g->kind == MM_MVT_POINT ? n : 1;

		put_command(out, COMMAND_MOVE, first);
		put_points(out, xy, first, at);
		if (n > first) {
			put_command(out, COMMAND_LINE, n - first);
			put_points(out, xy + 2 * (size_t)first, n - first, at);
		}
		if (g->kind == MM_MVT_POLYGON)
			put_command(out, COMMAND_CLOSE, 1);
		xy += 2 * (size_t)n;
	}
}

void mm_mvt_layer_add(struct mm_mvt_layer *m, uint32_t row, const struct mm_mvt_geom *g)
{
	char number[MM_NUM_MAX];
	const char *whole;
	size_t n;
	const uint64_t id = mm_number_id(m->layer, row, number, &whole, &n);

	mm_buf_clear(&m->tags);
	put_tags(m, row, whole ? m->id_like : SIZE_MAX);
	if (whole)
		put_whole_id(m, whole, n);
	mm_buf_clear(&m->one);
	mm_buf_byte(&m->one, FEATURE_ID);
	put_varint(&m->one, id);
	m->features.failed |= m->tags.failed;
	if (m->tags.len)
		put_message(&m->one, FEATURE_TAGS, &m->tags);
	mm_buf_byte(&m->one, FEATURE_TYPE);
	put_varint(&m->one, (uint64_t)g->kind);
	put_geometry(&m->scratch, g);
	put_message(&m->one, FEATURE_GEOMETRY, &m->scratch);
	put_message(&m->features, LAYER_FEATURE, &m->one);
	m->count++;
}

size_t mm_mvt_layer_count(const struct mm_mvt_layer *m)
{
	return m->count;
}

size_t mm_mvt_layer_bytes(const struct mm_mvt_layer *m)
{
	return m->features.len + m->values_pbf.len + m->keys.len;
}

void mm_mvt_layer_put(const struct mm_mvt_layer *m, struct mm_buf *out)
{
	const char *name = mm_layer_schema(m->layer)->id;
	size_t bytes = mm_mvt_layer_bytes(m);
	struct mm_buf head;

	if (!m->count)
		return;
	mm_buf_init(&head, 1000);
	put_text(&head, LAYER_NAME, name, strlen(name));
	mm_buf_byte(&head, LAYER_EXTENT);
	put_varint(&head, MM_MVT_EXTENT);
	mm_buf_byte(&head, LAYER_VERSION);
	put_varint(&head, 2);
	mm_buf_byte(out, TILE_LAYER);
	put_varint(out, head.len + bytes);
	mm_buf_put(out, head.data, head.len);
	mm_buf_put(out, m->features.data, m->features.len);
	mm_buf_put(out, m->keys.data, m->keys.len);
	mm_buf_put(out, m->values_pbf.data, m->values_pbf.len);
	out->failed |= m->features.failed || m->keys.failed || m->values_pbf.failed || head.failed;
	mm_buf_release(&head);
}
