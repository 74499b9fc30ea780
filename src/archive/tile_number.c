#include "archive/tile_number.h"

uint64_t mm_tile_number_first(uint32_t z)
{
	/* (4^z - 1) / 3: the lowest z bits of ...0101 */
	return z ? UINT64_C(0x5555555555555555) >> (64 - 2 * z) : 0;
}

/* Turns the quadrant of size s that (rx, ry) names into the position of the whole curve. */
static void turn(uint32_t s, bool rx, bool ry, uint32_t *x, uint32_t *y)
{
	const uint32_t was_x = *x;

	if (ry)
		return;
	if (rx) {
		*x = s - 1 - *y;
		*y = s - 1 - was_x;
	} else {
		*x = *y;
		*y = was_x;
	}
}

uint64_t mm_tile_number(uint32_t z, uint32_t x, uint32_t y)
{
	uint64_t d = 0;

	for (uint32_t bit = z; bit-- > 0;) {
		const uint32_t s = UINT32_C(1) << bit;
		const bool rx = x & s, ry = y & s;

		d = d << 2 | (rx ? (ry ? 2 : 3) : (ry ? 1 : 0));
		x &= s - 1;
		y &= s - 1;
		turn(s, rx, ry, &x, &y);
	}
	return mm_tile_number_first(z) + d;
}

void mm_tile_number_place(uint32_t z, uint64_t d, uint32_t *ret_x, uint32_t *ret_y)
{
	uint32_t x = 0, y = 0;

	for (uint32_t bit = 0; bit < z; bit++, d >>= 2) {
		const uint32_t s = UINT32_C(1) << bit;
		const bool rx = d & 2, ry = (d & 1) ^ (d >> 1 & 1);

		turn(s, rx, ry, &x, &y);
		x |= rx ? s : 0;
		y |= ry ? s : 0;
	}
	*ret_x = x;
	*ret_y = y;
}

bool mm_tile_number_tile(uint64_t number, uint32_t *ret_z, uint32_t *ret_x, uint32_t *ret_y)
{
	uint32_t z = 0;

	while (z <= MM_TILE_NUMBER_MAX_ZOOM && number >= mm_tile_number_first(z + 1))
		z++;
	if (z > MM_TILE_NUMBER_MAX_ZOOM)
		return false;
	*ret_z = z;
	mm_tile_number_place(z, number - mm_tile_number_first(z), ret_x, ret_y);
	return true;
}
