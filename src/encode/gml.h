#ifndef MM_ENCODE_GML_H
#define MM_ENCODE_GML_H

#include "base/buf.h"
#include "base/err.h"
#include "encode/coords.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of a layer as features in GML, of simple features (OGC 10-100r3), and what a schema says of them. */

enum mm_gml_version { MM_GML_2, MM_GML_31, MM_GML_32, MM_GML_VERSION_COUNT };

/* The namespace of our elements, and the prefix that is written for it. */
#define MM_GML_OURS   "urn:munimap:features"
#define MM_GML_PREFIX "mm"

/* "http://www.opengis.net/gml/3.2" ... */
const char *mm_gml_namespace(enum mm_gml_version v);

/* Where its schema is: "http://schemas.opengis.net/gml/3.2.1/gml.xsd" ... */
const char *mm_gml_schema_location(enum mm_gml_version v);

/* The one type that all geometries of a layer are written in: where single and multiple ones are mixed, all
 * are multiple. MM_GEOM_COLLECTION: any. */
enum mm_geom_type mm_gml_type(const struct mm_layer *l);

/* "PointPropertyType" ... of it, without prefix. */
const char *mm_gml_property_type(enum mm_gml_version v, enum mm_geom_type type);

/* Name of the element of the geometry: "geometry", or another where a field has that name. */
const char *mm_gml_geometry_name(const struct mm_schema *s);

/* Name of the XML type of a field: "string", "long" ... of XML Schema. */
const char *mm_gml_field_type(enum mm_type t);

struct mm_gml_writer {
	struct mm_coords coords;
	enum mm_gml_version version;
	enum mm_geom_type type;
	const char *srs_name;   /* borrowed */
	const bool *leaves_out; /* of each field, borrowed; NULL: none but hidden ones */
	bool skips_geometry;
	bool writes_nil;        /* fields without a value have xsi:nil; "xsi" is declared by the caller */
	unsigned shapes;        /* of the current row, that have an id */
	struct mm_buf id, text; /* gml:id of the current row; scratch of one value */
};

/* srs_name: as it is written in srsName. crs and proj: see encode/coords.h. MM_E_INVALID: the layer's system
 * cannot be transformed. */
MM_MUST_USE enum mm_code mm_gml_init(struct mm_gml_writer *w, enum mm_gml_version v, const struct mm_layer *l,
				     const struct mm_coords_crs *crs, const char *srs_name,
				     struct mm_proj *proj, struct mm_err *reterr);
void mm_gml_release(struct mm_gml_writer *w);

/*
 * One feature, its namespace prefixes "mm" and "gml" declared by the caller, or on itself when `is_root`. A
 * failed allocation marks `out` as failed. Fields without a value are left out, unless the
 * writer writes_nil.
 */
void mm_gml_put(struct mm_gml_writer *w, uint32_t row, bool is_root, struct mm_buf *out);

/* The element of one field (SIZE_MAX: the geometry); false: it has no value, nothing was written. */
bool mm_gml_put_field(struct mm_gml_writer *w, uint32_t row, size_t field, struct mm_buf *out);

/* The id of a feature in XML: "streets.12", see encode/xml_name.h. */
void mm_gml_put_id(const struct mm_layer *l, uint32_t row, struct mm_buf *out);

/* ---- gml_geometry.c ---- */

/* A geometry with its srsName; nothing for one without a place. */
void mm_gml_put_geometry(struct mm_gml_writer *w, const struct mm_geom *g, struct mm_buf *out);

#endif
