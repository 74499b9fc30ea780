#include "style/expression/parse.h"

#include <math.h>
#include <string.h>

/* GeoJSON (RFC 7946) as the argument of "within" and "distance". */

static bool read_point(const json_t *json, double ret[static 2])
{
	for (size_t i = 0; i < 2; i++) {
		const json_t *v = json_array_get(json, i);

		ret[i] = json_number_value(v);
		if (!json_is_number(v) || !(fabs(ret[i]) <= 1e6))
			return false;
	}
	return true;
}

/* `n` points of at least `least`. */
static bool read_part(const json_t *json, size_t least, struct mm_arena *mem, struct mm_expr_part *ret)
{
	const size_t n = json_array_size(json);
	double(*at)[2] = n >= least && n ? mm_arena_array(mem, n, sizeof(*at)) : NULL;

	for (size_t i = 0; at && i < n; i++)
		if (!read_point(json_array_get(json, i), at[i]))
			return false;
	ret->at = (const double(*)[2])at;
	ret->n = n;
	return at != NULL;
}

/* Room for one more simple geometry of `parts` parts. NULL: no memory. */
static struct mm_expr_part *add_shape(struct mm_expr_shapes *s, struct mm_arena *mem,
				      enum mm_expr_dimension dimension, size_t parts)
{
	struct mm_expr_part *made = mm_arena_array(mem, parts, sizeof(*made));

	if (s->n == s->cap) {
		const size_t cap = s->cap ? s->cap * 2 : 8;
		struct mm_expr_geometry *grown = mm_arena_array(mem, cap, sizeof(*grown));

		if (!grown)
			return NULL;
		if (s->n)
			memcpy(grown, s->shapes, s->n * sizeof(*grown));
		s->shapes = grown;
		s->cap = cap;
	}
	if (made)
		s->shapes[s->n++] = (struct mm_expr_geometry){dimension, made, parts};
	return made;
}

static bool add_simple(struct mm_expr_shapes *s, struct mm_arena *mem, enum mm_expr_dimension dimension,
		       const json_t *coordinates)
{
	const size_t n = dimension == MM_EXPR_POLYGONS ? json_array_size(coordinates) : 1;
	struct mm_expr_part *parts = n ? add_shape(s, mem, dimension, n) : NULL;
	double(*point)[2];

	if (!parts)
		return false;
	if (dimension == MM_EXPR_POINTS) {
		point = mm_arena_alloc(mem, sizeof(*point));
		parts[0] = (struct mm_expr_part){(const double(*)[2])point, 1, false};
		return point && read_point(coordinates, *point);
	}
	if (dimension == MM_EXPR_LINES)
		return read_part(coordinates, 2, mem, &parts[0]);
	for (size_t i = 0; i < n; i++) {
		if (!read_part(json_array_get(coordinates, i), 4, mem, &parts[i]))
			return false;
		parts[i].is_hole = i > 0;
	}
	return true;
}

static bool add_geometry(struct mm_expr_shapes *s, struct mm_arena *mem, const json_t *geometry,
			 bool polygons)
{
	static const char *const names[] = {"Point", "LineString", "Polygon"};
	const char *type = json_string_value(json_object_get(geometry, "type"));
	const json_t *coordinates = json_object_get(geometry, "coordinates");
	const bool is_multi = type && strncmp(type, "Multi", 5) == 0;
	int dimension = 0;

	while (type && dimension < 3 && strcmp(names[dimension], type + (is_multi ? 5 : 0)) != 0)
		dimension++;
	if (!type || dimension == 3 || (polygons && dimension != MM_EXPR_POLYGONS))
		return polygons && type; /* what cannot hold anything is left out */
	if (!is_multi)
		return add_simple(s, mem, (enum mm_expr_dimension)dimension, coordinates);
	for (size_t i = 0; i < json_array_size(coordinates); i++)
		if (!add_simple(s, mem, (enum mm_expr_dimension)dimension, json_array_get(coordinates, i)))
			return false;
	return true;
}

static bool add_all(struct mm_expr_shapes *s, struct mm_arena *mem, const json_t *geojson, bool polygons)
{
	const char *type = json_string_value(json_object_get(geojson, "type"));
	const json_t *features = json_object_get(geojson, "features");

	if (!type)
		return false;
	if (strcmp(type, "Feature") == 0)
		return add_geometry(s, mem, json_object_get(geojson, "geometry"), polygons);
	if (strcmp(type, "FeatureCollection") != 0)
		return add_geometry(s, mem, geojson, polygons);
	for (size_t i = 0; i < json_array_size(features); i++)
		if (!add_geometry(s, mem, json_object_get(json_array_get(features, i), "geometry"), polygons))
			return false;
	return true;
}

/* "within" looks at places on the map, where straight lines are those of the projection. */
static bool project_all(struct mm_expr_shapes *s, struct mm_arena *mem)
{
	for (size_t i = 0; i < s->n; i++) {
		struct mm_expr_part *parts = mm_arena_array(mem, s->shapes[i].n, sizeof(*parts));

		for (size_t j = 0; parts && j < s->shapes[i].n; j++) {
			const struct mm_expr_part *from = &s->shapes[i].parts[j];
			double(*at)[2] = mm_arena_array(mem, from->n, sizeof(*at));

			if (!at)
				return false;
			mm_expr_project(from->at, from->n, at);
			parts[j] = (struct mm_expr_part){(const double(*)[2])at, from->n, from->is_hole};
		}
		if (!parts)
			return false;
		s->shapes[i].parts = parts;
	}
	return true;
}

struct mm_expr *mm_expr_parse_shapes(const struct mm_expr_parser *p, const json_t *json)
{
	const char *name = json_string_value(json_array_get(json, 0));
	const bool is_within = strcmp(name, "within") == 0;
	struct mm_expr_shapes *shapes = mm_arena_alloc(p->shared->mem, sizeof(*shapes));
	struct mm_expr *e;

	if (mm_expr_arg_count(json) != 1)
		return mm_expr_wrong(p,
				     "'%s' expression requires exactly one argument, but found %zu instead.",
				     name, mm_expr_arg_count(json));
	if (!shapes)
		return NULL;
	if (!add_all(shapes, p->shared->mem, json_array_get(json, 1), is_within) || shapes->n == 0 ||
	    (is_within && !project_all(shapes, p->shared->mem)))
		return mm_expr_wrong(
		    p, "'%s' expression requires valid geojson object that contains polygon geometry type.",
		    name);
	e = mm_expr_node(p, is_within ? OP_WITHIN : OP_DISTANCE,
			 &mm_style_types[is_within ? MM_STYLE_BOOLEAN : MM_STYLE_NUMBER], 0);
	if (e)
		e->shapes = shapes;
	return mm_expr_finish(e);
}
