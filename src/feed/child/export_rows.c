#include "feed/child/export_private.h"

#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>

/* The rows of an exported layer. */

enum { CELL_MAX = 32767 /* characters that a cell of a sheet holds */ };

static void put_sheet_geometry(const struct mm_export_writer *w, OGRGeometryH g, OGRFeatureH f)
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
static bool needs_geometry(const struct mm_export_writer *w)
{
	return w->x->format == MM_EXPORT_DXF ||
	       (w->x->format == MM_EXPORT_FGB && mm_layer_geom_types(w->layer) & ~(1u << MM_GEOM_NULL));
}

/* `holder` has the geometry: the feature itself, or one beside it for a sheet, whose rows have none. */
static enum mm_code write_row(struct mm_export_writer *w, OGRLayerH layer, OGRFeatureH f, OGRFeatureH holder,
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
	if (w->is_indexed && !mm_export_index_add(&w->index, &shape->box))
		return mm_fail_nomem(reterr);
	if (OGR_L_CreateFeature(layer, f))
		return mm_export_failed(w, "a feature cannot be written", reterr);
	return MM_OK;
}

/* `first`: rows without geometry are written here. */
enum mm_code mm_export_rows(struct mm_export_writer *w, OGRLayerH layer, int kind, bool first, bool to_multi,
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
