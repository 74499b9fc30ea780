#include "check.h"
#include "style/asset.h"
#include "style/document/style.h"
#include "style/palette.h"

#include <math.h>
#include <string.h>

enum { MEMORY = 64 << 20 };

/* JSON with ' for ". */
static enum mm_code parse(const char *text, struct mm_arena *mem, const struct mm_style **ret,
			  const struct mm_style_fault **faults, struct mm_err *err)
{
	const size_t n = strlen(text);
	char *copy = mm_arena_text(mem, text, n);

	for (size_t i = 0; i < n; i++)
		if (copy[i] == '\'')
			copy[i] = '"';
	return mm_style_parse(copy, n, mem, ret, faults, err);
}

#define SOURCES                                                                                              \
	"'sources': {'town': {'type': 'vector', 'url': 'http://town'}, 'air': {'type': 'raster', 'tiles': "  \
	"['t']}}"
#define STYLE(layers) "{'version': 8, 'name': 'Town', " SOURCES ", 'layers': [" layers "]}"
#define LAYER(type, rest)                                                                                    \
	"{'id': 'one', 'type': '" type "', 'source': 'town', 'source-layer': 'all', " rest "}"

struct house {
	const char *kind;
	double floors;
};

/* Names stand in the order the style first asked for them: "kind", "floors". */
static bool get_property(const struct mm_expr_feature *f, int64_t slot, const char *name, size_t n,
			 struct mm_arena *mem, struct mm_style_value *ret)
{
	const struct house *h = f->self;

	(void)slot;
	(void)mem;
	if (n == 4 && memcmp(name, "kind", n) == 0 && h->kind) {
		*ret = mm_style_text_value(h->kind, strlen(h->kind));
		return true;
	}
	if (n == 4 && memcmp(name, "open", n) == 0) {
		*ret = mm_style_boolean_value(true);
		return true;
	}
	if (n == 6 && memcmp(name, "floors", n) == 0) {
		*ret = mm_style_number_value(h->floors);
		return true;
	}
	return false;
}

static struct mm_expr_feature feature_of(const struct house *h)
{
	return (struct mm_expr_feature){.self = h, .geometry_type = "Polygon", .property = get_property};
}

