#include "feed/child/describe.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "feed/child/columns.h"
#include "feed/child/source.h"
#include "feed/child/tally.h"
#include "geo/geom.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <ogr_srs_api.h>

enum { TABLES_MAX = 200, FIELDS_MAX = 2000, ROWS_MAX = 50000, SECONDS_MAX = 2, RAW_TEXT_MAX = 65536 };

/* One table while its rows go by. */
struct table {
	OGRFeatureDefnH defn;
	size_t fields;
	struct mm_tally **tally;
	uint64_t rows, type[MM_GEOM_TYPE_COUNT], empty;
	bool has_curves, has_z, has_m, has_extent, has_raw;
	OGREnvelope extent;
	struct mm_buf raw_text;
};

static enum mm_geom_type type_of(OGRwkbGeometryType t)
{
	switch (wkbFlatten(t)) {
	case wkbPoint:
		return MM_GEOM_POINT;
	case wkbLineString:
	case wkbCircularString:
	case wkbCompoundCurve:
		return MM_GEOM_LINE;
	case wkbPolygon:
	case wkbCurvePolygon:
	case wkbTriangle:
		return MM_GEOM_POLYGON;
	case wkbMultiPoint:
		return MM_GEOM_MULTIPOINT;
	case wkbMultiLineString:
	case wkbMultiCurve:
		return MM_GEOM_MULTILINE;
	case wkbMultiPolygon:
	case wkbMultiSurface:
	case wkbTIN:
	case wkbPolyhedralSurface:
		return MM_GEOM_MULTIPOLYGON;
	default:
		return MM_GEOM_COLLECTION;
	}
}

static void look_at_geometry(struct table *t, OGRGeometryH g)
{
	OGREnvelope e;

	if (!g) {
		t->type[MM_GEOM_NULL]++;
		return;
	}
	t->has_curves = t->has_curves || OGR_G_HasCurveGeometry(g, FALSE);
	t->has_z = t->has_z || OGR_G_Is3D(g);
	t->has_m = t->has_m || OGR_G_IsMeasured(g);
	if (OGR_G_IsEmpty(g)) {
		t->empty++;
		return;
	}
	t->type[type_of(OGR_G_GetGeometryType(g))]++;
	OGR_G_GetEnvelope(g, &e);
	if (!isfinite(e.MinX) || !isfinite(e.MinY) || !isfinite(e.MaxX) || !isfinite(e.MaxY))
		return;
	if (!t->has_extent)
		t->extent = e;
	t->has_extent = true;
	t->extent.MinX = fmin(t->extent.MinX, e.MinX);
	t->extent.MinY = fmin(t->extent.MinY, e.MinY);
	t->extent.MaxX = fmax(t->extent.MaxX, e.MaxX);
	t->extent.MaxY = fmax(t->extent.MaxY, e.MaxY);
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text > 127)
			return false;
	return true;
}

static void look_at_values(struct table *t, OGRFeatureH f)
{
	for (size_t i = 0; i < t->fields; i++) {
		const char *text = NULL;

		if (OGR_F_IsFieldSetAndNotNull(f, (int)i))
			text = OGR_F_GetFieldAsString(f, (int)i);
		mm_tally_add(t->tally[i], text);
		if (!text || is_ascii(text))
			continue;
		t->has_raw = true;
		if (t->raw_text.len + strlen(text) + 1 < RAW_TEXT_MAX) {
			mm_buf_text(&t->raw_text, text);
			mm_buf_byte(&t->raw_text, '\n');
		}
	}
}

/* True when it saw all rows. */
static bool look_at_rows(struct table *t, struct mm_gdal_source *s)
{
	int64_t end = mm_clock_mono_ns() + (int64_t)SECONDS_MAX * 1000000000;
	OGRFeatureH f;

	while ((f = mm_gdal_source_next(s)) != NULL) {
		t->rows++;
		look_at_geometry(t, OGR_F_GetGeometryRef(f));
		look_at_values(t, f);
		OGR_F_Destroy(f);
		if (t->rows >= ROWS_MAX || (t->rows % 64 == 0 && mm_clock_mono_ns() > end))
			return false;
	}
	return true;
}

