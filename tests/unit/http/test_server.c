#include "check.h"

#include "http/server.h"

#include <string.h>

static const struct mm_route none[1];

static struct mm_server_options usual(void)
{
	return (struct mm_server_options){.routes = none, .threads = 2};
}

static void it_starts_on_a_free_port_and_stops(void **state)
{
	struct mm_server_options o = usual();
	struct mm_server *s = NULL;
	struct mm_buf text;

	(void)state;
	assert_int_equal(mm_server_start(&o, &s, NULL), MM_OK);
	assert_true(mm_server_port(s) > 0);
	mm_buf_init(&text, 100000);
	mm_server_metrics(s, &text);
	assert_false(text.failed);
	mm_buf_byte(&text, 0);
	assert_non_null(strstr((const char *)text.data, "munimap_http_connections 0\n"));
	mm_buf_release(&text);
	assert_null(mm_server_stop(s, 100));
	assert_null(mm_server_stop(NULL, 100));
}

static void a_taken_port_is_busy(void **state)
{
	struct mm_server_options o = usual();
	struct mm_server *first = NULL, *second = NULL;
	struct mm_err err = {0};

	(void)state;
	o.threads = 1;
	assert_int_equal(mm_server_start(&o, &first, NULL), MM_OK);
	o.port = mm_server_port(first);
	assert_int_equal(mm_server_start(&o, &second, &err), MM_E_BUSY);
	assert_string_equal(err.where, "port");
	assert_null(second);
	assert_null(mm_server_stop(first, 0));
}

static void options_out_of_range_are_refused(void **state)
{
	static const char *const proxy[] = {"10.0.0.0/99"};
	struct mm_server_options o[6];

	(void)state;
	for (size_t i = 0; i < 6; i++)
		o[i] = usual();
	o[0].threads = 1000;
	o[1].max_connections = 1;
	o[2].public_url = "https://h/";
	o[3].trusted_proxies = proxy;
	o[3].trusted_proxy_count = 1;
	o[4].idle_timeout_s = 100000;
	o[5].bind = "300.1.1.1";
	for (size_t i = 0; i < 6; i++) {
		struct mm_server *s = NULL;
		struct mm_err err = {0};

		assert_int_equal(mm_server_start(&o[i], &s, &err), MM_E_INVALID);
		assert_null(s);
		assert_true(err.msg[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_starts_on_a_free_port_and_stops),
	    cmocka_unit_test(a_taken_port_is_busy),
	    cmocka_unit_test(options_out_of_range_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
