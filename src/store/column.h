#ifndef MM_STORE_COLUMN_H
#define MM_STORE_COLUMN_H

#include "store/schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A column as it lies in the mapped file, for loops over many rows; only the parts of its type are there. */
struct mm_layer_column {
	enum mm_type type;
	const uint8_t *nulls; /* NULL: nothing is null */
	const uint8_t *booleans;
	const int64_t *integers;
	const double *reals;
	const int16_t *offsets_min; /* DATETIME */
	const void *codes;          /* TEXT, JSON: code_bytes each */
	uint32_t code_bytes;
	uint32_t width; /* bytes a row of data */
	const uint64_t *starts;
	const char *text;
	size_t text_count;
};

static inline bool mm_layer_column_is_null(const struct mm_layer_column *c, uint32_t row)
{
	return c->nulls && c->nulls[row / 8] >> (row % 8) & 1;
}

static inline uint32_t mm_layer_column_code(const struct mm_layer_column *c, uint32_t row)
{
	return c->code_bytes == 1   ? ((const uint8_t *)c->codes)[row]
	       : c->code_bytes == 2 ? ((const uint16_t *)c->codes)[row]
				    : ((const uint32_t *)c->codes)[row];
}

#endif
