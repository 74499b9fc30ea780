#ifndef MM_API_API_H
#define MM_API_API_H

#include "base/err.h"
#include "http/request.h"
#include "http/response.h"
#include "http/route.h"
#include "store/catalog.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct mm_editor;
struct mm_search;
struct mm_jobs;
struct mm_server;
struct mm_cache;

/* What every handler is given as its ctx: long-lived, owned by app, safe on any thread. */
struct mm_api {
	struct mm_catalog_slot *catalog;
	struct mm_kits *kits;        /* PROJ and GEOS contexts (geo/kit.h) */
	struct mm_pool *makers;      /* of struct mm_tile_maker (tile/tile.h) */
	struct mm_tile_cache *tiles; /* api/tiles/tile_cache.h */
	struct mm_tile_paths *paths; /* api/tiles/tile_paths.h; NULL: none are remembered */
	struct mm_tile_packs *packs; /* api/tiles/tile_packs.h */
	size_t tile_budget_bytes;    /* 0: MM_TILE_BUDGET_BYTES */
	struct mm_glyphs *glyphs;    /* fonts for labels (style/glyph.h) */
	struct mm_sprites *sprites;  /* icons (style/sprite.h) */
	struct mm_pages *pages;      /* versions that somebody pages through (api/features/pages.h) */
	struct mm_events *events;    /* listeners to /events (http/events.h) */
	struct mm_server *server;    /* for /metrics; written by mm_server_start before it serves */
	struct mm_editor *editor;    /* feed/edit.h */
	struct mm_search *search;    /* search/search.h */
	struct mm_jobs *prints;      /* api/prints/jobs.h */
	bool edit_is_local;          /* who may edit: api/edits/edits.h */
	const char *edit_token;      /* NULL: none */
	bool quiet;                  /* requests that went well are not logged */
	atomic_bool stopping;        /* /readyz says 503 */
	double started_s;            /* monotonic */

	/* Where files are made that are taken away (exports.h); NULL: not yet. */
	_Atomic(const struct mm_cache *) exports;
};

/* The table of all routes, defined in routes.c: one line each. */
extern const struct mm_route mm_api_routes[];
extern const size_t mm_api_route_count;

/* Refusals of "/wfs" and "/wms" in the words of their clients (http/server.h). refuse.c */
bool mm_api_refuse(void *ctx, const struct mm_request *r, int status, const char *why,
		   struct mm_response *rs);

/* How long their answers take (http/server.h). */
enum mm_pace mm_api_pace(const struct mm_route *route, const struct mm_request *r);

/* Answers to tiles that are kept, at once (http/server.h). tiles/tile_answer.c */
bool mm_api_tile_recall(void *ctx, const struct mm_request *r, const char *target, size_t n,
			struct mm_response *rs, const struct mm_route **ret);

/*
 * One request's hold on the current catalog, taken at its beginning:
 *
 *     const struct mm_catalog *c = mm_catalog_acquire(api->catalog);
 *     ... mm_catalog_unref(c);
 *
 * so that all layers of an answer come from one moment.
 */

/* Handlers, one file each. */
mm_handler_fn mm_api_landing, mm_api_conformance, mm_api_openapi;           /* landing.c, openapi.c */
mm_handler_fn mm_api_collections, mm_api_collection;                        /* collections.c */
mm_handler_fn mm_api_schema, mm_api_queryables, mm_api_sortables;           /* schema.c */
mm_handler_fn mm_api_functions;                                             /* functions.c */
mm_handler_fn mm_api_items, mm_api_item;                                    /* features.c */
mm_handler_fn mm_api_items_search;                                          /* search_items.c */
mm_handler_fn mm_api_aggregate;                                             /* aggregate.c */
mm_handler_fn mm_api_search;                                                /* search.c */
mm_handler_fn mm_api_measure;                                               /* analysis/measure.c */
mm_handler_fn mm_api_inside;                                                /* analysis/inside.c */
mm_handler_fn mm_api_edit_items, mm_api_edit_item;                          /* edits.c */
mm_handler_fn mm_api_tile, mm_api_tilejson;                                 /* tiles.c, tilejson.c */
mm_handler_fn mm_api_tilesets, mm_api_grid_tile;                            /* tilesets.c, grid_tiles.c */
mm_handler_fn mm_api_tile_matrix_sets, mm_api_tile_matrix_set;              /* tile_matrix_sets.c */
mm_handler_fn mm_api_crs_list, mm_api_crs;                                  /* crs.c */
mm_handler_fn mm_api_map;                                                   /* map.c */
mm_handler_fn mm_api_raster_tile;                                           /* rasters/tiles.c */
mm_handler_fn mm_api_picture, mm_api_wms;                                   /* maps/maps.c, maps/wms.c */
mm_handler_fn mm_api_style, mm_api_styles, mm_api_glyphs, mm_api_sprite;    /* styles.c, fonts.c, sprites.c */
mm_handler_fn mm_api_asset;                                                 /* viewer.c */
mm_handler_fn mm_api_wfs;                                                   /* wfs/service.c */
mm_handler_fn mm_api_events;                                                /* events.c */
mm_handler_fn mm_api_healthz, mm_api_readyz, mm_api_metrics, mm_api_status; /* operations.c */

#endif
