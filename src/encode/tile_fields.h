#ifndef MM_ENCODE_TILE_FIELDS_H
#define MM_ENCODE_TILE_FIELDS_H

#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An attribute of a feature that is no row: a cluster. */
struct mm_tile_value {
	const char *name; /* outlives the tile; the same pointer for the same name */
	struct mm_value value;
};

enum { MM_TILE_VALUES_MAX = 160 };

/* Which fields of a layer go into a tile: those that are shown at its zoom, and of these the ones that were
 * asked for. */
struct mm_tile_fields {
	unsigned zoom;
	const char *const *name; /* NULL: all */
	size_t count;
};

static inline bool mm_tile_fields_has(const struct mm_tile_fields *t, const struct mm_schema *s, size_t field)
{
	const struct mm_field *f = &s->field[field];

	if (f->hidden || t->zoom < f->min_zoom)
		return false;
	for (size_t i = 0; t->name && i < t->count; i++)
		if (!strcmp(t->name[i], f->name))
			return true;
	return !t->name;
}

#endif
