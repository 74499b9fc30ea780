#include "check.h"

#include "api/tiles/tile_paths.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char path[] = "/tiles/a,b_c/1/2/3.mvt";

static struct mm_known_tile tile(uint32_t x)
{
	return (struct mm_known_tile){.key = {.version = 7, .x = x}, .packings = 2};
}

static void a_path_is_known_for_its_turn(void **state)
{
	struct mm_tile_paths *p = mm_tile_paths_new();
	const struct mm_known_tile one = tile(1), two = tile(2);
	struct mm_known_tile ret = {.packings = 99};

	(void)state;
	assert_false(mm_tile_paths_find(p, 0, path, strlen(path), &ret));
	assert_false(mm_tile_paths_find(p, 1, path, strlen(path), &ret));
	mm_tile_paths_put(p, 1, path, &one);
	assert_false(mm_tile_paths_find(p, 2, path, strlen(path), &ret));
	assert_false(mm_tile_paths_find(p, 1, path, strlen(path) - 1, &ret));
	assert_int_equal(ret.packings, 99);
	assert_true(mm_tile_paths_find(p, 1, path, strlen(path), &ret));
	assert_int_equal(ret.key.x, 1);
	mm_tile_paths_put(p, 2, path, &two);
	assert_false(mm_tile_paths_find(p, 1, path, strlen(path), &ret));
	assert_true(mm_tile_paths_find(p, 2, path, strlen(path), &ret));
	assert_int_equal(ret.key.x, 2);
	assert_null(mm_tile_paths_free(p));
	assert_null(mm_tile_paths_free(NULL));
}

/* "/a%2541" is the path "/a%41", and the target "/a%41" is another path; so with "?" and "#". */
static void what_could_be_written_otherwise_is_not_kept(void **state)
{
	static const char *const rows[] = {"/tiles/a%41/1/2/3.mvt",     "/tiles/a?/1/2/3.mvt",
					   "/tiles/a#/1/2/3.mvt",       "/tiles/a b/1/2/3.mvt",
					   "/tiles/\xd0\xb0/1/2/3.mvt", "/tiles/a+b/1/2/3.mvt"};
	struct mm_tile_paths *p = mm_tile_paths_new();
	const struct mm_known_tile one = tile(1);
	struct mm_known_tile ret;
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mm_tile_paths_put(p, 1, rows[i], &one);
		assert_false(mm_tile_paths_find(p, 1, rows[i], strlen(rows[i]), &ret));
	}
	(void)snprintf(text, sizeof(text), "/%0250d", 1);
	mm_tile_paths_put(p, 1, text, &one);
	assert_false(mm_tile_paths_find(p, 1, text, strlen(text), &ret));
	(void)mm_tile_paths_free(p);
}

static void *use(void *ctx)
{
	struct mm_tile_paths *p = ctx;
	size_t wrong = 0;

	for (uint32_t i = 0; i < 20000; i++) {
		const struct mm_known_tile put = tile(i % 9000);
		struct mm_known_tile got;
		char text[40];
		const int n = snprintf(text, sizeof(text), "/tiles/a/%u.mvt", i * 7 % 9000);

		wrong += mm_tile_paths_find(p, 1, text, (size_t)n, &got) && got.key.x != i * 7 % 9000;
		(void)snprintf(text, sizeof(text), "/tiles/a/%u.mvt", i % 9000);
		mm_tile_paths_put(p, 1, text, &put);
	}
	return wrong ? ctx : NULL;
}

static void threads_share_it(void **state)
{
	struct mm_tile_paths *p = mm_tile_paths_new();
	pthread_t thread[4];
	void *wrong;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, use, p), 0);
	for (int i = 0; i < 4; i++) {
		(void)pthread_join(thread[i], &wrong);
		assert_null(wrong);
	}
	(void)mm_tile_paths_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_path_is_known_for_its_turn),
	    cmocka_unit_test(what_could_be_written_otherwise_is_not_kept),
	    cmocka_unit_test(threads_share_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
