#ifndef MM_API_ANALYSIS_SHAPE_H
#define MM_API_ANALYSIS_SHAPE_H

#include "base/arena.h"
#include "geo/box.h"
#include "geo/geom.h"
#include "geo/kit.h"
#include "http/request.h"
#include "store/catalog.h"

#include <jansson.h>

/* What a client has drawn, or a feature that it names, in the map's system: for all of "/analysis". */

enum { MM_SHAPE_VERTICES_MAX = 100000, MM_SHAPE_DISTANCE_MAX_M = 50000 };

struct mm_shape {
	const struct mm_catalog *catalog; /* borrowed, as the kit is */
	struct mm_kit *kit;
	struct mm_arena *mem;   /* owns what is read */
	const char *definition; /* of the map's system */

	struct mm_geom geom;               /* in it */
	double distance_m;                 /* around it; 0 when none was asked for */
	const char *of_collection, *of_id; /* the feature; "" of what was drawn */
	const char *mended;                /* what was wrong with a polygon; "" when nothing was */
};

/*
 * The question as a JSON object: the body of a POST, or the parameters of a GET (`geometry` and `filters` as
 * JSON, `collections` as a list with commas).
 *
 * names         of all members and parameters
 * ret           json_decref it
 *
 * MM_E_INVALID  where names what is wrong
 * MM_E_LIMIT    too long, or nested too deep
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_shape_question(const struct mm_request *r, const char *const *names, size_t count,
					   json_t **ret, struct mm_err *reterr);

/*
 * Reads `geometry` (GeoJSON in lon/lat), or `collection` and `id`, and `distance`. With `alike`, a field, the
 * shape is all features that have the same value there: the whole of a street, and not one piece of it.
 *
 * MM_E_INVALID    where names what is wrong
 * MM_E_NOT_FOUND  no such collection or feature
 * MM_E_LIMIT      too many vertices
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_shape_read(const json_t *question, struct mm_shape *s, struct mm_err *reterr);

/* Makes its polygons valid; `mended` says what was wrong. MM_E_INVALID: GEOS gave up. MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_shape_mend(struct mm_shape *s, struct mm_err *reterr);

/* A geometry of the map's system in longitude and latitude, with its box. MM_E_INVALID: it does not lie
 * there. MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_shape_degrees(const struct mm_shape *s, const struct mm_geom *g,
					  struct mm_geom *ret, struct mm_box *ret_box, struct mm_err *reterr);

#endif
