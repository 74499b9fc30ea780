#ifndef MM_FEED_DEFINITION_H
#define MM_FEED_DEFINITION_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/tile_grid.h"
#include "store/schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What users write in YAML: map.yaml and one file a layer. All texts live in the arena given at reading. */

struct mm_field_def {
	const char *name;   /* as served */
	const char *column; /* in the source; the same as name when not given */
	const char *type;   /* "" = as the source has it; else a name of mm_type_name */
	struct mm_title title, unit;
	bool hidden;
	bool is_summed;    /* a quantity that can be added up and divided: money, people, places */
	unsigned min_zoom; /* of tiles that have it */
	struct mm_code_entry *codes;
	size_t code_count;
};

struct mm_layer_def {
	const char *file; /* path of the YAML file, for messages */
	const char *id;
	struct mm_title title, description, owner;
	const char *license, *theme;
	const char
	    *role; /* what its features are, for the viewer's cards: mm_layer_roles; "" when not told */
	const char *source; /* absolute path, or a connection such as "PG:..." */
	bool source_is_path;
	bool is_tiles;   /* `tiles:` and not `source:`: the path of an archive of tiles */
	bool is_raster;  /* `raster:` and not `source:`: a picture of the ground */
	double opacity;  /* of a raster, 0..1 */
	bool is_visible; /* of a raster: shown at first */
	bool has_range;  /* of a raster: `range:` says which values are black and white */
	double range[2];
	const char *driver, *table, *sql, *encoding, *crs; /* "" when not given */
	const char
	    *crs_file; /* absolute path when `crs` named a .wkt or .prj file (its text is in crs); "" else */
	const char *const *open_options;
	size_t open_option_count;
	bool swap_axes;
	const char *point_x, *point_y; /* columns that make points, "" when not given */
	const char *id_field;
	const char *time_begin, *time_end, *time_begin_fact, *time_end_fact; /* fields, "" when not given */
	bool is_editable; /* `editable: true`: what clients send is written to the source */
	struct mm_field_def *field;
	size_t field_count;
	unsigned min_zoom, max_zoom;
	struct mm_generalize generalize;
	const char *style_json;                     /* JSON object */
	unsigned source_line, crs_line, table_line; /* lines of these keys, for messages; 0 unknown */
	uint64_t hash;                              /* of the file's bytes and of crs_file's */
};

enum { MM_DEF_TILE_CACHE_MB = 128, MM_DEF_TILE_KB = 500 };

struct mm_server_def {
	const char *bind, *public_url;           /* "" when not given */
	unsigned port, threads, max_connections; /* 0 when not given */
	unsigned tile_cache_mb;                  /* memory for tiles that were made */
	unsigned tile_kb;                        /* budget of a tile, packed */
	const char *const *trusted_proxies;
	size_t trusted_proxy_count;
};

struct mm_map_def {
	const char *dir;  /* absolute path of the folder */
	const char *file; /* path of map.yaml; "" when there is none */
	struct mm_title title, description, attribution;
	const char *crs;          /* "" when not given */
	const char *cache;        /* absolute path */
	const char *const *allow; /* absolute real paths of folders that sources may lie in, `dir` first */
	size_t allow_count;
	bool has_view;
	double view_lon_deg, view_lat_deg, view_zoom;
	struct mm_theme_def {
		const char *id;
		struct mm_title title;
	} * theme;
	size_t theme_count;
	struct mm_tile_grid *grid; /* `grids:` */
	size_t grid_count;
	struct mm_server_def server;
	bool requires_if_match; /* `require_if_match: true`: an edit must name the version it is made on */
	uint64_t hash;
};

/*
 * Reads DIR/map.yaml (a folder without one gets defaults: the folder's name as title).
 *
 * MM_E_NOT_FOUND  no such folder
 * MM_E_INVALID    where = "layers/map.yaml:7"; the message says what is wrong and what to write
 */
MM_MUST_USE enum mm_code mm_map_def_read(const char *dir, struct mm_arena *mem, struct mm_map_def *ret,
					 struct mm_err *reterr);

/* One definition file and what came of reading it: `def` is valid when err.code is MM_OK. */
struct mm_def_file {
	const char *path, *id; /* the id by file name when the file cannot be read */
	struct mm_layer_def def;
	struct mm_err err;
};

/* Reads every DIR/<id>.yaml but map.yaml, sorted by name. A broken file is reported in its own entry and does
 * not keep the others from being read; two files with one id: the second is in error. At most 1 000 files. */
MM_MUST_USE enum mm_code mm_layer_defs_read(const struct mm_map_def *map, struct mm_arena *mem,
					    struct mm_def_file **ret, size_t *ret_count,
					    struct mm_err *reterr);

/* Reads one layer file's text (for tests and fuzzing): `path` names it in messages, relative sources are
 * taken relative to its folder. */
MM_MUST_USE enum mm_code mm_layer_def_parse(const struct mm_map_def *map, const char *path, const char *yaml,
					    size_t n, struct mm_arena *mem, struct mm_layer_def *ret,
					    struct mm_err *reterr);

/* What messages call the source: a path as it is, of a connection its kind only ("PG:..."), since the rest
 * may hold a password and clients read what is said of a layer. */
enum { MM_SOURCE_NAME_MAX = 256 };
void mm_layer_def_source_name(const struct mm_layer_def *d, char *ret, size_t size);

#endif
