#include "tile/layer_json.h"

#include "grid/shape.h"
#include "store/cluster_level.h"
#include "store/tile_row.h"
#include "tile/cluster_value.h"
#include "tile/tile.h"

#include <stdio.h>

enum {
	POINTS = 1u << MM_GEOM_POINT | 1u << MM_GEOM_MULTIPOINT,
	SHAPES =
	    1u << MM_GEOM_LINE | 1u << MM_GEOM_MULTILINE | 1u << MM_GEOM_POLYGON | 1u << MM_GEOM_MULTIPOLYGON
};

/* TileJSON knows three types. */
static const char *type_name(enum mm_type t)
{
	return t == MM_TYPE_BOOL ? "Boolean" : t == MM_TYPE_INT || t == MM_TYPE_REAL ? "Number" : "String";
}

void mm_tile_put_cluster_fields(struct mm_json *j, const struct mm_layer *l,
				void (*put)(struct mm_json *j, const char *name, enum mm_type type))
{
	const struct mm_generalize *g = &mm_layer_schema(l)->generalize;
	struct mm_cluster_names names = {0};
	const size_t count = MM_CLUSTER_NAMES_FIXED + mm_generalize_values(g);

	if (!mm_cluster_names_of(&names, l)) {
		j->out->failed = true;
		return;
	}
	put(j, names.name[0], MM_TYPE_BOOL);
	put(j, names.name[1], MM_TYPE_INT);
	for (size_t i = MM_CLUSTER_NAMES_FIXED; i < count; i++)
		put(j, names.name[i], i + 1 == count && g->worst_order.count ? MM_TYPE_TEXT : MM_TYPE_REAL);
	mm_cluster_names_release(&names);
}

static void put_field(struct mm_json *j, const char *name, enum mm_type type)
{
	mm_json_text(j, name, type_name(type));
}

void mm_tile_put_fields(struct mm_json *j, const struct mm_layer *l, bool is_label)
{
	const struct mm_schema *s = mm_layer_schema(l);

	mm_json_open(j, "fields", '{');
	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden)
			put_field(j, s->field[i].name, s->field[i].type);
	if (!mm_layer_has_plain_ids(l) && mm_schema_find(s, "@id") == SIZE_MAX)
		put_field(j, "@id", MM_TYPE_TEXT);
	if (s->generalize.cluster_px && !is_label)
		mm_tile_put_cluster_fields(j, l, put_field);
	mm_json_close(j, '}');
}

/* ---- what is left out ---- */

/* The zooms of a layer that a document speaks of. */
struct range {
	unsigned min, max;
};

/* Opens an object for what happens from zoom `from` to `to`; false: never at these zooms. */
static bool open_range(struct mm_json *j, const char *key, struct range zooms, unsigned from, unsigned to)
{
	from = from > zooms.min ? from : zooms.min;
	to = to < zooms.max ? to : zooms.max;
	if (from > to)
		return false;
	mm_json_open(j, key, '{');
	mm_json_int(j, "minzoom", from);
	mm_json_int(j, "maxzoom", to);
	return true;
}

static void put_range(struct mm_json *j, const char *key, struct range zooms, unsigned from, unsigned to)
{
	if (open_range(j, key, zooms, from, to))
		mm_json_close(j, '}');
}

static void put_importance(struct mm_json *j, const struct mm_schema *s)
{
	const char *field = s->generalize.importance_field;

	mm_json_open(j, "importance", '{');
	if (*s->generalize.importance_expression) /* which may have hidden fields in it */
		mm_json_bool(j, "expression", true);
	else if (!*field)
		mm_json_bool(j, "size", true);
	else if (mm_schema_find(s, field) != SIZE_MAX)
		mm_json_text(j, "field", field);
	mm_json_close(j, '}');
}

