#include "made.h"

#include "http/gate.h"

struct row {
	const char *method, *version;
	const char *line[5];
	int status;
};

static int status_of(const struct row *row, struct mm_body_plan *plan)
{
	struct mm_header_line line[5];
	struct mm_head head = {.method = row->method, .version = row->version, .line = line};
	enum mm_method method = MM_METHOD_COUNT;
	struct mm_verdict v;

	while (head.line_count < 5 && row->line[head.line_count]) {
		line[head.line_count] = line_of(row->line[head.line_count]);
		head.line_count++;
	}
	v = mm_gate_head(&head, &method, plan);
	if (v.status)
		assert_int_equal(method, MM_METHOD_COUNT); /* untouched */
	else
		assert_string_equal(mm_method_name(method), row->method);
	assert_true((v.status == 0) == (v.why == NULL));
	return v.status;
}

/* Framing, host or method in doubt, and what we do not do: each has its own refusal. */
static void heads_that_leave_a_doubt_are_refused(void **state)
{
	static const struct row rows[] = {
	    {"GET", "HTTP/1.1", {"Host: h"}, 0},
	    {"GET", "HTTP/1.0", {"Host: h:8080"}, 0},
	    {"OPTIONS", "HTTP/1.1", {"Host: [::1]:80"}, 0},
	    {"GET", "HTTP/1.1", {"hOST: h", "Content-Length: 0"}, 0},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: 5"}, 0},
	    {"PUT", "HTTP/1.1", {"Host: h", "Transfer-Encoding: Chunked"}, 0},
	    {"POST", "HTTP/1.1", {"Host: h", "Expect: 100-Continue"}, 0},
	    {"GET", "HTTP/1.1", {NULL}, 400},
	    {"GET", "HTTP/1.1", {"Host: a", "Host: b"}, 400},
	    {"GET", "HTTP/1.1", {"Host: a", "host: a"}, 400},
	    {"GET", "HTTP/1.1", {"Host: a b"}, 400},
	    {"GET", "HTTP/1.1", {"Host: a\"onload="}, 400},
	    {"GET", "HTTP/1.1", {"Host: a/b"}, 400},
	    {"GET", "HTTP/1.1", {"Host: "}, 400},
	    {"GET", "HTTP/1.9", {"Host: h"}, 505},
	    {"GET", "HTTP/2.0", {"Host: h"}, 505},
	    {"GET", "", {"Host: h"}, 505},
	    {"BREW", "HTTP/1.1", {"Host: h"}, 501},
	    {"get", "HTTP/1.1", {"Host: h"}, 501},
	    {"TRACE", "HTTP/1.1", {"Host: h"}, 501},
	    {"CONNECT", "HTTP/1.1", {"Host: h"}, 501},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: 5", "Transfer-Encoding: chunked"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: 5", "Content-Length: 5"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: +5"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: 5, 5"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: -1"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: 5abc"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: 18446744073709551621"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Length: "}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Transfer-Encoding: xchunked"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Transfer-Encoding: identity, chunked"}, 400},
	    {"POST",
	     "HTTP/1.1",
	     {"Host: h", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"},
	     400},
	    {"POST", "HTTP/1.0", {"Host: h", "Transfer-Encoding: chunked"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Transfer-Encoding : chunked"}, 400},
	    {"POST", "HTTP/1.1", {"Host: h", "Content-Encoding: gzip"}, 415},
	    {"POST", "HTTP/1.1", {"Host: h", "Expect: tea"}, 417},
	    {"GET", "HTTP/1.1", {"Host: h", "Content-Length: 1"}, 400},
	    {"HEAD", "HTTP/1.1", {"Host: h", "Transfer-Encoding: chunked"}, 400},
	    {"DELETE", "HTTP/1.1", {"Host: h", "Content-Length: 1"}, 400},
	    {"GET", "HTTP/1.1", {"Host: h", "X: a\rb"}, 400},
	    {"GET", "HTTP/1.1", {"Host: h", "X: a\x7f"}, 400},
	    {"GET", "HTTP/1.1", {"Host: h", "X Y: a"}, 400},
	    {"GET", "HTTP/1.1", {"Host: h", "X\xd0\xb0: a"}, 400},
	    {"GET", "HTTP/1.1", {"Host: h", ": a"}, 400},
	    {"GET", "HTTP/1.1", {"Host: h", "X: \xd0\xb0\tb"}, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mm_body_plan plan = {0};

		if (status_of(&rows[i], &plan) != rows[i].status)
			fail_msg("row %zu: %s %s", i, rows[i].method, rows[i].line[1] ? rows[i].line[1] : "");
	}
}

static void the_body_is_known_from_the_head(void **state)
{
	static const struct row sized = {"POST", "HTTP/1.1", {"Host: h", "Content-Length: 0012"}, 0};
	static const struct row chunked = {"POST", "HTTP/1.1", {"Host: h", "Transfer-Encoding: chunked"}, 0};
	static const struct row none = {"POST", "HTTP/1.1", {"Host: h", "Content-Length: 0"}, 0};
	struct mm_body_plan plan = {0};

	(void)state;
	assert_int_equal(status_of(&sized, &plan), 0);
	assert_true(plan.expected && !plan.chunked && plan.bytes == 12);
	assert_int_equal(status_of(&chunked, &plan), 0);
	assert_true(plan.expected && plan.chunked);
	assert_int_equal(status_of(&none, &plan), 0);
	assert_false(plan.expected);
}

static void more_than_64_lines_are_refused(void **state)
{
	struct mm_header_line line[65];
	struct mm_head head = {.method = "GET", .version = "HTTP/1.1", .line = line, .line_count = 64};
	enum mm_method method;
	struct mm_body_plan plan;

	(void)state;
	line[0] = line_of("Host: h");
	for (size_t i = 1; i < 65; i++)
		line[i] = line_of("X: y");
	assert_int_equal(mm_gate_head(&head, &method, &plan).status, 0);
	head.line_count = 65;
	assert_int_equal(mm_gate_head(&head, &method, &plan).status, 431);
}

static void hosts_are_names_or_addresses(void **state)
{
	static const char *const good[] = {"h",
					   "map.example.org",
					   "127.0.0.1:8080",
					   "[::1]",
					   "[2001:db8::1]:443",
					   "xn--80ak.xn--p1ai",
					   "under_score:1",
					   "h:65535"};
	static const char *const bad[] = {"",    "h:",     "h:0",     "h:65536", "h:80a", "[::1",
					  "[]",  "[::1]x", "a,b",     "a@b",     "a?b",   "a#b",
					  "a b", "a\\b",   "h:80:80", "[g::]",   "<h>",   "h:123456"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(mm_gate_is_host(good[i], strlen(good[i])));
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (mm_gate_is_host(bad[i], strlen(bad[i])))
			fail_msg("%s", bad[i]);
	}
	assert_false(mm_gate_is_host("a\0b", 3));
	assert_true(mm_gate_is_host("ab, c", 2)); /* only n bytes are looked at */
	assert_true(mm_gate_is_host("h:80, c", 4));
}

static void allow_lists_what_the_server_answers_too(void **state)
{
	MM_ARENA_SCOPE(mem, 4096);

	(void)state;
	assert_string_equal(mm_gate_allow(1u << MM_GET, &mem), "GET, HEAD, OPTIONS");
	assert_string_equal(mm_gate_allow(1u << MM_POST | 1u << MM_DELETE, &mem), "OPTIONS, POST, DELETE");
	assert_string_equal(mm_gate_allow((1u << MM_METHOD_COUNT) - 1, &mem),
			    "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(heads_that_leave_a_doubt_are_refused),
	    cmocka_unit_test(the_body_is_known_from_the_head),
	    cmocka_unit_test(more_than_64_lines_are_refused),
	    cmocka_unit_test(hosts_are_names_or_addresses),
	    cmocka_unit_test(allow_lists_what_the_server_answers_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
