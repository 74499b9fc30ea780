#include "spots.h"

#include <stdio.h>
#include <stdlib.h>

void mm_spots_add(struct mm_spots *spots, struct mm_spot spot)
{
	mm_grow(&spots->spot, spots->n, &spots->cap, sizeof(*spots->spot));
	spot.p = mm_pt_snap(spot.p);
	spots->spot[spots->n++] = spot;
}

static int by_order(const void *a, const void *b)
{
	const struct mm_spot *x = a, *y = b;

	if (x->order != y->order)
		return x->order > y->order ? 1 : -1;
	if (x->p.x != y->p.x)
		return x->p.x > y->p.x ? 1 : -1;
	return (x->p.y > y->p.y) - (x->p.y < y->p.y);
}

void mm_spots_keep(struct mm_spots *spots, int wanted, const char *what)
{
	if (spots->n < wanted) {
		fprintf(stderr, "make-town: the plan has room for %d %s, %d wanted\n", spots->n, what,
			wanted);
		exit(1);
	}
	qsort(spots->spot, (size_t)spots->n, sizeof(*spots->spot), by_order);
	spots->n = wanted;
}

bool mm_spots_apart(const struct mm_spots *spots, struct mm_pt p, double m)
{
	for (int i = 0; i < spots->n; i++)
		if (mm_pt_dist(spots->spot[i].p, p) < m)
			return false;
	return true;
}

void mm_spots_spread(struct mm_spots *spots, double m)
{
	struct mm_spots kept = {0};

	qsort(spots->spot, (size_t)spots->n, sizeof(*spots->spot), by_order);
	for (int i = 0; i < spots->n; i++)
		if (mm_spots_apart(&kept, spots->spot[i].p, m))
			mm_spots_add(&kept, spots->spot[i]);
	mm_spots_free(spots);
	*spots = kept;
}

void mm_spots_free(struct mm_spots *spots)
{
	free(spots->spot);
	*spots = (struct mm_spots){0};
}
