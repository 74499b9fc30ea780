#ifndef MM_BASE_MAP_H
#define MM_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

/* Hash map from byte strings to uint32 numbers (open addressing, never shrinks). Keys are copied. Not
 * thread-safe while written; any number of readers after that. */
struct mm_map;

struct mm_map *mm_map_new(void);             /* NULL: out of memory */
struct mm_map *mm_map_free(struct mm_map *); /* NULL allowed; returns NULL */

#define MM_MAP_NONE UINT32_MAX

/* The number of a key, MM_MAP_NONE when it is not there. */
uint32_t mm_map_find(const struct mm_map *m, const char *key, size_t n);

/* The number already stored for the key, else stores `value` and returns it. MM_MAP_NONE: out of memory. */
uint32_t mm_map_add(struct mm_map *m, const char *key, size_t n, uint32_t value);

size_t mm_map_count(const struct mm_map *m);

#endif
