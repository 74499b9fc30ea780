#include "feed/child/raster.h"

#include "feed/child/source.h"
#include "feed/vet.h"
#include "geo/sphere.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <ogr_srs_api.h>

/* Opening a raster, and what there is to know of it. */

enum { SIDE_MAX = 2000000, PRJ_BYTES_MAX = 64 << 10, SAMPLE_PX = 512 };

static const double DEVIATIONS = 2; /* beyond them from the mean a value is black or white */

static enum mm_code open_file(struct mm_raster_file *f, struct mm_err *reterr)
{
	const char *const drivers[] = {f->job->driver_count ? f->job->driver[0] : "GTiff", NULL};
	const unsigned long before = f->log->failures;

	f->dataset = GDALOpenEx(f->job->open, GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
				drivers, NULL, NULL);
	if (!f->dataset)
		return mm_fail(reterr, MM_E_DATA, "", "cannot be read as %s: %s", drivers[0],
			       mm_gdal_why(f->log, before, "it is not such a file"));
	f->width = GDALGetRasterXSize(f->dataset);
	f->height = GDALGetRasterYSize(f->dataset);
	if (f->width < 1 || f->height < 1 || GDALGetRasterCount(f->dataset) < 1)
		return mm_fail(reterr, MM_E_DATA, "", "holds no picture");
	if (f->width > SIDE_MAX || f->height > SIDE_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "is said to have %d x %d pixels, at most %d a side are read: is it damaged?",
			       f->width, f->height, SIDE_MAX);
	return MM_OK;
}

static enum mm_code find_place(struct mm_raster_file *f, struct mm_err *reterr)
{
	const double *p = f->place;
	bool is_finite = true;

	if (GDALGetGeoTransform(f->dataset, f->place) != CE_None)
		return mm_fail(
		    reterr, MM_E_INVALID, "",
		    "does not say where it lies: put a world file (.tfw, .jgw, .pgw) beside it%s",
		    GDALGetGCPCount(f->dataset) ? ", or bend it by its control points with gdalwarp" : "");
	for (int i = 0; i < 6; i++)
		is_finite = is_finite && isfinite(p[i]) && fabs(p[i]) < 1e12;
	if (!is_finite || !(fabs(p[1] * p[5] - p[2] * p[4]) > 1e-18) ||
	    !GDALInvGeoTransform(f->place, f->inverse))
		return mm_fail(reterr, MM_E_INVALID, "",
			       "lies at no place that can be (%g %g %g %g %g %g): write its world file anew",
			       p[0], p[1], p[2], p[3], p[4], p[5]);
	return MM_OK;
}

/* ---- bands ---- */

static int find_band(const struct mm_raster_file *f, GDALColorInterp as)
{
	for (int i = 1; i <= GDALGetRasterCount(f->dataset); i++)
		if (GDALGetRasterColorInterpretation(GDALGetRasterBand(f->dataset, i)) == as)
			return i;
	return 0;
}

static enum mm_code choose_bands(struct mm_raster_file *f, struct mm_err *reterr)
{
	const int red = find_band(f, GCI_RedBand), green = find_band(f, GCI_GreenBand),
		  blue = find_band(f, GCI_BlueBand);
	const int count = GDALGetRasterCount(f->dataset);
	GDALRasterBandH first;

	f->band_count = (red && green && blue) || (count >= 3 && !red) ? 3 : 1;
	f->band[0] = f->band_count == 3 && red ? red : 1;
	f->band[1] = f->band_count == 3 && red ? green : 2;
	f->band[2] = f->band_count == 3 && red ? blue : 3;
	first = GDALGetRasterBand(f->dataset, f->band[0]);
	f->palette = f->band_count == 1 ? GDALGetRasterColorTable(first) : NULL;
	f->is_bytes = true;
	f->is_opaque = true;
	for (int i = 0; i < f->band_count; i++) {
		GDALRasterBandH b = GDALGetRasterBand(f->dataset, f->band[i]);

		if (GDALDataTypeIsComplex(GDALGetRasterDataType(b)))
			return mm_fail(reterr, MM_E_INVALID, "", "has complex numbers, which are no picture");
		f->is_bytes = f->is_bytes && GDALGetRasterDataType(b) == GDT_Byte;
		f->is_opaque = f->is_opaque && (GDALGetMaskFlags(b) & GMF_ALL_VALID) &&
			       !GDALDataTypeIsFloating(GDALGetRasterDataType(b));
	}
	for (int i = 0; f->palette && i < GDALGetColorEntryCount(f->palette); i++)
		f->is_opaque = f->is_opaque && GDALGetColorEntry(f->palette, i)->c4 == 255;
	return MM_OK;
}

