#ifndef MM_ENCODE_ENCODER_H
#define MM_ENCODE_ENCODER_H

#include "base/buf.h"
#include "base/err.h"
#include "encode/coords.h"

/*
 * Rows of a layer as a file, one after the other: each format is a row of a table, so that whoever streams
 * rows knows none of them.
 */

/* What an encoder writes of; all of it is borrowed until it is closed. */
struct mm_encode {
	const struct mm_layer *layer;
	const bool *leaves_out;          /* of each field; NULL: none but hidden ones */
	const struct mm_coords_crs *crs; /* NULL: lon/lat */
	const char *crs_uri;             /* its name on the wire */
	struct mm_proj *proj;
	const char *lang;       /* of titles: "ru" or "en" */
	const char *about;      /* members of a JSON collection that stand after its features, such as
				   "\"links\":[]"; "": none */
	const char *schema_url; /* of the JSON Schema of its features; "": none */
	bool skips_geometry;
	/* CSV */
	char separator; /* 0: a comma */
	bool has_bom;   /* the mark by which Excel knows UTF-8 */
	bool has_decimal_comma;
};

struct mm_encoder {
	const char *f; /* short name in requests */
	const char *media_type;
	const char *extension; /* of a file name */
	const char *title;     /* for people */
	bool is_page;          /* given page by page, as GeoJSON is; else as a whole */
	bool is_lon_lat;       /* knows no other system */

	/* ret  state for the rest; close it. MM_E_INVALID: the layer's system cannot be transformed */
	enum mm_code (*open)(const struct mm_encode *in, void **ret, struct mm_err *reterr);
	void (*begin)(void *state, struct mm_buf *out);
	void (*put)(void *state, uint32_t row, struct mm_buf *out);
	void (*end)(void *state, struct mm_buf *out);
	void (*close)(void *state);
};

/* geojson_file.c, jsonfg.c, csv.c, kml.c, gml_file.c */
extern const struct mm_encoder mm_encoder_geojson_page, mm_encoder_geojson, mm_encoder_geojson_seq,
    mm_encoder_geojson_lines, mm_encoder_jsonfg, mm_encoder_csv, mm_encoder_kml, mm_encoder_gml;

/* All that clients may name besides "json", the page, in the order in which they are offered. */
enum { MM_ENCODERS = 7 };
extern const struct mm_encoder *const mm_encoders[MM_ENCODERS];

/* True for a field that is written. */
bool mm_encode_has_field(const struct mm_encode *in, size_t field);

#endif
