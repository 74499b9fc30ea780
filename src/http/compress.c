#include "http/compress.h"

#include "base/text.h"
#include "http/accept.h"
#include "http/brotli.h"
#include "http/igzip.h"

#include <string.h>
#include <strings.h>

#include <libdeflate.h>
#include <zstd.h>

enum {
	LARGE = 4 * 1024 * 1024, /* from here on speed counts more: an answer must not hold a thread long */
	IGZIP_FROM = 4 * 1024    /* below it most of its time goes into its tables */
};

/* Levels: the knee of size against time on vector tiles and GeoJSON, and what is quick: on tiles gzip 1 and
 * zstd 2 take a third of the time of gzip 6 and zstd 3, for 2 % more bytes (bench_pack), and igzip a third of
 * that of gzip 1. */
static const struct {
	const char *name;
	int level, level_quick;
} kinds[MM_ENCODING_COUNT] = {
    [MM_ENCODING_NONE] = {"identity", 0, 0},
    [MM_ENCODING_GZIP] = {"gzip", 6, 1},
    [MM_ENCODING_BR] = {"br", 4, 2},
    [MM_ENCODING_ZSTD] = {"zstd", 3, 2},
};

const char *mm_encoding_name(enum mm_encoding encoding)
{
	return kinds[encoding].name;
}

enum mm_encoding mm_encoding_find(const char *name)
{
	for (unsigned e = 1; name && e < MM_ENCODING_COUNT; e++) {
		if (!strcasecmp(name, kinds[e].name))
			return (enum mm_encoding)e;
	}
	return MM_ENCODING_NONE;
}

struct mm_codings mm_codings_read(const char *accept_encoding)
{
	enum { ANY = MM_ENCODING_COUNT, NAMES };
	const char *name[NAMES] = {[ANY] = "*"};
	struct mm_codings c = {.is_said = accept_encoding != NULL};
	int quality[NAMES];

	for (unsigned e = 0; e < MM_ENCODING_COUNT; e++)
		name[e] = kinds[e].name;
	mm_accept_codings(accept_encoding, name, NAMES, quality);
	memcpy(c.quality, quality, sizeof(c.quality));
	c.any = quality[ANY];
	return c;
}

unsigned mm_codings_accepted(const struct mm_codings *c)
{
	unsigned set = 1u << MM_ENCODING_NONE;

	for (unsigned e = 1; e < MM_ENCODING_COUNT; e++)
		if (c->quality[e] > 0)
			set |= 1u << e;
	return set;
}

enum mm_encoding mm_codings_choose(const struct mm_codings *c, unsigned available)
{
	static const enum mm_encoding order[] = {MM_ENCODING_ZSTD, MM_ENCODING_BR, MM_ENCODING_GZIP};
	enum mm_encoding best = MM_ENCODING_NONE;
	/* identity is allowed unless refused, but the last choice unless it is named (RFC 9110 12.5.3) */
	int most = c->is_said ? c->quality[MM_ENCODING_NONE] : 1000;

	if (most == c->any)
		most = 0;
	if (c->is_said && most > 0)
		most--; /* loses ties */
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (available & 1u << order[i] && c->quality[order[i]] > 0 && c->quality[order[i]] > most) {
			best = order[i];
			most = c->quality[best];
		}
	return best;
}

bool mm_compressible(const char *media_type)
{
	static const char *const types[] = {
	    "application/json",       "application/xml",
	    "application/xhtml+xml",  "application/javascript",
	    "application/wasm",       "application/vnd.mapbox-vector-tile",
	    "application/x-protobuf", "application/vnd.maplibre-tile",
	    "image/svg+xml",          "font/ttf",
	};
	char type[100];
	size_t n = strcspn(media_type, "; ");

	if (n == 0 || n >= sizeof(type))
		return false;
	memcpy(type, media_type, n);
	type[n] = '\0';
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!strcmp(type, types[i]))
			return true;
	}
	return mm_text_starts(type, "text/") || mm_text_ends(type, "+json") || mm_text_ends(type, "+xml");
}

static size_t pack_gzip(int level, const void *bytes, size_t n, unsigned char *out, size_t room)
{
	struct libdeflate_compressor *c;
	size_t len = level == kinds[MM_ENCODING_GZIP].level_quick && n >= IGZIP_FROM
			 ? mm_igzip_pack(bytes, n, out, room)
			 : 0;

	if (len)
		return len;
	c = libdeflate_alloc_compressor(level);
	len = c ? libdeflate_gzip_compress(c, bytes, n, out, room) : 0;

	libdeflate_free_compressor(c);
	return len;
}

