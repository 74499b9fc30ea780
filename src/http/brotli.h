#ifndef MM_HTTP_BROTLI_H
#define MM_HTTP_BROTLI_H

#include <stddef.h>

/* Packs n bytes at a quality of 2..9 into `out`. Returns the length, 0 when `room` or memory does not do. */
size_t mm_brotli_pack(int quality, const void *bytes, size_t n, unsigned char *out, size_t room);

#endif
