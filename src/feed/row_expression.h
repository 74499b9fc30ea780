#ifndef MM_FEED_ROW_EXPRESSION_H
#define MM_FEED_ROW_EXPRESSION_H

#include "base/err.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A number of each row by an SQL expression over its fields, as `importance: {expression: ...}` has it.
 * SQLite evaluates it, in memory and without a database: an expression sees the values of one row and nothing
 * else. It may use operators, CASE, CAST, IN, LIKE, BETWEEN and some functions (row_expression.c), which give
 * the same for the same row; no subselects, no parameters. Names are not case-sensitive, and of fields that
 * differ in case only the first is meant. One thread at a time.
 */
struct mm_row_expression;

enum { MM_ROW_EXPRESSION_MAX = 4000 /* bytes */ };

/*
 * Looks at an expression while fields are not known. What stands behind a name may be found wrong only when
 * they are.
 *
 * MM_E_INVALID  no SQL expression, more than one, or it asks for what it may not
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_row_expression_check(const char *text, struct mm_err *reterr);

/*
 * name   `count` names of fields, as served; not kept
 * ret    mm_row_expression_free it
 *
 * MM_E_INVALID    as above
 * MM_E_NOT_FOUND  it has a name in it that is no field
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_row_expression_new(const char *text, const char *const *name, size_t count,
					       struct mm_row_expression **ret, struct mm_err *reterr);
struct mm_row_expression *
mm_row_expression_free(struct mm_row_expression *e); /* NULL allowed; returns NULL */

/* Whether the expression has that field in it: others need not be set. */
bool mm_row_expression_has(const struct mm_row_expression *e, size_t field);

/* The value of a field of the row at hand, null unless it is set; copied. Numbers are numbers, truth is 1 or
 * 0, dates and times are texts as they are served; a text of more than a megabyte is null. */
void mm_row_expression_set(struct mm_row_expression *e, size_t field, const struct mm_value *v);

/*
 * Evaluates the expression with what has been set, and begins the next row.
 *
 * ret  NaN: null, text, or no number can be worked out (an overflow)
 *
 * MM_E_LIMIT  it makes texts of more than a megabyte, or takes too many steps
 * MM_E_NOMEM
 *
 * Cost: about a microsecond and what its functions take.
 */
MM_MUST_USE enum mm_code mm_row_expression_value(struct mm_row_expression *e, double *ret,
						 struct mm_err *reterr);

#endif
