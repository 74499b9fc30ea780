#include "api/analysis/inside.h"

#include "analysis/metric.h"
#include "api/geometry.h"
#include "api/out.h"
#include "base/clock.h"
#include "base/num.h"
#include "geo/measure.h"
#include "geo/topo_measure.h"

#include <math.h>
#include <string.h>

/* Of a question: what it says, and the area that it means. */

enum { BODY_BYTES_MAX = 8 << 20, BODY_DEPTH_MAX = 16, WHY_MAX = 200 };

static const char *const names[] = {"geometry",    "collection", "id", "distance",
				    "collections", "filters",    "f",  "lang"};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* ---- a JSON object, from the body or from the parameters ---- */

static enum mm_code parse_json(const char *text, size_t n, const char *where, json_t **ret,
			       struct mm_err *reterr)
{
	json_error_t e;
	size_t depth = 0;

	for (size_t i = 0; i < n; i++) { /* brackets within texts count as well: so many have no place here */
		depth += text[i] == '[' || text[i] == '{';
		depth -= depth && (text[i] == ']' || text[i] == '}');
		if (depth > BODY_DEPTH_MAX)
			return mm_fail(reterr, MM_E_LIMIT, where, "nested more than %d deep", BODY_DEPTH_MAX);
	}
	*ret = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);
	return *ret ? MM_OK
		    : mm_fail(reterr, MM_E_INVALID, where, "not JSON: line %d, column %d: %.150s", e.line,
			      e.column, e.text);
}

static enum mm_code read_body(const struct mm_request *r, json_t **ret, struct mm_err *reterr)
{
	const char *key;
	json_t *value;
	enum mm_code rc;

	if (!r->body || !r->body_len)
		return mm_fail(
		    reterr, MM_E_INVALID, "",
		    "the body is empty: send {\"geometry\": GeoJSON} or {\"collection\": ..., \"id\": ...}");
	if (r->body_len > BODY_BYTES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "the body has more than %d MB", BODY_BYTES_MAX >> 20);
	rc = parse_json(r->body, r->body_len, "", ret, reterr);
	if (!rc && !json_is_object(*ret))
		rc = mm_fail(reterr, MM_E_INVALID, "", "the body is a JSON object");
	if (rc)
		return rc;
	json_object_foreach(*ret, key, value)
	{
		bool is_known = false;

		for (size_t i = 0; i < NAMES; i++)
			is_known |= strcmp(key, names[i]) == 0;
		if (!is_known)
			return mm_fail(reterr, MM_E_INVALID, "",
				       "\"%.60s\" is not known: write geometry, collection, id, distance, "
				       "collections or "
				       "filters",
				       key);
	}
	return MM_OK;
}

static enum mm_code set_list(json_t *o, const char *text, struct mm_err *reterr)
{
	json_t *list = json_array();

	for (const char *at = text; *text; at++) {
		const size_t n = strcspn(at, ",");

		(void)json_array_append_new(list, json_stringn(at, n));
		at += n;
		if (!*at)
			break;
	}
	return json_object_set_new(o, "collections", list) == 0 ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code read_params(const struct mm_request *r, json_t **ret, struct mm_err *reterr)
{
	json_t *o = *ret = json_object();
	enum mm_code rc = o ? MM_OK : mm_fail_nomem(reterr);

	for (size_t i = 0; i < r->param_count && !rc; i++) {
		const char *name = r->param[i].name, *value = r->param[i].value;
		json_t *v = NULL;
		double number;

		if (strcmp(name, "collections") == 0) {
			rc = set_list(o, value, reterr);
			continue;
		}
		if (strcmp(name, "geometry") == 0 || strcmp(name, "filters") == 0)
			rc = parse_json(value, strlen(value), name, &v, reterr);
		else if (strcmp(name, "distance") == 0)
			v = mm_num_parse(value, strlen(value), &number) ? json_real(number) : json_null();
		else
			v = json_string(value);
		if (!rc && json_object_set_new(o, name, v))
			rc = mm_fail_nomem(reterr);
	}
	return rc;
}

/* ---- where ---- */

static enum mm_code read_distance(const json_t *o, struct mm_inside_report *rep, struct mm_err *reterr)
{
	const json_t *v = json_object_get(o, "distance");

	if (!v)
		return MM_OK;
	if (!json_is_number(v) ||
	    !(json_number_value(v) >= 0 && json_number_value(v) <= MM_INSIDE_DISTANCE_MAX_M))
		return mm_fail(reterr, MM_E_INVALID, "distance", "write metres, a number from 0 to %d",
			       MM_INSIDE_DISTANCE_MAX_M);
	rep->distance_m = json_number_value(v);
	return MM_OK;
}

static enum mm_code copy_geom(const struct mm_geom *g, struct mm_arena *mem, struct mm_geom *ret)
{
	uint32_t *part = mm_arena_array(mem, g->part_count, sizeof(*part)),
		 *ring = mm_arena_array(mem, g->ring_count, sizeof(*ring));
	double *xy = mm_arena_array(mem, g->vertex_count, 2 * sizeof(*xy));

