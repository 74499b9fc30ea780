#ifndef MM_STORE_TILE_VALUE_H
#define MM_STORE_TILE_VALUE_H

#include "base/buf.h"
#include "store/build_private.h"

/* Private to the store: the values of a layer while its tile rows are written, each once, numbered as they
 * come. */
struct mm_tile_values {
	const struct mm_layer_build *build;
	struct mm_buf row, text; /* as in the file: TILE_VALUE, TILE_TEXT */
	struct mm_tile_value_slot *slot;
	size_t slots, count;
	uint32_t **number; /* of each code of each field; NULL: of a field without codes */
	bool failed;
};

#define MM_TILE_VALUE_NONE UINT32_MAX

bool mm_tile_values_init(struct mm_tile_values *v, const struct mm_layer_build *b); /* false: out of memory */
void mm_tile_values_release(struct mm_tile_values *v);

/* The number of a row's value. MM_TILE_VALUE_NONE: it is null, or a number that is not finite, or memory ran
 * out, and `failed` is set. */
uint32_t mm_tile_values_add(struct mm_tile_values *v, uint32_t row, size_t field);

/* Has memory fetch where the numbers of a row are looked up. */
void mm_tile_values_prefetch(const struct mm_tile_values *v, uint32_t row);

#endif
