#include "feed/definition_schema.h"

#include "store/schema.h"

#define OPT                     CYAML_FLAG_OPTIONAL
#define OPT_PTR                 (CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER)
#define TEXT(key, type, member) CYAML_FIELD_STRING_PTR(key, OPT_PTR, type, member, 0, CYAML_UNLIMITED)

static const cyaml_schema_field_t title_fields[] = {
    TEXT("ru", struct mm_raw_title, ru),
    TEXT("en", struct mm_raw_title, en),
    CYAML_FIELD_END,
};

#define TITLE(key, type, member) CYAML_FIELD_MAPPING_PTR(key, OPT_PTR, type, member, title_fields)

static const cyaml_schema_value_t text_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)};
static const cyaml_schema_value_t number_entry = {CYAML_VALUE_FLOAT(CYAML_FLAG_DEFAULT, double)};

static const cyaml_schema_field_t code_fields[] = {
    CYAML_FIELD_STRING_PTR("value", CYAML_FLAG_POINTER, struct mm_raw_code, value, 0, CYAML_UNLIMITED),
    TITLE("title", struct mm_raw_code, title),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t code_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct mm_raw_code, code_fields)};

static const cyaml_schema_field_t field_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct mm_raw_field, name, 1, CYAML_UNLIMITED),
    TEXT("column", struct mm_raw_field, column),
    TEXT("type", struct mm_raw_field, type),
    CYAML_FIELD_IGNORE("unit", CYAML_FLAG_OPTIONAL), /* a text or texts: definition_field.c reads it */
    TITLE("title", struct mm_raw_field, title),
    TEXT("hidden", struct mm_raw_field, hidden),
    TEXT("sum", struct mm_raw_field, sum),
    CYAML_FIELD_UINT_PTR("min_zoom", OPT_PTR, struct mm_raw_field, min_zoom),
    CYAML_FIELD_SEQUENCE("codes", OPT_PTR, struct mm_raw_field, codes, &code_entry, 0, 5000),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t field_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct mm_raw_field, field_fields)};

