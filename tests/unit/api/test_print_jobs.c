#include "check.h"

#include "api/api.h"
#include "api/prints/jobs.h"
#include "api/prints/order.h"
#include "base/clock.h"
#include "http/status.h"
#include "http/target.h"
#include "http/wire.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The queue of prints: its ends, how a job goes, what is kept and for how long, by a clock of the test's own;
 * and all of it at once on several threads. Run with BUILD=tsan too. */

enum { WAIT_S = 30 };
static const int64_t HOUR_NS = INT64_C(3600000000000);

static atomic_int_least64_t clock_ns;

static int64_t test_now(void *ctx)
{
	(void)ctx;
	return atomic_load(&clock_ns);
}

/* A piece of work that waits until it may end, or nobody wants it. */
struct task {
	struct mm_job_work work; /* first */
	atomic_int *runs, *released;
	atomic_bool *may_end; /* NULL: at once */
	size_t bytes;
	enum mm_code rc;
};

static enum mm_code run_task(struct mm_job_work *w, struct mm_job *job, struct mm_job_result *ret,
			     struct mm_err *reterr)
{
	struct task *t = (struct task *)w;
	struct mm_buf b;

	atomic_fetch_add(t->runs, 1);
	mm_job_progress(job, 0, 4);
	while (t->may_end && !atomic_load(t->may_end) && !mm_job_is_unwanted(job))
		(void)sched_yield();
	if (mm_job_is_unwanted(job))
		return mm_fail(reterr, MM_E_BUSY, "", "nobody wants it");
	if (mm_job_deadline_ns(job) < mm_clock_mono_ns())
		return mm_fail(reterr, MM_E_BUSY, "", "too late");
	mm_job_progress(job, 3, 4);
	if (t->rc)
		return mm_fail(reterr, t->rc, "elements.legend", "cannot be");
	mm_buf_init(&b, t->bytes + 1);
	for (size_t i = 0; i < t->bytes; i++)
		mm_buf_byte(&b, 'x');
	*ret = (struct mm_job_result){mm_shared_from_buf(&b), "application/pdf", "План.pdf", 4};
	return MM_OK;
}

static void release_task(struct mm_job_work *w)
{
	atomic_fetch_add(((struct task *)w)->released, 1);
	free(w);
}

static atomic_int runs, released;

static enum mm_code add(struct mm_jobs *j, atomic_bool *may_end, size_t bytes, enum mm_code result,
			const char *client, char *ret_id)
{
	struct task *t = calloc(1, sizeof(*t));
	struct mm_err err = {0};
	enum mm_code rc;

	if (!t)
		abort();
	*t = (struct task){{run_task, release_task}, &runs, &released, may_end, bytes, result};
	rc = mm_jobs_add(j, &t->work, client, ret_id, &err);
	if (rc)
		free(t);
	return rc;
}

static struct mm_jobs *jobs_of(struct mm_jobs_options o)
{
	struct mm_jobs *j = NULL;
	struct mm_err err = {0};

	atomic_store(&clock_ns, 1);
	atomic_store(&runs, 0);
	atomic_store(&released, 0);
	o.now = test_now;
	assert_int_equal(mm_jobs_new(&o, &j, &err), MM_OK);
	return j;
}

static struct mm_job_state state_of(struct mm_jobs *j, const char *id)
{
	struct mm_job_state s = {0};

	assert_int_equal(mm_jobs_state(j, id, &s, NULL), MM_OK);
	return s;
}

static struct mm_job_state wait_for(struct mm_jobs *j, const char *id, enum mm_job_status status)
{
	const int64_t end_ns = mm_clock_mono_ns() + WAIT_S * INT64_C(1000000000);
	struct mm_job_state s = state_of(j, id);

	while (s.status != status) {
		assert_true(mm_clock_mono_ns() < end_ns);
		(void)sched_yield();
		s = state_of(j, id);
	}
	return s;
}

static enum mm_code result_of(struct mm_jobs *j, const char *id, size_t *ret_bytes)
{
	struct mm_job_result r = {0};
	const enum mm_code rc = mm_jobs_result(j, id, &r, NULL);

