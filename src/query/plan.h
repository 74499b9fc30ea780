#ifndef MM_QUERY_PLAN_H
#define MM_QUERY_PLAN_H

#include <stddef.h>
#include <stdint.h>

/* How a query finds its rows, and what each step took: filled while it runs, for whoever asks. Noting the
 * time costs some 50 ns a row and condition. */

enum mm_plan_way {
	MM_PLAN_ALL,          /* there is no condition */
	MM_PLAN_SCAN,         /* every row is looked at */
	MM_PLAN_IDS,          /* rows by their ids */
	MM_PLAN_WINDOW_INDEX, /* the index, by the window asked for */
	MM_PLAN_FILTER_INDEX  /* the index, by the box that the filter implies */
};

enum mm_plan_condition {
	MM_PLAN_VALUES, /* properties equal values */
	MM_PLAN_PERIOD,
	MM_PLAN_WORDS,
	MM_PLAN_WINDOW,
	MM_PLAN_FILTER,
	MM_PLAN_CONDITIONS
};

struct mm_plan_step {
	enum mm_plan_condition what;
	uint32_t looked_at, kept; /* rows */
	int64_t ns;
};

struct mm_plan {
	enum mm_plan_way way;
	uint32_t rows, candidates;                    /* of the layer; that conditions were asked of */
	struct mm_plan_step step[MM_PLAN_CONDITIONS]; /* in the order in which they are asked */
	size_t step_count;
	int64_t find_ns, sort_ns; /* find: all steps, and the search of the index */
};

const char *mm_plan_way_name(enum mm_plan_way way);              /* "scan", "filter-index" ... */
const char *mm_plan_condition_name(enum mm_plan_condition what); /* "values", "filter" ... */

#endif
