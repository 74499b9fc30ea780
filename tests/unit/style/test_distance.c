#include "check.h"

#include "style/distance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The square of the distance to the nearest cell, by looking at all of them. */
static float nearest2(const uint8_t *inside, uint8_t value, size_t w, size_t h, size_t x, size_t y)
{
	float best = 1e12f;

	for (size_t v = 0; v < h; v++)
		for (size_t u = 0; u < w; u++) {
			float dx = (float)u - (float)x, dy = (float)v - (float)y, d = dx * dx + dy * dy;

			if (inside[v * w + u] == value && d < best)
				best = d;
		}
	return best;
}

static void equals_the_search_through_all_cells(void **state)
{
	static const size_t sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {17, 5}, {23, 31}};
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (unsigned dense = 1; dense <= 10; dense += 3) {
			size_t w = sizes[i][0], h = sizes[i][1];
			uint8_t *inside = calloc(w * h, 1);
			float *d = calloc(w * h, sizeof(*d));

			for (size_t k = 0; k < w * h; k++) {
				seed = seed * 6364136223846793005u + 1442695040888963407u;
				inside[k] = (seed >> 40) % 10 < dense;
			}
			inside[w * h / 2] = 1;
			assert_true(mm_distance2(inside, 1, w, h, d));
			for (size_t k = 0; k < w * h; k++)
				assert_true(fabsf(d[k] - nearest2(inside, 1, w, h, k % w, k / w)) < 0.01f);
			free(inside);
			free(d);
		}
}

static void without_any_cell_all_is_far_away(void **state)
{
	uint8_t inside[6] = {0};
	float d[6];

	(void)state;
	assert_true(mm_distance2(inside, 1, 3, 2, d));
	for (size_t i = 0; i < 6; i++)
		assert_true(d[i] > 1e9f);
	assert_true(mm_distance2(inside, 0, 3, 2, d));
	for (size_t i = 0; i < 6; i++)
		assert_true(d[i] == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equals_the_search_through_all_cells),
	    cmocka_unit_test(without_any_cell_all_is_far_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
