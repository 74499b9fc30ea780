#include "feed/child/export.h"

#include "base/text.h"
#include "feed/child/export_columns.h"
#include "feed/child/export_shape.h"
#include "feed/child/export_srs.h"
#include "feed/child/export_zip.h"
#include "feed/export_job.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_srs_api.h>

enum {
	KINDS = 3, /* points, lines, polygons: enum mm_part_kind */
	SHEET_ROWS = 1048575,
	SHEET_COLUMNS = 16384,
	TABLE_COLUMNS = 250, /* TAB; DBF has room for 255 */
	SHEET_TITLE = 31,    /* characters; some of them are not allowed */
	CELL_MAX = 32767,
	TEXT_MAX = 256 << 20
};

static const struct {
	const char *driver;
	bool is_folder; /* of files, packed in the end */
} formats[MM_EXPORT_FORMAT_COUNT] = {
    [MM_EXPORT_FGB] = {"FlatGeobuf", false},    [MM_EXPORT_GPKG] = {"GPKG", false},
    [MM_EXPORT_SHP] = {"ESRI Shapefile", true}, [MM_EXPORT_TAB] = {"MapInfo File", true},
    [MM_EXPORT_DXF] = {"DXF", false},           [MM_EXPORT_XLSX] = {"XLSX", false},
};

struct writer {
	const struct mm_job *job;
	const struct mm_export_job *x;
	const struct mm_gdal_log *log;
	struct mm_layer *layer;
	const struct mm_schema *schema;
	const uint32_t *row;
	struct mm_proj *proj;
	const struct mm_transform *transform; /* NULL: the rows are in that system */
	OGRSpatialReferenceH srs;
	struct mm_export_columns columns;
	unsigned kinds; /* bits of those that rows have */
	bool has_z, has_many[KINDS], has_single[KINDS];
	char path[PATH_MAX + 16]; /* what GDAL writes */
	GDALDatasetH ds;
	struct mm_buf text;
	uint32_t left_out;
};

/* Our words, and GDAL's if it has any. */
static enum mm_code failed(const struct writer *w, const char *what, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_INTERNAL, "", "%s: %s", what,
		       mm_gdal_why(w->log, 0, "GDAL does not say why"));
}

/* ---- what there is ---- */

static void look_at(struct writer *w, const struct mm_geom *g)
{
	w->has_z = w->has_z || (g->z && g->vertex_count);
	for (uint32_t i = 0; i < g->part_count; i++)
		w->kinds |= 1u << mm_part_kind(g->part[i]);
	if (g->type >= MM_GEOM_MULTIPOINT && g->type <= MM_GEOM_MULTIPOLYGON)
		w->has_many[g->type - MM_GEOM_MULTIPOINT] = true;
	else if (g->type == MM_GEOM_COLLECTION)
		for (uint32_t i = 0; i < g->part_count; i++)
			w->has_many[mm_part_kind(g->part[i])] = true;
}

static void look_at_rows(struct writer *w)
{
	const unsigned types = mm_layer_geom_types(w->layer);
	struct mm_geom g;

	for (uint32_t i = 0; i < w->x->count; i++) {
		mm_layer_geom(w->layer, w->row[i], &g);
		look_at(w, &g);
	}
	for (int k = 0; k < KINDS; k++) {
		w->has_single[k] = types >> (MM_GEOM_POINT + k) & 1;
		w->has_many[k] = w->has_many[k] || types >> (MM_GEOM_MULTIPOINT + k) & 1;
		if (!w->x->count && (w->has_single[k] || w->has_many[k]))
			w->kinds |= 1u << k;
	}
}

/* The type of a whole layer: that of all its rows, the multi where some are, any where kinds differ. */
static OGRwkbGeometryType type_of_all(const struct writer *w, bool *ret_to_multi)
{
	static const OGRwkbGeometryType single[] = {wkbPoint, wkbLineString, wkbPolygon},
					many[] = {wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon};
	const unsigned types = mm_layer_geom_types(w->layer) & ~(1u << MM_GEOM_NULL);
	OGRwkbGeometryType type = wkbUnknown;

	*ret_to_multi = false;
	if (!types)
		return wkbNone;
	for (int k = 0; k < KINDS; k++) {
		const unsigned one = 1u << (MM_GEOM_POINT + k), more = 1u << (MM_GEOM_MULTIPOINT + k);

		if (types & ~(one | more))
			continue;
		type = types & more ? many[k] : single[k];
		*ret_to_multi = types == (one | more);
	}
	return w->has_z ? OGR_GT_SetZ(type) : type;
}

