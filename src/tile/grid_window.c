#include "tile/grid_window.h"

#include "encode/mvt.h"
#include "grid/shape.h"

#include <math.h>

enum { STEPS = 24, SAMPLES = 4 * STEPS };

static const struct mm_box whole_world = {-180, -90, 180, 90};

/* The edges of a box in order, once around. */
static void walk_around(const struct mm_box *b, double *xy)
{
	const double corner[][2] = {{b->min_x, b->min_y},
				    {b->max_x, b->min_y},
				    {b->max_x, b->max_y},
				    {b->min_x, b->max_y},
				    {b->min_x, b->min_y}};

	for (int side = 0; side < 4; side++)
		for (int i = 0; i < STEPS; i++) {
			double part = (double)i / STEPS;

			*xy++ = corner[side][0] + (corner[side + 1][0] - corner[side][0]) * part;
			*xy++ = corner[side][1] + (corner[side + 1][1] - corner[side][1]) * part;
		}
}

static bool holds_pole(const struct mm_transform *to_grid, const struct mm_box *b, double lat_deg)
{
	double xy[2] = {0, lat_deg};

	return mm_transform_points(to_grid, xy, 1) == 0 && xy[0] >= b->min_x && xy[0] <= b->max_x &&
	       xy[1] >= b->min_y && xy[1] <= b->max_y;
}

/* A box in the grid's system as a box in degrees. */
static struct mm_box in_degrees(const struct mm_transform *to_deg, const struct mm_transform *to_grid,
				const struct mm_box *b)
{
	struct mm_box ret = mm_box_empty();
	double xy[2 * SAMPLES], before, grow_x, grow_y;

	walk_around(b, xy);
	if (mm_transform_points(to_deg, xy, SAMPLES))
		return whole_world;
	before = xy[0];
	for (int i = 0; i < SAMPLES; i++) {
		double lon = before + remainder(xy[2 * i] - before, 360); /* the shorter way around */

		mm_box_add(&ret, lon, xy[2 * i + 1]);
		before = lon;
	}
	grow_x = (ret.max_x - ret.min_x) / STEPS; /* more than an edge bends between two samples */
	grow_y = (ret.max_y - ret.min_y) / STEPS;
	ret = (struct mm_box){ret.min_x - grow_x, ret.min_y - grow_y, ret.max_x + grow_x, ret.max_y + grow_y};
	if (holds_pole(to_grid, b, 90))
		ret = (struct mm_box){-180, ret.min_y, 180, 90};
	if (holds_pole(to_grid, b, -90))
		ret = (struct mm_box){-180, -90, 180, ret.max_y};
	if (ret.min_x < -180 || ret.max_x > 180) {
		ret.min_x = -180;
		ret.max_x = 180;
	}
	return ret;
}

/* Degrees of latitude that the middle of the longest edge may lie off the straight line. */
static double bend_deg(const struct mm_layer *l, double lat_deg)
{
	const double earth_m = 6371000, degree_m = 111000, most_m = 2000, degrees_end = 540;
	const struct mm_box b = mm_layer_box_crs(l);
	double length = hypot(b.max_x - b.min_x, b.max_y - b.min_y);

	if (fabs(b.min_x) <= degrees_end && fabs(b.max_x) <= degrees_end)
		return 0; /* degrees: straight there too; or a village at the origin of its system */
	return fmin(length * length / (8 * earth_m) * fmin(fabs(tan(lat_deg * (M_PI / 180))), 20) + 1,
		    most_m) /
	       degree_m;
}

static struct mm_box grown(struct mm_box b, const struct mm_layer *l)
{
	double lat = fmin(fmax(fabs(b.min_y), fabs(b.max_y)), 89);
	double y = bend_deg(l, lat), x = y / cos(lat * (M_PI / 180));

	return (struct mm_box){fmax(b.min_x - x, -180), fmax(b.min_y - y, -90), fmin(b.max_x + x, 180),
			       fmin(b.max_y + y, 90)};
}

enum mm_code mm_grid_window(const struct mm_grid_tile *t, const struct mm_layer *l, struct mm_world_box *ret,
			    struct mm_err *reterr)
{
	struct mm_box b = mm_tile_matrix_box(t->matrix, t->row, t->col);
	double grow = t->matrix->side * MM_TILE_BUFFER / MM_GRID_EXTENT;
	const struct mm_transform *to_deg, *to_grid;
	enum mm_code rc = mm_transform_get(t->proj, t->set->crs_definition, MM_CRS84, &to_deg, reterr);

	if (!rc)
		rc = mm_transform_get(t->proj, MM_CRS84, t->set->crs_definition, &to_grid, reterr);
	if (rc)
		return rc;
	b = (struct mm_box){b.min_x - grow, b.min_y - grow, b.max_x + grow, b.max_y + grow};
	if (!mm_transform_is_identity(to_deg))
		b = in_degrees(to_deg, to_grid, &b);
	b = grown(b, l);
	*ret = mm_world_box_around(&b);
	return MM_OK;
}
