#ifndef MM_FEED_CHILD_EXPORT_INDEX_H
#define MM_FEED_CHILD_EXPORT_INDEX_H

#include "base/err.h"
#include "geo/box.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The index of a FlatGeobuf (flatgeobuf.org, "packed R-tree"). GDAL writes one, too, but sorts by a Hilbert
 * number that it works out anew at each comparison, and writes all features twice in pieces: two thirds of
 * its time. A layer has that order already.
 */
struct mm_export_node {
	struct mm_box box;
	uint64_t offset; /* of a feature among the features; of the first child among the nodes */
};

struct mm_export_index {
	struct mm_export_node
	    *leaf; /* of each feature, in the order of the file; the boxes, until it is written */
	size_t count, room;
};

/* The rows in the order of the layer's own index, those that are not in it last. To be freed; NULL: no
 * memory. */
uint32_t *mm_export_index_order(const struct mm_layer *l, const uint32_t *row, uint32_t count);

/* False: out of memory. */
bool mm_export_index_add(struct mm_export_index *x, const struct mm_box *b);

/*
 * Makes a file with an index of one without.
 *
 * plain  as GDAL writes it with SPATIAL_INDEX=NO; x has the boxes of its features
 *
 * MM_E_INTERNAL  it is not such a file
 * MM_E_NOMEM, MM_E_IO
 */
MM_MUST_USE enum mm_code mm_export_index_write(struct mm_export_index *x, const char *plain, const char *out,
					       struct mm_err *reterr);
void mm_export_index_release(struct mm_export_index *x);

#endif
