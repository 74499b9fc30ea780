#ifndef MM_FEED_CHILD_EXPORT_DXF_JOIN_H
#define MM_FEED_CHILD_EXPORT_DXF_JOIN_H

#include "base/buf.h"
#include "base/err.h"
#include "geo/box.h"

#include <stdint.h>
#include <stdio.h>

/*
 * One drawing of several (AutoCAD 2004 DXF Reference, "HEADER Section", "ENTITIES Section"): the head of the
 * first, the entities of all, each under a handle of its own, and the tail of the first, which has the
 * objects.
 */
struct mm_dxf_join {
	FILE *out;            /* NULL before the first */
	struct mm_buf tail;   /* from the end of the entities on */
	uint64_t next;        /* handle */
	long seed_at;         /* where the head has the first free handle; 0: nowhere */
	long corner_at[2][2]; /* where it has x and y of $EXTMIN and $EXTMAX; the same */
};

/*
 * Adds the entities of a drawing, as GDAL writes it.
 *
 * path  of that drawing
 * out   of the whole, made anew with the first
 *
 * MM_E_INTERNAL  it is not such a drawing
 * MM_E_IO
 */
MM_MUST_USE enum mm_code mm_dxf_join_add(struct mm_dxf_join *d, const char *path, const char *out,
					 struct mm_err *reterr);

/* Completes it. extent: of all entities. MM_E_IO. */
MM_MUST_USE enum mm_code mm_dxf_join_finish(struct mm_dxf_join *d, const struct mm_box *extent,
					    struct mm_err *reterr);

/* Also after a failure. */
void mm_dxf_join_release(struct mm_dxf_join *d);

#endif
