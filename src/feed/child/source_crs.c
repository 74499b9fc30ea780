#include "feed/child/source.h"

#include "base/file.h"
#include "feed/crs_guess.h"
#include "feed/vet.h"
#include "geo/msk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cpl_conv.h>
#include <ogr_srs_api.h>

enum { GUESSES_TOLD = 3 };

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

static bool is_near(double a, double b, double within)
{
	return fabs(a - b) <= within;
}

/* The row of our table that a system without a name is, parameter by parameter: MapInfo files in МСК bring
 * the parameters of GOST 51794-2008 and no name. NULL: none. */
static const struct mm_msk *msk_by_parameters(OGRSpatialReferenceH srs)
{
	static const double shift[7] = {23.57, -140.95, -79.8, 0, 0.35, 0.79, 0.22};
	const char *method = OSRGetAttrValue(srs, "PROJECTION", 0);
	double has[7] = {0}, lon = OSRGetProjParm(srs, "central_meridian", 0, NULL);
	double x = OSRGetProjParm(srs, "false_easting", 0, NULL),
	       y = OSRGetProjParm(srs, "false_northing", 0, NULL);

	if (!method || strcmp(method, "Transverse_Mercator") != 0 ||
	    OSRGetTOWGS84(srs, has, 7) != OGRERR_NONE ||
	    !is_near(OSRGetSemiMajor(srs, NULL), 6378245, 0.01) ||
	    !is_near(OSRGetProjParm(srs, "scale_factor", 1, NULL), 1, 1e-12) ||
	    !is_near(OSRGetProjParm(srs, "latitude_of_origin", 0, NULL), 0, 1e-12))
		return NULL;
	for (int i = 0; i < 6; i++)
		if (!is_near(has[i], shift[i], 1e-6))
			return NULL;
	if (!is_near(fabs(has[6]), shift[6],
		     1e-6)) /* written with either sign; it moves heights only, by 3 m */
		return NULL;
	for (size_t i = 0; i < mm_msk_count; i++)
		if (is_near(lon, mm_msk_table[i].lon_0_deg, 1e-8) &&
		    is_near(x, mm_msk_table[i].x_0_m, 1e-3) && is_near(y, mm_msk_table[i].y_0_m, 1e-3))
			return &mm_msk_table[i];
	return NULL;
}

/* A system the source gives no name to is called by its method instead of by its whole WKT. */
static void name_unnamed(OGRSpatialReferenceH srs, struct mm_crs *crs)
{
	const char *method = OSRGetAttrValue(srs, "PROJECTION", 0);
	char words[64];

	if (!strchr(crs->name, '['))
		return;
	(void)snprintf(words, sizeof(words), "%.60s", method ? method : "lon/lat");
	for (char *c = words; *c; c++)
		if (*c == '_')
			*c = ' ';
	if (method)
		(void)snprintf(crs->name, sizeof(crs->name), "%s, %.8g E (unnamed in the source)", words,
			       OSRGetProjParm(srs, "central_meridian", 0, NULL));
	else
		(void)snprintf(crs->name, sizeof(crs->name), "%s (unnamed in the source)", words);
}

/* Corners of what the table says it covers, and the systems in which they make sense, for the message. */
static void extent_text(const struct mm_gdal_source *s, struct mm_proj *proj, char *ret, size_t size)
{
	const struct mm_box nothing_known = mm_box_empty();
	struct mm_crs_guess guess[MM_CRS_GUESSES_MAX];
	struct mm_box box;
	OGREnvelope e;
	size_t n, at;

	ret[0] = '\0';
	if (*s->job->def.point_x || OGR_L_GetExtent(s->table, &e, TRUE) != OGRERR_NONE)
		return;
	at = (size_t)snprintf(ret, size, "; its coordinates run from %.10g %.10g to %.10g %.10g", e.MinX,
			      e.MinY, e.MaxX, e.MaxY);
	box = (struct mm_box){e.MinX, e.MinY, e.MaxX, e.MaxY};
	n = mm_crs_guess(proj, &box, &nothing_known, guess);
	for (size_t i = 0; i < n && i < GUESSES_TOLD && at < size; i++)
		at += (size_t)snprintf(ret + at, size - at, "%s%s%s", i ? " or " : " (looks like ",
				       guess[i].crs, guess[i].swap_axes ? " with swap_axes: true" : "");
	if (n && at < size)
		(void)snprintf(ret + at, size - at, ")");
}

static enum mm_code no_crs(const struct mm_gdal_source *s, struct mm_proj *proj, const char *what,
			   struct mm_err *reterr)
{
	const struct mm_layer_def *def = &s->job->def;
	char where[sizeof(reterr->where)], name[MM_SOURCE_NAME_MAX], extent[260];

	mm_vet_where(def, def->source_line, where, sizeof(where));
	mm_layer_def_source_name(def, name, sizeof(name));
	extent_text(s, proj, extent, sizeof(extent));
	return mm_fail(reterr, MM_E_INVALID, where,
		       "source \"%.120s\" %s: add crs: (EPSG:28407, MSK48_1, a PROJ string or a .prj file)%s",
		       mm_file_base_name(name), what, extent);
}

enum mm_code mm_gdal_srs_read(OGRSpatialReferenceH srs, struct mm_proj *proj, struct mm_crs *ret,
			      struct mm_err *reterr)
{
	static const char *const options[] = {"FORMAT=WKT2_2019", NULL};
	const struct mm_msk *msk = srs ? msk_by_parameters(srs) : NULL;
	struct mm_err err = {0};
	char *wkt = NULL;
	enum mm_code rc;

	if (!srs || (!msk && mm_gdal_srs_is_undefined(srs)))
		return mm_fail(reterr, MM_E_INVALID, "", "states no CRS");
	if (OSRIsLocal(srs))
		return mm_fail(reterr, MM_E_INVALID, "",
			       "has a local CRS (NonEarth) that says nothing of the place");
	if (OSRExportToWktEx(srs, &wkt, options) != OGRERR_NONE || !wkt || !*wkt) {
		CPLFree(wkt);
		wkt = NULL;
		(void)OSRExportToWkt(srs, &wkt);
	}
	rc = mm_crs_parse(proj, msk ? msk->code : wkt ? wkt : "", ret, &err);
	CPLFree(wkt);
	if (!rc)
		name_unnamed(srs, ret);
	if (rc == MM_E_INVALID)
		return mm_fail(reterr, rc, "", "has a CRS that cannot be used (%.200s)", err.msg);
	return rc ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

static enum mm_code from_source(const struct mm_gdal_source *s, struct mm_proj *proj, struct mm_crs *ret,
				bool *ret_swap, struct mm_err *reterr)
{
	const unsigned long before = s->log->failures; /* a database is asked for it now */
	OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(s->table);
	struct mm_err err = {0};
	enum mm_code rc;

	if (!srs && s->log->failures > before)
		return mm_fail(reterr, MM_E_DATA, "", "the CRS cannot be read: %s", s->log->last_failure);
	rc = mm_gdal_srs_read(srs, proj, ret, &err);
	if (rc == MM_E_INVALID)
		return no_crs(s, proj, err.msg, reterr);
	if (rc)
		return mm_fail(reterr, rc, err.where, "%s", err.msg);
	*ret_swap = is_north_first(srs);
	return MM_OK;
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
