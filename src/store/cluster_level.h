#ifndef MM_STORE_CLUSTER_LEVEL_H
#define MM_STORE_CLUSTER_LEVEL_H

#include "base/buf.h"
#include "base/err.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The clusters of some rows of a clustered layer: what its level would have at a zoom if there were no others
 * (level.h, cluster.h). Rows that are no single points have an item without bytes: they are drawn
 * themselves.
 */

/* Of more rows none are made: of as many it takes 0.4 to 0.7 s at any zoom. */
enum { MM_CLUSTER_LEVEL_ROWS_MAX = 500000 };

/* False: the rows, whose bits are set, are too many. */
bool mm_cluster_level_takes(const struct mm_layer *l, const unsigned char *only);

/* Whether the layer has clusters at a zoom. */
bool mm_cluster_level_is_there(const struct mm_layer *l, unsigned zoom);

/*
 * Makes them.
 *
 * out  for mm_cluster_level_open, at its beginning; undefined on failure
 *
 * MM_E_BUSY   the deadline (monotonic clock; 0: none) has passed
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_cluster_level_make(const struct mm_layer *l, const unsigned char *only,
					       unsigned zoom, int64_t deadline_ns, struct mm_buf *out,
					       struct mm_err *reterr);

/* A level in bytes that were made above, which it borrows. */
void mm_cluster_level_open(const unsigned char *bytes, struct mm_level *ret);

#endif
