#ifndef MM_TESTS_UNIT_TILE_TILE_GEOS_H
#define MM_TESTS_UNIT_TILE_TILE_GEOS_H

/* Tiles as GEOS sees them: features of a tile, and sources moved into its units. Include check.h and
 * layer_fixture.h before. */

#include "../geo/geom_wkt.h"
#include "mvt_decode.h"

#include "grid/shape.h"
#include "tile/tile.h"

#include <geos_c.h>

#include <math.h>

static GEOSContextHandle_t gc; /* of the one thread that a test has */

static void geos_silent(const char *message, void *data)
{
	(void)message, (void)data;
}

static int geos_begin(void **state)
{
	(void)state;
	gc = GEOS_init_r();
	(void)GEOSContext_setNoticeMessageHandler_r(gc, geos_silent, NULL);
	(void)GEOSContext_setErrorMessageHandler_r(gc, geos_silent, NULL);
	return 0;
}

static int geos_end(void **state)
{
	(void)state;
	GEOS_finish_r(gc);
	return 0;
}

/* Degrees to the Web Mercator square, 0..1 from the north-west corner, by its formula (EPSG 1024). */
static int to_square(double *x, double *y, void *data)
{
	const double lat = *y * 3.14159265358979323846 / 180;

	(void)data;
	*x = *x / 360 + 0.5;
	*y = 0.5 - asinh(tan(lat)) / (2 * 3.14159265358979323846);
	return 1;
}

static int to_tile(double *x, double *y, void *data)
{
	const struct mm_tile_id *id = data;

	*x = (ldexp(*x, (int)id->z) - id->x) * MM_GRID_EXTENT;
	*y = (ldexp(*y, (int)id->z) - id->y) * MM_GRID_EXTENT;
	return 1;
}

static inline GEOSGeometry *square_of(const GEOSGeometry *degrees)
{
	return GEOSGeom_transformXY_r(gc, degrees, to_square, NULL);
}

static inline GEOSGeometry *in_tile(const GEOSGeometry *square, struct mm_tile_id id)
{
	return GEOSGeom_transformXY_r(gc, square, to_tile, &id);
}

/* The window of a tile with its buffer, grown by `more` units. */
static inline GEOSGeometry *window_of_tile(double more)
{
	const double low = -MM_TILE_BUFFER - more, high = MM_GRID_EXTENT + MM_TILE_BUFFER + more;

	return GEOSGeom_createRectangle_r(gc, low, low, high, high);
}

/* Structure method, as the store repairs. */
static inline GEOSGeometry *made_valid(const GEOSGeometry *g)
{
	GEOSMakeValidParams *p = GEOSMakeValidParams_create_r(gc);
	GEOSGeometry *ret;

	(void)GEOSMakeValidParams_setMethod_r(gc, p, GEOS_MAKE_VALID_STRUCTURE);
	(void)GEOSMakeValidParams_setKeepCollapsed_r(gc, p, 0);
	ret = GEOSMakeValidWithParams_r(gc, g, p);
	GEOSMakeValidParams_destroy_r(gc, p);
	return ret;
}

static GEOSGeometry *run_of(const struct seen_feature *f, size_t first, size_t n, bool ring)
{
	GEOSCoordSequence *s = GEOSCoordSeq_create_r(gc, (unsigned)(n + ring), 2);

	for (size_t i = 0; i < n + ring; i++)
		(void)GEOSCoordSeq_setXY_r(gc, s, (unsigned)i, f->xy[first + i % n][0],
					   f->xy[first + i % n][1]);
	return ring ? GEOSGeom_createLinearRing_r(gc, s) : GEOSGeom_createLineString_r(gc, s);
}

/* A feature of a tile. By MVT 2.1 (4.3.3.3) a ring with positive area begins a polygon and the negative ones
 * behind it are its holes: turned round, it would be another geometry. */
static inline GEOSGeometry *geos_of(const struct seen_feature *f)
{
	static GEOSGeometry *part[4096], *hole[4096];
	unsigned parts = 0, holes = 0;
	GEOSGeometry *shell = NULL;
	size_t at = 0;

	if (f->type == 1) {
		for (size_t i = 0; i < f->point_count && parts < 4096; i++)
			part[parts++] = GEOSGeom_createPointFromXY_r(gc, f->xy[i][0], f->xy[i][1]);
		return GEOSGeom_createCollection_r(gc, GEOS_MULTIPOINT, part, parts);
	}
	for (size_t r = 0; r <= f->ring_count; at += r < f->ring_count ? f->ring[r] : 0, r++) {
		if (f->type == 2) {
			if (r < f->ring_count)
				part[parts++] = run_of(f, at, f->ring[r], false);
			continue;
		}
		if (shell && (r == f->ring_count || seen_area2(f, r) > 0)) {
			part[parts++] = GEOSGeom_createPolygon_r(gc, shell, hole, holes);
			shell = NULL;
			holes = 0;
		}
		if (r == f->ring_count)
			break;
		assert_true(f->ring[r] >= 3 && seen_area2(f, r) != 0 && (shell || seen_area2(f, r) > 0));
		if (shell)
			hole[holes++] = run_of(f, at, f->ring[r], true);
		else
			shell = run_of(f, at, f->ring[r], true);
	}
	return GEOSGeom_createCollection_r(gc, f->type == 2 ? GEOS_MULTILINESTRING : GEOS_MULTIPOLYGON, part,
					   parts);
}

/* Every polygon of it by itself: MVT does not forbid that parts touch or overlap. */
static inline bool parts_are_valid(const GEOSGeometry *g)
{
	for (int i = 0; i < GEOSGetNumGeometries_r(gc, g); i++)
		if (GEOSisValid_r(gc, GEOSGetGeometryN_r(gc, g, i)) != 1)
			return false;
	return true;
}

static inline double area_of(const GEOSGeometry *g)
{
	double a = 0;

	(void)GEOSArea_r(gc, g, &a);
	return a;
}

static inline double length_of(const GEOSGeometry *g)
{
	double l = 0;

	(void)GEOSLength_r(gc, g, &l);
	return l;
}

#endif
