#ifndef MM_BASE_NUM_H
#define MM_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers to and from text, the same in every locale. */

enum { MM_NUM_MAX = 40 }; /* bytes any of the writers below needs, terminating NUL included */

/* Shortest decimal text that reads back as the same double ("0.1", "-3", "1e+300"); "null" for NaN and
 * infinities. Returns the length; `ret` is NUL-terminated. */
size_t mm_num_format(double v, char ret[MM_NUM_MAX]);

size_t mm_num_format_int(int64_t v, char ret[MM_NUM_MAX]);

/* Reads a whole text of n bytes as a decimal number: sign, digits, '.', exponent; nothing else (no blanks,
 * hex, "inf"), at most MM_NUM_MAX - 1 bytes. False, ret untouched: anything else, or not finite. */
bool mm_num_parse(const char *text, size_t n, double *ret);

/* Reads a whole text as an integer: optional '-', digits without leading zeros. False: anything else or
 * overflow. */
bool mm_num_parse_int(const char *text, size_t n, int64_t *ret);

#endif