/* ---- layers of the file ---- */

static const char *const kind_name[KINDS] = {"points", "lines", "polygons"};

static OGRwkbGeometryType type_of_kind(const struct writer *w, int kind, bool *ret_to_multi)
{
	static const OGRwkbGeometryType types[] = {wkbPoint, wkbLineString, wkbPolygon};
	OGRwkbGeometryType type;

	*ret_to_multi = false;
	if (kind < 0)
		return wkbNone;
	type = types[kind];
	if (kind == MM_PART_POINTS && w->has_many[kind] && w->x->format == MM_EXPORT_SHP) {
		type = wkbMultiPoint;
		*ret_to_multi = w->has_single[kind];
	}
	if (w->x->format == MM_EXPORT_TAB) /* lines and multilines are two things to it */
		type = wkbUnknown;
	return w->has_z ? OGR_GT_SetZ(type) : type;
}

static void add_option(char ***options, const char *key, const char *value)
{
	*options = CSLSetNameValue(*options, key, value);
}

/* TAB keeps whole numbers between bounds: near ones, or a coordinate is a centimetre off. */
static void add_bounds(struct writer *w, char ***options)
{
	struct mm_box all = mm_box_empty();
	char text[160];
	double margin;

	for (uint32_t i = 0; i < w->x->count; i++) {
		struct mm_geom g;
		struct mm_box b;

		mm_layer_geom(w->layer, w->row[i], &g);
		if (!g.vertex_count)
			continue;
		b = mm_geom_box(&g);
		if (w->transform)
			b = mm_transform_box(w->transform, &b);
		mm_box_merge(&all, &b);
	}
	if (all.min_x > all.max_x)
		return;
	margin = fmax(fmax(all.max_x - all.min_x, all.max_y - all.min_y) * 0.01, 1e-3);
	(void)snprintf(text, sizeof(text), "%.12g,%.12g,%.12g,%.12g", all.min_x - margin, all.min_y - margin,
		       all.max_x + margin, all.max_y + margin);
	add_option(options, "BOUNDS", text);
}

static char **layer_options(struct writer *w)
{
	const struct mm_schema *s = w->schema;
	char **o = NULL;

	switch (w->x->format) {
	case MM_EXPORT_FGB:
		add_option(&o, "SPATIAL_INDEX", w->x->keeps_order ? "NO" : "YES");
		add_option(&o, "TEMPORARY_DIR", w->job->temp);
		break;
	case MM_EXPORT_GPKG:
		add_option(&o, "FID", w->columns.fid);
		add_option(&o, "GEOMETRY_NAME", w->columns.geometry);
		add_option(&o, "IDENTIFIER", mm_title_in(&s->title, w->x->lang, s->id));
		add_option(&o, "DESCRIPTION", mm_title_in(&s->description, w->x->lang, ""));
		break;
	case MM_EXPORT_SHP:
		add_option(&o, "ENCODING", w->x->encoding);
		break;
	case MM_EXPORT_TAB:
		add_option(&o, "ENCODING", w->x->encoding);
		add_bounds(w, &o);
		break;
	default:
		break;
	}
	return o;
}

static OGRLayerH make_layer(struct writer *w, const char *name, OGRwkbGeometryType type)
{
	char **options = layer_options(w);
	OGRLayerH layer = GDALDatasetCreateLayer(w->ds, name, type == wkbNone ? NULL : w->srs, type, options);

	CSLDestroy(options);
	return layer;
}

/* ---- rows ---- */

static void put_sheet_geometry(const struct writer *w, OGRGeometryH g, OGRFeatureH f)
{
	char *wkt = NULL, note[80];

	for (size_t i = 0; g && i < w->columns.count; i++) {
		const int what = w->columns.column[i].what;

		if (what == MM_EXPORT_X)
			OGR_F_SetFieldDouble(f, (int)i, OGR_G_GetX(g, 0));
		else if (what == MM_EXPORT_Y)
			OGR_F_SetFieldDouble(f, (int)i, OGR_G_GetY(g, 0));
		else if (what == MM_EXPORT_Z)
			OGR_F_SetFieldDouble(f, (int)i, OGR_G_GetZ(g, 0));
		if (what != MM_EXPORT_WKT || OGR_G_ExportToIsoWkt(g, &wkt))
			continue;
		(void)snprintf(note, sizeof(note), "too long for a cell: %zu characters", strlen(wkt));
		OGR_F_SetFieldString(f, (int)i, strlen(wkt) > CELL_MAX ? note : wkt);
		CPLFree(wkt);
	}
}

