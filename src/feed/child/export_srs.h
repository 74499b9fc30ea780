#ifndef MM_FEED_CHILD_EXPORT_SRS_H
#define MM_FEED_CHILD_EXPORT_SRS_H

#include "base/err.h"
#include "geo/crs.h"

#include <ogr_srs_api.h>

/*
 * A system for GDAL, x east: by its EPSG code where it has one (CRS84 as EPSG:4326: files are x, y anyway),
 * else by its parameters under the name it has here. The caller releases it (OSRRelease).
 *
 * ret_is_metric  a projected system in metres; may be NULL
 * MM_E_INVALID   GDAL cannot read it
 */
MM_MUST_USE enum mm_code mm_export_srs(struct mm_proj *p, const char *definition, OGRSpatialReferenceH *ret,
				       bool *ret_is_metric, struct mm_err *reterr);

#endif
