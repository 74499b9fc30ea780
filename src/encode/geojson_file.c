#include "encode/encoder.h"
#include "encode/geojson.h"

#include <stdlib.h>

/* GeoJSON as a whole (RFC 7946), as a sequence of texts (RFC 8142), and as lines. */

struct file {
	struct mm_geojson w;
	const struct mm_encode *in;
	bool comma;
};

static enum mm_code open_file(const struct mm_encode *in, void **ret, struct mm_err *reterr)
{
	struct file *f = calloc(1, sizeof(*f));
	enum mm_code rc;

	if (!f)
		return mm_fail_nomem(reterr);
	rc = mm_geojson_init(&f->w, in->layer, in->crs, in->proj, reterr);
	if (rc) {
		free(f);
		return rc;
	}
	f->in = in;
	f->w.leaves_out = in->leaves_out;
	f->w.skips_geometry = in->skips_geometry;
	*ret = f;
	return MM_OK;
}

static void close_file(void *state)
{
	struct file *f = state;

	mm_geojson_release(&f->w);
	free(f);
}

static void begin(void *state, struct mm_buf *out)
{
	(void)state;
	mm_buf_text(out, "{\"type\":\"FeatureCollection\",\"features\":[\n");
}

static void put(void *state, uint32_t row, struct mm_buf *out)
{
	struct file *f = state;

	if (f->comma)
		mm_buf_text(out, ",\n");
	f->comma = true;
	mm_geojson_put(&f->w, row, out);
}

static void end(void *state, struct mm_buf *out)
{
	const struct file *f = state;

	mm_buf_text(out, "\n]");
	if (*f->in->about) {
		mm_buf_byte(out, ',');
		mm_buf_text(out, f->in->about);
	}
	mm_buf_text(out, "}\n");
}

static void nothing(void *state, struct mm_buf *out)
{
	(void)state;
	(void)out;
}

static void put_line(void *state, uint32_t row, struct mm_buf *out)
{
	struct file *f = state;

	mm_geojson_put(&f->w, row, out);
	mm_buf_byte(out, '\n');
}

static void put_text(void *state, uint32_t row, struct mm_buf *out)
{
	mm_buf_byte(out, 0x1e); /* RFC 8142, 2: a record separator before each */
	put_line(state, row, out);
}

const struct mm_encoder mm_encoder_geojson_page = {
    "json",    "application/geo+json", "geojson", "GeoJSON", true, false, open_file, begin, put, end,
    close_file};
const struct mm_encoder mm_encoder_geojson = {
    "geojson", "application/geo+json", "geojson", "GeoJSON", false, false, open_file, begin, put, end,
    close_file};
const struct mm_encoder mm_encoder_geojson_seq = {"geojsonseq", "application/geo+json-seq",
						  "geojsons",   "GeoJSON Sequence",
						  false,        false,
						  open_file,    nothing,
						  put_text,     nothing,
						  close_file};
const struct mm_encoder mm_encoder_geojson_lines = {"geojsonl", "application/x-ndjson",
						    "geojsonl", "GeoJSON Lines",
						    false,      false,
						    open_file,  nothing,
						    put_line,   nothing,
						    close_file};
