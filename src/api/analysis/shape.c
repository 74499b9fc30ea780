#include "api/analysis/shape.h"

#include "analysis/metric.h"
#include "api/geometry.h"
#include "base/json_bounds.h"
#include "base/num.h"

#include <math.h>
#include <string.h>

enum { LEVELS_MAX = 16, OBJECTS_MAX = 8192, WHY_MAX = 200, ALIKE_MAX = 500 };

/* ---- the question ---- */

static enum mm_code parse_json(const char *text, size_t n, const char *where, json_t **ret,
			       struct mm_err *reterr)
{
	json_error_t e;
	enum mm_code rc = mm_json_bounds_check(text, n, LEVELS_MAX, OBJECTS_MAX, where, reterr);

	if (rc)
		return rc;
	*ret = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);
	return *ret ? MM_OK
		    : mm_fail(reterr, MM_E_INVALID, where, "not JSON: line %d, column %d: %.150s", e.line,
			      e.column, e.text);
}

static enum mm_code read_body(const struct mm_request *r, const char *const *names, size_t count,
			      json_t **ret, struct mm_err *reterr)
{
	const char *key;
	json_t *value;
	enum mm_code rc;

	if (!r->body || !r->body_len)
		return mm_fail(
		    reterr, MM_E_INVALID, "",
		    "the body is empty: send {\"geometry\": GeoJSON} or {\"collection\": ..., \"id\": ...}");
	rc = parse_json(r->body, r->body_len, "", ret, reterr);
	if (!rc && !json_is_object(*ret))
		rc = mm_fail(reterr, MM_E_INVALID, "", "the body is a JSON object");
	if (rc)
		return rc;
	json_object_foreach(*ret, key, value)
	{
		bool is_known = false;

		for (size_t i = 0; i < count; i++)
			is_known |= strcmp(key, names[i]) == 0;
		if (!is_known)
			return mm_fail(
			    reterr, MM_E_INVALID, "",
			    "\"%.60s\" is not known: write geometry, collection, id, alike, distance, "
			    "collections or filters",
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

enum mm_code mm_shape_question(const struct mm_request *r, const char *const *names, size_t count,
			       json_t **ret, struct mm_err *reterr)
{
	const enum mm_code rc = mm_request_only(r, names, count, reterr);

	*ret = NULL;
	if (rc)
		return rc;
	return r->method == MM_POST ? read_body(r, names, count, ret, reterr) : read_params(r, ret, reterr);
}

/* ---- the shape ---- */

static enum mm_code read_distance(const json_t *o, struct mm_shape *s, struct mm_err *reterr)
{
	const json_t *v = json_object_get(o, "distance");

	if (!v)
		return MM_OK;
	if (!json_is_number(v) ||
	    !(json_number_value(v) >= 0 && json_number_value(v) <= MM_SHAPE_DISTANCE_MAX_M))
		return mm_fail(reterr, MM_E_INVALID, "distance", "write metres, a number from 0 to %d",
			       MM_SHAPE_DISTANCE_MAX_M);
	s->distance_m = json_number_value(v);
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

/* A collection that grows: parts, rings and positions in lists that double, so that all of them together take
 * twice what they hold at most. */
struct growing {
	struct mm_arena *mem;
	struct mm_geom geom;
	uint32_t *part, *ring;
	double *xy;
	size_t part_cap, ring_cap, vertex_cap;
};

/* Room for `need` members of a list that has `used`; NULL: out of memory. */
static void *widen(struct mm_arena *mem, void *list, size_t used, size_t *cap, size_t need, size_t size)
{
	void *wider;

	if (need <= *cap)
		return list;
	*cap = need > 2 * *cap ? need : 2 * *cap;
	wider = mm_arena_array(mem, *cap, size);
	if (wider && used)
		memcpy(wider, list, used * size);
	return wider;
}

static enum mm_code add_geom(struct growing *w, const struct mm_geom *g, struct mm_err *reterr)
{
	struct mm_geom *to = &w->geom;

	w->part = widen(w->mem, w->part, to->part_count, &w->part_cap, (size_t)to->part_count + g->part_count,
			sizeof(*w->part));
	w->ring = widen(w->mem, w->ring, to->ring_count, &w->ring_cap, (size_t)to->ring_count + g->ring_count,
			sizeof(*w->ring));
	w->xy = widen(w->mem, w->xy, to->vertex_count, &w->vertex_cap,
		      (size_t)to->vertex_count + g->vertex_count, 2 * sizeof(*w->xy));
	if (!w->part || !w->ring || !w->xy)
		return mm_fail_nomem(reterr);
	memcpy(w->part + to->part_count, g->part, g->part_count * sizeof(*w->part));
	memcpy(w->ring + to->ring_count, g->ring, g->ring_count * sizeof(*w->ring));
	memcpy(w->xy + 2 * (size_t)to->vertex_count, g->xy, 2 * (size_t)g->vertex_count * sizeof(*w->xy));
	to->part_count += g->part_count;
	to->ring_count += g->ring_count;
	to->vertex_count += g->vertex_count;
	return MM_OK;
}

/* GEOS takes collections for few things: parts of one kind are a multiple of it. */
static enum mm_geom_type type_of(const struct mm_geom *g)
{
	static const enum mm_geom_type of[] = {MM_GEOM_MULTIPOINT, MM_GEOM_MULTILINE, MM_GEOM_MULTIPOLYGON};

	for (uint32_t i = 1; i < g->part_count; i++)
		if (mm_part_kind(g->part[i]) != mm_part_kind(g->part[0]))
			return MM_GEOM_COLLECTION;
	return g->part_count ? of[mm_part_kind(g->part[0])] : MM_GEOM_COLLECTION;
}

static bool is_same(const struct mm_layer *l, size_t field, const struct mm_value *a, uint32_t row)
{
	struct mm_value b;

	mm_layer_value(l, row, field, &b);
	return !b.is_null && a->text_len == b.text_len && memcmp(a->text, b.text, a->text_len) == 0;
}

/* All features with the text that the one has in a field. */
static enum mm_code read_alike(const struct mm_layer *l, const char *name, uint32_t row,
			       struct mm_metric *metric, struct mm_shape *s, struct mm_geom *ret,
			       struct mm_err *reterr)
{
	const size_t field = mm_schema_find(mm_layer_schema(l), name);
	struct growing all = {.mem = s->mem};
	struct mm_value v;
	struct mm_geom g;
	size_t count = 0;
	enum mm_code rc = MM_OK;

	if (field == SIZE_MAX || mm_layer_schema(l)->field[field].type != MM_TYPE_TEXT)
		return mm_fail(reterr, MM_E_INVALID, "alike", "\"%.64s\" has no field \"%.64s\" of texts",
			       mm_layer_schema(l)->id, name);
	mm_layer_value(l, row, field, &v);
	for (uint32_t i = 0; i < mm_layer_count(l) && !rc; i++) {
		if (i != row && (v.is_null || !is_same(l, field, &v, i)))
			continue;
		rc = mm_metric_geom(metric, i, &g);
		if (rc == MM_E_NOT_FOUND) { /* a piece without a place */
			rc = MM_OK;
			continue;
		}
		if (rc == MM_E_NOMEM)
			return mm_fail_nomem(reterr);
		if (rc)
			return mm_fail(reterr, rc, "alike", "feature %u cannot be measured", i);
		if (++count > ALIKE_MAX ||
		    all.geom.vertex_count + (size_t)g.vertex_count > MM_SHAPE_VERTICES_MAX)
			return mm_fail(
			    reterr, MM_E_LIMIT, "alike",
			    "more than %d features, or %d vertices, are alike: ask for one of them",
			    ALIKE_MAX, MM_SHAPE_VERTICES_MAX);
		rc = add_geom(&all, &g, reterr);
	}
	*ret = all.geom;
	ret->part = all.part;
	ret->ring = all.ring;
	ret->xy = all.xy;
	ret->type = type_of(ret);
	return rc ? rc : ret->vertex_count ? MM_OK : MM_E_NOT_FOUND;
}

static enum mm_code read_one(struct mm_metric *metric, uint32_t row, struct mm_shape *s, struct mm_geom *ret,
			     struct mm_err *reterr)
{
	struct mm_geom g;
	const enum mm_code rc = mm_metric_geom(metric, row, &g);

	if (rc == MM_E_NOT_FOUND)
		return rc;
	return rc || copy_geom(&g, s->mem, ret) ? mm_fail_nomem(reterr) : MM_OK;
}

static enum mm_code read_feature(const json_t *o, struct mm_shape *s, struct mm_geom *ret,
				 struct mm_err *reterr)
{
	const char *collection = json_string_value(json_object_get(o, "collection"));
	const char *id = json_string_value(json_object_get(o, "id"));
	const char *alike = json_string_value(json_object_get(o, "alike"));
	const struct mm_layer *l = collection ? mm_catalog_find(s->catalog, collection) : NULL;
	struct mm_metric metric = {0};
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
	rc = mm_metric_init(&metric, l, s->definition, s->kit->proj, reterr);
	if (rc)
		return rc;
	rc = alike ? read_alike(l, alike, row, &metric, s, ret, reterr)
		   : read_one(&metric, row, s, ret, reterr);
	if (rc == MM_E_NOT_FOUND)
		rc = mm_fail(reterr, MM_E_INVALID, "id",
			     "this feature has no place on the map: nothing is near it");
	mm_metric_release(&metric);
	s->of_collection = mm_layer_schema(l)->id;
	s->of_id = mm_arena_text(s->mem, id, strlen(id));
	return rc ? rc : s->of_id ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code read_geometry(const json_t *o, struct mm_shape *s, struct mm_geom *ret,
				  struct mm_err *reterr)
{
	const json_t *g = json_object_get(o, "geometry");
	const struct mm_geometry_way way = {.proj = s->kit->proj, .from = MM_CRS84, .to = s->definition};
	bool is_malformed;
	enum mm_code rc;

	if (!g)
		return read_feature(o, s, ret, reterr);
	if (json_object_get(o, "collection") || json_object_get(o, "id") || json_object_get(o, "alike"))
		return mm_fail(reterr, MM_E_INVALID, "geometry",
			       "give geometry, or collection and id (and alike), not both");
	rc = mm_geometry_read(g, "geometry", &way, s->mem, ret, &is_malformed, reterr);
	if (rc)
		return rc;
	if (ret->vertex_count == 0)
		return mm_fail(reterr, MM_E_INVALID, "geometry", "the geometry is empty");
	if (ret->vertex_count > MM_SHAPE_VERTICES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "geometry",
			       "the geometry has more than %d vertices: simplify it", MM_SHAPE_VERTICES_MAX);
	for (size_t i = 0; i < 2 * (size_t)ret->vertex_count; i++)
		if (!(fabs(ret->xy[i]) < 1e9))
			return mm_fail(reterr, MM_E_INVALID, "geometry",
				       "a position is outside of the map's system: write longitude, latitude "
				       "in degrees");
	return MM_OK;
}

enum mm_code mm_shape_read(const json_t *question, struct mm_shape *s, struct mm_err *reterr)
{
	enum mm_code rc;

	s->of_collection = s->of_id = s->mended = "";
	rc = read_distance(question, s, reterr);
	return rc ? rc : read_geometry(question, s, &s->geom, reterr);
}

/* What a person has drawn may cross itself. */
enum mm_code mm_shape_mend(struct mm_shape *s, struct mm_err *reterr)
{
	char why[WHY_MAX] = "";
	struct mm_geom made;
	enum mm_code rc = mm_topo_why_invalid(s->kit->topo, &s->geom, why, sizeof(why), reterr);

	if (rc || !*why)
		return rc;
	s->mended = mm_arena_text(s->mem, why, strlen(why));
	if (!s->mended)
		return mm_fail_nomem(reterr);
	rc = mm_topo_make_valid(s->kit->topo, &s->geom, s->mem, &made, reterr);
	if (!rc)
		s->geom = made;
	return rc;
}

enum mm_code mm_shape_degrees(const struct mm_shape *s, const struct mm_geom *g, struct mm_geom *ret,
			      struct mm_box *ret_box, struct mm_err *reterr)
{
	const struct mm_transform *t;
	double *xy = mm_arena_array(s->mem, g->vertex_count, 2 * sizeof(*xy));
	enum mm_code rc = mm_transform_get(s->kit->proj, s->definition, MM_CRS84, &t, reterr);

	if (rc)
		return rc;
	if (!xy)
		return mm_fail_nomem(reterr);
	memcpy(xy, g->xy, 2 * (size_t)g->vertex_count * sizeof(*xy));
	(void)mm_transform_points(t, xy, g->vertex_count);
	*ret = *g;
	ret->xy = xy;
	ret->z = NULL;
	*ret_box = mm_geom_box(ret);
	if (!(fabs(ret_box->min_x) <= 180 && fabs(ret_box->max_x) <= 180))
		return mm_fail(reterr, MM_E_INVALID, "geometry", "the area does not lie in the map's system");
	return MM_OK;
}
