#ifndef MM_PRINT_ATLAS_PRIVATE_H
#define MM_PRINT_ATLAS_PRIVATE_H

/* Private to print/atlas. */

#include "print/atlas/atlas.h"

/* An atlas while it is made. */
struct mm_atlas_maker {
	const struct mm_atlas_spec *spec;
	struct mm_arena *mem;
	struct mm_atlas *atlas;
	struct mm_err *reterr;
	const struct mm_layer *layer; /* of the plan; NULL: none */
	size_t field;                 /* of titles; SIZE_MAX: none */
	uint32_t *row;                /* of the layer, those that match */
	uint32_t row_count;
	double step[2]; /* from a sheet to the next, metres along its width and its height */
};

/* A sheet of that middle; MM_E_LIMIT when it is one too many. */
MM_MUST_USE enum mm_code mm_atlas_add(struct mm_atlas_maker *m, const double middle[2], double scale,
				      double rotation_deg, uint32_t row);

/* All vertices of a row in the plane, in the arena: `ret_xy` NULL when it has none there. */
MM_MUST_USE enum mm_code mm_atlas_vertices(struct mm_atlas_maker *m, uint32_t row, double **ret_xy,
					   size_t *ret_count, struct mm_geom *ret_geom);

MM_MUST_USE enum mm_code mm_atlas_make_features(struct mm_atlas_maker *m);
MM_MUST_USE enum mm_code mm_atlas_make_grid(struct mm_atlas_maker *m, const struct mm_box *extent);
MM_MUST_USE enum mm_code mm_atlas_make_strip(struct mm_atlas_maker *m);

#endif