	if (!part || !ring || !xy)
		return MM_E_NOMEM;
	memcpy(part, g->part, g->part_count * sizeof(*part));
	memcpy(ring, g->ring, g->ring_count * sizeof(*ring));
	memcpy(xy, g->xy, 2 * (size_t)g->vertex_count * sizeof(*xy));
	*ret = *g;
	ret->part = part;
	ret->ring = ring;
	ret->xy = xy;
	ret->z = NULL;
	return MM_OK;
}

static enum mm_code read_feature(const json_t *o, struct mm_inside_report *rep, struct mm_geom *ret,
				 struct mm_err *reterr)
{
	const char *collection = json_string_value(json_object_get(o, "collection"));
	const char *id = json_string_value(json_object_get(o, "id"));
	const struct mm_layer *l = collection ? mm_catalog_find(rep->catalog, collection) : NULL;
	struct mm_metric metric = {0};
	struct mm_geom g;
	uint32_t row;
	enum mm_code rc;

	if (!collection || !id)
		return mm_fail(reterr, MM_E_INVALID, "geometry",
			       "write geometry (GeoJSON), or collection and id, both texts, of a feature");
	if (!l)
		return mm_fail(reterr, MM_E_NOT_FOUND, "collection", "there is no collection \"%.64s\"",
			       collection);
	row = mm_layer_find_id(l, id, strlen(id));
	if (row == UINT32_MAX)
		return mm_fail(reterr, MM_E_NOT_FOUND, "id", "\"%.64s\" has no feature \"%.100s\"",
			       collection, id);
	rc = mm_metric_init(&metric, l, rep->definition, rep->kit->proj, reterr);
	if (rc)
		return rc;
	rc = mm_metric_geom(&metric, row, &g);
	if (rc == MM_E_NOT_FOUND)
		rc = mm_fail(reterr, MM_E_INVALID, "id",
			     "this feature has no place on the map: nothing is near it");
	else if (rc || copy_geom(&g, &rep->mem, ret))
		rc = mm_fail_nomem(reterr);
	mm_metric_release(&metric);
	rep->of_collection = mm_layer_schema(l)->id;
	rep->of_id = mm_arena_text(&rep->mem, id, strlen(id));
	return rc ? rc : rep->of_id ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code read_geometry(const json_t *o, struct mm_inside_report *rep, struct mm_geom *ret,
				  struct mm_err *reterr)
{
	const json_t *g = json_object_get(o, "geometry");
	const struct mm_geometry_way way = {.proj = rep->kit->proj, .from = MM_CRS84, .to = rep->definition};
	bool is_malformed;
	enum mm_code rc;

	if (!g)
		return read_feature(o, rep, ret, reterr);
	if (json_object_get(o, "collection") || json_object_get(o, "id"))
		return mm_fail(reterr, MM_E_INVALID, "geometry",
			       "give geometry, or collection and id, not both");
	rc = mm_geometry_read(g, "geometry", &way, &rep->mem, ret, &is_malformed, reterr);
	if (rc)
		return rc;
	if (ret->vertex_count == 0)
		return mm_fail(reterr, MM_E_INVALID, "geometry", "the geometry is empty");
	if (ret->vertex_count > MM_INSIDE_VERTICES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "geometry",
			       "the geometry has more than %d vertices: simplify it", MM_INSIDE_VERTICES_MAX);
	for (size_t i = 0; i < 2 * (size_t)ret->vertex_count; i++)
		if (!(fabs(ret->xy[i]) < 1e9))
			return mm_fail(reterr, MM_E_INVALID, "geometry",
				       "a position is outside of the map's system: write longitude, latitude "
				       "in degrees");
	return MM_OK;
}

/* What a person has drawn may cross itself. */
static enum mm_code mend(struct mm_inside_report *rep, struct mm_geom *g, struct mm_err *reterr)
{
	char why[WHY_MAX] = "";
	struct mm_geom made;
	enum mm_code rc = mm_topo_why_invalid(rep->kit->topo, g, why, sizeof(why), reterr);

	if (rc || !*why)
		return rc;
	rep->mended = mm_arena_text(&rep->mem, why, strlen(why));
	if (!rep->mended)
		return mm_fail_nomem(reterr);
	rc = mm_topo_make_valid(rep->kit->topo, g, &rep->mem, &made, reterr);
	if (!rc)
		*g = made;
	return rc;
}

static enum mm_code to_degrees(struct mm_inside_report *rep, struct mm_err *reterr)
{
	const struct mm_transform *t;
	double *xy = mm_arena_array(&rep->mem, rep->area.vertex_count, 2 * sizeof(*xy));
	enum mm_code rc = mm_transform_get(rep->kit->proj, rep->definition, MM_CRS84, &t, reterr);

