#ifndef MM_GEO_CRS_WKT_H
#define MM_GEO_CRS_WKT_H

#include "base/arena.h"
#include "geo/crs.h"

/*
 * A system as WKT 1 of GDAL's kind, in one line, for files that carry it (PDF); and points of it as degrees
 * on its own datum, without a shift to any other.
 *
 * definition  what mm_crs_parse gave
 * ret         lives in `mem`
 * xy          x east, y north in the system; become longitude, latitude
 *
 * MM_E_INVALID  PROJ has no such form for it, or a point has no place on the globe
 * MM_E_NOMEM    `mem` is at its cap
 */
MM_MUST_USE enum mm_code mm_crs_wkt(struct mm_proj *p, const char *definition, struct mm_arena *mem,
				    const char **ret, double *xy, size_t count, struct mm_err *reterr);

#endif
