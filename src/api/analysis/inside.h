#ifndef MM_API_ANALYSIS_INSIDE_H
#define MM_API_ANALYSIS_INSIDE_H

#include "analysis/inside.h"
#include "api/api.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "geo/kit.h"
#include "query/filter_run.h"
#include "store/catalog.h"

/*
 * "/analysis/inside": what lies in an area, or near something. GET takes parameters, POST a JSON object with
 * the same names:
 *
 *   geometry     GeoJSON in lon/lat; or
 *   collection   and `id`: a feature of that collection
 *   distance     metres around it, 0 to 50 000; points and lines need it
 *   collections  which are looked into, all of them without it; GET: joined by commas
 *   filters      {collection: CQL2 text}; GET: as JSON
 *   f            json, csv, or ndjson: lines of {"progress": 0..1, "collection": "..."} while it is worked
 * out, and
 *                {"result": ...} or {"error": ...} at the end
 *   lang         of CSV
 */

enum { MM_INSIDE_LAYERS_MAX = 200, MM_INSIDE_DEADLINE_MS = 20000 };

/* One question, while it is worked out. */
struct mm_inside_report {
	const struct mm_catalog *catalog; /* owned */
	struct mm_kits *kits;
	struct mm_kit *kit; /* owned */
	struct mm_arena mem;
	const char *definition; /* of the map's system */
	const char *crs_uri;    /* "" when it has none */
	int64_t deadline_ns;

	/* the area */
	struct mm_geom area, area_deg; /* in the map's system; in lon, lat */
	struct mm_topo_shape *shape;
	double area_m2, distance_m;
	struct mm_box box_deg;
	const char *mended;                /* what was wrong with the client's polygon; "" when nothing was */
	const char *of_collection, *of_id; /* what it is around; "" of a drawn one */

	/* the collections, in the order of the map */
	const struct mm_layer *layer[MM_INSIDE_LAYERS_MAX];
	const char *filter[MM_INSIDE_LAYERS_MAX]; /* "": none */
	struct mm_inside_job *job[MM_INSIDE_LAYERS_MAX];
	uint32_t rows[MM_INSIDE_LAYERS_MAX]; /* that may lie there */
	size_t layer_count, at;              /* which one is at work */
};

/* Reads a question and makes its area (inside_ask.c). `rep` has its catalog, kit and memory.
 *
 * MM_E_INVALID    where names what is wrong
 * MM_E_NOT_FOUND  no such collection or feature
 * MM_E_LIMIT      too large
 * MM_E_BUSY       the buffer takes too long
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_inside_ask(const struct mm_request *r, struct mm_inside_report *rep,
				       struct mm_err *reterr);

/* What has been found (inside_put.c). `lang` is "ru" or "en". */
void mm_inside_put_json(const struct mm_inside_report *rep, struct mm_json *j);
void mm_inside_put_csv(const struct mm_inside_report *rep, const char *lang, struct mm_buf *out);

/* The same as a sentence for people (inside_words.c). */
void mm_inside_put_words(const struct mm_inside_report *rep, const char *lang, struct mm_buf *out);

#endif
