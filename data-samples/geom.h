#ifndef MM_TOWN_GEOM_H
#define MM_TOWN_GEOM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Plane geometry of the plan. Everything is in metres of the local frame: МСК-48 zone 1 minus the centre of
 * the town (E 1 292 000, N 390 000), x east, y north. What is written has been snapped to whole centimetres.
 */
struct mm_pt {
	double x, y;
};

struct mm_path {
	struct mm_pt *p;
	int n, cap;
};

/* A rectangle: centre, unit vector of its long side, half sizes along it and across. */
struct mm_rect {
	struct mm_pt c, u;
	double hw, hh;
};

/* Doubles the array behind *ptr when it is full. Ends the program when memory is out: this is a generator. */
void mm_grow(void *ptr, int n, int *cap, size_t item_bytes);

struct mm_pt mm_pt_snap(struct mm_pt p);
struct mm_pt mm_pt_move(struct mm_pt p, struct mm_pt dir, double along,
			double across);                     /* across: to the left */
struct mm_pt mm_pt_dir(struct mm_pt from, struct mm_pt to); /* unit vector, (1,0) if equal */
struct mm_pt mm_pt_turn(struct mm_pt v, double deg);        /* counter-clockwise */
double mm_pt_dist(struct mm_pt a, struct mm_pt b);

/* Distance from p to the segment a-b; ret_t, if given, receives the place of the foot, 0..1. */
double mm_seg_dist(struct mm_pt p, struct mm_pt a, struct mm_pt b, double *ret_t);

void mm_path_add(struct mm_path *path, struct mm_pt p); /* snapped; a repeated point is left out */
void mm_path_free(struct mm_path *path);
double mm_path_length(const struct mm_path *path);
struct mm_pt mm_path_at(const struct mm_path *path, double m, struct mm_pt *ret_dir); /* point at m metres */
bool mm_path_inside(const struct mm_path *ring, struct mm_pt p);
double mm_path_area(const struct mm_path *ring); /* positive when counter-clockwise */
double mm_path_dist(const struct mm_path *path, bool closed, struct mm_pt p);

struct mm_rect mm_rect_new(struct mm_pt c, struct mm_pt u, double width, double height);
void mm_rect_corners(const struct mm_rect *r, struct mm_pt ret[4]);
bool mm_rect_overlap(const struct mm_rect *a, const struct mm_rect *b, double gap);
double mm_rect_seg_dist(const struct mm_rect *r, struct mm_pt a, struct mm_pt b); /* 0 when they touch */
double mm_rect_pt_dist(const struct mm_rect *r, struct mm_pt p);

#endif
