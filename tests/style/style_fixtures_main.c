/* style-fixtures DIR: runs every test.json below DIR, in the format of the expression tests of the MapLibre
 * style specification: an expression, what it compiles to, and what it gives for some features. Prints those
 * that fail and "N passed, N failed" at the end; exit code 1 when some do that --known FILE does not name, or
 * the other way round. */
#include "style/document/filter.h"
#include "style/document/function.h"
#include "style/expression/expr.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 6, GRID = 8192, LINE = 4096 };

static const char root_key[] = "layers[0].paint.some-property";

/* --- the property a fixture asks for --- */

struct asked {
	struct mm_style_property_spec property;
	struct mm_expr_spec expr;
	const char *values[64];
	char *fallback;
};

static bool has_parameter(const json_t *expression, const char *name)
{
	const json_t *list = json_object_get(expression, "parameters");

	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), name) == 0)
			return true;
	return false;
}

static enum mm_style_kind kind_of(const json_t *name)
{
	const char *text = json_string_value(name);

	if (text && strcmp(text, "enum") == 0)
		return MM_STYLE_TEXT;
	return text && strcmp(text, "null") != 0 ? mm_style_kind_find(text) : MM_STYLE_KIND_COUNT;
}

static void read_spec(const json_t *json, struct mm_arena *mem, struct asked *ret)
{
	const json_t *expression = json_object_get(json, "expression"), *kind = json_object_get(json, "type"),
		     *fallback = json_object_get(json, "default"), *length = json_object_get(json, "length");
	const char *how = json_string_value(json_object_get(json, "property-type"));
	struct mm_style_property_spec *p = &ret->property;
	size_t n = 0;
	const char *key;
	json_t *unused;

	p->kind = kind_of(kind);
	p->item = kind_of(json_object_get(json, "value"));
	p->length = length ? (int)json_number_value(length) : MM_STYLE_ANY_LENGTH;
	p->takes_features = !how || strstr(how, "data-driven");
	p->takes_zoom = !expression || has_parameter(expression, "zoom");
	p->interpolates = !expression || json_is_true(json_object_get(expression, "interpolated"));
	p->has_tokens = json_is_true(json_object_get(json, "tokens"));
	ret->fallback = fallback ? json_dumps(fallback, JSON_ENCODE_ANY) : NULL;
	p->fallback = ret->fallback;
	if (kind && strcmp(json_string_value(kind), "enum") == 0) {
		json_object_foreach(json_object_get(json, "values"), key,
				    unused) if (n < sizeof(ret->values) / sizeof(*ret->values) - 1)
		    ret->values[n++] = key;
		p->values = ret->values;
	}
	ret->expr = (struct mm_expr_spec){.values = p->values,
					  .takes_features = p->takes_features,
					  .takes_zoom = p->takes_zoom,
					  .interpolates = p->interpolates,
					  .has_tokens = p->has_tokens};
	if (p->kind == MM_STYLE_ARRAY)
		ret->expr.type = mm_style_array_type(
		    mem, &mm_style_types[p->item == MM_STYLE_KIND_COUNT ? MM_STYLE_VALUE : p->item],
		    p->length);
	else if (p->kind != MM_STYLE_KIND_COUNT)
		ret->expr.type = &mm_style_types[p->kind];
}

/* --- the feature it is evaluated for --- */

struct feature {
	struct mm_style_value properties;
	const json_t *geometry;
	double grid; /* cells to a side of the world; 0: the geometry is not asked for */
};

static bool get_property(const struct mm_expr_feature *f, int64_t slot, const char *name, size_t n,
			 struct mm_arena *mem, struct mm_style_value *ret)
{
	const struct feature *own = f->self;
	const struct mm_style_value *found = mm_style_value_member(&own->properties, name, n);

	(void)slot;
	(void)mem;
	if (found)
		*ret = *found;
	return found != NULL;
}

static bool get_properties(const struct mm_expr_feature *f, struct mm_arena *mem, struct mm_style_value *ret)
{
	(void)mem;
	*ret = ((const struct feature *)f->self)->properties;
	return true;
}