	if (ret_bytes)
		*ret_bytes = rc ? 0 : r.bytes->len;
	if (!rc) {
		assert_string_equal(r.media_type, "application/pdf");
		assert_string_equal(r.name, "План.pdf");
		assert_int_equal(r.sheets, 4);
	}
	(void)mm_shared_unref(r.bytes);
	return rc;
}

static const char *json_of(const struct mm_job_state *s)
{
	static char text[4096];
	struct mm_buf b;
	struct mm_json j;

	mm_buf_init(&b, sizeof(text) - 1);
	j = mm_json_on(&b);
	mm_json_open(&j, NULL, '{');
	mm_job_put(s, &j);
	mm_json_close(&j, '}');
	memcpy(text, b.data, b.len);
	text[b.len] = '\0';
	mm_buf_release(&b);
	return text;
}

static void a_job_waits_runs_and_is_done(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){0});
	char first[MM_JOB_ID_MAX], second[MM_JOB_ID_MAX], expected[256];
	atomic_bool may_end = false;
	struct mm_job_state s;
	size_t bytes;

	(void)state;
	assert_int_equal(add(j, &may_end, 1000, MM_OK, "", first), MM_OK);
	s = wait_for(j, first, MM_JOB_RUNNING);
	assert_int_equal(add(j, NULL, 10, MM_OK, "", second), MM_OK);
	assert_int_equal(strlen(first), 32);
	assert_string_not_equal(first, second);
	s = state_of(j, second);
	(void)snprintf(expected, sizeof(expected),
		       "{\"id\":\"%s\",\"status\":\"queued\",\"before\":0,\"done\":0,\"progress\":0}",
		       second);
	assert_string_equal(json_of(&s), expected);
	assert_int_equal(result_of(j, first, NULL), MM_E_NOT_FOUND);
	assert_int_equal(result_of(j, second, NULL), MM_E_NOT_FOUND);
	atomic_store(&may_end, true);
	s = wait_for(j, first, MM_JOB_DONE);
	(void)snprintf(expected, sizeof(expected),
		       "{\"id\":\"%s\",\"status\":\"done\",\"done\":4,\"sheets\":4,\"progress\":1}", first);
	assert_string_equal(json_of(&s), expected);
	assert_int_equal(result_of(j, first, &bytes), MM_OK);
	assert_int_equal(bytes, 1000);
	(void)wait_for(j, second, MM_JOB_DONE);
	assert_int_equal(mm_jobs_state(j, "0123", &s, NULL), MM_E_NOT_FOUND);
	assert_int_equal(mm_jobs_state(j, "", &s, NULL), MM_E_NOT_FOUND);
	j = mm_jobs_free(j);
	assert_int_equal(atomic_load(&runs), 2);
	assert_int_equal(atomic_load(&released), 2);
}

static void a_failure_is_told_where_it_is(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){0});
	char id[MM_JOB_ID_MAX], expected[512];
	struct mm_job_state s;

	(void)state;
	assert_int_equal(add(j, NULL, 0, MM_E_INVALID, "", id), MM_OK);
	s = wait_for(j, id, MM_JOB_FAILED);
	(void)snprintf(
	    expected, sizeof(expected),
	    "{\"id\":\"%s\",\"status\":\"failed\",\"done\":3,\"sheets\":4,\"progress\":0.75,\"error\":"
	    "{\"code\":\"invalid\",\"where\":\"elements.legend\",\"detail\":\"cannot be\"}}",
	    id);
	assert_string_equal(json_of(&s), expected);
	assert_int_equal(result_of(j, id, NULL), MM_E_NOT_FOUND);
	assert_int_equal(add(j, NULL, 0, MM_E_INTERNAL, "", id), MM_OK);
	s = wait_for(j, id, MM_JOB_FAILED);
	assert_null(strstr(json_of(&s), "cannot be"));
	j = mm_jobs_free(j);
}

