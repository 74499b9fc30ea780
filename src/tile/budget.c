#include "tile/maker.h"

#include <libdeflate.h>

/* Tiles that are too heavy: what to leave out. */

enum { LEVEL = 1, ROWS_LEAST = 16, SLICE = 16 * 1024, SLICES = 8 };

/* Weighs slices that lie evenly in the tile and takes the rest to be alike. A slice does not know what stood
 * before it, so the tile is rather lighter than that. */
size_t mm_tile_weigh(struct mm_tile_maker *m, const unsigned char *bytes, size_t n)
{
	const size_t slices = n > (size_t)SLICES * SLICE ? SLICES : 1, slice = slices > 1 ? SLICE : n,
		     room = slice + slice / 2 + 1024;
	size_t weight = 0;

	if (!m->compressor)
		m->compressor = libdeflate_alloc_compressor(LEVEL);
	mm_buf_clear(&m->weighed);
	if (!m->compressor || !mm_buf_reserve(&m->weighed, room))
		return SIZE_MAX;
	for (size_t i = 0; i < slices; i++) {
		size_t at = slices > 1 ? (n - slice) / (slices - 1) * i : 0,
		       packed =
			   libdeflate_gzip_compress(m->compressor, bytes + at, slice, m->weighed.data, room);

		weight += packed ? packed : slice;
	}
	return (size_t)((double)weight * (double)n / (double)(slice * slices));
}

/* The bytes that one layer may take so that all fit: layers that take less leave the rest to the others. */
static size_t level_of(const struct mm_tile_share *share, size_t count, size_t bytes)
{
	size_t level = bytes / (count ? count : 1);

	for (size_t round = 0; round < count; round++) {
		size_t small = 0, large = 0, next;

		for (size_t i = 0; i < count; i++) {
			small += share[i].bytes <= level ? share[i].bytes : 0;
			large += share[i].bytes > level;
		}
		next = large && bytes > small ? (bytes - small) / large : level;
		if (next <= level)
			break;
		level = next;
	}
	return level;
}

bool mm_tile_slim(struct mm_tile_maker *m, size_t weight, size_t budget)
{
	struct mm_tile_share *share = m->share;
	const size_t count = m->ask->layer_count;
	size_t all = 0, level;
	bool changed = false;

	if (weight <= budget)
		return false;
	for (size_t i = 0; i < count; i++)
		all += share[i].bytes;
	level = level_of(share, count, (size_t)((double)all * (double)budget / (double)weight * 0.95));
	for (size_t i = 0; i < count; i++) {
		size_t had = share[i].found < share[i].rows ? share[i].found : share[i].rows, rows;

		if (share[i].bytes <= level || had <= ROWS_LEAST)
			continue;
		rows = (size_t)((double)had * (double)level / (double)share[i].bytes);
		share[i].rows = rows > ROWS_LEAST ? rows : ROWS_LEAST;
		changed = true;
	}
	return changed;
}
