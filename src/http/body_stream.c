#include "http/body_stream.h"

#include "base/clock.h"
#include "http/pack_stream.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE_MAX = 64 * 1024 * 1024 }; /* one feature may be that large, and no piece is */

struct mm_body_stream {
	struct mm_body_source source;
	struct mm_pack_stream *pack; /* NULL: bytes go out as they are */
	struct mm_buf plain, packed;
	size_t done; /* bytes of what is on its way that are gone */
	bool is_done;
	bool is_first; /* `plain` has what was read before */
	struct mm_connection *connection;
	int64_t slow_ns;
	uint64_t *bytes;
};

struct mm_body_stream *mm_body_stream_new(struct mm_body_source *source, enum mm_encoding encoding,
					  struct mm_buf *first)
{
	struct mm_body_stream *s = calloc(1, sizeof(*s));

	if (s && encoding != MM_ENCODING_NONE) {
		s->pack = mm_pack_stream_new(encoding);
		if (!s->pack) {
			free(s);
			s = NULL;
		}
	}
	if (!s) {
		mm_body_source_close(source);
		return NULL;
	}
	s->source = *source;
	source->state = NULL;
	s->plain = *first;
	s->is_first = true;
	mm_buf_init(first, first->max);
	mm_buf_init(&s->packed, PIECE_MAX);
	return s;
}

void mm_body_stream_close(void *stream)
{
	struct mm_body_stream *s = stream;

	if (!s)
		return;
	mm_body_source_close(&s->source);
	(void)mm_pack_stream_free(s->pack);
	mm_buf_release(&s->plain);
	mm_buf_release(&s->packed);
	free(s);
}

void mm_body_stream_send(struct mm_body_stream *s, struct mm_connection *connection, int64_t slow_ns,
			 uint64_t *bytes)
{
	s->connection = connection;
	s->slow_ns = slow_ns;
	s->bytes = bytes;
}

/* Makes the next piece; false: it cannot be made. */
static bool refill(struct mm_body_stream *s)
{
	s->done = 0;
	if (!s->is_first) {
		mm_buf_clear(&s->plain);
		if (!s->source.read(s->source.state, &s->plain, &s->is_done))
			return false;
	}
	s->is_first = false;
	if (s->plain.failed)
		return false;
	if (!s->pack)
		return true;
	mm_buf_clear(&s->packed);
	return mm_pack_stream_put(s->pack, s->plain.data, s->plain.len, s->is_done, &s->packed);
}

ssize_t mm_body_stream_read(void *stream, uint64_t pos, char *to, size_t max)
{
	struct mm_body_stream *s = stream;
	const struct mm_buf *on_its_way = s->pack ? &s->packed : &s->plain;
	size_t n;

	(void)pos;
	while (s->is_first || s->done == on_its_way->len) {
		if (!s->is_first && s->is_done)
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (!refill(s))
			return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	n = on_its_way->len - s->done < max ? on_its_way->len - s->done : max;
	memcpy(to, on_its_way->data + s->done, n);
	s->done += n;
	*s->bytes += n;
	mm_connection_set_deadline(s->connection, mm_clock_mono_ns() + s->slow_ns);
	return (ssize_t)n;
}
