#include "geo/topo.h"
#include "store/layer_private.h"

#include <stdlib.h>

/*
 * Whoever first needs a place works it out and writes it down. Two may do so at once: they write the same
 * number, so neither has to wait.
 */

enum { UNKNOWN = 0 }; /* also the north-west corner of the world, which is then worked out each time */

static const uint64_t NONE = UINT64_MAX; /* the south-east corner, in which nothing can lie */

bool mm_layer_labels_init(struct mm_layer *l)
{
	l->labels = mm_arena_alloc(&l->mem, sizeof(*l->labels));
	if (!l->labels)
		return false;
	atomic_init(&l->labels->place, NULL);
	return true;
}

void mm_layer_labels_release(struct mm_layer *l)
{
	if (l->labels)
		free(atomic_load_explicit(&l->labels->place, memory_order_relaxed));
}

bool mm_layer_has_polygons(const struct mm_layer *l)
{
	return l->head->geom_types &
	       (1u << MM_GEOM_POLYGON | 1u << MM_GEOM_MULTIPOLYGON | 1u << MM_GEOM_COLLECTION);
}

/* The places of all rows; NULL: out of memory. */
static struct mm_label_place *places(const struct mm_layer *l)
{
	struct mm_label_place *have = atomic_load_explicit(&l->labels->place, memory_order_acquire), *made;

	if (have)
		return have;
	made = calloc(l->head->rows, sizeof(*made));
	if (!made)
		return NULL;
	if (atomic_compare_exchange_strong_explicit(&l->labels->place, &have, made, memory_order_acq_rel,
						    memory_order_acquire))
		return made;
	free(made); /* another was first */
	return have;
}

static enum mm_code work_out(const struct mm_layer *l, uint32_t row, struct mm_topo *topo, uint64_t *ret)
{
	struct mm_world_geom g;
	struct mm_world found;
	enum mm_code rc;

	mm_layer_geom_world(l, row, &g);
	rc = mm_topo_label_point(topo, &g, &found);
	if (rc && rc != MM_E_NOT_FOUND)
		return rc;
	*ret = rc ? NONE : (uint64_t)found.x << 32 | found.y;
	return MM_OK;
}

enum mm_code mm_layer_label_point(const struct mm_layer *l, uint32_t row, struct mm_topo *topo,
				  struct mm_world *ret)
{
	struct mm_label_place *place = places(l);
	enum mm_code rc = place ? MM_OK : MM_E_NOMEM;
	uint64_t at = place ? atomic_load_explicit(&place[row].at, memory_order_relaxed) : UNKNOWN;

	if (!rc && at == UNKNOWN) {
		rc = work_out(l, row, topo, &at);
		if (!rc)
			atomic_store_explicit(&place[row].at, at, memory_order_relaxed);
	}
	if (!rc && at == NONE)
		rc = MM_E_NOT_FOUND;
	if (!rc)
		*ret = (struct mm_world){(uint32_t)(at >> 32), (uint32_t)at};
	return rc;
}
