#ifndef MM_ENCODE_GEOJSON_H
#define MM_ENCODE_GEOJSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "geo/crs.h"
#include "store/layer.h"

#include <stdint.h>

/*
 * Writes rows of one layer as GeoJSON features (RFC 7946): "id" a number or a string as in the source,
 * visible fields in order, lon/lat (WGS 84) with at most one height a vertex. Layers that are in lon/lat keep
 * every bit of their coordinates; others are transformed and written to 1e-9 degrees (0.1 mm). Rings run as
 * the source had them.
 */
struct mm_geojson {
	const struct mm_layer *layer;
	const struct mm_transform *to_deg;
	double *scratch;
	size_t scratch_cap; /* vertices */
};

/* `proj` is borrowed for the life of the writer. MM_E_INVALID: the layer's system cannot be transformed. */
MM_MUST_USE enum mm_code mm_geojson_init(struct mm_geojson *w, const struct mm_layer *l, struct mm_proj *proj,
					 struct mm_err *reterr);
void mm_geojson_release(struct mm_geojson *w);

/* One Feature object without its closing brace, so that the caller may add members ("links"). A failed
 * allocation marks `out` as failed. */
void mm_geojson_put_open(struct mm_geojson *w, uint32_t row, struct mm_buf *out);

/* One whole Feature object. */
void mm_geojson_put(struct mm_geojson *w, uint32_t row, struct mm_buf *out);

#endif
