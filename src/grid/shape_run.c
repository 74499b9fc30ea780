#include "grid/shape_out.h"

#include <string.h>

/* What needs neither cutting nor simplifying: whole numbers of the world become whole numbers of the tile. */

enum { UNIT_SHIFT = 20 };

/* Where a run begins in the tile, in world units, and how these become units: halves go up, as in
 * mm_shape_round. */
struct placing {
	int32_t x, y, half;
	int shift;
};

static int32_t to_units(const struct placing *p, int32_t world)
{
	return p->shift > 0 ? (world + p->half) >> p->shift : world * (1 << -p->shift);
}

/* Each writes the vertices behind the first, which stands there, and returns where they end. */

/* Those that are drawn at zoom `z` and do not repeat the one before. */
static int32_t *place_some(const struct mm_world_run *r, const struct placing *p, const uint8_t *from_zoom,
			   unsigned z, int32_t *at)
{
	for (uint32_t i = 1; i < r->count; i++) {
		if (from_zoom && from_zoom[i] > z)
			continue;
		at[0] = to_units(p, p->x + mm_world_run_off(r, i, 0));
		at[1] = to_units(p, p->y + mm_world_run_off(r, i, 1));
		if (at[0] != at[-2] || at[1] != at[-1])
			at += 2;
	}
	return at;
}

/* x and y of two vertices. */
typedef int32_t pair __attribute__((vector_size(4 * sizeof(int32_t))));
typedef int16_t short_pair __attribute__((vector_size(4 * sizeof(int16_t))));

/* All of them, told by short numbers; two at a time while none repeats another. */
static int32_t *place_all(const struct mm_world_run *r, const struct placing *p, int32_t *at)
{
	const int32_t x = p->x + p->half, y = p->y + p->half;
	const pair first = {x, y, x, y};
	pair last = {0, 0, at[-2], at[-1]};
	struct mm_world_run rest = *r;

	for (; rest.count > 2; rest.count -= 2, rest.near += 4) {
		short_pair off;
		pair two, same;

		memcpy(&off, rest.near, sizeof(off));
		two = (first + __builtin_convertvector(off, pair)) >> p->shift;
		same = two == __builtin_shufflevector(last, two, 2, 3, 4, 5);
		if ((same[0] & same[1]) | (same[2] & same[3]))
			break;
		memcpy(at, &two, sizeof(two));
		at += 4;
		last = two;
	}
	return place_some(&rest, p, NULL, 0, at);
}

bool mm_shape_make_run(struct mm_shape *s, enum mm_part_kind kind, const struct mm_world_run *r)
{
	static const enum mm_grid_kind kinds[] = {MM_GRID_POINT, MM_GRID_LINE, MM_GRID_POLYGON};
	const int shift = UNIT_SHIFT - (int)s->id.z;
	const struct placing p = {(int32_t)(r->first.x - (uint32_t)s->origin_x),
				  (int32_t)(r->first.y - (uint32_t)s->origin_y),
				  shift > 0 ? (int32_t)(UINT32_C(1) << (shift - 1)) : 0, shift};
	const uint8_t *from_zoom = s->id.z < MM_TILE_WHOLE_ZOOM ? r->from_zoom : NULL;
	int32_t *xy = mm_shape_begin_run(s, r->count), *at = xy;

	s->is_dot = false;
	if (!xy)
		return false;
	at[0] = to_units(&p, p.x);
	at[1] = to_units(&p, p.y);
	at = r->near && !from_zoom && shift > 0 ? place_all(r, &p, at + 2)
						: place_some(r, &p, from_zoom, s->id.z, at + 2);
	s->runs.count = (size_t)(at - xy) / 2;
	s->runs.ring[0] = (uint32_t)s->runs.count;
	s->runs.ring_count = 1;
	s->geom = (struct mm_grid_geom){kinds[kind], xy, s->runs.ring, 1};
	return kind != MM_PART_LINE || s->runs.count > 1;
}
