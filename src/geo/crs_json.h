#ifndef MM_GEO_CRS_JSON_H
#define MM_GEO_CRS_JSON_H

#include "base/arena.h"
#include "geo/crs.h"

/*
 * A system as PROJJSON, for documents that must describe one without an address of its own.
 *
 * definition  what mm_crs_parse gave
 * ret         lives in `mem`
 *
 * MM_E_INVALID  PROJ has no such form for it
 * MM_E_NOMEM    `mem` is at its cap
 */
MM_MUST_USE enum mm_code mm_crs_json(struct mm_proj *p, const char *definition, struct mm_arena *mem,
				     const char **ret, struct mm_err *reterr);

#endif
