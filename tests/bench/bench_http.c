#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/*
 * Asks a server on 127.0.0.1 for each path of a list once, so that no cache answers, over keep-alive
 * connections that each have one request under way:
 *
 *     bench_http PORT CONNECTIONS [ENCODING] < PATHS
 *
 * Accept-Encoding is ENCODING, default gzip. Prints: answers, of these not 200 or 204, seconds, bytes of
 * bodies, and the median, p99 and slowest answer in milliseconds. A body without Content-Length or chunks is
 * an error.
 */

enum { CONNECTIONS_MAX = 64, ROOM = 64 << 20, PATHS_MAX = 1 << 20 };

struct connection {
	int fd;
	char *in;
	size_t len;
	long long asked_ns;
	bool is_busy;
};

struct run {
	char **path;
	size_t path_count, next, done, bad;
	double *ms;
	unsigned long long bytes;
	struct connection c[CONNECTIONS_MAX];
	int count, port;
	const char *encoding;
};

static long long now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_http: %s\n", what);
	exit(1);
}

static void open_one(struct run *r, struct connection *c)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)r->port)};
	int one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof(a)) ||
	    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		die("cannot connect");
	if (!c->in)
		c->in = malloc(ROOM);
	if (!c->in)
		die("out of memory");
}

static void ask(struct run *r, struct connection *c)
{
	char text[1200];
	int n;

	c->is_busy = r->next < r->path_count;
	if (!c->is_busy)
		return;
	n = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: %s\r\n\r\n",
		     r->path[r->next++], r->encoding);
	c->len = 0;
	c->asked_ns = now_ns();
	if (n < 0 || (size_t)n >= sizeof(text) || write(c->fd, text, (size_t)n) != n)
		die("cannot send");
}

/* The end of a chunked body that begins at `p`, NULL when it is not there yet. */
static const char *chunks_end(const char *p, const char *end, size_t *ret_body)
{
	for (size_t body = 0;;) {
		const char *line = memmem(p, (size_t)(end - p), "\r\n", 2);
		size_t n = line ? strtoul(p, NULL, 16) : 0;

		if (!line || (size_t)(end - line) < n + 4)
			return NULL;
		if (n == 0) {
			*ret_body = body;
			return line + 4;
		}
		body += n;
		p = line + 2 + n + 2;
	}
}

/* What the head of an answer says. */
struct head {
	int status;
	size_t length;
	bool has_length, is_chunked, closes;
};

/* Line by line, and of each as much as it takes to know it: the client runs on the cores that are measured.
 */
static void read_head(const char *in, const char *end, struct head *ret)
{
	static const char length[] = "content-length:", chunked[] = "transfer-encoding: chunked",
			  closes[] = "connection: close";

	*ret = (struct head){.status = end - in > 12 ? atoi(in + 9) : 0};
	for (const char *line = memchr(in, '\n', (size_t)(end - in)); line;
	     line = memchr(line, '\n', (size_t)(end - line))) {
		line++;
		if (!strncasecmp(line, length, sizeof(length) - 1)) {
			ret->length = strtoul(line + sizeof(length) - 1, NULL, 10);
			ret->has_length = true;
		} else if (!strncasecmp(line, chunked, sizeof(chunked) - 1)) {
			ret->is_chunked = true;
		} else if (!strncasecmp(line, closes, sizeof(closes) - 1)) {
			ret->closes = true;
		}
	}
}

/* True when the whole answer is in. */
static bool is_whole(const struct connection *c, struct head *ret)
{
	const char *end = c->in + c->len, *body = memmem(c->in, c->len, "\r\n\r\n", 4);

	if (!body)
		return false;
	read_head(c->in, body, ret);
	body += 4;
	if (ret->is_chunked)
		return chunks_end(body, end, &ret->length) != NULL;
	if (!ret->has_length && ret->status != 204)
		die("an answer without a length");
	return (size_t)(end - body) >= ret->length;
}

static void take(struct run *r, struct connection *c)
{
	ssize_t n = read(c->fd, c->in + c->len, ROOM - 1 - c->len);
	struct head head;

	if (n <= 0)
		die("the server closed the connection in an answer");
	c->len += (size_t)n;
	c->in[c->len] = '\0';
	if (!is_whole(c, &head))
		return;
	r->ms[r->done++] = (double)(now_ns() - c->asked_ns) / 1e6;
	r->bytes += head.length;
	r->bad += head.status != 200 && head.status != 204;
	if (head.closes) {
		(void)close(c->fd);
		open_one(r, c);
	}
	ask(r, c);
}

static void read_paths(struct run *r)
{
	char line[1024];

	r->path = calloc(PATHS_MAX, sizeof(*r->path));
	while (r->path && r->path_count < PATHS_MAX && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\r\n")] = '\0';
		r->path[r->path_count++] = strdup(line);
	}
	r->ms = calloc(r->path_count + 1, sizeof(*r->ms));
	if (!r->path || !r->ms || r->path_count == 0)
		die("no paths");
}

/* The smallest that `percent` of all are not above; r->ms is sorted. */
static double percentile(const struct run *r, size_t percent)
{
	return r->ms[(r->done * percent + 99) / 100 - 1];
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	struct run r = {.port = argc > 1 ? atoi(argv[1]) : 0,
			.count = argc > 2 ? atoi(argv[2]) : 1,
			.encoding = argc > 3 ? argv[3] : "gzip"};
	struct pollfd p[CONNECTIONS_MAX];
	long long start;
	double seconds;

	if (argc < 2 || r.count < 1 || r.count > CONNECTIONS_MAX)
		die("bench_http PORT CONNECTIONS [ENCODING] < PATHS");
	read_paths(&r);
	for (int i = 0; i < r.count; i++)
		open_one(&r, &r.c[i]);
	start = now_ns();
	for (int i = 0; i < r.count; i++)
		ask(&r, &r.c[i]);
	while (r.done < r.path_count) {
		for (int i = 0; i < r.count; i++)
			p[i] = (struct pollfd){.fd = r.c[i].is_busy ? r.c[i].fd : -1, .events = POLLIN};
		if (poll(p, (nfds_t)r.count, 60000) <= 0)
			die("no answer for 60 s");
		for (int i = 0; i < r.count; i++)
			if (p[i].revents)
				take(&r, &r.c[i]);
	}
	seconds = (double)(now_ns() - start) / 1e9;
	qsort(r.ms, r.done, sizeof(*r.ms), by_size);
	(void)printf("answers %zu bad %zu seconds %.6f bytes %llu p50 %.3f p99 %.3f max %.3f\n", r.done,
		     r.bad, seconds, r.bytes, percentile(&r, 50), percentile(&r, 99), percentile(&r, 100));
	return r.bad > 0;
}
