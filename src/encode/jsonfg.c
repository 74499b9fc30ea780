#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "encode/encoder.h"
#include "encode/geojson.h"
#include "query/query.h"

#include <stdlib.h>
#include <string.h>

/*
 * JSON-FG (OGC 21-045, Features and Geometries JSON): GeoJSON with the time a row holds at, and with its
 * geometry in any system as "place", beside "geometry" in lon/lat for those who know GeoJSON only.
 */

struct jsonfg {
	const struct mm_encode *in;
	struct mm_coords place; /* in the system asked for */
	struct mm_coords lon_lat;
	bool has_place;                /* that is another system */
	size_t begin_field, end_field; /* SIZE_MAX: rows have no time */
	bool comma;
};

static enum mm_code open_jsonfg(const struct mm_encode *in, void **ret, struct mm_err *reterr)
{
	struct jsonfg *w = calloc(1, sizeof(*w));
	enum mm_code rc;

	if (!w)
		return mm_fail_nomem(reterr);
	w->in = in;
	w->has_place = in->crs != NULL;
	rc = mm_coords_init(&w->lon_lat, in->layer, NULL, in->proj, reterr);
	if (!rc)
		rc = mm_coords_init(&w->place, in->layer, in->crs, in->proj, reterr);
	if (rc) {
		free(w);
		return rc;
	}
	mm_query_time_fields(mm_layer_schema(in->layer), &w->begin_field, &w->end_field);
	*ret = w;
	return MM_OK;
}

static void close_jsonfg(void *state)
{
	struct jsonfg *w = state;

	mm_coords_release(&w->lon_lat);
	mm_coords_release(&w->place);
	free(w);
}

static void begin(void *state, struct mm_buf *out)
{
	const struct jsonfg *w = state;
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "type", "FeatureCollection");
	mm_json_open(&j, "conformsTo", '[');
	mm_json_text(&j, NULL, "http://www.opengis.net/spec/json-fg-1/0.3/conf/core");
	mm_json_text(&j, NULL, "http://www.opengis.net/spec/json-fg-1/0.3/conf/types-schemas");
	mm_json_close(&j, ']');
	mm_json_text(&j, "featureType", mm_layer_schema(w->in->layer)->id);
	if (*w->in->schema_url)
		mm_json_text(&j, "featureSchema", w->in->schema_url);
	mm_json_text(&j, "coordRefSys", w->in->crs_uri);
	mm_buf_text(out, ",\"features\":[\n");
}

static void put_moment(struct mm_json *j, const char *key, const struct mm_value *v)
{
	char text[MM_CLOCK_TEXT_MAX];

	if (v->is_null)
		mm_json_text(j, key, "..");
	else if (v->type == MM_TYPE_DATE)
		mm_json_text_n(j, key, text, mm_clock_format_date(v->integer, text));
	else
		mm_json_text_n(j, key, text, mm_clock_format(v->integer, 0, text));
}

/* An instant, an interval with ".." for an open end, or null. */
static void put_time(const struct jsonfg *w, struct mm_json *j, uint32_t row)
{
	struct mm_value begin, end;

	if (w->begin_field == SIZE_MAX) {
		mm_json_null(j, "time");
		return;
	}
	mm_layer_value(w->in->layer, row, w->begin_field, &begin);
	mm_layer_value(w->in->layer, row, w->end_field, &end);
	if (begin.is_null && end.is_null) {
		mm_json_null(j, "time");
		return;
	}
	mm_json_open(j, "time", '{');
	if (w->begin_field == w->end_field) {
		put_moment(j, begin.type == MM_TYPE_DATE ? "date" : "timestamp", &begin);
	} else {
		mm_json_open(j, "interval", '[');
		put_moment(j, NULL, &begin);
		put_moment(j, NULL, &end);
		mm_json_close(j, ']');
	}
	mm_json_close(j, '}');
}

static void put_geometry(struct jsonfg *w, struct mm_json *j, const char *key, struct mm_coords *c,
			 bool is_there, uint32_t row)
{
	struct mm_geom g = {.type = MM_GEOM_NULL};

	mm_json_key(j, key);
	if (is_there && !w->in->skips_geometry && !mm_coords_geom(c, row, &g))
		j->out->failed = true;
	mm_geojson_put_geometry(j->out, &g);
}

static void put(void *state, uint32_t row, struct mm_buf *out)
{
	struct jsonfg *w = state;
	struct mm_json j = mm_json_on(out);

	if (w->comma)
		mm_buf_text(out, ",\n");
	w->comma = true;
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "type", "Feature");
	mm_json_key(&j, "id");
	mm_geojson_put_id(w->in->layer, row, out);
	put_time(w, &j, row);
	put_geometry(w, &j, "geometry", &w->lon_lat, true, row);
	put_geometry(w, &j, "place", &w->place, w->has_place, row);
	mm_json_key(&j, "properties");
	mm_geojson_put_properties(w->in->layer, w->in->leaves_out, row, out);
	mm_json_close(&j, '}');
}

static void end(void *state, struct mm_buf *out)
{
	const struct jsonfg *w = state;

	mm_buf_text(out, "\n]");
	if (*w->in->about) {
		mm_buf_byte(out, ',');
		mm_buf_text(out, w->in->about);
	}
	mm_buf_text(out, "}\n");
}

const struct mm_encoder mm_encoder_jsonfg = {
    "jsonfg",    "application/vnd.ogc.fg+json", "json", "JSON-FG", true, false, open_jsonfg, begin, put, end,
    close_jsonfg};