/* A drawing has nothing else, and GDAL drops such rows of a FlatGeobuf without a word. */
static bool needs_geometry(const struct writer *w)
{
	return w->x->format == MM_EXPORT_DXF ||
	       (w->x->format == MM_EXPORT_FGB && mm_layer_geom_types(w->layer) & ~(1u << MM_GEOM_NULL));
}

/* `holder` has the geometry: the feature itself, or one beside it for a sheet, whose rows have none. */
static enum mm_code write_row(struct writer *w, OGRLayerH layer, OGRFeatureH f, OGRFeatureH holder,
			      struct mm_export_shape *shape, const struct mm_geom *g, uint32_t row,
			      struct mm_err *reterr)
{
	if (!mm_export_shape_put(shape, g, holder))
		return mm_fail_nomem(reterr);
	mm_export_columns_put(&w->columns, w->layer, row, f, &w->text);
	if (needs_geometry(w) && !OGR_F_GetGeometryRef(f)) {
		w->left_out++;
		return MM_OK;
	}
	if (w->x->format == MM_EXPORT_DXF) {
		OGR_F_SetFieldString(f, OGR_F_GetFieldIndex(f, "Layer"), w->schema->id);
	}
	if (w->x->format == MM_EXPORT_XLSX)
		put_sheet_geometry(w, OGR_F_GetGeometryRef(holder), f);
	if (OGR_L_CreateFeature(layer, f))
		return failed(w, "a feature cannot be written", reterr);
	return MM_OK;
}

/* `first`: rows without geometry are written here. */
static enum mm_code write_rows(struct writer *w, OGRLayerH layer, int kind, bool first, bool to_multi,
			       struct mm_err *reterr)
{
	struct mm_export_shape shape = {
	    .transform = w->transform, .kind = kind, .to_multi = to_multi, .has_z = w->has_z};
	OGRFeatureH f = OGR_F_Create(OGR_L_GetLayerDefn(layer));
	OGRFeatureH holder = w->x->format == MM_EXPORT_XLSX ? OGR_F_Create(OGR_FD_Create("shape")) : f;
	enum mm_code rc = MM_OK;

	for (uint32_t i = 0; i < w->x->count && !rc; i++) {
		struct mm_geom g;

		mm_layer_geom(w->layer, w->row[i], &g);
		if (kind < 0 || mm_export_shape_has(&g, kind) || (first && !g.part_count))
			rc = write_row(w, layer, f, holder, &shape, &g, w->row[i], reterr);
	}
	if (holder != f)
		OGR_F_Destroy(holder);
	OGR_F_Destroy(f);
	mm_export_shape_release(&shape);
	return rc;
}

static enum mm_code write_layer(struct writer *w, const char *name, int kind, bool first,
				struct mm_err *reterr)
{
	bool to_multi = false;
	const bool is_split = formats[w->x->format].is_folder;
	OGRwkbGeometryType type = is_split ? type_of_kind(w, kind, &to_multi) : type_of_all(w, &to_multi);
	OGRLayerH layer;
	enum mm_code rc;

	if (w->x->format == MM_EXPORT_XLSX)
		to_multi = false;
	layer = make_layer(w, name, w->x->format == MM_EXPORT_XLSX ? wkbNone : type);
	if (!layer)
		return failed(w, "the file cannot be begun", reterr);
	rc = mm_export_columns_create(&w->columns, layer, reterr);
	return rc ? rc : write_rows(w, layer, is_split ? kind : -1, first, to_multi, reterr);
}

/* A file for each kind of geometry; rows without one are in the first. */
static enum mm_code write_kinds(struct writer *w, struct mm_err *reterr)
{
	const bool is_mixed = w->kinds & (w->kinds - 1);
	bool first = true;
	enum mm_code rc = MM_OK;

	if (!w->kinds)
		return write_layer(w, w->schema->id, -1, true, reterr);
	for (int k = 0; k < KINDS && !rc; k++) {
		char name[160];

		if (!(w->kinds >> k & 1))
			continue;
		(void)snprintf(name, sizeof(name), "%s%s%s", w->schema->id, is_mixed ? "_" : "",
			       is_mixed ? kind_name[k] : "");
		rc = write_layer(w, name, k, first, reterr);
		first = false;
	}
	return rc;
}

