#include "base/clock.h"
#include "base/stop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static void a_deadline_passes(void **state)
{
	(void)state;
	assert_false(mm_stop_is_due(0));
	assert_false(mm_stop_is_due(mm_clock_mono_ns() + (int64_t)3600 * 1000000000));
	assert_true(mm_stop_is_due(mm_clock_mono_ns() - 1));
}

static void a_client_leaves(void **state)
{
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	mm_stop_watch(fd[0]);
	assert_false(mm_stop_is_due(0));
	assert_int_equal(write(fd[1], "x", 1), 1);
	while (!mm_stop_is_due(0)) /* not looked at each time */
		;
	assert_true(mm_stop_is_due(mm_clock_mono_ns() + (int64_t)3600 * 1000000000));
	mm_stop_watch(-1);
	assert_false(mm_stop_is_due(0));
	mm_stop_watch(fd[0]);
	assert_true(mm_stop_is_due(0)); /* at once */
	mm_stop_watch(-1);
	(void)close(fd[0]);
	(void)close(fd[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_deadline_passes),
	    cmocka_unit_test(a_client_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
