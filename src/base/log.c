#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static atomic_int most_level = MM_LOG_INFO; /* process-wide verbosity, set at start */

void mm_log_set_level(enum mm_log_level most)
{
	atomic_store(&most_level, (int)most);
}

static pthread_mutex_t line_mutex = PTHREAD_MUTEX_INITIALIZER; /* one line at a time; guards `dropped` */
static unsigned long dropped;

/* A reader of the log that has stopped reading must not stop the server: a line that does not fit into the
 * pipe now is dropped, and how many were is said before the next one that fits. POLLOUT on a pipe promises
 * PIPE_BUF bytes. */
static void put_line(const unsigned char *bytes, size_t n)
{
	struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
	char note[64];
	bool ready;

	if (n > PIPE_BUF)
		n = PIPE_BUF;
	(void)pthread_mutex_lock(&line_mutex);
	ready = poll(&out, 1, 0) == 1 && out.revents & POLLOUT;
	if (ready && dropped) {
		int len = snprintf(note, sizeof(note), "level=warn msg=\"%lu log lines dropped\"\n", dropped);

		dropped = write(STDERR_FILENO, note, (size_t)len) < 0 ? dropped : 0;
		if (poll(&out, 1, 0) != 1 || !(out.revents & POLLOUT) || write(STDERR_FILENO, bytes, n) < 0)
			dropped++;
	} else if (!ready || write(STDERR_FILENO, bytes, n) < 0) {
		dropped++;
	}
	(void)pthread_mutex_unlock(&line_mutex);
}

void mm_log(enum mm_log_level level, const char *msg, ...)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};
	struct mm_buf line;
	char when[MM_CLOCK_TEXT_MAX];
	const char *key;
	va_list ap;

	if ((int)level > atomic_load(&most_level))
		return;
	mm_buf_init(&line, 8192);
	(void)mm_clock_format(mm_clock_utc_ms(), 0, when);
	mm_buf_printf(&line, "time=%s level=%s msg=", when, names[level]);
	mm_text_put_log(&line, msg);
	va_start(ap, msg);
	while ((key = va_arg(ap, const char *)) != NULL) {
		const char *value = va_arg(ap, const char *);

		if (!value)
			continue;
		mm_buf_printf(&line, " %s=", key);
		mm_text_put_log(&line, value);
	}
	va_end(ap);
	mm_buf_byte(&line, '\n');
	if (!line.failed)
		put_line(line.data, line.len);
	mm_buf_release(&line);
}
