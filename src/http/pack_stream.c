#include "http/pack_stream.h"

#include <stdlib.h>

#include <zlib.h>
#include <zstd.h>

/* libdeflate and ZSTD_compress pack what lies in memory as a whole; here it does not. */

enum {
	ROOM = 16 * 1024,
	GZIP_LEVEL = 1,
	ZSTD_LEVEL = 1,
	GZIP_WINDOW = 15 + 16, /* 16: a gzip head and not zlib's */
	GZIP_MEMORY = 8
};

struct mm_pack_stream {
	bool is_zstd;
	z_stream gzip;
	ZSTD_CCtx *zstd;
};

struct mm_pack_stream *mm_pack_stream_new(enum mm_encoding encoding)
{
	struct mm_pack_stream *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->is_zstd = encoding == MM_ENCODING_ZSTD;
	if (p->is_zstd) {
		p->zstd = ZSTD_createCCtx();
		if (p->zstd &&
		    !ZSTD_isError(ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL)))
			return p;
		(void)ZSTD_freeCCtx(p->zstd);
	} else if (deflateInit2(&p->gzip, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
				Z_DEFAULT_STRATEGY) == Z_OK) {
		return p;
	}
	free(p);
	return NULL;
}

struct mm_pack_stream *mm_pack_stream_free(struct mm_pack_stream *p)
{
	if (!p)
		return NULL;
	if (p->is_zstd)
		(void)ZSTD_freeCCtx(p->zstd);
	else
		(void)deflateEnd(&p->gzip);
	free(p);
	return NULL;
}

static bool put_gzip(z_stream *z, const void *bytes, size_t n, bool is_last, struct mm_buf *out)
{
	int rc = Z_OK;

	z->next_in = (z_const Bytef *)(uintptr_t)bytes;
	z->avail_in = (uInt)n;
	do {
		unsigned char *to = mm_buf_reserve(out, ROOM);

		if (!to)
			return false;
		z->next_out = to;
		z->avail_out = ROOM;
		rc = deflate(z, is_last ? Z_FINISH : Z_NO_FLUSH);
		out->len += ROOM - z->avail_out;
	} while (rc == Z_OK && (z->avail_in || z->avail_out == 0));
	return is_last ? rc == Z_STREAM_END : rc == Z_OK || rc == Z_BUF_ERROR;
}

static bool put_zstd(ZSTD_CCtx *z, const void *bytes, size_t n, bool is_last, struct mm_buf *out)
{
	ZSTD_inBuffer in = {bytes, n, 0};
	size_t left;

	do {
		unsigned char *to = mm_buf_reserve(out, ROOM);
		ZSTD_outBuffer room = {to, ROOM, 0};

		if (!to)
			return false;
		left = ZSTD_compressStream2(z, &room, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return false;
		out->len += room.pos;
	} while (is_last ? left > 0 : in.pos < in.size);
	return true;
}

bool mm_pack_stream_put(struct mm_pack_stream *p, const void *bytes, size_t n, bool is_last,
			struct mm_buf *out)
{
	return p->is_zstd ? put_zstd(p->zstd, bytes, n, is_last, out)
			  : put_gzip(&p->gzip, bytes, n, is_last, out);
}