/* Mean and deviation of what is finite, of every so many-th pixel: GDAL's own have no answer where one value
 * is infinite. False: nothing is, or it cannot be read. */
static bool measure_finite(GDALRasterBandH b, double ret[4])
{
	const int width = GDALGetRasterBandXSize(b), height = GDALGetRasterBandYSize(b),
		  across = width < SAMPLE_PX ? width : SAMPLE_PX,
		  down = height < SAMPLE_PX ? height : SAMPLE_PX;
	double *v = calloc((size_t)across * (size_t)down, sizeof(*v)), sum = 0, squares = 0;
	size_t count = 0;

	ret[0] = HUGE_VAL;
	ret[1] = -HUGE_VAL;
	if (!v ||
	    GDALRasterIO(b, GF_Read, 0, 0, width, height, v, across, down, GDT_Float64, 0, 0) != CE_None) {
		free(v);
		return false;
	}
	for (size_t i = 0; i < (size_t)across * (size_t)down; i++)
		if (isfinite(v[i])) {
			ret[0] = fmin(ret[0], v[i]);
			ret[1] = fmax(ret[1], v[i]);
			sum += v[i];
			squares += v[i] * v[i];
			count++;
		}
	free(v);
	ret[2] = sum / (double)count;
	ret[3] = sqrt(fmax(squares / (double)count - ret[2] * ret[2], 0));
	return count > 0 && isfinite(ret[2]) && isfinite(ret[3]);
}

/* Least and greatest value, mean and deviation of a band. */
static bool measure_band(GDALRasterBandH b, double ret[4])
{
	const bool is_known =
	    GDALComputeRasterStatistics(b, TRUE, &ret[0], &ret[1], &ret[2], &ret[3], NULL, NULL) == CE_None;

	return is_known && isfinite(ret[0]) && isfinite(ret[1]) && isfinite(ret[2]) && isfinite(ret[3])
		   ? true
		   : is_known && measure_finite(b, ret);
}

/* What of more than 8 bits is black and what is white: as the definition says, else twice the standard
 * deviation around the mean, the same for all bands. */
static enum mm_code find_range(struct mm_raster_file *f, const struct mm_raster_job *x, struct mm_err *reterr)
{
	const unsigned long before = f->log->failures;
	double low = HUGE_VAL, high = -HUGE_VAL;

	if (x->has_range) {
		f->is_bytes = false;
		f->range[0] = x->range[0];
		f->range[1] = x->range[1];
		return MM_OK;
	}
	if (f->is_bytes || f->palette)
		return MM_OK;
	for (int i = 0; i < f->band_count; i++) {
		double v[4];

		if (!measure_band(GDALGetRasterBand(f->dataset, f->band[i]), v))
			return mm_fail(
			    reterr, MM_E_INVALID, "",
			    "has no finite values that say what is black and what is white (%s): is it "
			    "damaged? Else add range: [BLACK, WHITE]",
			    mm_gdal_why(f->log, before, "GDAL found none"));
		low = fmin(low, fmax(v[0], v[2] - DEVIATIONS * v[3]));
		high = fmax(high, fmin(v[1], v[2] + DEVIATIONS * v[3]));
	}
	if (!isfinite(high - low)) /* doubles that are farther apart than doubles can say */
		return mm_fail(reterr, MM_E_INVALID, "",
			       "has values of no sane size: add range: [BLACK, WHITE]");
	f->range[0] = low;
	f->range[1] = high > low ? high : low + 1;
	return MM_OK;
}

/* ---- the look ---- */

/* GDAL reads no .prj beside a picture, which other programs write. */
static OGRSpatialReferenceH read_prj(const struct mm_job *job)
{
	const char *path = CPLResetExtension(job->open, "prj");
	OGRSpatialReferenceH srs = NULL;
	GByte *text = NULL;

	if (!VSIIngestFile(NULL, path, &text, NULL, PRJ_BYTES_MAX))
		return NULL;
	srs = OSRNewSpatialReference((const char *)text);
	VSIFree(text);
	return srs;
}

static enum mm_code find_crs(const struct mm_raster_file *f, struct mm_proj *proj, struct mm_crs *ret,
			     struct mm_err *reterr)
{
	const struct mm_layer_def *def = &f->job->def;
	OGRSpatialReferenceH own = GDALGetSpatialRef(f->dataset), beside = own ? NULL : read_prj(f->job);
	char where[sizeof(reterr->where)];
	struct mm_err err = {0};
	enum mm_code rc;

