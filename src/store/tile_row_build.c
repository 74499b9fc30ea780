#include "base/prefetch.h"
#include "base/varint.h"
#include "grid/run_zoom.h"
#include "store/build_private.h"
#include "store/freeze_private.h"
#include "store/tile_row_format.h"
#include "store/tile_value.h"

#include <stdlib.h>

/*
 * Tile rows are made as soon as there is an index, while the second thread of the freeze still writes the
 * rows themselves: the first of them wait in memory.
 */

enum {
	WAITING_MAX = 4 << 20, /* bytes */
	PIECE = 1 << 18,       /* bytes that are written at once, when nobody else writes */
	AHEAD = 16,            /* rows */
};

struct work {
	struct mm_layer_build *b;
	const struct mm_frozen *f;
	struct mm_span span; /* of what is in the file; no offset: nothing is */
	struct mm_buf bytes; /* not there yet */
	struct mm_buf start;
	struct mm_tile_values values;
	uint64_t at; /* of the next row, in units */
	bool has_plain_ids, failed;
};

/* The attributes of a row at the end of the bytes; returns how many they take. */
static size_t put_tags(struct work *w, uint32_t row)
{
	const struct mm_schema *s = &w->b->schema;
	unsigned char *p = mm_buf_reserve(&w->bytes, (s->field_count + 1) * 2 * MM_VARINT32_MAX), *begin = p;

	for (size_t f = 0; p && f < s->field_count; f++) {
		uint32_t value;

		if (s->field[f].hidden)
			continue;
		value = mm_tile_values_add(&w->values, row, f);
		if (value == MM_TILE_VALUE_NONE)
			continue;
		p = mm_varint_put(p, f);
		p = mm_varint_put(p, value);
	}
	return p ? (size_t)(p - begin) : 0;
}

static int kind_of(const struct mm_world_geom *g)
{
	int most = 0;

	for (uint32_t i = 0; i < g->part_count; i++)
		most = (int)mm_part_kind(g->part[i]) > most ? (int)mm_part_kind(g->part[i]) : most;
	return most;
}

static bool is_within(int64_t x, int64_t y, int64_t most)
{
	return x >= -most && x < most && y >= -most && y < most;
}

/* A repaired copy may stick out of the box of its row. */
static bool is_in(const struct mm_world_box *b, struct mm_world w)
{
	return w.x >= b->min_x && w.x <= b->max_x && w.y >= b->min_y && w.y <= b->max_y;
}

/* Vertices of a geometry as a run has them; false: it cannot be one. */
static bool to_run(const struct mm_world_geom *g, const struct mm_world_box *box, struct mm_world *p,
		   uint32_t *ret_count)
{
	uint32_t n = g->vertex_count;

	if (g->part_count != 1 || g->ring_count != 1 || n > MM_WORLD_RUN_MAX ||
	    (n > 1 && kind_of(g) == MM_PART_POINTS))
		return false;
	if (kind_of(g) == MM_PART_POLYGON && n > 1 && g->point[0].x == g->point[n - 1].x &&
	    g->point[0].y == g->point[n - 1].y)
		n--;
	for (uint32_t i = 0; i < n; i++) {
		const int64_t x = (int64_t)g->point[i].x - g->point[0].x,
			      y = (int64_t)g->point[i].y - g->point[0].y;

		if (!is_within(x, y, MM_WORLD_RUN_FAR) || !is_in(box, g->point[i]))
			return false;
		p[i] = g->point[i];
	}
	*ret_count = n;
	return n > 0;
}

/* Turns a ring clockwise as seen with y to the south. */
static void turn(struct mm_world *p, uint32_t n)
{
	int64_t area2 = 0;

	for (uint32_t i = 1; i + 1 < n; i++)
		area2 += ((int64_t)p[i].x - p[0].x) * ((int64_t)p[i + 1].y - p[0].y) -
			 ((int64_t)p[i].y - p[0].y) * ((int64_t)p[i + 1].x - p[0].x);
	for (uint32_t i = 1, k = n - 1; area2 < 0 && i < k; i++, k--) {
		const struct mm_world was = p[i];

		p[i] = p[k];
		p[k] = was;
	}
}

