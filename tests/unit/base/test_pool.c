#include "check.h"

#include "base/pool.h"

#include <stdlib.h>
#include <unistd.h>

static int made, unmade;

static void *make(void)
{
	made++;
	return calloc(1, 1);
}

static void unmake(void *thing)
{
	unmade++;
	free(thing);
}

static void a_thing_that_came_back_is_taken_again(void **state)
{
	struct mm_pool *p = mm_pool_new(make, unmake);
	void *one, *two;

	(void)state;
	made = unmade = 0;
	one = mm_pool_take(p);
	two = mm_pool_take(p);
	assert_int_equal(made, 2);
	assert_ptr_not_equal(one, two);
	mm_pool_give(p, one);
	mm_pool_give(p, NULL);
	assert_ptr_equal(mm_pool_take(p), one);
	assert_int_equal(made, 2);
	mm_pool_give(p, one);
	mm_pool_give(p, two);
	assert_null(mm_pool_free(p));
	assert_int_equal(unmade, 2);
}

static void now_and_then_one_is_let_go(void **state)
{
	struct mm_pool *p = mm_pool_new(make, unmake);

	(void)state;
	made = unmade = 0;
	/* they are counted on each core: on the busiest are enough of them */
	for (long i = 0; i < 100000 * sysconf(_SC_NPROCESSORS_CONF) && !unmade; i++)
		mm_pool_give(p, mm_pool_take(p));
	assert_int_equal(unmade, 1);
	(void)mm_pool_free(p);
	assert_int_equal(made, unmade);
}

static void more_than_it_keeps_are_freed(void **state)
{
	struct mm_pool *p = mm_pool_new(make, unmake);
	void *thing[100];

	(void)state;
	made = unmade = 0;
	for (int i = 0; i < 100; i++)
		thing[i] = mm_pool_take(p);
	for (int i = 0; i < 100; i++)
		mm_pool_give(p, thing[i]);
	assert_in_range(unmade, 1, 99);
	(void)mm_pool_free(p);
	assert_int_equal(unmade, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_thing_that_came_back_is_taken_again),
	    cmocka_unit_test(now_and_then_one_is_let_go),
	    cmocka_unit_test(more_than_it_keeps_are_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
