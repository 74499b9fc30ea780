#include "grid/shape_out.h"

/* What needs neither cutting nor simplifying: whole numbers of the world become whole numbers of the tile. */

enum { UNIT_SHIFT = 20 };

/* Halves go up, as in mm_shape_round. */
static int32_t to_units(int32_t world, int shift, int32_t half)
{
	return shift > 0 ? (world + half) >> shift : world * (1 << -shift);
}

bool mm_shape_make_run(struct mm_shape *s, enum mm_part_kind kind, const struct mm_world_run *r)
{
	static const enum mm_grid_kind kinds[] = {MM_GRID_POINT, MM_GRID_LINE, MM_GRID_POLYGON};
	const int shift = UNIT_SHIFT - (int)s->id.z;
	const int32_t half = shift > 0 ? (int32_t)(UINT32_C(1) << (shift - 1)) : 0;
	const int32_t x = (int32_t)(r->first.x - (uint32_t)s->origin_x),
		      y = (int32_t)(r->first.y - (uint32_t)s->origin_y);
	const uint8_t *from_zoom = s->id.z < MM_TILE_WHOLE_ZOOM ? r->from_zoom : NULL;
	int32_t *xy = mm_shape_begin_run(s, r->count), *at = xy;

	s->is_dot = false;
	if (!xy)
		return false;
	at[0] = to_units(x, shift, half);
	at[1] = to_units(y, shift, half);
	at += 2;
	for (uint32_t i = 1; i < r->count; i++) {
		if (from_zoom && from_zoom[i] > s->id.z)
			continue;
		at[0] = to_units(x + mm_world_run_off(r, i, 0), shift, half);
		at[1] = to_units(y + mm_world_run_off(r, i, 1), shift, half);
		if (at[0] != at[-2] || at[1] != at[-1])
			at += 2;
	}
	s->xy_count = (size_t)(at - xy) / 2;
	s->ring[0] = (uint32_t)s->xy_count;
	s->ring_count = 1;
	s->geom = (struct mm_grid_geom){kinds[kind], xy, s->ring, 1};
	return kind != MM_PART_LINE || s->xy_count > 1;
}
