#include "encode/mlt.h"

#include "encode/mlt_column.h"
#include "encode/mlt_geometry.h"
#include "encode/number_id.h"
#include "encode/value.h"

#include <stdlib.h>
#include <string.h>

enum { TAG_VERSION_1 = 1, COLUMN_ID = 0, COLUMN_ID_LONG = 2, COLUMN_GEOMETRY = 4 };
enum { LAYER_BYTES_MAX = 256 << 20, ID_BYTES = 4 };

struct mm_mlt_layer {
	const struct mm_layer *layer;
	const char *name;
	const struct mm_tile_fields *fields;
	struct mm_mlt_ints ids;
	struct mm_mlt_geometry geometry;
	struct mm_mlt_column *column; /* of each field; behind them "@id" as text */
	size_t field_count;
	size_t id_like; /* a visible field that is itself called "@id"; SIZE_MAX: none */
	struct {
		const char *name;
		struct mm_mlt_column column;
	} * more; /* columns of names that are no fields */
	size_t more_count;
	bool has_whole_ids; /* some id stands whole in "@id" */
	size_t bytes;       /* of ids and columns, roughly */
};

struct mm_mlt_layer *mm_mlt_layer_new(const struct mm_layer *l, const char *name,
				      const struct mm_tile_fields *fields)
{
	const struct mm_schema *s = mm_layer_schema(l);
	struct mm_mlt_layer *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->layer = l;
	m->name = name;
	m->fields = fields;
	m->id_like = mm_schema_find(s, MM_NUMBER_ID_KEY);
	if (m->id_like != SIZE_MAX && !mm_tile_fields_has(fields, s, m->id_like))
		m->id_like = SIZE_MAX;
	m->column = calloc(s->field_count + 1, sizeof(*m->column));
	mm_mlt_geometry_init(&m->geometry, LAYER_BYTES_MAX);
	if (!m->column)
		return mm_mlt_layer_free(m);
	m->field_count = s->field_count;
	for (size_t f = 0; f <= m->field_count; f++)
		mm_mlt_column_init(&m->column[f], f < m->field_count ? s->field[f].type : MM_TYPE_TEXT,
				   LAYER_BYTES_MAX);
	return m;
}

struct mm_mlt_layer *mm_mlt_layer_free(struct mm_mlt_layer *m)
{
	if (!m)
		return NULL;
	for (size_t f = 0; m->column && f <= m->field_count; f++)
		mm_mlt_column_release(&m->column[f]);
	free(m->column);
	for (size_t i = 0; i < m->more_count; i++)
		mm_mlt_column_release(&m->more[i].column);
	free(m->more);
	mm_mlt_ints_release(&m->ids);
	mm_mlt_geometry_release(&m->geometry);
	free(m);
	return NULL;
}

static void add_field(struct mm_mlt_layer *m, uint32_t row, size_t f)
{
	enum mm_type type = m->column[f].type;
	bool has_code = type == MM_TYPE_TEXT || type == MM_TYPE_JSON;
	uint32_t code = has_code ? mm_layer_text_code(m->layer, row, f) : UINT32_MAX;
	struct mm_value v;
	size_t n;

	if (code != UINT32_MAX) {
		const char *text = mm_layer_text(m->layer, f, code, &n);

		m->bytes += mm_mlt_column_add_code(&m->column[f], code, text, n);
		return;
	}
	mm_layer_value(m->layer, row, f, &v);
	m->bytes += mm_mlt_column_add(&m->column[f], &v);
}

/* The field in whose place "@id" may come, as text. */
static void add_id_like(struct mm_mlt_layer *m, uint32_t row, struct mm_value *id)
{
	struct mm_value v;
	struct mm_buf text;

	mm_layer_value(m->layer, row, m->id_like, &v);
	mm_buf_init(&text, LAYER_BYTES_MAX);
	mm_value_put_text(&text, &v);
	id->is_null = v.is_null;
	id->text = (const char *)text.data;
	id->text_len = text.len;
	m->bytes += mm_mlt_column_add(&m->column[m->field_count], id);
	mm_buf_release(&text);
}

static void add_id(struct mm_mlt_layer *m, uint32_t row)
{
	struct mm_value id = {.type = MM_TYPE_TEXT};
	char number[MM_NUM_MAX];

	mm_mlt_ints_add(&m->ids, (int64_t)mm_number_id(m->layer, row, number, &id.text, &id.text_len));
	m->bytes += ID_BYTES;
	m->has_whole_ids |= id.text != NULL;
	if (!id.text && m->id_like != SIZE_MAX) {
		add_id_like(m, row, &id);
		return;
	}
	id.is_null = !id.text;
	m->bytes += mm_mlt_column_add(&m->column[m->field_count], &id);
}

static const struct mm_value no_value = {.is_null = true};

/* No value in the columns that are no fields, for one feature more. */
static void skip_more(struct mm_mlt_layer *m)
{
	for (size_t i = 0; i < m->more_count; i++)
		(void)mm_mlt_column_add(&m->more[i].column, &no_value);
}

