#include "check.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/map.h"
#include "base/shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void an_arena_stops_at_its_cap_for_good(void **state)
{
	struct mm_arena a;

	(void)state;
	mm_arena_init(&a, 1000);
	assert_non_null(mm_arena_alloc(&a, 900));
	assert_false(a.exhausted);
	assert_null(mm_arena_alloc(&a, 200));
	assert_true(a.exhausted);
	assert_null(mm_arena_array(&a, SIZE_MAX / 2, 3));
	mm_arena_release(&a);
}

static void a_cleared_arena_begins_anew(void **state)
{
	struct mm_arena a;
	char *first;

	(void)state;
	mm_arena_init(&a, 1 << 20);
	first = mm_arena_text(&a, "first", 5);
	for (int i = 0; i < 9; i++)
		assert_non_null(mm_arena_alloc(&a, 100000));
	assert_null(mm_arena_alloc(&a, 200000));
	mm_arena_clear(&a);
	assert_int_equal(a.used, 0);
	assert_false(a.exhausted);
	assert_ptr_equal(mm_arena_text(&a, "again", 5), first); /* no new memory */
	assert_non_null(mm_arena_alloc(&a, 1000000));
	mm_arena_release(&a);
	mm_arena_clear(&a); /* empty */
	assert_non_null(mm_arena_alloc(&a, 1));
	mm_arena_release(&a);
}

static void arena_text_is_copied_and_ended(void **state)
{
	MM_ARENA_SCOPE(a, 0);

	(void)state;
	assert_string_equal(mm_arena_text(&a, "abcdef", 3), "abc");
	assert_string_equal(mm_arena_text(&a, "", 0), "");
	assert_string_equal(mm_arena_printf(&a, "%d-%s", 7, "x"), "7-x");
}

static void a_buffer_fails_past_its_maximum_and_stays_failed(void **state)
{
	struct mm_buf b;

	(void)state;
	mm_buf_init(&b, 10);
	mm_buf_text(&b, "12345678");
	mm_buf_text(&b, "abc");
	assert_true(b.failed);
	mm_buf_byte(&b, 'x');
	assert_int_equal(b.len, 8);
	mm_buf_clear(&b);
	mm_buf_text(&b, "1234567890");
	assert_false(b.failed);
	mm_buf_release(&b);
}

static void a_map_keeps_the_first_number_of_a_key(void **state)
{
	struct mm_map *m = mm_map_new();

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		char key[16];
		int n = snprintf(key, sizeof(key), "k%u", i);

		assert_int_equal(mm_map_add(m, key, (size_t)n, i), i);
		assert_int_equal(mm_map_add(m, key, (size_t)n, i + 1), i);
	}
	assert_int_equal(mm_map_count(m), 10000);
	assert_int_equal(mm_map_find(m, "k777", 4), 777);
	assert_int_equal(mm_map_find(m, "nope", 4), MM_MAP_NONE);
	assert_int_equal(mm_map_add(m, "", 0, 5), 5);
	assert_int_equal(mm_map_find(m, "", 0), 5);
	assert_null(mm_map_free(m));
}

static void json_minds_its_commas(void **state)
{
	struct mm_buf b;
	struct mm_json j;

	(void)state;
	mm_buf_init(&b, 1000);
	j = mm_json_on(&b);
	mm_json_open(&j, NULL, '{');
	mm_json_int(&j, "a", -1);
	mm_json_open(&j, "b", '[');
	mm_json_close(&j, ']');
	mm_json_open(&j, "c", '[');
	mm_json_double(&j, NULL, 0.5);
	mm_json_null(&j, NULL);
	mm_json_text(&j, NULL, "ё\"");
	mm_json_close(&j, ']');
	mm_json_bool(&j, "d", true);
	mm_json_close(&j, '}');
	mm_buf_byte(&b, 0);
	assert_string_equal((const char *)b.data,
			    "{\"a\":-1,\"b\":[],\"c\":[0.5,null,\"ё\\\"\"],\"d\":true}");
	mm_buf_release(&b);
}

static void shared_bytes_live_as_long_as_their_last_reference(void **state)
{
	struct mm_buf b;
	struct mm_shared *s;

	(void)state;
	mm_buf_init(&b, 100);
	mm_buf_text(&b, "tile");
	s = mm_shared_from_buf(&b);
	assert_int_equal(b.len, 0);
	(void)mm_shared_ref(s);
	(void)mm_shared_unref(s);
	assert_memory_equal(s->data, "tile", 4);
	assert_null(mm_shared_unref(s));
}

static void files_are_written_whole_and_read_to_a_limit(void **state)
{
	char dir[] = "/tmp/munimap-test-XXXXXX", path[64];
	struct mm_buf b;
	struct mm_err err = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/a", dir);
	assert_int_equal(mm_file_write(path, "hello", 5, &err), MM_OK);
	mm_buf_init(&b, 5);
	assert_int_equal(mm_file_read(path, &b, &err), MM_OK);
	assert_memory_equal(b.data, "hello", 5);
	mm_buf_release(&b);
	mm_buf_init(&b, 4);
	assert_int_equal(mm_file_read(path, &b, &err), MM_E_LIMIT);
	mm_buf_release(&b);
	(void)unlink(path);
	assert_int_equal(mm_file_read(path, &b, NULL), MM_E_NOT_FOUND);
	assert_int_equal(mm_file_read(dir, &b, NULL), MM_E_IO);
	(void)rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_arena_stops_at_its_cap_for_good),
	    cmocka_unit_test(a_cleared_arena_begins_anew),
	    cmocka_unit_test(arena_text_is_copied_and_ended),
	    cmocka_unit_test(a_buffer_fails_past_its_maximum_and_stays_failed),
	    cmocka_unit_test(a_map_keeps_the_first_number_of_a_key),
	    cmocka_unit_test(json_minds_its_commas),
	    cmocka_unit_test(shared_bytes_live_as_long_as_their_last_reference),
	    cmocka_unit_test(files_are_written_whole_and_read_to_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
