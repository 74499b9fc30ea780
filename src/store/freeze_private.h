#ifndef MM_STORE_FREEZE_PRIVATE_H
#define MM_STORE_FREEZE_PRIVATE_H

#include "base/buf.h"
#include "base/err.h"
#include "geo/rtree.h"
#include "store/format.h"

struct mm_layer_build;

/* What a freeze works out beside what the builder has gathered. */
struct mm_frozen {
	uint32_t geom_rows;       /* rows and repaired copies */
	struct mm_world *world;   /* one a vertex */
	struct mm_world_box *box; /* one a row; min > max: none */
	struct mm_box box_deg;
	struct mm_world_box *tree_box;
	uint32_t *tree_index, tree_count;
	struct mm_buf repaired; /* uint32 rows */
};

/* Notes null, empty, and invalid geometries, and appends repaired copies. */
MM_MUST_USE enum mm_code mm_freeze_vet(struct mm_layer_build *b, struct mm_buf *ret_repaired,
				       struct mm_err *reterr);

/* World coordinates and boxes. The builder's geometry rows must have their end mark. */
MM_MUST_USE enum mm_code mm_freeze_place(struct mm_layer_build *b, struct mm_frozen *f,
					 struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_freeze_index(const struct mm_layer_build *b, struct mm_frozen *f,
					 struct mm_err *reterr);

#endif
