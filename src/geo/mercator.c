#include "geo/mercator.h"

#include "base/err.h"

#include <math.h>

static const double side = 4294967296.0; /* 2^32 units */

/* Position in units, not rounded, not clamped to the square (longitudes beyond +-180 give values outside). */
static double units_x(double lon_deg)
{
	return (lon_deg / 360 + 0.5) * side;
}

static double units_y(double lat_deg)
{
	double lat = lat_deg < -MM_MERCATOR_MAX_LAT_DEG  ? -MM_MERCATOR_MAX_LAT_DEG
		     : lat_deg > MM_MERCATOR_MAX_LAT_DEG ? MM_MERCATOR_MAX_LAT_DEG
							 : lat_deg;
	double s = sin(lat * (M_PI / 180));

	return (0.5 - log((1 + s) / (1 - s)) / (4 * M_PI)) * side;
}

static uint32_t clamped(double units)
{
	return units <= 0 ? 0 : units >= UINT32_MAX ? UINT32_MAX : (uint32_t)units;
}

struct mm_world mm_world_from_lonlat(double lon_deg, double lat_deg)
{
	return (struct mm_world){clamped(units_x(lon_deg) + 0.5), clamped(units_y(lat_deg) + 0.5)};
}

double mm_lon_turned(double lon_deg)
{
	return fabs(lon_deg) <= 180 ? lon_deg : lon_deg - 360 * round(lon_deg / 360);
}

static double lat_of(double units)
{
	return atan(sinh(M_PI * (1 - 2 * (units / side)))) * (180 / M_PI);
}

void mm_world_to_lonlat(struct mm_world w, double *ret_lon_deg, double *ret_lat_deg)
{
	*ret_lon_deg = w.x / side * 360 - 180;
	*ret_lat_deg = lat_of(w.y);
}

struct mm_world_box mm_world_box_around(const struct mm_box *lonlat_deg)
{
	const bool is_wide = lonlat_deg->min_x < -180 || lonlat_deg->max_x > 180;

	if (mm_box_is_empty(lonlat_deg))
		return (struct mm_world_box){UINT32_MAX, UINT32_MAX, 0, 0};
	return (struct mm_world_box){
	    is_wide ? 0 : clamped(floor(units_x(lonlat_deg->min_x)) - 1),
	    clamped(floor(units_y(lonlat_deg->max_y)) - 1),
	    is_wide ? UINT32_MAX : clamped(ceil(units_x(lonlat_deg->max_x)) + 1),
	    clamped(ceil(units_y(lonlat_deg->min_y)) + 1),
	};
}

struct mm_box mm_tile_box_deg(uint32_t z, uint32_t x, uint32_t y)
{
	double tile;

	MM_CHECK(z <= 30 && x < 1u << z && y < 1u << z);
	tile = ldexp(1, 32 - (int)z);
	return (struct mm_box){
	    x * tile / side * 360 - 180,
	    lat_of((y + 1.0) * tile),
	    (x + 1.0) * tile / side * 360 - 180,
	    lat_of(y * tile),
	};
}
