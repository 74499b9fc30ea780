#ifndef MM_QUERY_SORT_H
#define MM_QUERY_SORT_H

#include "base/err.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The order in which rows are given (`sortby=`, OGC API Features Part 8, draft). */
struct mm_sort {
	size_t field;
	bool is_descending;
};

enum { MM_SORT_MAX = 8, MM_SORT_NAME_MAX = 255 };

/*
 * Reads "+street,-built": fields joined by commas, the first is the most important one; no sign is +.
 *
 * MM_E_INVALID  a field is not there, hidden, or of a type without an order (JSON, time); more than
 * MM_SORT_MAX
 */
MM_MUST_USE enum mm_code mm_sort_parse(const char *text, const struct mm_schema *s,
				       struct mm_sort ret[MM_SORT_MAX], size_t *ret_count,
				       struct mm_err *reterr);

/*
 * Sorts rows in place; equals keep their order, and rows without a value come last either way. Texts stand by
 * their letters without regard to case, ё with е; other scripts by code point.
 *
 * MM_E_NOMEM
 *
 * Cost: 40 bytes and about 50 ns a row and field; of texts also what it takes to sort those that differ.
 */
MM_MUST_USE enum mm_code mm_sort_rows(const struct mm_layer *l, const struct mm_sort *by, size_t by_count,
				      uint32_t *row, uint32_t count, struct mm_err *reterr);

/* Two texts in that order: -1, 0, 1. */
int mm_sort_compare_texts(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
