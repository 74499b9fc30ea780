#include "check.h"
#include "style/document/legend.h"

#include <math.h>
#include <string.h>

struct house {
	const char *kind;
	double floors;
};

static bool get_property(const struct mm_expr_feature *f, int64_t slot, const char *name, size_t n,
			 struct mm_arena *mem, struct mm_style_value *ret)
{
	const struct house *h = f->self;

	(void)slot;
	(void)mem;
	if (n == 4 && memcmp(name, "kind", n) == 0 && h->kind)
		*ret = mm_style_text_value(h->kind, strlen(h->kind));
	else if (n == 6 && memcmp(name, "floors", n) == 0)
		*ret = mm_style_number_value(h->floors);
	else
		return false;
	return true;
}

/* The legend of a layer with this paint at zoom 15. JSON with ' for ". */
static struct mm_style_legend legend_of(const char *type, const char *paint, struct mm_arena *mem)
{
	char *text = mm_arena_printf(mem,
				     "{'version': 8, 'sources': {'town': {'type': 'geojson', 'data': ''}}, "
				     "'layers': [{'id': 'a', 'type': '%s', 'source': 'town', 'filter': ['>', "
				     "'floors', 0], 'paint': %s}]}",
				     type, paint);
	struct mm_style_legend ret;
	const struct mm_style *s;
	struct mm_err err = {0};

	for (char *at = text; *at; at++)
		if (*at == '\'')
			*at = '"';
	if (mm_style_parse(text, strlen(text), mem, &s, NULL, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_int_equal(mm_style_legend_make(s->layers, 15, &s->global, mem, &ret, &err), MM_OK);
	return ret;
}

static void count(struct mm_style_legend *legend, const char *kind, double floors, struct mm_arena *mem)
{
	const struct house h = {kind, floors};
	const struct mm_expr_feature f = {.self = &h, .geometry_type = "Polygon", .property = get_property};
	struct mm_expr_context c = {.mem = mem, .zoom = 15, .feature = &f};

	mm_style_legend_count(legend, &c);
}

static void lists_what_match_tells_apart(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_style_legend legend = legend_of(
	    "fill",
	    "{'fill-opacity': 0.5, 'fill-outline-color': ['match', ['get', 'kind'], 'shop', 'green', "
	    "'white'], 'fill-color': ['match', ['get', 'kind'], ['house', 'flats'], 'red', 'shop', "
	    "'blue', 'grey']}",
	    &mem);
	struct mm_expr_context c = {.mem = &mem, .zoom = 15};

	(void)state;
	assert_int_equal(legend.property, MM_PROP_FILL_COLOR);
	assert_string_equal(legend.by, "kind");
	assert_int_equal(legend.n, 3);
	assert_int_equal(legend.classes[0].label_count, 2);
	assert_string_equal(legend.classes[0].labels[1].text, "flats");
	assert_true(legend.classes[0].value.color->r == 1);
	assert_false(legend.classes[1].is_other);
	assert_true(legend.classes[2].is_other);
	c.feature = &legend.classes[1].sample;
	assert_true(mm_style_color(legend.layer, MM_PROP_FILL_COLOR, &c).b == 1);
	assert_true(mm_style_color(legend.layer, MM_PROP_FILL_OUTLINE_COLOR, &c).g > 0.5);
	assert_true(mm_style_color(legend.layer, MM_PROP_FILL_OUTLINE_COLOR, &c).r == 0);
	c.feature = &legend.classes[0].sample;
	assert_true(mm_style_color(legend.layer, MM_PROP_FILL_OUTLINE_COLOR, &c).r == 1);
	count(&legend, "flats", 5, &mem);
	count(&legend, "house", 1, &mem);
	count(&legend, "barn", 1, &mem);
	count(&legend, "shop", 0, &mem); /* the filter leaves it out */
	assert_int_equal(legend.classes[0].count, 2);
	assert_int_equal(legend.classes[1].count, 0);
	assert_int_equal(legend.classes[2].count, 1);
}

static void lists_steps(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_style_legend legend = legend_of(
	    "line", "{'line-color': ['step', ['get', 'floors'], 'red', 3, 'green', 9, 'blue']}", &mem);
	struct mm_expr_context c = {.mem = &mem, .zoom = 15};

	(void)state;
	assert_int_equal(legend.n, 3);
	assert_true(isinf(legend.classes[0].from) && legend.classes[0].to == 3);
	assert_true(legend.classes[1].from == 3 && legend.classes[1].to == 9);
	assert_true(legend.classes[2].from == 9 && isinf(legend.classes[2].to));
	c.feature = &legend.classes[0].sample;
	assert_true(mm_style_color(legend.layer, MM_PROP_LINE_COLOR, &c).r == 1);
	c.feature = &legend.classes[2].sample;
	assert_true(mm_style_color(legend.layer, MM_PROP_LINE_COLOR, &c).b == 1);
	count(&legend, NULL, 3, &mem);
	count(&legend, NULL, 100, &mem);
	assert_int_equal(legend.classes[0].count, 0);
	assert_int_equal(legend.classes[1].count, 1);
	assert_int_equal(legend.classes[2].count, 1);
}

static void lists_cases(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_style_legend legend = legend_of(
	    "circle", "{'circle-radius': ['case', ['has', 'kind'], 5, ['>', ['get', 'floors'], 3], 4, 3]}",
	    &mem);

	(void)state;
	assert_int_equal(legend.property, MM_PROP_CIRCLE_RADIUS);
	assert_null(legend.by);
	assert_int_equal(legend.n, 3);
	assert_true(legend.classes[0].value.number == 5);
	assert_true(legend.classes[2].value.number == 3);
	count(&legend, "a", 1, &mem);
	count(&legend, NULL, 5, &mem);
	assert_int_equal(legend.classes[0].count, 1);
	assert_int_equal(legend.classes[1].count, 1);
	assert_int_equal(legend.classes[2].count, 0);
}

/* What stands below the zoom in a curve over it. */
static void looks_below_the_zoom(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_style_legend legend = legend_of(
	    "line",
	    "{'line-width': ['interpolate', ['linear'], ['zoom'], 10, 1, 14, ['match', ['get', 'kind'], "
	    "'main', 8, 2], 20, 9]}",
	    &mem);

	(void)state;
	assert_int_equal(legend.n, 2);
	assert_true(legend.classes[0].value.number == 8);
}

static void is_single_without_classes(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_style_legend legend = legend_of(
	    "fill", "{'fill-color': ['interpolate', ['linear'], ['zoom'], 10, 'red', 20, 'blue']}", &mem);

	(void)state;
	assert_int_equal(legend.property, MM_PROP_COUNT);
	assert_int_equal(legend.n, 1);
	count(&legend, NULL, 5, &mem);
	assert_int_equal(legend.classes[0].count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lists_what_match_tells_apart),
	    cmocka_unit_test(lists_steps),
	    cmocka_unit_test(lists_cases),
	    cmocka_unit_test(looks_below_the_zoom),
	    cmocka_unit_test(is_single_without_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
