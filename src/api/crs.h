#ifndef MM_API_CRS_H
#define MM_API_CRS_H

#include "base/arena.h"
#include "geo/crs.h"
#include "http/request.h"
#include "store/catalog.h"

#include <stdbool.h>

/*
 * The systems in which a collection is given, and asked for (OGC API Features Part 2, OGC 18-058r1): CRS84,
 * which is the default, EPSG:4326, EPSG:3857, the map's own, and that of the source. A system without an
 * address at opengis.net (МСК) has one below "{base}/crs/".
 */
struct mm_out_crs {
	const char *uri;        /* as in the list of the collection and in Content-Crs */
	const char *definition; /* for mm_transform_get */
	bool is_north_first;    /* coordinates on the wire are north, east; never so for a local system */
	bool is_degrees;
};

enum { MM_OUT_CRS_MAX = 5 };

/*
 * Lists them, CRS84 first and that of the source last, each once.
 *
 * ret          lives in the request's memory
 * ret_storage  which of them is that of the source
 *
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_out_crs_list(const struct mm_request *r, const struct mm_catalog *c,
					 const struct mm_schema *s, struct mm_out_crs ret[MM_OUT_CRS_MAX],
					 size_t *ret_count, size_t *ret_storage, struct mm_err *reterr);

/* The same of a text that stands elsewhere ("Content-Crs"), which messages call `name`; NULL: CRS84. */
MM_MUST_USE enum mm_code mm_out_crs_named(const struct mm_request *r, const char *name, const char *text,
					  const struct mm_catalog *c, const struct mm_schema *s,
					  struct mm_proj *p, struct mm_out_crs *ret, struct mm_err *reterr);

/*
 * Reads the parameter `name` ("crs", "bbox-crs"): an address of the list, or the same as "[EPSG:4326]" or
 * "EPSG:4326"; CRS84 when it is absent. `p` looks the axes up.
 *
 * MM_E_INVALID  the collection is not given in that system; the message lists those it is given in
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_out_crs_param(const struct mm_request *r, const char *name,
					  const struct mm_catalog *c, const struct mm_schema *s,
					  struct mm_proj *p, struct mm_out_crs *ret, struct mm_err *reterr);

#endif
