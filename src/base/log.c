#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

static atomic_int most_level = MM_LOG_INFO; /* process-wide verbosity, set at start */

void mm_log_set_level(enum mm_log_level most)
{
	atomic_store(&most_level, (int)most);
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
	if (!line.failed && write(STDERR_FILENO, line.data, line.len) < 0) {
		/* nowhere left to say it */
	}
	mm_buf_release(&line);
}
