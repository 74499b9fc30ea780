#ifndef MM_BASE_LOG_H
#define MM_BASE_LOG_H

/* Log lines on stderr, one event a line, logfmt: time=... level=info msg="..." key=value. Only api and app
 * log; the floors below return errors. Any thread. */

enum mm_log_level { MM_LOG_ERROR, MM_LOG_WARN, MM_LOG_INFO, MM_LOG_DEBUG };

/* Lines above this level are dropped. Default: info. Set once at start. */
void mm_log_set_level(enum mm_log_level most);

/* `pairs`: key, text value, key, value, ..., NULL. A NULL value skips its pair. Values are escaped. */
void mm_log(enum mm_log_level level, const char *msg, ...) __attribute__((sentinel));

#endif
