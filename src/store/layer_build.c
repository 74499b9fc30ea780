#include "store/layer_build.h"

#include "base/text.h"
#include "store/build_private.h"
#include "store/freeze_private.h"
#include "store/schema_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NOTE_MAX = 300,
	AHEAD_ROWS = 1 << 14, /* a chunk of a layer: so many rows or vertices */
	AHEAD_VERTICES = 1 << 16
};

/* A builder lives in a child process with a limit on its memory: its own buffers have none. */
static const size_t no_limit = SIZE_MAX / 2;

static const struct mm_value null_value = {.is_null = true};

static bool is_text(enum mm_type t)
{
	return t == MM_TYPE_TEXT || t == MM_TYPE_JSON;
}

static bool init_columns(struct mm_layer_build *b)
{
	size_t n = b->schema.field_count;

	b->column = calloc(n ? n : 1, sizeof(*b->column));
	b->is_set = calloc(n ? n : 1, sizeof(*b->is_set));
	if (!b->column || !b->is_set)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct mm_build_column *c = &b->column[i];
		uint64_t zero = 0;

		mm_buf_init(&c->data, no_limit);
		mm_buf_init(&c->offset, no_limit);
		mm_buf_init(&c->text, no_limit);
		if (!is_text(b->schema.field[i].type))
			continue;
		c->words = mm_map_new();
		mm_buf_put(&c->offset, &zero, sizeof(zero));
		if (!c->words || c->offset.failed)
			return false;
	}
	return true;
}

/* A deep copy by way of the form in which the file keeps it. */
static enum mm_code copy_schema(struct mm_layer_build *b, const struct mm_schema *schema,
				struct mm_err *reterr)
{
	struct mm_buf json;
	enum mm_code rc;

	mm_buf_init(&json, 64u << 20);
	mm_schema_put_json(schema, &json);
	rc = json.failed
		 ? mm_fail_nomem(reterr)
		 : mm_schema_parse_json((const char *)json.data, json.len, &b->mem, &b->schema, reterr);
	mm_buf_release(&json);
	return rc;
}

enum mm_code mm_layer_build_new(const struct mm_schema *schema, struct mm_layer_build **ret,
				struct mm_err *reterr)
{
	struct mm_layer_build *b;
	enum mm_code rc;

	if (schema->field_count > MM_FORMAT_COLUMNS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, schema->id, "%zu fields: at most %d are served",
			       schema->field_count, MM_FORMAT_COLUMNS_MAX);
	b = calloc(1, sizeof(*b));
	if (!b)
		return mm_fail_nomem(reterr);
	struct mm_buf *const buffers[] = {&b->id_int, &b->id_start,    &b->id_text,   &b->geom, &b->part,
					  &b->ring,   &b->xy,          &b->z,         &b->note, &b->note_text,
					  &b->clean,  &b->next_number, &b->importance};

	for (size_t i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++)
		mm_buf_init(buffers[i], no_limit);
	mm_arena_init(&b->mem, 0);
	mm_buf_byte(&b->note_text, 0);
	rc = copy_schema(b, schema, reterr);
	if (!rc) {
		b->ahead = mm_ahead_new(b->schema.crs_definition, mm_freeze_draw_zoom(&b->schema));
		if (!init_columns(b) || !b->ahead)
			rc = mm_fail_nomem(reterr);
	}
	if (rc) {
		(void)mm_layer_build_free(b);
		return rc;
	}
	*ret = b;
	return MM_OK;
}

void mm_build_release_column(struct mm_build_column *c)
{
	mm_buf_release(&c->data);
	mm_buf_release(&c->offset);
	mm_buf_release(&c->text);
	c->words = mm_map_free(c->words);
	free(c->nulls);
	c->nulls = NULL;
}

struct mm_layer_build *mm_layer_build_free(struct mm_layer_build *b)
{
	if (!b)
		return NULL;
	struct mm_buf *const buffers[] = {&b->id_int, &b->id_start,    &b->id_text,   &b->geom, &b->part,
					  &b->ring,   &b->xy,          &b->z,         &b->note, &b->note_text,
					  &b->clean,  &b->next_number, &b->importance};

