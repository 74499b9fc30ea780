#ifndef MM_QUERY_FILTER_BIND_H
#define MM_QUERY_FILTER_BIND_H

#include "query/filter.h"
#include "store/schema.h"

/*
 * Checks a tree against the fields of a layer: properties are found by name (hidden ones are not there; the
 * geometry is "geometry", or as its source's driver usually calls it: "geom", "the_geom" ..., unless a field
 * has that name), operands have the types that their operation takes, texts beside dates are read as dates,
 * and functions of constants are computed.
 *
 * source  the text that places in messages refer to; NULL: they name none
 *
 * MM_E_INVALID  with the place and what would fit
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_filter_bind(struct mm_filter *f, const char *source, const struct mm_schema *s,
					struct mm_arena *mem, struct mm_err *reterr);

#endif
