#include "geo/segment.h"
#include "query/near/near_private.h"

/* Feature by feature, and piece by piece. */

struct plain {
	struct mm_near *n;
	const struct mm_geom *g;
	struct mm_box about; /* of g, wider by the reach */
	bool is_exact;
	double sure2, most2; /* squares of the reach; sure2 < 0: never sure */
	enum mm_near_verdict verdict;
	const double *a, *b; /* the feature's piece at hand */
};

static bool is_apart(const double *a, const double *b, const struct mm_box *box)
{
	return (a[0] < box->min_x && b[0] < box->min_x) || (a[0] > box->max_x && b[0] > box->max_x) ||
	       (a[1] < box->min_y && b[1] < box->min_y) || (a[1] > box->max_y && b[1] > box->max_y);
}

static bool hold_own(void *ctx, const double *a, const double *b)
{
	struct plain *p = ctx;
	const double gap2 = mm_segment_gap2(a, b, p->a, p->b);

	if (gap2 <= p->sure2)
		p->verdict = MM_NEAR_YES;
	else if (gap2 <= p->most2)
		p->verdict = MM_NEAR_OPEN;
	return p->verdict != MM_NEAR_YES;
}

static bool hold_piece(void *ctx, const double *a, const double *b)
{
	struct plain *p = ctx;

	p->a = a;
	p->b = b;
	return is_apart(a, b, &p->about) || mm_near_pieces(p->g, hold_own, p);
}

/* One feature; false: it is near, or time is up. */
static bool hold_feature(void *ctx, uint32_t row)
{
	struct plain *p = ctx;
	struct mm_geom other;

	if (mm_near_is_late(p->n))
		return false;
	if (!mm_near_bring_feature(p->n, row, p->is_exact, &other))
		return !p->n->is_cut;
	if (!mm_near_pieces(&other, hold_piece, p))
		return false;
	if (p->verdict == MM_NEAR_NO && (mm_near_is_in(&other, p->g) || mm_near_is_in(p->g, &other)))
		p->verdict = MM_NEAR_YES;
	return p->verdict != MM_NEAR_YES;
}

enum mm_near_verdict mm_near_ask_plainly(struct mm_near *n, const struct mm_geom *g, bool is_exact)
{
	const struct mm_near_reach reach = mm_near_reach(n, is_exact);
	const struct mm_box b = mm_geom_box(g), about = {b.min_x - reach.most, b.min_y - reach.most,
							 b.max_x + reach.most, b.max_y + reach.most};
	struct plain p = {.n = n,
			  .g = g,
			  .about = about,
			  .is_exact = is_exact,
			  .sure2 = reach.sure < 0 ? -1 : reach.sure * reach.sure,
			  .most2 = reach.most * reach.most};
	const struct mm_world_box around = mm_near_around(n, &about);

	mm_rtree_search(mm_layer_rtree(n->ask.layer), &around, hold_feature, &p);
	return p.verdict;
}