static void write_geometry(const struct table *t, struct mm_json *j, bool has_column)
{
	mm_json_open(j, "geometry", '{');
	for (int k = 0; has_column && k < MM_GEOM_TYPE_COUNT; k++)
		if (t->type[k])
			mm_json_int(j, mm_geom_type_name((enum mm_geom_type)k), (int64_t)t->type[k]);
	if (has_column && t->empty)
		mm_json_int(j, "empty", (int64_t)t->empty);
	mm_json_close(j, '}');
	mm_json_bool(j, "has_geometry", has_column);
	if (t->has_curves)
		mm_json_bool(j, "has_curves", true);
	if (t->has_z)
		mm_json_bool(j, "has_z", true);
	if (t->has_m)
		mm_json_bool(j, "has_m", true);
	if (!t->has_extent) {
		mm_json_null(j, "extent");
		return;
	}
	mm_json_open(j, "extent", '[');
	mm_json_double(j, NULL, t->extent.MinX);
	mm_json_double(j, NULL, t->extent.MinY);
	mm_json_double(j, NULL, t->extent.MaxX);
	mm_json_double(j, NULL, t->extent.MaxY);
	mm_json_close(j, ']');
}

static void write_srs(struct mm_json *j, OGRSpatialReferenceH srs)
{
	static const char *const options[] = {"FORMAT=WKT2_2019", NULL};
	const char *name, *authority, *code;
	char *wkt = NULL, full[80] = "";

	if (!srs || mm_gdal_srs_is_undefined(srs)) {
		mm_json_null(j, "srs");
		return;
	}
	(void)OSRExportToWktEx(srs, &wkt, options);
	name = OSRGetName(srs);
	authority = OSRGetAuthorityName(srs, NULL);
	code = OSRGetAuthorityCode(srs, NULL);
	if (authority && code)
		(void)snprintf(full, sizeof(full), "%s:%s", authority, code);
	mm_json_open(j, "srs", '{');
	mm_json_text(j, "wkt", wkt ? wkt : "");
	mm_json_text(j, "name", name ? name : "");
	mm_json_text(j, "code", full);
	if (OSRIsLocal(srs))
		mm_json_bool(j, "local", true);
	mm_json_close(j, '}');
	CPLFree(wkt);
}

/* Drivers that give UTF-8 whatever the file. */
static bool decodes_itself(const struct mm_job *job)
{
	static const char *const raw[] = {"ESRI Shapefile", "MapInfo File", "CSV", "SXF", "S57", "DXF"};

	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++)
		if (strcmp(job->driver[0], raw[i]) == 0)
			return false;
	return true;
}

static void write_encoding(const struct table *t, struct mm_json *j, const struct mm_job *job,
			   const char *declared)
{
	bool own = decodes_itself(job);
	char *base64 = own ? NULL : CPLBase64Encode((int)t->raw_text.len, t->raw_text.data);

	mm_json_text(j, "declared_encoding", own ? "UTF-8" : declared);
	mm_json_bool(j, "encoding_matters", !own && t->has_raw);
	mm_json_text(j, "raw_text", base64 ? base64 : "");
	CPLFree(base64);
}

static void write_field(const struct table *t, struct mm_json *j, size_t i)
{
	OGRFieldDefnH f = OGR_FD_GetFieldDefn(t->defn, (int)i);
	OGRFieldType type = OGR_Fld_GetType(f);
	OGRFieldSubType subtype = OGR_Fld_GetSubType(f);
	const char *name = OGR_Fld_GetNameRef(f);
	bool valid = mm_text_utf8_valid(name, strlen(name)) == strlen(name);

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "name", valid ? name : "");
	if (!valid)
		mm_tally_put_text(j, "name", "name_raw", name, strlen(name));
	mm_json_text(j, "type", mm_type_name(mm_column_type(type, subtype)));
	mm_json_text(j, "subtype",
		     subtype == OFSTNone ? OGR_GetFieldTypeName(type) : OGR_GetFieldSubTypeName(subtype));
	mm_json_int(j, "width", OGR_Fld_GetWidth(f));
	mm_json_int(j, "precision", OGR_Fld_GetPrecision(f));
	mm_tally_write(t->tally[i], j);
	mm_json_close(j, '}');
}

static bool begin_table(struct table *t, OGRLayerH layer)
{
	int fields;

	*t = (struct table){.defn = OGR_L_GetLayerDefn(layer)};
	fields = OGR_FD_GetFieldCount(t->defn);
	t->fields = fields < FIELDS_MAX ? (size_t)fields : FIELDS_MAX;
	mm_buf_init(&t->raw_text, RAW_TEXT_MAX);
	t->tally = calloc(t->fields + 1, sizeof(struct mm_tally *));
	for (size_t i = 0; t->tally && i < t->fields; i++) {
		t->tally[i] = mm_tally_new();
		if (!t->tally[i])
			return false;
		if (!is_ascii(OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(t->defn, (int)i))))
			t->has_raw = true;
	}
	return t->tally != NULL;
}

static void end_table(struct table *t)
{
	for (size_t i = 0; t->tally && i < t->fields; i++)
		(void)mm_tally_free(t->tally[i]);
	free(t->tally);
	mm_buf_release(&t->raw_text);
}

