#ifndef MM_ENCODE_PBF_H
#define MM_ENCODE_PBF_H

#include "base/buf.h"
#include "base/varint.h"

#include <stdint.h>
#include <string.h>

/* Protocol Buffers on the wire, written through a bare pointer: the caller has made room. */

enum { MM_PBF_VARINT_MAX = MM_VARINT_MAX };

static inline unsigned char *mm_pbf_varint(unsigned char *p, uint64_t v)
{
	return mm_varint_put(p, v);
}

static inline uint64_t mm_pbf_zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static inline unsigned char *mm_pbf_bytes(unsigned char *p, const void *bytes, size_t n)
{
	if (bytes && n)
		memcpy(p, bytes, n);
	return p + n;
}

/* A field that has a length: text, or a message that is ready. */
static inline void mm_pbf_put(struct mm_buf *out, unsigned char tag, const void *bytes, size_t n)
{
	unsigned char *p = mm_buf_reserve(out, n + 1 + MM_PBF_VARINT_MAX), *at = p;

	if (!p)
		return;
	*p++ = tag;
	p = mm_pbf_varint(p, n);
	p = mm_pbf_bytes(p, bytes, n);
	out->len += (size_t)(p - at);
}

#endif
