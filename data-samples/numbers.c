#include "town.h"

#include <stdio.h>
#include <stdlib.h>

/* Along the street from its start; the left side odd, the right side even. */
static int by_street(const void *a, const void *b, void *town)
{
	const struct mm_building *all = ((const struct mm_town *)town)->building;
	const struct mm_building *x = &all[*(const int *)a], *y = &all[*(const int *)b];

	if (x->chain != y->chain)
		return x->chain - y->chain;
	if (x->left != y->left)
		return x->left ? -1 : 1;
	return x->chain_m != y->chain_m ? (x->chain_m > y->chain_m ? 1 : -1)
					: *(const int *)a - *(const int *)b;
}

/* A house deep in a quarter close behind another takes its number with a letter or a corpus. */
static void number_street(struct mm_town *town, const int *order, int n)
{
	int base = -1, extra = 0;
	double last_m = -100;

	for (int i = 0; i < n; i++) {
		struct mm_building *b = &town->building[order[i]];

		if (b->chain_m - last_m < 7 && base > 0 && extra < 4) {
			extra++;
			if (b->purpose == MM_MKD)
				(void)snprintf(b->number, sizeof(b->number), "%dк%d", base, extra + 1);
			else
				(void)snprintf(b->number, sizeof(b->number), "%d%s", base,
					       (const char *[]){"", "А", "Б", "В", "Г"}[extra]);
			continue;
		}
		base = base < 0 ? (b->left ? 1 : 2) : base + 2;
		extra = 0;
		last_m = b->chain_m;
		(void)snprintf(b->number, sizeof(b->number), "%d", base);
	}
}

void mm_numbers_give(struct mm_town *town)
{
	int *order = malloc((size_t)town->buildings * sizeof(*order)), n = 0;

	if (!order)
		abort();
	for (int i = 0; i < town->buildings; i++) {
		struct mm_building *b = &town->building[i];
		int seg;

		if (!b->kept)
			continue;
		seg = mm_streets_nearest(town->streets, b->box.c, &b->chain_m, &b->left);
		b->chain = seg < 0 ? -1 : town->streets->seg[seg].chain;
		if (b->chain >= 0 && b->purpose != MM_OTHER)
			order[n++] = i;
	}
	qsort_r(order, (size_t)n, sizeof(*order), by_street, town);
	for (int i = 0, j; i < n; i = j) {
		const struct mm_building *b = &town->building[order[i]];

		for (j = i + 1; j < n && town->building[order[j]].chain == b->chain &&
				town->building[order[j]].left == b->left;
		     j++)
			;
		number_street(town, order + i, j - i);
	}
	free(order);
}
