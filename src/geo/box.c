#include "geo/box.h"

#include <math.h>

struct mm_box mm_box_empty(void)
{
	return (struct mm_box){HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
}

bool mm_box_is_empty(const struct mm_box *b)
{
	/* in this form a NaN on any side makes the box empty */
	return !(b->min_x <= b->max_x && b->min_y <= b->max_y);
}

void mm_box_add(struct mm_box *b, double x, double y)
{
	b->min_x = x < b->min_x ? x : b->min_x;
	b->min_y = y < b->min_y ? y : b->min_y;
	b->max_x = x > b->max_x ? x : b->max_x;
	b->max_y = y > b->max_y ? y : b->max_y;
}

void mm_box_merge(struct mm_box *b, const struct mm_box *other)
{
	if (mm_box_is_empty(other))
		return;
	mm_box_add(b, other->min_x, other->min_y);
	mm_box_add(b, other->max_x, other->max_y);
}

bool mm_box_meets(const struct mm_box *a, const struct mm_box *b)
{
	return !mm_box_is_empty(a) && !mm_box_is_empty(b) && a->min_x <= b->max_x && b->min_x <= a->max_x &&
	       a->min_y <= b->max_y && b->min_y <= a->max_y;
}

bool mm_box_holds(const struct mm_box *outer, const struct mm_box *inner)
{
	if (mm_box_is_empty(outer))
		return false;
	return mm_box_is_empty(inner) || (outer->min_x <= inner->min_x && inner->max_x <= outer->max_x &&
					  outer->min_y <= inner->min_y && inner->max_y <= outer->max_y);
}
