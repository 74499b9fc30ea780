#ifndef MM_HTTP_BODY_STREAM_H
#define MM_HTTP_BODY_STREAM_H

#include "http/body_source.h"
#include "http/connections.h"
#include "http/request.h"

#include <stdint.h>

#include <microhttpd.h>

/* A body source on its way to one client: packed, and with a deadline that moves with each piece taken. */
struct mm_body_stream;

/*
 * source    taken over, also when this fails
 * encoding  one of MM_PACK_STREAM_ENCODINGS, or none
 * first     the beginning of the body, which has been read already; taken over
 *
 * NULL: out of memory
 */
struct mm_body_stream *mm_body_stream_new(struct mm_body_source *source, enum mm_encoding encoding,
					  struct mm_buf *first);
void mm_body_stream_close(void *stream); /* NULL allowed */

/* Before it is read: whose deadline moves, by how much, and where the bytes sent are counted. */
void mm_body_stream_send(struct mm_body_stream *s, struct mm_connection *connection, int64_t slow_ns,
			 uint64_t *bytes);

ssize_t mm_body_stream_read(void *stream, uint64_t pos, char *to, size_t max); /* for the library */

#endif
