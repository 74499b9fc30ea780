#include "http/reply.h"

#include "base/text.h"
#include "http/body_stream.h"
#include "http/compress.h"
#include "http/etag.h"
#include "http/pack_stream.h"
#include "http/route.h"
#include "http/wire.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Pages load only from here; everything that is not a page loads nothing at all. */
#define PAGE_POLICY                                                                                          \
	"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
static const char page_policy[] = PAGE_POLICY "; frame-ancestors 'self'";
static const char embedded_policy[] = PAGE_POLICY; /* a part of anybody's page */

/* What scripts of other sites may read. */
static const char exposed[] =
    "Content-Crs, Content-Disposition, Link, ETag, OGC-NumberMatched, OGC-NumberReturned, X-Munimap-Dropped, "
    "X-Munimap-Sheets, Content-Bbox, Location";

const char *mm_reply_header(const struct mm_reply *p, const char *name)
{
	for (size_t i = 0; i < p->header_count; i++) {
		const char *have = p->header[i].name;

		if ((*have | 0x20) == (*name | 0x20) && !strcasecmp(have, name))
			return p->header[i].value;
	}
	return NULL;
}

/* The handler's own header of that name stands, and what has been put before. */
static void put(struct mm_reply *p, const char *name, const char *value)
{
	if (!value || mm_reply_header(p, name))
		return;
	MM_CHECK(p->header_count < MM_REPLY_HEADERS_MAX);
	p->header[p->header_count].name = name;
	p->header[p->header_count].value = value;
	p->header_count++;
}

static void put_own(struct mm_reply *p, const struct mm_response *rs)
{
	for (size_t i = 0; i < rs->header_count; i++) {
		p->header[p->header_count].name = rs->header[i].name;
		p->header[p->header_count].value = rs->header[i].value;
		p->header_count++;
	}
}

static bool is_read(const struct mm_request *r)
{
	return r->method == MM_GET || r->method == MM_HEAD;
}

/* A POST that changes nothing: its body is only too long for an address. */
static bool is_question(const struct mm_request *r)
{
	const struct mm_wire *w = r->wire;

	return r->method == MM_POST && w && w->route && (w->route->methods & MM_ROUTE_ASKS);
}

static bool is_negotiated(const struct mm_response *rs)
{
	if (rs->shared_encoding || rs->has_packings)
		return true;
	return !rs->no_compress && !rs->shared && !rs->file && rs->content_type &&
	       mm_compressible(rs->content_type);
}

static const char *vary_of(const struct mm_response *rs, const struct mm_request *r)
{
	static const char *const texts[8] = {NULL,
					     "Accept",
					     "Accept-Language",
					     "Accept, Accept-Language",
					     "Accept-Encoding",
					     "Accept, Accept-Encoding",
					     "Accept-Encoding, Accept-Language",
					     "Accept, Accept-Encoding, Accept-Language"};
	const struct mm_wire *w = r->wire;
	unsigned set = w ? w->vary & (MM_VARY_ACCEPT | MM_VARY_LANGUAGE) : 0;

	/* a handler that stops early for a fresh tag has no content type yet */
	if (is_negotiated(rs) || (!rs->content_type && rs->etag))
		set |= 4;
	return texts[set];
}

static void put_common(struct mm_reply *p, const struct mm_response *rs, const struct mm_request *r)
{
	bool is_page = rs->content_type && mm_text_starts(rs->content_type, "text/html");
	bool is_open = is_read(r) || r->method == MM_OPTIONS || is_question(r);

	put(p, "Cache-Control",
	    rs->cache_control   ? rs->cache_control
	    : rs->status >= 400 ? "no-store"
				: "no-cache");
	put(p, "Vary", vary_of(rs, r));
	if (is_open)
		put(p, "Access-Control-Allow-Origin", "*");
	if (p->status == 304) /* the client has all the others (RFC 9110 15.4.5) */
		return;
	if (is_open)
		put(p, "Access-Control-Expose-Headers", exposed);
	put(p, "X-Content-Type-Options", "nosniff");
	put(p, "Referrer-Policy", "same-origin");
	put(p, "Cross-Origin-Resource-Policy", "cross-origin");
	if (!rs->content_type)
		return;
	put(p, "Content-Security-Policy",
	    !is_page        ? "default-src 'none'"
	    : rs->may_embed ? embedded_policy
			    : page_policy);
	if (is_page) {
		put(p, "Cross-Origin-Opener-Policy", "same-origin");
		put(p, "Permissions-Policy", "geolocation=(self)");
	}
}

/* 304 when the client holds this content: no body, and the tag that it holds. */
static bool is_fresh(const struct mm_response *rs, const struct mm_request *r, enum mm_encoding *ret)
{
	return rs->etag && (rs->status == 200 || rs->status == 204 || rs->status == 304) &&
	       mm_request_held(r, rs->etag, ret);
}

/* Bytes that lie packed, for a client that does not take them so. */
static bool unpack(struct mm_response *rs, enum mm_encoding from)
{
	struct mm_shared *packed = rs->shared;
	bool fine = mm_decompress(from, packed->data, packed->len, &rs->body, NULL) == MM_OK;

	rs->shared = mm_shared_unref(packed);
	rs->shared_encoding = NULL;
	rs->no_compress = true;
	return fine;
}

static enum mm_encoding encode_shared(struct mm_response *rs, const struct mm_request *r)
{
	enum mm_encoding has = mm_encoding_find(rs->shared_encoding);

