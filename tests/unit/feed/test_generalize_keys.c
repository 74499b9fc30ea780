#include "definition_fixture.h"

/* What a layer file says of small zooms: importance, clusters, dots, the zoom from which a field is there. */

static void check_names(const struct mm_names *names, const char *first, const char *last, size_t count)
{
	assert_int_equal(names->count, count);
	assert_string_equal(names->name[0], first);
	assert_string_equal(names->name[count - 1], last);
}

static void what_is_drawn_at_small_zooms_may_be_said(void **state)
{
	struct mm_layer_def d =
	    parsed(*state, "source: a\n"
			   "coverage: yes\n"
			   "importance: {field: class, order: [trunk, 2, lane]}\n"
			   "fields: [{name: note, min_zoom: 14}, {name: class}]\n"
			   "cluster:\n"
			   "  radius: 512\n  max_zoom: 12\n"
			   "  radii: [{max_zoom: 0, radius: 80}, {max_zoom: 11, radius: 1}]\n"
			   "  sum: [places, cars]\n  min: [height]\n  max: [height]\n"
			   "  worst: {field: state, order: [fault, off]}\n");
	const struct mm_generalize *g = &d.generalize;

	assert_true(g->is_coverage);
	assert_string_equal(g->importance_field, "class");
	check_names(&g->importance_order, "trunk", "lane", 3);
	assert_string_equal(g->importance_order.name[1], "2");
	assert_int_equal(d.field[0].min_zoom, 14);
	assert_int_equal(d.field[1].min_zoom, 0);
	assert_int_equal(g->cluster_px, 512);
	assert_int_equal(g->cluster_zoom, 12);
	assert_int_equal(g->cluster_radius_count, 2);
	assert_int_equal(mm_generalize_cluster_px(g, 0), 80);
	assert_int_equal(mm_generalize_cluster_px(g, 1), 1);
	assert_int_equal(mm_generalize_cluster_px(g, 11), 1);
	assert_int_equal(mm_generalize_cluster_px(g, 12), 512);
	check_names(&g->sum, "places", "cars", 2);
	check_names(&g->min, "height", "height", 1);
	check_names(&g->max, "height", "height", 1);
	assert_string_equal(g->worst_field, "state");
	check_names(&g->worst_order, "fault", "off", 2);
}

static void what_is_drawn_at_small_zooms_has_defaults(void **state)
{
	struct mm_layer_def d = parsed(*state, "source: a\n");

	assert_false(d.generalize.is_coverage);
	assert_string_equal(d.generalize.importance_field, "");
	assert_string_equal(d.generalize.worst_field, "");
	assert_int_equal(d.generalize.cluster_px, 0);
	d = parsed(*state, "source: a\ncoverage: false\nimportance: {field: n}\ncluster: {max_zoom: 16}\n");
	assert_false(d.generalize.is_coverage);
	assert_string_equal(d.generalize.importance_field, "n");
	assert_int_equal(d.generalize.importance_order.count, 0);
	assert_int_equal(d.generalize.cluster_px, 40);
	assert_int_equal(d.generalize.cluster_zoom, 16);
	assert_int_equal(d.generalize.cluster_radius_count, 0);
	assert_int_equal(mm_generalize_cluster_px(&d.generalize, 16), 40);
	d = parsed(*state, "source: a\ncluster: {radii: [{max_zoom: 8, radius: 80}]}\n");
	assert_int_equal(mm_generalize_cluster_px(&d.generalize, 8), 80);
	assert_int_equal(mm_generalize_cluster_px(&d.generalize, 9), 40);
	d = parsed(*state, "source: a\ncluster: {max_zoom: 16}\n");
	assert_int_equal(d.generalize.sum.count, 0);
	assert_string_equal(d.generalize.importance_expression, "");
	d = parsed(*state, "source: a\nimportance:\n  expression: >\n    lanes *\n    2\n");
	assert_string_equal(d.generalize.importance_field, "");
	assert_string_equal(d.generalize.importance_expression, "lanes * 2\n");
	d = parsed(*state, "source: a\ncluster: {radius: 1}\n");
	assert_int_equal(d.generalize.cluster_px, 1);
	assert_int_equal(d.generalize.cluster_zoom, 13);
}

