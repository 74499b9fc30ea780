#include "encode/csv_cell.h"
#include "encode/encoder.h"
#include "encode/value.h"
#include "geo/wkt.h"

#include <stdlib.h>
#include <string.h>

/* Comma-separated values (RFC 4180) in UTF-8: the id, the fields, and the geometry as WKT in a column of that
 * name, by which GDAL and QGIS know it. */

struct csv {
	const struct mm_encode *in;
	struct mm_coords coords;
	struct mm_buf text; /* of one value */
	bool has_id_field;
};

enum { TEXT_MAX = 64 << 20 };

/* True when a column of the layer has the id: no second one is made. */
static bool has_id_field(const struct mm_encode *in)
{
	const struct mm_schema *s = mm_layer_schema(in->layer);
	const size_t field = *s->id_field ? mm_schema_find(s, s->id_field) : SIZE_MAX;

	return field != SIZE_MAX && mm_encode_has_field(in, field);
}

static enum mm_code open_csv(const struct mm_encode *in, void **ret, struct mm_err *reterr)
{
	struct csv *c = calloc(1, sizeof(*c));
	enum mm_code rc;

	if (!c)
		return mm_fail_nomem(reterr);
	rc = mm_coords_init(&c->coords, in->layer, in->crs, in->proj, reterr);
	if (rc) {
		free(c);
		return rc;
	}
	c->in = in;
	c->has_id_field = has_id_field(in);
	mm_buf_init(&c->text, TEXT_MAX);
	*ret = c;
	return MM_OK;
}

static void close_csv(void *state)
{
	struct csv *c = state;

	mm_coords_release(&c->coords);
	mm_buf_release(&c->text);
	free(c);
}

static void put_separator(const struct csv *c, bool *is_first, struct mm_buf *out)
{
	if (!*is_first)
		mm_buf_byte(out, c->in->separator ? (unsigned char)c->in->separator : ',');
	*is_first = false;
}

static void begin(void *state, struct mm_buf *out)
{
	const struct csv *c = state;
	const struct mm_schema *s = mm_layer_schema(c->in->layer);
	bool is_first = true;

	if (c->in->has_bom)
		mm_buf_text(out, "\xef\xbb\xbf");
	if (!c->has_id_field) {
		put_separator(c, &is_first, out);
		mm_buf_text(out, mm_schema_find(s, "id") == SIZE_MAX ? "id" : "fid");
	}
	for (size_t i = 0; i < s->field_count; i++) {
		if (!mm_encode_has_field(c->in, i))
			continue;
		put_separator(c, &is_first, out);
		mm_csv_put_cell(out, s->field[i].name, strlen(s->field[i].name));
	}
	if (!c->in->skips_geometry) {
		put_separator(c, &is_first, out);
		mm_buf_text(out, "WKT");
	}
	mm_buf_text(out, "\r\n");
}

static void put_value(struct csv *c, const struct mm_value *v, struct mm_buf *out)
{
	char *point;

	mm_buf_clear(&c->text);
	mm_value_put_text(&c->text, v);
	out->failed |= c->text.failed;
	if (v->type == MM_TYPE_REAL && c->in->has_decimal_comma && c->text.len) {
		point = memchr(c->text.data, '.', c->text.len);
		if (point)
			*point = ',';
	}
	if (v->type == MM_TYPE_TEXT || v->type == MM_TYPE_JSON)
		mm_csv_put_cell(out, (const char *)c->text.data, c->text.len);
	else
		mm_buf_put(out, c->text.data, c->text.len);
}

static void put_id(const struct csv *c, uint32_t row, struct mm_buf *out)
{
	size_t n;
	const char *text;

	if (!mm_layer_schema(c->in->layer)->has_text_ids) {
		mm_buf_int(out, mm_layer_id_int(c->in->layer, row));
		return;
	}
	text = mm_layer_id_text(c->in->layer, row, &n);
	mm_csv_put_cell(out, text, n);
}

static void put_wkt(struct csv *c, uint32_t row, struct mm_buf *out)
{
	struct mm_geom g;

	if (!mm_coords_geom(&c->coords, row, &g)) {
		out->failed = true;
		return;
	}
	if (g.type == MM_GEOM_NULL)
		return;
	mm_buf_byte(out, '"'); /* its commas */
	mm_wkt_put(out, &g);
	mm_buf_byte(out, '"');
}

static void put(void *state, uint32_t row, struct mm_buf *out)
{
	struct csv *c = state;
	const struct mm_schema *s = mm_layer_schema(c->in->layer);
	bool is_first = true;

	if (!c->has_id_field) {
		put_separator(c, &is_first, out);
		put_id(c, row, out);
	}
	for (size_t i = 0; i < s->field_count; i++) {
		struct mm_value v;

		if (!mm_encode_has_field(c->in, i))
			continue;
		put_separator(c, &is_first, out);
		mm_layer_value(c->in->layer, row, i, &v);
		if (!v.is_null)
			put_value(c, &v, out);
	}
	if (!c->in->skips_geometry) {
		put_separator(c, &is_first, out);
		put_wkt(c, row, out);
	}
	mm_buf_text(out, "\r\n");
}

static void end(void *state, struct mm_buf *out)
{
	(void)state;
	(void)out;
}

const struct mm_encoder mm_encoder_csv = {
    "csv", "text/csv; charset=utf-8", "csv", "CSV", false, false, open_csv, begin, put, end, close_csv};