	if (rc)
		return rc;
	if (!xy)
		return mm_fail_nomem(reterr);
	memcpy(xy, rep->area.xy, 2 * (size_t)rep->area.vertex_count * sizeof(*xy));
	(void)mm_transform_points(t, xy, rep->area.vertex_count);
	rep->area_deg = rep->area;
	rep->area_deg.xy = xy;
	rep->box_deg = mm_geom_box(&rep->area_deg);
	if (!(fabs(rep->box_deg.min_x) <= 180 && fabs(rep->box_deg.max_x) <= 180))
		return mm_fail(reterr, MM_E_INVALID, "geometry", "the area does not lie in the map's system");
	return MM_OK;
}

static enum mm_code make_area(const json_t *o, struct mm_inside_report *rep, struct mm_err *reterr)
{
	struct mm_geom g;
	enum mm_code rc = read_distance(o, rep, reterr);

	if (!rc)
		rc = read_geometry(o, rep, &g, reterr);
	if (!rc && mm_geom_dimension(&g) < 2 && !(rep->distance_m > 0))
		rc = mm_fail(reterr, MM_E_INVALID, "distance",
			     "a point or a line has nothing inside: write how many metres "
			     "around it");
	if (!rc)
		rc = mend(rep, &g, reterr);
	if (!rc && rep->distance_m > 0)
		rc = mm_topo_buffer(rep->kit->topo, &g, rep->distance_m, &rep->mem, &rep->area, reterr);
	else if (!rc)
		rep->area = g;
	if (rc)
		return rc;
	rep->area_m2 = mm_measure_area(&rep->area);
	if (mm_geom_dimension(&rep->area) != 2 || !(rep->area_m2 > 0))
		return mm_fail(reterr, MM_E_INVALID, "geometry", "the area has no size");
	rc = to_degrees(rep, reterr);
	return rc ? rc : mm_topo_shape_new(rep->kit->topo, &rep->area, &rep->shape, reterr);
}

/* ---- what is looked into ---- */

static enum mm_code add_layer(struct mm_inside_report *rep, const struct mm_layer *l, const json_t *filters,
			      struct mm_err *reterr)
{
	const json_t *filter = json_object_get(filters, mm_layer_schema(l)->id);
	const char *text = filter ? json_string_value(filter) : "";

	if (rep->layer_count == MM_INSIDE_LAYERS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "collections",
			       "at most %d at a time: name those that matter", MM_INSIDE_LAYERS_MAX);
	if (!text)
		return mm_fail(reterr, MM_E_INVALID, "filters", "a filter is a CQL2 text");
	text = mm_arena_text(&rep->mem, text, strlen(text));
	if (!text)
		return mm_fail_nomem(reterr);
	rep->layer[rep->layer_count] = l;
	rep->filter[rep->layer_count++] = text;
	return MM_OK;
}

static enum mm_code check_filters(const json_t *filters, const struct mm_catalog *c, struct mm_err *reterr)
{
	const char *id;
	json_t *v;

	if (filters && !json_is_object(filters))
		return mm_fail(reterr, MM_E_INVALID, "filters", "write {\"COLLECTION\": \"CQL2 text\"}");
	json_object_foreach((json_t *)(uintptr_t)filters, id, v) if (!mm_catalog_find(c, id)) return mm_fail(
	    reterr, MM_E_INVALID, "filters", "there is no collection \"%.64s\"", id);
	return MM_OK;
}

static enum mm_code choose_layers(const json_t *o, struct mm_inside_report *rep, struct mm_err *reterr)
{
	const json_t *list = json_object_get(o, "collections"), *filters = json_object_get(o, "filters");
	enum mm_code rc = check_filters(filters, rep->catalog, reterr);

	if (!rc && list && !json_is_array(list))
		rc = mm_fail(reterr, MM_E_INVALID, "collections", "write a list of their ids");
	for (size_t i = 0; !rc && list && i < json_array_size(list); i++) {
		const char *id = json_string_value(json_array_get(list, i));

		if (!id || !mm_catalog_find(rep->catalog, id))
			rc = mm_fail(reterr, MM_E_INVALID, "collections", "there is no collection \"%.64s\"",
				     id ? id : "");
	}
	for (size_t i = 0; !rc && i < mm_catalog_count(rep->catalog); i++) {
		const struct mm_layer *l = mm_catalog_entry(rep->catalog, i)->layer;
		bool is_asked = !list;

		for (size_t k = 0; l && list && k < json_array_size(list); k++)
			is_asked |=
			    strcmp(json_string_value(json_array_get(list, k)), mm_layer_schema(l)->id) == 0;
		if (l && is_asked && mm_layer_geom_types(l))
			rc = add_layer(rep, l, filters, reterr);
	}
	return rc;
}

enum mm_code mm_inside_ask(const struct mm_request *r, struct mm_inside_report *rep, struct mm_err *reterr)
{
	json_t *o = NULL;
	enum mm_code rc = mm_request_only(r, names, NAMES, reterr);

	if (!rc)
		rc = r->method == MM_POST ? read_body(r, &o, reterr) : read_params(r, &o, reterr);
	if (!rc)
		rc = choose_layers(o, rep, reterr);
	if (!rc)
		rc = make_area(o, rep, reterr);
	json_decref(o);
	return rc;
}
