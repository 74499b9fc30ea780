#ifndef MM_GEO_CRS_PRIVATE_H
#define MM_GEO_CRS_PRIVATE_H

#include "base/err.h"
#include "geo/msk.h"

#include <proj.h>

/* Shared by crs.c and the other crs_*.c; nobody else includes it. */

struct mm_transform;

struct mm_proj {
	PJ_CONTEXT *ctx;
	char msg[256]; /* last thing PROJ said */
	struct mm_transform *transforms;
};

/*
 * Turns what a user wrote into what PROJ may be given: "EPSG:28407", "OGC:CRS84", a PROJ string of harmless
 * parameters with +type=crs, or WKT that names no file. PROJ itself would also look names up and open files.
 *
 * ret      free() it
 * ret_msk  row of the built-in table when the text names one or is its PROJ string, else NULL
 */
MM_MUST_USE enum mm_code mm_crs_text_read(const char *text, char **ret, const struct mm_msk **ret_msk,
					  struct mm_err *reterr);

/* The object for a text that mm_crs_text_read gave, reduced to its horizontal part: a geographic CRS in
 * degrees or a projected one, perhaps bound to a datum shift. *ret_reduced: something was taken off.
 * proj_destroy() it. */
MM_MUST_USE enum mm_code mm_crs_open(struct mm_proj *p, const char *definition, PJ **ret, bool *ret_reduced,
				     struct mm_err *reterr);

/* The same for a text as a user wrote it, with whatever was taken off. proj_destroy() it. */
MM_MUST_USE enum mm_code mm_crs_open_text(struct mm_proj *p, const char *text, PJ **ret,
					  struct mm_err *reterr);

/* True when coordinates in one are coordinates in the other, x east. */
bool mm_crs_same(struct mm_proj *p, const PJ *a, const PJ *b);

void mm_transforms_free(struct mm_transform *first);

#endif
