#ifndef MM_FEED_CHILD_SCHEMA_CHECK_H
#define MM_FEED_CHILD_SCHEMA_CHECK_H

#include "base/err.h"
#include "store/schema.h"

/* The fields that generalising and times need are there, and of the right kind, and none is called as
 * something that clusters have.
 *
 * MM_E_INVALID  the definition does not fit the source */
MM_MUST_USE enum mm_code mm_schema_check(const struct mm_schema *s, struct mm_err *reterr);

#endif
