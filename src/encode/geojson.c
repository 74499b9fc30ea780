#include "encode/geojson.h"

#include "base/num.h"
#include "base/text.h"
#include "encode/value.h"

#include <math.h>
#include <string.h>

enum mm_code mm_geojson_init(struct mm_geojson *w, const struct mm_layer *l, const struct mm_coords_crs *crs,
			     struct mm_proj *proj, struct mm_err *reterr)
{
	*w = (struct mm_geojson){0};
	return mm_coords_init(&w->coords, l, crs, proj, reterr);
}

void mm_geojson_release(struct mm_geojson *w)
{
	mm_coords_release(&w->coords);
}

enum { POSITION_MAX = 3 * MM_NUM_MAX + 4 };

/* A cursor over the rings of one geometry while it is written. */
struct pen {
	struct mm_buf *out;
	const struct mm_geom *g;
	uint32_t ring, vertex;
};

/* Written in place: most of a download is positions. */
static void put_position(struct pen *p)
{
	const struct mm_geom *g = p->g;
	const uint32_t i = p->vertex++;
	char *to = (char *)mm_buf_reserve(p->out, POSITION_MAX), *at = to;

	if (!to)
		return;
	*at++ = '[';
	at += mm_num_format(g->xy[2 * (size_t)i], at);
	*at++ = ',';
	at += mm_num_format(g->xy[2 * (size_t)i + 1], at);
	if (g->z && isfinite(g->z[i])) {
		*at++ = ',';
		at += mm_num_format(g->z[i], at);
	}
	*at++ = ']';
	p->out->len += (size_t)(at - to);
}

static void put_ring(struct pen *p)
{
	uint32_t n = p->g->ring[p->ring++];

	mm_buf_byte(p->out, '[');
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			mm_buf_byte(p->out, ',');
		put_position(p);
	}
	mm_buf_byte(p->out, ']');
}

static void put_rings(struct pen *p, uint32_t count)
{
	mm_buf_byte(p->out, '[');
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			mm_buf_byte(p->out, ',');
		put_ring(p);
	}
	mm_buf_byte(p->out, ']');
}

/* "coordinates" of one part standing for itself: a point set is a multipoint, a line, or a polygon. */
static void put_part(struct pen *p, uint32_t part)
{
	if (mm_part_kind(part) == MM_PART_POLYGON)
		put_rings(p, mm_part_rings(part));
	else
		put_ring(p);
}

static void put_coordinates(struct pen *p)
{
	const struct mm_geom *g = p->g;
	bool is_list = g->type == MM_GEOM_MULTILINE || g->type == MM_GEOM_MULTIPOLYGON;

	if (g->part_count == 0) {
		mm_buf_text(p->out, "[]");
		return;
	}
	if (g->type == MM_GEOM_POINT) {
		put_position(p);
		return;
	}
	if (is_list)
		mm_buf_byte(p->out, '[');
	for (uint32_t i = 0; i < g->part_count; i++) {
		if (i)
			mm_buf_byte(p->out, ',');
		put_part(p, g->part[i]);
	}
	if (is_list)
		mm_buf_byte(p->out, ']');
}

static void put_member(struct pen *p, uint32_t part)
{
	enum mm_part_kind kind = mm_part_kind(part);
	bool is_point = kind == MM_PART_POINTS && p->g->ring[p->ring] == 1;

	mm_buf_printf(p->out, "{\"type\":\"%s\",\"coordinates\":",
		      kind == MM_PART_POLYGON ? "Polygon"
		      : kind == MM_PART_LINE  ? "LineString"
		      : is_point              ? "Point"
					      : "MultiPoint");
	if (is_point) {
		p->ring++;
		put_position(p);
	} else {
		put_part(p, part);
	}
	mm_buf_byte(p->out, '}');
}

void mm_geojson_put_geometry(struct mm_buf *out, const struct mm_geom *g)
{
	struct pen p = {.out = out, .g = g};

	if (g->type == MM_GEOM_NULL) {
		mm_buf_text(out, "null");
		return;
	}
	mm_buf_text(out, "{\"type\":\"");
	mm_buf_text(out, mm_geom_type_name(g->type));
	mm_buf_text(out, "\",");
	if (g->type == MM_GEOM_COLLECTION) {
		mm_buf_text(out, "\"geometries\":[");
		for (uint32_t i = 0; i < g->part_count; i++) {
			if (i)
				mm_buf_byte(out, ',');
			put_member(&p, g->part[i]);
		}
		mm_buf_byte(out, ']');
	} else {
		mm_buf_text(out, "\"coordinates\":");
		put_coordinates(&p);
	}
	mm_buf_byte(out, '}');
}

void mm_geojson_put_id(const struct mm_layer *l, uint32_t row, struct mm_buf *out)
{
	size_t n;
	const char *text;

	if (!mm_layer_schema(l)->has_text_ids) {
		mm_buf_int(out, mm_layer_id_int(l, row));
		return;
	}
	text = mm_layer_id_text(l, row, &n);
	mm_text_put_json(out, text, n);
}

void mm_geojson_put_properties(const struct mm_layer *l, const bool *leaves_out, uint32_t row,
			       struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(l);
	bool comma = false;

	mm_buf_byte(out, '{');
	for (size_t i = 0; i < s->field_count; i++) {
		struct mm_value v;

		if (s->field[i].hidden || (leaves_out && leaves_out[i]))
			continue;
		if (comma)
			mm_buf_byte(out, ',');
		comma = true;
		mm_layer_value(l, row, i, &v);
		mm_text_put_json(out, s->field[i].name, strlen(s->field[i].name));
		mm_buf_byte(out, ':');
		mm_value_put_json(out, &v);
	}
	mm_buf_byte(out, '}');
}

void mm_geojson_put_open(struct mm_geojson *w, uint32_t row, struct mm_buf *out)
{
	struct mm_geom g = {.type = MM_GEOM_NULL};

	if (!w->skips_geometry && !mm_coords_geom(&w->coords, row, &g)) {
		out->failed = true;
		return;
	}
	mm_buf_text(out, "{\"type\":\"Feature\",\"id\":");
	mm_geojson_put_id(w->coords.layer, row, out);
	mm_buf_text(out, ",\"geometry\":");
	mm_geojson_put_geometry(out, &g);
	mm_buf_text(out, ",\"properties\":");
	mm_geojson_put_properties(w->coords.layer, w->leaves_out, row, out);
}

void mm_geojson_put(struct mm_geojson *w, uint32_t row, struct mm_buf *out)
{
	mm_geojson_put_open(w, row, out);
	mm_buf_byte(out, '}');
}
