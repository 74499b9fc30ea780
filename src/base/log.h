#ifndef MM_BASE_LOG_H
#define MM_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Log lines on stderr, one event a line, logfmt: time=... level=info msg="..." key=value. Only api and app
 * log; the floors below return errors. Any thread.
 *
 * A reader of the log that has stopped reading stops nobody: what does not fit is dropped, and how many lines
 * those were is said before the next one that fits. */

enum mm_log_level { MM_LOG_ERROR, MM_LOG_WARN, MM_LOG_INFO, MM_LOG_DEBUG };

/* Lines above this level are dropped. Default: info. Set once at start. */
void mm_log_set_level(enum mm_log_level most);

/* From here to mm_log_stop() a thread writes the lines, many at once and at most 50 ms late, so that no
 * request waits for the disk; warnings and errors at once. Without it, or when the thread cannot be started,
 * each line is written by who logs it. A process that is killed loses at most what was not yet written. */
void mm_log_start(void);

/* Writes what is left; lines after it are written as they come. */
void mm_log_stop(void);

enum { MM_LOG_LINE_MAX = 8192 };

/* A line that is put together piece by piece: for what is logged often. */
struct mm_log_line {
	enum mm_log_level level;
	size_t len; /* MM_LOG_LINE_MAX: it is too long, and is not written */
	char text[MM_LOG_LINE_MAX];
};

/* False: nothing of this level is logged, and there is no line. */
bool mm_log_begin(struct mm_log_line *l, enum mm_log_level level, const char *msg);
void mm_log_put(struct mm_log_line *l, const char *key, const char *value); /* NULL: without this pair */
void mm_log_put_int(struct mm_log_line *l, const char *key, int64_t value);
void mm_log_end(struct mm_log_line *l);

/* A whole line. `pairs`: key, text value, key, value, ..., NULL. A NULL value skips its pair. Values are
 * escaped. */
void mm_log(enum mm_log_level level, const char *msg, ...) __attribute__((sentinel));

#endif
