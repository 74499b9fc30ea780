#include "http/metrics.h"

#include <inttypes.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

enum { STATUS_MIN = 100, STATUS_END = 600, BOUND_COUNT = 10, PARTS = 4 };

/* Upper bounds in seconds: a cached tile takes 0.0001, a heavy query 1, the deadline of items is 10. */
static const double bounds[BOUND_COUNT] = {0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10};

struct row {
	atomic_uint_least64_t by_status[STATUS_END - STATUS_MIN];
	atomic_uint_least64_t bucket[BOUND_COUNT + 1]; /* the last is above all bounds */
	atomic_uint_least64_t micros, bytes_in, bytes_out;
};

struct mm_metrics {
	const struct mm_route *routes;
	size_t count;
	/* count + 1 for each part: the last is for requests without a route. A core counts in a part of its
	 * own; what is told is the sum. */
	struct row *row;
};

struct mm_metrics *mm_metrics_new(const struct mm_route *routes, size_t count)
{
	struct mm_metrics *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->row = calloc((count + 1) * PARTS, sizeof(*m->row));
	if (!m->row) {
		free(m);
		return NULL;
	}
	m->routes = routes;
	m->count = count;
	return m;
}

struct mm_metrics *mm_metrics_free(struct mm_metrics *m)
{
	if (m)
		free(m->row);
	free(m);
	return NULL;
}

static void add(atomic_uint_least64_t *counter, uint64_t n)
{
	if (n)
		(void)atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* The sum over the parts of what stands `offset` bytes into the i-th row. */
static uint64_t get(const struct mm_metrics *m, size_t i, size_t offset)
{
	uint64_t sum = 0;

	for (size_t part = 0; part < PARTS; part++) {
		const char *row = (const char *)&m->row[part * (m->count + 1) + i];

		sum += atomic_load_explicit((const atomic_uint_least64_t *)(const void *)(row + offset),
					    memory_order_relaxed);
	}
	return sum;
}

/* The same over all rows. */
static uint64_t get_all(const struct mm_metrics *m, size_t offset)
{
	uint64_t sum = 0;

	for (size_t i = 0; i <= m->count; i++)
		sum += get(m, i, offset);
	return sum;
}

static uint64_t get_bucket(const struct mm_metrics *m, size_t i, size_t b)
{
	return get(m, i, offsetof(struct row, bucket) + b * sizeof(m->row->bucket[0]));
}

void mm_metrics_add(struct mm_metrics *m, const struct mm_route *route, int status, double seconds,
		    uint64_t bytes_in, uint64_t bytes_out)
{
	const int core = sched_getcpu();
	const size_t part = core < 0 ? 0 : (size_t)core % PARTS;
	struct row *row = &m->row[part * (m->count + 1) + (route ? (size_t)(route - m->routes) : m->count)];
	size_t b = 0;

	while (b < BOUND_COUNT && seconds > bounds[b])
		b++;
	if (status >= STATUS_MIN && status < STATUS_END)
		add(&row->by_status[status - STATUS_MIN], 1);
	add(&row->bucket[b], 1);
	add(&row->micros, seconds > 0 ? (uint64_t)(seconds * 1e6) : 0);
	add(&row->bytes_in, bytes_in);
	add(&row->bytes_out, bytes_out);
}

static const char *name_of(const struct mm_metrics *m, size_t i)
{
	return i < m->count ? m->routes[i].name : "none";
}

static void head(struct mm_buf *out, const char *name, const char *type, const char *help)
{
	mm_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single(struct mm_buf *out, const char *name, const char *type, const char *help, uint64_t v)
{
	head(out, name, type, help);
	mm_buf_printf(out, "%s %" PRIu64 "\n", name, v);
}

static void put_requests(const struct mm_metrics *m, struct mm_buf *out)
{
	head(out, "munimap_http_requests_total", "counter", "Answered requests by route and status.");
	for (size_t i = 0; i <= m->count; i++) {
		for (int s = 0; s < STATUS_END - STATUS_MIN; s++) {
			uint64_t n = get(
			    m, i, offsetof(struct row, by_status) + (size_t)s * sizeof(m->row->by_status[0]));

			if (n)
				mm_buf_printf(out,
					      "munimap_http_requests_total{route=\"%s\",code=\"%d\"} %" PRIu64
					      "\n",
					      name_of(m, i), s + STATUS_MIN, n);
		}
	}
}

static void put_histogram(const struct mm_metrics *m, size_t i, struct mm_buf *out)
{
	static const char name[] = "munimap_http_request_duration_seconds";
	uint64_t sum = 0;

	for (size_t b = 0; b <= BOUND_COUNT; b++) {
		sum += get_bucket(m, i, b);
		mm_buf_printf(out, "%s_bucket{route=\"%s\",le=\"", name, name_of(m, i));
		if (b < BOUND_COUNT)
			mm_buf_double(out, bounds[b]);
		else
			mm_buf_text(out, "+Inf");
		mm_buf_printf(out, "\"} %" PRIu64 "\n", sum);
	}
	mm_buf_printf(out, "%s_sum{route=\"%s\"} ", name, name_of(m, i));
	mm_buf_double(out, (double)get(m, i, offsetof(struct row, micros)) / 1e6);
	mm_buf_printf(out, "\n%s_count{route=\"%s\"} %" PRIu64 "\n", name, name_of(m, i), sum);
}

static bool is_used(const struct mm_metrics *m, size_t i)
{
	for (size_t b = 0; b <= BOUND_COUNT; b++) {
		if (get_bucket(m, i, b))
			return true;
	}
	return false;
}

void mm_metrics_write(const struct mm_metrics *m, const struct mm_connection_counts *c, struct mm_buf *out)
{
	put_requests(m, out);
	head(out, "munimap_http_request_duration_seconds", "histogram",
	     "Time to make an answer, by route, without the time to send it.");
	for (size_t i = 0; i <= m->count; i++) {
		if (is_used(m, i))
			put_histogram(m, i, out);
	}
	single(out, "munimap_http_request_bytes_total", "counter", "Bytes of request bodies.",
	       get_all(m, offsetof(struct row, bytes_in)));
	single(out, "munimap_http_response_bytes_total", "counter", "Bytes of response bodies.",
	       get_all(m, offsetof(struct row, bytes_out)));
	single(out, "munimap_http_connections", "gauge", "Open connections.", c->open);
	single(out, "munimap_http_connections_total", "counter", "Accepted connections.", c->accepted);
	head(out, "munimap_http_connections_cut_total", "counter", "Connections closed by us, by reason.");
	mm_buf_printf(out, "munimap_http_connections_cut_total{reason=\"slow\"} %" PRIu64 "\n", c->cut_slow);
	mm_buf_printf(out, "munimap_http_connections_cut_total{reason=\"crowded\"} %" PRIu64 "\n",
		      c->cut_crowded);
	mm_buf_printf(out, "munimap_http_connections_cut_total{reason=\"address_limit\"} %" PRIu64 "\n",
		      c->refused);
}