/* A title as the name of a sheet. */
static void sheet_name(const struct writer *w, char ret[4 * SHEET_TITLE + 1])
{
	const char *title = mm_title_in(&w->schema->title, w->x->lang, w->schema->id);
	size_t at = 0, n = 0;

	while (title[at] && n < SHEET_TITLE) {
		at++;
		while (((unsigned char)title[at] & 0xc0) == 0x80)
			at++;
		n++;
	}
	(void)snprintf(ret, 4 * SHEET_TITLE + 1, "%.*s", (int)at, title);
	for (char *p = ret; *p; p++)
		if (strchr("[]:*?/\\'", *p) || (unsigned char)*p < ' ')
			*p = ' ';
}

static enum mm_code write_all(struct writer *w, struct mm_err *reterr)
{
	char sheet[4 * SHEET_TITLE + 1];
	const char *name = w->schema->id;
	const bool in_one_go = w->x->format == MM_EXPORT_GPKG && !GDALDatasetStartTransaction(w->ds, FALSE);
	enum mm_code rc;

	if (w->x->format == MM_EXPORT_XLSX) {
		sheet_name(w, sheet);
		name = sheet;
	}
	rc =
	    formats[w->x->format].is_folder ? write_kinds(w, reterr) : write_layer(w, name, -1, true, reterr);
	if (!rc && in_one_go && GDALDatasetCommitTransaction(w->ds))
		rc = failed(w, "the file cannot be completed", reterr);
	return rc;
}

/* ---- the whole ---- */

static enum mm_code check(const struct writer *w, bool is_metric, struct mm_err *reterr)
{
	const size_t columns = w->columns.count;

	if (w->x->format == MM_EXPORT_DXF && !is_metric)
		return mm_fail(reterr, MM_E_INVALID, "crs",
			       "a drawing is in metres: ask for a projected system");
	if (w->x->format == MM_EXPORT_XLSX && (w->x->count > SHEET_ROWS || columns > SHEET_COLUMNS))
		return mm_fail(reterr, MM_E_INVALID, "limit", "a sheet has room for %d rows and %d columns",
			       SHEET_ROWS, SHEET_COLUMNS);
	if (formats[w->x->format].is_folder && columns > TABLE_COLUMNS)
		return mm_fail(reterr, MM_E_INVALID, "properties", "this format has room for %d columns",
			       TABLE_COLUMNS);
	return MM_OK;
}

static enum mm_code open_input(struct writer *w, struct mm_err *reterr)
{
	const size_t bytes = (size_t)w->x->count * sizeof(*w->row);
	const struct mm_transform *t;
	void *rows = bytes ? mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, MM_CHILD_ROWS_FD, 0) : NULL;
	enum mm_code rc = mm_layer_open_fd(MM_CHILD_LAYER_FD, &w->layer, reterr);

	if (rc)
		return rc;
	if (rows == MAP_FAILED)
		return mm_fail(reterr, MM_E_IO, "", "the rows cannot be mapped");
	w->row = rows;
	w->schema = mm_layer_schema(w->layer);
	for (uint32_t i = 0; i < w->x->count; i++)
		if (w->row[i] >= mm_layer_count(w->layer))
			return mm_fail(reterr, MM_E_INTERNAL, "", "a row is not of the layer");
	w->proj = mm_proj_new();
	if (!w->proj)
		return mm_fail_nomem(reterr);
	rc = mm_transform_get(w->proj, w->schema->crs_definition, w->x->crs, &t, reterr);
	if (!rc)
		w->transform = mm_transform_is_identity(t) ? NULL : t;
	return rc;
}

/* The template of drawings, with the code page of Cyrillic. False: the one of GDAL is used. */
static bool write_dxf_header(const struct writer *w, char *path, size_t size)
{
	static const char from[] = "ANSI_1252", to[] = "ANSI_1251";
	const char *source = CPLFindFile("gdal", "header.dxf");
	GByte *text = NULL;
	vsi_l_offset bytes = 0;
	char *at;
	VSILFILE *f;
	bool fine;

	(void)snprintf(path, size, "%s/header.dxf", w->job->temp);
	if (!source || !VSIIngestFile(NULL, source, &text, &bytes, 1 << 20))
		return false;
	at = strstr((char *)text, from);
	if (at)
		memcpy(at, to, sizeof(to) - 1);
	f = VSIFOpenL(path, "wb");
	fine = f && VSIFWriteL(text, 1, (size_t)bytes, f) == (size_t)bytes;
	if (f)
		fine = VSIFCloseL(f) == 0 && fine;
	VSIFree(text);
	return fine;
}

