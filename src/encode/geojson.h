#ifndef MM_ENCODE_GEOJSON_H
#define MM_ENCODE_GEOJSON_H

#include "base/buf.h"
#include "base/err.h"
#include "encode/coords.h"
#include "store/layer.h"

#include <stdint.h>

/*
 * Writes rows of one layer as GeoJSON features (RFC 7946): "id" a number or a string as in the source,
 * visible fields in order, lon/lat (WGS 84) or another system (coords.h) with at most one height a vertex.
 */
struct mm_geojson {
	struct mm_coords coords;
	const bool *leaves_out; /* of each field of the layer, borrowed; NULL: none but hidden ones */
	bool skips_geometry;    /* null in its place */
};

/* `proj` is borrowed for the life of the writer; `crs` NULL: lon/lat. MM_E_INVALID: the layer's system cannot
 * be transformed. */
MM_MUST_USE enum mm_code mm_geojson_init(struct mm_geojson *w, const struct mm_layer *l,
					 const struct mm_coords_crs *crs, struct mm_proj *proj,
					 struct mm_err *reterr);
void mm_geojson_release(struct mm_geojson *w);

/* One Feature object without its closing brace, so that the caller may add members ("links"). A failed
 * allocation marks `out` as failed. */
void mm_geojson_put_open(struct mm_geojson *w, uint32_t row, struct mm_buf *out);

/* One whole Feature object. */
void mm_geojson_put(struct mm_geojson *w, uint32_t row, struct mm_buf *out);

/* Its pieces: the geometry object or null, the id, the object of properties. */
void mm_geojson_put_geometry(struct mm_buf *out, const struct mm_geom *g);
void mm_geojson_put_id(const struct mm_layer *l, uint32_t row, struct mm_buf *out);
void mm_geojson_put_properties(const struct mm_layer *l, const bool *leaves_out, uint32_t row,
			       struct mm_buf *out);

#endif