	if (*def->crs) {
		rc = mm_crs_parse(proj, def->crs, ret, &err);
		mm_vet_where(def, def->crs_line, where, sizeof(where));
		if (rc)
			(void)mm_fail(reterr, rc, where, "crs: %s", err.msg);
	} else {
		rc = mm_gdal_srs_read(own ? own : beside, proj, ret, &err);
		if (rc == MM_E_INVALID)
			(void)mm_fail(reterr, rc, "",
				      "%s: add crs: (EPSG:28407, MSK48_1, a PROJ string or a .prj file); its "
				      "upper left corner is at %.10g %.10g",
				      err.msg, f->place[0], f->place[3]);
		else if (rc)
			(void)mm_fail(reterr, rc, err.where, "%s", err.msg);
	}
	if (beside)
		OSRDestroySpatialReference(beside);
	return rc;
}

static void at_pixel(const double p[6], double column, double row, double ret[2])
{
	ret[0] = p[0] + column * p[1] + row * p[2];
	ret[1] = p[3] + column * p[4] + row * p[5];
}

static enum mm_code measure(const struct mm_raster_file *f, struct mm_proj *proj, const char *crs,
			    struct mm_raster_look *l, struct mm_err *reterr)
{
	const struct mm_transform *to_deg;
	struct mm_box box = mm_box_empty();
	double at[3][2];
	enum mm_code rc = mm_transform_get(proj, crs, MM_CRS84, &to_deg, reterr);

	if (rc)
		return rc;
	for (int i = 0; i < 4; i++) {
		double corner[2];

		at_pixel(f->place, i & 1 ? f->width : 0, i & 2 ? f->height : 0, corner);
		mm_box_add(&box, corner[0], corner[1]);
	}
	l->box_deg = mm_transform_box(to_deg, &box);
	at_pixel(f->place, f->width / 2.0, f->height / 2.0, at[0]);
	at_pixel(f->place, f->width / 2.0 + 1, f->height / 2.0, at[1]);
	at_pixel(f->place, f->width / 2.0, f->height / 2.0 + 1, at[2]);
	if (mm_box_is_empty(&l->box_deg) || mm_transform_points(to_deg, at[0], 3) > 0)
		return mm_fail(reterr, MM_E_INVALID, "",
			       "lies outside of where its system holds (its upper left corner is at %.10g "
			       "%.10g): is crs: the right one?",
			       f->place[0], f->place[3]);
	l->resolution_m = sqrt(mm_sphere_distance_m(at[0], at[1]) * mm_sphere_distance_m(at[0], at[2]));
	if (!(l->resolution_m > 1e-6 && l->resolution_m < 1e7))
		return mm_fail(reterr, MM_E_INVALID, "", "has pixels of %g m: is crs: the right one?",
			       l->resolution_m);
	return MM_OK;
}

static enum mm_code look(struct mm_raster_file *f, struct mm_buf *found, struct mm_err *reterr)
{
	struct mm_raster_look l = {.width_px = (uint32_t)f->width,
				   .height_px = (uint32_t)f->height,
				   .range = {f->range[0], f->range[1]},
				   .is_opaque = f->is_opaque};
	struct mm_proj *proj = mm_proj_new();
	struct mm_json j = mm_json_on(found);
	struct mm_crs crs = {0};
	enum mm_code rc = proj ? find_crs(f, proj, &crs, reterr) : mm_fail_nomem(reterr);

	if (!rc)
		rc = measure(f, proj, crs.definition, &l, reterr);
	if (!rc) {
		l.crs = crs.definition;
		l.crs_code = *crs.code ? crs.code : "-";
		l.crs_name = crs.name;
		mm_raster_look_put(&l, &j);
	}
	mm_crs_release(&crs);
	(void)mm_proj_free(proj);
	return rc;
}

enum mm_code mm_child_raster(const struct mm_job *job, const struct mm_gdal_log *log, struct mm_buf *found,
			     struct mm_err *reterr)
{
	struct mm_raster_file f = {.job = job, .log = log};
	enum mm_code rc = open_file(&f, reterr);

	if (!rc)
		rc = find_place(&f, reterr);
	if (!rc)
		rc = choose_bands(&f, reterr);
	if (!rc)
		rc = find_range(&f, job->raster, reterr);
	if (!rc)
		rc = job->raster->is_look ? look(&f, found, reterr)
					  : mm_raster_file_warp(&f, job->raster, reterr);
	if (f.dataset)
		GDALClose(f.dataset);
	return rc;
}
