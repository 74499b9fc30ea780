#ifndef MM_QUERY_FILTER_FUNCTION_H
#define MM_QUERY_FILTER_FUNCTION_H

#include "query/filter_eval.h"

#include <stddef.h>

/* The functions that a filter may call: one table for checking, computing, and the list that clients read. */

enum mm_kind {
	MM_KIND_BOOL,
	MM_KIND_NUMBER,
	MM_KIND_TEXT,
	MM_KIND_TIMESTAMP,
	MM_KIND_GEOMETRY,
	MM_KIND_ANY,  /* one value of any type that has an order; of several arguments all the same; as a
			 result, that type */
	MM_KIND_CRS,  /* a text that stands in the filter and names a system */
	MM_KIND_LAYER /* likewise a collection */
};

enum { MM_FUNCTION_ARGS_MAX = 3, MM_FUNCTION_ANY_COUNT = 64 };

struct mm_filter_function {
	const char *name, *about; /* about: in English, one or two sentences */
	struct {
		const char *title;
		enum mm_kind kind;
	} arg[MM_FUNCTION_ARGS_MAX];
	size_t least, most; /* of arguments; beyond the last of `arg` they are as that one */
	enum mm_kind ret;
	/* One of these two. What has no value is MM_VAL_NULL, or a geometry of type NULL. */
	struct mm_val (*value)(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
	struct mm_geom (*geom)(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
	bool is_measure; /* of geometries, in metres */
};

extern const struct mm_filter_function mm_filter_functions[];
extern const size_t mm_filter_function_count;

/* By its name, any case; NULL: there is none. */
const struct mm_filter_function *mm_filter_function_find(const char *name);

#endif