/* To the grid of a tile and back, as the geometry of a tile would have it. */
static void put_point(const json_t *json, double grid, double ret[2])
{
	const double x = (180 + json_number_value(json_array_get(json, 0))) / 360,
		     north = json_number_value(json_array_get(json, 1)) * M_PI / 180,
		     y = (180 - 180 / M_PI * log(tan(M_PI / 4 + north / 2))) / 360;

	ret[0] = floor(x * grid + 0.5) / grid * 360 - 180;
	ret[1] = 360 / M_PI * atan(exp((180 - floor(y * grid + 0.5) / grid * 360) * M_PI / 180)) - 90;
}

/* Parts of arrays of points `depth` levels down: 0 is one point, 1 a line. */
static void put_parts(const json_t *json, int depth, bool is_hole, double grid, struct mm_arena *mem,
		      struct mm_expr_part *parts, size_t *n)
{
	if (depth <= 1) {
		const size_t points = depth ? json_array_size(json) : 1;
		double(*at)[2] = mm_arena_array(mem, points, sizeof(*at));

		MM_CHECK(at && *n < 256);
		for (size_t i = 0; i < points; i++)
			put_point(depth ? json_array_get(json, i) : json, grid, at[i]);
		parts[(*n)++] = (struct mm_expr_part){(const double(*)[2])at, points, is_hole};
		return;
	}
	for (size_t i = 0; i < json_array_size(json); i++)
		put_parts(json_array_get(json, i), depth - 1, depth == 2 && i > 0, grid, mem, parts, n);
}

static bool get_geometry(const struct mm_expr_feature *f, struct mm_arena *mem, struct mm_expr_geometry *ret)
{
	static const struct {
		const char *name;
		int depth;
		enum mm_expr_dimension dimension;
	} types[] = {{"Point", 0, MM_EXPR_POINTS},     {"MultiPoint", 1, MM_EXPR_POINTS},
		     {"LineString", 1, MM_EXPR_LINES}, {"MultiLineString", 2, MM_EXPR_LINES},
		     {"Polygon", 2, MM_EXPR_POLYGONS}, {"MultiPolygon", 3, MM_EXPR_POLYGONS}};
	const struct feature *own = f->self;
	const char *type = json_string_value(json_object_get(own->geometry, "type"));
	const json_t *coordinates = json_object_get(own->geometry, "coordinates");
	struct mm_expr_part *parts = mm_arena_array(mem, 256, sizeof(*parts));

	*ret = (struct mm_expr_geometry){.parts = parts};
	for (size_t i = 0; type && coordinates && own->grid > 0 && i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(types[i].name, type) == 0) {
			ret->dimension = types[i].dimension;
			put_parts(coordinates, types[i].depth, false, own->grid, mem, parts, &ret->n);
		}
	return true;
}

static bool has_image(const void *images, const char *name, size_t n)
{
	for (size_t i = 0; i < json_array_size(images); i++)
		if (strlen(json_string_value(json_array_get(images, i))) == n &&
		    strcmp(json_string_value(json_array_get(images, i)), name) == 0)
			return true;
	return false;
}

static struct mm_style_value read_value(const json_t *json, struct mm_arena *mem)
{
	struct mm_style_value v = MM_STYLE_NULL_VALUE;

	MM_CHECK(!json || mm_style_value_read(json, mem, &v));
	return v;
}

/* --- running one --- */

/* Evaluates for one of the inputs; what came of it as JSON. */
static json_t *evaluate(const struct mm_expr *e, const json_t *input, const json_t *global,
			struct mm_arena *mem)
{
	const json_t *world = json_array_get(input, 0), *json = json_array_get(input, 1),
		     *tile = json_object_get(world, "canonicalID"),
		     *geometry = json_object_get(json, "geometry");
	const struct mm_style_value state = read_value(json_object_get(json, "featureState"), mem),
				    globals = read_value(global, mem);
	const char *type = json_string_value(json_object_get(geometry, "type"));
	struct feature own = {.geometry = geometry};
	struct mm_expr_feature f = {.self = &own,
				    .geometry_type = type,
				    .id = read_value(json_object_get(json, "id"), mem),
				    .property = get_property,
				    .properties = get_properties,
				    .geometry = get_geometry};
	struct mm_expr_context c = {.mem = mem,
				    .zoom = json_number_value(json_object_get(world, "zoom")),
				    .heatmap_density =
					json_number_value(json_object_get(world, "heatmapDensity")),
				    .feature = &f,
				    .has_image = has_image,
				    .images = json_object_get(world, "availableImages"),
				    .wants_words = true};
	struct mm_style_value v, text;

