#include "query/plan.h"

const char *mm_plan_way_name(enum mm_plan_way way)
{
	static const char *const names[] = {[MM_PLAN_ALL] = "all",
					    [MM_PLAN_SCAN] = "scan",
					    [MM_PLAN_IDS] = "ids",
					    [MM_PLAN_WINDOW_INDEX] = "window-index",
					    [MM_PLAN_FILTER_INDEX] = "filter-index"};

	return names[way];
}

const char *mm_plan_condition_name(enum mm_plan_condition what)
{
	static const char *const names[] = {[MM_PLAN_VALUES] = "values",
					    [MM_PLAN_PERIOD] = "datetime",
					    [MM_PLAN_WORDS] = "q",
					    [MM_PLAN_WINDOW] = "bbox",
					    [MM_PLAN_FILTER] = "filter"};

	return names[what];
}
