#ifndef MM_TOWN_STREETS_PRIVATE_H
#define MM_TOWN_STREETS_PRIVATE_H

#include "streets.h"

/* An axis on a sheet: a constant and b running (down), or b constant and a running. */
struct mm_axis {
	int sheet;
	bool down;
	double at, from, to;
	int cls;
	bool lane;
	double *cut; /* where other axes meet it */
	int cuts, cut_cap;
};

struct mm_axes {
	struct mm_axis *axis;
	int n, cap;
};

/* Axes of the whole plan without courtyard drives. */
void mm_axes_plan(struct mm_axes *axes);

/* Adds up to `wanted` courtyard drives, returns how many were added. */
int mm_axes_courtyards(struct mm_axes *axes, int wanted);

/* Finds where axes meet. */
void mm_axes_cut(struct mm_axes *axes);
void mm_axes_free(struct mm_axes *axes);

/* Adds a segment along `path` (taken) as the next one of a chain; nodes are shared by place. */
void mm_streets_add(struct mm_streets *s, struct mm_path path, int cls, int chain);
int mm_streets_chain(struct mm_streets *s, int cls, bool lane);

#endif
