#include "api/analysis/shape.h"

#include "api/api.h"
#include "api/out.h"
#include "base/clock.h"
#include "base/json.h"
#include "encode/geojson.h"
#include "geo/measure.h"
#include "geo/topo_measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * "/analysis/measure": how long and how large a drawing or a feature is in metres of the map's own system,
 * where its vertices lie in it, and what lies around it. POST takes a JSON object, GET parameters of the same
 * names:
 *
 *   geometry    GeoJSON in lon/lat; or `collection` and `id` of a feature
 *   distance    metres: the answer has the outline of all that is so near, as GeoJSON
 */

enum { DEADLINE_MS = 10000, COORDINATES_MAX = 2000, MEMORY_BYTES = 64 << 20, NUMBER_MAX = 64 };

static const char *const names[] = {"geometry", "collection", "id", "alike", "distance", "f", "lang"};

/* ---- measures ---- */

static void put_metres(struct mm_json *j, const char *key, double v)
{
	char text[NUMBER_MAX];
	const int n = snprintf(text, sizeof(text), "%.4f", v);

	mm_json_raw(j, key, text, (size_t)n);
}

/* Clockwise from north, of the map's grid. */
static double azimuth_deg(const double *from, const double *to)
{
	const double a = atan2(to[0] - from[0], to[1] - from[1]) * 180 / M_PI;

	return a < 0 ? a + 360 : a;
}

static double outline_m(const struct mm_geom *g)
{
	const double *at = g->xy;
	const uint32_t *ring = g->ring;
	double sum = 0;

	for (uint32_t p = 0; p < g->part_count; p++)
		for (uint32_t k = 0; k < mm_part_rings(g->part[p]); k++, at += 2 * (size_t)*ring++)
			for (uint32_t i = 1; mm_part_kind(g->part[p]) == MM_PART_POLYGON && i < *ring; i++)
				sum += hypot(at[2 * i] - at[2 * i - 2], at[2 * i + 1] - at[2 * i - 1]);
	return sum;
}

/* Each side of the first line or ring: its length and azimuth. */
static void put_sides(struct mm_json *j, const struct mm_geom *g)
{
	const uint32_t count = g->part_count && mm_part_kind(g->part[0]) != MM_PART_POINTS ? g->ring[0] : 0;

	mm_json_open(j, "sides", '[');
	for (uint32_t i = 1; i < count && i < COORDINATES_MAX; i++) {
		const double *from = g->xy + 2 * (size_t)(i - 1), *to = from + 2;

		mm_json_open(j, NULL, '{');
		put_metres(j, "length", hypot(to[0] - from[0], to[1] - from[1]));
		put_metres(j, "azimuth", azimuth_deg(from, to));
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

/* Vertices as [x, y], x to the east: the axes of GeoJSON, whatever geodesists write. */
static void put_coordinates(struct mm_json *j, const struct mm_geom *g)
{
	mm_json_open(j, "coordinates", '[');
	for (uint32_t i = 0; i < g->vertex_count && i < COORDINATES_MAX; i++) {
		mm_json_open(j, NULL, '[');
		put_metres(j, NULL, g->xy[2 * (size_t)i]);
		put_metres(j, NULL, g->xy[2 * (size_t)i + 1]);
		mm_json_close(j, ']');
	}
	mm_json_close(j, ']');
}

static enum mm_code put_buffer(struct mm_json *j, struct mm_shape *s, struct mm_err *reterr)
{
	struct mm_geom around, degrees;
	struct mm_box box;
	enum mm_code rc = mm_shape_mend(s, reterr);

	if (!rc)
		rc = mm_topo_buffer(s->kit->topo, &s->geom, s->distance_m, s->mem, &around, reterr);
	if (!rc)
		rc = mm_shape_degrees(s, &around, &degrees, &box, reterr);
	if (rc)
		return rc;
	mm_json_open(j, "around", '{');
	mm_json_double(j, "distance", s->distance_m);
	put_metres(j, "area", mm_measure_area(&around));
	mm_json_key(j, "geometry");
	mm_geojson_put_geometry(j->out, &degrees);
	mm_json_close(j, '}');
	return MM_OK;
}

static enum mm_code put_all(struct mm_json *j, struct mm_shape *s, struct mm_err *reterr)
{
	const struct mm_map_info *map = mm_catalog_map(s->catalog);
	const int dimension = mm_geom_dimension(&s->geom);
	enum mm_code rc = MM_OK;

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "crs", map->crs_code);
	mm_json_text(j, "crsName", map->crs_name);
	if (dimension == 1)
		put_metres(j, "length", mm_measure_length(&s->geom));
	if (dimension == 2) {
		put_metres(j, "area", mm_measure_area(&s->geom));
		put_metres(j, "perimeter", outline_m(&s->geom));
	}
	if (dimension > 0)
		put_sides(j, &s->geom);
	put_coordinates(j, &s->geom);
	if (s->distance_m > 0)
		rc = put_buffer(j, s, reterr);
	mm_json_close(j, '}');
	return rc;
}

/* ---- asking ---- */

enum mm_code mm_api_measure(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	MM_ARENA_SCOPE(mem, MEMORY_BYTES);
	const struct mm_api *api = ctx;
	struct mm_json j = mm_json_on(&rs->body);
	struct mm_shape s = {.mem = &mem};
	json_t *question = NULL;
	enum mm_code rc = mm_shape_question(r, names, sizeof(names) / sizeof(names[0]), &question, reterr);

	if (!rc)
		rc = mm_out_catalog(api, &s.catalog, reterr);
	if (!rc)
		rc = mm_kits_take(api->kits, &s.kit, reterr);
	if (!rc) {
		s.definition = mm_catalog_map(s.catalog)->crs_definition;
		mm_topo_limit(s.kit->topo, mm_clock_mono_ns() + (int64_t)DEADLINE_MS * 1000000);
		rc = mm_shape_read(question, &s, reterr);
		if (!rc)
			rc = put_all(&j, &s, reterr);
		mm_topo_limit(s.kit->topo, 0);
	}
	json_decref(question);
	mm_kits_give(api->kits, s.kit);
	(void)mm_catalog_unref(s.catalog);
	return rc ? rc : mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}
