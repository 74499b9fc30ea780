#include "base/text.h"
#include "encode/encoder.h"
#include "encode/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* KML 2.3 (OGC 12-007r2): a placemark a row, its fields as ExtendedData under their names, with titles to
 * show. */

struct kml {
	const struct mm_encode *in;
	struct mm_coords coords;
	struct mm_buf text; /* of one value */
	size_t name_field;  /* whose value is the name of a placemark; SIZE_MAX: its id is */
};

enum { TEXT_MAX = 64 << 20 };

/* The field that people would call a row by. */
static size_t find_name(const struct mm_encode *in)
{
	static const char *const names[] = {"name", "title", "label", "название", "наименование", "имя"};
	const struct mm_schema *s = mm_layer_schema(in->layer);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const size_t field = mm_schema_find(s, names[i]);

		if (field != SIZE_MAX && s->field[field].type == MM_TYPE_TEXT &&
		    mm_encode_has_field(in, field))
			return field;
	}
	return SIZE_MAX;
}

static enum mm_code open_kml(const struct mm_encode *in, void **ret, struct mm_err *reterr)
{
	struct kml *k = calloc(1, sizeof(*k));
	enum mm_code rc;

	if (!k)
		return mm_fail_nomem(reterr);
	rc = mm_coords_init(&k->coords, in->layer, NULL, in->proj, reterr);
	if (rc) {
		free(k);
		return rc;
	}
	k->in = in;
	k->name_field = find_name(in);
	mm_buf_init(&k->text, TEXT_MAX);
	*ret = k;
	return MM_OK;
}

static void close_kml(void *state)
{
	struct kml *k = state;

	mm_coords_release(&k->coords);
	mm_buf_release(&k->text);
	free(k);
}

static void put_text(struct mm_buf *out, const char *text)
{
	mm_text_put_html(out, text, strlen(text));
}

static void begin(void *state, struct mm_buf *out)
{
	const struct kml *k = state;
	const struct mm_schema *s = mm_layer_schema(k->in->layer);

	mm_buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			 "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\n<name>");
	put_text(out, mm_title_in(&s->title, k->in->lang, s->id));
	mm_buf_text(out, "</name>\n");
}

static void end(void *state, struct mm_buf *out)
{
	(void)state;
	mm_buf_text(out, "</Document></kml>\n");
}

/* ---- geometry ---- */

struct pen {
	struct mm_buf *out;
	const struct mm_geom *g;
	uint32_t ring, vertex;
};

static void put_coordinates(struct pen *p, uint32_t n)
{
	mm_buf_text(p->out, "<coordinates>");
	for (uint32_t k = 0; k < n; k++) {
		const uint32_t i = p->vertex++;

		if (k)
			mm_buf_byte(p->out, ' ');
		mm_buf_double(p->out, p->g->xy[2 * i]);
		mm_buf_byte(p->out, ',');
		mm_buf_double(p->out, p->g->xy[2 * i + 1]);
		if (p->g->z && isfinite(p->g->z[i])) {
			mm_buf_byte(p->out, ',');
			mm_buf_double(p->out, p->g->z[i]);
		}
	}
	mm_buf_text(p->out, "</coordinates>");
}

static void put_polygon(struct pen *p, uint32_t rings)
{
	mm_buf_text(p->out, "<Polygon>");
	for (uint32_t i = 0; i < rings; i++) {
		mm_buf_text(p->out, i ? "<innerBoundaryIs><LinearRing>" : "<outerBoundaryIs><LinearRing>");
		put_coordinates(p, p->g->ring[p->ring++]);
		mm_buf_text(p->out,
			    i ? "</LinearRing></innerBoundaryIs>" : "</LinearRing></outerBoundaryIs>");
	}
	mm_buf_text(p->out, "</Polygon>");
}

static void put_points(struct pen *p)
{
	for (uint32_t n = p->g->ring[p->ring++]; n; n--) {
		mm_buf_text(p->out, "<Point>");
		put_coordinates(p, 1);
		mm_buf_text(p->out, "</Point>");
	}
}

static void put_part(struct pen *p, uint32_t part)
{
	switch (mm_part_kind(part)) {
	case MM_PART_POLYGON:
		put_polygon(p, mm_part_rings(part));
		break;
	case MM_PART_LINE:
		mm_buf_text(p->out, "<LineString>");
		put_coordinates(p, p->g->ring[p->ring++]);
		mm_buf_text(p->out, "</LineString>");
		break;
	case MM_PART_POINTS:
		put_points(p);
		break;
	}
}

static void put_geometry(struct mm_buf *out, const struct mm_geom *g)
{
	struct pen p = {.out = out, .g = g};
	const bool is_list = g->type >= MM_GEOM_MULTIPOINT;

	if (g->part_count == 0)
		return;
	if (is_list)
		mm_buf_text(out, "<MultiGeometry>");
	for (uint32_t i = 0; i < g->part_count; i++)
		put_part(&p, g->part[i]);
	if (is_list)
		mm_buf_text(out, "</MultiGeometry>");
}

/* ---- rows ---- */

static void put_value(struct kml *k, uint32_t row, size_t field, struct mm_buf *out)
{
	struct mm_value v;

	mm_layer_value(k->in->layer, row, field, &v);
	mm_buf_clear(&k->text);
	mm_value_put_text(&k->text, &v);
	out->failed |= k->text.failed;
	mm_text_put_html(out, (const char *)k->text.data, k->text.len);
}

static void put_name(struct kml *k, uint32_t row, struct mm_buf *out)
{
	char id[1100];
	size_t n;

	if (k->name_field != SIZE_MAX) {
		put_value(k, row, k->name_field, out);
		return;
	}
	n = mm_layer_id_format(k->in->layer, row, id, sizeof(id));
	mm_text_put_html(out, id, n < sizeof(id) ? n : sizeof(id) - 1);
}

static void put_fields(struct kml *k, uint32_t row, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(k->in->layer);

	mm_buf_text(out, "<ExtendedData>");
	for (size_t i = 0; i < s->field_count; i++) {
		const struct mm_field *f = &s->field[i];
		struct mm_value v;

		mm_layer_value(k->in->layer, row, i, &v);
		if (v.is_null || !mm_encode_has_field(k->in, i))
			continue;
		mm_buf_text(out, "<Data name=\"");
		put_text(out, f->name);
		mm_buf_text(out, "\"><displayName>");
		put_text(out, mm_title_in(&f->title, k->in->lang, f->name));
		mm_buf_text(out, "</displayName><value>");
		put_value(k, row, i, out);
		mm_buf_text(out, "</value></Data>");
	}
	mm_buf_text(out, "</ExtendedData>");
}

static void put(void *state, uint32_t row, struct mm_buf *out)
{
	struct kml *k = state;
	struct mm_geom g = {.type = MM_GEOM_NULL};

	if (!k->in->skips_geometry && !mm_coords_geom(&k->coords, row, &g)) {
		out->failed = true;
		return;
	}
	mm_buf_text(out, "<Placemark><name>");
	put_name(k, row, out);
	mm_buf_text(out, "</name>");
	put_fields(k, row, out);
	put_geometry(out, &g);
	mm_buf_text(out, "</Placemark>\n");
}

const struct mm_encoder mm_encoder_kml = {
    "kml",    "application/vnd.google-earth.kml+xml", "kml", "KML", false, true, open_kml, begin, put, end,
    close_kml};
