#ifndef MM_ENCODE_NUMBER_ID_H
#define MM_ENCODE_NUMBER_ID_H

#include "base/num.h"
#include "store/layer.h"

/*
 * The id of a row as a number that JavaScript holds exactly: integers from 0 to 2^53 - 1 as they are; any
 * other id as a hash of 53 bits, the same everywhere.
 *
 * number    room for ret_text
 * ret_text  the whole id where a hash stands for it, else NULL; not NUL-terminated
 */
uint64_t mm_number_id(const struct mm_layer *l, uint32_t row, char number[MM_NUM_MAX], const char **ret_text,
		      size_t *ret_len);

/* The attribute that holds the whole id beside a hash. */
#define MM_NUMBER_ID_KEY "@id"

#endif
