#ifndef MM_ENCODE_MVT_VALUES_H
#define MM_ENCODE_MVT_VALUES_H

#include "base/buf.h"
#include "encode/seen.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The values of one layer of a vector tile, each there once: attributes say its number. Those of rows are
 * numbers of the layer's own values (store/tile_row.h), and have their numbers in the tile in a table that is
 * forgotten as a whole with the next tile. Others are looked up (seen.h); where a tile may have both, all
 * are.
 */
struct mm_mvt_values {
	struct mm_buf bytes; /* the messages, ready for the layer */
	struct mm_buf start; /* uint32: where each begins */
	uint32_t count;
	const struct mm_layer *layer;
	bool has_others;
	struct mm_seen seen;
	struct mm_mvt_known {
		uint32_t epoch, number; /* of another epoch: not met yet */
	} * known;                      /* of the layer's first values */
	size_t known_count, known_cap;
	uint32_t epoch;
	uint32_t nowhere; /* what is found when memory ran out */
};

void mm_mvt_values_init(struct mm_mvt_values *v);
void mm_mvt_values_release(struct mm_mvt_values *v);

/* Forgets all values, and is ready for those of a layer. `has_others`: values that are no row's may come,
 * too. False: out of memory. */
bool mm_mvt_values_begin(struct mm_mvt_values *v, const struct mm_layer *l, bool has_others);

/* Number of a value of the layer. `bytes` fails when memory ran out. */
uint32_t mm_mvt_values_of_layer(struct mm_mvt_values *v, uint32_t number);

/* The same of a text, and of a value that is no row's: a text, truth, number. */
uint32_t mm_mvt_values_text(struct mm_mvt_values *v, const char *text, size_t n);
uint32_t mm_mvt_values_bare(struct mm_mvt_values *v, const struct mm_value *value);

/* Number of a name, which is its pointer, in a table of its own: *ret_new, put it there. NULL: out of memory.
 */
uint32_t *mm_mvt_values_name(struct mm_mvt_values *v, const char *name);

#endif