static enum mm_code create(struct writer *w, struct mm_err *reterr)
{
	GDALDriverH driver = GDALGetDriverByName(formats[w->x->format].driver);
	char **options = NULL, header[PATH_MAX + 16];

	if (!driver)
		return mm_fail(reterr, MM_E_INTERNAL, "", "this GDAL has no driver %s",
			       formats[w->x->format].driver);
	(void)snprintf(w->path, sizeof(w->path), "%s", w->job->out);
	if (formats[w->x->format].is_folder)
		(void)snprintf(w->path, sizeof(w->path), "%s/files", w->job->temp);
	if (w->x->format == MM_EXPORT_TAB)
		add_option(&options, "FORMAT", "TAB");
	if (w->x->format == MM_EXPORT_DXF && write_dxf_header(w, header, sizeof(header)))
		add_option(&options, "HEADER", header);
	w->ds = GDALCreate(driver, w->path, 0, 0, 0, GDT_Unknown, options);
	CSLDestroy(options);
	return w->ds ? MM_OK : failed(w, "the file cannot be made", reterr);
}

/* ESRI's form of WKT, which GDAL writes, has no word for the shift of the datum; local systems are a hundred
 * metres off without it. */
static bool write_prj(const struct writer *w, const char *name)
{
	char path[PATH_MAX + 200], *wkt = NULL;
	double shift[7];
	bool fine = true;
	VSILFILE *f;

	if (OSRGetTOWGS84(w->srs, shift, 7) || OSRExportToWkt(w->srs, &wkt))
		return true;
	(void)snprintf(path, sizeof(path), "%s/%s", w->path, name);
	f = VSIFOpenL(path, "wb");
	fine = f && VSIFWriteL(wkt, 1, strlen(wkt), f) == strlen(wkt);
	if (f)
		fine = VSIFCloseL(f) == 0 && fine;
	CPLFree(wkt);
	return fine;
}

static bool write_prjs(const struct writer *w)
{
	char **names = VSIReadDir(w->path);
	bool fine = true;

	for (char **n = names; fine && n && *n; n++)
		if (mm_text_ends(*n, ".prj"))
			fine = write_prj(w, *n);
	CSLDestroy(names);
	return fine;
}

static enum mm_code finish(struct writer *w, struct mm_err *reterr)
{
	const unsigned long before = w->log->failures;

	GDALClose(w->ds); /* much is written only now; it has no result of its own */
	w->ds = NULL;
	if (w->log->failures > before)
		return failed(w, "the file cannot be completed", reterr);
	if (w->x->format == MM_EXPORT_SHP && !write_prjs(w))
		return failed(w, "the system cannot be written", reterr);
	return formats[w->x->format].is_folder ? mm_export_zip(w->path, w->job->out, reterr) : MM_OK;
}

static void set_config(void)
{
	CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "OFF"); /* a file that is lost with its process anyway */
	CPLSetConfigOption("OGR_SQLITE_JOURNAL", "OFF");
	CPLSetConfigOption("DXF_WRITE_HATCH", "NO"); /* outlines */
}

enum mm_code mm_export_write(const struct mm_job *job, const struct mm_gdal_log *log, struct mm_arena *mem,
			     uint64_t *ret_left_out, struct mm_err *reterr)
{
	struct writer w = {.job = job, .x = job->export, .log = log};
	bool is_metric = false;
	enum mm_code rc;

	if ((unsigned)w.x->format >= MM_EXPORT_FORMAT_COUNT)
		return mm_fail(reterr, MM_E_INTERNAL, "", "no such format");
	mm_buf_init(&w.text, TEXT_MAX);
	set_config();
	rc = open_input(&w, reterr);
	if (!rc)
		rc = mm_export_srs(w.proj, w.x->crs, &w.srs, &is_metric, reterr);
	if (!rc) {
		look_at_rows(&w);
		rc = mm_export_columns_choose(
		    w.layer, w.row, w.x,
		    !(mm_layer_geom_types(w.layer) & ~(1u << MM_GEOM_NULL | 1u << MM_GEOM_POINT)), w.has_z,
		    mem, &w.columns, reterr);
	}
	if (!rc)
		rc = check(&w, is_metric, reterr);
	if (!rc)
		rc = create(&w, reterr);
	if (!rc)
		rc = write_all(&w, reterr);
	if (!rc)
		rc = finish(&w, reterr);
	mm_buf_release(&w.text);
	*ret_left_out = w.left_out;
	return rc;
}
