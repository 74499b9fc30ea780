#ifndef MM_TILE_CLUSTER_VALUE_H
#define MM_TILE_CLUSTER_VALUE_H

#include "encode/tile_fields.h"
#include "store/layer.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The attributes of a cluster: "cluster" (true), "point_count", and for the fields that the layer's
 * definition names "FIELD_sum", "FIELD_min", "FIELD_max" and "FIELD_worst". An item of one point is no
 * cluster.
 */

enum { MM_CLUSTER_NAMES_FIXED = 2 }; /* "cluster" and "point_count" come first, then one a value */

/* Names of these attributes, made once a layer (struct mm_tile_maker keeps the last one's). */
struct mm_cluster_names {
	const struct mm_layer *layer; /* counted */
	char *text;
	const char *name[MM_TILE_VALUES_MAX];
};

void mm_cluster_names_release(struct mm_cluster_names *n);

/* False: out of memory. */
bool mm_cluster_names_of(struct mm_cluster_names *n, const struct mm_layer *l);

/* Fills `ret` with the attributes of item `number`: the first two, and of the others those that were asked
 * for by their own name or by that of their field; how many. */
size_t mm_cluster_values(const struct mm_cluster_names *n, const struct mm_tile_fields *fields,
			 const struct mm_level *v, uint32_t number,
			 struct mm_tile_value ret[MM_TILE_VALUES_MAX]);

#endif
