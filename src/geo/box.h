#ifndef MM_GEO_BOX_H
#define MM_GEO_BOX_H

#include <stdbool.h>
#include <stdint.h>

/* Axis-parallel box, x east, y north, edges included. Empty when min > max. */
struct mm_box {
	double min_x, min_y, max_x, max_y;
};

/* The same on the Web Mercator square (mercator.h): y grows to the south. */
struct mm_world_box {
	uint32_t min_x, min_y, max_x, max_y;
};

struct mm_box mm_box_empty(void);
bool mm_box_is_empty(const struct mm_box *b);
void mm_box_add(struct mm_box *b, double x, double y);
void mm_box_merge(struct mm_box *b, const struct mm_box *other);
bool mm_box_meets(const struct mm_box *a, const struct mm_box *b);
bool mm_box_holds(const struct mm_box *outer, const struct mm_box *inner);

/* Here, and without branches: a search of the index asks little else. */
static inline bool mm_world_box_meets(const struct mm_world_box *a, const struct mm_world_box *b)
{
	return (a->min_x <= b->max_x) & (b->min_x <= a->max_x) & (a->min_y <= b->max_y) &
	       (b->min_y <= a->max_y);
}

#endif
