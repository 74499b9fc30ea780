#ifndef MM_GEO_SIMPLIFY_H
#define MM_GEO_SIMPLIFY_H

#include <stddef.h>

/* Room that is used again from line to line. Zeroed: ready. Not thread-safe. */
struct mm_simplify {
	unsigned char *keep;
	size_t *stack;
	size_t keep_cap, stack_cap;
};

void mm_simplify_release(struct mm_simplify *s);

/*
 * Leaves out points of a line or closed ring that matter less than `tolerance` (Douglas and Peucker,
 * "Algorithms for the reduction of the number of points", 1973), in place on x, y pairs. No point that is
 * left out lies farther than 1.25 times the tolerance from the result: points nearer than a quarter of it to
 * the one before go first.
 *
 * The first and the last point stay, and of a closed ring (first = last) also the point farthest from them,
 * so that it keeps a shape. A ring may come out with fewer than four points, or crossing itself: the caller
 * looks. Out of memory: everything stays.
 *
 * Returns the new count. Cost: n log n; of lines made up to cost n * n more points stay than need be.
 */
size_t mm_simplify_run(struct mm_simplify *s, double *xy, size_t count, double tolerance);

#endif
