#ifndef MM_QUERY_FILTER_RUN_H
#define MM_QUERY_FILTER_RUN_H

#include "geo/box.h"
#include "geo/kit.h"
#include "query/filter.h"
#include "store/layer.h"

/*
 * A bound filter at work on the rows of one layer: for one thread. Logic has three values (OGC
 * 21-065r2, 6.3): what depends on a missing value is neither true nor false.
 */
struct mm_filter_run;
struct mm_catalog;

/* The system that coordinates in a filter are in, and that of its metres. */
struct mm_filter_crs {
	const char *definition; /* for mm_transform_get; NULL: lon/lat */
	bool is_north_first;
	const char *metric;  /* the map's own, likewise; NULL: functions that measure are refused */
	int64_t deadline_ns; /* monotonic clock; 0: none. Beyond it nothing is computed */
	const struct mm_catalog *catalog; /* of the layers that near_layer may name; NULL: it is refused */
};

/*
 * Makes a filter ready. Geometries in it are brought to the layer's system, vertex by vertex, and made valid.
 *
 * f    bound to the layer's schema; borrowed, as are layer, catalog and kit
 * ret  mm_filter_run_free it
 *
 * MM_E_INVALID  a geometry has no place in the layer's system, or none on earth; a function names a system
 *               that is none, or measures where there are no metres, or names a collection that is none
 * MM_E_BUSY     the deadline has passed
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_filter_run_new(const struct mm_filter *f, const struct mm_layer *l,
					   const struct mm_filter_crs *crs, struct mm_kit *kit,
					   struct mm_filter_run **ret, struct mm_err *reterr);
void mm_filter_run_free(struct mm_filter_run *run); /* NULL allowed */

/* A box in lon/lat that every matching row meets; false: they may be anywhere, or have no geometry. */
bool mm_filter_run_box(const struct mm_filter_run *run, struct mm_box *ret);

/* Within that box, boxes of which every matching row meets one; NULL: there is but the one. Borrowed. */
const struct mm_box *mm_filter_run_part_boxes(const struct mm_filter_run *run, size_t *ret_count);

/* The only rows that may match, in order, where the filter names ids; NULL: they may be any. Borrowed. */
const uint32_t *mm_filter_run_rows(const struct mm_filter_run *run, size_t *ret_count);
/* A number for the versions of the other layers that it asks; 0: it asks none. */
uint64_t mm_filter_run_others(const struct mm_filter_run *run); /* NULL allowed */

/* The condition whose box that is, a part of the filter; NULL: none. */
const struct mm_filter *mm_filter_run_boxed(const struct mm_filter_run *run);

/* True from when the deadline has cut a test off: its answer and the later ones mean nothing. */
bool mm_filter_run_is_late(const struct mm_filter_run *run);

/* One of the conditions that a filter joins by AND, or all of it: how it is tested, and what came of it. */
struct mm_filter_part {
	const struct mm_filter *condition;
	/* "columns", "texts", "logic"; "grid", "tiles": by geo/cover.h, near/; "rows": one by one */
	const char *way;
	uint64_t looked_at, kept; /* rows */
	int64_t ns;
};
size_t mm_filter_run_part_count(const struct mm_filter_run *run);
/* In the order in which they are asked at last. */
struct mm_filter_part mm_filter_run_part(const struct mm_filter_run *run, size_t i);

enum { MM_FILTER_BATCH = 1024 };

/* Keeps those of up to MM_FILTER_BATCH rows that match, in their order; returns how many. Several times as
 * quick as row by row where conditions are of numbers, times and texts. */
size_t mm_filter_run_keep(struct mm_filter_run *run, uint32_t *row, size_t n);

/* True when the row matches: the filter is true of it, and not only not false. */
bool mm_filter_run_test(struct mm_filter_run *run, uint32_t row);

#endif
