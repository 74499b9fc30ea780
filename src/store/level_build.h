#ifndef MM_STORE_LEVEL_BUILD_H
#define MM_STORE_LEVEL_BUILD_H

#include "base/buf.h"
#include "base/err.h"
#include "geo/geom.h"
#include "store/ahead.h"
#include "store/cluster.h"
#include "store/coverage.h"
#include "store/level.h"

#include <stdbool.h>
#include <stdint.h>

enum { MM_LEVEL_LET_GO_ROWS = 1 << 15 }; /* after so many that were asked for or passed by */

/* Rows that are drawn already (ahead.h). */
struct mm_level_drawn {
	const uint32_t *start;      /* of each row */
	const unsigned char *bytes; /* grid/stream.h; none where a row is not drawn */
	uint32_t end;
};

/* A level while it has no file, or where it is in one. Zeroed: empty. */
struct mm_level_made {
	unsigned zoom;
	struct mm_buf place, start, bytes; /* see struct mm_level; a dense one has no places and no tree */
	struct mm_world_box *tree_box;
	uint32_t *tree_index, count;
	bool is_dense;
	struct mm_buf members, value; /* empty: no clusters */
	struct mm_buf joined;         /* empty: nothing is */
	bool is_filed;                /* all of the above but its zoom is in the file, as `row` says */
	struct mm_level_row row;
};
void mm_level_made_release(struct mm_level_made *m);

/* What levels are made from. All pointers are borrowed, and only read. */
struct mm_level_source {
	uint32_t rows;
	const struct mm_world_box *box; /* min > max: not in the world */
	void (*geom)(const void *ctx, uint32_t row, struct mm_world_geom *ret);
	void (*let_go)(const void *ctx); /* of what geom gave, which may be asked for again; NULL: no need */
	const void *ctx;
	const uint32_t *row_at;   /* of each of `places` in the index */
	const uint32_t *place_of; /* of each row that has one */
	uint32_t places;
	const uint16_t *importance;
	const float *measure; /* area of a polygon, length of a line, in units of the world */
	bool is_clustered;
	unsigned cluster_px[MM_LEVEL_TOP + 1]; /* by zoom: points cluster within so many pixels */
	const enum mm_cluster_fold *fold;
	const double *value; /* `values` a row, for clusters; NaN: none */
	unsigned values;
	int drawn_zoom; /* drawn[0] is for that zoom, the next for the next lower; -1: none */
	struct mm_level_drawn drawn[MM_AHEAD_ZOOMS];
	const struct mm_coverage *coverage; /* draws the rows that it has; NULL: none */
	/* Takes each level as soon as it is there, the highest first, and its memory if it likes; NULL:
	 * nobody does */
	void (*take)(void *ctx, struct mm_level_made *made);
	void *take_ctx;
	const unsigned char *joined; /* of each row: 1 where it is drawn for several (stroke.h), larger than
					it is in the index, so that no level is dense; NULL: none is */
	bool is_clusters_only; /* but for single points, rows have items without bytes; but for the last,
				  zooms have no level */
	int64_t deadline_ns;   /* monotonic clock; 0: none */
};

/*
 * Makes the levels of zooms `first` down to `last`; ret[i] gets zoom first - i. On failure all are to be
 * released as well.
 *
 * MM_E_BUSY  the deadline has passed
 * MM_E_NOMEM
 *
 * Cost: 0.25 s for a million houses at zoom 12, half of that for all below.
 */
MM_MUST_USE enum mm_code mm_level_build(const struct mm_level_source *s, unsigned first, unsigned last,
					struct mm_level_made *ret, struct mm_err *reterr);

/* Area of a geometry's polygons, without polygons the length of its lines, in units of the world; 0 for
 * points. */
float mm_level_measure(const struct mm_world_geom *g);

#endif
