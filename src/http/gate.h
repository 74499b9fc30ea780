#ifndef MM_HTTP_GATE_H
#define MM_HTTP_GATE_H

#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What libmicrohttpd 0.9.75 lets through and we do not: every doubt about where a request ends, for whom it
 * is, or what it names is a refusal with `Connection: close`.
 */

enum {
	MM_HEADER_LINES_MAX = 64, /* browsers send 15-20, proxies add 10 */
	MM_HOST_MAX = 255         /* longest DNS name; the port comes on top */
};

/* Outcome of a check: status 0 lets the request pass; else the answer's status, and why in words that may be
 * shown. */
struct mm_verdict {
	int status;
	const char *why;
};

struct mm_header_line {
	const char *name, *value; /* NUL-terminated as well */
	size_t name_len, value_len;
};

/* Request line without the target, and the header lines, as received. */
struct mm_head {
	const char *method, *version;
	const struct mm_header_line *line;
	size_t line_count;
};

/* The body that the headers announce. */
struct mm_body_plan {
	bool expected; /* Content-Length above 0, or chunked */
	bool chunked;  /* length not known before its end */
	uint64_t bytes;
};

/* Checks method, version and headers. Outputs are written only when the verdict is to pass. */
struct mm_verdict mm_gate_head(const struct mm_head *head, enum mm_method *ret_method,
			       struct mm_body_plan *ret_body);

/* True for a text that may stand in Host: name, IPv4 or [IPv6], then an optional port of 1..65535. */
bool mm_gate_is_host(const char *text, size_t n);

/* Bit set of methods (1u << MM_GET ...) as the value of Allow, in `mem`; HEAD is added where GET is, OPTIONS
 * always. NULL: `mem` is at its cap. */
const char *mm_gate_allow(unsigned methods, struct mm_arena *mem);

const char *mm_method_name(enum mm_method method);

/* False, ret untouched: not a method that we know. */
bool mm_method_find(const char *text, enum mm_method *ret);

#endif
