#ifndef MM_STYLE_DISTANCE_H
#define MM_STYLE_DISTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Exact squared Euclidean distance of every cell to the nearest cell where `inside` is `value` (Felzenszwalb
 * and Huttenlocher, "Distance Transforms of Sampled Functions", 2012). Both arrays hold width * height cells,
 * row by row. False: out of memory.
 */
bool mm_distance2(const uint8_t *inside, uint8_t value, size_t width, size_t height, float *ret);

#endif