	if (has == MM_ENCODING_NONE || mm_codings_accepted(mm_request_codings(r)) & 1u << has)
		return has;
	if (!unpack(rs, has))
		mm_response_problem_status(rs, r, 406, "this content is kept packed: send Accept-Encoding");
	return MM_ENCODING_NONE;
}

static enum mm_encoding encode_body(struct mm_response *rs, const struct mm_request *r)
{
	enum mm_encoding to = MM_ENCODING_NONE;
	struct mm_buf packed;

	if (!rs->no_compress && rs->content_type && mm_compressible(rs->content_type) &&
	    rs->body.len >= MM_COMPRESS_MIN)
		to = mm_codings_choose(mm_request_codings(r), MM_ENCODINGS_ALL);
	if (to == MM_ENCODING_NONE)
		return to;
	mm_buf_init(&packed, rs->body.len + rs->body.len / 32 + 4096);
	if (mm_compress(to, rs->body.data, rs->body.len, &packed, NULL) != MM_OK) {
		mm_buf_release(&packed); /* no memory for it: plain bytes are right as well */
		return MM_ENCODING_NONE;
	}
	mm_buf_release(&rs->body);
	rs->body = packed;
	return to;
}

/* A body that is not there yet: what its type and the client allow. */
static enum mm_encoding open_stream(struct mm_reply *p, struct mm_response *rs, const struct mm_request *r)
{
	enum mm_encoding to = MM_ENCODING_NONE;

	if (!rs->no_compress && mm_compressible(rs->content_type))
		to = mm_codings_choose(mm_request_codings(r), MM_PACK_STREAM_ENCODINGS);
	p->stream = mm_body_stream_new(&rs->source, to, &rs->body);
	if (p->stream)
		return to;
	mm_response_problem_status(rs, r, 503, "out of memory for this answer: try again");
	return MM_ENCODING_NONE;
}

static void put_content(struct mm_reply *p, struct mm_response *rs, const struct mm_request *r)
{
	enum mm_encoding encoding = rs->source.state ? open_stream(p, rs, r)
				    : rs->shared     ? encode_shared(rs, r)
						     : encode_body(rs, r);

	p->status = rs->status; /* a problem may have taken the answer's place */
	if (encoding != MM_ENCODING_NONE)
		put(p, "Content-Encoding", mm_encoding_name(encoding));
	if (rs->etag)
		put(p, "ETag", mm_etag_format(r->mem, rs->etag, encoding));
	put(p, "Content-Type", rs->content_type);
	p->body = rs->body;
	p->shared = rs->shared;
	if (rs->file) {
		p->fd = rs->file->fd;
		p->file_size = rs->file->size;
		rs->file = NULL;
	}
	mm_buf_init(&rs->body, rs->body.max);
	rs->shared = NULL;
}

static void put_not_modified(struct mm_reply *p, struct mm_response *rs, const struct mm_request *r,
			     enum mm_encoding held)
{
	p->status = 304;
	put(p, "ETag", mm_etag_format(r->mem, rs->etag, held));
	mm_buf_release(&rs->body);
	mm_body_source_close(&rs->source);
	rs->shared = mm_shared_unref(rs->shared);
	mm_response_close_file(rs);
}

bool mm_kept_is_for(const struct mm_response *rs, const struct mm_request *r, enum mm_kept_as *ret)
{
	const struct mm_wire *w = r->wire;
	const enum mm_encoding has = mm_encoding_find(rs->shared_encoding);
	enum mm_encoding held = MM_ENCODING_NONE;

	if (!rs->kept || !is_read(r) || (w && w->vary) ||
	    !(mm_codings_accepted(mm_request_codings(r)) & 1u << has))
		return false;
	*ret = !is_fresh(rs, r, &held)    ? MM_KEPT_CONTENT
	       : held == MM_ENCODING_NONE ? MM_KEPT_PLAIN_HELD
					  : MM_KEPT_PACKED_HELD;
	return *ret != MM_KEPT_PACKED_HELD || held == has;
}

void mm_reply_finish(struct mm_reply *ret, struct mm_response *rs, const struct mm_request *r)
{
	enum mm_encoding held = MM_ENCODING_NONE;
	const char *vary;

	*ret = (struct mm_reply){.status = rs->status, .fd = -1};
	if (rs->etag && !mm_etag_is_valid(rs->etag))
		rs->etag = NULL;
	if (!rs->shared && rs->body.failed)
		mm_response_problem_status(rs, r, 413, "the answer is too large: ask for less");
	put_own(ret, rs);
	vary = vary_of(rs, r);
	put(ret, "Vary", vary); /* before unpacking forgets that the bytes were packed */
	if (is_fresh(rs, r, &held))
		put_not_modified(ret, rs, r, held);
	else
		put_content(ret, rs, r);
	put_common(ret, rs, r);
	ret->kept = mm_kept_is_for(rs, r, &ret->kept_as) ? rs->kept : NULL;
}

void mm_reply_release(struct mm_reply *p)
{
	mm_buf_release(&p->body);
	mm_body_stream_close(p->stream);
	p->stream = NULL;
	p->shared = mm_shared_unref(p->shared);
	if (p->fd >= 0)
		(void)close(p->fd);
	p->fd = -1;
}

uint64_t mm_reply_size(const struct mm_reply *p)
{
	if (p->fd >= 0)
		return p->file_size;
	return p->shared ? p->shared->len : p->body.len;
}
