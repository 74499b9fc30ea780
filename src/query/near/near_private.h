#ifndef MM_QUERY_NEAR_PRIVATE_H
#define MM_QUERY_NEAR_PRIVATE_H

#include "geo/smooth.h"
#include "query/near/near.h"

/* Shared by near.c, near_tile.c, near_plain.c and near_pieces.c. */

enum { MM_NEAR_TILES = 4 };

/* Distances at which two pieces are near, are not, and between which it is to be measured exactly. */
struct mm_near_reach {
	double sure, most;
};

enum { MM_NEAR_FULL = 1, MM_NEAR_CENTRE_IN = 2, MM_NEAR_TOGGLE = 4 };

struct mm_near_entry {
	uint32_t piece, next; /* next: + 1; 0: the last */
};

/* A square of the plane with what is near to it. */
struct mm_near_tile {
	bool is_made, is_crowded; /* crowded: there was no room for all; what it has is near all the same */
	double x, y;              /* its number along both axes */
	struct mm_box box;        /* of the plane: the square with a margin */
	double cell;              /* side of a cell */
	uint32_t columns, rows;
	uint32_t *head; /* of each cell: its first entry + 1; 0: nothing comes near to it */
	uint8_t *mark;  /* of each cell: FULL: every point of it is near */
	size_t full_count;
	struct mm_near_entry *entry;
	double (*piece)[4];
	size_t entry_count, entry_cap, piece_count, piece_cap, cell_cap;
	uint64_t used_at;
};

struct mm_near {
	struct mm_near_ask ask;
	struct mm_smooth *from_own, *from_layer;
	double reach,
	    margin;     /* in units of the plane; margin: by which two coordinates may be off together */
	double stretch; /* metres on the ground to a metre of the plane, at most */
	double bulge_m; /* by which edges of the layer may leave the boxes of their ends */
	double side, tile_margin;
	bool has_polygons;
	struct mm_near_tile tile[MM_NEAR_TILES];
	uint64_t asked, made; /* geometries; tiles */
	bool is_cut;
	double *own_xy, *layer_xy; /* vertices of one geometry in the plane */
	size_t own_cap, layer_cap;
};

/* near.c */
/* A geometry in the plane; its vertices are good until the next. False: it has no place there, or no memory.
 */
bool mm_near_bring_own(struct mm_near *n, const struct mm_geom *g, bool is_exact, struct mm_geom *ret);
bool mm_near_bring_feature(struct mm_near *n, uint32_t row, bool is_exact, struct mm_geom *ret);
struct mm_near_reach mm_near_reach(const struct mm_near *n, bool is_exact);
/* On the world square, around a box of the plane. */
struct mm_world_box mm_near_around(const struct mm_near *n, const struct mm_box *b);
bool mm_near_is_late(struct mm_near *n);

/* near_pieces.c: straight pieces of a geometry, points and edges; false: `each` has had enough. */
bool mm_near_pieces(const struct mm_geom *g, bool (*each)(void *ctx, const double *a, const double *b),
		    void *ctx);
/* Whether a point lies in one of its polygons. */
bool mm_near_holds(const struct mm_geom *g, double x, double y);
/* Whether a first vertex of one of its parts lies in a polygon of the other. */
bool mm_near_is_in(const struct mm_geom *g, const struct mm_geom *other);

enum mm_near_verdict { MM_NEAR_NO, MM_NEAR_YES, MM_NEAR_OPEN };

/* near_tile.c: of a geometry in the plane; OPEN: the tile cannot tell. */
enum mm_near_verdict mm_near_ask_tile(struct mm_near *n, const struct mm_geom *g);
void mm_near_tile_release(struct mm_near_tile *t);

/* near_plain.c: of a geometry in the plane, feature by feature. OPEN: it lies within the margin of the reach.
 */
enum mm_near_verdict mm_near_ask_plainly(struct mm_near *n, const struct mm_geom *g, bool is_exact);

#endif
