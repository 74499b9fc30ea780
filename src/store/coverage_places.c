#include "store/coverage_private.h"

#include <math.h>
#include <stdlib.h>

/* A tree over places. */

enum { PIECES_MAX = 64, PIECE_MARGINS = 8, PIECE_STEPS = 4 };

void mm_places_release(struct mm_places *p)
{
	free(p->box);
	free(p->index);
	*p = (struct mm_places){0};
}

enum mm_code mm_places_build(const struct mm_world_box *box, const uint32_t *number, uint32_t count,
			     struct mm_places *ret, struct mm_err *reterr)
{
	struct mm_places p = {.box = malloc((mm_rtree_box_count(count) + 1) * sizeof(*p.box)),
			      .index = malloc(((size_t)count + 1) * sizeof(*p.index))};
	enum mm_code rc = MM_OK;

	if (p.box && p.index)
		mm_rtree_build(box, number, count, p.box, p.index);
	else
		rc = mm_fail_nomem(reterr);
	p.tree = (struct mm_rtree){.box = p.box, .index = p.index, .count = count};
	if (!rc && count) {
		const struct mm_world_box *all = &p.box[mm_rtree_box_count(count) - 1];

		p.step = PIECE_STEPS *
			 sqrt(((double)all->max_x - all->min_x) * ((double)all->max_y - all->min_y) / count);
	}
	if (rc)
		mm_places_release(&p);
	else
		*ret = p;
	return rc;
}

/* The box of a long slanting segment is mostly empty of it: looked through piece by piece. */
void mm_places_along(const struct mm_places *p, struct mm_world a, struct mm_world b, double margin,
		     bool (*visit)(void *ctx, uint32_t number), void *ctx)
{
	const double dx = (double)b.x - a.x, dy = (double)b.y - a.y;
	const double pieces = ceil(fmin(fabs(dx), fabs(dy)) / fmax(PIECE_MARGINS * margin, p->step));
	const int n = pieces < 1 ? 1 : pieces > PIECES_MAX ? PIECES_MAX : (int)pieces;

	for (int i = 0; i < n; i++) {
		double x0 = a.x + dx * i / n, y0 = a.y + dy * i / n, x1 = a.x + dx * (i + 1) / n,
		       y1 = a.y + dy * (i + 1) / n;
		struct mm_world_box window = {
		    mm_in_world(fmin(x0, x1) - margin - 1), mm_in_world(fmin(y0, y1) - margin - 1),
		    mm_in_world(fmax(x0, x1) + margin + 1), mm_in_world(fmax(y0, y1) + margin + 1)};

		mm_rtree_search(&p->tree, &window, visit, ctx);
	}
}
