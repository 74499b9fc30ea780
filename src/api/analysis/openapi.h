#ifndef MM_API_ANALYSIS_OPENAPI_H
#define MM_API_ANALYSIS_OPENAPI_H

/* The paths of "/analysis" as OpenAPI objects. */
extern const char mm_inside_openapi[], mm_measure_openapi[];

#endif