static void the_queue_has_an_end_and_so_has_each_client(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){.queue_max = 3, .per_client = 2});
	char id[8][MM_JOB_ID_MAX];
	atomic_bool may_end = false;
	struct mm_job_state s;

	(void)state;
	assert_int_equal(add(j, &may_end, 1, MM_OK, "", id[0]), MM_OK);
	(void)wait_for(j, id[0], MM_JOB_RUNNING);
	assert_int_equal(add(j, &may_end, 1, MM_OK, "10.0.0.1", id[1]), MM_OK);
	assert_int_equal(add(j, &may_end, 1, MM_OK, "10.0.0.1", id[2]), MM_OK);
	assert_int_equal(add(j, &may_end, 1, MM_OK, "10.0.0.1", id[3]), MM_E_LIMIT);
	assert_int_equal(add(j, &may_end, 1, MM_OK, "10.0.0.2", id[3]), MM_OK);
	assert_int_equal(add(j, &may_end, 1, MM_OK, "", id[4]), MM_E_BUSY);
	s = state_of(j, id[3]);
	assert_int_equal(s.before, 2);
	assert_int_equal(mm_jobs_cancel(j, id[1], NULL), MM_OK);
	assert_int_equal(state_of(j, id[1]).status, MM_JOB_CANCELLED);
	assert_int_equal(atomic_load(&released), 1);
	assert_int_equal(add(j, &may_end, 1, MM_OK, "10.0.0.1", id[4]), MM_OK); /* places again */
	atomic_store(&may_end, true);
	(void)wait_for(j, id[4], MM_JOB_DONE);
	j = mm_jobs_free(j);
	assert_int_equal(atomic_load(&runs), 4);
	assert_int_equal(atomic_load(&released), 5);
}

static void what_runs_is_cancelled_and_what_is_done_is_let_go(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){0});
	char id[MM_JOB_ID_MAX], done[MM_JOB_ID_MAX];
	atomic_bool never = false;
	struct mm_job_state s;

	(void)state;
	assert_int_equal(add(j, &never, 1, MM_OK, "", id), MM_OK);
	(void)wait_for(j, id, MM_JOB_RUNNING);
	assert_int_equal(mm_jobs_cancel(j, id, NULL), MM_OK);
	s = state_of(j, id);
	assert_int_equal(s.status, MM_JOB_CANCELLED);
	assert_int_equal(add(j, NULL, 7, MM_OK, "", done), MM_OK);
	(void)wait_for(j, done, MM_JOB_DONE);
	assert_int_equal(result_of(j, id, NULL), MM_E_NOT_FOUND);
	assert_int_equal(mm_jobs_cancel(j, done, NULL), MM_OK);
	assert_int_equal(mm_jobs_state(j, done, &s, NULL), MM_E_GONE);
	assert_int_equal(result_of(j, done, NULL), MM_E_GONE);
	assert_int_equal(mm_jobs_cancel(j, done, NULL), MM_E_GONE);
	assert_int_equal(mm_jobs_cancel(j, "none", NULL), MM_E_NOT_FOUND);
	j = mm_jobs_free(j);
}

static void results_are_kept_an_hour(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){.keep_ns = HOUR_NS});
	char id[MM_JOB_ID_MAX];
	struct mm_job_state s;

	(void)state;
	assert_int_equal(add(j, NULL, 7, MM_OK, "", id), MM_OK);
	(void)wait_for(j, id, MM_JOB_DONE);
	atomic_store(&clock_ns, HOUR_NS);
	assert_int_equal(result_of(j, id, NULL), MM_OK);
	atomic_store(&clock_ns, HOUR_NS + 1);
	assert_int_equal(result_of(j, id, NULL), MM_E_GONE);
	assert_int_equal(mm_jobs_state(j, id, &s, NULL), MM_E_GONE);
	j = mm_jobs_free(j);
}

