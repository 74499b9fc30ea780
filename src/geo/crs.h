#ifndef MM_GEO_CRS_H
#define MM_GEO_CRS_H

#include "base/err.h"
#include "geo/box.h"

#include <stdbool.h>
#include <stddef.h>

/* The only user of PROJ. Coordinates are x east (or longitude), y north (or latitude) on every side of every
 * call; axis order is a matter of the protocol at the door. PROJ's network is off. */

/* PROJ context of one thread or one request, with the transformations it has used; not thread-safe. */
struct mm_proj;
struct mm_proj *mm_proj_new(void);              /* NULL: out of memory */
struct mm_proj *mm_proj_free(struct mm_proj *); /* NULL allowed; returns NULL */

/* What a coordinate reference system is, as text that mm_proj can use again. */
struct mm_crs {
	char name[128];   /* in words: "Pulkovo 1942 / Gauss-Kruger zone 7", "МСК-48 зона 1" */
	char code[64];    /* "EPSG:28407", "OGC:CRS84", "MSK48_1"; "" for a PROJ string or WKT without code */
	char uri[160];    /* "http://www.opengis.net/def/crs/EPSG/0/28407"; "" when it has none */
	char *definition; /* what PROJ is given: code, PROJ string or WKT; owned */
	bool is_geographic;     /* degrees */
	bool is_north_first;    /* the authority's axis order is north, east */
	double metres_per_unit; /* of a projected CRS; 0 for a geographic one */
	struct mm_box area_deg; /* area of use, lon/lat; empty when unknown; min_x > max_x never */
};

/*
 * Reads a CRS as users write it: "EPSG:28407", "28407", an OGC URI or URN, "CRS84", a name of the built-in
 * МСК table ("MSK48_1", also "МСК48_1" and "МСК-48 зона 1"), a PROJ string, WKT 1 or 2 text. Never searches
 * proj.db by name: "MSK-48" alone is refused with a hint, since Ukrainian systems bear the same names.
 *
 * Also taken: "ESRI:102025". Nothing that names a file or a grid is (+nadgrids other than @null, +init,
 * pipelines, PARAMETERFILE). A compound or 3D system gives its horizontal part; geocentric, vertical and
 * local ones, axes to the west or south and units other than degrees on the ellipsoid are refused. WKT is
 * looked up in proj.db by its code or its parameters, and the code is believed only when both agree; TOWGS84
 * in WKT yields to the code, as in GDAL.
 *
 * ret            release it with mm_crs_release; its definition parses again to the same system
 * MM_E_INVALID   not a system we know; the message names what to write instead
 * MM_E_INTERNAL  proj.db is missing
 * MM_E_NOMEM     out of memory
 *
 * Cost: 0.1 ms for a code; up to 70 ms for WKT without one (a search by parameters).
 */
MM_MUST_USE enum mm_code mm_crs_parse(struct mm_proj *p, const char *text, struct mm_crs *ret,
				      struct mm_err *reterr);
void mm_crs_release(struct mm_crs *c);

/* Transformation from one definition to another; cached in `p` and owned by it. Ballpark transformations (no
 * datum shift) are refused. Cost of the first call for a pair: 1 to 80 ms.
 *
 * MM_E_INVALID   PROJ knows no way, or a text is not a system (any form mm_crs_parse takes will do)
 * MM_E_INTERNAL  proj.db is missing
 * MM_E_NOMEM     out of memory */
struct mm_transform;
MM_MUST_USE enum mm_code mm_transform_get(struct mm_proj *p, const char *from_definition,
					  const char *to_definition, const struct mm_transform **ret,
					  struct mm_err *reterr);

/* True when from and to are the same system, so that coordinates pass unchanged. */
bool mm_transform_is_identity(const struct mm_transform *t);

/* Transforms `count` x, y pairs in place. Points outside the domain become HUGE_VAL; returns how many did. */
size_t mm_transform_points(const struct mm_transform *t, double *xy, size_t count);

/* Box that holds the transformed box, edges sampled at 21 points each. Empty when nothing can be transformed.
 */
struct mm_box mm_transform_box(const struct mm_transform *t, const struct mm_box *b);

#define MM_CRS84 "OGC:CRS84"

#endif
