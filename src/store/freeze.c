#include "store/build_private.h"
#include "store/freeze_private.h"
#include "store/valid_ring.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What is valid, and the index; where things lie in the world is ahead.c. */

enum { LET_GO_ROWS = 256 /* that were looked at, each in 64 kB of its own if it comes to the worst */ };

static bool is_polygon(const struct mm_geom *g)
{
	return mm_geom_dimension(g) == 2;
}

/* A valid copy behind the rows; an empty one when nothing valid can be made, so that GEOS never meets the
 * original. */
static void repair(struct mm_layer_build *b, struct mm_topo *topo, uint32_t row, const char *why,
		   struct mm_buf *rows)
{
	struct mm_geom g = mm_build_geom(b, row), fixed = {.type = g.type};
	struct mm_err err = {0};
	MM_ARENA_SCOPE(mem, 0);

	if (mm_topo_make_valid(topo, &g, &mem, &fixed, &err))
		fixed = (struct mm_geom){.type = g.type};
	mm_build_note(b, MM_QUALITY_REPAIRED, row, why);
	if (fixed.part_count == 0)
		mm_build_note(b, MM_QUALITY_ZERO_AREA, row, "");
	mm_build_add_geom(b, &fixed);
	if (!b->failed)
		((struct mm_geom_row *)(void *)b->geom.data)[row].is_repaired = 1;
	mm_buf_put(rows, &row, sizeof(row));
}

static void look_at(struct mm_layer_build *b, struct mm_topo *topo, uint32_t row,
		    const struct mm_world_box *box, struct mm_buf *repaired)
{
	struct mm_geom g = mm_build_geom(b, row);
	char why[256] = "";

	if (g.part_count == 0) {
		if (g.type != MM_GEOM_NULL)
			mm_build_note(b, MM_QUALITY_EMPTY_GEOMETRY, row, "");
	} else if (is_polygon(&g) && !mm_ring_is_surely_valid(&g)) {
		if (mm_topo_why_invalid(topo, &g, why, sizeof(why), NULL))
			(void)strcpy(why, "not a geometry that can be checked");
		if (*why)
			repair(b, topo, row, why, repaired);
	} else if (g.vertex_count == 1 && g.xy[0] == 0 && g.xy[1] == 0) {
		mm_build_note(b, MM_QUALITY_NULL_ISLAND, row, "");
	}
	if (g.vertex_count == 1 && box->min_x <= box->max_x && mm_world_is_off(box->min_y))
		mm_build_note(
		    b, MM_QUALITY_OFF_MAP, row,
		    "lies beyond 85.05 degrees of latitude, where Web Mercator ends: not in its tiles");
	if (g.vertex_count && box->min_x > box->max_x)
		mm_build_note(b, MM_QUALITY_OUTSIDE, row, "lies outside the area of its coordinate system");
}

enum mm_code mm_freeze_vet(struct mm_layer_build *b, const struct mm_placed *placed,
			   struct mm_buf *ret_repaired, struct mm_err *reterr)
{
	const uint32_t *row = (const uint32_t *)(const void *)placed->unsure.data;
	const struct mm_world_box *box = (const struct mm_world_box *)(const void *)placed->box.data;
	struct mm_topo *topo = mm_topo_new();

	if (!topo)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < placed->unsure.len / sizeof(*row); i++) {
		look_at(b, topo, row[i], &box[row[i]], ret_repaired);
		if (i % LET_GO_ROWS == 0)
			mm_build_let_go_filed(b);
	}
	(void)mm_topo_free(topo);
	return b->failed || mm_build_notes_failed(b) || ret_repaired->failed ? mm_fail_nomem(reterr) : MM_OK;
}

static uint32_t count_placed(const struct mm_layer_build *b, const struct mm_world_box *box)
{
	uint32_t n = 0;

	for (uint32_t row = 0; row < b->rows; row++)
		n += box[row].min_x <= box[row].max_x;
	return n;
}

/* Boxes and numbers of the rows that have a place. False: out of memory. */
static bool copy_placed(const struct mm_layer_build *b, const struct mm_world_box *box, uint32_t count,
			struct mm_world_box **ret_item, uint32_t **ret_number)
{
	struct mm_world_box *item = calloc((size_t)count + 1, sizeof(*item));
	uint32_t *number = calloc((size_t)count + 1, sizeof(*number)), n = 0;

