#ifndef MM_SEARCH_SEARCH_PRIVATE_H
#define MM_SEARCH_SEARCH_PRIVATE_H

#include "search/search.h"

/* References on all indexes there are, into an answer. MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_search_hold(struct mm_search *s, struct mm_arena *mem, struct mm_search_answer *a,
					struct mm_err *reterr);

#endif
