#ifndef MM_QUERY_EQUAL_H
#define MM_QUERY_EQUAL_H

#include "query/query.h"

/* A condition "field equals" ready for a tight loop. */
struct mm_wanted {
	size_t field;
	enum mm_type type;
	uint32_t code; /* TEXT, JSON: dictionary code, UINT32_MAX: no row has that text */
	int64_t integer;
	double real;
	bool boolean;
};

/*
 * Reads the value of a condition by the type of its field.
 *
 * MM_E_INVALID  it does not fit (where names the field)
 */
MM_MUST_USE enum mm_code mm_wanted_read(const struct mm_layer *l, const struct mm_equal *e,
					struct mm_wanted *ret, struct mm_err *reterr);

bool mm_wanted_equals(const struct mm_layer *l, const struct mm_wanted *w, uint32_t row);

#endif
