#include "geo/crs_wkt.h"

#include "geo/crs_private.h"

#include <math.h>
#include <string.h>

static enum mm_code keep(struct mm_proj *p, const PJ *crs, struct mm_arena *mem, const char **ret,
			 struct mm_err *reterr)
{
	static const char *const options[] = {"MULTILINE=NO", NULL};
	const char *wkt = proj_as_wkt(p->ctx, crs, PJ_WKT1_GDAL, options);

	if (!wkt)
		return mm_fail(reterr, MM_E_INVALID, "crs", "PROJ cannot describe this system as WKT: %.120s",
			       p->msg);
	*ret = mm_arena_text(mem, wkt, strlen(wkt));
	return *ret ? MM_OK : mm_fail_nomem(reterr);
}

/* Undoes the projection, and nothing else: of a system that is bound to a shift, the one within. */
static enum mm_code undo(struct mm_proj *p, const PJ *crs, double *xy, size_t count, struct mm_err *reterr)
{
	PJ *within = proj_get_type(crs) == PJ_TYPE_BOUND_CRS ? proj_get_source_crs(p->ctx, crs) : NULL;
	const PJ *plane = within ? within : crs;
	PJ *globe = proj_crs_get_geodetic_crs(p->ctx, plane);
	PJ *raw =
	    globe ? proj_create_crs_to_crs_from_pj(p->ctx, (PJ *)(uintptr_t)plane, globe, NULL, NULL) : NULL;
	PJ *way = raw ? proj_normalize_for_visualization(p->ctx, raw) : NULL;
	bool is_good = way;

	for (size_t i = 0; i < count && is_good; i++) {
		const PJ_COORD at =
		    proj_trans(way, PJ_FWD, proj_coord(xy[2 * i], xy[2 * i + 1], 0, HUGE_VAL));

		is_good = isfinite(at.xy.x) && isfinite(at.xy.y);
		xy[2 * i] = at.xy.x;
		xy[2 * i + 1] = at.xy.y;
	}
	(void)proj_destroy(way);
	(void)proj_destroy(raw);
	(void)proj_destroy(globe);
	(void)proj_destroy(within);
	return is_good
		   ? MM_OK
		   : mm_fail(reterr, MM_E_INVALID, "crs", "a point lies outside of where the system holds");
}

enum mm_code mm_crs_wkt(struct mm_proj *p, const char *definition, struct mm_arena *mem, const char **ret,
			double *xy, size_t count, struct mm_err *reterr)
{
	PJ *crs = NULL;
	enum mm_code rc = mm_crs_open_text(p, definition, &crs, reterr);

	if (rc == MM_OK)
		rc = keep(p, crs, mem, ret, reterr);
	if (rc == MM_OK)
		rc = undo(p, crs, xy, count, reterr);
	(void)proj_destroy(crs);
	return rc;
}
