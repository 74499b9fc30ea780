#ifndef MM_API_AGGREGATE_H
#define MM_API_AGGREGATE_H

#include "analysis/aggregate.h"
#include "api/features/features.h"
#include "api/html.h"

/* One answer of "/collections/{id}/aggregate". */
struct mm_aggregate_page {
	const struct mm_items *it; /* which features */
	struct mm_aggregate ask;
	struct mm_groups groups;
	uint32_t limit; /* groups given at most */
};

/* How many groups are given. */
size_t mm_aggregate_given(const struct mm_aggregate_page *p);

/* Path and query of this request in another format; NULL: out of memory. */
const char *mm_aggregate_path(const struct mm_request *r, const struct mm_schema *s, const char *f);

/* A table for programs (aggregate_csv.c): RFC 4180, one line a group, null is empty. What a spreadsheet would
 * take for a formula stands behind an apostrophe, numbers do not. */
void mm_aggregate_put_csv(const struct mm_aggregate_page *p, struct mm_buf *out);

/* And one for people (aggregate_html.c). */
void mm_aggregate_put_html(const struct mm_aggregate_page *p, const struct mm_request *r, struct mm_buf *out);

/* The form that asks for another (aggregate_form.c); the conditions stay. */
void mm_aggregate_put_form(struct mm_html *h, const struct mm_aggregate_page *p);

#endif