/* The column of a name; a new one has no value for the features before. NULL: out of memory, or too many. */
static struct mm_mlt_column *column_named(struct mm_mlt_layer *m, const struct mm_tile_value *v)
{
	for (size_t i = 0; i < m->more_count; i++)
		if (m->more[i].name == v->name)
			return &m->more[i].column;
	if (!m->more)
		m->more = calloc(MM_TILE_VALUES_MAX, sizeof(*m->more));
	if (!m->more || m->more_count == MM_TILE_VALUES_MAX)
		return NULL;
	m->more[m->more_count].name = v->name;
	mm_mlt_column_init(&m->more[m->more_count].column, v->value.type, LAYER_BYTES_MAX);
	for (size_t i = 0; i + 1 < m->ids.n; i++)
		(void)mm_mlt_column_add(&m->more[m->more_count].column, &no_value);
	return &m->more[m->more_count++].column;
}

/* Its value for the feature at hand, whatever others have. */
static void put_more(struct mm_mlt_layer *m, const struct mm_tile_value *v, size_t count)
{
	for (size_t i = 0; i < count; i++)
		m->ids.failed |= !column_named(m, &v[i]);
	for (size_t c = 0; c < m->more_count; c++) {
		const struct mm_value *value = &no_value;

		for (size_t i = 0; i < count; i++)
			value = v[i].name == m->more[c].name ? &v[i].value : value;
		m->bytes += mm_mlt_column_add(&m->more[c].column, value);
	}
}

void mm_mlt_layer_add_values(struct mm_mlt_layer *m, uint64_t id, const struct mm_tile_value *v, size_t count,
			     const struct mm_grid_geom *g)
{
	mm_mlt_ints_add(&m->ids, (int64_t)id);
	m->bytes += ID_BYTES;
	for (size_t f = 0; f <= m->field_count; f++)
		(void)mm_mlt_column_add(&m->column[f], &no_value);
	put_more(m, v, count);
	mm_mlt_geometry_add(&m->geometry, g);
}

void mm_mlt_layer_add(struct mm_mlt_layer *m, uint32_t row, const struct mm_grid_geom *g)
{
	const struct mm_schema *s = mm_layer_schema(m->layer);

	add_id(m, row);
	for (size_t f = 0; f < m->field_count; f++)
		if (mm_tile_fields_has(m->fields, s, f))
			add_field(m, row, f);
	skip_more(m);
	mm_mlt_geometry_add(&m->geometry, g);
}

size_t mm_mlt_layer_count(const struct mm_mlt_layer *m)
{
	return m->ids.n;
}

size_t mm_mlt_layer_bytes(const struct mm_mlt_layer *m)
{
	return m->bytes + mm_mlt_geometry_bytes(&m->geometry);
}

static void put_ids(const struct mm_mlt_layer *m, struct mm_buf *head, struct mm_buf *body)
{
	bool is_long = false;

	for (size_t i = 0; i < m->ids.n; i++)
		is_long |= m->ids.v[i] > UINT32_MAX;
	mm_mlt_put_varint(head, is_long ? COLUMN_ID_LONG : COLUMN_ID);
	mm_mlt_put_ints(body, MM_MLT_DATA, is_long ? MM_MLT_U64 : MM_MLT_U32, &m->ids);
}

/* Whether a field's column is written: "@id" as text takes the place of a field of that name, and only where
 * some id needs it. */
static bool is_written(const struct mm_mlt_layer *m, size_t f)
{
	if (mm_mlt_column_is_empty(&m->column[f]))
		return false;
	return f == m->field_count ? m->has_whole_ids : f != m->id_like || !m->has_whole_ids;
}

/* Returns how many columns there are. */
static size_t put_columns(const struct mm_mlt_layer *m, struct mm_buf *head, struct mm_buf *body)
{
	const struct mm_schema *s = mm_layer_schema(m->layer);
	size_t count = 2;

	put_ids(m, head, body);
	mm_mlt_put_varint(head, COLUMN_GEOMETRY);
	mm_mlt_geometry_put(&m->geometry, body);
	for (size_t f = 0; f <= m->field_count; f++) {
		if (!is_written(m, f))
			continue;
		mm_mlt_column_put(&m->column[f], f < m->field_count ? s->field[f].name : MM_NUMBER_ID_KEY,
				  head, body);
		count++;
	}
	for (size_t i = 0; i < m->more_count; i++) {
		if (mm_mlt_column_is_empty(&m->more[i].column))
			continue;
		mm_mlt_column_put(&m->more[i].column, m->more[i].name, head, body);
		count++;
	}
	return count;
}

void mm_mlt_layer_put(const struct mm_mlt_layer *m, struct mm_buf *out)
{
	struct mm_buf head, columns, body;
	size_t count;

	if (!m->ids.n && !m->ids.failed)
		return;
	mm_buf_init(&head, LAYER_BYTES_MAX);
	mm_buf_init(&columns, LAYER_BYTES_MAX);
	mm_buf_init(&body, LAYER_BYTES_MAX);
	count = put_columns(m, &columns, &body);
	mm_mlt_put_varint(&head, TAG_VERSION_1);
	mm_mlt_put_text(&head, m->name);
	mm_mlt_put_varint(&head, MM_GRID_EXTENT);
	mm_mlt_put_varint(&head, count);
	mm_mlt_put_varint(out, head.len + columns.len + body.len);
	mm_buf_put(out, head.data, head.len);
	mm_buf_put(out, columns.data, columns.len);
	mm_buf_put(out, body.data, body.len);
	out->failed |= head.failed || columns.failed || body.failed || m->ids.failed;
	mm_buf_release(&head);
	mm_buf_release(&columns);
	mm_buf_release(&body);
}