	own.properties = read_value(json_object_get(json, "properties"), mem);
	if (own.properties.kind != MM_STYLE_OBJECT)
		own.properties = (struct mm_style_value){.kind = MM_STYLE_OBJECT};
	if (tile && json_object_get(geometry, "coordinates")) {
		c.grid = own.grid = ldexp(GRID, (int)json_number_value(json_object_get(tile, "z")));
		if (type && strncmp(type, "Multi", 5) == 0)
			f.geometry_type = type + 5;
	}
	c.state = state.kind == MM_STYLE_OBJECT ? &state : NULL;
	c.global = globals.kind == MM_STYLE_OBJECT ? &globals : NULL;
	if (!mm_expr_eval(e, &c, &v))
		return json_pack("{s:o}", "error",
				 json_sprintf("%s%s: %s", root_key, c.error_key ? c.error_key : "", c.error));
	if (mm_expr_type(e)->kind == MM_STYLE_COLOR && v.kind == MM_STYLE_COLOR)
		return json_pack("[ffff]", v.color->r * v.color->a, v.color->g * v.color->a,
				 v.color->b * v.color->a, v.color->a);
	MM_CHECK(mm_style_value_json(&v, mem, &text));
	return json_loads(text.text, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
}

static json_t *compile_result(const struct mm_expr *e, const struct mm_expr_error *errors,
			      struct mm_arena *mem)
{
	json_t *list = json_array();