/* The status of a request as the server would answer it. */
static int ask(struct mm_jobs *j, const char *id, const char *what)
{
	struct mm_api api = {.prints = j};
	struct mm_wire wire = {0};
	struct mm_request r = {.base_url = "", .client = "", .query = "", .wire = &wire};
	struct mm_response rs = {.status = 200};
	struct mm_err err = {0};
	char target[128];
	struct mm_routes *routes = mm_routes_new(mm_api_routes, mm_api_route_count);
	unsigned allow;
	enum mm_code rc;

	MM_ARENA_SCOPE(mem, 1 << 20);
	r.mem = &mem;
	(void)snprintf(target, sizeof(target), "/print/jobs/%s%s", id, what);
	assert_int_equal(mm_target_parse(target, strlen(target), &r).status, 0);
	wire.route = mm_routes_find(routes, &r, &allow);
	(void)mm_routes_free(routes);
	mm_buf_init(&rs.body, 1 << 20);
	rc = wire.route->handle(&api, &r, &rs, &err);
	(void)mm_shared_unref(rs.shared);
	mm_buf_release(&rs.body);
	return rc ? mm_status_of(rc) : rs.status;
}

static void a_result_is_gone_after_an_hour(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){0});
	char id[MM_JOB_ID_MAX];

	(void)state;
	assert_int_equal(add(j, NULL, 7, MM_OK, "", id), MM_OK);
	(void)wait_for(j, id, MM_JOB_DONE);
	assert_int_equal(ask(j, id, "/result"), 200);
	assert_int_equal(ask(j, id, ""), 200);
	assert_int_equal(ask(j, "00112233445566778899aabbccddeeff", "/result"), 404);
	atomic_fetch_add(&clock_ns, HOUR_NS);
	assert_int_equal(ask(j, id, "/result"), 410);
	assert_int_equal(ask(j, id, ""), 410);
	j = mm_jobs_free(j);
}

static void files_have_names_that_systems_take(void **state)
{
	static const struct {
		const char *title, *name;
	} names[] = {
	    {"Улица «Липовая»: 1/2", "Улица «Липовая» 1 2.pdf"},
	    {"", "plan.pdf"},
	    {" ../..\\etc/passwd ", "etc passwd.pdf"},
	    {"a\r\nSet-Cookie: x", "a Set-Cookie x.pdf"},
	    {"\xe2\x80\xae\xd1\x84", "ф.pdf"}, /* a mark that turns the direction of writing */
	    {"con?<>|*\"", "con.pdf"},
	    {"План...", "План.pdf"},
	    {"\xff\xfe", "plan.pdf"},
	};
	char name[MM_JOB_NAME_MAX], title[4001] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		mm_order_file_name(names[i].title, "pdf", name);
		assert_string_equal(name, names[i].name);
	}
	for (int i = 0; i < 2000; i++)
		memcpy(title + 2 * i, "ё", 2);
	mm_order_file_name(title, "pdf", name);
	assert_true(strlen(name) < 160 && strcmp(name + strlen(name) - 4, ".pdf") == 0);
}

static void the_oldest_go_where_there_is_no_room(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){.kept_max = 3, .bytes_max = 100});
	char id[5][MM_JOB_ID_MAX];
	struct mm_job_state s;

	(void)state;
	for (int i = 0; i < 2; i++) {
		atomic_fetch_add(&clock_ns, 1);
		assert_int_equal(add(j, NULL, 40, MM_OK, "", id[i]), MM_OK);
		(void)wait_for(j, id[i], MM_JOB_DONE);
	}
	atomic_fetch_add(&clock_ns, 1);
	assert_int_equal(add(j, NULL, 50, MM_OK, "", id[2]), MM_OK); /* 130 bytes */
	(void)wait_for(j, id[2], MM_JOB_DONE);
	assert_int_equal(result_of(j, id[0], NULL), MM_E_GONE);
	assert_int_equal(result_of(j, id[1], NULL), MM_OK);
	for (int i = 3; i < 5; i++) {
		atomic_fetch_add(&clock_ns, 1);
		assert_int_equal(add(j, NULL, 1, MM_OK, "", id[i]), MM_OK); /* the fourth that is known */
		(void)wait_for(j, id[i], MM_JOB_DONE);
	}
	assert_int_equal(mm_jobs_state(j, id[1], &s, NULL), MM_E_GONE);
	assert_int_equal(result_of(j, id[2], NULL), MM_OK);
	j = mm_jobs_free(j);
}

