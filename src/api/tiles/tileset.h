#ifndef MM_API_TILESET_H
#define MM_API_TILESET_H

#include "api/tiles/tile_set.h"
#include "geo/kit.h"
#include "geo/tile_matrix_set.h"

/*
 * A tileset of OGC API Tiles: layers, and the grid that cuts them. Of one collection, or of the dataset: all
 * layers, or those that collections= names.
 */
struct mm_tileset {
	struct mm_tile_set set;                /* the layers, and the catalog they come from */
	const struct mm_layer *collection;     /* NULL: of the dataset */
	const struct mm_tile_matrix_set *grid; /* NULL where the path names none */
	const char *path;                      /* "/tiles" or "/collections/{id}/tiles" */
	const char *query;                     /* "&collections=a,b" or "" */
};

/* Finds what the request's route names; takes the catalog. Close it also when this fails.
 *
 * MM_E_NOT_FOUND  no such collection or tile matrix set
 * MM_E_INVALID    collections= names no layer, or there are more than MM_TILE_LAYERS_MAX
 * MM_E_BUSY       nothing is loaded yet */
MM_MUST_USE enum mm_code mm_tileset_open(struct mm_tileset *t, const struct mm_api *api,
					 const struct mm_request *r, struct mm_err *reterr);
void mm_tileset_close(struct mm_tileset *t);

/* Matrices that hold a layer, by their zooms: indexes into the grid, both included. False: none. Built-in
 * grids end where clients enlarge tiles by themselves; the map's own are declared as they are wanted. */
bool mm_tileset_matrices(const struct mm_tileset *t, const struct mm_layer *l, size_t *ret_first,
			 size_t *ret_last);

bool mm_tileset_matrices_of(const struct mm_tileset *t, unsigned first_zoom, unsigned last_zoom,
			    size_t *ret_first, size_t *ret_last);

/* Extent of a layer in the grid's system; empty: it has none there. */
struct mm_box mm_tileset_layer_box(const struct mm_tileset *t, const struct mm_layer *l, struct mm_proj *p);

/* The same of a box in degrees, for the built-in grids. */
struct mm_box mm_tileset_box(const struct mm_tileset *t, struct mm_box box, struct mm_proj *p);

/* False when the tiles cannot be of this grid: those of archives are of Web Mercator. */
bool mm_tileset_fits(const struct mm_tileset *t, const struct mm_tile_matrix_set *grid);

/* The tileset of a layer that comes as tiles, which is not among those of the dataset; borrows the catalog:
 * do not close it. False: the entry is no such layer. */
bool mm_tileset_of_archive(struct mm_tileset *t, const struct mm_catalog *c, size_t entry,
			   const struct mm_request *r);

/* "Town: WebMercatorQuad", in the request's memory. */
const char *mm_tileset_title(const struct mm_tileset *t, const struct mm_request *r);

/* The tileset's metadata (OGC 17-083r4, clause 7.1; OGC 20-057, 8.2). */
void mm_tileset_put(const struct mm_tileset *t, const struct mm_request *r, struct mm_proj *p,
		    struct mm_json *j);

/* What a list of tilesets says of one: what it is, and all that a client needs to ask for its tiles at once
 * (OGC 20-057, 9.2.3; the limits and the template are what the OGC's own test suite looks for here). */
void mm_tileset_put_item(const struct mm_tileset *t, const struct mm_request *r, struct mm_proj *p,
			 struct mm_json *j);

#endif
