#ifndef MM_QUERY_GML_GEOMETRY_H
#define MM_QUERY_GML_GEOMETRY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/xml.h"
#include "geo/geom.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Geometries in GML 2.1, 3.1 and 3.2, of straight lines: Point, LineString, Polygon, Curve, Surface, and
 * their Multi forms; GeometryCollection as MultiGeometry. Positions in pos, posList, coordinates or coord.
 */
struct mm_gml {
	struct mm_geom geom;  /* x and y are the first and the second axis, as written; z when every position
				 has  a third, else NULL */
	const char *srs_name; /* of the geometry, or of its members; NULL: none */
};

/* True for an element that mm_gml_parse reads. */
bool mm_gml_is_geometry(const struct mm_xml *e);

/*
 * vertices_max  that it may have
 * mem           owns the geometry
 *
 * MM_E_INVALID  not such a geometry, or empty, larger, with arcs, or of members in different systems; the
 * message names the line
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_gml_parse(const struct mm_xml *e, uint32_t vertices_max, struct mm_arena *mem,
				      struct mm_gml *ret, struct mm_err *reterr);

/*
 * Reads an Envelope or a Box: the lower corner, then the upper one, as written.
 *
 * ret       4 numbers, or 6 with heights
 * ret_srs   its srsName; NULL: none
 */
MM_MUST_USE enum mm_code mm_gml_parse_box(const struct mm_xml *e, double ret[6], size_t *ret_count,
					  const char **ret_srs, struct mm_err *reterr);
bool mm_gml_is_box(const struct mm_xml *e);

#endif
