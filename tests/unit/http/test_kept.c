#include "check.h"

#include "http/compress.h"
#include "http/kept.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers with kept contents: what goes out is what would go out if it were made for each request. */

enum { ANSWER_MAX = 64 * 1024, PLAIN_BYTES = 20000, PACKED_MAX = 64 * 1024 };

struct content {
	struct mm_shared *packed;
	struct mm_kept *kept; /* NULL: every answer is made */
	char etag[8];
};

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER; /* guards `current` */
static struct content current;
static atomic_int handled;
static atomic_bool recalls;

static struct content content_new(char byte, bool is_kept)
{
	char *plain = malloc(PLAIN_BYTES);
	struct content c = {.kept = is_kept ? mm_kept_new() : NULL, .etag = {'t', byte}};
	struct mm_buf b;

	memset(plain, byte, PLAIN_BYTES);
	mm_buf_init(&b, PACKED_MAX);
	assert_int_equal(mm_compress(MM_ENCODING_GZIP, plain, PLAIN_BYTES, &b, NULL), MM_OK);
	c.packed = mm_shared_from_buf(&b);
	free(plain);
	return c;
}

static struct content content_ref(const struct content *c)
{
	(void)mm_shared_ref(c->packed);
	if (c->kept)
		(void)mm_kept_ref(c->kept);
	return *c;
}

/* Takes over the content. */
static void set_current(struct content c)
{
	struct content old;

	(void)pthread_mutex_lock(&mu);
	old = current;
	current = c;
	(void)pthread_mutex_unlock(&mu);
	(void)mm_shared_unref(old.packed);
	(void)mm_kept_unref(old.kept);
}

static void fill(const struct mm_request *r, struct mm_response *rs)
{
	(void)pthread_mutex_lock(&mu);
	rs->shared = mm_shared_ref(current.packed);
	rs->kept = current.kept ? mm_kept_ref(current.kept) : NULL;
	rs->etag = mm_arena_text(r->mem, current.etag, strlen(current.etag));
	(void)pthread_mutex_unlock(&mu);
	rs->shared_encoding = "gzip";
	rs->no_compress = true;
	rs->content_type = "text/plain";
}

static enum mm_code handle(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	(void)ctx;
	(void)reterr;
	(void)atomic_fetch_add(&handled, 1);
	fill(r, rs);
	return MM_OK;
}

static const struct mm_route routes[] = {{"/a/{b}", 1u << MM_GET, "a", handle}};

static bool recall(void *ctx, const struct mm_request *r, const char *target, size_t n,
		   struct mm_response *rs, const struct mm_route **ret)
{
	(void)ctx;
	if (!atomic_load(&recalls) || n != 4 || memcmp(target, "/a/b", 4) != 0)
		return false;
	fill(r, rs);
	*ret = routes;
	return true;
}

/* What was told of the HEAD: the requests before it may end after it. */
static struct mm_access last;
static char last_path[100], last_route[100];

static void on_access(void *ctx, const struct mm_access *a)
{
	(void)ctx;
	if (strcmp(a->method, "HEAD") != 0)
		return;
	(void)pthread_mutex_lock(&mu);
	last = *a;
	(void)snprintf(last_path, sizeof(last_path), "%s?%s", a->path, a->query);
	(void)snprintf(last_route, sizeof(last_route), "%s", a->route ? a->route : "");
	(void)pthread_mutex_unlock(&mu);
}

static struct mm_server *start(void)
{
	const struct mm_server_options o = {
	    .routes = routes, .route_count = 1, .threads = 2, .recall = recall, .on_access = on_access};
	struct mm_server *s = NULL;

	assert_int_equal(mm_server_start(&o, &s, NULL), MM_OK);
	return s;
}

static int dial(const struct mm_server *s)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(mm_server_port(s))};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ? fd : -1;
}

/* The whole answer, Date's digits overwritten. Returns its length; 0: the connection has ended. */
static size_t ask(int fd, const char *method, const char *lines, char *answer)
{
	char text[600];
	const int n = snprintf(text, sizeof(text), "%s\r\nHost: h\r\n%s\r\n", method, lines);
	size_t len = 0, whole = ANSWER_MAX;
	char *at;

	if (send(fd, text, (size_t)n, MSG_NOSIGNAL) != n)
		return 0;
	while (len < whole) {
		const ssize_t got = recv(fd, answer + len, ANSWER_MAX - len - 1, 0);

		if (got <= 0)
			break;
		len += (size_t)got;
		answer[len] = '\0';
		at = strstr(answer, "\r\n\r\n");
		if (!at || whole < ANSWER_MAX)
			continue;
		whole = (size_t)(at - answer) + 4;
		at = strstr(answer, "\r\nContent-Length: ");
		if (at && method[0] == 'G' && memcmp(answer + 9, "200", 3) == 0)
			whole += strtoul(at + 18, NULL, 10);
	}
	at = len ? strstr(answer, "\r\nDate: ") : NULL;
	if (at)
		memset(at + 8, '-', 29);
	return len;
}

