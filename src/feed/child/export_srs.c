#include "feed/child/export_srs.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { WGS84 = 4326 };

static OGRErr import(OGRSpatialReferenceH srs, const struct mm_crs *crs)
{
	const char *def = crs->definition;
	OGRErr failed;

	if (strcmp(crs->code, MM_CRS84) == 0)
		return OSRImportFromEPSG(srs, WGS84);
	if (mm_text_starts(crs->code, "EPSG:"))
		return OSRImportFromEPSG(srs, atoi(crs->code + strlen("EPSG:")));
	failed = *def == '+' || !strchr(def, '[') ? OSRSetFromUserInput(srs, def)
						  : OSRImportFromWkt(srs, &(char *){(char *)(uintptr_t)def});
	/* the name of a local system: PROJ strings have none */
	if (!failed && OSRIsProjected(srs) && (*crs->code || *crs->name))
		(void)OSRSetProjCS(srs, *crs->code ? crs->code : crs->name);
	return failed;
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
