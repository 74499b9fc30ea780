#include "rng.h"

/* Change it and another town grows on the same plan. */
#define TOWN_SEED UINT64_C(0x5356455400000001)

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

struct mm_rng mm_rng_seed(const char *layer, uint64_t index)
{
	uint64_t h = TOWN_SEED;

	for (; *layer; layer++)
		h = mix(h ^ (uint64_t)(unsigned char)*layer) + UINT64_C(0x9E3779B97F4A7C15);
	return (struct mm_rng){.state = mix(h ^ mix(index + UINT64_C(0x632BE59BD9B4E019)))};
}

uint64_t mm_rng_next(struct mm_rng *rng)
{
	rng->state += UINT64_C(0x9E3779B97F4A7C15);
	return mix(rng->state);
}

double mm_rng_unit(struct mm_rng *rng)
{
	return (double)(mm_rng_next(rng) >> 11) * 0x1.0p-53;
}

double mm_rng_span(struct mm_rng *rng, double low, double high)
{
	return low + (high - low) * mm_rng_unit(rng);
}

int mm_rng_int(struct mm_rng *rng, int low, int high)
{
	return low + (int)(mm_rng_next(rng) % (uint64_t)(high - low + 1));
}

uint64_t mm_rng_rank(const char *layer, uint64_t index)
{
	struct mm_rng rng = mm_rng_seed(layer, index);

	return mm_rng_next(&rng);
}
