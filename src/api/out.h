#ifndef MM_API_OUT_H
#define MM_API_OUT_H

#include "api/api.h"
#include "base/json.h"
#include "geo/box.h"

#include <stddef.h>

/* Small things that several interfaces write alike. */

#define MM_TYPE_JSON_MEDIA    "application/json"
#define MM_TYPE_MVT_MEDIA     "application/vnd.mapbox-vector-tile"
#define MM_TYPE_MLT_MEDIA     "application/vnd.maplibre-tile"
#define MM_TYPE_GEOJSON_MEDIA "application/geo+json"
#define MM_TYPE_HTML_MEDIA    "text/html; charset=utf-8"
#define MM_TYPE_SCHEMA_MEDIA  "application/schema+json"
#define MM_TYPE_OPENAPI_MEDIA "application/vnd.oai.openapi+json;version=3.0"

/* Formats of pages that people and programs read: 0 JSON, 1 HTML. */
MM_MUST_USE enum mm_code mm_out_format(const struct mm_request *r, const char *json_media, bool *ret_is_html,
				       struct mm_err *reterr);

/* One link object of an array; href is `base_url` followed by `path`. title NULL: none. */
void mm_out_link(struct mm_json *j, const struct mm_request *r, const char *path, const char *rel,
		 const char *type, const char *title);

/* "bbox": [w, s, e, n] under `key`. */
void mm_out_box(struct mm_json *j, const char *key, const struct mm_box *b);

/* Says that there are no features under an id: MM_E_NOT_FOUND; what there is instead, if anything. */
enum mm_code mm_out_no_layer(const struct mm_catalog *c, const struct mm_request *r, const char *id,
			     struct mm_err *reterr);

/* Takes the catalog and finds the layer that the route's {collection} names. On MM_OK the caller unrefs
 * *ret_catalog.
 *
 * MM_E_NOT_FOUND  no such layer, or one that has never loaded
 * MM_E_BUSY       nothing is loaded yet */
MM_MUST_USE enum mm_code mm_out_layer(const struct mm_api *api, const struct mm_request *r, const char *id,
				      const struct mm_catalog **ret_catalog, const struct mm_layer **ret,
				      struct mm_err *reterr);

/* The current catalog; MM_E_BUSY before the first one. The caller unrefs it. */
MM_MUST_USE enum mm_code mm_out_catalog(const struct mm_api *api, const struct mm_catalog **ret,
					struct mm_err *reterr);

/* The text that segment `name` of the request's route matched ("/collections/{id}/items": segment 1). */
const char *mm_out_segment(const struct mm_request *r, size_t i);

/* Entity tag from a version and whatever else the answer depends on (language, base URL, query), in the
 * request's memory. */
const char *mm_out_etag(const struct mm_request *r, uint64_t version, const char *more);

/* That of an answer which is JSON or HTML as the client likes: the two have one address. */
const char *mm_out_page_etag(const struct mm_request *r, uint64_t version, bool is_html);

/* Last step of a handler: MM_OK, or MM_E_LIMIT when the body ran over its maximum. */
MM_MUST_USE enum mm_code mm_out_done(struct mm_response *rs, const char *content_type, struct mm_err *reterr);

/* Writes what a page says of the catalog, in one of its formats. */
typedef void (*mm_out_put)(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out);

/* A whole handler of a page about the catalog as people (HTML) and programs (`json_media`) read it: f and
 * lang are its parameters, the catalog's version and the language its entity tag. */
MM_MUST_USE enum mm_code mm_out_page(const struct mm_api *api, const struct mm_request *r,
				     const char *json_media, mm_out_put json, mm_out_put html,
				     struct mm_response *rs, struct mm_err *reterr);

#endif
