#include "tile/maker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where something stands already: of points that share a cell, and of dots, one is drawn. */

enum {
	THIN_POINTS_CELL = 2,
	GRID = (MM_GRID_EXTENT + 2 * MM_TILE_BUFFER) /
	       THIN_POINTS_CELL, /* cells a side of the finest thinning */
	GRID_BYTES = GRID * GRID / 8 + 1,
	TAKEN_LISTED = 4096 /* cells; where more are taken, all are cleared */
};

/* Takes the cell of a point; false when it was taken. `cell`: tile units a side, at least THIN_POINTS_CELL.
 */
static bool take(struct mm_tile_maker *m, const int32_t *xy, int cell)
{
	int x = (xy[0] + MM_TILE_BUFFER) / cell, y = (xy[1] + MM_TILE_BUFFER) / cell;
	size_t at;

	if (!m->taken)
		m->taken = calloc(GRID_BYTES, 1);
	if (!m->taken_at)
		m->taken_at = calloc(TAKEN_LISTED, sizeof(*m->taken_at));
	if (!m->taken || !m->taken_at) {
		m->shape.failed = true;
		return false;
	}
	x = x < 0 ? 0 : x >= GRID ? GRID - 1 : x;
	y = y < 0 ? 0 : y >= GRID ? GRID - 1 : y;
	at = (size_t)y * GRID + (size_t)x;
	if (m->taken[at / 8] >> (at % 8) & 1)
		return false;
	m->taken[at / 8] |= (uint8_t)(1u << (at % 8));
	if (m->taken_count < TAKEN_LISTED)
		m->taken_at[m->taken_count] = (uint32_t)(at / 8);
	m->taken_count++;
	return true;
}

/* Half a megabyte, most of which nobody has touched. */
void mm_tile_clear_taken(struct mm_tile_maker *m)
{
	if (m->taken_count > TAKEN_LISTED)
		memset(m->taken, 0, GRID_BYTES);
	else
		for (size_t i = 0; i < m->taken_count; i++)
			m->taken[m->taken_at[i]] = 0;
	m->taken_count = 0;
}

bool mm_tile_is_seen(struct mm_tile_maker *m)
{
	const struct mm_shape *s = &m->shape;

	if (s->is_dot)
		return take(m, s->geom.xy, MM_TILE_PIXEL);
	if (!m->is_settled && s->geom.kind == MM_GRID_POINT && s->geom.ring[0] == 1 &&
	    s->id.z <= MM_LEVEL_TOP_POINTS)
		return take(m, s->geom.xy, THIN_POINTS_CELL);
	return true;
}

/* The units of a place in the tile. */
static int32_t units(double world, double origin, double scale)
{
	return (int32_t)lround((world - origin) * scale);
}

/* Whether a row found, a point, gives way to one that stands already. */
static bool is_hidden(struct mm_tile_maker *m, uint32_t number)
{
	const struct mm_world_box *b = &mm_layer_rtree(m->layer)->box[mm_tile_place_of(m, number)];
	const struct mm_shape *s = &m->shape;
	const int32_t xy[2] = {units(b->min_x, s->origin_x, s->scale),
			       units(b->min_y, s->origin_y, s->scale)};

	return b->min_x == b->max_x && b->min_y == b->max_y && !take(m, xy, THIN_POINTS_CELL);
}

bool mm_tile_leave_out_hidden(struct mm_tile_maker *m)
{
	struct mm_rows *r = &m->rows;
	uint64_t *key;
	size_t n = 0;

	m->is_settled = false;
	if (m->level || m->ask->grid || m->is_label || m->ask->id.z > MM_LEVEL_TOP_POINTS ||
	    !mm_generalize_has_importance(&mm_layer_schema(m->layer)->generalize) ||
	    mm_layer_geom_types(m->layer) & ~(1u << MM_GEOM_NULL | 1u << MM_GEOM_POINT))
		return true;
	key = mm_tile_by_importance(m);
	if (!key)
		return false;
	mm_tile_clear_taken(m);
	for (size_t i = 0; i < r->count; i++) {
		const uint32_t at = (uint32_t)key[i];

		if (is_hidden(m, r->row[at]))
			r->row[at] = UINT32_MAX;
	}
	free(key);
	for (size_t i = 0; i < r->count; i++)
		if (r->row[i] != UINT32_MAX)
			r->row[n++] = r->row[i];
	m->count.read += r->count - n;
	m->count.thinned += r->count - n;
	r->count = n;
	m->is_settled = true;
	return !m->shape.failed;
}
