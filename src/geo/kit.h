#ifndef MM_GEO_KIT_H
#define MM_GEO_KIT_H

#include "base/err.h"
#include "geo/crs.h"
#include "geo/topo.h"

/*
 * Contexts of PROJ and GEOS, each for one thread at a time, kept for the next who needs one: making a
 * transformation takes PROJ up to 80 ms, using one a microsecond. A kit is taken at the beginning of a
 * request and given back at its end.
 */
struct mm_kit {
	struct mm_proj *proj;
	struct mm_topo *topo;
};

struct mm_kits;
struct mm_kits *mm_kits_new(void);              /* NULL: out of memory */
struct mm_kits *mm_kits_free(struct mm_kits *); /* all kits are back; NULL allowed; returns NULL */

/* Any thread. MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_kits_take(struct mm_kits *k, struct mm_kit **ret, struct mm_err *reterr);
void mm_kits_give(struct mm_kits *k, struct mm_kit *kit); /* NULL kit allowed */

#endif
