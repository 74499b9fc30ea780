#ifndef MM_STORE_DUST_H
#define MM_STORE_DUST_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is smaller than a pixel, gathered by the pixel: how much of it there is, and the most important row of
 * it, which stands for the rest. Polygons and lines are kept apart. The same rows give the same dust. Zeroed:
 * empty.
 *
 * A key is a pixel, counted from the north-west corner of the world at the zoom at hand, in Morton's order
 * (bits of x and y in turn), so that four pixels that become one at the next zoom stand side by side.
 */
struct mm_dust_cell {
	uint64_t key;
	float amount; /* of a pixel: area, or length */
	uint32_t row;
};

struct mm_dust {
	struct mm_dust_cell *cell; /* by key, each once */
	size_t count;
	struct mm_dust_cell *more; /* added and not yet gathered */
	size_t more_count, more_cap;
	const uint16_t *importance; /* of rows; borrowed */
	bool failed;                /* out of memory */
};

uint64_t mm_dust_key(uint32_t x, uint32_t y, bool is_line); /* x, y < 2^31 */
uint32_t mm_dust_x(uint64_t key);
uint32_t mm_dust_y(uint64_t key);

static inline bool mm_dust_is_line(uint64_t key)
{
	return key >> 63;
}

void mm_dust_release(struct mm_dust *d);
void mm_dust_add(struct mm_dust *d, uint64_t key, float amount, uint32_t row);

/* Brings what was added into `cell`. */
void mm_dust_gather(struct mm_dust *d);

/* The dust of one zoom less: four pixels become one. Nothing may wait to be gathered. */
void mm_dust_fold(struct mm_dust *d);

/*
 * Calls `emit` for as many pixels as are covered in all: each that is full, and of those that are not, the
 * most important ones in blocks of 2 x 2, 4 x 4 and 8 x 8 whose dust together makes pixels, so that thin dust
 * reads as thin. A block of 8 x 8 always shows one: no place is forgotten. Nothing may wait to be gathered.
 *
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_dust_settle(const struct mm_dust *d,
					void (*emit)(void *ctx, uint64_t key, uint32_t row), void *ctx,
					struct mm_err *reterr);

#endif
