#include "print/atlas/atlas_private.h"

#include "base/clock.h"

#include <math.h>
#include <string.h>

/* Sheets of the cells of a grid, row by row, as one reads; of an atlas with a layer those that show any of
 * it. */

enum { CELLS_MAX = 10000 };

/* Metres to the right and down from its middle, whatever its rotation. */
struct grid {
	size_t columns, rows;
	double middle[2], cos_r, sin_r;
	double step[2], half[2]; /* from cell to cell, and half of what one shows */
	bool *is_wanted;
};

/* How many cells side by side cover a length. */
static size_t cells_for(double length, double field, double step)
{
	return length <= field ? 1 : 1 + (size_t)fmin(ceil((length - field) / step - 1e-9), CELLS_MAX);
}

static struct grid lay_grid(const struct mm_atlas_maker *m, const struct mm_box *extent)
{
	const struct mm_atlas_spec *spec = m->spec;
	const double r = spec->rotation_deg * M_PI / 180, c = cos(r), s = sin(r), mm = spec->scale / 1000;
	const double w = extent->max_x - extent->min_x, h = extent->max_y - extent->min_y;
	const double field[2] = {spec->map.width * mm, spec->map.height * mm};
	struct grid g = {.columns = spec->plan->columns,
			 .rows = spec->plan->rows,
			 .middle = {spec->middle[0], spec->middle[1]},
			 .cos_r = c,
			 .sin_r = s,
			 .step = {m->step[0], m->step[1]},
			 .half = {field[0] / 2, field[1] / 2}};

	if (!g.columns) {
		g.columns = cells_for(w * fabs(c) + h * fabs(s), field[0], m->step[0]);
		g.rows = cells_for(w * fabs(s) + h * fabs(c), field[1], m->step[1]);
		g.middle[0] = (extent->min_x + extent->max_x) / 2;
		g.middle[1] = (extent->min_y + extent->max_y) / 2;
	}
	return g;
}

/* The middle of a column (axis 0) or a row (axis 1). */
static double place_of(const struct grid *g, int axis, size_t i)
{
	return ((double)i - (double)((axis ? g->rows : g->columns) - 1) / 2) * g->step[axis];
}

/* The first and the last column or row that shows anything between two places. */
static void span_of(const struct grid *g, int axis, double low, double high, size_t ret[2])
{
	const double n = (double)((axis ? g->rows : g->columns) - 1), step = g->step[axis],
		     half = g->half[axis];
	const double first = ceil((low - half) / step + n / 2), last = floor((high + half) / step + n / 2);

	ret[0] = (size_t)fmin(fmax(first, 0), n + 1);
	ret[1] = last < 0 ? 0 : (size_t)fmin(last, n) + 1;
}

/* Marks the cells that show anything of a row of the layer. */
static enum mm_code mark_row(struct mm_atlas_maker *m, struct grid *g, uint32_t row)
{
	struct mm_geom geom;
	struct mm_box box;
	double *xy;
	size_t n, column[2], line[2];
	enum mm_code rc = mm_atlas_vertices(m, row, &xy, &n, &geom);

	if (rc || !n)
		return rc;
	for (size_t i = 0; i < n; i++) {
		const double x = xy[2 * i] - g->middle[0], y = xy[2 * i + 1] - g->middle[1];

		xy[2 * i] = x * g->cos_r + y * g->sin_r;
		xy[2 * i + 1] = x * g->sin_r - y * g->cos_r;
	}
	geom.xy = xy;
	box = mm_geom_box(&geom);
	span_of(g, 0, box.min_x, box.max_x, column);
	span_of(g, 1, box.min_y, box.max_y, line);
	for (size_t k = line[0]; k < line[1]; k++)
		for (size_t i = column[0]; i < column[1]; i++) {
			const double right = place_of(g, 0, i), down = place_of(g, 1, k);
			const struct mm_box cell = {right - g->half[0], down - g->half[1], right + g->half[0],
						    down + g->half[1]};
			bool *is_wanted = &g->is_wanted[k * g->columns + i];

			*is_wanted = *is_wanted || mm_geom_meets_box(&geom, &cell);
		}
	return MM_OK;
}

static enum mm_code mark(struct mm_atlas_maker *m, struct grid *g)
{
	enum mm_code rc = MM_OK;

	g->is_wanted = mm_arena_array(m->mem, g->columns * g->rows, sizeof(*g->is_wanted));
	if (!g->is_wanted)
		return mm_fail_nomem(m->reterr);
	memset(g->is_wanted, !m->layer, g->columns * g->rows * sizeof(*g->is_wanted));
	for (uint32_t i = 0; i < m->row_count && !rc; i++) {
		rc = mark_row(m, g, m->row[i]);
		if (!rc && i % 256 == 0 && m->spec->deadline_ns && mm_clock_mono_ns() > m->spec->deadline_ns)
			rc = mm_fail(m->reterr, MM_E_BUSY, "atlas",
				     "the sheets took too long to find: take a narrower filter");
	}
	return rc;
}

enum mm_code mm_atlas_make_grid(struct mm_atlas_maker *m, const struct mm_box *extent)
{
	const struct mm_atlas_spec *spec = m->spec;
	struct grid g = lay_grid(m, extent);
	enum mm_code rc;

	if (g.columns * g.rows > CELLS_MAX)
		return mm_fail(m->reterr, MM_E_LIMIT, "atlas",
			       "more than %d sheets: take a smaller scale (a larger number), a larger format "
			       "or a smaller extent",
			       MM_PRINT_PLAN_SHEETS_MAX);
	rc = mark(m, &g);
	for (size_t i = 0; i < g.columns * g.rows && !rc; i++) {
		const double right = place_of(&g, 0, i % g.columns), down = place_of(&g, 1, i / g.columns);
		const double at[2] = {g.middle[0] + right * g.cos_r + down * g.sin_r,
				      g.middle[1] + right * g.sin_r - down * g.cos_r};

		if (g.is_wanted[i])
			rc = mm_atlas_add(m, at, spec->scale, spec->rotation_deg, UINT32_MAX);
	}
	return rc;
}
