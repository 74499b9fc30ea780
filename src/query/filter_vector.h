#ifndef MM_QUERY_FILTER_VECTOR_H
#define MM_QUERY_FILTER_VECTOR_H

#include "query/filter_eval.h"

enum { MM_BATCH = MM_FILTER_BATCH };

/*
 * Numbers, times and truths of many rows: what mm_filter_value gives of each. Dates are the milliseconds of
 * their midnight, truths 0 and 1.
 */
struct mm_vector {
	bool is_real;
	size_t step; /* from one row's value to the next: 1; 0: it is the same for all */
	const int64_t *integer;
	const double *real;
	const uint8_t *null; /* 1: missing; NULL: nothing is; `step` holds for it, too */
	/* Where they are computed. */
	int64_t *integer_room;
	double *real_room;
	uint8_t *null_room;
};

/*
 * Makes the vectors of an operand and of all below it, kept in the run. False: it is of another type, calls
 * functions of the row, or there are too many of them: ask mm_filter_value row by row.
 */
bool mm_vector_begin(struct mm_filter_run *run, const struct mm_filter *f);

/*
 * Computes the operand for up to MM_BATCH rows, in any order; good until the next call. NULL: a whole number
 * becomes a broken one in some row (it is too large, or divided by -1): ask row by row.
 */
const struct mm_vector *mm_vector_compute(struct mm_filter_run *run, const struct mm_filter *f,
					  const uint32_t *row, size_t n);

/* "a op b" of each: MM_FALSE, MM_TRUE or MM_UNKNOWN; op EQ to GE. */
void mm_vector_compare(const struct mm_vector *a, enum mm_filter_op op, const struct mm_vector *b, size_t n,
		       uint8_t *ret);

/* The first row when all follow it one by one; SIZE_MAX: they do not. */
size_t mm_rows_dense(const uint32_t *row, size_t n);

#endif
