#ifndef MM_TILE_MAKER_H
#define MM_TILE_MAKER_H

#include "grid/shape.h"
#include "tile/cluster_value.h"
#include "tile/grid_source.h"
#include "tile/rows.h"
#include "tile/tile.h"
#include "tile/tile_layer.h"

#include <stdbool.h>

/* What the halves of tile.c share: one layer on its way into a tile. */

/* A limit on one layer of a tile. */
struct mm_tile_share {
	size_t rows;  /* the most important so many; SIZE_MAX: all */
	size_t bytes; /* that the layer took last time */
	size_t found; /* rows and items that it had to choose from then */
};

/* Of each layer so many rows and items are drawn to see how heavy a full tile may be. */
enum { MM_TILE_SAMPLE = 1024 };

struct mm_tile_maker {
	struct mm_topo *topo;
	struct mm_tile_layer made;
	struct mm_shape shape;
	struct mm_rows rows;
	struct mm_grid_points points;
	struct mm_cluster_names names;
	struct mm_grid_source source; /* of a tile of another grid */
	struct libdeflate_compressor *compressor;
	struct mm_buf weighed; /* room of the compressor */
	struct mm_world unrolled[MM_WORLD_RUN_MAX];
	uint8_t *taken; /* bit set: cells over tile and buffer where something small stands; NULL before the
			   first */
	uint32_t *taken_at; /* the first bytes of these that are not 0 */
	size_t taken_count; /* bits set */

	/* of the tile at hand */
	const struct mm_tile_ask *ask;
	struct mm_tile_share share[MM_TILE_LAYERS_MAX];
	struct mm_tile_fields fields;
	struct mm_world_box window, inside; /* what is read; the same but for what rounding moves */
	struct mm_world_box spill;          /* where what is not cut may end */
	int64_t origin_x, origin_y;         /* on the whole grid */
	struct mm_buf *out;
	size_t steps; /* since the clock was read */
	bool is_sampling;
	bool is_trying, is_crowded; /* the tile is drawn at once; there is too much for that */
	size_t found;               /* in all layers of it so far */

	/* of the layer at hand */
	const struct mm_layer *layer;
	const struct mm_level *level; /* whose items are drawn; NULL: rows are */
	const struct mm_level *own;   /* a row that has an item of it for itself is drawn as that; NULL: none
					 has */
	const unsigned char *only;    /* bit set of the rows that are drawn; NULL: all are */
	struct mm_tile_count count;
	bool is_label,
	    is_settled;     /* settled: no row is left that gives way to another (mm_tile_leave_out_hidden) */
	struct mm_buf name; /* of labels, NUL-terminated */
};

/* Finds the rows or items of the layer at hand, at most share->rows of them, in the order of rows. */
MM_MUST_USE enum mm_code mm_tile_find(struct mm_tile_maker *m, struct mm_tile_share *share,
				      struct mm_err *reterr);

/* Of what was found leaves what has a label in this tile. label.c */
MM_MUST_USE enum mm_code mm_tile_find_labels(struct mm_tile_maker *m, struct mm_err *reterr);
void mm_tile_draw_label(struct mm_tile_maker *m, uint32_t number);

/* The numbers of what was found in m->rows, the low 32 bits, the most important first and of equals in their
 * order; there is as much room behind them. The caller's to free; NULL: out of memory. */
uint64_t *mm_tile_by_importance(const struct mm_tile_maker *m);

/* Draws the row of a place. draw_row.c */
void mm_tile_draw_row(struct mm_tile_maker *m, uint32_t place);

/* A box is smaller than a pixel both ways. */
bool mm_tile_is_small(const struct mm_shape *s, const struct mm_world_box *b);

/* Draws an item of m->level; one without bytes is its row. draw_item.c */
void mm_tile_draw_item(struct mm_tile_maker *m, uint32_t number);

/* Draws the row of a place: as the item that m->own has of it alone, or itself. A shape that was made among
 * its neighbours fits theirs. */
void mm_tile_draw_place(struct mm_tile_maker *m, uint32_t place);

/* The item of a level that has the row of a place for its own; MM_TILE_NO_ITEM: none has. */
#define MM_TILE_NO_ITEM UINT32_MAX
uint32_t mm_tile_find_item(const struct mm_tile_maker *m, const struct mm_level *v, uint32_t place);

/* A point that the world square does not reach: in no tile of it. draw_row.c */
bool mm_tile_is_off_square(const struct mm_tile_maker *m, uint32_t place);

/* Takes out, of points that share a cell, all but the most important, where the layer says what that is.
 * False: out of memory. taken.c */
bool mm_tile_leave_out_hidden(struct mm_tile_maker *m);

/* False: m->shape is a point or a dot, and something has been seen in its cell since all was cleared. taken.c
 */
bool mm_tile_is_seen(struct mm_tile_maker *m);
void mm_tile_clear_taken(struct mm_tile_maker *m);
void mm_tile_keep(struct mm_tile_maker *m, uint32_t place, const struct mm_grid_geom *g);

/* What the layer at hand is called in the tile; NULL: out of memory. */
const char *mm_tile_name(struct mm_tile_maker *m);

/* Draws what was found into m->made until a limit is reached; *ret_left: how many were not looked at. */
MM_MUST_USE enum mm_code mm_tile_draw(struct mm_tile_maker *m, size_t *ret_left, struct mm_err *reterr);

/* Says what became of the rows of the layer at hand, whose box meets the window. census.c
 *
 * MM_E_BUSY  the deadline has passed */
MM_MUST_USE enum mm_code mm_tile_census(struct mm_tile_maker *m, struct mm_tile_rows *ret,
					struct mm_err *reterr);

/* True from time to time: the deadline has passed. */
bool mm_tile_is_late(struct mm_tile_maker *m);
enum mm_code mm_tile_fail_late(struct mm_err *reterr);

/* The place (store/tile_row.h) of a number that was found: a place, or an item's; and its row. */
uint32_t mm_tile_place_of(const struct mm_tile_maker *m, uint32_t number);
uint32_t mm_tile_row_of(const struct mm_tile_maker *m, uint32_t number);

/* Sets the shares anew so that a tile of that weight will fit its budget; false: it does, or nothing more can
 * be left out. */
bool mm_tile_slim(struct mm_tile_maker *m, size_t weight, size_t budget);

/* Bytes of the tile as gzip would make it, roughly and rather more; SIZE_MAX: out of memory. */
size_t mm_tile_weigh(struct mm_tile_maker *m, const unsigned char *bytes, size_t n);

#endif
