#ifndef MM_STORE_LAYER_PRIVATE_H
#define MM_STORE_LAYER_PRIVATE_H

#include "base/arena.h"
#include "store/format.h"
#include "store/layer.h"

#include <stdatomic.h>

/* A column, its parts found in the mapped file. */
struct mm_column {
	enum mm_type type;
	const uint8_t *nulls; /* NULL: nothing is null */
	const uint8_t *booleans;
	const int64_t *integers;
	const double *reals;
	const int16_t *offsets_min; /* DATETIME */
	const uint32_t *codes;      /* TEXT, JSON */
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

/* A section's first byte and how many elements of `size` it has. */
const void *mm_layer_section(const struct mm_layer *l, enum mm_section s, size_t size, size_t *ret_count);

/* verify.c: everything that a reader relies on. False: the file is damaged. */
bool mm_layer_verify(const struct mm_layer *l);

#endif
