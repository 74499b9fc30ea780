#ifndef MM_GEO_MERCATOR_H
#define MM_GEO_MERCATOR_H

#include "geo/box.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The Web Mercator square (EPSG:3857 between 85.0511 S and N) in 2^32 units a side, x from 180 W to the east,
 * y from the north to the south, as XYZ tiles count: tile z/x/y begins at x << (32 - z). One unit is 9.3 mm
 * at the equator.
 */
struct mm_world {
	uint32_t x, y;
};

#define MM_MERCATOR_MAX_LAT_DEG 85.051128779806592

/* Rounds to the nearest unit; longitudes beyond +-180 and latitudes beyond the square are clamped to its
 * edge. Both must be finite. */
struct mm_world mm_world_from_lonlat(double lon_deg, double lat_deg);

/* On the upper or the lower edge of the square, where latitudes beyond it are put. */
static inline bool mm_world_is_off(uint32_t y)
{
	return y == 0 || y == UINT32_MAX;
}

/* The same meridian between 180 W and E: where single points are that a source has beyond. */
double mm_lon_turned(double lon_deg);

void mm_world_to_lonlat(struct mm_world w, double *ret_lon_deg, double *ret_lat_deg);

/* The smallest box of units that holds a box in degrees: rounded outwards by a unit, so that an index search
 * with it never misses. Of a box that goes beyond +-180 it has all longitudes: points there are put where
 * they are when one goes on around the globe. */
struct mm_world_box mm_world_box_around(const struct mm_box *lonlat_deg);

/* Box in degrees of tile z/x/y (z <= 30). */
struct mm_box mm_tile_box_deg(uint32_t z, uint32_t x, uint32_t y);

#endif