static size_t pack_zstd(int level, const void *bytes, size_t n, unsigned char *out, size_t room)
{
	size_t len = ZSTD_compress(out, room, bytes, n, level);

	return ZSTD_isError(len) ? 0 : len;
}

/* Most bytes that packing n bytes can need, whichever the encoding. */
static size_t bound(size_t n)
{
	return n + n / 64 + 1024;
}

static enum mm_code pack(enum mm_encoding encoding, int level, const void *bytes, size_t n,
			 struct mm_buf *out, struct mm_err *reterr)
{
	unsigned char *p;
	size_t len = 0;

	mm_buf_clear(out);
	p = mm_buf_reserve(out, bound(n));
	if (!p)
		return mm_fail(reterr, MM_E_LIMIT, "", "no room for the packed answer");
	if (encoding == MM_ENCODING_GZIP)
		len = pack_gzip(level, bytes, n, p, bound(n));
	else if (encoding == MM_ENCODING_BR)
		len = mm_brotli_pack(level, bytes, n, p, bound(n));
	else if (encoding == MM_ENCODING_ZSTD)
		len = pack_zstd(level, bytes, n, p, bound(n));
	if (!len)
		return mm_fail_nomem(reterr);
	out->len = len;
	return MM_OK;
}

enum mm_code mm_compress(enum mm_encoding encoding, const void *bytes, size_t n, struct mm_buf *out,
			 struct mm_err *reterr)
{
	int level = n < LARGE ? kinds[encoding].level : kinds[encoding].level_quick;

	return pack(encoding, level, bytes, n, out, reterr);
}

enum mm_code mm_compress_quick(enum mm_encoding encoding, const void *bytes, size_t n, struct mm_buf *out,
			       struct mm_err *reterr)
{
	return pack(encoding, kinds[encoding].level_quick, bytes, n, out, reterr);
}

/* The last four bytes of a gzip member are its length: ours are single members below 4 GiB. */
static enum mm_code unpack_gzip(const unsigned char *bytes, size_t n, struct mm_buf *out,
				struct mm_err *reterr)
{
	struct libdeflate_decompressor *d;
	enum libdeflate_result rc;
	unsigned char *p;
	size_t len;

	if (n < 18)
		return mm_fail(reterr, MM_E_INVALID, "", "not gzip");
	len = bytes[n - 4] | (size_t)bytes[n - 3] << 8 | (size_t)bytes[n - 2] << 16 |
	      (size_t)bytes[n - 1] << 24;
	p = mm_buf_reserve(out, len ? len : 1);
	if (!p)
		return mm_fail(reterr, MM_E_LIMIT, "", "the unpacked answer is too large");
	d = libdeflate_alloc_decompressor();
	if (!d)
		return mm_fail_nomem(reterr);
	rc = libdeflate_gzip_decompress(d, bytes, n, p, len, &out->len);
	libdeflate_free_decompressor(d);
	return rc == LIBDEFLATE_SUCCESS ? MM_OK : mm_fail(reterr, MM_E_INVALID, "", "broken gzip");
}

static enum mm_code unpack_zstd(const unsigned char *bytes, size_t n, struct mm_buf *out,
				struct mm_err *reterr)
{
	unsigned long long size = ZSTD_getFrameContentSize(bytes, n);
	unsigned char *p;
	size_t len;

	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
		return mm_fail(reterr, MM_E_INVALID, "", "not zstd of a known size");
	p = size > out->max ? NULL : mm_buf_reserve(out, size ? (size_t)size : 1);
	if (!p)
		return mm_fail(reterr, MM_E_LIMIT, "", "the unpacked answer is too large");
	len = ZSTD_decompress(p, (size_t)size, bytes, n);
	if (ZSTD_isError(len))
		return mm_fail(reterr, MM_E_INVALID, "", "broken zstd");
	out->len = len;
	return MM_OK;
}

enum mm_code mm_decompress(enum mm_encoding encoding, const void *bytes, size_t n, struct mm_buf *out,
			   struct mm_err *reterr)
{
	mm_buf_clear(out);
	if (encoding == MM_ENCODING_GZIP)
		return unpack_gzip(bytes, n, out, reterr);
	if (encoding == MM_ENCODING_ZSTD)
		return unpack_zstd(bytes, n, out, reterr);
	return mm_fail(reterr, MM_E_INVALID, "", "only gzip and zstd are unpacked here");
}
