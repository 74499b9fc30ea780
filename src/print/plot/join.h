#ifndef MM_PRINT_PLOT_JOIN_H
#define MM_PRINT_PLOT_JOIN_H

/* Private to print/plot: pieces of a street become one line again, so that its name has room. */

#include "geo/clip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line to be joined: points from `first` in a list, and what it is called. */
struct mm_plot_strand {
	size_t first, count;
	uint32_t name;    /* lines are joined to lines of the same name */
	uint32_t feature; /* for the caller */
};

/*
 * Joins strands that meet end to end, within 0.1 mm, where no third of the name does. Fills `ret` with the
 * new ones, in the order of the first strand of each, their points in `ret_at`; `feature` is that of the
 * first.
 *
 * ret      room for `count`; returns how many there are; SIZE_MAX: no memory
 */
size_t mm_plot_join(const struct mm_plot_strand *strand, size_t count, const double *xy,
		    struct mm_plot_strand *ret, struct mm_points *ret_at);

#endif