/* Zeros up to where the next part may begin. */
static void pad(struct mm_buf *out, size_t bytes)
{
	static const unsigned char zeros[MM_TILE_ROW_UNIT];

	mm_buf_put(out, zeros, mm_tile_row_padded(bytes) - bytes);
}

static bool is_far(const struct mm_world *p, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
		if (!is_within((int64_t)p[i].x - p[0].x, (int64_t)p[i].y - p[0].y, INT16_MAX + 1))
			return true;
	return false;
}

/* Returns the bits of its kind. */
static uint8_t put_run(struct mm_buf *out, const struct mm_world *p, uint32_t n, enum mm_part_kind kind,
		       const uint8_t *zoom)
{
	const bool far = is_far(p, n);

	unsigned char *at = mm_buf_reserve(out, n * sizeof(*p));

	if (!at)
		return 0;
	memcpy(at, p, sizeof(*p));
	at += sizeof(*p);
	for (uint32_t i = 1; i < n; i++) {
		const int32_t wide[] = {(int32_t)((int64_t)p[i].x - p[0].x),
					(int32_t)((int64_t)p[i].y - p[0].y)};
		const int16_t narrow[] = {(int16_t)wide[0], (int16_t)wide[1]};

		if (far)
			memcpy(at, wide, sizeof(wide));
		else
			memcpy(at, narrow, sizeof(narrow));
		at += far ? sizeof(wide) : sizeof(narrow);
	}
	out->len = (size_t)(at - out->data);
	if (kind == MM_PART_LINE) {
		mm_buf_put(out, zoom, n);
		pad(out, n);
	}
	return (uint8_t)((unsigned)kind | MM_TILE_ROW_IS_RUN | (far ? MM_TILE_ROW_IS_FAR : 0));
}

static void put_parts(struct mm_buf *out, const struct mm_world_geom *g)
{
	mm_buf_put(out, &g->part_count, sizeof(g->part_count));
	mm_buf_put(out, &g->ring_count, sizeof(g->ring_count));
	mm_buf_put(out, g->part, g->part_count * sizeof(*g->part));
	mm_buf_put(out, g->ring, g->ring_count * sizeof(*g->ring));
	mm_buf_put(out, g->point, g->vertex_count * sizeof(*g->point));
}

static int64_t id_of(const struct work *w, uint32_t row)
{
	return ((const int64_t *)(const void *)w->b->id_int.data)[row];
}

static void put_row(struct work *w, uint32_t place)
{
	const uint32_t row = w->f->tree_index[place];
	struct mm_tile_row_head head = {.plain_zoom = MM_ZOOM_NEVER};
	const size_t begin = w->bytes.len;
	struct mm_world p[MM_WORLD_RUN_MAX];
	struct mm_world_geom g;
	size_t tags;
	uint32_t n;

	mm_frozen_geom(w->b, w->f, row, &g);
	mm_buf_put(&w->bytes, &head, sizeof(head));
	tags = put_tags(w, row);
	w->bytes.len += tags;
	pad(&w->bytes, tags);
	head.id = w->has_plain_ids ? (uint64_t)id_of(w, row) : 0;
	head.kind = (uint8_t)kind_of(&g);
	head.vertex_count = g.vertex_count;
	head.tags_bytes = (uint16_t)tags;
	if (to_run(&g, &w->f->tree_box[place], p, &n)) {
		const uint8_t *zoom = w->f->placed.zoom.data + (g.point - mm_frozen_world(w->f));

		head.plain_zoom = zoom[0];
		if (head.kind == MM_PART_POLYGON)
			turn(p, n);
		head.kind = put_run(&w->bytes, p, n, (enum mm_part_kind)head.kind, zoom);
		head.vertex_count = n;
	} else {
		put_parts(&w->bytes, &g);
	}
	if (!w->bytes.failed)
		memcpy(w->bytes.data + begin, &head, sizeof(head));
	w->at += (w->bytes.len - begin) / MM_TILE_ROW_UNIT;
}

static void put_start(struct work *w)
{
	const uint32_t at = (uint32_t)w->at;

	mm_buf_put(&w->start, &at, sizeof(at));
}

