#include "geo/segment.h"
#include "query/near/near_private.h"

/* A ring at a time. */
struct walk {
	const struct mm_geom *g;
	uint32_t part, left; /* rings of the part that are left */
	const uint32_t *ring;
	const double *xy;
};

static bool next_ring(struct walk *w, enum mm_part_kind *ret_kind, const double **ret_xy, uint32_t *ret_count)
{
	while (!w->left) {
		if (w->part == w->g->part_count)
			return false;
		w->left = mm_part_rings(w->g->part[w->part++]);
	}
	*ret_kind = mm_part_kind(w->g->part[w->part - 1]);
	*ret_xy = w->xy;
	*ret_count = *w->ring;
	w->xy += 2 * (size_t)*w->ring++;
	w->left--;
	return true;
}

bool mm_near_pieces(const struct mm_geom *g, bool (*each)(void *ctx, const double *a, const double *b),
		    void *ctx)
{
	struct walk w = {g, 0, 0, g->ring, g->xy};
	enum mm_part_kind kind;
	const double *xy;
	uint32_t n;

	while (next_ring(&w, &kind, &xy, &n)) {
		const double *last = xy + 2 * ((size_t)n - 1);

		if (kind == MM_PART_POINTS || n == 1) {
			for (uint32_t i = 0; i < n; i++)
				if (!each(ctx, xy + 2 * (size_t)i, xy + 2 * (size_t)i))
					return false;
			continue;
		}
		for (uint32_t i = 0; i + 1 < n; i++)
			if (!each(ctx, xy + 2 * (size_t)i, xy + 2 * (size_t)i + 2))
				return false;
		if (kind == MM_PART_POLYGON && n > 1 && (xy[0] != last[0] || xy[1] != last[1]) &&
		    !each(ctx, last, xy))
			return false;
	}
	return true;
}

bool mm_near_holds(const struct mm_geom *g, double x, double y)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;
	bool found = false;

	for (uint32_t i = 0; i < g->part_count && !found; i++) {
		const bool is_polygon = mm_part_kind(g->part[i]) == MM_PART_POLYGON;

		for (uint32_t k = mm_part_rings(g->part[i]); k; k--, xy += 2 * (size_t)*ring++)
			if (is_polygon && mm_ring_holds(xy, *ring, x, y))
				found = !found; /* a hole takes it out again */
	}
	return found;
}

bool mm_near_is_in(const struct mm_geom *g, const struct mm_geom *other)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;

	for (uint32_t i = 0; i < g->part_count; i++) {
		const double *first = xy;
		uint32_t n = 0;

		for (uint32_t k = mm_part_rings(g->part[i]); k; k--, xy += 2 * (size_t)*ring++)
			n += *ring;
		if (n && mm_near_holds(other, first[0], first[1]))
			return true;
	}
	return false;
}
