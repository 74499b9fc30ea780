#include "archive/gzip.h"

#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

struct mm_gzip {
	struct libdeflate_compressor *compressor;
};

struct mm_gzip *mm_gzip_new(int level)
{
	struct mm_gzip *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->compressor = libdeflate_alloc_compressor(level);
	return g->compressor ? g : mm_gzip_free(g);
}

struct mm_gzip *mm_gzip_free(struct mm_gzip *g)
{
	if (g)
		libdeflate_free_compressor(g->compressor);
	free(g);
	return NULL;
}

enum mm_code mm_gzip_put(struct mm_gzip *g, const void *bytes, size_t n, struct mm_buf *out,
			 struct mm_err *reterr)
{
	const size_t room = libdeflate_gzip_compress_bound(g->compressor, n);
	unsigned char *to = mm_buf_reserve(out, room);
	size_t len = to ? libdeflate_gzip_compress(g->compressor, bytes, n, to, room) : 0;

	if (!len)
		return mm_fail_nomem(reterr);
	out->len += len;
	return MM_OK;
}

bool mm_is_gzip(const void *bytes, size_t n)
{
	return n >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0;
}

/* What the last four bytes say of the length (RFC 1952, 2.3.1); only a first guess. */
static size_t said_length(const unsigned char *p, size_t n)
{
	return n < 18 ? 0
		      : (size_t)p[n - 4] | (size_t)p[n - 3] << 8 | (size_t)p[n - 2] << 16 |
			    (size_t)p[n - 1] << 24;
}

static enum mm_code inflate_into(struct libdeflate_decompressor *d, const void *bytes, size_t n,
				 struct mm_buf *out, struct mm_err *reterr)
{
	const size_t most = out->max - out->len;
	size_t room = said_length(bytes, n), len = 0;
	enum libdeflate_result result;
	unsigned char *to;

	/* deflate shrinks at most 1032 times: a length beyond that is a lie */
	room = room / 1032 > n ? n * 1032 : room;
	if (room > most)
		return mm_fail(reterr, MM_E_LIMIT, "", "unpacks to more than %zu bytes", most);
	to = mm_buf_reserve(out, room ? room : 1);
	if (!to)
		return mm_fail_nomem(reterr);
	result = libdeflate_gzip_decompress(d, bytes, n, to, room, &len);
	if (result != LIBDEFLATE_SUCCESS)
		return mm_fail(reterr, MM_E_DATA, "", "is not gzip, or is damaged");
	out->len += len;
	return MM_OK;
}

enum mm_code mm_gunzip(const void *bytes, size_t n, struct mm_buf *out, struct mm_err *reterr)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	enum mm_code rc = d ? inflate_into(d, bytes, n, out, reterr) : mm_fail_nomem(reterr);

	libdeflate_free_decompressor(d);
	return rc;
}
