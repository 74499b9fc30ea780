#include "feed/child/export_srs.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>

enum { WGS84 = 4326 };

static OGRErr import_wkt(OGRSpatialReferenceH srs, const char *wkt)
{
	char *text = CPLStrdup(wkt), *rest = text;
	OGRErr failed = OSRImportFromWkt(srs, &rest);

	CPLFree(text);
	return failed;
}

/* A PROJ string has no name: WKT made of it says "unknown" where users look for one. */
static OGRErr name(OGRSpatialReferenceH srs, const char *as)
{
	static const char unknown[] = "PROJCS[\"unknown\"";
	char *wkt = NULL, *named;
	OGRErr failed = OSRExportToWkt(srs, &wkt);

	if (!failed && mm_text_starts(wkt, unknown)) {
		named = CPLStrdup(CPLSPrintf("PROJCS[\"%s\"%s", as, wkt + strlen(unknown)));
		failed = import_wkt(srs, named);
		CPLFree(named);
	}
	CPLFree(wkt);
	return failed;
}

static OGRErr import(OGRSpatialReferenceH srs, const struct mm_crs *crs)
{
	OGRErr failed;

	if (strcmp(crs->code, MM_CRS84) == 0)
		return OSRImportFromEPSG(srs, WGS84);
	if (mm_text_starts(crs->code, "EPSG:"))
		return OSRImportFromEPSG(srs, atoi(crs->code + strlen("EPSG:")));
	failed = strchr(crs->definition, '[') ? import_wkt(srs, crs->definition)
					      : OSRSetFromUserInput(srs, crs->definition);
	return failed || !*crs->code ? failed : name(srs, crs->code);
}

enum mm_code mm_export_srs(struct mm_proj *p, const char *definition, OGRSpatialReferenceH *ret,
			   bool *ret_is_metric, struct mm_err *reterr)
{
	OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
	struct mm_crs crs;
	enum mm_code rc = mm_crs_parse(p, definition, &crs, reterr);

	if (!rc) {
		if (import(srs, &crs))
			rc = mm_fail(reterr, MM_E_INVALID, "crs", "GDAL cannot write this system");
		if (ret_is_metric)
			*ret_is_metric = crs.metres_per_unit > 0;
		mm_crs_release(&crs);
	}
	if (rc) {
		OSRRelease(srs);
		return rc;
	}
	OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
	*ret = srs;
	return MM_OK;
}
