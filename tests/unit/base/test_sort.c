#include "check.h"

#include "base/sort.h"

#include <stdlib.h>

static void numbers_ascend(void **state)
{
	static const size_t counts[] = {0, 1, 2, 24, 25, 100, 5000};
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++)
		for (unsigned bits = 1; bits <= 64; bits += 9) {
			uint32_t narrow[5000], spare32[5000], sum32 = 0;
			uint64_t wide[5000], spare64[5000], sum64 = 0;
			size_t n = counts[c];

			for (size_t i = 0; i < n; i++) {
				seed ^= seed << 13;
				seed ^= seed >> 7;
				seed ^= seed << 17;
				wide[i] = seed >> (64 - bits);
				narrow[i] = (uint32_t)wide[i];
				sum64 += wide[i];
				sum32 += narrow[i];
			}
			mm_sort_u64(wide, spare64, n);
			mm_sort_u32(narrow, spare32, n);
			for (size_t i = 0; i < n; i++) {
				assert_true(i == 0 || (wide[i - 1] <= wide[i] && narrow[i - 1] <= narrow[i]));
				sum64 -= wide[i];
				sum32 -= narrow[i];
			}
			assert_true(sum64 == 0 && sum32 == 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_ascend)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
