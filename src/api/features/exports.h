#ifndef MM_API_EXPORTS_H
#define MM_API_EXPORTS_H

#include "api/api.h"
#include "api/html.h"
#include "base/json.h"
#include "store/schema.h"

#include <stdbool.h>

/*
 * Downloads: "/collections/{id}/items" in formats that are written as a whole (feed/export.h), by f= or
 * Accept. All parameters of items hold, but there is no limit unless one is asked for. They are slow: the
 * server makes a few at a time.
 */

/* True when the request asks for such a format. */
bool mm_export_is_asked(const struct mm_request *r);

/* Handles it. */
mm_handler_fn mm_api_export;

/* Media types and words for f= of these formats, for descriptions of the API. */
const struct mm_offer *mm_export_offers(size_t *ret_count);

/* Links to the whole collection as a file, rel=enclosure (OGC 17-069r4, 7.14), and the same for people. */
void mm_export_put_links(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s);
void mm_export_put_html(struct mm_html *h, const struct mm_request *r, const struct mm_schema *s);

#endif
