#ifndef MM_STORE_LEVEL_WORK_H
#define MM_STORE_LEVEL_WORK_H

/* Private to level_build.c and level_pack.c: the work on one chain of zooms. */

#include "grid/shape.h"
#include "store/crowd.h"
#include "store/dust.h"
#include "store/level_build.h"

enum { MM_LEVEL_PIXEL_SHIFT = 3 }; /* grid units a pixel, as a shift */

/* A row's shape on the grid of the zoom at hand, as a stream of `bytes` bytes. */
struct mm_level_item {
	uint32_t row, start, bytes;
	uint32_t cluster; /* its number, or one of those below */
};

#define MM_LEVEL_NO_CLUSTER UINT32_MAX
#define MM_LEVEL_DRAWN      (UINT32_MAX - 1) /* none, and the bytes are those of the source */

struct mm_level_work {
	const struct mm_level_source *s;
	struct mm_topo *topo;
	struct mm_shape shape;
	struct mm_coverage_zoom *covered;   /* the coverage at this zoom, if there is one */
	const struct mm_level_drawn *drawn; /* at this zoom; NULL: nothing is */
	unsigned zoom;
	uint32_t *big, big_count; /* rows larger than a pixel, ascending */
	struct mm_dust dust, points;
	struct mm_clusters clusters; /* of a clustered layer's points, which are not among `points` then */
	struct mm_buf item, bytes;   /* of the level at hand, not in order yet */
	bool failed;
};

const unsigned char *mm_level_item_bytes(const struct mm_level_work *w, const struct mm_level_item *item);

/* Makes the level of the items that the work has. */
MM_MUST_USE enum mm_code mm_level_pack(const struct mm_level_work *w, struct mm_level_made *m,
				       struct mm_err *reterr);

#endif
