#include "feed/child/export_private.h"

#include "base/text.h"
#include "feed/child/export_srs.h"
#include "feed/child/export_zip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cpl_conv.h>
#include <cpl_string.h>

/* An export from the job to the file. */

enum {
	SHEET_ROWS = 1048575,
	SHEET_COLUMNS = 16384,
	TABLE_COLUMNS = 250, /* TAB; DBF has room for 255 */
	TEXT_MAX = 256 << 20
};

static const char *const driver_name[MM_EXPORT_FORMAT_COUNT] = {
    [MM_EXPORT_FGB] = "FlatGeobuf",
    [MM_EXPORT_GPKG] = "GPKG",
    [MM_EXPORT_SHP] = "ESRI Shapefile",
    [MM_EXPORT_TAB] = "MapInfo File",
};

/* Our words, and GDAL's if it has any. */
enum mm_code mm_export_failed(const struct mm_export_writer *w, const char *what, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_INTERNAL, "", "%s: %s", what,
		       mm_gdal_why(w->log, 0, "GDAL does not say why"));
}

/* ---- what there is ---- */

static void look_at(struct mm_export_writer *w, const struct mm_geom *g)
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

static void look_at_rows(struct mm_export_writer *w)
{
	const unsigned types = mm_layer_geom_types(w->layer);
	struct mm_geom g;

	for (uint32_t i = 0; i < w->x->count; i++) {
		mm_layer_geom(w->layer, w->row[i], &g);
		look_at(w, &g);
	}
	for (int k = 0; k < MM_EXPORT_KINDS; k++) {
		w->has_single[k] = types >> (MM_GEOM_POINT + k) & 1;
		w->has_many[k] = w->has_many[k] || types >> (MM_GEOM_MULTIPOINT + k) & 1;
		if (!w->x->count && (w->has_single[k] || w->has_many[k]))
			w->kinds |= 1u << k;
	}
}

/* ---- the whole ---- */

static enum mm_code check(const struct mm_export_writer *w, bool is_metric, struct mm_err *reterr)
{
	const size_t columns = w->columns.count;

	if (w->x->format == MM_EXPORT_DXF && !is_metric)
		return mm_fail(reterr, MM_E_INVALID, "crs",
			       "a drawing is in metres: ask for a projected system");
	if (w->x->format == MM_EXPORT_XLSX && (w->x->count > SHEET_ROWS || columns > SHEET_COLUMNS))
		return mm_fail(reterr, MM_E_INVALID, "limit", "a sheet has room for %d rows and %d columns",
			       SHEET_ROWS, SHEET_COLUMNS);
	if (mm_export_is_folder(w->x->format) && columns > TABLE_COLUMNS)
		return mm_fail(reterr, MM_E_INVALID, "properties", "this format has room for %d columns",
			       TABLE_COLUMNS);
	return MM_OK;
}

static enum mm_code open_input(struct mm_export_writer *w, struct mm_err *reterr)
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
	for (uint32_t i = 0; rows && i < w->x->count; i++)
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

static enum mm_code create(struct mm_export_writer *w, struct mm_err *reterr)
{
	GDALDriverH driver = GDALGetDriverByName(driver_name[w->x->format]);
	char **options = NULL;

	if (!driver)
		return mm_fail(reterr, MM_E_INTERNAL, "", "this GDAL has no driver %s",
			       driver_name[w->x->format]);
	(void)snprintf(w->path, sizeof(w->path), "%s", w->job->out);
	if (mm_export_is_folder(w->x->format))
		(void)snprintf(w->path, sizeof(w->path), "%s/files", w->job->temp);
	if (w->is_indexed)
		(void)snprintf(w->path, sizeof(w->path), "%s/plain.fgb", w->job->temp);
	if (w->x->format == MM_EXPORT_TAB)
		options = CSLSetNameValue(options, "FORMAT", "TAB");
	w->ds = GDALCreate(driver, w->path, 0, 0, 0, GDT_Unknown, options);
	CSLDestroy(options);
	return w->ds ? MM_OK : mm_export_failed(w, "the file cannot be made", reterr);
}

/* ESRI's form of WKT, which GDAL writes, has no word for the shift of the datum; local systems are a hundred
 * metres off without it. */
static bool write_prj(const struct mm_export_writer *w, const char *name)
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

static bool write_prjs(const struct mm_export_writer *w)
{
	char **names = VSIReadDir(w->path);
	bool fine = true;

	for (char **n = names; fine && n && *n; n++)
		if (mm_text_ends(*n, ".prj"))
			fine = write_prj(w, *n);
	CSLDestroy(names);
	return fine;
}

static enum mm_code finish(struct mm_export_writer *w, struct mm_err *reterr)
{
	const unsigned long before = w->log->failures;

	GDALClose(w->ds); /* much is written only now; it has no result of its own */
	w->ds = NULL;
	if (w->log->failures > before)
		return mm_export_failed(w, "the file cannot be completed", reterr);
	if (w->is_indexed && !w->index.count) /* no row has a place in the system asked for */
		return rename(w->path, w->job->out) == 0 ? MM_OK : mm_export_failed(w, "rename", reterr);
	if (w->is_indexed)
		return mm_export_index_write(&w->index, w->path, w->job->out, reterr);
	if (w->x->format == MM_EXPORT_SHP && !write_prjs(w))
		return mm_export_failed(w, "the system cannot be written", reterr);
	return mm_export_is_folder(w->x->format) ? mm_export_zip(w->path, w->job->out, reterr) : MM_OK;
}

static void set_config(void)
{
	CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "OFF"); /* a file that is lost with its process anyway */
	CPLSetConfigOption("OGR_SQLITE_JOURNAL", "OFF");
}

/* A FlatGeobuf has the order of its index, unless another is asked for or it has nothing to find. */
static enum mm_code put_in_order(struct mm_export_writer *w, struct mm_err *reterr)
{
	w->is_indexed = w->x->format == MM_EXPORT_FGB && !w->x->keeps_order && w->kinds && w->x->count;
	if (!w->is_indexed)
		return MM_OK;
	w->order = mm_export_index_order(w->layer, w->row, w->x->count);
	if (!w->order)
		return mm_fail_nomem(reterr);
	w->row = w->order;
	return MM_OK;
}

static enum mm_code write_file(struct mm_export_writer *w, struct mm_err *reterr)
{
	enum mm_code rc;

	if (w->x->format == MM_EXPORT_XLSX)
		return mm_export_sheet(w, reterr);
	if (w->x->format == MM_EXPORT_DXF)
		return mm_export_dxf(w, reterr);
	rc = create(w, reterr);
	if (!rc)
		rc = mm_export_layers(w, reterr);
	return rc ? rc : finish(w, reterr);
}

enum mm_code mm_export_write(const struct mm_job *job, const struct mm_gdal_log *log, struct mm_arena *mem,
			     uint64_t *ret_left_out, struct mm_err *reterr)
{
	struct mm_export_writer w = {.job = job, .x = job->export, .log = log, .extent = mm_box_empty()};
	bool is_metric = false;
	enum mm_code rc;

	if ((unsigned)w.x->format >= MM_EXPORT_FORMAT_COUNT)
		return mm_fail(reterr, MM_E_INTERNAL, "", "no such format");
	mm_buf_init(&w.text, TEXT_MAX);
	set_config();
	rc = open_input(&w, reterr);
	w.to = w.x->count;
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
		rc = put_in_order(&w, reterr);
	if (!rc)
		rc = write_file(&w, reterr);
	mm_export_index_release(&w.index);
	free(w.order);
	mm_buf_release(&w.text);
	*ret_left_out = w.left_out;
	return rc;
}
