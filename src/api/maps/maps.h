#ifndef MM_API_MAPS_MAPS_H
#define MM_API_MAPS_MAPS_H

#include "base/json.h"

/* The paths of pictures (OGC API - Maps, WMS) in the API definition. openapi.c */
void mm_maps_put_openapi(struct mm_json *j);

#endif
