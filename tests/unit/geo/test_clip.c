#include "check.h"

#include "geo/clip.h"
#include "geo/simplify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cutting and simplifying, each against an oracle that is too slow to be wrong. */

static uint64_t seed = 88172645463325252u;

static double dice(double low, double high)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return low + (high - low) * (double)(seed >> 11) / 9007199254740992.0;
}

static const struct mm_box box = {-64, -64, 4160, 4160};

static bool in_box(double x, double y)
{
	return x >= box.min_x && x <= box.max_x && y >= box.min_y && y <= box.max_y;
}

/* Even-odd; points on the ring may come out either way. */
static bool in_ring(const double *xy, size_t count, double x, double y)
{
	bool in = false;

	for (size_t i = 0; i + 1 < count; i++) {
		const double *a = xy + 2 * i, *b = a + 2;

		if ((a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
			in = !in;
	}
	return in;
}

/* A star-shaped ring somewhere around the box, of any size; some corners exactly on the edge or corner of it.
 */
static size_t any_ring(double *xy)
{
	size_t n = 3 + (size_t)dice(0, 30);
	double cx = dice(-3000, 7000), cy = dice(-3000, 7000), size = dice(10, 8000);

	for (size_t i = 0; i < n; i++) {
		double angle = 6.283185307179586 * (double)i / (double)n, r = dice(0.2, 1) * size;

		xy[2 * i] = cx + r * cos(angle);
		xy[2 * i + 1] = cy + r * sin(angle);
		if (dice(0, 1) < 0.1)
			xy[2 * i] = dice(0, 1) < 0.5 ? box.min_x : box.max_x;
		if (dice(0, 1) < 0.1)
			xy[2 * i + 1] = dice(0, 1) < 0.5 ? box.min_y : box.max_y;
	}
	xy[2 * n] = xy[0];
	xy[2 * n + 1] = xy[1];
	return n + 1;
}

static void a_cut_ring_holds_what_ring_and_box_hold(void **state)
{
	struct mm_points scratch = {0}, cut = {0};
	double xy[80];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t n = any_ring(xy);

		mm_clip_ring(xy, n, &box, &scratch, &cut);
		assert_false(scratch.failed || cut.failed);
		for (size_t i = 0; i < cut.count; i++)
			assert_true(in_box(cut.xy[2 * i], cut.xy[2 * i + 1]));
		if (cut.count)
			assert_memory_equal(cut.xy, cut.xy + 2 * cut.count - 2, 2 * sizeof(double));
		for (int probe = 0; probe < 100; probe++) {
			double x = dice(-200, 4400), y = dice(-200, 4400);

			assert_int_equal(in_ring(cut.xy, cut.count, x, y),
					 in_box(x, y) && in_ring(xy, n, x, y));
		}
	}
	mm_points_release(&scratch);
	mm_points_release(&cut);
}

/* What two neighbours share is cut at the same places from both sides, to the last bit. */
static void a_ring_is_cut_alike_whichever_way_it_goes(void **state)
{
	enum { N = 40 };
	struct mm_points scratch = {0}, out = {0}, back = {0};

	(void)state;
	srand(7);
	for (int round = 0; round < 200; round++) {
		double xy[2 * (N + 1)], reverse[2 * (N + 1)];

		for (int i = 0; i <= 2 * N + 1; i++)
			xy[i] = i < 2 * N ? rand() % 9000 - 2500 : xy[i - 2 * N];
		for (int i = 0; i <= N; i++)
			memcpy(reverse + 2 * i, xy + 2 * (N - i), 2 * sizeof(*xy));
		mm_clip_ring(xy, N + 1, &box, &scratch, &out);
		mm_clip_ring(reverse, N + 1, &box, &scratch, &back);
		assert_true(out.count > 0 && out.count == back.count);
		for (size_t i = 0, k; i + 1 < out.count; i++) {
			for (k = 0; k + 1 < back.count; k++)
				if (!memcmp(out.xy + 2 * i, back.xy + 2 * k, 2 * sizeof(*xy)))
					break;
			assert_true(k + 1 < back.count);
		}
	}
	mm_points_release(&scratch);
	mm_points_release(&out);
	mm_points_release(&back);
}

static void a_ring_inside_is_not_touched(void **state)
{
	const double xy[] = {-64, -64, 4160, -64, 0.1, 0.30000000000000004, -64, -64};
	const double far_off[] = {5000, 0, 6000, 0, 6000, 10, 5000, 0};
	struct mm_points scratch = {0}, cut = {0};

	(void)state;
	mm_clip_ring(xy, 4, &box, &scratch, &cut);
	assert_int_equal(cut.count, 4);
	assert_memory_equal(cut.xy, xy, sizeof(xy));
	mm_clip_ring(far_off, 4, &box, &scratch, &cut);
	assert_int_equal(cut.count, 0);
	mm_clip_ring(NULL, 0, &box, &scratch, &cut);
	assert_int_equal(cut.count, 0);
	mm_points_release(&scratch);
	mm_points_release(&cut);
}

static void a_cut_segment_is_what_lies_inside(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		const double a[2] = {dice(-9000, 13000), dice(-9000, 13000)};
		const double b[2] = {round % 5 ? dice(-9000, 13000) : a[0],
				     round % 7 ? dice(-9000, 13000) : a[1]};
		double c[2] = {a[0], a[1]}, d[2] = {b[0], b[1]}, first = -1, last = -1;
		bool found = mm_clip_segment(&c[0], &c[1], &d[0], &d[1], &box);

		for (int i = 0; i <= 2000; i++) {
			double t = i / 2000.0;

			if (!in_box(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
				continue;
			first = first < 0 ? t : first;
			last = t;
		}
		if (first >= 0)
			assert_true(found);
		if (!found || first < 0)
			continue;
		/* the ends lie within a step of the first and last sample inside */
		assert_true(
		    hypot(c[0] - (a[0] + first * (b[0] - a[0])), c[1] - (a[1] + first * (b[1] - a[1]))) <
		    hypot(b[0] - a[0], b[1] - a[1]) / 2000 + 1e-6);
		assert_true(
		    hypot(d[0] - (a[0] + last * (b[0] - a[0])), d[1] - (a[1] + last * (b[1] - a[1]))) <
		    hypot(b[0] - a[0], b[1] - a[1]) / 2000 + 1e-6);
		if (in_box(a[0], a[1]))
			assert_memory_equal(a, c, sizeof(a));
		if (in_box(b[0], b[1]))
			assert_memory_equal(b, d, sizeof(b));
	}
}

static void segments_on_the_edge_belong_to_the_box(void **state)
{
	static const struct {
		double in[4], out[4];
		bool found;
	} rows[] = {
	    {{-64, -100, -64, 5000}, {-64, -64, -64, 4160}, true},
	    {{-100, 4160, 9000, 4160}, {-64, 4160, 4160, 4160}, true},
	    {{-128, 0, 0, -128}, {-64, -64, -64, -64}, true}, /* through the corner */
	    {{-129, 0, 0, -129}, {0}, false},
	    {{5000, 0, 5000, 9}, {0}, false},
	    {{7, 7, 7, 7}, {7, 7, 7, 7}, true},
	    {{-65, 7, -65, 7}, {0}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double v[4];

		memcpy(v, rows[i].in, sizeof(v));
		assert_int_equal(mm_clip_segment(&v[0], &v[1], &v[2], &v[3], &box), rows[i].found);
		if (rows[i].found)
			assert_memory_equal(v, rows[i].out, sizeof(v));
	}
}

static double distance(const double *p, const double *a, const double *b)
{
	double dx = b[0] - a[0], dy = b[1] - a[1], len2 = dx * dx + dy * dy;
	double t = len2 > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / len2 : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}

static double far_from_line(const double *p, const double *xy, size_t count)
{
	double least = HUGE_VAL;

	for (size_t i = 0; i + 1 < count; i++)
		least = fmin(least, distance(p, xy + 2 * i, xy + 2 * i + 2));
	return least;
}

static void a_simplified_line_stays_near(void **state)
{
	enum { N = 300 };
	struct mm_simplify room = {0};
	double xy[2 * N], out[2 * N];

	(void)state;
	for (int round = 0; round < 300; round++) {
		double tolerance = dice(0.5, 20), x = 0, y = 0, step = dice(0.1, 10);
		size_t n, at = 0, count = 2 + (size_t)dice(0, N - 2);

		for (size_t i = 0; i < count; i++) {
			xy[2 * i] = x += dice(-step / 2, step);
			xy[2 * i + 1] = y += dice(-step, step);
		}
		if (round % 3 == 0)
			memcpy(xy + 2 * count - 2, xy, 2 * sizeof(*xy));
		memcpy(out, xy, sizeof(xy));
		n = mm_simplify_run(&room, out, count, tolerance);
		assert_true(n >= 2 && n <= count);
		assert_memory_equal(out, xy, 2 * sizeof(*xy));
		assert_memory_equal(out + 2 * n - 2, xy + 2 * count - 2, 2 * sizeof(*xy));
		for (size_t i = 0; i < count; i++)
			assert_true(far_from_line(xy + 2 * i, out, n) <= 1.25 * tolerance + 1e-9);
		for (size_t i = 0; i < n; i++, at++) /* nothing but its own points, in order */
			while (at < count && memcmp(xy + 2 * at, out + 2 * i, 2 * sizeof(*xy)) != 0)
				at++;
		assert_true(at <= count);
	}
	mm_simplify_release(&room);
}

static void a_large_ring_keeps_its_shape(void **state)
{
	enum { N = 1000000 };
	double *xy = malloc(2 * (N + 1) * sizeof(*xy));
	struct mm_simplify room = {0};
	size_t n;

	(void)state;
	assert_non_null(xy);
	for (size_t i = 0; i <= N; i++) {
		xy[2 * i] = 2000 * cos(6.283185307179586 * (double)(i % N) / N);
		xy[2 * i + 1] = 2000 * sin(6.283185307179586 * (double)(i % N) / N);
	}
	n = mm_simplify_run(&room, xy, N + 1, 2);
	assert_in_range(n, 40, 400);
	for (size_t i = 0; i < n; i++)
		assert_true(fabs(hypot(xy[2 * i], xy[2 * i + 1]) - 2000) < 1e-6);
	free(xy);
	mm_simplify_release(&room);
}

static void short_and_flat_lines_are_no_trouble(void **state)
{
	struct mm_simplify room = {0};
	double one[] = {5, 5}, same[] = {5, 5, 5, 5, 5, 5, 5, 5}, flat[] = {0, 0, 9, 0, 3, 0, 20, 0};

	(void)state;
	assert_int_equal(mm_simplify_run(&room, one, 0, 2), 0);
	assert_int_equal(mm_simplify_run(&room, one, 1, 2), 1);
	assert_int_equal(mm_simplify_run(&room, same, 4, 2), 2);
	assert_int_equal(mm_simplify_run(&room, flat, 4, 2), 2);
	mm_simplify_release(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cut_ring_holds_what_ring_and_box_hold),
	    cmocka_unit_test(a_ring_is_cut_alike_whichever_way_it_goes),
	    cmocka_unit_test(a_ring_inside_is_not_touched),
	    cmocka_unit_test(a_cut_segment_is_what_lies_inside),
	    cmocka_unit_test(segments_on_the_edge_belong_to_the_box),
	    cmocka_unit_test(a_simplified_line_stays_near),
	    cmocka_unit_test(a_large_ring_keeps_its_shape),
	    cmocka_unit_test(short_and_flat_lines_are_no_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
