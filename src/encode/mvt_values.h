#ifndef MM_ENCODE_MVT_VALUES_H
#define MM_ENCODE_MVT_VALUES_H

#include "base/buf.h"
#include "encode/seen.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The values of one layer of a vector tile, each there once: attributes say its number. Texts are the same
 * whatever column they come from, numbers within their type.
 *
 * Most values of a tile are codes of small dictionaries and small whole numbers: their numbers in the tile
 * stand in a table, forgotten as a whole with the next tile. All others are looked up (seen.h).
 */
struct mm_mvt_values {
	struct mm_buf bytes; /* the messages, ready for the layer */
	struct mm_buf start; /* uint32: where each begins */
	uint32_t count;
	struct mm_seen seen;
	struct mm_mvt_known {
		uint32_t epoch, number; /* of another epoch: not met yet */
	} * known;
	size_t known_count, known_cap;
	uint32_t epoch;
	uint32_t nowhere; /* what is found when memory ran out */
};

/* How the values of a column are looked up. */
struct mm_mvt_column {
	const struct mm_layer_column *column;
	uint32_t class; /* values are equal within it */
	uint32_t known; /* first of its codes in the table; UINT32_MAX: they are not there */
};

void mm_mvt_values_init(struct mm_mvt_values *v);
void mm_mvt_values_release(struct mm_mvt_values *v);

/* Forgets all values; columns are to be planned anew. False: out of memory. */
bool mm_mvt_values_begin(struct mm_mvt_values *v);

/* How field number `field` of the layer is looked up until the next begin. False: out of memory. */
bool mm_mvt_values_plan(struct mm_mvt_values *v, const struct mm_layer_column *c, size_t field,
			struct mm_mvt_column *ret);

/* Number of a row's value, which must be there and finite. `bytes` fails when memory ran out. */
uint32_t mm_mvt_values_row(struct mm_mvt_values *v, const struct mm_mvt_column *c, uint32_t row);

/* The same of a text, and of a value that is no row's: a text, truth, number. */
uint32_t mm_mvt_values_text(struct mm_mvt_values *v, const char *text, size_t n);
uint32_t mm_mvt_values_bare(struct mm_mvt_values *v, const struct mm_value *value);

/* Number of a name, which is its pointer, in a table of its own: *ret_new, put it there. NULL: out of memory.
 */
uint32_t *mm_mvt_values_name(struct mm_mvt_values *v, const char *name);

#endif
