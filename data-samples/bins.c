#include "bins.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BIN_M 100.0

static int slot(double v)
{
	int i = (int)floor(v / BIN_M) + MM_BIN_SIDE / 2;

	return i < 0 ? 0 : i >= MM_BIN_SIDE ? MM_BIN_SIDE - 1 : i;
}

struct mm_bins *mm_bins_new(void)
{
	struct mm_bins *bins = calloc(1, sizeof(*bins));

	if (!bins) {
		fprintf(stderr, "make-town: out of memory\n");
		exit(1);
	}
	return bins;
}

struct mm_bins *mm_bins_free(struct mm_bins *bins)
{
	if (bins)
		for (int i = 0; i < MM_BIN_SIDE * MM_BIN_SIDE; i++)
			free(bins->bin[i].item);
	free(bins);
	return NULL;
}

void mm_bins_add(struct mm_bins *bins, struct mm_pt from, struct mm_pt to, double margin_m, int item)
{
	int x0 = slot(fmin(from.x, to.x) - margin_m), x1 = slot(fmax(from.x, to.x) + margin_m);
	int y0 = slot(fmin(from.y, to.y) - margin_m), y1 = slot(fmax(from.y, to.y) + margin_m);

	for (int y = y0; y <= y1; y++)
		for (int x = x0; x <= x1; x++) {
			struct mm_bin *b = &bins->bin[y * MM_BIN_SIDE + x];

			mm_grow(&b->item, b->n, &b->cap, sizeof(*b->item));
			b->item[b->n++] = item;
		}
}

const struct mm_bin *mm_bins_at(const struct mm_bins *bins, struct mm_pt p)
{
	return &bins->bin[slot(p.y) * MM_BIN_SIDE + slot(p.x)];
}