static void they_are_the_same_byte_for_byte(void **state)
{
	static const struct {
		const char *method, *lines, *status;
	} rows[] = {
	    {"GET /a/b HTTP/1.1", "Accept-Encoding: gzip\r\n", "200"},
	    {"HEAD /a/b HTTP/1.1", "Accept-Encoding: gzip\r\n", "200"},
	    {"GET /a/b HTTP/1.1", "Accept-Encoding: gzip, br\r\nIf-None-Match: \"tx-gz\"\r\n", "304"},
	    {"GET /a/b HTTP/1.1", "Accept-Encoding: gzip\r\nIf-None-Match: \"tx\"\r\n", "304"},
	    {"GET /a/b HTTP/1.1", "Accept-Encoding: gzip\r\nIf-None-Match: *\r\n", "304"},
	    {"GET /a/b HTTP/1.1", "Accept-Encoding: gzip, zstd\r\nIf-None-Match: \"tx-zst\"\r\n", "304"},
	    {"HEAD /a/b HTTP/1.1", "Accept-Encoding: gzip\r\nIf-None-Match: W/\"tx-gz\"\r\n", "304"},
	    {"GET /a/b HTTP/1.1", "If-None-Match: \"tx-gz\"\r\n", "200"},
	    {"GET /a/b HTTP/1.1", "Accept-Encoding: gzip\r\nIf-None-Match: \"ty-gz\"\r\n", "200"},
	    {"GET /a/b HTTP/1.1", "", "200"},
	    {"GET /a/b HTTP/1.1", "Accept-Encoding: identity\r\nIf-None-Match: \"tx\"\r\n", "304"},
	    {"HEAD /a/b HTTP/1.1", "Accept-Encoding: br\r\n", "200"},
	    {"GET /a/b HTTP/1.1", "Accept-Encoding: gzip\r\nConnection: close\r\n", "200"},
	    {"GET /a/b HTTP/1.0", "Accept-Encoding: gzip\r\n", "200"},
	    {"GET /a/b HTTP/1.0", "Accept-Encoding: gzip\r\nConnection: keep-alive\r\n", "200"},
	    {"GET /a/b?c HTTP/1.1", "Accept-Encoding: gzip\r\n", "200"},
	    {"POST /a/b HTTP/1.1", "Content-Length: 0\r\n", "405"},
	};
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct mm_server *s = start();
	struct content plain = content_new('x', false), ready = content_new('x', true);
	char *made = malloc(ANSWER_MAX), *kept = malloc(ANSWER_MAX);

	(void)state;
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < ROWS; i++) {
			int fd = dial(s);
			size_t n, m;

			atomic_store(&recalls, false);
			set_current(content_ref(&plain));
			n = ask(fd, rows[i].method, rows[i].lines, made);
			(void)close(fd);
			fd = dial(s);
			atomic_store(&recalls, round == 2);
			set_current(content_ref(&ready));
			/* twice: the second is kept if any is */
			assert_true(ask(fd, rows[i].method, rows[i].lines, kept) > 0);
			(void)close(fd);
			fd = dial(s);
			m = ask(fd, rows[i].method, rows[i].lines, kept);
			(void)close(fd);
			if (n != m || n == 0 || memcmp(made, kept, n) != 0 ||
			    memcmp(made + 9, rows[i].status, 3) != 0)
				fail_msg("row %zu: %.400s\n%.400s", i, made, kept);
		}
	free(made);
	free(kept);
	assert_null(mm_server_stop(s, 1000));
	set_current(plain);
	set_current(ready);
	set_current((struct content){0});
}

