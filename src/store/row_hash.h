#ifndef MM_STORE_ROW_HASH_H
#define MM_STORE_ROW_HASH_H

#include "store/layer.h"

/*
 * A hash of all that a reader can see of one row: id, values (texts by their letters, not by their codes;
 * hidden ones not at all),
 * the geometry on the world square, and, where `with_importance`, its importance. Equal for equal rows of two
 * layers of the same fields, whatever their numbers.
 *
 * Cost: 0.3 us and 0.02 us a field.
 */
uint64_t mm_row_hash(const struct mm_layer *l, uint32_t row, bool with_importance);

#endif