static void a_deadline_is_given(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){.deadline_ns = 1});
	char id[MM_JOB_ID_MAX];
	struct mm_job_state s;

	(void)state;
	assert_int_equal(add(j, NULL, 7, MM_OK, "", id), MM_OK);
	s = wait_for(j, id, MM_JOB_FAILED);
	assert_string_equal(s.err.msg, "too late");
	j = mm_jobs_free(j);
}

static void a_stop_ends_all_and_takes_no_more(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){.threads = 2});
	char id[6][MM_JOB_ID_MAX];
	atomic_bool never = false;

	(void)state;
	for (int i = 0; i < 6; i++)
		assert_int_equal(add(j, &never, 1, MM_OK, "", id[i]), MM_OK);
	(void)wait_for(j, id[1], MM_JOB_RUNNING);
	mm_jobs_close(j);
	for (int i = 0; i < 6; i++)
		assert_int_equal(state_of(j, id[i]).status, MM_JOB_CANCELLED);
	assert_int_equal(add(j, &never, 1, MM_OK, "", id[0]), MM_E_BUSY);
	mm_jobs_close(j);
	j = mm_jobs_free(j);
	assert_int_equal(atomic_load(&released), 6);
}

/* ---- all at once ---- */

enum { CLIENTS = 4, ROUNDS = 150 };

struct client {
	struct mm_jobs *j;
	unsigned seed;
	pthread_t thread;
	unsigned added, refused, wrong;
};

static void *ask_much(void *ctx)
{
	static atomic_bool at_once = true;
	struct client *c = ctx;
	char id[4][MM_JOB_ID_MAX] = {""};

	for (int i = 0; i < ROUNDS; i++) {
		const unsigned which = (unsigned)rand_r(&c->seed) % 4;
		struct mm_job_state s;
		struct mm_buf b;

		switch ((unsigned)rand_r(&c->seed) % 4) {
		case 0:
			(void)!mm_jobs_cancel(c->j, id[which], NULL);
			break;
		case 1:
			(void)result_of(c->j, id[which], NULL);
			break;
		case 2:
			mm_buf_init(&b, 1 << 14);
			mm_jobs_metrics(c->j, &b);
			c->wrong += b.failed;
			mm_buf_release(&b);
			break;
		default:
			if (add(c->j, &at_once, 100, i % 5 ? MM_OK : MM_E_DATA, "", id[which]) == MM_OK)
				c->added++;
			else
				c->refused++;
		}
		if (*id[which] && mm_jobs_state(c->j, id[which], &s, NULL) == MM_OK)
			c->wrong += s.done > 4;
	}
	return NULL;
}

static void many_ask_at_once(void **state)
{
	struct mm_jobs *j = jobs_of((struct mm_jobs_options){.threads = 2, .queue_max = 4, .kept_max = 8});
	struct client c[CLIENTS];
	unsigned added = 0, refused = 0;

	(void)state;
	for (unsigned i = 0; i < CLIENTS; i++) {
		c[i] = (struct client){.j = j, .seed = i + 1};
		assert_int_equal(pthread_create(&c[i].thread, NULL, ask_much, &c[i]), 0);
	}
	for (int i = 0; i < CLIENTS; i++) {
		(void)pthread_join(c[i].thread, NULL);
		assert_int_equal(c[i].wrong, 0);
		added += c[i].added;
		refused += c[i].refused;
	}
	j = mm_jobs_free(j);
	assert_int_equal(atomic_load(&released), added);
	assert_true(added > 10);
	print_message("%u jobs, %u turned away\n", added, refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_job_waits_runs_and_is_done),
	    cmocka_unit_test(a_failure_is_told_where_it_is),
	    cmocka_unit_test(the_queue_has_an_end_and_so_has_each_client),
	    cmocka_unit_test(what_runs_is_cancelled_and_what_is_done_is_let_go),
	    cmocka_unit_test(results_are_kept_an_hour),
	    cmocka_unit_test(a_result_is_gone_after_an_hour),
	    cmocka_unit_test(files_have_names_that_systems_take),
	    cmocka_unit_test(the_oldest_go_where_there_is_no_room),
	    cmocka_unit_test(a_deadline_is_given),
	    cmocka_unit_test(a_stop_ends_all_and_takes_no_more),
	    cmocka_unit_test(many_ask_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
