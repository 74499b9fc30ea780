#ifndef MM_API_RASTERS_COLLECTION_H
#define MM_API_RASTERS_COLLECTION_H

#include "http/server.h"
#include "store/catalog.h"

/*
 * "/collections/{id}" of a raster (OGC 20-058, clause 9: a collection with a link to its map, and none to
 * items). It is not in the list of "/collections": QGIS offers all that is there as tables of features.
 */
void mm_raster_put_collection(const struct mm_catalog *c, const struct mm_raster *raster, bool is_html,
			      const struct mm_request *r, struct mm_buf *out);

#endif
