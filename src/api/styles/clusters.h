#ifndef MM_API_STYLES_CLUSTERS_H
#define MM_API_STYLES_CLUSTERS_H

#include "api/styles/styling.h"

/*
 * What several points of a clustered layer are drawn as, once the style draws its points: a larger dot with
 * their number on it, above them. Where the points are coloured by the values of a field (a "match" in
 * "munimap:color" of the metadata, else in "circle-color") and the layer's clusters have the worst, the most
 * or the least of that field, the dot has the colour of that value; else it has the layer's colour.
 */
void mm_clusters_add(const struct mm_styling *m, const struct mm_layer *l);

#endif
