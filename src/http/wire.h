#ifndef MM_HTTP_WIRE_H
#define MM_HTTP_WIRE_H

#include "http/compress.h"
#include "http/gate.h"

#include <stdbool.h>
#include <stddef.h>

struct mm_route;

/* What the answer depended on, for Vary. */
enum mm_vary { MM_VARY_ACCEPT = 1, MM_VARY_LANGUAGE = 2 };

/* The server's side of a request: request.wire points here; NULL in tests that make requests by hand. */
struct mm_wire {
	size_t line_count;
	const struct mm_route *route; /* NULL: none was found */
	unsigned vary;                /* bits of enum mm_vary, set while the handler asks */
	struct mm_codings_memo *memo; /* of those who served before; NULL: none */
	struct mm_codings codings;    /* of mm_request_codings, once `has_codings` */
	bool has_codings;
	const char *judged;       /* the tag that mm_request_held was asked of last, */
	bool is_held;             /* and what it said */
	enum mm_encoding held_as; /* the same */
	bool not_acceptable;      /* mm_negotiate found nothing: the answer is 406, not 404 */
	struct mm_header_line line[MM_HEADER_LINES_MAX]; /* the last, long and not zeroed */
};

#endif
