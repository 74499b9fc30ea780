#ifndef MM_ANALYSIS_AGGREGATE_PRIVATE_H
#define MM_ANALYSIS_AGGREGATE_PRIVATE_H

#include "analysis/aggregate.h"
#include "analysis/metric.h"
#include "analysis/shares.h"
#include "base/map.h"

/* Rows being grouped, shared by aggregate.c and aggregate_functions.c; nobody else includes it. */

/* What one group has of the row that is being added. */
struct mm_aggregate_piece {
	uint32_t group;
	double weight;
};

struct mm_aggregate_job {
	const struct mm_aggregate *ask;
	const struct mm_layer *layer;
	struct mm_kit *kit;
	struct mm_arena *mem;
	struct mm_groups *groups;
	struct mm_map *known;    /* keys -> groups */
	struct mm_map *distinct; /* group, function, value */
	struct mm_metric metric;
	struct mm_shares *shares; /* NULL: keys are fields only */
	int64_t deadline_ns;
	bool is_measured; /* some function or key needs the geometry */
	size_t cap;       /* of groups */
	struct mm_aggregate_piece piece[MM_GROUPS_MAX + 1];
	double weight[MM_GROUPS_MAX + 1];
	struct mm_amount part[MM_GROUPS_MAX + 1];
	size_t piece_count;
	struct mm_err *reterr;
};

/* A value as a number that is the same for equal values of the field; returns 1 for null, else 0. */
uint8_t mm_aggregate_code(const struct mm_layer *l, uint32_t row, size_t field, uint64_t *ret);

/* Adds a row to the cells of the groups that have pieces of it. `g`: in the map's system, NULL: it has no
 * place there, or nobody asked. */
enum mm_code mm_aggregate_add(struct mm_aggregate_job *r, uint32_t row, const struct mm_geom *g);

#endif