/* Nobody else writes any more. */
static void put_bytes(struct work *w)
{
	struct mm_out_file *o = &w->b->file->out;

	w->failed |= w->bytes.failed; /* clearing forgets it */
	if (!w->span.offset)
		w->span = mm_out_file_span(o, NULL, 0);
	mm_out_file_put(o, w->bytes.data, w->bytes.len);
	mm_buf_clear(&w->bytes);
}

/* Has memory fetch the tables of a row, and of one whose tables are there what they point to. */
static void fetch_tables(const struct work *w, uint32_t place)
{
	const uint32_t row = w->f->tree_index[place];

	mm_prefetch((const struct mm_geom_row *)(const void *)w->b->geom.data + row);
	for (size_t f = 0; f < w->b->schema.field_count; f++) {
		const struct mm_build_column *c = &w->b->column[f];

		mm_prefetch(c->data.data + (size_t)row * (c->words ? 4 : 8));
		mm_prefetch(c->nulls + row);
	}
}

static void fetch_points(const struct work *w, uint32_t place)
{
	const uint32_t row = w->f->tree_index[place];
	const struct mm_geom_row *g = (const struct mm_geom_row *)(const void *)w->b->geom.data + row;

	mm_prefetch(mm_frozen_world(w->f) + g->vertex);
	mm_prefetch(w->f->placed.zoom.data + g->vertex);
	mm_prefetch(w->b->part.data + (size_t)g->part * 4);
	mm_prefetch(w->b->ring.data + (size_t)g->ring * 4);
	mm_tile_values_prefetch(&w->values, row);
}

static void make_rows(struct work *w, void (*wait)(void *ctx), void *ctx)
{
	const uint32_t count = w->f->tree_count;

	for (uint32_t i = 0; i < count && !w->bytes.failed && !w->values.failed; i++) {
		if (i + AHEAD < count)
			fetch_tables(w, i + AHEAD);
		if (i + AHEAD / 2 < count)
			fetch_points(w, i + AHEAD / 2);
		put_start(w);
		put_row(w, i);
		if (w->span.offset ? w->bytes.len >= PIECE : w->bytes.len >= WAITING_MAX) {
			wait(ctx);
			put_bytes(w);
		}
	}
	put_start(w);
	wait(ctx);
	put_bytes(w);
	w->span.bytes = w->at * MM_TILE_ROW_UNIT;
}

static bool are_ids_plain(const struct mm_layer_build *b)
{
	const int64_t *id = (const int64_t *)(const void *)b->id_int.data;

	if (b->has_text_ids)
		return false;
	for (uint32_t row = 0; row < b->rows; row++)
		if (id[row] < 0 || id[row] >= INT64_C(1) << MM_TILE_ID_BITS)
			return false;
	return true;
}

enum mm_code mm_freeze_tile_rows(struct mm_layer_build *b, const struct mm_frozen *f, void (*wait)(void *ctx),
				 void *ctx, struct mm_err *reterr)
{
	struct work w = {.b = b, .f = f, .has_plain_ids = are_ids_plain(b)};
	struct mm_format_header *h = &b->file->header;
	struct mm_out_file *o = &b->file->out;
	enum mm_code rc = MM_OK;

	mm_buf_init(&w.bytes, SIZE_MAX / 2);
	mm_buf_init(&w.start, SIZE_MAX / 2);
	if (mm_tile_values_init(&w.values, b))
		make_rows(&w, wait, ctx);
	else
		wait(ctx);
	h->section[MM_SECTION_TILE_ROW] = w.span;
	h->section[MM_SECTION_TILE_START] = mm_out_file_buf(o, &w.start);
	h->section[MM_SECTION_TILE_VALUE] = mm_out_file_buf(o, &w.values.row);
	h->section[MM_SECTION_TILE_TEXT] = mm_out_file_buf(o, &w.values.text);
	if (!w.span.offset || w.failed || w.start.failed || w.values.failed)
		rc = mm_fail_nomem(reterr);
	else if (w.at > UINT32_MAX)
		rc = mm_fail(reterr, MM_E_LIMIT, b->schema.id,
			     "has more geometry than one layer can hold: split it");
	mm_buf_release(&w.bytes);
	mm_buf_release(&w.start);
	mm_tile_values_release(&w.values);
	return rc;
}
