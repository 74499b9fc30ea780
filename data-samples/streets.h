#ifndef MM_TOWN_STREETS_H
#define MM_TOWN_STREETS_H

#include "bins.h"
#include "plan.h"

enum mm_street_class { MM_TRUNK, MM_DISTRICT, MM_LOCAL, MM_DRIVE, MM_FOOT, MM_STREET_CLASSES };

/* A street, or a nameless drive: the segments of one axis in order. */
struct mm_chain {
	char name[96]; /* "" for a drive inside a quarter */
	int cls;
	bool lane;      /* short street across others: a pereulok */
	bool waterside; /* an embankment */
	double length_m;
};

struct mm_seg {
	struct mm_path path;
	int from, to; /* nodes */
	int cls, chain;
	double start_m; /* place of the segment's start on its chain */
};

struct mm_node {
	struct mm_pt p;
	int degree;
};

struct mm_streets {
	struct mm_node *node;
	int nodes, node_cap;
	struct mm_seg *seg;
	int segs, seg_cap;
	struct mm_chain *chain;
	int chains, chain_cap;
	int *slot, slots;     /* node by place */
	struct mm_bins *near; /* segments by place, margin 60 m */
	struct mm_path rail[4];
	int rails;
	struct mm_path bridge[2]; /* axes of the two bridges */
};

/* Lays out the whole network. Ends the program when the plan cannot give the counts of spec.h. */
struct mm_streets *mm_streets_build(void);
struct mm_streets *mm_streets_free(struct mm_streets *streets);

/* Node at a place, or -1. */
int mm_streets_node(const struct mm_streets *s, struct mm_pt p);

/* Carriageway width of a class, metres. */
double mm_street_width_m(int cls);

/* True when the rectangle keeps off every street, the railway and the river; P quarters have narrower
 * setbacks. */
bool mm_streets_clear(const struct mm_streets *s, const struct mm_rect *r, bool tight);

/* Nearest named segment within 150 m or -1; ret_m: metres along its chain, ret_left: on the left side of it.
 */
int mm_streets_nearest(const struct mm_streets *s, struct mm_pt p, double *ret_m, bool *ret_left);

/* Shortest way by streets between two nodes in metres, INFINITY when there is none. */
double mm_streets_way_m(const struct mm_streets *s, int from, int to);

/* Number of connected parts of the network. */
int mm_streets_parts(const struct mm_streets *s);

/* street_names.c: gives 214 chains their names. */
void mm_street_names_give(struct mm_streets *s);

#endif
