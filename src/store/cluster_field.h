#ifndef MM_STORE_CLUSTER_FIELD_H
#define MM_STORE_CLUSTER_FIELD_H

#include "store/level_build.h"
#include "store/schema.h"

#include <stddef.h>

/* One value of the clusters of a layer. */
struct mm_cluster_field {
	size_t field; /* of their members */
	const struct mm_names
	    *order; /* a text is its rank in it (mm_names_rank); empty: numbers as they are */
};

enum { MM_CLUSTER_FIELDS_MAX = 3 * MM_GENERALIZE_NAMES_MAX + 1 };

/*
 * Makes a source one of a clustered layer: its radii, and how the values of clusters fold, in the order that
 * they have them: sums, least, most, and the worst, which is the most in the order of its list. What the
 * `values` of each row are stays to be filled in.
 *
 * ret_field  which those are
 * ret_fold   how they fold; the source borrows it
 */
void mm_cluster_source(const struct mm_schema *schema, struct mm_level_source *s,
		       struct mm_cluster_field ret_field[MM_CLUSTER_FIELDS_MAX],
		       enum mm_cluster_fold ret_fold[MM_CLUSTER_FIELDS_MAX]);

#endif