static void reads_layers(void **state)
{
	MM_ARENA_SCOPE(mem, MEMORY);
	MM_ARENA_SCOPE(scratch, MEMORY);
	static const char text[] = STYLE(LAYER(
	    "fill",
	    "'minzoom': 12, 'filter': ['==', 'kind', 'house'], 'paint': {'fill-color': ['match', ['get', "
	    "'kind'], 'house', '#ff0000', 'blue'], 'fill-opacity': {'stops': [[12, 0], [16, 1]]}, "
	    "'fill-opacity-transition': {'duration': 0}}"));
	const struct house house = {"house", 5}, shed = {"shed", 1};
	struct mm_expr_feature f = feature_of(&house);
	struct mm_expr_context c = {.mem = &scratch, .zoom = 14, .feature = &f};
	const struct mm_style *s;
	const struct mm_style_layer *l;
	struct mm_err err = {0};

	(void)state;
	if (parse(text, &mem, &s, NULL, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_string_equal(s->name, "Town");
	assert_int_equal(s->layer_count, 1);
	assert_int_equal(s->source_count, 2);
	assert_string_equal(s->sources[1].url, "t");
	l = mm_style_find(s, "one");
	assert_non_null(l);
	assert_int_equal(l->type, MM_STYLE_LAYER_FILL);
	assert_true(mm_style_layer_shows(l, &c));
	assert_true(mm_style_layer_takes(l, &c));
	assert_true(mm_style_color(l, MM_PROP_FILL_COLOR, &c).r == 1);
	assert_true(mm_style_varies(l, MM_PROP_FILL_COLOR));
	assert_true(mm_style_number(l, MM_PROP_FILL_OPACITY, &c) == 0.5);
	assert_false(mm_style_has(l, MM_PROP_FILL_PATTERN));
	assert_true(mm_style_flag(l, MM_PROP_FILL_ANTIALIAS, &c));
	f = feature_of(&shed);
	assert_false(mm_style_layer_takes(l, &c));
	assert_true(mm_style_color(l, MM_PROP_FILL_COLOR, &c).b == 1);
	c.zoom = 11.9;
	assert_false(mm_style_layer_shows(l, &c));
}

static void settles_at_a_zoom(void **state)
{
	MM_ARENA_SCOPE(mem, MEMORY);
	static const char text[] = STYLE(
	    LAYER("line",
		  "'maxzoom': 13, 'paint': {}") ", {'id': 'two', 'type': 'line', 'source': 'town', "
						"'source-layer': 'all', 'layout': {'line-cap': 'round'}, "
						"'paint': {'line-width': ['interpolate', ['linear'], "
						"['zoom'], 10, 1, 20, 11], 'line-color': ['get', 'kind']}}, "
						"{'id': 'three', 'type': 'background', 'layout': "
						"{'visibility': 'none'}}");
	const struct house house = {"green", 5}, odd = {"no colour", 5};
	struct mm_expr_feature f = feature_of(&house);
	struct mm_expr_context c = {.mem = &mem, .zoom = 3, .feature = &f}; /* of no importance any more */
	const struct mm_style *s;
	struct mm_err err = {0};

	(void)state;
	if (parse(text, &mem, &s, NULL, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_int_equal(mm_style_at_zoom(s, 15, &mem, &s, &err), MM_OK);
	assert_int_equal(s->layer_count, 1);
	assert_string_equal(s->layers[0].id, "two");
	assert_true(mm_style_number(&s->layers[0], MM_PROP_LINE_WIDTH, &c) == 6);
	assert_int_equal(mm_style_choice(&s->layers[0], MM_PROP_LINE_CAP, &c), 1);
	assert_true(fabs(mm_style_color(&s->layers[0], MM_PROP_LINE_COLOR, &c).g - 128 / 255.0) < 1e-9);
	f = feature_of(&odd);
	assert_true(mm_style_color(&s->layers[0], MM_PROP_LINE_COLOR, &c).a == 1); /* the default: black */
	assert_true(mm_style_color(&s->layers[0], MM_PROP_LINE_COLOR, &c).g == 0);
}

static void fills_tokens(void **state)
{
	MM_ARENA_SCOPE(mem, MEMORY);
	static const char text[] = STYLE(LAYER(
	    "symbol",
	    "'layout': {'text-field': 'дом {kind}, {none}{floors} эт.', 'icon-image': "
	    "{'base': 1, 'stops': [[0, '{kind}-small'], [15, '{kind}']]}, 'text-font': ['Noto Sans']}"));
	const struct house house = {"жилой", 5};
	const struct mm_expr_feature f = feature_of(&house);
	struct mm_expr_context c = {.mem = &mem, .zoom = 14, .feature = &f};
	const struct mm_style *s;
	struct mm_style_value v;
	struct mm_err err = {0};

	(void)state;
	if (parse(text, &mem, &s, NULL, &err))
		fail_msg("%s: %s", err.where, err.msg);
	v = mm_style_get(s->layers, MM_PROP_TEXT_FIELD, &c);
	assert_int_equal(v.kind, MM_STYLE_FORMATTED);
	assert_string_equal(v.sections[0].text.text, "дом жилой, 5 эт.");
	v = mm_style_get(s->layers, MM_PROP_ICON_IMAGE, &c);
	assert_int_equal(v.kind, MM_STYLE_IMAGE);
	assert_string_equal(v.text, "жилой-small");
	v = mm_style_get(s->layers, MM_PROP_TEXT_FONT, &c);
	assert_int_equal(v.n, 1);
	assert_string_equal(v.items[0].text, "Noto Sans");
}

/* Each older function gives the same for the same; what is missing or of another type is the default. */
static void knows_older_functions(void **state)
{
	static const struct {
		const char *function;
		const char *kind;
		double floors, zoom, expected;
	} rows[] = {
	    {"{'stops': [[10, 1], [20, 3]]}", NULL, 0, 15, 2},
	    {"{'base': 2, 'stops': [[10, 0], [12, 3]]}", NULL, 0, 11, 1},
	    {"{'property': 'floors', 'stops': [[1, 1], [9, 5]]}", NULL, 5, 0, 3},
	    {"{'property': 'floors', 'type': 'interval', 'stops': [[1, 1], [9, 5]]}", NULL, 8, 0, 1},
	    {"{'property': 'floors', 'type': 'interval', 'stops': [[1, 1], [9, 5]]}", NULL, 9, 0, 5},
	    {"{'property': 'floors', 'type': 'identity'}", NULL, 7, 0, 7},
	    {"{'property': 'kind', 'type': 'identity'}", "x", 0, 0, 1},
	    {"{'property': 'kind', 'type': 'identity', 'default': 4}", "x", 0, 0, 4},
	    {"{'property': 'kind', 'type': 'categorical', 'stops': [['a', 2], ['b', 3]]}", "b", 0, 0, 3},
	    {"{'property': 'kind', 'type': 'categorical', 'stops': [['a', 2], ['b', 3]]}", "c", 0, 0, 1},
	    {"{'property': 'kind', 'type': 'categorical', 'default': 9, 'stops': [['a', 2]]}", NULL, 0, 0, 9},
	    {"{'property': 'floors', 'type': 'categorical', 'stops': [[1.5, 2], [2.5, 3]]}", NULL, 2.5, 0, 3},
	    {"{'property': 'floors', 'stops': [[{'zoom': 10, 'value': 1}, 1], [{'zoom': 10, 'value': 9}, 5], "
	     "[{'zoom': 20, 'value': 1}, 3], [{'zoom': 20, 'value': 9}, 7]]}",
	     NULL, 5, 15, 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		MM_ARENA_SCOPE(mem, MEMORY);
		const struct house house = {rows[i].kind, rows[i].floors};
		const struct mm_expr_feature f = feature_of(&house);
		struct mm_expr_context c = {.mem = &mem, .zoom = rows[i].zoom, .feature = &f};
		const char *text = mm_arena_printf(&mem, STYLE(LAYER("line", "'paint': {'line-width': %s}")),
						   rows[i].function);
		const struct mm_style *s;
		struct mm_err err = {0};
		double got;

		if (parse(text, &mem, &s, NULL, &err))
			fail_msg("%s: %s: %s", rows[i].function, err.where, err.msg);
		got = mm_style_number(s->layers, MM_PROP_LINE_WIDTH, &c);
		if (fabs(got - rows[i].expected) > 1e-12)
			fail_msg("%s: %g", rows[i].function, got);
	}
}

static void knows_older_filters(void **state)
{
	static const struct {
		const char *filter;
		bool expected; /* of a shop with five floors */
	} rows[] = {
	    {"['==', 'kind', 'shop']", true},
	    {"['!=', 'kind', 'shop']", false},
	    {"['==', 'none', null]", false},
	    {"['!=', 'none', 1]", true},
	    {"['>', 'floors', 4]", true},
	    {"['<=', 'floors', '4']", false},
	    {"['>=', 'open', false]", true},
	    {"['in', 'kind', 'house', 'shop']", true},
	    {"['in', 'kind', '1', '2', '3', '4', '5', '6', '7', '8', 'shop', 'shop']", true},
	    {"['!in', 'kind', '1', '2', '3', '4', '5', '6', '7', '8', 'shop']", false},
	    {"['in', 'kind']", false},
	    {"['has', 'kind']", true},
	    {"['!has', 'kind']", false},
	    {"['==', '$type', 'Polygon']", true},
	    {"['in', '$type', 'Point', 'LineString']", false},
	    {"['has', '$id']", false},
	    {"['all', ['==', 'kind', 'shop'], ['>', 'floors', 9]]", false},
	    {"['any', ['==', 'kind', 'shop'], ['>', 'floors', 9]]", true},
	    {"['none', ['==', 'kind', 'house'], ['>', 'floors', 9]]", true},
	    {"['all']", true},
	    {"['any']", false},
	    {"true", true},
	    {"['all', ['has', 'kind'], ['==', ['get', 'floors'], 5]]", true},
	    {"['>', ['get', 'kind'], 5]", false}, /* fails: does not pass */
	    {"['==', ['geometry-type'], 'Polygon']", true},
	};
	const struct house shop = {"shop", 5};
	const struct mm_expr_feature f = feature_of(&shop);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		MM_ARENA_SCOPE(mem, MEMORY);
		struct mm_expr_context c = {.mem = &mem, .feature = &f};
		const char *text =
		    mm_arena_printf(&mem, STYLE(LAYER("line", "'filter': %s")), rows[i].filter);
		const struct mm_style *s;
		struct mm_err err = {0};

		if (parse(text, &mem, &s, NULL, &err))
			fail_msg("%s: %s: %s", rows[i].filter, err.where, err.msg);
		if (mm_style_layer_takes(s->layers, &c) != rows[i].expected)
			fail_msg("%s", rows[i].filter);
	}
}

static void says_what_is_wrong(void **state)
{
	static const struct {
		const char *style, *where, *text;
	} rows[] = {
	    {"[]", "", "a style is a JSON object"},
	    {"{'version': 7, 'sources': {}, 'layers': []}", "version",
	     "only styles of version 8 are read; write \"version\": 8"},
	    {"{'version': 8, 'layers': []}", "", "missing required property \"sources\""},
	    {"{'version': 8, 'sources': {'a': {'type': 'wms'}}, 'layers': []}", "sources.a.type",
	     "\"wms\": not one of vector, raster, raster-dem, geojson, image, video"},
	    {"{'version': 8, 'sources': {}}", "", "missing required property \"layers\""},
	    {STYLE("{'type': 'line'}"), "layers[0]", "missing required property \"id\""},
	    {STYLE("{'id': 'a', 'type': 'sky'}"), "layers[0].type",
	     "\"sky\": not one of background, fill, line, symbol, circle, heatmap, fill-extrusion, raster, "
	     "hillshade, color-relief"},
	    {STYLE("{'id': 'a', 'type': 'line'}"), "layers[0]", "missing required property \"source\""},
	    {STYLE("{'id': 'a', 'type': 'line', 'source': 'x'}"), "layers[0].source",
	     "source \"x\" not found"},
	    {STYLE("{'id': 'a', 'type': 'line', 'source': 'town'}"), "layers[0]",
	     "layer \"a\" must specify a \"source-layer\""},
	    {STYLE("{'id': 'a', 'type': 'line', 'source': 'air'}"), "layers[0].source",
	     "layer \"a\" is of type line and requires a vector source"},
	    {STYLE("{'id': 'a', 'type': 'background'}, {'id': 'a', 'type': 'background'}"), "layers[1]",
	     "duplicate layer id \"a\", used before by layers[0]"},
	    {STYLE(LAYER("line", "'paint': {'line-widht': 1}")), "layers[0].paint.line-widht",
	     "unknown property \"line-widht\"; did you mean \"line-width\"?"},
	    {STYLE(LAYER("line", "'paint': {'line-cap': 'butt'}")), "layers[0].paint.line-cap",
	     "belongs in \"layout\""},
	    {STYLE(LAYER("line", "'layout': {'line-cap': 'sharp'}")), "layers[0].layout.line-cap",
	     "\"sharp\": not one of its values, such as \"butt\""},
	    {STYLE(LAYER("line", "'paint': {'line-width': -1}")), "layers[0].paint.line-width",
	     "-1 is less than the minimum value 0"},
	    {STYLE(LAYER("line", "'paint': {'line-width': '1'}")), "layers[0].paint.line-width",
	     "Expected number but found string instead."},
	    {STYLE(LAYER("line", "'paint': {'line-color': '#zzz'}")), "layers[0].paint.line-color",
	     "Could not parse color from value '#zzz'"},
	    {STYLE(LAYER("line", "'paint': {'line-width': ['+', 1, ['upcase', 2]]}")),
	     "layers[0].paint.line-width[2][1]", "Expected string but found number instead."},
	    {STYLE(LAYER("line", "'paint': {'line-width': {'stops': [[1]]}}")), "layers[0].paint.line-width",
	     "stops[0]: write [input, output]"},
	    {STYLE(LAYER("line", "'filter': ['all', ['==', ['get', 'a'], 1], ['+', 1]]")), "layers[0].filter",
	     "Expected arguments of type (boolean, boolean) | (boolean...), but found (boolean, number) "
	     "instead."},
	    {STYLE(LAYER("line", "'filter': ['all', ['==', ['get', 'a'], 1], ['+', 'b']]")),
	     "layers[0].filter[2][1]", "Expected number but found string instead."},
	    {STYLE(LAYER("line", "'filter': ['all', ['!in', 5, 1]]")), "layers[0].filter[1][1]",
	     "string expected"},
	    {STYLE(LAYER("line", "'filter': ['==', '$type', 'Line']")), "layers[0].filter[2]",
	     "expected one of [Point, LineString, Polygon]"},
	    {STYLE(LAYER("line", "'filter': ['none', ['>', '$type', 'Point']]")), "layers[0].filter[1]",
	     "\"$type\" cannot be used with operator \">\""},
	    {STYLE(LAYER("line", "'filter': ['none', ['!has']]")), "layers[0].filter[1]",
	     "filter array for \"!has\" operator must have 2 elements"},
	    {STYLE(LAYER("line", "'filter': []")), "layers[0].filter",
	     "a filter is an array that begins with an operator"},
	    {STYLE(LAYER("line", "'minzoom': 30")), "layers[0].minzoom", "a number from 0 to 24 expected"},
	    {STYLE(LAYER("line", "'colour': 1")), "layers[0].colour", "unknown property \"colour\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		MM_ARENA_SCOPE(mem, MEMORY);
		const struct mm_style *s = NULL;
		const struct mm_style_fault *faults;
		struct mm_err err = {0};

		assert_int_equal(parse(rows[i].style, &mem, &s, &faults, &err), MM_E_INVALID);
		if (strcmp(err.where, rows[i].where) != 0 || strcmp(err.msg, rows[i].text) != 0)
			fail_msg("%s: \"%s\": %s", rows[i].style, err.where, err.msg);
		assert_non_null(faults);
		assert_null(s);
	}
}

static void warns_of_mixed_filters(void **state)
{
	MM_ARENA_SCOPE(mem, MEMORY);
	static const char text[] =
	    STYLE(LAYER("line", "'filter': ['all', ['==', 'kind', 'park'], ['>', ['get', 'a'], 1]]"));
	const struct mm_style *s;
	const struct mm_style_fault *f;
	struct mm_err err = {0};

	(void)state;
	assert_int_equal(parse(text, &mem, &s, &f, &err), MM_OK);
	assert_non_null(f);
	assert_true(f->is_warning);
	assert_string_equal(f->path, "layers[0].filter[1]");
	assert_null(f->next);
}

static void says_all_that_is_wrong(void **state)
{
	MM_ARENA_SCOPE(mem, MEMORY);
	static const char text[] =
	    STYLE(LAYER("line", "'paint': {'line-width': '1', 'line-color': 5, 'line-blur': true}"));
	const struct mm_style *s;
	const struct mm_style_fault *f;
	struct mm_err err = {0};
	size_t n = 0;

	(void)state;
	assert_int_equal(parse(text, &mem, &s, &f, &err), MM_E_INVALID);
	for (; f; f = f->next)
		n++;
	assert_int_equal(n, 3);
}

static void bounds_what_it_reads(void **state)
{
	MM_ARENA_SCOPE(mem, MEMORY);
	MM_ARENA_SCOPE(little, 100000);
	const struct mm_style *s;
	struct mm_err err = {0};
	json_t *layers = json_array(), *style;

	(void)state;
	for (int i = 0; i <= MM_STYLE_LAYERS_MAX; i++)
		json_array_append_new(
		    layers, json_pack("{s:o, s:s}", "id", json_sprintf("l%d", i), "type", "background"));
	style = json_pack("{s:i, s:{}, s:o}", "version", 8, "sources", "layers", layers);
	assert_int_equal(mm_style_read(style, &mem, &s, NULL, &err), MM_E_LIMIT);
	(void)json_array_remove(layers, 0);
	assert_int_equal(mm_style_read(style, &mem, &s, NULL, &err), MM_OK);
	assert_int_equal(mm_style_read(style, &little, &s, NULL, &err), MM_E_NOMEM);
	json_decref(style);
}

/* All styles that are served are styles. */
static void reads_our_own(void **state)
{
	const struct mm_asset *asset = mm_asset_find("styles/template.json");
	struct mm_palette *palette;
	struct mm_err err = {0};

	(void)state;
	assert_non_null(asset);
	assert_int_equal(mm_palette_new(&palette, &err), MM_OK);
	assert_true(mm_palette_count(palette) > 1);
	for (size_t i = 0; i < mm_palette_count(palette); i++) {
		MM_ARENA_SCOPE(mem, MEMORY);
		json_t *json = json_loadb((const char *)asset->data, asset->len, 0, NULL);
		const struct mm_style *s;

		assert_int_equal(mm_palette_fill(palette, i, json, &err), MM_OK);
		if (mm_style_read(json, &mem, &s, NULL, &err))
			fail_msg("%s: %s: %s", mm_palette_id(palette, i), err.where, err.msg);
		assert_true(s->layer_count > 20);
		json_decref(json);
	}
	(void)mm_palette_free(palette);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_layers),           cmocka_unit_test(settles_at_a_zoom),
	    cmocka_unit_test(fills_tokens),           cmocka_unit_test(knows_older_functions),
	    cmocka_unit_test(knows_older_filters),    cmocka_unit_test(says_what_is_wrong),
	    cmocka_unit_test(warns_of_mixed_filters), cmocka_unit_test(says_all_that_is_wrong),
	    cmocka_unit_test(bounds_what_it_reads),   cmocka_unit_test(reads_our_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
