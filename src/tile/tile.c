#include "tile/tile.h"

#include "base/clock.h"
#include "base/pool.h"
#include "encode/mvt.h"
#include "tile/grid_source.h"
#include "tile/grid_window.h"
#include "tile/rows.h"
#include "tile/shape.h"

#include <stdlib.h>
#include <string.h>

enum {
	CLOCK_EVERY = 256,      /* features, or 32 vertices each */
	THIN_POINTS_BELOW = 14, /* zooms at which points that share a quarter pixel are one */
	THIN_POINTS_CELL = 2,
	GRID =
	    (MM_MVT_EXTENT + 2 * MM_TILE_BUFFER) / THIN_POINTS_CELL, /* cells a side of the finest thinning */
	GRID_BYTES = GRID * GRID / 8 + 1
};

struct mm_tile_maker {
	struct mm_topo *topo;
};

struct mm_tile_maker *mm_tile_maker_new(void)
{
	struct mm_tile_maker *m = calloc(1, sizeof(*m));

	if (m)
		m->topo = mm_topo_new();
	return m && m->topo ? m : mm_tile_maker_free(m);
}

struct mm_tile_maker *mm_tile_maker_free(struct mm_tile_maker *m)
{
	if (m)
		(void)mm_topo_free(m->topo);
	free(m);
	return NULL;
}

static void *make_maker(void)
{
	return mm_tile_maker_new();
}

static void free_maker(void *thing)
{
	(void)mm_tile_maker_free(thing);
}

struct mm_pool *mm_tile_makers_new(void)
{
	return mm_pool_new(make_maker, free_maker);
}

/* One tile while it is made. */
struct work {
	struct mm_shape shape;
	const struct mm_layer *layer; /* the one at hand, and what it has so far */
	struct mm_mvt_layer *mvt;
	struct mm_rows rows;
	const struct mm_grid_tile *grid; /* NULL: the world square */
	struct mm_grid_source source;    /* of that grid */
	uint8_t *taken; /* bit set: cells over tile and buffer where something small stands; NULL before the
			   first */
	bool taken_any;
	struct mm_tile_count count;
	struct mm_buf *out;
	int64_t deadline_ns;
	size_t steps; /* since the clock was read */
};

/* Takes the cell of a point; false when it was taken. `cell`: tile units a side, at least THIN_POINTS_CELL.
 */
static bool take(struct work *w, const int32_t *xy, int cell)
{
	int x = (xy[0] + MM_TILE_BUFFER) / cell, y = (xy[1] + MM_TILE_BUFFER) / cell;
	size_t at;

	if (!w->taken)
		w->taken = calloc(GRID_BYTES, 1);
	if (!w->taken) {
		w->shape.failed = true;
		return false;
	}
	x = x < 0 ? 0 : x >= GRID ? GRID - 1 : x;
	y = y < 0 ? 0 : y >= GRID ? GRID - 1 : y;
	at = (size_t)y * GRID + (size_t)x;
	if (w->taken[at / 8] >> (at % 8) & 1)
		return false;
	w->taken[at / 8] |= (uint8_t)(1u << (at % 8));
	w->taken_any = true;
	return true;
}

/* False: something stands there already at this zoom. */
static bool is_seen(struct work *w)
{
	const struct mm_shape *s = &w->shape;

	if (s->is_dot)
		return take(w, s->geom.xy, MM_TILE_PIXEL);
	if (s->geom.kind == MM_MVT_POINT && s->geom.ring[0] == 1 && s->id.z < THIN_POINTS_BELOW)
		return take(w, s->geom.xy, THIN_POINTS_CELL);
	return true;
}

/* A row in a tile of the world square. */
static bool shape_world(struct work *w, uint32_t row)
{
	struct mm_world_geom g;
	struct mm_world_box box;

	if (!mm_layer_box_world(w->layer, row, &box))
		return false;
	mm_layer_geom_world(w->layer, row, &g);
	w->steps += 1 + g.vertex_count / 32;
	return mm_shape_make(&w->shape, &g, &box);
}

/* The same in a tile of another grid. */
static bool shape_grid(struct work *w, uint32_t row)
{
	struct mm_geom g;
	struct mm_box box;
	bool is_near = mm_grid_source_place(&w->source, row, &g, &box);

	w->steps += 1 + w->source.xy.count / 2; /* transforming takes longer than shaping */
	w->shape.failed |= w->source.failed;
	return is_near && mm_shape_make_placed(&w->shape, &g, &box);
}

