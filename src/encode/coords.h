#ifndef MM_ENCODE_COORDS_H
#define MM_ENCODE_COORDS_H

#include "base/err.h"
#include "geo/crs.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The system that coordinates are written in. */
struct mm_coords_crs {
	const char *definition; /* for mm_transform_get */
	bool is_north_first;    /* write north before east */
	bool is_degrees;
};

/*
 * Geometries of one layer as an encoder writes them: in lon/lat (WGS 84) or another system. Where that is the
 * layer's own, every bit of the coordinates stays; else they are transformed and rounded to 1e-9 degrees (0.1
 * mm) or 1e-5 m. Not thread-safe.
 */
struct mm_coords {
	const struct mm_layer *layer;
	const struct mm_transform *to_deg, *from_deg; /* NULL: no such step */
	bool is_north_first;
	double parts; /* of a unit, that are written */
	double *scratch;
	size_t scratch_cap; /* vertices */
};

/* `proj` is borrowed until the release; `crs` NULL: lon/lat. MM_E_INVALID: the layer's system cannot be
 * transformed. */
MM_MUST_USE enum mm_code mm_coords_init(struct mm_coords *c, const struct mm_layer *l,
					const struct mm_coords_crs *crs, struct mm_proj *proj,
					struct mm_err *reterr);
void mm_coords_release(struct mm_coords *c);

/* The geometry of a row, rings as the source had them; valid until the next call. False: out of memory. */
bool mm_coords_geom(struct mm_coords *c, uint32_t row, struct mm_geom *ret);

#endif
