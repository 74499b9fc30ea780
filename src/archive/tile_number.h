#ifndef MM_ARCHIVE_TILE_NUMBER_H
#define MM_ARCHIVE_TILE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum { MM_TILE_NUMBER_MAX_ZOOM = 31 };

/*
 * Numbers of tiles as PMTiles counts them: all of zoom 0, then all of zoom 1 along a Hilbert curve, and so
 * on. The four children of the tile at place d of its zoom have the places 4d to 4d + 3 of the next.
 *
 * Source: PMTiles specification v3, clause 4.1.
 */
uint64_t mm_tile_number(uint32_t z, uint32_t x, uint32_t y); /* z <= 31; x and y < 2^z */

/* Number of the first tile of a zoom <= 32. */
uint64_t mm_tile_number_first(uint32_t z);

/* Column and row of place d < 4^z of a zoom. */
void mm_tile_number_place(uint32_t z, uint64_t d, uint32_t *ret_x, uint32_t *ret_y);

/* The tile of a number; false, outputs untouched: beyond zoom 31. */
bool mm_tile_number_tile(uint64_t number, uint32_t *ret_z, uint32_t *ret_x, uint32_t *ret_y);

#endif
