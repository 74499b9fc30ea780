#ifndef MM_API_EDITS_H
#define MM_API_EDITS_H

#include "api/api.h"
#include "api/crs.h"
#include "feed/edit.h"
#include "geo/kit.h"
#include "http/request.h"
#include "store/layer.h"

#include <stdbool.h>

/* Changes that clients send (OGC API Features Part 4, and whatever else ends in mm_edit_apply). */

/* ---- who may (edit_access.c) ---- */

/* An answer to "may this request edit?": status 0, or 401, 403 or 405 and the words. */
struct mm_edit_answer {
	int status;
	const char *why;
};

/*
 * As nobody can log in here yet, editing is off unless the server was started so that it is on:
 *
 *   munimap serve --edit              programs on this machine, that is loopback addresses, and only when
 *                                     nothing was forwarded for somebody else and Host is a loopback name
 *   MUNIMAP_EDIT_TOKEN in its         whoever sends Authorization: Bearer with it
 *   environment
 *
 * Requests that a page of another site has made are refused whoever sends them: Origin is not ours, or
 * Sec-Fetch-Site says so.
 *
 * entry  of the layer; NULL: of any
 */
struct mm_edit_answer mm_edit_may(const struct mm_api *api, const struct mm_request *r,
				  const struct mm_entry *entry);

/* The methods of a path that this request may use, of those its routes have: for OPTIONS and Allow. Given to
 * the server (http/server.h). */
unsigned mm_api_allow(void *ctx, const struct mm_request *r, unsigned methods);

/* ---- what (edit_body.c) ---- */

struct mm_edit_body {
	const struct mm_request *r;
	const struct mm_layer *layer;
	struct mm_out_crs crs; /* of the coordinates in the body */
	struct mm_kit *kit;
	enum mm_edit_kind kind; /* INSERT, REPLACE or UPDATE */
	const char *id;         /* of the path; NULL for INSERT */

	struct mm_edit *edit; /* filled in; in the request's memory */
	size_t count;
	bool is_collection;
	bool merges;       /* UPDATE: a value is an object, to be merged into the one that is there */
	bool is_malformed; /* on MM_E_INVALID: no GeoJSON, rather than not of this schema */
};

/*
 * Reads a Feature, a FeatureCollection (INSERT only) or a merge patch of a Feature (UPDATE).
 *
 * MM_E_INVALID  where is a JSON pointer
 * MM_E_LIMIT    too many features or positions, or too deep
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_edit_body_read(struct mm_edit_body *b, struct mm_err *reterr);

/*
 * Merges the objects in the body of an UPDATE into the values that a row has now (RFC 7396; edit_merge.c).
 *
 * MM_E_CONFLICT  what is there is no JSON
 * MM_E_LIMIT     it becomes too long
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_edit_body_merge(struct mm_edit_body *b, const struct mm_layer *now, uint32_t row,
					    struct mm_err *reterr);

/* Reads a geometry of GeoJSON in the body's system into the layer's; in the request's memory. `json` is a
 * json_t. Errors as above. */
MM_MUST_USE enum mm_code mm_edit_geometry_read(struct mm_edit_body *b, const void *json, const char *where,
					       struct mm_geom *ret, struct mm_err *reterr);

/* Reads a date, a time, or both (RFC 3339) by the type of `v`; false: it is none (edit_when.c). */
bool mm_edit_read_when(const char *text, size_t n, struct mm_value *v);

/* ---- on which version (row_tag.c) ---- */

/* A hash of all that the GeoJSON of one feature says, whatever else changes in the layer. */
uint64_t mm_row_tag(const struct mm_layer *l, uint32_t row);

/* Entity tag of one feature: mm_row_tag, a dash, and what else the answer depends on. */
const char *mm_row_etag(const struct mm_request *r, const struct mm_layer *l, uint32_t row);

/*
 * The value of Last-Modified of any feature of a layer, in the request's memory; NULL: there is none yet, or
 * no memory. It is the time of the layer's snapshot in whole seconds, as it is not kept when which feature
 * was changed; and it is not told before no other change can bear the same second (RFC 9110, 8.8.2.2), so
 * that it tells versions apart as well as an ETag does: MM_ROW_QUIET_MS after.
 */
const char *mm_row_last_modified(const struct mm_request *r, const struct mm_layer *l);

/* True when no feature of the layer has changed since a time that was its Last-Modified, or is later. */
bool mm_row_is_unmodified(const struct mm_layer *l, int64_t since_ms);

enum { MM_ROW_QUIET_MS = 5000 };

/* True when If-Match names the version with this tag, in any system or encoding. */
bool mm_row_tag_matches(const char *if_match, uint64_t tag);

#endif
