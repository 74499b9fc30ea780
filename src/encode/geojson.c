#include "encode/geojson.h"

#include "base/text.h"
#include "encode/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A step between two systems, NULL when there is none to make. */
static enum mm_code step(struct mm_proj *proj, const char *from, const char *to,
			 const struct mm_transform **ret, struct mm_err *reterr)
{
	enum mm_code rc = mm_transform_get(proj, from, to, ret, reterr);

	if (!rc && mm_transform_is_identity(*ret))
		*ret = NULL;
	return rc;
}

/* By way of WGS 84: PROJ goes astray between some pairs of systems, but not there. */
enum mm_code mm_geojson_init(struct mm_geojson *w, const struct mm_layer *l, const struct mm_geojson_crs *crs,
			     struct mm_proj *proj, struct mm_err *reterr)
{
	const char *own = mm_layer_schema(l)->crs_definition;
	enum mm_code rc;

	*w = (struct mm_geojson){.layer = l,
				 .is_north_first = crs && crs->is_north_first,
				 .parts = !crs || crs->is_degrees ? 1e9 : 1e5};
	if (crs && strcmp(own, crs->definition) == 0)
		return MM_OK;
	rc = step(proj, own, MM_CRS84, &w->to_deg, reterr);
	if (!rc && crs)
		rc = step(proj, MM_CRS84, crs->definition, &w->from_deg, reterr);
	return rc;
}

void mm_geojson_release(struct mm_geojson *w)
{
	free(w->scratch);
	w->scratch = NULL;
	w->scratch_cap = 0;
}

/* A cursor over the rings of one geometry while it is written. */
struct pen {
	struct mm_buf *out;
	const struct mm_geom *g;
	uint32_t ring, vertex;
};

static void put_position(struct pen *p)
{
	const struct mm_geom *g = p->g;
	uint32_t i = p->vertex++;

	mm_buf_byte(p->out, '[');
	mm_buf_double(p->out, g->xy[2 * i]);
	mm_buf_byte(p->out, ',');
	mm_buf_double(p->out, g->xy[2 * i + 1]);
	if (g->z && isfinite(g->z[i])) {
		mm_buf_byte(p->out, ',');
		mm_buf_double(p->out, g->z[i]);
	}
	mm_buf_byte(p->out, ']');
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

static void put_geometry(struct mm_buf *out, const struct mm_geom *g)
{
	struct pen p = {.out = out, .g = g};

	if (g->type == MM_GEOM_NULL) {
		mm_buf_text(out, "null");
		return;
	}
	mm_buf_printf(out, "{\"type\":\"%s\",", mm_geom_type_name(g->type));
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

static bool has_room(struct mm_geojson *w, size_t n)
{
	if (n <= w->scratch_cap)
		return true;
	free(w->scratch);
	w->scratch_cap = n + 1024;
	w->scratch = calloc(w->scratch_cap, 2 * sizeof(double));
	if (!w->scratch)
		w->scratch_cap = 0;
	return w->scratch != NULL;
}

static void turn(double *xy, size_t n)
{
	for (size_t i = 0; i < n; i++, xy += 2) {
		const double x = xy[0];

		xy[0] = xy[1];
		xy[1] = x;
	}
}

/* Replaces the coordinates by those to write, in the writer's scratch; what was computed is rounded. */
static bool to_wanted(struct mm_geojson *w, struct mm_geom *g)
{
	const size_t n = g->vertex_count;

	if ((!w->to_deg && !w->from_deg && !w->is_north_first) || n == 0)
		return true;
	if (!has_room(w, n))
		return false;
	memcpy(w->scratch, g->xy, n * 2 * sizeof(double));
	if (w->to_deg)
		(void)mm_transform_points(w->to_deg, w->scratch, n);
	if (w->from_deg)
		(void)mm_transform_points(w->from_deg, w->scratch, n);
	for (size_t i = 0; (w->to_deg || w->from_deg) && i < 2 * n; i++)
		w->scratch[i] = nearbyint(w->scratch[i] * w->parts) / w->parts;
	if (w->is_north_first)
		turn(w->scratch, n);
	g->xy = w->scratch;
	return true;
}

static void put_id(const struct mm_layer *l, uint32_t row, struct mm_buf *out)
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

static void put_properties(const struct mm_geojson *w, uint32_t row, struct mm_buf *out)
{
	const struct mm_layer *l = w->layer;
	const struct mm_schema *s = mm_layer_schema(l);
	bool comma = false;

	mm_buf_byte(out, '{');
	for (size_t i = 0; i < s->field_count; i++) {
		struct mm_value v;

		if (s->field[i].hidden || (w->leaves_out && w->leaves_out[i]))
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
	struct mm_geom g;

	mm_layer_geom(w->layer, row, &g);
	if (!to_wanted(w, &g)) {
		out->failed = true;
		return;
	}
	mm_buf_text(out, "{\"type\":\"Feature\",\"id\":");
	put_id(w->layer, row, out);
	mm_buf_text(out, ",\"geometry\":");
	put_geometry(out, &g);
	mm_buf_text(out, ",\"properties\":");
	put_properties(w, row, out);
}

void mm_geojson_put(struct mm_geojson *w, uint32_t row, struct mm_buf *out)
{
	mm_geojson_put_open(w, row, out);
	mm_buf_byte(out, '}');
}
