#include "check.h"

#include "geo/simplify.h"

#include <math.h>
#include <stdlib.h>

enum { MANY = 1000000 };

static double distance(const double *p, const double *a, const double *b)
{
	const double dx = b[0] - a[0], dy = b[1] - a[1], len2 = dx * dx + dy * dy;
	double t = len2 > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / len2 : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}

/* No point of the line is farther from what is left of it than it may be. Points that are left out lie
 * between the two that stay around them. */
static void check_near(const double *all, size_t count, const double *left, size_t n, double most)
{
	size_t at = 0;

	assert_true(n >= 2 && left[0] == all[0] && left[1] == all[1]);
	for (size_t i = 0; i < count; i++) {
		while (at + 2 < n && all[2 * i] > left[2 * at + 2])
			at++;
		assert_true(distance(all + 2 * i, left + 2 * at, left + 2 * at + 2) <= most);
	}
}

static void natural_lines_lose_what_does_not_matter(void **state)
{
	double *all = malloc(2 * MANY * sizeof(*all)), *left = malloc(2 * MANY * sizeof(*left));
	struct mm_simplify s = {0};
	size_t n;

	(void)state;
	assert_true(all && left);
	for (size_t i = 0; i < MANY; i++) {
		left[2 * i] = all[2 * i] = (double)i;
		left[2 * i + 1] = all[2 * i + 1] = 1000 * sin((double)i / 10000);
	}
	n = mm_simplify_run(&s, left, MANY, 1);
	assert_in_range(n, 500, 5000);
	check_near(all, MANY, left, n, 1.25);
	mm_simplify_release(&s);
	free(all);
	free(left);
}

/* Each point is as far from the line between the ends as all others: the first of them is the farthest, and
 * the rest has lost one. Looking at all that is left each time would take days. */
static void a_saw_of_a_million_teeth_is_cut_in_time(void **state)
{
	double *all = malloc(2 * MANY * sizeof(*all)), *left = malloc(2 * MANY * sizeof(*left));
	struct mm_simplify s = {0};
	size_t n;

	(void)state;
	assert_true(all && left);
	for (int kind = 0; kind < 2; kind++) { /* teeth that stay, and teeth that are too small to */
		for (size_t i = 0; i < MANY; i++) {
			left[2 * i] = all[2 * i] = (double)i;
			left[2 * i + 1] = all[2 * i + 1] = i % 2 ? (kind ? 0.4 : 3) : 0;
		}
		n = mm_simplify_run(&s, left, MANY, 0.5);
		assert_true(kind ? n < MANY / 100 : n == MANY);
		check_near(all, MANY, left, n, 1.25 * 0.5);
	}
	mm_simplify_release(&s);
	free(all);
	free(left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(natural_lines_lose_what_does_not_matter),
	    cmocka_unit_test(a_saw_of_a_million_teeth_is_cut_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
