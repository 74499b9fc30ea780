#include "streets.h"

#include <math.h>
#include <stdlib.h>

double mm_street_width_m(int cls)
{
	static const double width[MM_STREET_CLASSES] = {15.0, 10.5, 7.0, 5.5, 2.5};

	return width[cls];
}

/* Least distance from a street's axis to a building. */
static double setback_m(int cls, bool tight)
{
	static const double wide[MM_STREET_CLASSES] = {17, 14, 10, 5.5, 4},
			    narrow[MM_STREET_CLASSES] = {15, 12, 8.5, 5.5, 4};

	return tight ? narrow[cls] : wide[cls];
}

static bool rails_clear(const struct mm_streets *s, const struct mm_rect *r)
{
	for (int i = 0; i < s->rails; i++)
		if (mm_path_dist(&s->rail[i], false, r->c) < 14 + hypot(r->hw, r->hh))
			return false;
	return true;
}

bool mm_streets_clear(const struct mm_streets *s, const struct mm_rect *r, bool tight)
{
	const struct mm_bin *bin = mm_bins_at(s->near, r->c);
	struct mm_pt c[4];

	for (int i = 0; i < bin->n; i++) {
		const struct mm_seg *seg = &s->seg[bin->item[i]];

		for (int k = 1; k < seg->path.n; k++)
			if (mm_rect_seg_dist(r, seg->path.p[k - 1], seg->path.p[k]) <
			    setback_m(seg->cls, tight))
				return false;
	}
	mm_rect_corners(r, c);
	for (int i = 0; i < 4; i++)
		if (mm_river_dist(c[i]) < 18)
			return false;
	return rails_clear(s, r);
}

int mm_streets_nearest(const struct mm_streets *s, struct mm_pt p, double *ret_m, bool *ret_left)
{
	const struct mm_bin *bin = mm_bins_at(s->near, p);
	double best = 150;
	int found = -1;

	for (int i = 0; i < bin->n; i++) {
		const struct mm_seg *seg = &s->seg[bin->item[i]];
		double m = seg->start_m, t;

		if (!s->chain[seg->chain].name[0])
			continue;
		for (int k = 1; k < seg->path.n; k++) {
			struct mm_pt a = seg->path.p[k - 1], b = seg->path.p[k];
			double d = mm_seg_dist(p, a, b, &t), len = mm_pt_dist(a, b);

			if (d < best) {
				best = d;
				found = bin->item[i];
				*ret_m = m + t * len;
				*ret_left = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) > 0;
			}
			m += len;
		}
	}
	return found;
}

/* Bellman-Ford in rounds: two thousand edges, called three times. */
double mm_streets_way_m(const struct mm_streets *s, int from, int to)
{
	double *far = malloc((size_t)s->nodes * sizeof(*far)), way;
	bool moved = true;

	if (!far || from < 0 || to < 0)
		abort();
	for (int i = 0; i < s->nodes; i++)
		far[i] = i == from ? 0 : INFINITY;
	while (moved) {
		moved = false;
		for (int i = 0; i < s->segs; i++) {
			double len = mm_path_length(&s->seg[i].path);
			int a = s->seg[i].from, b = s->seg[i].to;

			if (far[a] + len < far[b] - 1e-9 || far[b] + len < far[a] - 1e-9) {
				far[a] = fmin(far[a], far[b] + len);
				far[b] = fmin(far[b], far[a] + len);
				moved = true;
			}
		}
	}
	way = far[to];
	free(far);
	return way;
}

static int root(int *up, int i)
{
	while (up[i] != i)
		i = up[i] = up[up[i]];
	return i;
}

int mm_streets_parts(const struct mm_streets *s)
{
	int *up = malloc((size_t)s->nodes * sizeof(*up)), parts = 0;

	if (!up)
		abort();
	for (int i = 0; i < s->nodes; i++)
		up[i] = i;
	for (int i = 0; i < s->segs; i++)
		up[root(up, s->seg[i].from)] = root(up, s->seg[i].to);
	for (int i = 0; i < s->nodes; i++)
		parts += s->node[i].degree > 0 && root(up, i) == i;
	/* A node left without segments (the old end of a cut street) is no part. */
	free(up);
	return parts;
}
