#include "feed_fixture.h"

/* importance:, cluster: and coverage: of a layer against what its source has. */

static const char point[] = "\"geometry\":{\"type\":\"Point\",\"coordinates\":[39.123456789012345,52.6]}";

static void fields_to_draw_by_must_be_there(void **state)
{
	struct feed *f = *state;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem,
				     "{\"type\":\"Feature\",\"properties\":{\"n\":1,\"state\":\"ok\"},%s}",
				     point));
	feed_refused(f, "source: a.geojson\nimportance: {field: m}\n",
		     "importance: there is no field \"m\" in the source");
	feed_refused(f, "source: a.geojson\nimportance: {field: state}\n",
		     "importance: field \"state\" is no number but text");
	feed_refused(f, "source: a.geojson\ncluster: {sum: [n, m]}\n",
		     "cluster.sum: there is no field \"m\" in the source");
	feed_refused(f, "source: a.geojson\ncluster: {min: [state]}\n",
		     "cluster.min: field \"state\" is no number but text");
	feed_refused(f, "source: a.geojson\ncluster: {max: [m]}\n",
		     "cluster.max: there is no field \"m\" in the source");
	feed_refused(f, "source: a.geojson\ncluster: {worst: {field: m, order: [a]}}\n",
		     "cluster.worst: there is no field \"m\" in the source");
	(void)mm_layer_unref(feed_layer(f, "source: a.geojson\nimportance: {field: state, order: [ok]}\n"
					   "cluster: {sum: [n], worst: {field: state, order: [ok]}}\n"));
}

/* What a tile says of a cluster and what it says of a point must not be taken for each other. */
static void fields_must_not_be_called_as_what_clusters_have(void **state)
{
	static const char *const names[] = {"cluster", "point_count", "n_sum",
					    "n_min",   "n_max",       "state_worst"};
	static const char sums[] =
	    "cluster: {sum: [n], min: [n], max: [n], worst: {field: state, order: [ok]}}\n";
	struct feed *f = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		feed_geojson(f, "a.geojson",
			     mm_arena_printf(&f->mem,
					     "{\"type\":\"Feature\",\"properties\":{\"n\":1,\"state\":\"ok\","
					     "\"%s\":2},%s}",
					     names[i], point));
		feed_refused(
		    f, mm_arena_printf(&f->mem, "source: a.geojson\n%s", sums),
		    mm_arena_printf(&f->mem, "field \"%s\" is called as an attribute of clusters", names[i]));
		(void)mm_layer_unref(feed_layer(f, "source: a.geojson\n"));
		(void)mm_layer_unref(feed_layer(
		    f, mm_arena_printf(&f->mem, "source: a.geojson\n%sfields: [{name: x, column: %s}]\n",
				       sums, names[i])));
		(void)mm_layer_unref(feed_layer(
		    f, mm_arena_printf(&f->mem, "source: a.geojson\n%sfields: [{name: %s, hidden: true}]\n",
				       sums, names[i])));
	}
	(void)mm_layer_unref(feed_layer(f, "source: a.geojson\ncluster: {sum: [n]}\n")); /* no state_worst */
}

static void check_note(struct feed *f, const char *yaml, const char *note)
{
	struct mm_layer *l = feed_layer(f, yaml);
	struct mm_quality q = {0};

	assert_int_equal(mm_layer_quality_count(l, MM_QUALITY_OF_NO_USE), note ? 1 : 0);
	if (note) {
		mm_layer_quality(l, 0, &q);
		assert_int_equal(q.row, UINT32_MAX);
		assert_non_null(strstr(q.note, note));
	}
	(void)mm_layer_unref(l);
}

static void keys_that_no_geometry_answers_to_are_told_of(void **state)
{
	struct feed *f = *state;

	feed_geojson(f, "a.geojson",
		     mm_arena_printf(&f->mem, "{\"type\":\"Feature\",\"properties\":{},%s}", point));
	check_note(f, "source: a.geojson\ncluster: {}\n", NULL);
	check_note(f, "source: a.geojson\ncoverage: true\n", "coverage: the layer has no polygons");
	feed_geojson(
	    f, "a.geojson",
	    "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
	    "[[[39,52],[39.1,52],[39,52.1],[39,52]]]}}");
	check_note(f, "source: a.geojson\ncluster: {}\n", "cluster: the layer has no points");
	check_note(f, "source: a.geojson\ncoverage: true\n", NULL);
	feed_geojson(f, "a.geojson", "");
	check_note(f, "source: a.geojson\ncluster: {}\ncoverage: true\n", NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(fields_to_draw_by_must_be_there, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(fields_must_not_be_called_as_what_clusters_have, feed_begin,
					    feed_end),
	    cmocka_unit_test_setup_teardown(keys_that_no_geometry_answers_to_are_told_of, feed_begin,
					    feed_end),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
