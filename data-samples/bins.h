#ifndef MM_TOWN_BINS_H
#define MM_TOWN_BINS_H

#include "geom.h"

/* Square bins of 100 m over the frame: which things (by number) are near a place. */
#define MM_BIN_SIDE 170

struct mm_bin {
	int *item, n, cap;
};

struct mm_bins {
	struct mm_bin bin[MM_BIN_SIDE * MM_BIN_SIDE];
};

struct mm_bins *mm_bins_new(void);
struct mm_bins *mm_bins_free(struct mm_bins *bins);

/* Puts `item` into every bin that the box from..to, grown by margin_m, touches. */
void mm_bins_add(struct mm_bins *bins, struct mm_pt from, struct mm_pt to, double margin_m, int item);

/* The bin of a place; places outside the frame share the bins of its edge. */
const struct mm_bin *mm_bins_at(const struct mm_bins *bins, struct mm_pt p);

#endif
