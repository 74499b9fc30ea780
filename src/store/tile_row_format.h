#ifndef MM_STORE_TILE_ROW_FORMAT_H
#define MM_STORE_TILE_ROW_FORMAT_H

/*
 * Private to the store: tile rows in the file. TILE_START says where the row of each place begins in
 * TILE_ROW, in units of four bytes, and where the last ends. There: a head; its tags, filled up with zeros to
 * a multiple of four bytes; then
 *
 * a run   the first vertex, two uint32; for each other two int16 or int32, from the first; of a line a byte
 * for each vertex, the zoom from which it is drawn, filled up as tags are others  how many parts and rings,
 * two uint32; these as in PART and RING; vertices, two uint32 each
 */

#include "store/layer_private.h"
#include "store/tile_row.h"

enum {
	MM_TILE_ROW_UNIT = 4,
	MM_TILE_ROW_KIND = 3, /* the bits of enum mm_part_kind */
	MM_TILE_ROW_IS_RUN = 4,
	MM_TILE_ROW_IS_FAR = 8, /* a run of int32 */
};

struct mm_tile_row_head {
	uint64_t id; /* 0 where ids are not plain */
	uint32_t vertex_count;
	uint16_t tags_bytes;
	uint8_t kind; /* and IS_RUN, IS_FAR */
	uint8_t plain_zoom;
};
_Static_assert(sizeof(struct mm_tile_row_head) == 16, "as the file has it");

struct mm_tile_value_row {
	uint64_t bits; /* of the number; a text: where it begins in TILE_TEXT */
	uint32_t text_bytes;
	uint32_t type; /* BOOL, INT, REAL or TEXT */
};

/* Of one vertex of a run behind the first. */
static inline size_t mm_tile_row_step(uint8_t kind)
{
	return kind & MM_TILE_ROW_IS_FAR ? 2 * sizeof(int32_t) : 2 * sizeof(int16_t);
}

static inline size_t mm_tile_row_padded(size_t bytes)
{
	return (bytes + MM_TILE_ROW_UNIT - 1) / MM_TILE_ROW_UNIT * MM_TILE_ROW_UNIT;
}

static inline const unsigned char *mm_tile_row_at(const struct mm_layer *l, uint32_t place)
{
	return (const unsigned char *)l->at[MM_SECTION_TILE_ROW] +
	       (size_t)((const uint32_t *)l->at[MM_SECTION_TILE_START])[place] * MM_TILE_ROW_UNIT;
}

#endif