static enum mm_code write_table(struct mm_gdal_source *s, int number, const char *declared, struct mm_json *j,
				struct mm_err *reterr)
{
	const char *fid_column;
	struct table t;
	bool complete;

	s->table = GDALDatasetGetLayer(s->dataset, number);
	OGR_L_ResetReading(s->table);
	GDALDatasetResetReading(s->dataset);
	if (!begin_table(&t, s->table)) {
		end_table(&t);
		return mm_fail_nomem(reterr);
	}
	complete = look_at_rows(&t, s);
	fid_column = OGR_L_GetFIDColumn(s->table);
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "name", OGR_L_GetName(s->table));
	mm_json_int(j, "count", (int64_t)t.rows);
	mm_json_bool(j, "complete", complete);
	write_geometry(&t, j, OGR_L_GetGeomType(s->table) != wkbNone);
	write_srs(j, OGR_L_GetSpatialRef(s->table));
	mm_json_text(j, "fid_column", fid_column ? fid_column : "");
	write_encoding(&t, j, s->job, declared);
	mm_json_open(j, "fields", '[');
	for (size_t i = 0; i < t.fields; i++)
		write_field(&t, j, i);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
	end_table(&t);
	return MM_OK;
}

static void write_sidecars(const struct mm_job *job, struct mm_json *j)
{
	mm_json_open(j, "sidecars", '[');
	for (size_t i = 1; i < job->readable_count; i++) {
		const char *dot = strrchr(job->readable[i], '.');
		char extension[16];
		size_t n = 0;

		for (; dot && dot[1 + n] && n + 1 < sizeof(extension); n++)
			extension[n] =
			    dot[1 + n] >= 'A' && dot[1 + n] <= 'Z' ? (char)(dot[1 + n] + 32) : dot[1 + n];
		extension[n] = '\0';
		mm_json_text(j, NULL, extension);
	}
	mm_json_close(j, ']');
}

/* What a Shapefile says of its text, in the words GDAL has for it. */
static void declared_encoding(const struct mm_gdal_source *s, char *ret, size_t size)
{
	OGRLayerH layer = GDALDatasetGetLayer(s->dataset, 0);
	char **says = layer ? GDALGetMetadata((GDALMajorObjectH)layer, "SHAPEFILE") : NULL;
	bool stated = CSLFetchNameValue(says, "CPG_VALUE") || CSLFetchNameValue(says, "ENCODING_FROM_LDID");

	(void)snprintf(ret, size, "%s", stated ? CSLFetchNameValueDef(says, "SOURCE_ENCODING", "") : "");
}

/* What came over a connection that was lost is not all there is. */
static enum mm_code check_connection(const struct mm_gdal_source *s, struct mm_err *reterr)
{
	const unsigned long before = s->log->failures;
	OGRLayerH answer =
	    s->job->has_network ? GDALDatasetExecuteSQL(s->dataset, "SELECT 1", NULL, NULL) : NULL;

	if (answer)
		GDALDatasetReleaseResultSet(s->dataset, answer);
	return s->log->failures == before
		   ? MM_OK
		   : mm_fail(reterr, MM_E_DATA, "", "reading breaks off: %s", s->log->last_failure);
}

enum mm_code mm_describe(const struct mm_job *job, struct mm_gdal_log *log, struct mm_arena *mem,
			 struct mm_buf *out, struct mm_err *reterr)
{
	struct mm_gdal_source s = {.job = job};
	struct mm_json j = mm_json_on(out);
	char declared[64];
	enum mm_code rc = mm_gdal_source_open(job, log, mem, &s, reterr);

	if (rc)
		return rc;
	declared_encoding(&s, declared, sizeof(declared));
	if (!s.text_is_raw)
		rc = mm_gdal_source_open_raw(&s, reterr);
	if (rc)
		return rc;
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "path", job->open);
	mm_json_text(&j, "driver", GDALGetDescription(GDALGetDatasetDriver(s.dataset)));
	write_sidecars(job, &j);
	mm_json_open(&j, "tables", '[');
	for (int i = 0; !rc && i < GDALDatasetGetLayerCount(s.dataset) && i < TABLES_MAX; i++)
		rc = write_table(&s, i, declared, &j, reterr);
	if (!rc)
		rc = check_connection(&s, reterr);
	mm_json_close(&j, ']');
	mm_json_open(&j, "messages", '[');
	for (size_t i = 0; i < log->count; i++)
		mm_json_text(&j, NULL, log->message[i]);
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
	s.table_is_result = false;
	mm_gdal_source_close(&s);
	if (!rc && out->failed)
		rc = mm_fail(reterr, MM_E_LIMIT, "", "the source has too many tables or columns to describe");
	return rc;
}