/* Radii of lower zooms. */
static void put_radii(struct mm_json *j, const struct mm_generalize *g, struct range zooms)
{
	size_t i = 0;

	while (i < g->cluster_radius_count && g->cluster_radius[i].max_zoom < zooms.min)
		i++;
	if (i == g->cluster_radius_count)
		return;
	mm_json_open(j, "radii", '[');
	for (; i < g->cluster_radius_count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_int(j, "maxzoom", g->cluster_radius[i].max_zoom);
		mm_json_int(j, "radius", g->cluster_radius[i].px);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

static void put_points(struct mm_json *j, const struct mm_layer *l, const unsigned char *only,
		       struct range zooms)
{
	const struct mm_generalize *g = &mm_layer_schema(l)->generalize;
	const bool is_clustered = g->cluster_px && (!only || mm_cluster_level_takes(l, only));

	if (is_clustered && open_range(j, "clustered", zooms, 0, g->cluster_zoom)) {
		mm_json_int(j, "radius", g->cluster_px);
		put_radii(j, g, zooms);
		mm_json_close(j, '}');
	}
	put_range(j, "thinned", zooms, is_clustered ? g->cluster_zoom + 1 : 0, MM_LEVEL_TOP_POINTS);
}

/* The zooms at which some lines of the layer are drawn as one. */
static void put_joined(struct mm_json *j, const struct mm_layer *l, struct range zooms)
{
	int low = -1, high = -1;

	for (unsigned z = 0; z <= MM_LEVEL_TOP_STROKES; z++) {
		const struct mm_level *v = mm_layer_level(l, z);

		if (!v || !v->joined)
			continue;
		low = low < 0 ? (int)z : low;
		high = (int)z;
	}
	if (low >= 0)
		put_range(j, "joined", zooms, (unsigned)low, (unsigned)high);
}

static void put_shapes(struct mm_json *j, const struct mm_layer *l, bool is_of_all, struct range zooms)
{
	const bool is_coverage = mm_layer_schema(l)->generalize.is_coverage;

	put_range(j, "simplified", zooms, 0, MM_TILE_WHOLE_ZOOM - 1);
	if (is_of_all)
		put_joined(j, l, zooms);
	if (is_of_all && mm_geom_types_have_lines(mm_layer_geom_types(l)))
		put_range(j, "crowded", zooms, 0, MM_LEVEL_TOP_SPARSE);
	put_range(j, is_coverage && is_of_all ? "vanishing" : "gathered", zooms, 0, MM_TILE_WHOLE_ZOOM - 1);
}

/* Fields that the lowest of the zooms does not have. */
static void put_late_fields(struct mm_json *j, const struct mm_schema *s, struct range zooms)
{
	bool any = false;

	for (size_t i = 0; i < s->field_count; i++) {
		if (s->field[i].hidden || s->field[i].min_zoom <= zooms.min)
			continue;
		if (!any)
			mm_json_open(j, "fields", '{');
		mm_json_int(j, s->field[i].name, s->field[i].min_zoom);
		any = true;
	}
	if (any)
		mm_json_close(j, '}');
}

void mm_tile_put_left_out(struct mm_json *j, const struct mm_layer *l, bool is_label,
			  const unsigned char *only, unsigned min_zoom, unsigned max_zoom)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const struct range zooms = {min_zoom, max_zoom};
	const unsigned types = mm_layer_geom_types(l), any = types & 1u << MM_GEOM_COLLECTION;
	char id[128];

	(void)snprintf(id, sizeof(id), "%s%s", s->id, is_label ? MM_LABEL_SUFFIX : "");
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", id);
	put_importance(j, s);
	if (is_label && open_range(j, "unlabelled", zooms, 0, MM_TILE_WHOLE_ZOOM - 1)) {
		mm_json_int(j, "pixels", MM_TILE_LABEL_PIXELS);
		mm_json_close(j, '}');
	}
	if (!is_label && (types & POINTS || any))
		put_points(j, l, only, zooms);
	if (!is_label && (types & SHAPES || any))
		put_shapes(j, l, !only, zooms);
	put_late_fields(j, s, zooms);
	mm_json_close(j, '}');
}
