#ifndef MM_TOWN_RNG_H
#define MM_TOWN_RNG_H

#include <stdint.h>

/*
 * Random numbers that never shift: every object draws from its own stream, seeded by the town's seed, the
 * name of its layer and its index, so a new layer or a new object leaves all others as they were.
 */
struct mm_rng {
	uint64_t state;
};

/* Opens the stream of object `index` of `layer`. */
struct mm_rng mm_rng_seed(const char *layer, uint64_t index);

/* Next 64 bits (splitmix64, Steele, Lea, Flood 2014). */
uint64_t mm_rng_next(struct mm_rng *rng);

/* Uniform in [0, 1), 53 bits. */
double mm_rng_unit(struct mm_rng *rng);

/* Uniform real in [low, high). */
double mm_rng_span(struct mm_rng *rng, double low, double high);

/* Uniform integer in low..high, both included; low <= high. */
int mm_rng_int(struct mm_rng *rng, int low, int high);

/* One draw of a stream nobody else uses: the rank by which surplus candidates are thinned out. */
uint64_t mm_rng_rank(const char *layer, uint64_t index);

#endif
