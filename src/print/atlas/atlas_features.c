#include "print/atlas/atlas_private.h"

#include "query/query.h"

#include <math.h>

/* Sheets of features, and of the cells of a grid. */

enum { CELLS_MAX = 10000 };

static const double MARGIN = 0.1, MARGIN_LEAST_M = 20; /* around a feature: share of its size */

/* ---- features ---- */

static struct mm_box box_of(const double *xy, size_t count)
{
	struct mm_box box = mm_box_empty();
	double margin;

	for (size_t i = 0; i < count; i++)
		mm_box_add(&box, xy[2 * i], xy[2 * i + 1]);
	margin = fmax(fmax(box.max_x - box.min_x, box.max_y - box.min_y) * MARGIN, MARGIN_LEAST_M);
	return (struct mm_box){box.min_x - margin, box.min_y - margin, box.max_x + margin,
			       box.max_y + margin};
}

/* Of the scale of the plan, or a smaller one where that does not hold the feature. */
enum mm_code mm_atlas_make_features(struct mm_atlas_maker *m)
{
	enum mm_code rc = MM_OK;

	for (uint32_t i = 0; i < m->row_count && !rc; i++) {
		struct mm_geom g;
		struct mm_box box;
		double *xy, fits;
		size_t n;

		rc = mm_atlas_vertices(m, m->row[i], &xy, &n, &g);
		if (rc || !n)
			continue;
		box = box_of(xy, n);
		fits = mm_ground_fit(&m->spec->map, &box, m->spec->rotation_deg, false);
		rc = mm_atlas_add(m, (double[]){(box.min_x + box.max_x) / 2, (box.min_y + box.max_y) / 2},
				  fmax(fits, m->spec->scale), m->spec->rotation_deg, m->row[i]);
	}
	return rc;
}

/* ---- grid ---- */

/* Is there an object of the atlas's layer on that ground? */
static enum mm_code has_objects(struct mm_atlas_maker *m, const struct mm_ground *g, bool *ret)
{
	struct mm_query q = {.has_box = true,
			     .box_crs = m->spec->crs,
			     .box_xy = mm_ground_box(g, 0),
			     .box_count = 1,
			     .deadline_ns = m->spec->deadline_ns,
			     .has_rows = true,
			     .rows = m->row,
			     .row_count = m->row_count};
	struct mm_page page = {0};
	enum mm_code rc = MM_OK;

	*ret = !m->layer;
	if (m->layer)
		rc = mm_query_run(m->layer, &q, m->spec->kit->proj, 0, 1, m->mem, &page, m->reterr);
	if (page.matched)
		*ret = true;
	return rc;
}

/* How many sheets side by side cover a length. */
static size_t sheets_for(double length, double field, double step)
{
	return length <= field ? 1 : 1 + (size_t)fmin(ceil((length - field) / step - 1e-9), CELLS_MAX);
}

/* Row by row, as one reads. */
enum mm_code mm_atlas_make_grid(struct mm_atlas_maker *m, const struct mm_box *extent)
{
	const struct mm_atlas_spec *spec = m->spec;
	const double r = spec->rotation_deg * M_PI / 180, c = cos(r), s = sin(r), mm = spec->scale / 1000;
	const double w = extent->max_x - extent->min_x, h = extent->max_y - extent->min_y;
	const bool is_counted = spec->plan->columns > 0;
	const size_t columns = is_counted
				   ? spec->plan->columns
				   : sheets_for(w * fabs(c) + h * fabs(s), spec->map.width * mm, m->step[0]);
	const size_t rows = is_counted
				? spec->plan->rows
				: sheets_for(w * fabs(s) + h * fabs(c), spec->map.height * mm, m->step[1]);
	const double middle[2] = {is_counted ? spec->middle[0] : (extent->min_x + extent->max_x) / 2,
				  is_counted ? spec->middle[1] : (extent->min_y + extent->max_y) / 2};
	enum mm_code rc = MM_OK;

	if (columns * rows > CELLS_MAX)
		return mm_fail(m->reterr, MM_E_LIMIT, "atlas",
			       "more than %d sheets: take a smaller scale (a larger number), a larger format "
			       "or a smaller "
			       "extent",
			       MM_PRINT_PLAN_SHEETS_MAX);
	for (size_t i = 0; i < columns * rows && !rc; i++) {
		const size_t column = i % columns, row = i / columns;
		const double right = ((double)column - (double)(columns - 1) / 2) * m->step[0];
		const double down = ((double)row - (double)(rows - 1) / 2) * m->step[1];
		const double at[2] = {middle[0] + right * c + down * s, middle[1] + right * s - down * c};
		struct mm_ground g;
		bool is_wanted = false;

		rc = mm_ground_init(&g, &spec->map, at[0], at[1], spec->scale, spec->rotation_deg, m->reterr);
		if (!rc)
			rc = has_objects(m, &g, &is_wanted);
		if (!rc && is_wanted)
			rc = mm_atlas_add(m, at, spec->scale, spec->rotation_deg, UINT32_MAX);
	}
	return rc;
}
