#include "print/atlas/atlas_private.h"

#include <math.h>

/* Sheets of features. */

static const double MARGIN = 0.1, MARGIN_LEAST_M = 20; /* around a feature: share of its size */

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
