#ifndef MM_ANALYSIS_INSIDE_H
#define MM_ANALYSIS_INSIDE_H

#include "analysis/sum.h"
#include "base/arena.h"
#include "geo/kit.h"
#include "geo/topo_relate.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What of a layer lies in an area: how many features, how long, how large, and the sums of its quantities
 * (fields with `sum: true`), once of the whole features and once of the parts that are inside. Measured in
 * the map's own system. A feature that only touches the border is not inside.
 */

enum { MM_INSIDE_SUMS_MAX = 8, MM_INSIDE_CLASSES_MAX = 32 };

/* One quantity. */
struct mm_inside_sum {
	size_t field;
	uint64_t count;            /* features that have a value */
	struct mm_sum whole, part; /* of all of each feature; of its share by length or area */
};

struct mm_inside {
	const struct mm_layer *layer;
	uint64_t count;    /* features of which some is inside */
	uint64_t crossing; /* of them, those that are outside too */
	uint64_t no_place; /* features that were looked at and cannot be measured */
	uint64_t of_dimension[3];
	double length_m, area_m2; /* of what is inside */
	struct mm_inside_sum sum[MM_INSIDE_SUMS_MAX];
	size_t sum_count;
	size_t class_field; /* the first field with codes; SIZE_MAX: there is none */
	uint64_t of_class[MM_INSIDE_CLASSES_MAX + 1]; /* by its codes; the last: any other value */
};

/* A layer while it is gone through. */
struct mm_inside_job;

/*
 * area        polygons, made ready with the kit's GEOS context, in the map's system
 * row         that may lie there; borrowed, as all here is
 * definition  of the map's system
 * ret         in `mem`; mm_inside_end it
 *
 * MM_E_INVALID  PROJ knows no way to the map's system
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_inside_begin(const struct mm_layer *layer, const struct mm_topo_shape *area,
					 const uint32_t *row, uint32_t row_count, const char *definition,
					 struct mm_kit *kit, struct mm_arena *mem, struct mm_inside_job **ret,
					 struct mm_err *reterr);
void mm_inside_end(struct mm_inside_job *j); /* NULL allowed */

/*
 * Goes on until a moment of the monotonic clock, one row at least; *ret_is_done once all rows have been
 * looked at.
 *
 * MM_E_DATA  GEOS gave up on a feature; its id is named
 * MM_E_BUSY  the deadline of the GEOS context (mm_topo_limit) has passed
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_inside_step(struct mm_inside_job *j, int64_t until_ns, bool *ret_is_done,
					struct mm_err *reterr);

/* What has been found so far; good as long as the job. */
const struct mm_inside *mm_inside_result(const struct mm_inside_job *j);

/* How many of the rows have been looked at. */
uint32_t mm_inside_seen(const struct mm_inside_job *j);

#endif
