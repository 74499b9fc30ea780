#include "query/query_private.h"

#include "geo/mercator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows that meet a window, in whatever system it is given. */

/* The geometry with its vertices in the system of the window: in two steps, as PROJ goes astray between some
 * pairs of systems, but not on the way by WGS 84. */
static bool to_window(struct mm_query_run *r, struct mm_geom *g)
{
	if (r->is_box_own || (mm_transform_is_identity(r->to_deg) && !r->to_box))
		return true;
	if (g->vertex_count > r->scratch_cap) {
		r->scratch_cap = g->vertex_count + 1024;
		free(r->scratch);
		r->scratch = calloc(r->scratch_cap, 2 * sizeof(double));
		if (!r->scratch) {
			r->scratch_cap = 0;
			r->rc = MM_E_NOMEM;
			return false;
		}
	}
	memcpy(r->scratch, g->xy, g->vertex_count * 2 * sizeof(double));
	(void)mm_transform_points(r->to_deg, r->scratch, g->vertex_count);
	if (r->to_box)
		(void)mm_transform_points(r->to_box, r->scratch, g->vertex_count);
	g->xy = r->scratch;
	return true;
}

/* Exact where the row's box on the world square does not settle it. */
static bool meets(struct mm_query_run *r, uint32_t row, const struct mm_query_window *w)
{
	const struct mm_world_box *inner = &w->inner;
	struct mm_world_box have;
	struct mm_geom g;

	if (mm_layer_box_world(r->layer, row, &have) && inner->min_x <= have.min_x &&
	    inner->min_y <= have.min_y && inner->max_x >= have.max_x && inner->max_y >= have.max_y)
		return true;
	mm_layer_geom(r->layer, row, &g);
	if (!to_window(r, &g))
		return false;
	if (g.vertex_count == 1 && !r->query->box_crs) {
		const double lon_deg = mm_lon_turned(g.xy[0]);

		return mm_box_meets(w->box, &(struct mm_box){lon_deg, g.xy[1], lon_deg, g.xy[1]});
	}
	return mm_geom_meets_box(&g, w->box);
}

size_t mm_query_window_keep(struct mm_query_run *r, uint32_t *row, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool is_met = false;

		for (size_t k = 0; k < r->window_count && !is_met; k++)
			is_met = meets(r, row[i], &r->window[k]);
		row[kept] = row[i];
		kept += is_met;
	}
	return kept;
}

/* What lies wholly in here lies in the window whatever way coordinates were rounded. */
static struct mm_world_box sure_of(const struct mm_box *deg)
{
	enum { MARGIN = 4 };
	const struct mm_world_box b = mm_world_box_around(deg);

	if (b.max_x - b.min_x < 2 * MARGIN || b.max_y - b.min_y < 2 * MARGIN || deg->min_x < -180 ||
	    deg->max_x > 180)
		return (struct mm_world_box){1, 1, 0, 0};
	return (struct mm_world_box){b.min_x + MARGIN, b.min_y + MARGIN, b.max_x - MARGIN, b.max_y - MARGIN};
}

/* Its edges are bent on the world square, by less than a tenth of its size where the system is of any use. */
bool mm_query_window_around(const struct mm_query_run *r, struct mm_world_box *ret)
{
	const struct mm_box deg = mm_transform_box(r->from_box, &r->query->box_xy);
	const double more_x = (deg.max_x - deg.min_x) / 10, more_y = (deg.max_y - deg.min_y) / 10;
	const struct mm_box wide = {fmax(deg.min_x - more_x, -180), fmax(deg.min_y - more_y, -90),
				    fmin(deg.max_x + more_x, 180), fmin(deg.max_y + more_y, 90)};

	if (mm_box_is_empty(&deg))
		return false;
	*ret = mm_world_box_around(&wide);
	return true;
}

static void set_windows(struct mm_query_run *r)
{
	const struct mm_query *q = r->query;

	if (q->box_crs) {
		r->window[0] = (struct mm_query_window){&q->box_xy, {1, 1, 0, 0}};
		r->window_count = 1;
		return;
	}
	for (size_t i = 0; i < q->box_count; i++)
		r->window[r->window_count++] =
		    (struct mm_query_window){&q->box_deg[i], sure_of(&q->box_deg[i])};
}

enum mm_code mm_query_window_begin(struct mm_query_run *r, struct mm_proj *proj, struct mm_err *reterr)
{
	const char *own = mm_layer_schema(r->layer)->crs_definition, *crs = r->query->box_crs;
	enum mm_code rc = mm_transform_get(proj, own, MM_CRS84, &r->to_deg, reterr);

	set_windows(r);
	if (rc || !crs)
		return rc;
	rc = mm_transform_get(proj, crs, MM_CRS84, &r->from_box, reterr);
	r->is_box_own = strcmp(own, crs) == 0;
	if (!rc && !r->is_box_own)
		rc = mm_transform_get(proj, MM_CRS84, crs, &r->to_box, reterr);
	return rc;
}
