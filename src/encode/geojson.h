#ifndef MM_ENCODE_GEOJSON_H
#define MM_ENCODE_GEOJSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "geo/crs.h"
#include "store/layer.h"

#include <stdint.h>

/* The system that coordinates are written in. */
struct mm_geojson_crs {
	const char *definition; /* for mm_transform_get */
	bool is_north_first;    /* write north before east */
	bool is_degrees;
};

/*
 * Writes rows of one layer as GeoJSON features (RFC 7946): "id" a number or a string as in the source,
 * visible fields in order, lon/lat (WGS 84) or another system with at most one height a vertex. Where that is
 * the layer's own, every bit of the coordinates stays; else they are transformed and written to 1e-9 degrees
 * (0.1 mm) or 1e-5 m. Rings run as the source had them.
 */
struct mm_geojson {
	const struct mm_layer *layer;
	const struct mm_transform *to_deg, *from_deg; /* NULL: no such step */
	const bool *leaves_out; /* of each field of the layer, borrowed; NULL: none but hidden ones */
	bool is_north_first;
	double parts; /* of a unit, that are written */
	double *scratch;
	size_t scratch_cap; /* vertices */
};

/* `proj` is borrowed for the life of the writer; `crs` NULL: lon/lat. MM_E_INVALID: the layer's system cannot
 * be transformed. */
MM_MUST_USE enum mm_code mm_geojson_init(struct mm_geojson *w, const struct mm_layer *l,
					 const struct mm_geojson_crs *crs, struct mm_proj *proj,
					 struct mm_err *reterr);
void mm_geojson_release(struct mm_geojson *w);

/* One Feature object without its closing brace, so that the caller may add members ("links"). A failed
 * allocation marks `out` as failed. */
void mm_geojson_put_open(struct mm_geojson *w, uint32_t row, struct mm_buf *out);

/* One whole Feature object. */
void mm_geojson_put(struct mm_geojson *w, uint32_t row, struct mm_buf *out);

#endif
