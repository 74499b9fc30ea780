#ifndef MM_STORE_LAYER_PRIVATE_H
#define MM_STORE_LAYER_PRIVATE_H

#include "base/arena.h"
#include "store/format.h"
#include "store/layer.h"

#include <stdatomic.h>
#include <string.h>

/* Places of labels that somebody has asked for; the one part of a layer that changes. */
struct mm_label_place {
	_Atomic(uint64_t) at; /* x and y; see label.c */
};
struct mm_layer_labels {
	_Atomic(struct mm_label_place *) place; /* of each row; NULL before the first */
};

struct mm_layer {
	atomic_uint refs;
	const unsigned char *map;
	size_t map_bytes;
	int fd; /* of the mapped file */
	const struct mm_format_header *head;
	struct mm_schema schema;
	struct mm_arena mem; /* of schema and columns */
	struct mm_layer_column *column;
	struct mm_rtree rtree;
	struct mm_level level[MM_LEVEL_TOP + 1]; /* of each zoom; one that is not there has no rows */
	const void *at[MM_SECTION_COUNT];        /* where each section begins */
	struct mm_layer_labels *labels;
};

/* label.c */
bool mm_layer_labels_init(struct mm_layer *l); /* false: out of memory */
void mm_layer_labels_release(struct mm_layer *l);

/* A section's first byte and how many elements of `size` it has. */
const void *mm_layer_section(const struct mm_layer *l, enum mm_section s, size_t size, size_t *ret_count);

/* verify.c: everything that a reader relies on. False: the file is damaged. */
bool mm_layer_verify(const struct mm_layer *l);
bool mm_layer_verify_geometry(const struct mm_layer *l); /* parts of it */
bool mm_layer_verify_levels(const struct mm_layer *l);
bool mm_layer_verify_tile_rows(const struct mm_layer *l);
bool mm_layer_checksum_is_good(const struct mm_layer *l);

/* The parts of a geometry use up its rings, and the rings its vertices; no ring is without vertices. The
 * kinds that occur as a bit set. Coordinates are not looked at. verify_geometry.c */
bool mm_parts_add_up(const struct mm_geom *g, unsigned *ret_kinds);

/* Order of two ids by their bytes, the shorter first: <0, 0, >0. */
static inline int mm_text_order(const char *a, size_t na, const char *b, size_t nb)
{
	int c = memcmp(a, b, na < nb ? na : nb);

	return c ? c : (na > nb) - (na < nb);
}

#endif
