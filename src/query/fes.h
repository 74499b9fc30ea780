#ifndef MM_QUERY_FES_H
#define MM_QUERY_FES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/xml.h"
#include "query/filter.h"
#include "query/filter_run.h"

#include <stddef.h>

/*
 * Filters in XML to the filter tree: OGC Filter Encoding 2.0 (09-026r2), and 1.1 and 1.0 as older clients
 * send them (04-095, 02-059). Namespaces are not looked at: a filter is known by its elements.
 *
 * Values in XML have no type: "5" becomes a number, and mm_filter_bind makes a text of it beside a text. What
 * needs no distance stands in the tree as CQL2 would have it; DWithin and Beyond stand there as the function
 * within_distance(property, geometry, metres).
 */
struct mm_fes {
	/* The layer that the filter is for: "streets.12" is its feature 12. NULL: ids are taken as they are.
	 */
	const char *layer;
	/*
	 * The system that a srsName stands for. The definition lives as long as `mem`.
	 *
	 * MM_E_INVALID  no such system
	 */
	enum mm_code (*find_crs)(void *of, const char *srs_name, struct mm_arena *mem,
				 struct mm_filter_crs *ret, struct mm_err *reterr);
	void *of; /* given to find_crs */
};

/*
 * Reads a document whose root is a Filter (or one predicate of it).
 *
 * mem  owns the tree
 * ret  a tree for mm_filter_bind with source NULL. Geometries that name a system have it in `crs`; others are
 * in the system that mm_filter_run_new is given
 *
 * MM_E_INVALID  not XML (base/xml.h), not a filter, or beyond the limits of query/filter.h; the message names
 * the line
 * MM_E_NOMEM
 * or what find_crs fails with
 */
MM_MUST_USE enum mm_code mm_fes_parse(const char *text, size_t n, const struct mm_fes *how,
				      struct mm_arena *mem, struct mm_filter **ret, struct mm_err *reterr);

/* The same for the Filter element of a document that has been read, such as the body of a WFS request. */
MM_MUST_USE enum mm_code mm_fes_parse_element(const struct mm_xml *e, const struct mm_fes *how,
					      struct mm_arena *mem, struct mm_filter **ret,
					      struct mm_err *reterr);

/* A filter of feature ids as WFS has them, "layer.ID,layer.ID" (RESOURCEID=, FEATUREID=). Ids of other layers
 * find nothing. Codes as above. */
MM_MUST_USE enum mm_code mm_fes_parse_ids(const char *list, const struct mm_fes *how, struct mm_arena *mem,
					  struct mm_filter **ret, struct mm_err *reterr);

/* The last step of a property's path, without prefix and brackets: "name" of "app:streets/app:name[1]".
 * NULL: out of memory. */
const char *mm_fes_property(const char *path, size_t n, struct mm_arena *mem);

#endif
