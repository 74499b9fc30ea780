#ifndef MM_STORE_LAYER_PRIVATE_H
#define MM_STORE_LAYER_PRIVATE_H

#include "base/arena.h"
#include "store/format.h"
#include "store/layer.h"

#include <stdatomic.h>
#include <string.h>

/* A column, its parts found in the mapped file. */
struct mm_column {
	enum mm_type type;
	const uint8_t *nulls; /* NULL: nothing is null */
	const uint8_t *booleans;
	const int64_t *integers;
	const double *reals;
	const int16_t *offsets_min; /* DATETIME */
	const void *codes;          /* TEXT, JSON: code_bytes each */
	uint32_t code_bytes;
	const uint64_t *starts;
	const char *text;
	size_t text_count;
};

struct mm_layer {
	atomic_uint refs;
	const unsigned char *map;
	size_t map_bytes;
	const struct mm_format_header *head;
	struct mm_schema schema;
	struct mm_arena mem; /* of schema and columns */
	struct mm_column *column;
	struct mm_rtree rtree;
};

static inline bool mm_column_is_null(const struct mm_column *c, uint32_t row)
{
	return c->nulls && c->nulls[row / 8] >> (row % 8) & 1;
}

static inline uint32_t mm_column_code(const struct mm_column *c, uint32_t row)
{
	return c->code_bytes == 1   ? ((const uint8_t *)c->codes)[row]
	       : c->code_bytes == 2 ? ((const uint16_t *)c->codes)[row]
				    : ((const uint32_t *)c->codes)[row];
}

/* A section's first byte and how many elements of `size` it has. */
const void *mm_layer_section(const struct mm_layer *l, enum mm_section s, size_t size, size_t *ret_count);

/* verify.c: everything that a reader relies on. False: the file is damaged. */
bool mm_layer_verify(const struct mm_layer *l);
bool mm_layer_verify_geometry(const struct mm_layer *l); /* a part of it */

/* Order of two ids by their bytes, the shorter first: <0, 0, >0. */
static inline int mm_text_order(const char *a, size_t na, const char *b, size_t nb)
{
	int c = memcmp(a, b, na < nb ? na : nb);

	return c ? c : (na > nb) - (na < nb);
}

#endif
