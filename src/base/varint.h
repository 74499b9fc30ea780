#ifndef MM_BASE_VARINT_H
#define MM_BASE_VARINT_H

#include <stddef.h>
#include <stdint.h>

/* Whole numbers seven bits a byte, the lowest first, as Protocol Buffers have them. */

enum { MM_VARINT_MAX = 10, MM_VARINT32_MAX = 5 /* bytes of one */ };

/* The caller has made room. */
static inline unsigned char *mm_varint_put(unsigned char *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (unsigned char)(v | 0x80);
	*p++ = (unsigned char)v;
	return p;
}

/* One of 32 bits that is known to be there. */
static inline const unsigned char *mm_varint_get(const unsigned char *p, uint32_t *ret)
{
	uint32_t v = *p & 0x7f;

	for (unsigned shift = 7; *p++ & 0x80; shift += 7)
		v |= (uint32_t)(*p & 0x7f) << shift;
	*ret = v;
	return p;
}

/* The same from bytes that nobody vouches for; NULL: before `end` there is none of 32 bits. */
static inline const unsigned char *mm_varint_read(const unsigned char *p, const unsigned char *end,
						  uint32_t *ret)
{
	uint64_t v = 0;

	for (unsigned shift = 0; p < end && shift < 7 * MM_VARINT32_MAX; shift += 7) {
		v |= (uint64_t)(*p & 0x7f) << shift;
		if (*p++ & 0x80)
			continue;
		*ret = (uint32_t)v;
		return v <= UINT32_MAX ? p : NULL;
	}
	return NULL;
}

#endif
