#ifndef MM_GEO_WKT_H
#define MM_GEO_WKT_H

#include "base/buf.h"
#include "geo/geom.h"

/* Writes a geometry as Well-Known Text (OGC 06-103r4, clause 7), "POINT Z (1 2 3)" where it has heights; a
 * vertex without one gets 0. Nothing for NULL. */
void mm_wkt_put(struct mm_buf *out, const struct mm_geom *g);

#endif