	for (size_t i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++)
		mm_buf_release(buffers[i]);
	for (size_t i = 0; b->column && i < b->schema.field_count; i++)
		mm_build_release_column(&b->column[i]);
	(void)mm_ahead_free(b->ahead);
	mm_build_release_file(b);
	(void)mm_map_free(b->ids);
	(void)mm_map_free(b->repeated);
	free(b->column);
	free(b->is_set);
	mm_arena_release(&b->mem);
	free(b);
	return NULL;
}

void mm_layer_build_begin(struct mm_layer_build *b)
{
	MM_CHECK(!b->in_row);
	b->in_row = true;
	b->row_has_id = false;
	memset(b->is_set, 0, b->schema.field_count * sizeof(*b->is_set));
}

void mm_build_note(struct mm_layer_build *b, enum mm_quality_kind kind, uint32_t row, const char *note)
{
	struct mm_note_row n = {.kind = (uint32_t)kind, .row = row};

	b->quality[kind]++;
	if (b->kept[kind] == MM_FORMAT_NOTES_KEPT)
		return;
	b->kept[kind]++;
	if (*note) {
		n.text = b->note_text.len;
		mm_buf_put(&b->note_text, note, mm_text_utf8_cut(note, strlen(note), NOTE_MAX));
		mm_buf_byte(&b->note_text, 0);
	}
	mm_buf_put(&b->note, &n, sizeof(n));
}

bool mm_build_notes_failed(const struct mm_layer_build *b)
{
	return b->note.failed || b->note_text.failed;
}

void mm_layer_build_note(struct mm_layer_build *b, enum mm_quality_kind kind, const char *note)
{
	mm_build_note(b, kind, b->in_row ? b->rows : UINT32_MAX, note);
}

static void set_null(struct mm_layer_build *b, struct mm_build_column *c, bool is_null)
{
	if (b->rows >= c->nulls_cap) {
		size_t cap = c->nulls_cap ? c->nulls_cap * 2 : 1024;
		uint8_t *nulls = realloc(c->nulls, cap);

		if (!nulls) {
			b->failed = true;
			return;
		}
		c->nulls = nulls;
		c->nulls_cap = cap;
	}
	c->nulls[b->rows] = is_null;
	c->has_nulls |= is_null;
}

const char *mm_build_clean_text(struct mm_layer_build *b, const char *text, size_t *n)
{
	char letter[4];
	size_t at = 0;

	if (!text || mm_text_utf8_valid(text, *n) == *n)
		return text ? text : "";
	mm_build_note(b, MM_QUALITY_BAD_TEXT, b->rows, "");
	mm_buf_clear(&b->clean);
	while (at < *n)
		mm_buf_put(&b->clean, letter, mm_text_utf8_put(mm_text_utf8_next(text, *n, &at), letter));
	b->failed |= b->clean.failed;
	*n = b->clean.len;
	return (const char *)b->clean.data;
}

/* The code of a text in the column's dictionary. Words that are there already have been looked at. */
static uint32_t code_of(struct mm_layer_build *b, struct mm_build_column *c, const char *text, size_t n)
{
	uint32_t code = mm_map_find(c->words, text, n);
	uint64_t end;

	if (code != MM_MAP_NONE)
		return code;
	text = mm_build_clean_text(b, text, &n);
	code = mm_map_add(c->words, text, n, c->word_count);
	if (code == c->word_count) {
		c->word_count++;
		mm_buf_put(&c->text, text, n);
		end = c->text.len;
		mm_buf_put(&c->offset, &end, sizeof(end));
	}
	return code;
}

static void put_word(struct mm_layer_build *b, struct mm_build_column *c, const struct mm_value *v)
{
	uint32_t code = v->is_null ? 0 : code_of(b, c, v->text ? v->text : "", v->text_len);

	b->failed |= code == MM_MAP_NONE;
	mm_buf_put(&c->data, &code, sizeof(code));
}

/* What a reader could not write out is not kept: null stands in its place, and a note. */
static bool is_sound(const struct mm_layer_build *b, size_t field, const struct mm_value *v)
{
	const struct mm_build_column *c = &b->column[field];
	enum mm_type type = b->schema.field[field].type;

	if (v->is_null)
		return true;
	if (type == MM_TYPE_DATETIME && !mm_offset_in_range(v->offset_min))
		return false;
	if (type == MM_TYPE_JSON)
		return v->text && (mm_map_find(c->words, v->text, v->text_len) != MM_MAP_NONE ||
				   mm_schema_is_json(v->text, v->text_len));
	return mm_value_in_range(type, v->integer);
}

