#include "tile/tile.h"

#include "base/clock.h"
#include "encode/mvt.h"
#include "tile/shape.h"

#include <stdlib.h>
#include <string.h>

enum {
	DEADLINE_EVERY = 256,
	THIN_POINTS_BELOW = 14, /* zooms at which points that share a quarter pixel are one */
	GRID = (MM_MVT_EXTENT + 2 * MM_TILE_BUFFER) / 2 /* cells a side of the finest thinning */
};

/* Rows that the index gives, in a list that grows. */
struct rows {
	uint32_t *row;
	size_t count, cap;
	bool failed;
};

static bool add_row(void *ctx, uint32_t number)
{
	struct rows *r = ctx;

	if (r->count == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 1024;
		uint32_t *wide = realloc(r->row, cap * sizeof(*wide));

		if (!wide) {
			r->failed = true;
			return false;
		}
		r->row = wide;
		r->cap = cap;
	}
	r->row[r->count++] = number;
	return true;
}

static int by_row(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Which cells of a grid over the tile and its buffer something small stands in already. */
struct taken {
	uint8_t *bit;
};

/* Takes the cell of a point; false when it was taken. `cell`: tile units a side, at least 2. */
static bool take(struct taken *t, const int32_t *xy, int cell)
{
	int x = (xy[0] + MM_TILE_BUFFER) / cell, y = (xy[1] + MM_TILE_BUFFER) / cell;
	size_t at;

	x = x < 0 ? 0 : x >= GRID ? GRID - 1 : x;
	y = y < 0 ? 0 : y >= GRID ? GRID - 1 : y;
	at = (size_t)y * GRID + (size_t)x;
	if (t->bit[at / 8] >> (at % 8) & 1)
		return false;
	t->bit[at / 8] |= (uint8_t)(1u << (at % 8));
	return true;
}

struct work {
	const struct mm_layer *layer;
	struct mm_shape shape;
	struct mm_mvt_layer *mvt;
	struct taken taken;
	struct mm_tile_count *count;
};

/* False: something stands there already at this zoom. */
static bool is_seen(struct work *w)
{
	const struct mm_shape *s = &w->shape;

	if (s->is_dot)
		return take(&w->taken, s->geom.xy, MM_TILE_PIXEL);
	if (s->geom.kind == MM_MVT_POINT && s->geom.ring[0] == 1 && s->id.z < THIN_POINTS_BELOW)
		return take(&w->taken, s->geom.xy, 2);
	return true;
}

static void add_feature(struct work *w, uint32_t row)
{
	struct mm_world_geom g;

	w->count->read++;
	mm_layer_geom_world(w->layer, row, &g);
	if (!mm_shape_make(&w->shape, &g))
		return;
	if (!is_seen(w)) {
		w->count->thinned++;
		return;
	}
	if (mm_mvt_layer_count(w->mvt) == MM_TILE_FEATURES_MAX ||
	    mm_mvt_layer_bytes(w->mvt) > MM_TILE_BYTES_MAX) {
		w->count->dropped++;
		return;
	}
	mm_mvt_layer_add(w->mvt, row, &w->shape.geom);
	w->count->kept++;
}

static enum mm_code make_layer(struct work *w, int64_t deadline_ns, struct mm_buf *out, struct mm_err *reterr)
{
	struct mm_world_box window = mm_tile_id_window(w->shape.id, MM_TILE_BUFFER);
	struct rows rows = {0};
	enum mm_code rc = MM_OK;

	mm_rtree_search(mm_layer_rtree(w->layer), &window, add_row, &rows);
	if (rows.count)
		qsort(rows.row, rows.count, sizeof(*rows.row), by_row);
	w->mvt = mm_mvt_layer_new(w->layer);
	if (!w->mvt || rows.failed)
		rc = mm_fail_nomem(reterr);
	for (size_t i = 0; i < rows.count && !rc; i++) {
		if (i % DEADLINE_EVERY == DEADLINE_EVERY - 1 && deadline_ns &&
		    mm_clock_mono_ns() > deadline_ns)
			rc = mm_fail(reterr, MM_E_BUSY, "",
				     "the tile took too long: try again, or give the layer a zoom range");
		else
			add_feature(w, rows.row[i]);
	}
	if (!rc)
		mm_mvt_layer_put(w->mvt, out);
	w->mvt = mm_mvt_layer_free(w->mvt);
	free(rows.row);
	if (!rc && (out->failed || w->shape.failed))
		rc = mm_fail_nomem(reterr);
	return rc;
}

enum mm_code mm_tile_make(const struct mm_layer *const *layer, size_t count, struct mm_tile_id id,
			  struct mm_topo *topo, int64_t deadline_ns, struct mm_buf *out,
			  struct mm_tile_count *ret_count, struct mm_err *reterr)
{
	const size_t grid_bytes = (size_t)GRID * GRID / 8 + 1;
	struct mm_tile_count counted = {0};
	struct work w = {.count = &counted, .taken = {calloc(grid_bytes, 1)}};
	enum mm_code rc = w.taken.bit ? MM_OK : mm_fail_nomem(reterr);

	mm_shape_init(&w.shape, id, topo);
	for (size_t i = 0; i < count && !rc; i++) {
		const struct mm_schema *s = mm_layer_schema(layer[i]);

		if (id.z < s->min_zoom || id.z > s->max_zoom)
			continue;
		w.layer = layer[i];
		if (i)
			memset(w.taken.bit, 0, grid_bytes);
		rc = make_layer(&w, deadline_ns, out, reterr);
	}
	mm_shape_release(&w.shape);
	free(w.taken.bit);
	if (!rc)
		*ret_count = counted;
	return rc;
}