static void what_has_changed_is_sent_anew(void **state)
{
	static const char get[] = "GET /a/b HTTP/1.1", lines[] = "Accept-Encoding: gzip\r\n",
			  held[] = "Accept-Encoding: gzip\r\nIf-None-Match: \"tx-gz\"\r\n";
	struct mm_server *s = start();
	char *answer = malloc(ANSWER_MAX);
	int fd = dial(s);

	(void)state;
	atomic_store(&recalls, true);
	for (int i = 0; i < 6; i++) {
		const char byte = "xyxzxx"[i];
		char tag[24];

		set_current(content_new(byte, true));
		(void)snprintf(tag, sizeof(tag), "ETag: \"t%c-gz\"\r\n", byte);
		for (int again = 0; again < 3; again++) {
			assert_true(ask(fd, get, lines, answer) > 0);
			assert_non_null(strstr(answer, tag));
			assert_true(ask(fd, get, held, answer) > 0);
			assert_memory_equal(answer + 9, byte == 'x' ? "304" : "200", 3);
			assert_non_null(strstr(answer, tag));
		}
	}
	(void)close(fd);
	free(answer);
	assert_null(mm_server_stop(s, 1000));
	set_current((struct content){0});
}

static void what_is_recalled_needs_no_handler_and_is_logged(void **state)
{
	struct mm_server *s = start();
	char *answer = malloc(ANSWER_MAX);
	struct mm_buf text;
	int fd = dial(s);

	(void)state;
	atomic_store(&recalls, true);
	atomic_store(&handled, 0);
	set_current(content_new('x', true));
	for (int i = 0; i < 3; i++)
		assert_true(ask(fd, "GET /a/b HTTP/1.1", "Accept-Encoding: gzip\r\n", answer) > 0);
	assert_true(ask(fd, "GET /a/b HTTP/1.1", "Accept-Encoding: gzip\r\nContent-Length: 0\r\n", answer) >
		    0);
	assert_int_equal(atomic_load(&handled), 0);
	assert_true(ask(fd, "GET /a/%62 HTTP/1.1", "Accept-Encoding: gzip\r\n", answer) > 0);
	assert_true(ask(fd, "GET /a/b/ HTTP/1.1", "Accept-Encoding: gzip\r\n", answer) > 0);
	assert_int_equal(atomic_load(&handled), 2);
	(void)close(fd);
	fd = dial(s);
	assert_true(ask(fd, "HEAD /a/b HTTP/1.1", "Accept-Encoding: gzip\r\nUser-Agent: u\r\n", answer) > 0);
	(void)close(fd);
	mm_buf_init(&text, 1 << 20);
	mm_server_metrics(s, &text);
	mm_buf_byte(&text, 0);
	assert_non_null(strstr((const char *)text.data, "{route=\"a\",code=\"200\"}"));
	assert_null(mm_server_stop(s, 1000));
	assert_string_equal(last_path, "/a/b?");
	assert_string_equal(last_route, "a");
	assert_int_equal(last.status, 200);
	assert_int_equal(last.bytes, 0);
	mm_buf_release(&text);
	free(answer);
	set_current((struct content){0});
}

struct asker {
	const struct mm_server *s;
	pthread_t thread;
	bool is_fine;
};

static void *ask_often(void *ctx)
{
	struct asker *a = ctx;
	char *answer = malloc(ANSWER_MAX);
	int fd = dial(a->s);

	a->is_fine = fd >= 0;
	for (int i = 0; i < 300 && a->is_fine; i++)
		a->is_fine = ask(fd, "GET /a/b HTTP/1.1",
				 i % 2 ? "Accept-Encoding: gzip\r\n"
				       : "Accept-Encoding: gzip\r\nIf-None-Match: \"tx-gz\"\r\n",
				 answer) > 0 &&
			     (!memcmp(answer + 9, "200", 3) || (i % 2 == 0 && !memcmp(answer + 9, "304", 3)));
	(void)close(fd);
	free(answer);
	return NULL;
}

static void threads_share_them_while_they_change(void **state)
{
	struct mm_server *s = start();
	struct asker a[4];

	(void)state;
	atomic_store(&recalls, true);
	set_current(content_new('x', true));
	for (int i = 0; i < 4; i++) {
		a[i] = (struct asker){.s = s};
		assert_int_equal(pthread_create(&a[i].thread, NULL, ask_often, &a[i]), 0);
	}
	for (int i = 0; i < 100; i++)
		set_current(content_new(i % 2 ? 'x' : 'y', true));
	for (int i = 0; i < 4; i++) {
		(void)pthread_join(a[i].thread, NULL);
		assert_true(a[i].is_fine);
	}
	assert_null(mm_server_stop(s, 1000));
	set_current((struct content){0});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(they_are_the_same_byte_for_byte),
	    cmocka_unit_test(what_has_changed_is_sent_anew),
	    cmocka_unit_test(what_is_recalled_needs_no_handler_and_is_logged),
	    cmocka_unit_test(threads_share_them_while_they_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
