#include "base/log.h"

#include "base/clock.h"
#include "base/lock.h"
#include "base/num.h"
#include "base/text.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 256 * 1024, VALUE_USUAL = 256, LATE_NS = 50 * 1000000 };

static atomic_int most_level = MM_LOG_INFO; /* process-wide verbosity, set at start */

/* There is one stderr, so there is one of this. `mu` guards all of it; the writer writes without it. */
static struct {
	pthread_mutex_t mu;
	pthread_cond_t changed;
	pthread_t writer;
	bool has_writer, is_urgent, is_ending;
	unsigned char room[2][ROOM]; /* one is filled while the other is written */
	unsigned filling;
	size_t len;
	unsigned long dropped;
} sink = {.mu = MM_LOCK_SHORT, .changed = PTHREAD_COND_INITIALIZER};

void mm_log_set_level(enum mm_log_level most)
{
	atomic_store(&most_level, (int)most);
}

/* ---- to stderr ---- */

/* POLLOUT on a pipe promises PIPE_BUF bytes. */
static bool put_piece(const unsigned char *bytes, size_t n)
{
	struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};

	return poll(&out, 1, 0) == 1 && out.revents & POLLOUT && write(STDERR_FILENO, bytes, n) >= 0;
}

static unsigned long count_lines(const unsigned char *bytes, size_t n)
{
	unsigned long count = 0;

	for (size_t i = 0; i < n; i++)
		count += bytes[i] == '\n';
	return count;
}

/* The bytes up to the end of the last line that begins and ends in the first PIPE_BUF; of a longer line as
 * many. */
static size_t piece_of(const unsigned char *bytes, size_t n)
{
	const unsigned char *end = n > PIPE_BUF ? memrchr(bytes, '\n', PIPE_BUF) : bytes + n - 1;

	return end ? (size_t)(end - bytes) + 1 : PIPE_BUF;
}

