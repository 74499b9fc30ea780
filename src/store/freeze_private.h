#ifndef MM_STORE_FREEZE_PRIVATE_H
#define MM_STORE_FREEZE_PRIVATE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "geo/rtree.h"
#include "store/ahead.h"
#include "store/format.h"
#include "store/level_build.h"
#include "store/out_file.h"

struct mm_layer_build;

/* Which rows are alike in all that tiles say of them at some zooms: those with one number. */
struct mm_alike {
	unsigned first, last;
	uint64_t *number; /* one a row */
};

/* What a freeze works out beside what the builder has gathered. */
struct mm_frozen {
	uint32_t geom_rows; /* rows and repaired copies */
	struct mm_placed placed;
	const struct mm_world *filed_world; /* placed.world, when it is in the file and no longer in memory */
	void *map;                          /* of that file; NULL: none */
	size_t map_bytes;
	struct mm_world_box *tree_box;
	uint32_t *tree_index, tree_count;
	struct mm_buf repaired;                       /* uint32 rows */
	uint16_t *importance;                         /* one a row */
	struct mm_level_made level[MM_LEVEL_TOP + 1]; /* the highest zoom first */
	unsigned level_count;
	struct mm_alike
	    alike[MM_LEVEL_TOP_STROKES + 1]; /* the highest zooms first; none: no lines are joined */
	unsigned alike_count;
};

static inline const struct mm_world_box *mm_frozen_box(const struct mm_frozen *f)
{
	return (const struct mm_world_box *)(const void *)f->placed.box.data;
}

static inline const struct mm_world *mm_frozen_world(const struct mm_frozen *f)
{
	return f->filed_world ? f->filed_world : (const struct mm_world *)(const void *)f->placed.world.data;
}

/* Reads world places from the file, where they have been written, and frees those in memory. build_file.c */
void mm_frozen_file_world(struct mm_frozen *f, struct mm_layer_build *b);
void mm_frozen_let_go_world(const struct mm_frozen *f); /* from memory; they stay readable */
void mm_frozen_unmap_world(struct mm_frozen *f);

/* Notes empty and invalid geometries and those outside the world, and appends repaired copies. */
MM_MUST_USE enum mm_code mm_freeze_vet(struct mm_layer_build *b, const struct mm_placed *placed,
				       struct mm_buf *ret_repaired, struct mm_err *reterr);

MM_MUST_USE enum mm_code mm_freeze_index(const struct mm_layer_build *b, struct mm_frozen *f,
					 struct mm_err *reterr);

/* Numbers rows for the zooms `first` down to `last`, while there are values: f->alike. What the tiles of a
 * zoom have no field for makes no difference, nor does what names a row: ids, and texts and integers of which
 * each row has one of its own. freeze_strokes.c */
MM_MUST_USE enum mm_code mm_freeze_alike(const struct mm_layer_build *b, struct mm_frozen *f, unsigned first,
					 unsigned last, struct mm_err *reterr);
void mm_frozen_release_alike(struct mm_frozen *f);

/* False: no two lines of the layer are drawn as one. Else the highest zoom at which they are; the lowest is
 * the layer's own. */
bool mm_freeze_joins(const struct mm_schema *s, const struct mm_frozen *f, unsigned *ret_first);

/* The level that rows are drawn for while they come; -1: none. */
int mm_freeze_draw_zoom(const struct mm_schema *s);

/* Ranks of the numbers that the layer's importance names, 1 to 65535, equal ones alike; 0: a row has none.
 * freeze_importance.c */
MM_MUST_USE enum mm_code mm_freeze_ranks(const struct mm_layer_build *b, uint16_t *importance,
					 struct mm_err *reterr);

/* Importance and levels. */
MM_MUST_USE enum mm_code mm_freeze_levels(const struct mm_layer_build *b, struct mm_frozen *f,
					  struct mm_err *reterr);

/* The levels of f->alike, in which lines that are alike are joined where one goes on in the other (stroke.h),
 * the highest zoom first. `importance`: of a length, in units of the world; NULL: the most important row has
 * that of all. freeze_strokes.c */
MM_MUST_USE enum mm_code mm_freeze_stroke_levels(const struct mm_frozen *f, const struct mm_level_source *s,
						 uint16_t (*importance)(float length),
						 struct mm_level_made *ret, struct mm_err *reterr);

/* The sections of levels, of which some may be filed already, and of the index. */
void mm_freeze_file_level(struct mm_out_file *o, struct mm_level_made *m); /* and frees it */
void mm_freeze_put_levels(struct mm_out_file *o, struct mm_frozen *f, uint32_t rows,
			  struct mm_format_header *h);
void mm_frozen_release_index(struct mm_frozen *f);
void mm_freeze_put_index(struct mm_out_file *o, const struct mm_frozen *f, struct mm_format_header *h);

/*
 * Makes the tile rows, from what is in memory: all but text ids. They go into the file, in which others may
 * write until `wait` has returned; it is called before each piece of them.
 *
 * MM_E_LIMIT  more than 16 GB of them
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_freeze_tile_rows(struct mm_layer_build *b, const struct mm_frozen *f,
					     void (*wait)(void *ctx), void *ctx, struct mm_err *reterr);

/* The valid geometry of a row on the world square. freeze_levels.c */
void mm_frozen_geom(const struct mm_layer_build *b, const struct mm_frozen *f, uint32_t row,
		    struct mm_world_geom *ret);

/* The snapshot file: begun, given exact coordinates as they come, filled with the rows as soon as they are
 * placed, ended when the index is there. Failures in between are kept for the end, which closes the file. */
struct mm_freeze_file {
	const char *path; /* borrowed */
	struct mm_out_file out;
	struct mm_format_header header;
};

MM_MUST_USE enum mm_code mm_freeze_file_begin(struct mm_freeze_file *w, const char *path,
					      struct mm_err *reterr);

/* Adds to the section of exact coordinates, which comes first; or throws away what it has. */
void mm_freeze_file_xy(struct mm_freeze_file *w, const void *xy, size_t n);
void mm_freeze_file_clear_xy(struct mm_freeze_file *w);

/* What went wrong so far. */
enum mm_code mm_freeze_file_fail(const struct mm_freeze_file *w, struct mm_err *reterr);

/* Closes a file that was begun and not ended; it is of no use. */
void mm_freeze_file_drop(struct mm_freeze_file *w);
void mm_freeze_file_rows(struct mm_freeze_file *w, struct mm_layer_build *b, const struct mm_frozen *f);
void mm_freeze_file_index(struct mm_freeze_file *w, struct mm_frozen *f); /* and frees its boxes */
MM_MUST_USE enum mm_code mm_freeze_file_end(struct mm_freeze_file *w, struct mm_frozen *f, uint64_t identity,
					    const char *stamp, struct mm_err *reterr);

/* Writes the exact places of a layer of points anew, one a row: they came one a vertex, before it was known
 * what the layer would be. */
void mm_freeze_spread_xy(struct mm_freeze_file *w, const struct mm_layer_build *b);

/* The sections of geometry but the exact coordinates. w->header.is_points must be set. */
void mm_freeze_put_geometry(struct mm_freeze_file *w, const struct mm_layer_build *b,
			    const struct mm_frozen *f);

#endif
