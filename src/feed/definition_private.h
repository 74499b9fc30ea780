#ifndef MM_FEED_DEFINITION_PRIVATE_H
#define MM_FEED_DEFINITION_PRIVATE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

/* Shared by the files definition*.c. */

struct mm_layer_def;
struct mm_raw_layer;
struct mm_raw_style;
struct mm_raw_title;
struct mm_title;
struct mm_yaml_keys;

enum {
	MM_DEF_YAML_MAX = 1 << 20,  /* bytes of a file */
	MM_DEF_KEYS_MAX = 64 << 20, /* bytes of arena for the places of its keys */
	MM_DEF_ZOOM_MAX = 22
};

/* A file while it is read: what the steps need to name the place of a fault. */
struct mm_def_reading {
	const char *path;
	struct mm_arena *mem; /* of the definition */
	struct mm_yaml_keys *keys;
};

/* MM_E_INVALID with the line of what stands at `at` (see mm_yaml_keys_line). */
enum mm_code mm_def_wrong(const struct mm_def_reading *rd, const char *at, struct mm_err *reterr,
			  const char *fmt, ...) MM_PRINTF(4, 5);

/* Copies in the arena; "" for NULL, NULL out of memory. */
const char *mm_def_text(const struct mm_def_reading *rd, const char *text);
struct mm_title mm_def_title(const struct mm_def_reading *rd, const struct mm_raw_title *t);

/* 1 to 64 small Latin letters, digits, _ or -. */
bool mm_def_id_is_good(const char *id);

/* A path relative to the folder of `file`; NULL: out of memory. */
const char *mm_def_path(const char *file, const char *relative, struct mm_arena *mem);

/* A word for true or false; false, *ret untouched: another word. NULL is false. */
bool mm_def_bool(const char *word, bool *ret);

/* What `crs:` names: the text itself, or that of a .wkt or .prj file beside the YAML; parsed, so that a fault
 * is known by its line.
 *
 * crs                NULL or "": none
 * ret_text, ret_file ret_file is the absolute path of the file, "" when the text stands in the YAML
 * ret_is_geographic  NULL: not asked */
MM_MUST_USE enum mm_code mm_def_crs(const struct mm_def_reading *rd, const char *crs, const char **ret_text,
				    const char **ret_file, bool *ret_is_geographic, struct mm_err *reterr);

/* The parts of a layer file that have files of their own: `fields:`, how it is generalised, and `style:`. */
MM_MUST_USE enum mm_code mm_def_generalize(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
					   struct mm_layer_def *d, struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_def_fields(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
				       struct mm_layer_def *d, struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_def_style(const struct mm_def_reading *rd, const struct mm_raw_style *raw,
				      struct mm_layer_def *d, struct mm_err *reterr);

/* `opacity:`, `visible:` and `range:`, which only a raster has. */
MM_MUST_USE enum mm_code mm_def_raster(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
				       struct mm_layer_def *d, struct mm_err *reterr);

/* `grids:` of map.yaml (definition_grid.c), after its `crs:`. */
struct mm_raw_map;
struct mm_map_def;
MM_MUST_USE enum mm_code mm_def_grids(const struct mm_def_reading *rd, const struct mm_raw_map *raw,
				      struct mm_map_def *m, struct mm_err *reterr);

#endif
