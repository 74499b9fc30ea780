#ifndef MM_FEED_DEFINITION_SCHEMA_H
#define MM_FEED_DEFINITION_SCHEMA_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stddef.h>

/* The YAML files as libcyaml gives them: NULL for what is not written. definition.c makes definitions of
 * them. */

struct mm_raw_title {
	char *ru, *en;
};

struct mm_raw_code {
	char *value;
	struct mm_raw_title *title;
};

struct mm_raw_field {
	char *name, *column, *type;
	char *hidden, *sum; /* as text: libcyaml takes every word but "false" for true */
	struct mm_raw_title *title;
	unsigned *min_zoom;
	struct mm_raw_code *codes;
	unsigned codes_count;
};

struct mm_raw_zoom {
	unsigned *min, *max;
};

struct mm_raw_style {
	char *kind, *color, *icon, *label, *width;
};

struct mm_raw_point {
	char *x, *y;
};

/* Which fields say when a feature holds. */
struct mm_raw_time {
	char *begin, *end, *begin_fact, *end_fact;
};

struct mm_raw_importance {
	char *field, *expression;
	char **order;
	unsigned order_count;
};

struct mm_raw_worst {
	char *field;
	char **order;
	unsigned order_count;
};

struct mm_raw_radius {
	unsigned max_zoom, radius;
};

struct mm_raw_cluster {
	unsigned *radius, *max_zoom;
	struct mm_raw_radius *radii;
	unsigned radii_count;
	char **sum, **min, **max;
	unsigned sum_count, min_count, max_count;
	struct mm_raw_worst *worst;
};

struct mm_raw_layer {
	char *id, *source, *tiles, *raster, *driver, *table, *sql, *encoding, *crs, *id_field, *theme,
	    *license, *role;
	char *swap_axes;
	char *editable;
	char *visible;
	double *opacity, *range;
	unsigned range_count;
	struct mm_raw_title *title, *description, *owner;
	char **open_options;
	unsigned open_options_count;
	struct mm_raw_point *point;
	struct mm_raw_time *time;
	struct mm_raw_field *fields;
	unsigned fields_count;
	struct mm_raw_zoom *zoom;
	char *coverage;
	struct mm_raw_importance *importance;
	struct mm_raw_cluster *cluster;
	struct mm_raw_style *style;
};

struct mm_raw_theme {
	char *id;
	struct mm_raw_title *title;
};

struct mm_raw_grid {
	char *id, *file, *crs, *axes;
	struct mm_raw_title *title;
	double *origin, *scale, *cell;
	unsigned origin_count;
	unsigned *tile, *matrices;
};

struct mm_raw_view {
	double *center;
	unsigned center_count;
	double zoom;
};

struct mm_raw_server {
	unsigned port, threads, max_connections;
	unsigned *tile_cache_mb, *tile_kb;
	char *bind, *public_url;
	char **trusted_proxies;
	unsigned trusted_proxies_count;
};

struct mm_raw_map {
	struct mm_raw_title *title, *description, *attribution;
	char *crs, *cache;
	char **allow;
	unsigned allow_count;
	struct mm_raw_view *view;
	struct mm_raw_theme *themes;
	unsigned themes_count;
	struct mm_raw_grid *grids;
	unsigned grids_count;
	struct mm_raw_server *server;
	char *require_if_match;
};

extern const cyaml_schema_value_t mm_layer_yaml, mm_map_yaml;

#endif
