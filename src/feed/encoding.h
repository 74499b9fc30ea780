#ifndef MM_FEED_ENCODING_H
#define MM_FEED_ENCODING_H

#include <stddef.h>

/*
 * Tells how Russian text is encoded by how often its letters occur: "UTF-8", "CP1251", "CP866", "KOI8-R".
 * Text that is plain ASCII is "UTF-8", and so is UTF-8 with a few characters cut in half.
 *
 * ret_confidence  0..1: the share of the best score that the second best does not reach; may be NULL
 */
const char *mm_encoding_guess(const void *bytes, size_t n, double *ret_confidence);

#endif
