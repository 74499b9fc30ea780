#ifndef MM_QUERY_QUERY_H
#define MM_QUERY_QUERY_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/box.h"
#include "geo/crs.h"
#include "query/filter_run.h"
#include "query/plan.h"
#include "query/sort.h"
#include "query/words.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A period, both ends included; open ends are INT64_MIN and INT64_MAX. UTC milliseconds. */
struct mm_period {
	int64_t begin_ms, end_ms;
};

/* "property equals value"; the value as text, read by the type of the field. */
struct mm_equal {
	size_t field;
	const char *text;
};

enum { MM_EQUALS_MAX = 16 };

/* Which rows of one layer. Conditions are joined by AND. */
struct mm_query {
	bool has_box;
	struct mm_box box_deg[2]; /* lon, lat; two when the window crosses the antimeridian */
	size_t box_count;
	const char *box_crs;  /* NULL, or the definition of the system that the window is given in: then
				box_deg  is not read */
	struct mm_box box_xy; /* in it, x east */
	bool has_period;
	struct mm_period period;
	struct mm_equal equal[MM_EQUALS_MAX];
	size_t equal_count;
	struct mm_filter_run *filter; /* of this layer, borrowed; NULL: none */
	struct mm_words *words;       /* likewise */
	bool has_rows;                /* only these rows, in order and each once; borrowed */
	const uint32_t *rows;
	uint32_t row_count;
	struct mm_plan *plan;             /* NULL: nobody asks how the rows are found */
	struct mm_sort sort[MM_SORT_MAX]; /* none: in source order */
	size_t sort_count;
	int64_t deadline_ns; /* monotonic clock; 0: none */
};

/* One page of the rows that match, in the order asked for. */
struct mm_page {
	uint32_t *row;
	uint32_t count;
	uint32_t matched; /* all rows that match, exactly */
};

/*
 * Finds the rows that match and gives `limit` of them after the first `offset`.
 *
 * proj    that of the filter's kit, if there is one; for layers whose system is not lon/lat: a window tests
 * the very coordinates that are served mem     owns ret->row and the scratch (4 bytes a row of the layer at
 * most)
 *
 * MM_E_INVALID  a value does not fit the type of its field (where names the field)
 * MM_E_BUSY     the deadline has passed
 * MM_E_NOMEM    `mem` is at its cap
 *
 * Cost: with a window O(log n + rows in it), else one pass over the columns in question.
 */
MM_MUST_USE enum mm_code mm_query_run(const struct mm_layer *l, const struct mm_query *q,
				      struct mm_proj *proj, uint32_t offset, uint32_t limit,
				      struct mm_arena *mem, struct mm_page *ret, struct mm_err *reterr);

/*
 * Fields that say when a row holds: a begin and an end ("start"/"from"/"begin" with "end"/"to"), or one
 * instant (both are the same field), or none (both SIZE_MAX). Chosen by type and name, first in source order.
 */
void mm_query_time_fields(const struct mm_schema *s, size_t *ret_begin, size_t *ret_end);

/* Smallest period that holds all rows' times; false when there is none. One pass over the columns. */
bool mm_query_time_extent(const struct mm_layer *l, struct mm_period *ret);

/*
 * Reads `datetime=` (OGC 17-069r4, 7.15.5): an instant, or begin/end with ".." or nothing for an open end.
 * Dates cover their whole day. Years 0000 and 9999 as QGIS sends them are open ends in effect.
 */
MM_MUST_USE enum mm_code mm_period_parse(const char *text, struct mm_period *ret, struct mm_err *reterr);

/* Reads `bbox=`: 4 or 6 numbers in lon, lat order, min <= max in latitude; west > east crosses the
 * antimeridian. */
MM_MUST_USE enum mm_code mm_query_box_parse(const char *text, struct mm_query *ret, struct mm_err *reterr);

/* The same in another system (`bbox-crs=`, OGC 18-058r1): minima before maxima on both axes.
 *
 * definition      of the system, borrowed for as long as the query is
 * is_north_first  the order of its axes in the text
 * is_degrees      read as lon, lat once the order is settled: WGS 84 by another name */
MM_MUST_USE enum mm_code mm_query_box_parse_in(const char *text, const char *definition, bool is_north_first,
					       bool is_degrees, struct mm_query *ret, struct mm_err *reterr);

#endif
