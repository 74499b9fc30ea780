#ifndef MM_ENCODE_MLT_COLUMN_H
#define MM_ENCODE_MLT_COLUMN_H

#include "base/map.h"
#include "encode/mlt_stream.h"
#include "store/layer.h"

/*
 * One property column of a MapLibre Tile while it grows. What it is written as follows from what is in it:
 *
 *   bool                              BOOLEAN
 *   integer                           UINT_32 or INT_32; beyond them DOUBLE while JavaScript's numbers are
 *                                     exact (to 2^53: it would have to show an INT_64 as a BigInt, which
 *                                     style expressions do not know); INT_64 when there is a larger one
 *   real                              INT_32 when all are whole, FLOAT when that loses nothing, else DOUBLE
 *   text, JSON, dates, times          STRING: each text once and numbers of them, or, where that is shorter,
 *                                     one after the other
 */
struct mm_mlt_column {
	enum mm_type type;
	struct mm_mlt_bits present; /* of each feature */
	struct mm_mlt_bits flags;   /* of those that have one: booleans */
	struct mm_mlt_ints values;  /* or all else: integers, bits of reals, numbers of texts */
	struct mm_mlt_ints lengths; /* bytes of each different text */
	struct mm_buf texts;        /* the different texts, in the order of their first use */
	struct mm_map *known;       /* a text's key to its number; NULL before the first */
	size_t text_bytes;          /* of all values, repeated ones each time */
};

void mm_mlt_column_init(struct mm_mlt_column *c, enum mm_type type, size_t bytes_max);
void mm_mlt_column_release(struct mm_mlt_column *c);

/* Adds the value of the next feature; returns the bytes that it takes, roughly. Null, and reals that are not
 * finite: the feature has none. */
size_t mm_mlt_column_add(struct mm_mlt_column *c, const struct mm_value *v);

/* The same for text that is known by a number: equal numbers mean equal texts. One column knows its texts by
 * numbers, or by themselves, not both. */
size_t mm_mlt_column_add_code(struct mm_mlt_column *c, uint32_t code, const char *text, size_t n);

bool mm_mlt_column_is_empty(const struct mm_mlt_column *c); /* no feature has a value */

/* Writes type and name to `head`, streams to `body`; the column must not be empty. Both fail when
 * memory ran out. */
void mm_mlt_column_put(const struct mm_mlt_column *c, const char *name, struct mm_buf *head,
		       struct mm_buf *body);

#endif
