#ifndef MM_ANALYSIS_QUANTITY_H
#define MM_ANALYSIS_QUANTITY_H

#include "analysis/sum.h"
#include "store/layer.h"

/*
 * The number that a row has in a field of integers or reals; false: none.
 *
 * ret_decimals  how many decimals a part of it may have: 0 of what is counted (people, pieces, kopecks), 2 of
 * the rest
 */
bool mm_quantity_of(const struct mm_layer *l, uint32_t row, size_t field, struct mm_amount *ret,
		    unsigned *ret_decimals);

#endif
