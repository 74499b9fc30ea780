#include "tile/tile.h"

#include "base/clock.h"
#include "base/pool.h"
#include "encode/mvt.h"
#include "grid/shape.h"
#include "tile/rows.h"

#include <stdlib.h>
#include <string.h>

enum {
	AHEAD_TABLES = 12, /* rows */
	AHEAD_POINTS = 5,
	CLOCK_EVERY = 256,      /* features, or 32 vertices each */
	THIN_POINTS_BELOW = 14, /* zooms at which points that share a quarter pixel are one */
	THIN_POINTS_CELL = 2,
	GRID = (MM_GRID_EXTENT + 2 * MM_TILE_BUFFER) /
	       THIN_POINTS_CELL, /* cells a side of the finest thinning */
	GRID_BYTES = GRID * GRID / 8 + 1
};

struct mm_tile_maker {
	struct mm_topo *topo;
	struct mm_mvt_layer *mvt;
	struct mm_shape shape;
	struct mm_rows rows;
	uint8_t *taken; /* bit set: cells over tile and buffer where something small stands; NULL before the
			   first */
	bool taken_any;

	/* of the tile at hand */
	const struct mm_tile_ask *ask;
	const struct mm_layer *layer; /* the one at hand */
	struct mm_tile_fields fields;
	struct mm_tile_count count;
	struct mm_buf *out;
	size_t steps; /* since the clock was read */
};

struct mm_tile_maker *mm_tile_maker_new(void)
{
	struct mm_tile_maker *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->topo = mm_topo_new();
	m->mvt = mm_mvt_layer_new();
	return m->topo && m->mvt ? m : mm_tile_maker_free(m);
}

struct mm_tile_maker *mm_tile_maker_free(struct mm_tile_maker *m)
{
	if (!m)
		return NULL;
	(void)mm_topo_free(m->topo);
	(void)mm_mvt_layer_free(m->mvt);
	mm_shape_release(&m->shape);
	mm_rows_release(&m->rows);
	free(m->taken);
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

/* Takes the cell of a point; false when it was taken. `cell`: tile units a side, at least THIN_POINTS_CELL.
 */
static bool take(struct mm_tile_maker *m, const int32_t *xy, int cell)
{
	int x = (xy[0] + MM_TILE_BUFFER) / cell, y = (xy[1] + MM_TILE_BUFFER) / cell;
	size_t at;

	if (!m->taken)
		m->taken = calloc(GRID_BYTES, 1);
	if (!m->taken) {
		m->shape.failed = true;
		return false;
	}
	x = x < 0 ? 0 : x >= GRID ? GRID - 1 : x;
	y = y < 0 ? 0 : y >= GRID ? GRID - 1 : y;
	at = (size_t)y * GRID + (size_t)x;
	if (m->taken[at / 8] >> (at % 8) & 1)
		return false;
	m->taken[at / 8] |= (uint8_t)(1u << (at % 8));
	m->taken_any = true;
	return true;
}

/* False: something stands there already at this zoom. */
static bool is_seen(struct mm_tile_maker *m)
{
	const struct mm_shape *s = &m->shape;

	if (s->is_dot)
		return take(m, s->geom.xy, MM_TILE_PIXEL);
	if (s->geom.kind == MM_GRID_POINT && s->geom.ring[0] == 1 && s->id.z < THIN_POINTS_BELOW)
		return take(m, s->geom.xy, THIN_POINTS_CELL);
	return true;
}

static void add_row(struct mm_tile_maker *m, uint32_t row)
{
	struct mm_world_geom g;
	struct mm_world_box box;

	m->count.read++;
	if (!mm_layer_box_world(m->layer, row, &box))
		return;
	mm_layer_geom_world(m->layer, row, &g);
	m->steps += 1 + g.vertex_count / 32;
	if (!mm_shape_make(&m->shape, &g, &box))
		return;
	if (!is_seen(m)) {
		m->count.thinned++;
		return;
	}
	mm_mvt_layer_add(m->mvt, row, &m->shape.geom);
	m->count.kept++;
}

static bool is_late(struct mm_tile_maker *m)
{
	if (m->steps < CLOCK_EVERY)
		return false;
	m->steps = 0;
	return m->ask->deadline_ns && mm_clock_mono_ns() > m->ask->deadline_ns;
}

static bool is_full(const struct mm_tile_maker *m)
{
	return mm_mvt_layer_count(m->mvt) >= MM_TILE_FEATURES_MAX ||
	       m->out->len + mm_mvt_layer_bytes(m->mvt) > MM_TILE_BYTES_MAX;
}

/* Adds the rows in their order until a limit is reached; *ret_left: how many were not looked at. */
static enum mm_code add_rows(struct mm_tile_maker *m, size_t *ret_left, struct mm_err *reterr)
{
	size_t i = 0;

	if (m->rows.failed ||
	    !mm_mvt_layer_begin(m->mvt, m->layer, mm_layer_schema(m->layer)->id, &m->fields))
		return mm_fail_nomem(reterr);
	if (m->taken_any)
		memset(m->taken, 0, GRID_BYTES);
	m->taken_any = false;
	for (; i < m->rows.count && !is_full(m); i++) {
		if (is_late(m))
			return mm_fail(reterr, MM_E_BUSY, "",
				       "the tile took too long: try again, or give the layer a zoom range");
		if (i + AHEAD_TABLES < m->rows.count)
			mm_layer_prefetch(m->layer, m->rows.row[i + AHEAD_TABLES]);
		if (i + AHEAD_POINTS < m->rows.count)
			mm_layer_prefetch_points(m->layer, m->rows.row[i + AHEAD_POINTS]);
		add_row(m, m->rows.row[i]);
	}
	*ret_left = m->rows.count - i;
	return m->shape.failed ? mm_fail_nomem(reterr) : MM_OK;
}

static enum mm_code make_layer(struct mm_tile_maker *m, struct mm_err *reterr)
{
	const struct mm_world_box window = mm_tile_id_window(m->shape.id, MM_TILE_BUFFER);
	const struct mm_tile_count before = m->count;
	size_t left = 0;
	enum mm_code rc;

	mm_rows_find(&m->rows, m->layer, &window);
	rc = add_rows(m, &left, reterr);
	if (!rc && left) {
		m->count = before;
		mm_rows_largest_first(&m->rows, m->layer);
		rc = add_rows(m, &left, reterr);
		m->count.dropped += left;
	}
	if (rc)
		return rc;
	mm_mvt_layer_put(m->mvt, m->out);
	if (m->out->failed)
		return mm_fail(reterr, MM_E_LIMIT, "", "the tile is too large: give the layer a zoom range");
	return MM_OK;
}

enum mm_code mm_tile_make(struct mm_tile_maker *m, const struct mm_tile_ask *ask, struct mm_buf *out,
			  struct mm_tile_count *ret_count, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	m->ask = ask;
	m->out = out;
	m->fields = (struct mm_tile_fields){.zoom = ask->id.z};
	m->count = (struct mm_tile_count){0};
	mm_shape_begin(&m->shape, ask->id, m->topo);
	for (size_t i = 0; i < ask->layer_count && !rc; i++) {
		const struct mm_schema *s = mm_layer_schema(ask->layer[i]);

		if (ask->id.z < s->min_zoom || ask->id.z > s->max_zoom)
			continue;
		m->layer = ask->layer[i];
		rc = make_layer(m, reterr);
	}
	m->count.repaired = m->shape.repaired;
	m->count.lost = m->shape.lost;
	if (!rc)
		*ret_count = m->count;
	return rc;
}
