#ifndef MM_PRINT_PAGE_SPREAD_H
#define MM_PRINT_PAGE_SPREAD_H

/* Private to print/page: marks that would lie on each other are moved apart. */

#include "print/sheet/paper.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Finds a place for each mark, a square around its middle, so that no two overlap, none overlaps what is
 * taken, and all lie in the field. Marks that are alone stay; of the others each, in their order, gets the
 * nearest place that is free, on rings around its own. The same input gives the same places.
 *
 * field, taken  millimetres of the sheet
 * side          of a mark
 * at            middles, where the marks belong; moved. NaN: it has no mark, and stays as it is
 *
 * Returns how many found no place, and stay where they are, on others; SIZE_MAX: no memory.
 */
size_t mm_page_spread(const struct mm_paper_box *field, const struct mm_paper_box *taken, size_t taken_count,
		      double side, double (*at)[2], size_t count);

#endif