static const cyaml_schema_field_t zoom_fields[] = {
    CYAML_FIELD_UINT_PTR("min", OPT_PTR, struct mm_raw_zoom, min),
    CYAML_FIELD_UINT_PTR("max", OPT_PTR, struct mm_raw_zoom, max),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t style_fields[] = {
    TEXT("kind", struct mm_raw_style, kind),   TEXT("color", struct mm_raw_style, color),
    TEXT("icon", struct mm_raw_style, icon),   TEXT("label", struct mm_raw_style, label),
    TEXT("width", struct mm_raw_style, width), CYAML_FIELD_END,
};

static const cyaml_schema_field_t time_fields[] = {
    CYAML_FIELD_STRING_PTR("begin", CYAML_FLAG_POINTER, struct mm_raw_time, begin, 1, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("end", CYAML_FLAG_POINTER, struct mm_raw_time, end, 1, CYAML_UNLIMITED),
    TEXT("begin_fact", struct mm_raw_time, begin_fact),
    TEXT("end_fact", struct mm_raw_time, end_fact),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t point_fields[] = {
    CYAML_FIELD_STRING_PTR("x", CYAML_FLAG_POINTER, struct mm_raw_point, x, 1, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("y", CYAML_FLAG_POINTER, struct mm_raw_point, y, 1, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

#define NAMES(key, type, member)                                                                             \
	CYAML_FIELD_SEQUENCE(key, OPT_PTR, type, member, &text_entry, 0, MM_GENERALIZE_NAMES_MAX)

static const cyaml_schema_field_t importance_fields[] = {
    CYAML_FIELD_STRING_PTR("field", OPT_PTR, struct mm_raw_importance, field, 1, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("expression", OPT_PTR, struct mm_raw_importance, expression, 1, CYAML_UNLIMITED),
    NAMES("order", struct mm_raw_importance, order),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t worst_fields[] = {
    CYAML_FIELD_STRING_PTR("field", CYAML_FLAG_POINTER, struct mm_raw_worst, field, 1, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("order", CYAML_FLAG_POINTER, struct mm_raw_worst, order, &text_entry, 1,
			 MM_GENERALIZE_NAMES_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t radius_fields[] = {
    CYAML_FIELD_UINT("max_zoom", CYAML_FLAG_DEFAULT, struct mm_raw_radius, max_zoom),
    CYAML_FIELD_UINT("radius", CYAML_FLAG_DEFAULT, struct mm_raw_radius, radius),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t radius_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct mm_raw_radius, radius_fields)};

static const cyaml_schema_field_t cluster_fields[] = {
    CYAML_FIELD_UINT_PTR("radius", OPT_PTR, struct mm_raw_cluster, radius),
    CYAML_FIELD_SEQUENCE("radii", OPT_PTR, struct mm_raw_cluster, radii, &radius_entry, 0,
			 MM_CLUSTER_ZOOM_MAX),
    CYAML_FIELD_UINT_PTR("max_zoom", OPT_PTR, struct mm_raw_cluster, max_zoom),
    NAMES("sum", struct mm_raw_cluster, sum),
    NAMES("min", struct mm_raw_cluster, min),
    NAMES("max", struct mm_raw_cluster, max),
    CYAML_FIELD_MAPPING_PTR("worst", OPT_PTR, struct mm_raw_cluster, worst, worst_fields),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t layer_fields[] = {
    CYAML_FIELD_STRING_PTR("source", OPT_PTR, struct mm_raw_layer, source, 1, CYAML_UNLIMITED),
    TEXT("id", struct mm_raw_layer, id),
    TITLE("title", struct mm_raw_layer, title),
    TITLE("description", struct mm_raw_layer, description),
    TITLE("owner", struct mm_raw_layer, owner),
    TEXT("license", struct mm_raw_layer, license),
    CYAML_FIELD_STRING_PTR("tiles", OPT_PTR, struct mm_raw_layer, tiles, 1, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("raster", OPT_PTR, struct mm_raw_layer, raster, 1, CYAML_UNLIMITED),
    CYAML_FIELD_FLOAT_PTR("opacity", OPT_PTR, struct mm_raw_layer, opacity),
    CYAML_FIELD_SEQUENCE("range", OPT_PTR, struct mm_raw_layer, range, &number_entry, 2, 2),
    TEXT("visible", struct mm_raw_layer, visible),
    TEXT("driver", struct mm_raw_layer, driver),
    TEXT("table", struct mm_raw_layer, table),
    TEXT("sql", struct mm_raw_layer, sql),
    CYAML_FIELD_SEQUENCE("open_options", OPT_PTR, struct mm_raw_layer, open_options, &text_entry, 0, 50),
    TEXT("crs", struct mm_raw_layer, crs),
    TEXT("encoding", struct mm_raw_layer, encoding),
    TEXT("swap_axes", struct mm_raw_layer, swap_axes),
    CYAML_FIELD_MAPPING_PTR("point", OPT_PTR, struct mm_raw_layer, point, point_fields),
    TEXT("id_field", struct mm_raw_layer, id_field),
    CYAML_FIELD_MAPPING_PTR("time", OPT_PTR, struct mm_raw_layer, time, time_fields),
    TEXT("editable", struct mm_raw_layer, editable),
    CYAML_FIELD_SEQUENCE("fields", OPT_PTR, struct mm_raw_layer, fields, &field_entry, 0, 1000),
    TEXT("theme", struct mm_raw_layer, theme),
    TEXT("role", struct mm_raw_layer, role),
    CYAML_FIELD_MAPPING_PTR("zoom", OPT_PTR, struct mm_raw_layer, zoom, zoom_fields),
    TEXT("coverage", struct mm_raw_layer, coverage),
    CYAML_FIELD_MAPPING_PTR("importance", OPT_PTR, struct mm_raw_layer, importance, importance_fields),
    CYAML_FIELD_MAPPING_PTR("cluster", OPT_PTR, struct mm_raw_layer, cluster, cluster_fields),
    CYAML_FIELD_MAPPING_PTR("style", OPT_PTR, struct mm_raw_layer, style, style_fields),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t mm_layer_yaml = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct mm_raw_layer, layer_fields)};

static const cyaml_schema_field_t theme_fields[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, struct mm_raw_theme, id, 1, CYAML_UNLIMITED),
    TITLE("title", struct mm_raw_theme, title),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t theme_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct mm_raw_theme, theme_fields)};

static const cyaml_schema_field_t grid_fields[] = {
    TEXT("id", struct mm_raw_grid, id),
    TEXT("file", struct mm_raw_grid, file),
    TITLE("title", struct mm_raw_grid, title),
    TEXT("crs", struct mm_raw_grid, crs),
    TEXT("axes", struct mm_raw_grid, axes),
    CYAML_FIELD_SEQUENCE("origin", OPT_PTR, struct mm_raw_grid, origin, &number_entry, 2, 2),
    CYAML_FIELD_FLOAT_PTR("scale", OPT_PTR, struct mm_raw_grid, scale),
    CYAML_FIELD_FLOAT_PTR("cell", OPT_PTR, struct mm_raw_grid, cell),
    CYAML_FIELD_UINT_PTR("tile", OPT_PTR, struct mm_raw_grid, tile),
    CYAML_FIELD_UINT_PTR("matrices", OPT_PTR, struct mm_raw_grid, matrices),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t grid_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct mm_raw_grid, grid_fields)};

static const cyaml_schema_field_t view_fields[] = {
    CYAML_FIELD_SEQUENCE("center", CYAML_FLAG_POINTER, struct mm_raw_view, center, &number_entry, 2, 2),
    CYAML_FIELD_FLOAT("zoom", CYAML_FLAG_DEFAULT, struct mm_raw_view, zoom),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t server_fields[] = {
    CYAML_FIELD_UINT("port", OPT, struct mm_raw_server, port),
    CYAML_FIELD_UINT("threads", OPT, struct mm_raw_server, threads),
    CYAML_FIELD_UINT("max_connections", OPT, struct mm_raw_server, max_connections),
    CYAML_FIELD_UINT_PTR("tile_cache_mb", OPT_PTR, struct mm_raw_server, tile_cache_mb),
    CYAML_FIELD_UINT_PTR("tile_kb", OPT_PTR, struct mm_raw_server, tile_kb),
    TEXT("bind", struct mm_raw_server, bind),
    TEXT("public_url", struct mm_raw_server, public_url),
    CYAML_FIELD_SEQUENCE("trusted_proxies", OPT_PTR, struct mm_raw_server, trusted_proxies, &text_entry, 0,
			 100),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t map_fields[] = {
    TITLE("title", struct mm_raw_map, title),
    TITLE("description", struct mm_raw_map, description),
    TITLE("attribution", struct mm_raw_map, attribution),
    TEXT("crs", struct mm_raw_map, crs),
    TEXT("cache", struct mm_raw_map, cache),
    CYAML_FIELD_SEQUENCE("allow", OPT_PTR, struct mm_raw_map, allow, &text_entry, 0, 100),
    CYAML_FIELD_MAPPING_PTR("view", OPT_PTR, struct mm_raw_map, view, view_fields),
    CYAML_FIELD_SEQUENCE("themes", OPT_PTR, struct mm_raw_map, themes, &theme_entry, 0, 200),
    CYAML_FIELD_SEQUENCE("grids", OPT_PTR, struct mm_raw_map, grids, &grid_entry, 0, 16),
    CYAML_FIELD_MAPPING_PTR("server", OPT_PTR, struct mm_raw_map, server, server_fields),
    TEXT("require_if_match", struct mm_raw_map, require_if_match),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t mm_map_yaml = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct mm_raw_map, map_fields)};
