#include "feed/child/source.h"

#include "feed/vet.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cpl_conv.h>
#include <ogr_srs_api.h>

/* True when the rows' first coordinate runs north: only drivers that say so by their axis mapping. */
static bool is_north_first(OGRSpatialReferenceH srs)
{
	int n = 0;
	const int *mapping = OSRGetDataAxisToSRSAxisMapping(srs, &n);
	OGRAxisOrientation first = OAO_Other;

	return n >= 2 && mapping[0] == 1 && OSRGetAxis(srs, NULL, 0, &first) && first == OAO_North;
}

bool mm_gdal_srs_is_undefined(OGRSpatialReferenceH srs)
{
	const char *name = OSRGetName(srs);

	return name && (strncasecmp(name, "Undefined ", 10) == 0 || strcasecmp(name, "unknown") == 0);
}

/* Corners of what the table says it covers, for the message. */
static void extent_text(const struct mm_gdal_source *s, char *ret, size_t size)
{
	OGREnvelope e;

	ret[0] = '\0';
	if (!*s->job->def.point_x && OGR_L_GetExtent(s->table, &e, TRUE) == OGRERR_NONE)
		(void)snprintf(ret, size, "; its coordinates run from %.10g %.10g to %.10g %.10g", e.MinX, e.MinY, e.MaxX,
			       e.MaxY);
}

static enum mm_code no_crs(const struct mm_gdal_source *s, const char *what, struct mm_err *reterr)
{
	const struct mm_layer_def *def = &s->job->def;
	char where[sizeof(reterr->where)], extent[160];

	mm_vet_where(def, def->source_line, where, sizeof(where));
	extent_text(s, extent, sizeof(extent));
	return mm_fail(reterr, MM_E_INVALID, where,
		       "source \"%.120s\" %s: add crs: (EPSG:28407, MSK48_1, a PROJ string or a .prj file)%s; munimap "
		       "inspect guesses it",
		       def->source, what, extent);
}

static enum mm_code from_source(const struct mm_gdal_source *s, struct mm_proj *proj, struct mm_crs *ret, bool *ret_swap,
				struct mm_err *reterr)
{
	static const char *const options[] = {"FORMAT=WKT2_2019", NULL};
	OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(s->table);
	struct mm_err err = {0};
	char *wkt = NULL, what[400];
	enum mm_code rc;

	if (!srs || mm_gdal_srs_is_undefined(srs))
		return no_crs(s, "states no CRS", reterr);
	if (OSRIsLocal(srs))
		return no_crs(s, "has a local CRS (NonEarth) that says nothing of the place", reterr);
	if (OSRExportToWktEx(srs, &wkt, options) != OGRERR_NONE || !wkt || !*wkt) {
		CPLFree(wkt);
		wkt = NULL;
		(void)OSRExportToWkt(srs, &wkt);
	}
	rc = mm_crs_parse(proj, wkt ? wkt : "", ret, &err);
	CPLFree(wkt);
	*ret_swap = is_north_first(srs);
	if (rc == MM_E_INVALID) {
		(void)snprintf(what, sizeof(what), "has a CRS that cannot be used (%.200s)", err.msg);
		return no_crs(s, what, reterr);
	}
	return rc ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

enum mm_code mm_gdal_source_crs(const struct mm_gdal_source *s, struct mm_proj *proj, struct mm_crs *ret,
				bool *ret_swap, struct mm_err *reterr)
{
	const struct mm_layer_def *def = &s->job->def;
	struct mm_err err = {0};
	char where[sizeof(reterr->where)];
	enum mm_code rc;

	*ret_swap = false;
	if (!*def->crs && mm_gdal_source_has_geometry(s))
		return from_source(s, proj, ret, ret_swap, reterr);
	rc = mm_crs_parse(proj, *def->crs ? def->crs : MM_CRS84, ret, &err);
	if (!rc)
		return MM_OK;
	mm_vet_where(def, def->crs_line, where, sizeof(where));
	return mm_fail(reterr, rc, where, "crs: %s", err.msg);
}
