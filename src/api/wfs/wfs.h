#ifndef MM_API_WFS_WFS_H
#define MM_API_WFS_WFS_H

#include "api/api.h"
#include "api/crs.h"
#include "api/wfs/ask.h"
#include "encode/gml.h"
#include "geo/kit.h"
#include "query/fes.h"
#include "query/query.h"
#include "store/catalog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The Web Feature Service at "/wfs". */

enum {
	MM_WFS_COUNT_DEFAULT = 10000, /* features of a page where a client of 2.0 asks for no number */
	MM_WFS_ROWS_BYTES = 64 << 20  /* of row numbers of one answer: 16 million */
};

#define MM_WFS_BY_ID "urn:ogc:def:query:OGC-WFS::GetFeatureById"

/* One request while it is answered. */
struct mm_wfs {
	const struct mm_api *api;
	const struct mm_request *r;
	struct mm_response *rs;
	struct mm_wfs_ask ask;
	const struct mm_catalog *catalog;
	struct mm_kit *kit;
	int status; /* of a failure, where it is not that of its code; 0: it is */
};

/* Answers, one file each. The response has a status of 200 and no body yet. */
typedef enum mm_code mm_wfs_answer(struct mm_wfs *w, struct mm_err *reterr);
mm_wfs_answer mm_wfs_capabilities;                        /* capabilities.c */
mm_wfs_answer mm_wfs_describe;                            /* describe.c */
mm_wfs_answer mm_wfs_features;                            /* collection.c */
mm_wfs_answer mm_wfs_values;                              /* values.c */
mm_wfs_answer mm_wfs_stored_list, mm_wfs_stored_describe; /* stored.c */
mm_wfs_answer mm_wfs_transaction;                         /* transaction.c */

/* Replaces whatever was filled in by an exception report of the version that is spoken. */
void mm_wfs_put_exception(struct mm_wfs *w, enum mm_code rc, const struct mm_err *err);

/* Writes a refusal that no handler makes (http/server.h) as clients of the service read it. exception.c */
void mm_wfs_refuse(const struct mm_api *api, const struct mm_request *r, int status, const char *why,
		   struct mm_response *rs);

/* ---- names (names.c) ---- */

/* Namespaces of the version. */
const char *mm_wfs_namespace(enum mm_wfs_version v);
enum mm_gml_version mm_wfs_gml(enum mm_wfs_version v);
const char *mm_wfs_media_type(enum mm_wfs_version v); /* of features in GML */

/* The layer of a type name, "mm:streets". MM_E_INVALID: there is none; `locator` is the parameter. */
MM_MUST_USE enum mm_code mm_wfs_layer(struct mm_wfs *w, const char *type, const char *locator,
				      const struct mm_layer **ret, struct mm_err *reterr);

/* The field that a path means: SIZE_MAX is the geometry.
 *
 * MM_E_INVALID  there is none */
MM_MUST_USE enum mm_code mm_wfs_field(struct mm_wfs *w, const struct mm_schema *s, const char *path,
				      const char *locator, size_t *ret, struct mm_err *reterr);

void mm_wfs_put_type(struct mm_buf *out, const struct mm_schema *s); /* "mm:streets" */
void mm_wfs_put_xml(struct mm_buf *out, const char *text);           /* escaped */

/* ---- systems of coordinates (srs.c) ---- */

struct mm_wfs_srs {
	struct mm_out_crs crs; /* with the order of axes that the name means */
	const char *name;      /* as it is written in answers */
};

/*
 * Finds the system of a name in any of the forms that clients send. URN and http forms have the axes in the
 * order of the authority, "EPSG:n" and "http://www.opengis.net/gml/srs/epsg.xml#n" x before y.
 *
 * name  NULL: the layer's default
 *
 * MM_E_INVALID  the layer is not given in it
 */
MM_MUST_USE enum mm_code mm_wfs_srs(struct mm_wfs *w, const struct mm_schema *s, const char *name,
				    struct mm_wfs_srs *ret, struct mm_err *reterr);

/* Names of all systems of a layer as the version writes them, the default first; in the request's memory. */
MM_MUST_USE enum mm_code mm_wfs_srs_names(struct mm_wfs *w, const struct mm_schema *s,
					  const char *ret[MM_OUT_CRS_MAX + 1], size_t *ret_count,
					  struct mm_err *reterr);

/* ---- rows (rows.c) ---- */

/* What one query finds. */
struct mm_wfs_rows {
	const struct mm_layer *layer;
	struct mm_wfs_srs srs;
	const bool *leaves_out; /* of each field; NULL: none */
	bool skips_geometry;
	/* Values that are missing are written as nil, as the filter asks for such. Else they are left out,
	 * which is shorter, and what clients expect: QGIS 3.22 makes 0 of a number that is nil. */
	bool writes_nil;
	struct mm_page page;
};

/*
 * Runs a query. Rows lie in `mem`, the rest in the request's memory.
 *
 * l  the layer, borrowed
 *
 * MM_E_INVALID  a name or a value in it is not right
 * MM_E_BUSY     it took too long
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_wfs_select(struct mm_wfs *w, const struct mm_wfs_query *q,
				       const struct mm_layer *l, uint32_t offset, uint32_t limit,
				       struct mm_arena *mem, struct mm_wfs_rows *ret, struct mm_err *reterr);

/* The layer that a query is about. */
MM_MUST_USE enum mm_code mm_wfs_query_layer(struct mm_wfs *w, const struct mm_wfs_query *q,
					    const struct mm_layer **ret, struct mm_err *reterr);

/* Finds the feature of an id in XML, "streets.12". MM_E_NOT_FOUND: there is none. */
MM_MUST_USE enum mm_code mm_wfs_feature(struct mm_wfs *w, const char *id, const struct mm_layer **ret,
					uint32_t *ret_row, struct mm_err *reterr);

/* ---- shape_zip.c ---- */

/* GetFeature as a file of that format, of one query. */
mm_wfs_answer mm_wfs_shape_zip;

bool mm_wfs_is_shape_zip(const char *format);
bool mm_wfs_asks_shape_zip(const struct mm_request *r);

/* True for a request that writes, and for one that has a file made. */
bool mm_wfs_is_edit(const struct mm_request *r);
bool mm_wfs_is_slow(const struct mm_request *r);

#endif
