#ifndef MM_HTTP_SEND_H
#define MM_HTTP_SEND_H

#include "http/exchange.h"
#include "http/reply.h"

#include <stdbool.h>
#include <stdint.h>

/* True when `n` more bytes may wait for clients; they are then counted until mm_held_return. */
bool mm_held_take(struct mm_server *s, size_t n);
void mm_held_return(struct mm_server *s, size_t n);

/*
 * Hands a reply to the library; shared bytes and bodies go out without a copy.
 *
 * close  add Connection: close
 * False: it was not taken, the connection must be closed. The reply is released either way.
 */
bool mm_send(struct mm_server *s, struct MHD_Connection *connection, struct mm_reply *p, bool close);

/* Sends the answer that is ready for this response, which stays the caller's. False: it is not there, or was
 * not taken. */
bool mm_send_kept(struct MHD_Connection *connection, const struct mm_response *rs, const struct mm_request *r,
		  int *ret_status, uint64_t *ret_bytes);

/* The same with a body that is made while it is sent; mm_body_stream_send has been called for it. */
bool mm_send_stream(struct mm_server *s, struct MHD_Connection *connection, struct mm_reply *p, bool is_head,
		    bool close);

/* The same with events instead of a body; the stream is taken over. */
struct mm_event_stream;
bool mm_send_events(struct MHD_Connection *connection, struct mm_reply *p, struct mm_event_stream *stream);

#endif
