#include "grid/stream.h"
#include "store/layer_private.h"

#include <math.h>

/* Levels of a file that nobody vouches for. */

/* Items in the order of their rows, each of another. */
static bool place_is_good(const struct mm_layer *l, const struct mm_level *v, uint32_t i)
{
	const uint32_t *row = l->rtree.index;

	return v->place[i] < l->rtree.count && (i == 0 || row[v->place[i]] > row[v->place[i - 1]]);
}

static bool item_is_good(const struct mm_layer *l, const struct mm_level *v, uint32_t i)
{
	uint32_t from = v->start[i], to = v->start[i + 1];

	if (from > to || to > v->start[v->count])
		return false;
	if (!v->place && from == to)
		return true;
	if (v->place && !place_is_good(l, v, i))
		return false;
	return mm_grid_stream_verify(v->bytes + from, to - from, v->zoom);
}

bool mm_layer_verify_levels(const struct mm_layer *l)
{
	for (unsigned z = 0; z <= MM_LEVEL_TOP; z++) {
		const struct mm_level *v = &l->level[z];

		if (!v->start)
			continue;
		if (v->start[0] != 0 || (v->place && !mm_rtree_verify(&v->tree, v->count)))
			return false;
		for (size_t i = 0; v->members && i < (size_t)v->count * v->values; i++)
			if (isinf(v->value[i]))
				return false;
		for (uint32_t i = 0; v->members && i < v->count; i++)
			if (v->members[i] == 0)
				return false;
		for (uint32_t i = 0; i < v->count; i++)
			if (!item_is_good(l, v, i))
				return false;
	}
	return true;
}
