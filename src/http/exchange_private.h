#ifndef MM_HTTP_EXCHANGE_PRIVATE_H
#define MM_HTTP_EXCHANGE_PRIVATE_H

#include "base/clock.h"
#include "http/exchange.h"
#include "http/gate.h"
#include "http/slow.h"
#include "http/wire.h"

/* Shared by exchange.c, exchange_head.c, exchange_hand_over.c and exchange_access.c. */

/* What a slow answer needs besides. */
struct slow {
	struct mm_slow_task task; /* first: its address is that of the whole */
	struct exchange *exchange;
	const char *error;
	bool was_left; /* nobody is there to read it */
	atomic_bool is_done;
};

/* Small while the head arrives: a half-sent request must not cost more than its connection. The first three
 * stay for the next request: memory, and what was read. */
struct exchange {
	struct mm_buf target; /* as received, NUL-terminated; empty when it is too long */
	struct mm_buf kept;   /* what the access log needs after the answer: five texts */
	struct mm_codings_memo codings;
	struct mm_server *server;
	struct MHD_Connection *mhd;
	struct mm_connection *connection;
	uintptr_t target_at;  /* where the library holds it */
	size_t target_len;    /* also of one that is too long */
	bool begun;           /* the head is complete; from here to the answer: */
	struct mm_arena *mem; /* of the server's; request, wire and whatever the handler makes */
	struct mm_request *r;
	struct mm_wire *wire;
	const struct mm_route *route;
	unsigned allow;
	struct mm_response *rs; /* while it is made, or waits for the end of the request */
	struct slow *slow;      /* NULL: made on the library's thread */
	struct mm_body_plan plan;
	struct mm_buf body;
	uint64_t body_seen; /* bytes of the body, those past its maximum as well */
	size_t held_bytes;
	int64_t answer_begin_ns;
	struct mm_access access;
};

enum { MM_MIN_RATE_BYTES_S = 8 * 1024 }; /* slower than EDGE: a client below it is not a client */

static inline int64_t mm_exchange_in_seconds(uint64_t s)
{
	return mm_clock_tick_ns() + (int64_t)s * 1000000000;
}

/* Sends what is made of `rs`, or that there is no memory for it; the request is over then, and its memory
 * another's. close: and the connection. error: for the log; NULL: nothing failed */
enum MHD_Result mm_exchange_hand_over(struct exchange *x, struct mm_response *rs, bool close,
				      const char *error);

/* Lets go of what a response still owns when it has been handed over, or is not going to be. */
void mm_exchange_release_response(struct mm_response *rs);

/* Gives the memory of the request to the next one. */
void mm_exchange_give_arena(struct exchange *x);

/* One sentence for the log: what failed and where; in the request's memory. */
const char *mm_exchange_words(struct exchange *x, const struct mm_err *err);

/* The verdict on the head; with status 0 the request has its method and headers, and there is a target. */
struct mm_verdict mm_exchange_check_head(struct exchange *x, const char *method, const char *version);

/* The verdict on the target; with status 0 all of the request is filled in. */
struct mm_verdict mm_exchange_read_target(struct exchange *x);

/* Copies what the access log will say; the request's memory goes as soon as the answer is handed over. */
void mm_exchange_keep_access(struct exchange *x, int status, uint64_t bytes, const char *error);

/* Of requests that the library refused by itself, or that ended before there was an answer. */
void mm_exchange_account_unanswered(struct exchange *x);

#endif
