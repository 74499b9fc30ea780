#include "feed/child/export_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cpl_string.h>

/* The layers of an exported file: their types, names and options. */

/* The type of a whole layer: that of all its rows, the multi where some are, any where kinds differ. */
static OGRwkbGeometryType type_of_all(const struct mm_export_writer *w, bool *ret_to_multi)
{
	static const OGRwkbGeometryType single[] = {wkbPoint, wkbLineString, wkbPolygon},
					many[] = {wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon};
	const unsigned types = mm_layer_geom_types(w->layer) & ~(1u << MM_GEOM_NULL);
	OGRwkbGeometryType type = wkbUnknown;

	*ret_to_multi = false;
	if (!types)
		return wkbNone;
	for (int k = 0; k < MM_EXPORT_KINDS; k++) {
		const unsigned one = 1u << (MM_GEOM_POINT + k), more = 1u << (MM_GEOM_MULTIPOINT + k);

		if (types & ~(one | more))
			continue;
		type = types & more ? many[k] : single[k];
		*ret_to_multi = types == (one | more);
	}
	return w->has_z ? OGR_GT_SetZ(type) : type;
}

static const char *const kind_name[MM_EXPORT_KINDS] = {"points", "lines", "polygons"};

static OGRwkbGeometryType type_of_kind(const struct mm_export_writer *w, int kind, bool *ret_to_multi)
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
static void add_bounds(struct mm_export_writer *w, char ***options)
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

static char **layer_options(struct mm_export_writer *w)
{
	const struct mm_schema *s = w->schema;
	char **o = NULL;

	switch (w->x->format) {
	case MM_EXPORT_FGB:
		add_option(&o, "SPATIAL_INDEX", "NO"); /* see export_index.h */
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

static OGRLayerH make_layer(struct mm_export_writer *w, const char *name, OGRwkbGeometryType type)
{
	char **options = layer_options(w);
	OGRLayerH layer = GDALDatasetCreateLayer(w->ds, name, type == wkbNone ? NULL : w->srs, type, options);

	CSLDestroy(options);
	return layer;
}

static enum mm_code write_layer(struct mm_export_writer *w, const char *name, int kind, bool first,
				struct mm_err *reterr)
{
	bool to_multi = false;
	const bool is_split = mm_export_is_folder(w->x->format);
	OGRwkbGeometryType type = is_split ? type_of_kind(w, kind, &to_multi) : type_of_all(w, &to_multi);
	OGRLayerH layer;
	enum mm_code rc;

	layer = make_layer(w, name, type);
	if (!layer)
		return mm_export_failed(w, "the file cannot be begun", reterr);
	rc = mm_export_columns_create(&w->columns, layer, reterr);
	return rc ? rc : mm_export_rows(w, layer, is_split ? kind : -1, first, to_multi, reterr);
}

/* A file for each kind of geometry; rows without one are in the first. */
static enum mm_code write_kinds(struct mm_export_writer *w, struct mm_err *reterr)
{
	const bool is_mixed = w->kinds & (w->kinds - 1);
	bool first = true;
	enum mm_code rc = MM_OK;

	if (!w->kinds)
		return write_layer(w, w->schema->id, -1, true, reterr);
	for (int k = 0; k < MM_EXPORT_KINDS && !rc; k++) {
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

enum mm_code mm_export_layers(struct mm_export_writer *w, struct mm_err *reterr)
{
	const bool in_one_go = w->x->format == MM_EXPORT_GPKG && !GDALDatasetStartTransaction(w->ds, FALSE);
	enum mm_code rc;

	rc = mm_export_is_folder(w->x->format) ? write_kinds(w, reterr)
					       : write_layer(w, w->schema->id, -1, true, reterr);
	if (!rc && in_one_go && GDALDatasetCommitTransaction(w->ds))
		rc = mm_export_failed(w, "the file cannot be completed", reterr);
	return rc;
}
