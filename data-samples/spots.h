#ifndef MM_TOWN_SPOTS_H
#define MM_TOWN_SPOTS_H

#include <stdint.h>

#include "geom.h"

/* Candidate places of point objects: more than wanted are collected, the best by order are kept. */
struct mm_spot {
	struct mm_pt p, dir; /* dir: along the street it stands at */
	int seg, kind;
	uint64_t order; /* lower comes first */
};

struct mm_spots {
	struct mm_spot *spot;
	int n, cap;
};

void mm_spots_add(struct mm_spots *spots, struct mm_spot spot);

/* Sorts by order and cuts to `wanted`; ends the program when there are fewer. `what` names them in the
 * message. */
void mm_spots_keep(struct mm_spots *spots, int wanted, const char *what);

/* True when no spot lies within m of p. */
bool mm_spots_apart(const struct mm_spots *spots, struct mm_pt p, double m);

/* Drops, in order, spots that lie within m of an earlier one. */
void mm_spots_spread(struct mm_spots *spots, double m);
void mm_spots_free(struct mm_spots *spots);

#endif