/* Writes whole lines; returns how many could not be written. A file takes all at once. */
static unsigned long put_lines(const unsigned char *bytes, size_t n)
{
	unsigned long dropped = 0;
	struct stat st;

	if (fstat(STDERR_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		return write(STDERR_FILENO, bytes, n) < 0 ? count_lines(bytes, n) : 0;
	for (size_t at = 0; at < n;) {
		size_t piece = piece_of(bytes + at, n - at);

		if (!put_piece(bytes + at, piece))
			dropped += count_lines(bytes + at, piece);
		at += piece;
	}
	return dropped;
}

/* Says how many lines went missing; returns those that still have to be said. */
static unsigned long put_note(unsigned long dropped)
{
	char note[64];
	int n;

	if (!dropped)
		return 0;
	n = snprintf(note, sizeof(note), "level=warn msg=\"%lu log lines dropped\"\n", dropped);
	return put_piece((const unsigned char *)note, (size_t)n) ? 0 : dropped;
}

/* ---- the writer ---- */

static struct timespec soon(void)
{
	int64_t at = mm_clock_mono_ns() + LATE_NS;

	return (struct timespec){.tv_sec = at / 1000000000, .tv_nsec = at % 1000000000};
}

/* Gathers for a while, unless someone is in a hurry. `sink.mu` is held. */
static void wait_for_lines(void)
{
	struct timespec until;

	while (!sink.len && !sink.is_ending)
		(void)pthread_cond_wait(&sink.changed, &sink.mu);
	until = soon();
	while (!sink.is_urgent && !sink.is_ending && sink.len < ROOM / 2)
		if (pthread_cond_timedwait(&sink.changed, &sink.mu, &until) != 0)
			return;
}

static void *writer_main(void *arg)
{
	(void)pthread_mutex_lock(&sink.mu);
	while (!sink.is_ending || sink.len) {
		const unsigned char *bytes = sink.room[sink.filling];
		unsigned long missing;
		size_t n;

		wait_for_lines();
		n = sink.len;
		missing = sink.dropped;
		sink.filling ^= 1;
		sink.len = 0;
		sink.dropped = 0;
		sink.is_urgent = false;
		(void)pthread_mutex_unlock(&sink.mu);
		missing = put_note(missing) + (n ? put_lines(bytes, n) : 0);
		(void)pthread_mutex_lock(&sink.mu);
		sink.dropped += missing;
	}
	(void)pthread_mutex_unlock(&sink.mu);
	return arg;
}

void mm_log_start(void)
{
	pthread_condattr_t attr;

	(void)pthread_mutex_lock(&sink.mu);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&sink.changed, &attr);
	(void)pthread_condattr_destroy(&attr);
	sink.is_ending = false;
	sink.has_writer = pthread_create(&sink.writer, NULL, writer_main, NULL) == 0;
	(void)pthread_mutex_unlock(&sink.mu);
}

void mm_log_stop(void)
{
	bool had;

	(void)pthread_mutex_lock(&sink.mu);
	had = sink.has_writer;
	sink.has_writer = false;
	sink.is_ending = true;
	(void)pthread_cond_signal(&sink.changed);
	(void)pthread_mutex_unlock(&sink.mu);
	if (had)
		(void)pthread_join(sink.writer, NULL);
}

/* ---- a line ---- */

/* `sink.mu` is held. */
static void gather(enum mm_log_level level, const unsigned char *bytes, size_t n)
{
	bool was_empty = sink.len == 0, was_half = sink.len >= ROOM / 2;

	if (n > ROOM - sink.len) {
		sink.dropped++;
		return;
	}
	memcpy(sink.room[sink.filling] + sink.len, bytes, n);
	sink.len += n;
	sink.is_urgent |= level <= MM_LOG_WARN;
	if (was_empty || sink.is_urgent || was_half != (sink.len >= ROOM / 2))
		(void)pthread_cond_signal(&sink.changed);
}

static void put_line(enum mm_log_level level, const unsigned char *bytes, size_t n)
{
	(void)pthread_mutex_lock(&sink.mu);
	if (sink.has_writer) {
		gather(level, bytes, n);
	} else {
		sink.dropped = put_note(sink.dropped);
		sink.dropped += put_lines(bytes, n);
	}
	(void)pthread_mutex_unlock(&sink.mu);
}

/* Bytes of ours, which are short. */
static void put_own(struct mm_log_line *l, const char *text)
{
	char *at = l->text + l->len, *const end = l->text + MM_LOG_LINE_MAX;

	while (*text && at < end)
		*at++ = *text++;
	l->len = (size_t)(at - l->text);
}

bool mm_log_begin(struct mm_log_line *l, enum mm_log_level level, const char *msg)
{
	static const char *const names[] = {"time=", " level=error", " level=warn", " level=info",
					    " level=debug"};

	if ((int)level > atomic_load_explicit(&most_level, memory_order_relaxed))
		return false;
	l->level = level;
	l->len = 0;
	put_own(l, names[0]);
	l->len += mm_clock_format(mm_clock_utc_ms(), 0, l->text + l->len);
	put_own(l, names[1 + level]);
	mm_log_put(l, "msg", msg);
	return true;
}

static void put_key(struct mm_log_line *l, const char *key)
{
	put_own(l, " ");
	put_own(l, key);
	put_own(l, "=");
}

/* A value that needs quotes, or is long. */
static void put_quoted(struct mm_log_line *l, const char *value)
{
	struct mm_buf rest = {.data = (unsigned char *)l->text + l->len,
			      .cap = MM_LOG_LINE_MAX - l->len,
			      .max = MM_LOG_LINE_MAX - l->len};

	mm_text_put_log(&rest, value);
	l->len = rest.failed ? MM_LOG_LINE_MAX : l->len + rest.len;
}

void mm_log_put(struct mm_log_line *l, const char *key, const char *value)
{
	const char *from = value;
	char *at, *end;

	if (!value)
		return;
	put_key(l, key);
	at = l->text + l->len;
	end = MM_LOG_LINE_MAX - l->len < VALUE_USUAL ? l->text + MM_LOG_LINE_MAX : at + VALUE_USUAL;
	while (at < end && mm_text_is_plain_log(*from))
		*at++ = *from++;
	if (at < end && !*from && *value)
		l->len = (size_t)(at - l->text);
	else
		put_quoted(l, value);
}

void mm_log_put_int(struct mm_log_line *l, const char *key, int64_t value)
{
	put_key(l, key);
	if (MM_LOG_LINE_MAX - l->len < MM_NUM_MAX)
		l->len = MM_LOG_LINE_MAX;
	else
		l->len += mm_num_format_int(value, l->text + l->len);
}

void mm_log_end(struct mm_log_line *l)
{
	if (l->len == MM_LOG_LINE_MAX) /* too long */
		return;
	l->text[l->len++] = '\n';
	put_line(l->level, (const unsigned char *)l->text, l->len);
}

void mm_log(enum mm_log_level level, const char *msg, ...)
{
	struct mm_log_line l;
	const char *key;
	va_list ap;

	if (!mm_log_begin(&l, level, msg))
		return;
	va_start(ap, msg);
	while ((key = va_arg(ap, const char *)) != NULL)
		mm_log_put(&l, key, va_arg(ap, const char *));
	va_end(ap);
	mm_log_end(&l);
}