/* One row's value at the end of its column, zeros for null: the same rows give the same file. */
static void put_value(struct mm_layer_build *b, size_t field, const struct mm_value *v)
{
	struct mm_build_column *c = &b->column[field];
	int16_t offset = (int16_t)v->offset_min;
	uint8_t boolean = v->boolean;

	set_null(b, c, v->is_null);
	switch (b->schema.field[field].type) {
	case MM_TYPE_BOOL:
		mm_buf_put(&c->data, &boolean, 1);
		break;
	case MM_TYPE_REAL:
		mm_buf_put(&c->data, &v->real, sizeof(v->real));
		break;
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		put_word(b, c, v);
		break;
	case MM_TYPE_DATETIME:
		mm_buf_put(&c->offset, &offset, sizeof(offset));
		mm_buf_put(&c->data, &v->integer, sizeof(v->integer));
		break;
	case MM_TYPE_INT:
	case MM_TYPE_DATE:
	case MM_TYPE_TIME:
	case MM_TYPE_COUNT:
		mm_buf_put(&c->data, &v->integer, sizeof(v->integer));
		break;
	}
}

void mm_layer_build_value(struct mm_layer_build *b, size_t field, const struct mm_value *v)
{
	MM_CHECK(b->in_row && field < b->schema.field_count && !b->is_set[field]);
	MM_CHECK(v->is_null || v->type == b->schema.field[field].type);
	b->is_set[field] = true;
	if (!is_sound(b, field, v)) {
		mm_layer_build_note(b, MM_QUALITY_BAD_VALUE, b->schema.field[field].name);
		v = &null_value;
	}
	put_value(b, field, v->is_null ? &null_value : v);
}

uint32_t mm_build_geom_count(const struct mm_layer_build *b)
{
	return (uint32_t)(b->geom.len / sizeof(struct mm_geom_row));
}

/* Of a row's first vertex. */
static const double *xy_at(const struct mm_layer_build *b, uint64_t vertex)
{
	return vertex < b->filed ? b->filed_xy + 2 * vertex
				 : (const double *)(const void *)b->xy.data + 2 * (vertex - b->filed);
}

struct mm_geom mm_build_geom(const struct mm_layer_build *b, uint32_t i)
{
	const struct mm_geom_row *g = (const struct mm_geom_row *)(const void *)b->geom.data + i;
	bool last = i + 1 == mm_build_geom_count(b);
	uint64_t vertex = last ? mm_build_vertices(b) : g[1].vertex;

	return (struct mm_geom){
	    .type = (enum mm_geom_type)g->type,
	    .part = (const uint32_t *)(const void *)b->part.data + g->part,
	    .ring = (const uint32_t *)(const void *)b->ring.data + g->ring,
	    .xy = xy_at(b, g->vertex),
	    .z = g->has_z ? (const double *)(const void *)b->z.data + g->vertex : NULL,
	    .part_count = (last ? (uint32_t)(b->part.len / 4) : g[1].part) - g->part,
	    .ring_count = (last ? (uint32_t)(b->ring.len / 4) : g[1].ring) - g->ring,
	    .vertex_count = (uint32_t)(vertex - g->vertex),
	};
}

struct mm_ahead_rows mm_build_rows(const struct mm_layer_build *b, uint32_t first, uint32_t end)
{
	const struct mm_geom_row *row = (const struct mm_geom_row *)(const void *)b->geom.data + first;

	return (struct mm_ahead_rows){
	    .row = row,
	    .part = (const uint32_t *)(const void *)b->part.data + row->part,
	    .ring = (const uint32_t *)(const void *)b->ring.data + row->ring,
	    .xy = xy_at(b, row->vertex),
	    .count = end - first,
	};
}

