#ifndef MM_STORE_FREEZE_PRIVATE_H
#define MM_STORE_FREEZE_PRIVATE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
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

/* Notes empty and invalid geometries, and appends repaired copies. */
MM_MUST_USE enum mm_code mm_freeze_vet(struct mm_layer_build *b, struct mm_buf *ret_repaired,
				       struct mm_err *reterr);

/* World coordinates and boxes. The builder's geometry rows must have their end mark. */
MM_MUST_USE enum mm_code mm_freeze_place(struct mm_layer_build *b, struct mm_frozen *f,
					 struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_freeze_index(const struct mm_layer_build *b, struct mm_frozen *f,
					 struct mm_err *reterr);

/* The file while it is written. */
struct mm_out_file {
	int fd;
	uint64_t at;                 /* next byte */
	int error;                   /* errno of the first failure */
	struct mm_hash_stream *hash; /* of what was put since it was set; NULL: none */
};

void mm_out_file_put(struct mm_out_file *o, const void *bytes, size_t n);

/* The same at the next place where a section may begin. */
struct mm_span mm_out_file_span(struct mm_out_file *o, const void *bytes, size_t n);
struct mm_span mm_out_file_buf(struct mm_out_file *o, const struct mm_buf *b);

/* The sections of geometry and index. h->is_points must be set. */
void mm_freeze_put_geometry(struct mm_out_file *o, const struct mm_layer_build *b, const struct mm_frozen *f,
			    struct mm_format_header *h);

#endif