	if (e) {
		json_decref(list);
		return json_pack("{s:s, s:b, s:b, s:s}", "result", "success", "isFeatureConstant",
				 !mm_expr_needs_feature(e), "isZoomConstant", !mm_expr_needs_zoom(e), "type",
				 mm_style_type_text(mem, mm_expr_type(e)));
	}
	for (; errors; errors = errors->next)
		json_array_append_new(list,
				      json_pack("{s:s, s:s}", "key", errors->key, "error", errors->text));
	return json_pack("{s:s, s:o}", "result", "error", "errors", list);
}

/* A filter instead of an expression, of either kind: it only says yes or no; what fails says no. */
static json_t *run_filter(const json_t *filter, const json_t *inputs, struct mm_arena *mem)
{
	const struct mm_expr_spec spec = {.type = &mm_style_types[MM_STYLE_BOOLEAN],
					  .takes_features = true,
					  .takes_zoom = true,
					  .is_filter = true};
	json_t *outputs = json_array(),
	       *converted = mm_style_filter_is_expression(filter) ? NULL : mm_style_filter_convert(filter);
	struct mm_expr_names names = {0};
	const struct mm_expr *e = NULL;

	MM_CHECK(mm_expr_parse(converted ? converted : filter, &spec, &names, mem, &e, NULL) == MM_OK);
	for (size_t i = 0; i < json_array_size(inputs); i++) {
		json_t *v = evaluate(e, json_array_get(inputs, i), NULL, mem);

		json_array_append_new(outputs, json_boolean(json_is_true(v)));
		json_decref(v);
	}
	json_decref(converted);
	return json_pack("{s:o}", "outputs", outputs);
}

static json_t *run(const json_t *fixture, struct mm_arena *mem)
{
	const json_t *inputs = json_object_get(fixture, "inputs"),
		     *json = json_object_get(fixture, "expression");
	json_t *outputs = json_array(), *converted = NULL, *result;
	const struct mm_expr_error *errors = NULL;
	const struct mm_expr *e = NULL;
	struct mm_expr_names names = {0};
	struct asked asked = {.fallback = NULL};
	struct mm_err err = {0};

	if (json_object_get(fixture, "filter")) {
		json_decref(outputs);
		return run_filter(json_object_get(fixture, "filter"), inputs, mem);
	}
	read_spec(json_object_get(fixture, "propertySpec"), mem, &asked);
	if (json_is_object(json) && mm_style_function_convert(json, &asked.property, &converted, &err)) {
		json_decref(outputs);
		return json_pack("{s:{s:s}}", "compiled", "error", err.msg);
	}
	(void)!mm_expr_parse(converted ? converted : json, &asked.expr, &names, mem, &e, &errors);
	result = json_pack("{s:o}", "compiled", compile_result(e, errors, mem));
	for (size_t i = 0; e && i < json_array_size(inputs); i++)
		json_array_append_new(outputs, evaluate(e, json_array_get(inputs, i),
							json_object_get(fixture, "globalState"), mem));
	if (e)
		json_object_set(result, "outputs", outputs);
	json_decref(outputs);
	json_decref(converted);
	free(asked.fallback);
	return result;
}

/* Cut to six digits, twice, as the tests of the specification do with what they print and compare. */
static double cut(double v)
{
	const double scale = v == 0 ? 1 : pow(10, fmax(0, DIGITS - ceil(log10(fabs(v)))));

	return floor(floor(v * scale) / scale * scale) / scale;
}

/* Numbers count as the same when six digits are. */
static bool is_same(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *item;

	if (json_is_number(a) && json_is_number(b)) {
		const double x = json_number_value(a), y = json_number_value(b);

		return cut(x) == cut(y) || fabs(x - y) <= fmax(fabs(x), fabs(y)) * pow(10, 1 - DIGITS) ||
		       (fabs(x) < 1e-12 && fabs(y) < 1e-12);
	}
	if (json_is_array(a) && json_is_array(b)) {
		if (json_array_size(a) != json_array_size(b))
			return false;
		for (size_t i = 0; i < json_array_size(a); i++)
			if (!is_same(json_array_get(a, i), json_array_get(b, i)))
				return false;
		return true;
	}
	if (json_is_object(a) && json_is_object(b)) {
		if (json_object_size(a) != json_object_size(b))
			return false;
		json_object_foreach((json_t *)(uintptr_t)a, key, item)
		{
			const json_t *other = json_object_get(b, key);

			if (!other || !is_same(item, other))
				return false;
		}
		return true;
	}
	return json_equal(a, b);
}

/* --- all of them --- */

static const char *top;
static char known[256][LINE];
static size_t known_count, passed, failed, surprises;

static void say(const char *name, const json_t *expected, const json_t *got)
{
	char *e = json_dumps(expected, JSON_COMPACT), *g = json_dumps(got, JSON_COMPACT);

	printf("%s\n  expected %s\n  got      %s\n", name, e, g);
	free(e);
	free(g);
}

static bool is_known(const char *name)
{
	for (size_t i = 0; i < known_count; i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

static int visit(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	MM_ARENA_SCOPE(mem, 256 << 20);
	json_t *fixture, *got;
	char name[LINE];
	bool same;

	(void)st;
	if (kind != FTW_F || strcmp(path + ftw->base, "test.json") != 0)
		return 0;
	fixture = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
	MM_CHECK(fixture);
	(void)snprintf(name, sizeof(name), "%.*s", ftw->base - (int)strlen(top) - 2, path + strlen(top) + 1);
	got = run(fixture, &mem);
	same = is_same(json_object_get(fixture, "expected"), got);
	passed += same;
	failed += !same;
	surprises += same == is_known(name);
	if (!same)
		say(name, json_object_get(fixture, "expected"), got);
	else if (is_known(name))
		printf("%s passes: take it off the list\n", name);
	json_decref(got);
	json_decref(fixture);
	return 0;
}

/* Names at the beginnings of lines; what follows them is why. '#': nothing. */
static void read_known(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[LINE];

	MM_CHECK(f);
	while (fgets(line, sizeof(line), f) && known_count < sizeof(known) / sizeof(*known))
		if (line[0] != '#' && sscanf(line, "%4095s", known[known_count]) == 1)
			known_count++;
	(void)fclose(f);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[2], "--known") == 0) {
		read_known(argv[3]);
	} else if (argc != 2) {
		(void)fprintf(stderr, "usage: style-fixtures DIR [--known FILE]\n");
		return 2;
	}
	top = argv[1];
	if (nftw(argv[1], visit, 16, FTW_PHYS)) {
		perror(argv[1]);
		return 2;
	}
	printf("%zu passed, %zu failed\n", passed, failed);
	return surprises > 0;
}
