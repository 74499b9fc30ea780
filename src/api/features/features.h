#ifndef MM_API_FEATURES_H
#define MM_API_FEATURES_H

#include "api/api.h"
#include "api/crs.h"
#include "base/buf.h"
#include "geo/kit.h"
#include "http/request.h"
#include "query/query.h"
#include "store/catalog.h"
#include "store/layer.h"

/* Published limits of "items" (in the API definition, and kept). */
enum { MM_ITEMS_DEFAULT = 1000, MM_ITEMS_HTML_DEFAULT = 50, MM_ITEMS_MAX = 10000, MM_ITEMS_IDS_MAX = 1000 };

/* One page of one collection, while it is being answered. */
struct mm_items {
	const struct mm_catalog *catalog;
	struct mm_layer *layer; /* the version that is paged through; owned */
	struct mm_kit *kit;
	struct mm_out_crs crs; /* of the answer */
	struct mm_query query;
	struct mm_filter_run *filter;      /* in `query`; owned */
	const struct mm_filter *condition; /* what it tests; NULL: none */
	bool explains;                     /* the plan is asked for, not the features */
	struct mm_plan plan;
	const bool *leaves_out; /* of each field; NULL: all are given */
	uint32_t offset, limit;
	bool is_whole; /* a file to take away (exports.h): no limit but one that is asked for */
	struct mm_page page;
	bool is_next_page; /* `page=`, of these versions of other layers that the filter asks; 0: none */
	uint64_t others;
};

/*
 * Finds the version of the collection that is asked for and where the page begins (`page=`, which only links
 * have): `it` has its catalog, and gets its layer and offset.
 *
 * MM_E_INVALID  the parameter is not one of ours
 * MM_E_GONE     the version is kept no more
 */
MM_MUST_USE enum mm_code mm_items_version(const struct mm_api *api, const struct mm_request *r,
					  struct mm_items *it, struct mm_err *reterr);

/*
 * Reads what says which features are meant (bbox, bbox-crs, datetime, filter, filter-lang, filter-crs, and
 * every parameter that is the name of a field) into the query of `it`, which has its catalog, layer and kit;
 * and sets its deadline.
 *
 * own  names of all parameters of the interface, those above among them: no field is meant by them
 *
 * MM_E_INVALID  a parameter is unknown, or its value is not right (where names it)
 * MM_E_LIMIT    too many conditions
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_items_conditions(const struct mm_request *r, const char *const *own,
					     size_t own_count, struct mm_items *it, struct mm_err *reterr);

/* Reads which fields are given (properties, exclude-properties) into `it`, which has its layer.
 *
 * MM_E_INVALID  there is no such field
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_items_selection(const struct mm_request *r, struct mm_items *it,
					    struct mm_err *reterr);

/* Reads a parameter that is a whole number; *ret stays where it is absent. clamp: more than `most` is `most`.
 *
 * MM_E_INVALID  it is not, or not from `least` to `most` */
MM_MUST_USE enum mm_code mm_items_count(const struct mm_request *r, const char *name, int64_t least,
					int64_t most, bool clamp, uint32_t *ret, struct mm_err *reterr);

/*
 * Reads the parameters of a request for items into `it`, which has its catalog, layer and kit.
 *
 * MM_E_INVALID  a parameter is unknown, or its value is not right (where names it)
 * MM_E_LIMIT    too many conditions
 * MM_E_GONE     another layer that the filter asks has changed since the page that links here
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_items_ask(const struct mm_request *r, bool is_html, struct mm_items *it,
				      struct mm_err *reterr);

/* How the rows were found, as JSON (items_plan.c). */
void mm_items_put_plan(const struct mm_items *it, struct mm_buf *out);

/* The form above a table of features, and files of what it shows (features_form.c). */
struct mm_html;
void mm_items_put_form(struct mm_html *h, const struct mm_items *it);
void mm_items_put_files(struct mm_html *h, const struct mm_items *it);

/* HTML pages of a table of features and of one feature (features_html.c). */
void mm_items_put_html(const struct mm_items *it, const struct mm_request *r, struct mm_buf *out);
void mm_item_put_html(const struct mm_catalog *c, const struct mm_layer *l, uint32_t row,
		      const struct mm_request *r, struct mm_buf *out);

/* The value of `page` that means an offset in the version of `it`; in the request's memory. NULL: out of
 * memory. */
const char *mm_items_page(const struct mm_request *r, const struct mm_items *it, uint32_t offset);

/* Links of an answer to POST "search": to itself and to other pages (search_items.c). */
struct mm_json;
void mm_items_put_search_links(struct mm_json *j, const struct mm_request *r, const struct mm_items *it,
			       const char *type);

/* Path and query of this request's page at another offset: of the same version for programs, of the data as
 * they then are for people ("html"). `it` has its layer and filter. NULL: out of memory. */
const char *mm_items_path(const struct mm_request *r, const struct mm_items *it, const char *f,
			  uint32_t offset);

/* "/collections/{id}/items/{feature}" with the id percent-encoded, in the request's memory; NULL: out of
 * memory. */
const char *mm_item_path(const struct mm_request *r, const struct mm_layer *l, uint32_t row);

#endif
