#include "check.h"

#include "geo/rtree.h"

#include <stdlib.h>
#include <string.h>

static uint64_t seed = 88172645463325252u;

static uint32_t dice(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 32);
}

struct wood {
	struct mm_world_box *item, *box;
	uint32_t *number, *index, count;
	struct mm_rtree tree;
};

/* Boxes of all sorts: points, equal ones, thin ones, some as large as the world, some empty. */
static struct mm_world_box any_box(uint32_t spread)
{
	uint32_t kind = dice() % 16, x = dice() / spread, y = dice() / spread;
	uint32_t w = kind < 8 ? 0 : dice() % (UINT32_MAX / spread / 50 + 1), h = kind < 6 ? 0 : w;

	if (kind == 15)
		return (struct mm_world_box){UINT32_MAX, UINT32_MAX, 0, 0};
	if (kind == 14 && dice() % 50 == 0)
		return (struct mm_world_box){0, 0, UINT32_MAX, UINT32_MAX};
	return (struct mm_world_box){x, y, x > UINT32_MAX - w ? UINT32_MAX : x + w,
				     y > UINT32_MAX - h ? UINT32_MAX : y + h};
}

static struct wood plant(uint32_t count, uint32_t spread)
{
	struct wood w = {.count = count};

	w.item = calloc(count + 1u, sizeof(*w.item));
	w.number = calloc(count + 1u, sizeof(*w.number));
	w.index = calloc(count + 1u, sizeof(*w.index));
	w.box = calloc(mm_rtree_box_count(count) + 1, sizeof(*w.box));
	for (uint32_t i = 0; i < count; i++) {
		w.item[i] = any_box(spread);
		w.number[i] = count - i; /* numbers are the caller's, not positions */
	}
	mm_rtree_build(w.item, w.number, count, w.box, w.index);
	w.tree = (struct mm_rtree){.box = w.box, .index = w.index, .count = count};
	return w;
}

static void fell(struct wood *w)
{
	free(w->item);
	free(w->box);
	free(w->number);
	free(w->index);
}

struct hits {
	unsigned char *seen; /* by number */
	uint32_t count, stop_after;
};

static bool note(void *ctx, uint32_t number)
{
	struct hits *h = ctx;

	assert_int_equal(h->seen[number], 0);
	h->seen[number] = 1;
	h->count++;
	return h->count != h->stop_after;
}

static void check_window(const struct wood *w, const struct mm_world_box *window)
{
	struct hits h = {calloc(w->count + 1u, 1), 0, 0};
	uint32_t expected = 0;

	mm_rtree_search(&w->tree, window, note, &h);
	for (uint32_t i = 0; i < w->count; i++) {
		bool meets = w->item[i].min_x <= w->item[i].max_x && mm_world_box_meets(&w->item[i], window);

		assert_int_equal(h.seen[w->number[i]], meets);
		expected += meets;
	}
	assert_int_equal(h.count, expected);
	free(h.seen);
}

static void a_search_finds_what_a_full_scan_finds(void **state)
{
	static const uint32_t counts[] = {0, 1, 2, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, 50000};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		for (uint32_t spread = 1; spread <= 1000000; spread *= 1000) {
			struct wood w = plant(counts[i], spread);
			const struct mm_world_box world = {0, 0, UINT32_MAX, UINT32_MAX},
						  corner = {0, 0, 0, 0};

			assert_true(mm_rtree_verify(&w.tree, counts[i] + 1));
			check_window(&w, &world);
			check_window(&w, &corner);
			for (int k = 0; k < 30; k++) {
				struct mm_world_box window = any_box(spread);

				check_window(&w, &window);
			}
			fell(&w);
		}
	}
}

static void a_visitor_can_stop_the_search(void **state)
{
	struct wood w = plant(1000, 1);
	const struct mm_world_box world = {0, 0, UINT32_MAX, UINT32_MAX};
	struct hits h = {calloc(1001, 1), 0, 7};

	(void)state;
	mm_rtree_search(&w.tree, &world, note, &h);
	assert_int_equal(h.count, 7);
	free(h.seen);
	fell(&w);
}

static uint32_t *trail;

static bool follow(void *ctx, uint32_t number)
{
	(void)ctx;
	*trail++ = number;
	return true;
}

static void neighbours_on_the_curve_are_neighbours_on_the_ground(void **state)
{
	enum { SIDE = 64, COUNT = SIDE * SIDE };
	static struct mm_world_box item[COUNT], box[COUNT + 1000];
	static uint32_t number[COUNT], index[COUNT], walked[COUNT];
	const struct mm_world_box world = {0, 0, UINT32_MAX, UINT32_MAX};
	struct mm_rtree t = {.box = box, .index = index, .count = COUNT};

	(void)state;
	for (uint32_t i = 0; i < COUNT; i++) {
		uint32_t x = i % SIDE << 26, y = i / SIDE << 26;

		number[i] = i;
		item[i] = (struct mm_world_box){x, y, x, y};
	}
	assert_true(mm_rtree_box_count(COUNT) < COUNT + 1000);
	mm_rtree_build(item, number, COUNT, box, index);
	trail = walked;
	mm_rtree_search(&t, &world, follow, NULL);
	assert_memory_equal(walked, index, sizeof(index)); /* visited in Hilbert order */
	for (uint32_t i = 1; i < COUNT; i++) {
		int dx = (int)(walked[i] % SIDE) - (int)(walked[i - 1] % SIDE);
		int dy = (int)(walked[i] / SIDE) - (int)(walked[i - 1] / SIDE);

		assert_int_equal(dx * dx + dy * dy, 1);
	}
}

static void a_damaged_tree_does_not_verify(void **state)
{
	struct wood w = plant(3000, 1);
	size_t boxes = mm_rtree_box_count(3000);

	(void)state;
	assert_true(mm_rtree_verify(&w.tree, 3001));
	assert_false(mm_rtree_verify(&w.tree, 3000)); /* an index beyond the limit */
	w.box[boxes - 1].max_x = 0;
	assert_false(mm_rtree_verify(&w.tree, 3001));
	fell(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_search_finds_what_a_full_scan_finds),
	    cmocka_unit_test(a_visitor_can_stop_the_search),
	    cmocka_unit_test(neighbours_on_the_curve_are_neighbours_on_the_ground),
	    cmocka_unit_test(a_damaged_tree_does_not_verify),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
