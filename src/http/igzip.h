#ifndef MM_HTTP_IGZIP_H
#define MM_HTTP_IGZIP_H

#include <stdbool.h>
#include <stddef.h>

/* Packs n bytes as gzip (RFC 1952) with ISA-L: in a third of the time of libdeflate's quickest level, for 2
 * to 3 % more bytes. The same bytes give the same answer on one machine; a processor of another kind may find
 * others. 0: they do not fit `room`, or out of memory. */
size_t mm_igzip_pack(const void *bytes, size_t n, unsigned char *out, size_t room);

/*
 * Huffman codes that were learned from samples, for small things of their kind: most of the time of packing 2
 * kB goes into codes of their own. A quarter of it is left, for 2 to 3 % more bytes. Counted: one thread
 * learns and settles, then any may pack.
 */
struct mm_igzip_codes;

struct mm_igzip_codes *mm_igzip_codes_new(void);                                  /* NULL: out of memory */
void mm_igzip_codes_learn(struct mm_igzip_codes *c, const void *bytes, size_t n); /* below 2 GiB */
bool mm_igzip_codes_settle(struct mm_igzip_codes *c); /* false: they cannot be made */
struct mm_igzip_codes *mm_igzip_codes_ref(struct mm_igzip_codes *c);
struct mm_igzip_codes *mm_igzip_codes_unref(struct mm_igzip_codes *c); /* NULL allowed; returns NULL */

/* mm_igzip_pack with codes that are settled. */
size_t mm_igzip_pack_by(const struct mm_igzip_codes *c, const void *bytes, size_t n, unsigned char *out,
			size_t room);

#endif
