#ifndef MM_API_WFS_ASK_H
#define MM_API_WFS_ASK_H

#include "base/err.h"
#include "base/xml.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One request to the Web Feature Service, whichever way it came: in the query string (kvp.c) or as an XML
 * body (body.c); of version 2.0 (OGC 09-025r2), 1.1 (04-094) or 1.0 (02-058). Nothing in it is checked
 * against the layers yet. It lives in the request's memory.
 */
enum mm_wfs_version { MM_WFS_10, MM_WFS_11, MM_WFS_20, MM_WFS_VERSION_COUNT };

enum mm_wfs_operation {
	MM_WFS_CAPABILITIES,
	MM_WFS_DESCRIBE,
	MM_WFS_FEATURES,
	MM_WFS_VALUES,
	MM_WFS_STORED_LIST,
	MM_WFS_STORED_DESCRIBE,
	MM_WFS_TRANSACTION,
	MM_WFS_OPERATION_COUNT
};

enum {
	MM_WFS_QUERIES_MAX = 16,     /* of one request */
	MM_WFS_TYPES_MAX = 1000,     /* that one request describes */
	MM_WFS_PROPERTIES_MAX = 1000 /* that one query names */
};

/* Names as they were written, prefixes and all. */
struct mm_wfs_names {
	const char *const *name;
	size_t count;
};

struct mm_wfs_query {
	const char *type;               /* NULL: of a stored query alone */
	const struct mm_xml *filter;    /* NULL: none */
	const char *cql;                /* the same in CQL2, as clients of GeoServer send it; NULL: none */
	const char *ids;                /* "streets.1,streets.2"; NULL: none */
	const char *bbox;               /* "1,2,3,4" or "1,2,3,4,urn:ogc:def:crs:EPSG::4326"; NULL: none */
	struct mm_wfs_names properties; /* none: all */
	const char *sort;               /* "a ASC,b DESC"; NULL: as in the source */
	const char *srs_name;           /* NULL: the layer's default */
};

struct mm_wfs_ask {
	enum mm_wfs_version version;
	enum mm_wfs_operation operation;
	struct mm_wfs_query query[MM_WFS_QUERIES_MAX];
	size_t query_count;
	bool has_count, is_hits;
	uint32_t count, start;
	const char *format;          /* outputFormat; NULL: the version's own */
	const char *value_reference; /* GetPropertyValue */
	struct mm_wfs_names types;   /* DescribeFeatureType: none means all */
	struct mm_wfs_names stored;  /* DescribeStoredQueries: none means all */
	const char *stored_id;       /* of the stored query that is asked; NULL: none */
	const char *feature_id;      /* its parameter "id"; NULL: none */
	const char *page;     /* version of the data, as links of pages have it; NULL: the current one */
	const char *sections; /* of capabilities, joined by commas; NULL: all */
	const struct mm_xml *transaction; /* the body */
	const char *exception;            /* its code, where it is not that of enum mm_code */
};

/* "2.0.0" ... */
const char *mm_wfs_version_name(enum mm_wfs_version v);

/* The version of such a name ("2.0.2" is 2.0); false: none of ours. */
bool mm_wfs_version_find(const char *name, enum mm_wfs_version *ret);

/* "GetFeature" ... and back; MM_WFS_OPERATION_COUNT: none of ours. */
const char *mm_wfs_operation_name(enum mm_wfs_operation o);
enum mm_wfs_operation mm_wfs_operation_find(const char *name);

/*
 * Reads a request.
 *
 * ret  also on failure: its version is that in which to answer
 *
 * MM_E_INVALID  with the parameter or element in `where`
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_wfs_read(const struct mm_request *r, struct mm_wfs_ask *ret,
				     struct mm_err *reterr);

/* Fails with an exception code of its own ("MissingParameterValue"); returns MM_E_INVALID. */
enum mm_code mm_wfs_fail(struct mm_wfs_ask *a, const char *exception, struct mm_err *reterr,
			 const char *locator, const char *fmt, ...) MM_PRINTF(5, 6);

#ifdef __clang_analyzer__ /* it does not look into ask.c */
#define mm_wfs_fail(a, exception, reterr, ...)                                                               \
	((void)mm_wfs_fail(a, exception, reterr, __VA_ARGS__), MM_E_INVALID)
#endif

/* ---- kvp.c, body.c ---- */

MM_MUST_USE enum mm_code mm_wfs_read_kvp(const struct mm_request *r, struct mm_wfs_ask *a,
					 struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_wfs_read_body(const struct mm_request *r, struct mm_wfs_ask *a,
					  struct mm_err *reterr);

/* ---- steps that both share ---- */

/* Chooses among versions that the client takes, joined by commas, the first one first. */
MM_MUST_USE enum mm_code mm_wfs_negotiate(struct mm_wfs_ask *a, const char *accepted, struct mm_err *reterr);

/* A whole number that is not negative; NULL text leaves *ret as it is. */
MM_MUST_USE enum mm_code mm_wfs_read_number(struct mm_wfs_ask *a, const char *name, const char *text,
					    uint32_t *ret, struct mm_err *reterr);

/* "hits" or "results"; NULL: results. */
MM_MUST_USE enum mm_code mm_wfs_read_result_type(struct mm_wfs_ask *a, const char *text,
						 struct mm_err *reterr);

/* The parts of a list between any of the separators, without blanks around them and empty ones.
 *
 * MM_E_INVALID  more than `max` */
MM_MUST_USE enum mm_code mm_wfs_split(const struct mm_request *r, struct mm_wfs_ask *a, const char *name,
				      const char *text, const char *separators, size_t max,
				      struct mm_wfs_names *ret, struct mm_err *reterr);

/* A place for one more query; NULL: there are too many. */
struct mm_wfs_query *mm_wfs_add_query(struct mm_wfs_ask *a, struct mm_err *reterr);

#endif
