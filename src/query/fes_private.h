#ifndef MM_QUERY_FES_PRIVATE_H
#define MM_QUERY_FES_PRIVATE_H

#include "query/fes.h"
#include "query/filter_private.h"

/* Shared by the parts of the reader of filters in XML: fes.c (logic, ids), fes_compare.c, fes_value.c,
 * fes_space.c and fes_time.c. Readers give NULL when the maker has failed. */
struct mm_fes_reader {
	struct mm_filter_maker m;
	const struct mm_fes *how;
	const char *srs_name; /* the last one met, and what it stands for */
	const struct mm_filter_crs *crs;
};

/* Fails with the line of the element; returns NULL. */
void *mm_fes_fail(struct mm_fes_reader *r, const struct mm_xml *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A node with a text of its own: TEXT, PROPERTY, FUNCTION. */
struct mm_filter *mm_fes_named(struct mm_fes_reader *r, enum mm_filter_op op, const char *text, size_t n,
			       size_t children);

/* The operands that an element has, `count` of them; NULL: failed. `read` takes each. */
typedef struct mm_filter *mm_fes_read(struct mm_fes_reader *r, const struct mm_xml *e);
struct mm_filter *mm_fes_over(struct mm_fes_reader *r, enum mm_filter_op op, const struct mm_xml *e,
			      size_t count, mm_fes_read *read);

/* A condition; op is what its name stands for in a tree, where there is one. */
typedef struct mm_filter *mm_fes_condition(struct mm_fes_reader *r, const struct mm_xml *e,
					   enum mm_filter_op op);
mm_fes_condition mm_fes_comparison, mm_fes_like, mm_fes_between, mm_fes_null; /* fes_compare.c */
mm_fes_condition mm_fes_bbox, mm_fes_spatial, mm_fes_near; /* fes_space.c; near: NOT is Beyond */
mm_fes_condition mm_fes_temporal;                          /* fes_time.c */

/* fes_value.c: a property, a literal, a function, arithmetic, or what the readers below take. */
mm_fes_read mm_fes_value;

/* fes_space.c: a geometry or a box in GML. */
bool mm_fes_is_geometry(const struct mm_xml *e);
mm_fes_read mm_fes_geometry;

/* fes_time.c: TimeInstant and TimePeriod; and a text as a time, a year or a month as a period. */
bool mm_fes_is_time(const struct mm_xml *e);
mm_fes_read mm_fes_time;
struct mm_filter *mm_fes_time_text(struct mm_fes_reader *r, const struct mm_xml *e);

#endif
