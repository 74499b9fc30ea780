#include "grid/grid_repair.h"
#include "store/coverage.h"
#include "store/coverage_private.h"

#include <stdlib.h>

/* The net at one zoom, and polygons out of it. */

enum { SHIFT_AT_ZERO = 20 }; /* 2^32 units of the world, 2^12 of the grid */

enum mm_code mm_coverage_zoom_new(const struct mm_coverage *c, unsigned zoom, struct mm_coverage_zoom **ret,
				  struct mm_err *reterr)
{
	struct mm_coverage_zoom *z = calloc(1, sizeof(*z));
	enum mm_code rc;

	MM_CHECK(zoom < MM_TILE_WHOLE_ZOOM);
	if (!z)
		return mm_fail_nomem(reterr);
	z->c = c;
	z->shift = SHIFT_AT_ZERO - (int)zoom;
	rc = mm_coverage_round(z, reterr);
	if (!rc)
		rc = mm_coverage_thin(z, reterr);
	if (rc)
		(void)mm_coverage_zoom_free(z);
	else
		*ret = z;
	return rc;
}

struct mm_coverage_zoom *mm_coverage_zoom_free(struct mm_coverage_zoom *z)
{
	if (z) {
		free(z->at);
		free(z->on);
		mm_arcs_release(&z->arcs);
		mm_ids_release(&z->ring);
		free(z);
	}
	return NULL;
}

/* A ring as points of the grid, in shape->grid; how many. */
static size_t place_ring(struct mm_coverage_zoom *z, uint32_t ring, struct mm_shape *shape)
{
	size_t n;

	z->ring.count = 0;
	mm_arcs_walk(&z->arcs, ring, &z->ring);
	n = z->ring.count ? mm_ring_tidy(z->ring.v, z->ring.count) : 0;
	if (z->ring.failed || n > shape->grid_cap) {
		int32_t *wide = z->ring.failed ? NULL : realloc(shape->grid, n * 2 * 2 * sizeof(*wide));

		if (!wide) {
			shape->failed = true;
			return 0;
		}
		shape->grid = wide;
		shape->grid_cap = n * 2;
	}
	for (size_t i = 0; i < n; i++) {
		shape->grid[2 * i] = z->at[z->ring.v[i]][0];
		shape->grid[2 * i + 1] = z->at[z->ring.v[i]][1];
	}
	return n;
}

static void draw_part(struct mm_coverage_zoom *z, uint32_t part, struct mm_shape *shape)
{
	struct mm_grid_polygon *p = &shape->polygon;

	mm_grid_polygon_clear(p);
	for (uint32_t r = z->c->part_ring[part]; r < z->c->part_ring[part + 1] && !shape->failed; r++) {
		mm_grid_polygon_add_whole(p, shape->grid, place_ring(z, r, shape));
		if (p->runs.ring_count == 0)
			break; /* without its shell the holes are nothing */
	}
	mm_grid_repair_put(p, shape);
}

bool mm_coverage_draw(struct mm_coverage_zoom *z, uint32_t row, struct mm_shape *shape)
{
	shape->runs.count = shape->runs.ring_count = 0;
	shape->is_dot = false;
	for (uint32_t i = z->c->row_part[row]; i < z->c->row_part[row + 1] && !shape->failed; i++)
		draw_part(z, i, shape);
	shape->geom =
	    (struct mm_grid_geom){MM_GRID_POLYGON, shape->runs.xy, shape->runs.ring, shape->runs.ring_count};
	return shape->runs.ring_count > 0 && !shape->failed;
}