	*ret_item = item;
	*ret_number = number;
	for (uint32_t row = 0; row < b->rows && item && number; row++)
		if (box[row].min_x <= box[row].max_x) {
			item[n] = box[row];
			number[n++] = row;
		}
	return item && number;
}

enum mm_code mm_freeze_index(const struct mm_layer_build *b, struct mm_frozen *f, struct mm_err *reterr)
{
	const struct mm_world_box *box = mm_frozen_box(f);
	struct mm_world_box *item = NULL;
	uint32_t *number = NULL;
	const uint32_t n = count_placed(b, box);
	enum mm_code rc = n == b->rows || copy_placed(b, box, n, &item, &number) ? MM_OK : MM_E_NOMEM;

	f->tree_count = n;
	f->tree_box = calloc(mm_rtree_box_count(n) + 1, sizeof(*f->tree_box));
	f->tree_index = calloc((size_t)n + 1, sizeof(*f->tree_index));
	if (rc || !f->tree_box || !f->tree_index)
		rc = mm_fail_nomem(reterr);
	else
		mm_rtree_build(item ? item : box, number, n, f->tree_box, f->tree_index);
	free(item);
	free(number);
	return rc;
}

/* The geometry row after the last: where it would begin. */
static void put_geom_end(struct mm_layer_build *b)
{
	struct mm_geom_row end = {.vertex = mm_build_vertices(b),
				  .part = (uint32_t)(b->part.len / 4),
				  .ring = (uint32_t)(b->ring.len / 4)};

	mm_buf_put(&b->geom, &end, sizeof(end));
	b->failed |= b->geom.failed;
}

/* The same of the ids, and of heights that the last rows have none of. */
static void put_end_mark(struct mm_layer_build *b)
{
	uint64_t start = b->id_text.len;

	if (b->has_text_ids)
		mm_buf_put(&b->id_start, &start, sizeof(start));
	if (b->has_z && b->z.len / 8 < mm_build_vertices(b))
		b->failed = true;
	b->failed |= b->geom.failed || b->id_start.failed;
}

/* Places the repaired copies, which lie behind the rows. */
static enum mm_code place_copies(struct mm_layer_build *b, struct mm_frozen *f, struct mm_err *reterr)
{
	struct mm_ahead_rows copies = mm_build_rows(b, b->rows, mm_build_geom_count(b) - 1);
	struct mm_placed all;
	enum mm_code rc = mm_ahead_end(b->ahead, &copies, &all, reterr);

	if (rc)
		return rc;
	f->placed.world = all.world;
	f->placed.zoom = all.zoom;
	f->placed.box = all.box;
	return MM_OK;
}

/* The second thread of a freeze writes what is there while the index is made. */
struct writing {
	struct mm_layer_build *b;
	const struct mm_frozen *f;
	pthread_t thread;
	bool runs;
};

static void *write_rows(void *ctx)
{
	struct writing *w = ctx;

	mm_freeze_file_rows(w->b->file, w->b, w->f);
	return NULL;
}

static void wait_for_writing(void *ctx)
{
	struct writing *w = ctx;

	if (w->runs)
		(void)pthread_join(w->thread, NULL);
	w->runs = false;
}

/* The levels are made from values, too. */
static bool levels_need_values(const struct mm_schema *s)
{
	return *s->generalize.importance_field || s->generalize.cluster_px;
}

/* Of what is in the file now, what no level is made from. */
static void release_rows(struct mm_layer_build *b)
{
	mm_buf_release(&b->id_int);
	for (size_t i = 0; i < b->schema.field_count && !levels_need_values(&b->schema); i++)
		mm_build_release_column(&b->column[i]);
}

static enum mm_code write_and_index(struct writing *w, struct mm_frozen *f, struct mm_err *reterr)
{
	enum { WORTH_A_THREAD = 1 << 16 };
	unsigned joined;
	enum mm_code rc;

