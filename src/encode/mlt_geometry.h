#ifndef MM_ENCODE_MLT_GEOMETRY_H
#define MM_ENCODE_MLT_GEOMETRY_H

#include "encode/mlt_stream.h"
#include "encode/mvt.h"

/* The geometry column of a MapLibre Tile while it grows: a type for each feature, counts where the type has
 * them, one list of vertices. */
struct mm_mlt_geometry {
	struct mm_mlt_ints types;
	struct mm_mlt_ints geometries; /* points, lines or polygons of each multi-geometry */
	struct mm_mlt_ints parts;      /* rings of each polygon */
	struct mm_mlt_ints rings;      /* vertices of each ring and line */
	struct mm_buf vertices;        /* bytes of the vertex stream */
	size_t vertex_count;
	int32_t last[2];
};

void mm_mlt_geometry_init(struct mm_mlt_geometry *m, size_t bytes_max);
void mm_mlt_geometry_release(struct mm_mlt_geometry *m);
void mm_mlt_geometry_add(struct mm_mlt_geometry *m, const struct mm_grid_geom *g);
size_t mm_mlt_geometry_bytes(const struct mm_mlt_geometry *m); /* so far, roughly */

/* Writes count of streams and streams; there must be a feature. */
void mm_mlt_geometry_put(const struct mm_mlt_geometry *m, struct mm_buf *out);

#endif
