#ifndef MM_STORE_GENERALIZE_H
#define MM_STORE_GENERALIZE_H

#include "base/arena.h"
#include "base/json.h"
#include "store/schema.h"

#include <jansson.h>

/* How a layer is generalised, as JSON: in the snapshot, and on its way to the process that makes it. */
void mm_generalize_put(struct mm_json *j, const char *key, const struct mm_generalize *g);

/* Texts are copied into `mem`. False: not what mm_generalize_put writes, or out of memory. */
bool mm_generalize_take(const json_t *object, struct mm_arena *mem, struct mm_generalize *ret);

/* The place of a text in an order, from the end, the last 1; 0: it is not in it. */
size_t mm_names_rank(const struct mm_names *order, const char *text, size_t n);

/* Whether clusters have an attribute of that name: "cluster", "point_count", "FIELD_sum" and the like. */
bool mm_generalize_names(const struct mm_generalize *g, const char *name);

#endif
