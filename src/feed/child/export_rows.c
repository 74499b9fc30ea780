#include "feed/child/export_private.h"

/* The rows of an exported layer. */

/* A drawing has nothing else, and GDAL drops such rows of a FlatGeobuf without a word. */
static bool needs_geometry(const struct mm_export_writer *w)
{
	return w->x->format == MM_EXPORT_DXF ||
	       (w->x->format == MM_EXPORT_FGB && mm_layer_geom_types(w->layer) & ~(1u << MM_GEOM_NULL));
}

static enum mm_code write_row(struct mm_export_writer *w, OGRLayerH layer, OGRFeatureH f,
			      struct mm_export_shape *shape, const struct mm_geom *g, uint32_t row,
			      struct mm_err *reterr)
{
	if (!mm_export_shape_put(shape, g, f))
		return mm_fail_nomem(reterr);
	mm_export_columns_put(&w->columns, w->layer, row, f, &w->text);
	if (needs_geometry(w) && !OGR_F_GetGeometryRef(f)) {
		w->left_out++;
		return MM_OK;
	}
	if (w->x->format == MM_EXPORT_DXF)
		OGR_F_SetFieldString(f, OGR_F_GetFieldIndex(f, "Layer"), w->schema->id);
	if (w->is_indexed && !mm_export_index_add(&w->index, &shape->box))
		return mm_fail_nomem(reterr);
	if (OGR_F_GetGeometryRef(f))
		mm_box_merge(&w->extent, &shape->box);
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
	enum mm_code rc = MM_OK;

	for (uint32_t i = w->from; i < w->to && !rc; i++) {
		struct mm_geom g;

		mm_layer_geom(w->layer, w->row[i], &g);
		if (kind < 0 || mm_export_shape_has(&g, kind) || (first && !g.part_count))
			rc = write_row(w, layer, f, &shape, &g, w->row[i], reterr);
	}
	OGR_F_Destroy(f);
	mm_export_shape_release(&shape);
	return rc;
}
