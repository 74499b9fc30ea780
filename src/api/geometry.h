#ifndef MM_API_GEOMETRY_H
#define MM_API_GEOMETRY_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/crs.h"
#include "geo/geom.h"

#include <jansson.h>
#include <stdbool.h>

/* From which system a client's coordinates are to be brought into which; borrowed. */
struct mm_geometry_way {
	struct mm_proj *proj;
	const char *from; /* definition */
	bool is_north_first;
	const char *to; /* definition */
};

/*
 * Reads a geometry of GeoJSON (RFC 7946, 3.1): one of its types, a GeometryCollection not nested. What PROJ
 * cannot bring into the other system comes out infinite: whoever uses it looks.
 *
 * where             the JSON pointer of the geometry, for messages
 * ret               in `mem`; z is kept where it is given
 * ret_is_malformed  on MM_E_INVALID: it is no GeoJSON, rather than PROJ knowing no way
 *
 * MM_E_INVALID
 * MM_E_NOMEM    also of a geometry of more than 64 MB
 */
MM_MUST_USE enum mm_code mm_geometry_read(const json_t *json, const char *where,
					  const struct mm_geometry_way *way, struct mm_arena *mem,
					  struct mm_geom *ret, bool *ret_is_malformed, struct mm_err *reterr);

#endif
