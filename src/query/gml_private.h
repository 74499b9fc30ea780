#ifndef MM_QUERY_GML_PRIVATE_H
#define MM_QUERY_GML_PRIVATE_H

#include "query/filter_private.h"
#include "query/gml_geometry.h"

/* Shared by gml_geometry.c and gml_position.c: a geometry while it is read. */
struct mm_gml_reader {
	struct mm_filter_maker m;
	struct mm_filter_shape shape; /* its vertices are those read so far */
	double *z;                    /* one a vertex */
	uint32_t z_cap;
	bool lacks_z;  /* a position has only two numbers */
	bool is_joint; /* the next position goes on from the last: it is left out if it is the same */
	const char *srs_name;
	size_t dimension; /* numbers of a position, as the elements around say; 0: they do not */
};

/* Fails with the line of the element; returns false. */
bool mm_gml_fail(struct mm_gml_reader *g, const struct mm_xml *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Notes the srsName and the srsDimension of an element that is gone into; false: it has another srsName than
 * one before it. Whoever comes out of it sets `dimension` to *ret_outer again. */
bool mm_gml_enter(struct mm_gml_reader *g, const struct mm_xml *e, size_t *ret_outer);

/* Adds the positions that stand right inside an element, in pos, posList, coordinates, coord, or a Point of
 * their own. */
bool mm_gml_read_positions(struct mm_gml_reader *g, const struct mm_xml *e);

/* Adds the one position that is the text of an element. */
bool mm_gml_read_position(struct mm_gml_reader *g, const struct mm_xml *e);

#endif
