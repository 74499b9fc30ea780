#ifndef MM_FEED_CHILD_EXPORT_SHAPE_H
#define MM_FEED_CHILD_EXPORT_SHAPE_H

#include "geo/crs.h"
#include "geo/geom.h"

#include <stdbool.h>

#include <ogr_api.h>

/*
 * Geometry of ours as GDAL's. One feature is used for all rows, and so is its geometry while rows are alike:
 * then only coordinates are copied.
 */
struct mm_export_shape {
	const struct mm_transform *transform; /* NULL: coordinates as they are */
	int kind;                             /* only parts of this enum mm_part_kind; -1: all */
	bool to_multi;                        /* points, lines and polygons as multis of one */
	bool has_z;                           /* 0 where a geometry has none */
	double *xy;                           /* transformed */
	size_t room;
	double *z; /* zeroes */
	size_t z_room;
	unsigned alike; /* what the feature's geometry is like; 0: none, or not to be used again */
	OGRGeometryH leaf;
	struct mm_box box; /* of what was put last, where it has a place */
};

/* The geometry that rows of this kind have in the file: "has_kind" of any type of geometry. */
bool mm_export_shape_has(const struct mm_geom *g, int kind);

/* Gives the feature the geometry, or none where it is null, empty or outside the domain of the system. False:
 * out of memory. */
bool mm_export_shape_put(struct mm_export_shape *s, const struct mm_geom *g, OGRFeatureH f);
void mm_export_shape_release(struct mm_export_shape *s);

#endif
