#ifndef MM_QUERY_QUERY_PRIVATE_H
#define MM_QUERY_QUERY_PRIVATE_H

#include "query/equal.h"
#include "query/query.h"

/* A query at work: shared by query.c, query_conditions.c and query_window.c. */

enum { MM_QUERY_BATCH = MM_FILTER_BATCH };

struct mm_query_run;

/* One condition: rows are held against each in turn, many at once, the cheapest first. Keeps those for which
 * it holds, in their order; returns how many. */
struct mm_query_condition {
	enum mm_plan_condition what;
	size_t (*keep)(struct mm_query_run *r, uint32_t *row, size_t n);
};

/* A window, and what lies wholly in it. */
struct mm_query_window {
	const struct mm_box *box; /* in its own system */
	struct mm_world_box inner;
};

struct mm_query_run {
	const struct mm_layer *layer;
	const struct mm_query *query;
	struct mm_query_condition condition[MM_PLAN_CONDITIONS];
	size_t condition_count;
	struct mm_query_window window[2]; /* that a row may meet */
	size_t window_count;
	struct mm_wanted wanted[MM_EQUALS_MAX];
	size_t begin_field, end_field;
	const struct mm_transform *to_deg;
	const struct mm_transform *to_box;   /* from degrees to the window's system; NULL: the window is in
						degrees,   or in the layer's own system */
	const struct mm_transform *from_box; /* back; NULL: the window is in degrees */
	bool is_box_own;                     /* the window is in the layer's own system */
	struct mm_arena *mem;
	uint32_t *row; /* all that match, in the order found */
	uint32_t count, cap;
	uint32_t waiting[MM_QUERY_BATCH]; /* rows that have not been held against the conditions yet */
	uint32_t waiting_count;
	uint8_t *seen; /* a bit a row, where several boxes are searched */
	enum mm_code rc;
	double *scratch; /* vertices of one geometry in the window's system */
	size_t scratch_cap;
};

/* query_conditions.c */
MM_MUST_USE enum mm_code mm_query_conditions(struct mm_query_run *r, struct mm_proj *proj,
					     struct mm_err *reterr);

/* query_window.c: finds the ways between the systems of windows and rows. */
MM_MUST_USE enum mm_code mm_query_window_begin(struct mm_query_run *r, struct mm_proj *proj,
					       struct mm_err *reterr);
size_t mm_query_window_keep(struct mm_query_run *r, uint32_t *row, size_t n);
/* On the world square, around all that may meet a window of another system; false: nothing does. */
bool mm_query_window_around(const struct mm_query_run *r, struct mm_world_box *ret);

#endif
