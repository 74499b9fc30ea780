#ifndef MM_STORE_CATALOG_H
#define MM_STORE_CATALOG_H

#include "base/err.h"
#include "geo/tile_matrix_set.h"
#include "store/history.h"
#include "store/layer.h"
#include "store/raster.h"
#include "store/schema.h"
#include "store/tile_archive.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One immutable picture of the map and all its layers. Never changes after publish; counted. */
struct mm_catalog;

/* The only mutable word in the store: which catalog is current. One per process, owned by the app. */
struct mm_catalog_slot;

struct mm_theme {
	const char *id;
	struct mm_title title;
};

/* What map.yaml says, copied into the catalog. */
struct mm_map_info {
	struct mm_title title, description, attribution;
	const char *crs_code, *crs_name, *crs_definition; /* the metric CRS */
	bool has_view;
	double view_lon_deg, view_lat_deg, view_zoom;
	const struct mm_theme *theme;
	size_t theme_count;
	bool requires_if_match;                /* edits name the version that they are made on */
	const struct mm_tile_matrix_set *grid; /* the map's own, beside the built-in ones */
	size_t grid_count;
};

/* State of one definition. A layer that failed to load keeps its last good snapshot, if there was one. */
struct mm_entry {
	const char *id;
	struct mm_layer *layer; /* NULL: never loaded, an archive or a raster; the entry owns a reference */
	struct mm_history *history;      /* of the layer; owned too. NULL: not kept */
	struct mm_tile_archive *archive; /* a layer that comes as tiles, instead of `layer`; owned too */
	struct mm_raster *raster;        /* a layer that is a picture; owned too */
	const char *error;               /* "" when all is well: file:line: what: fix */
	double load_seconds;             /* 0 when it came from the cache */
	bool from_cache;
	bool is_editable; /* clients may send changes, if they may at all */
};

/* Whether it has anything to give, of now or of the last time that all was well. */
bool mm_entry_serves(const struct mm_entry *e);

/* Takes copies of `map` and of every entry's texts, and one reference on every layer, history, archive and
 * raster. Entries are sorted by id. */
struct mm_catalog *mm_catalog_new(uint64_t version, const struct mm_map_info *map,
				  const struct mm_entry *entry, size_t entry_count); /* NULL: out of memory */
uint64_t mm_catalog_version(const struct mm_catalog *c);
const struct mm_map_info *mm_catalog_map(const struct mm_catalog *c);

/* Tile matrix sets: the built-in ones, then the map's own; NULL beyond the last. */
const struct mm_tile_matrix_set *mm_catalog_grid(const struct mm_catalog *c, size_t i);
const struct mm_tile_matrix_set *mm_catalog_find_grid(const struct mm_catalog *c,
						      const char *id); /* NULL: none */
size_t mm_catalog_count(const struct mm_catalog *c);
const struct mm_entry *mm_catalog_entry(const struct mm_catalog *c, size_t i);

/* The place of an entry by the `n` bytes of its id, for mm_catalog_entry; SIZE_MAX: there is none. */
size_t mm_catalog_index(const struct mm_catalog *c, const char *id, size_t n);

/* The layer whose labels are called as this entry is, so that tiles have no labels of it; NULL: none. */
const struct mm_layer *mm_catalog_hides_labels_of(const struct mm_catalog *c, const struct mm_entry *e);

/* Extent of the features of all layers, lon, lat; `is_on` has one for each entry, and leaves out those that
 * are not; NULL: all. Where no feature has a geometry it is that of the rasters; empty when there are none
 * either. */
struct mm_box mm_catalog_box_deg(const struct mm_catalog *c, const bool *is_on);

/* What there is of an id; NULL when it is not known. */
const struct mm_entry *mm_catalog_find_entry(const struct mm_catalog *c, const char *id);

/* A layer that serves, by id; NULL when there is none. Borrowed from the catalog. */
const struct mm_layer *mm_catalog_find(const struct mm_catalog *c, const char *id);

/* The same for a layer that comes as tiles. */
struct mm_tile_archive *mm_catalog_find_archive(const struct mm_catalog *c, const char *id);

/* The same for a layer that is a picture. */
struct mm_raster *mm_catalog_find_raster(const struct mm_catalog *c, const char *id);

/* Its history, the same way; NULL also when none is kept. */
const struct mm_history *mm_catalog_history(const struct mm_catalog *c, const char *id);

struct mm_catalog_slot *mm_catalog_slot_new(void);
struct mm_catalog_slot *mm_catalog_slot_free(struct mm_catalog_slot *s); /* returns NULL */

/* How often one has been published; 0: not yet. What was found out about the current catalog holds as long as
 * this stays, if it was read before the catalog was acquired. */
uint64_t mm_catalog_turn(const struct mm_catalog_slot *s);

/* Borrow the current catalog for one request. Any thread. Give it back with mm_catalog_unref. NULL before the
 * first publish. */
const struct mm_catalog *mm_catalog_acquire(struct mm_catalog_slot *s);
const struct mm_catalog *mm_catalog_unref(const struct mm_catalog *c); /* NULL in, NULL out; returns NULL */

/* Makes `next` current and takes over the caller's reference. One publishing thread. */
void mm_catalog_publish(struct mm_catalog_slot *s, struct mm_catalog *next);

#endif
