#ifndef MM_API_MAPS_MAPS_H
#define MM_API_MAPS_MAPS_H

#include "base/json.h"
#include "http/request.h"
#include "http/response.h"

/* The paths of pictures (OGC API - Maps, WMS) in the API definition. openapi.c */
void mm_maps_put_openapi(struct mm_json *j);

/* Writes a refusal that no handler makes (http/server.h) as clients of the Web Map Service read it. wms.c */
void mm_wms_refuse(const struct mm_request *r, int status, const char *why, struct mm_response *rs);

#endif