static void add_row(struct work *w, uint32_t row)
{
	w->count.read++;
	if (!(w->grid ? shape_grid(w, row) : shape_world(w, row)))
		return;
	if (!is_seen(w)) {
		w->count.thinned++;
		return;
	}
	mm_mvt_layer_add(w->mvt, row, &w->shape.geom);
	w->count.kept++;
}

static bool is_late(struct work *w)
{
	if (w->steps < CLOCK_EVERY)
		return false;
	w->steps = 0;
	return w->deadline_ns && mm_clock_mono_ns() > w->deadline_ns;
}

static bool is_full(const struct work *w)
{
	return mm_mvt_layer_count(w->mvt) >= MM_TILE_FEATURES_MAX ||
	       w->out->len + mm_mvt_layer_bytes(w->mvt) > MM_TILE_BYTES_MAX;
}

/* Adds the rows in their order until a limit is reached; *ret_left: how many were not looked at. */
static enum mm_code add_rows(struct work *w, size_t *ret_left, struct mm_err *reterr)
{
	size_t i = 0;

	w->mvt = mm_mvt_layer_free(w->mvt);
	w->mvt = mm_mvt_layer_new(w->layer);
	if (!w->mvt || w->rows.failed)
		return mm_fail_nomem(reterr);
	if (w->taken_any)
		memset(w->taken, 0, GRID_BYTES);
	w->taken_any = false;
	for (; i < w->rows.count && !is_full(w); i++) {
		if (is_late(w))
			return mm_fail(reterr, MM_E_BUSY, "",
				       "the tile took too long: try again, or give the layer a zoom range");
		add_row(w, w->rows.row[i]);
	}
	*ret_left = w->rows.count - i;
	return w->shape.failed ? mm_fail_nomem(reterr) : MM_OK;
}

/* Where to look in the index of the layer at hand. */
static enum mm_code find_window(struct work *w, struct mm_world_box *ret, struct mm_err *reterr)
{
	enum mm_code rc;

	if (!w->grid) {
		*ret = mm_tile_id_window(w->shape.id, MM_TILE_BUFFER);
		return MM_OK;
	}
	rc = mm_grid_source_open(&w->source, w->grid, w->layer, reterr);
	return rc ? rc : mm_grid_window(w->grid, w->layer, ret, reterr);
}

static enum mm_code make_layer(struct work *w, struct mm_err *reterr)
{
	const struct mm_tile_count before = w->count;
	struct mm_world_box window;
	size_t left = 0;
	enum mm_code rc = find_window(w, &window, reterr);

	if (rc)
		return rc;
	w->source.unplaced = 0;
	mm_rows_find(&w->rows, w->layer, &window);
	rc = add_rows(w, &left, reterr);
	if (!rc && left) {
		w->count = before;
		w->source.unplaced = 0;
		mm_rows_largest_first(&w->rows, w->layer);
		rc = add_rows(w, &left, reterr);
		w->count.dropped += left;
	}
	if (rc)
		return rc;
	w->count.dropped += w->source.unplaced;
	mm_mvt_layer_put(w->mvt, w->out);
	if (w->out->failed)
		return mm_fail(reterr, MM_E_LIMIT, "", "the tile is too large: give the layer a zoom range");
	return MM_OK;
}

enum mm_code mm_tile_make(struct mm_tile_maker *m, const struct mm_tile_ask *ask, struct mm_buf *out,
			  struct mm_tile_count *ret_count, struct mm_err *reterr)
{
	struct work w = {.out = out, .grid = ask->grid, .deadline_ns = ask->deadline_ns};
	enum mm_code rc = MM_OK;

	mm_shape_init(&w.shape, ask->id, m->topo);
	for (size_t i = 0; i < ask->layer_count && !rc; i++) {
		const struct mm_schema *s = mm_layer_schema(ask->layer[i]);

		if (ask->id.z < s->min_zoom || ask->id.z > s->max_zoom)
			continue;
		w.layer = ask->layer[i];
		rc = make_layer(&w, reterr);
	}
	w.count.repaired = w.shape.repaired;
	w.count.lost = w.shape.lost;
	mm_shape_release(&w.shape);
	mm_grid_source_release(&w.source);
	mm_rows_release(&w.rows);
	(void)mm_mvt_layer_free(w.mvt);
	free(w.taken);
	if (!rc)
		*ret_count = w.count;
	return rc;
}