/* Has the rows before the current one looked at when they make a chunk. */
static void look_ahead(struct mm_layer_build *b)
{
	const struct mm_geom_row *row = (const struct mm_geom_row *)(const void *)b->geom.data;
	struct mm_ahead_rows rows;

	if (b->failed || (b->rows - b->ahead_rows < AHEAD_ROWS &&
			  row[b->rows].vertex - row[b->ahead_rows].vertex < AHEAD_VERTICES))
		return;
	rows = mm_build_rows(b, b->ahead_rows, b->rows);
	mm_ahead_put(b->ahead, &rows);
	b->ahead_rows = b->rows;
	mm_build_file_xy(b, row[b->rows].vertex);
}

/* Heights are kept from the first vertex on as soon as one geometry has them. */
static void put_heights(struct mm_layer_build *b, const struct mm_geom *g)
{
	double nan_z = (double)NAN;

	if (b->xy.failed)
		return;
	if (g->z && !b->has_z) {
		b->has_z = true;
		for (uint64_t i = mm_build_vertices(b) - g->vertex_count; i > 0; i--)
			mm_buf_put(&b->z, &nan_z, sizeof(nan_z));
	}
	if (!b->has_z)
		return;
	if (g->z)
		mm_buf_put(&b->z, g->z, g->vertex_count * sizeof(double));
	else
		for (uint32_t i = 0; i < g->vertex_count; i++)
			mm_buf_put(&b->z, &nan_z, sizeof(nan_z));
}

void mm_build_add_geom(struct mm_layer_build *b, const struct mm_geom *g)
{
	struct mm_geom_row row = {
	    .vertex = mm_build_vertices(b),
	    .part = (uint32_t)(b->part.len / 4),
	    .ring = (uint32_t)(b->ring.len / 4),
	    .type = (uint8_t)g->type,
	    .has_z = g->z != NULL,
	};

	mm_buf_put(&b->geom, &row, sizeof(row));
	mm_buf_put(&b->part, g->part, g->part_count * sizeof(*g->part));
	mm_buf_put(&b->ring, g->ring, g->ring_count * sizeof(*g->ring));
	mm_buf_put(&b->xy, g->xy, g->vertex_count * 2 * sizeof(*g->xy));
	put_heights(b, g);
	b->failed |= b->geom.failed || b->part.failed || b->ring.failed || b->xy.failed || b->z.failed ||
		     b->part.len / 4 > UINT32_MAX - 1 || b->ring.len / 4 > UINT32_MAX - 1;
}

static bool is_finite(const struct mm_geom *g)
{
	for (size_t i = 0; i < (size_t)g->vertex_count * 2; i++)
		if (!isfinite(g->xy[i]))
			return false;
	return true;
}

void mm_layer_build_geom(struct mm_layer_build *b, const struct mm_geom *g)
{
	static const struct mm_geom none = {.type = MM_GEOM_NULL};

	MM_CHECK(b->in_row && mm_build_geom_count(b) == b->rows);
	if (g->type == MM_GEOM_NULL)
		mm_build_note(b, MM_QUALITY_NULL_GEOMETRY, b->rows, "");
	if (is_finite(g)) {
		mm_build_add_geom(b, g);
	} else {
		mm_build_note(b, MM_QUALITY_NOT_FINITE, b->rows, "a coordinate is infinite or not a number");
		mm_build_add_geom(b, &none);
	}
	look_ahead(b);
}

enum mm_code mm_layer_build_end(struct mm_layer_build *b, struct mm_err *reterr)
{
	static const struct mm_geom none = {.type = MM_GEOM_NULL};

	MM_CHECK(b->in_row);
	for (size_t i = 0; i < b->schema.field_count; i++)
		if (!b->is_set[i])
			put_value(b, i, &null_value);
	if (!b->row_has_id)
		mm_layer_build_id_int(b, b->rows);
	if (mm_build_geom_count(b) == b->rows)
		mm_layer_build_geom(b, &none);
	b->in_row = false;
	b->rows++;
	for (size_t i = 0; i < b->schema.field_count; i++)
		b->failed |=
		    b->column[i].data.failed || b->column[i].offset.failed || b->column[i].text.failed;
	if (b->failed || b->id_int.failed || b->id_start.failed || b->id_text.failed ||
	    mm_build_notes_failed(b))
		return mm_fail_nomem(reterr);
	if (b->rows == UINT32_MAX - 2)
		return mm_fail(reterr, MM_E_LIMIT, b->schema.id, "more rows than a layer can have (%u)",
			       UINT32_MAX - 2);
	return MM_OK;
}