static void what_is_drawn_at_small_zooms_is_refused_in_its_line(void **state)
{
	static const struct bad rows[] = {
	    {"source: a\ncoverage: maybe\n", 2, "coverage \"maybe\": write true or false"},
	    {"source: a\ncovrage: true\n", 2, "unknown key \"covrage\": did you mean \"coverage\"?"},
	    {"source: a\ncluster:\n  radius: 0\n", 3, "radius 0: write pixels, 1 to 512"},
	    {"source: a\ncluster:\n  max_zoom: 3\n  radius: 513\n", 4, "radius 513: write pixels, 1 to 512"},
	    {"source: a\ncluster:\n  radius: wide\n", 3, "radius: write a whole number, 0 or more"},
	    {"source: a\ncluster:\n  radius: 4294967296\n", 3, "radius: write a whole number, 0 or more"},
	    {"source: a\ncluster:\n  max_zoom: 17\n", 3, "max_zoom 17: write 0 to 16"},
	    {"source: a\ncluster:\n  max_zoom: -1\n", 3, "max_zoom: write a whole number, 0 or more"},
	    {"source: a\ncluster:\n  radii:\n  - {max_zoom: 8, radius: 0}\n", 4,
	     "radius 0: write pixels, 1 to 512"},
	    {"source: a\ncluster:\n  radii:\n  - {max_zoom: 8, radius: 9}\n  - max_zoom: 9\n    radius: "
	     "513\n",
	     6, "radius 513: write pixels, 1 to 512"},
	    {"source: a\ncluster:\n  radii:\n  - {max_zoom: 8, radius: 9}\n  - {max_zoom: 8, radius: 8}\n", 5,
	     "radii: max_zoom 8 comes after 8: write the lowest zoom first, each once"},
	    {"source: a\ncluster:\n  max_zoom: 7\n  radii:\n  - {max_zoom: 7, radius: 9}\n", 5,
	     "radii: max_zoom 7: write less than that of the cluster (7), up to which its radius holds"},
	    {"source: a\ncluster:\n  radii:\n  - {max_zoom: 8}\n", 4, "key \"radius\" is missing: add it"},
	    {"source: a\ncluster:\n  radii: 80\n", 3,
	     "radii: write a list, each entry as - {max_zoom: ..., radius: ...}"},
	    {"source: a\ncluster:\n  raduis: 5\n", 3, "unknown key \"raduis\": did you mean \"radius\"?"},
	    {"source: a\ncluster:\n  sum: places\n", 3, "sum: write a list: [..., ...]"},
	    {"source: a\ncluster:\n  worst: {field: a}\n", 3, "key \"order\" is missing: add it"},
	    {"source: a\ncluster:\n  worst: {order: [a]}\n", 3, "key \"field\" is missing: add it"},
	    {"source: a\nimportance:\n  order: [a]\n", 2, "importance: add field: or expression:"},
	    {"source: a\nimportance:\n  field: a\n  expression: a\n", 4,
	     "importance: field and expression: leave one of them"},
	    {"source: a\nimportance:\n  expression: a\n  order: [a]\n", 4,
	     "importance.order: is of the values of a field: write CASE in the expression instead"},
	    {"source: a\nimportance:\n  expression: a *\n", 3,
	     "importance.expression: near \")\": syntax error: write one SQL expression, such as \"lanes * "
	     "2\""},
	    {"source: a\nimportance:\n  expression: readfile('/etc/passwd')\n", 3,
	     "importance.expression: no such function: readfile: write one SQL expression, such as \"lanes * "
	     "2\""},
	    {"source: a\nimportance:\n  expression: ''\n", 3,
	     "expression: nothing is written there: write one text, in quotes if it begins with #"},
	    {"source: a\nimportance: {field: a, ordr: [b]}\n", 2,
	     "unknown key \"ordr\": did you mean \"order\"?"},
	    {"source: a\nfields: [{name: k, hidden: true}]\ncluster:\n  sum: [n, k]\n", 4,
	     "cluster.sum: \"k\" is hidden, and clusters would show it: take it out, or do not hide it"},
	    {"source: a\nfields: [{name: k, hidden: true}]\ncluster:\n  worst: {field: k, order: [a]}\n", 4,
	     "cluster.worst: \"k\" is hidden, and clusters would show it: take it out, or do not hide it"},
	    {"source: a\nradius: 40\n", 2, "unknown key \"radius\": remove it"},
	    {"source: a\nfields:\n  - name: a\n    min_zoom: 23\n", 4, "min_zoom 23: write 0 to 22"},
	};

	CHECK(*state, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_is_drawn_at_small_zooms_may_be_said),
	    TEST(what_is_drawn_at_small_zooms_has_defaults),
	    TEST(what_is_drawn_at_small_zooms_is_refused_in_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