	w->runs = w->b->rows >= WORTH_A_THREAD && pthread_create(&w->thread, NULL, write_rows, w) == 0;
	if (!w->runs)
		(void)write_rows(w);
	rc = mm_freeze_index(w->b, f, reterr);
	if (!rc)
		rc = mm_freeze_tile_rows(w->b, f, wait_for_writing, w, reterr);
	wait_for_writing(w);
	if (!rc && mm_freeze_joins(&w->b->schema, f, &joined))
		rc = mm_freeze_alike(w->b, f, joined, w->b->schema.min_zoom, reterr);
	if (rc)
		return rc;
	release_rows(w->b);
	mm_freeze_file_index(w->b->file, f);
	mm_frozen_file_world(f, w->b);
	return mm_freeze_levels(w->b, f, reterr);
}

/* All geometries in the world, invalid ones with a copy that is valid. */
static enum mm_code place_all(struct mm_layer_build *b, struct mm_frozen *f, struct mm_err *reterr)
{
	struct mm_ahead_rows rest;
	enum mm_code rc;

	put_geom_end(b);
	if (b->failed)
		return mm_fail_nomem(reterr);
	rest = mm_build_rows(b, b->ahead_rows, b->rows);
	rc = mm_ahead_end(b->ahead, &rest, &f->placed, reterr);
	b->geom.len -= sizeof(struct mm_geom_row); /* copies come behind the rows */
	if (!rc)
		rc = mm_freeze_vet(b, &f->placed, &f->repaired, reterr);
	if (rc)
		return rc;
	f->geom_rows = mm_build_geom_count(b);
	put_geom_end(b);
	put_end_mark(b);
	return b->failed ? mm_fail_nomem(reterr) : place_copies(b, f, reterr);
}

/* Keys of the definition that ask for what no geometry is. */
static void note_unused(struct mm_layer_build *b, unsigned geom_types)
{
	const unsigned any = 1u << MM_GEOM_COLLECTION,
		       points = 1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT,
		       polygons = 1u << MM_GEOM_POLYGON | 1u << MM_GEOM_MULTIPOLYGON;
	const struct mm_generalize *g = &b->schema.generalize;

	if (!(geom_types & ~(1u << MM_GEOM_NULL)))
		return;
	if (g->cluster_px && !(geom_types & (points | any)))
		mm_build_note(b, MM_QUALITY_OF_NO_USE, UINT32_MAX,
			      "cluster: the layer has no points: remove cluster:");
	if (g->is_coverage && !(geom_types & (polygons | any)))
		mm_build_note(b, MM_QUALITY_OF_NO_USE, UINT32_MAX,
			      "coverage: the layer has no polygons: remove coverage:");
}

static void release(struct mm_frozen *f)
{
	mm_frozen_release_index(f);
	mm_frozen_unmap_world(f);
	free(f->importance);
	mm_frozen_release_alike(f);
	mm_buf_release(&f->repaired);
	for (unsigned i = 0; i <= MM_LEVEL_TOP; i++)
		mm_level_made_release(&f->level[i]);
}

/* Everything placed, and all exact coordinates in the file. */
static enum mm_code place_and_file(struct mm_layer_build *b, struct mm_frozen *f, struct mm_err *reterr)
{
	enum mm_code rc = mm_build_map_filed(b, reterr);

	if (!rc)
		rc = place_all(b, f, reterr);
	if (rc)
		return rc;
	note_unused(b, f->placed.geom_types);
	mm_build_file_xy(b, mm_build_vertices(b));
	mm_buf_release(&b->xy);
	return mm_build_map_filed(b, reterr);
}

enum mm_code mm_layer_build_freeze(struct mm_layer_build *b, uint64_t identity, const char *source_stamp,
				   const char *path, struct mm_err *reterr)
{
	struct mm_frozen f = {0};
	struct writing w = {.b = b, .f = &f};
	enum mm_code rc = b->file ? MM_OK : mm_layer_build_begin_file(b, path, reterr);

	MM_CHECK(!b->in_row);
	MM_CHECK(!b->file || strcmp(b->file->path, path) == 0);
	mm_buf_init(&f.repaired, SIZE_MAX / 2);
	if (!rc)
		rc = place_and_file(b, &f, reterr);
	if (!rc)
		rc = write_and_index(&w, &f, reterr);
	if (!rc)
		rc = mm_freeze_file_end(b->file, &f, identity, source_stamp, reterr);
	release(&f);
	return rc;
}
