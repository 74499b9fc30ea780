#include "check.h"
#include "layer_fixture.h"

#include "geo/topo_measure.h"
#include "query/filter_bind.h"
#include "query/near/near.h"
#include "query/query.h"
#include "store/catalog.h"

#include <math.h>

/* What is near to a layer, beside distances that GEOS measures with PROJ's coordinates. */

enum { CORNERS_MAX = 40, MEMORY_MAX = 1 << 20 };

static unsigned seed = 11;

static double dice(double least, double most)
{
	return least + (most - least) * rand_r(&seed) / RAND_MAX;
}

/* A ring about a place, closed; or its first corners as a line. */
static void star(double *xy, uint32_t corners, double x, double y, double size)
{
	for (uint32_t i = 0; i < corners; i++) {
		const double r = size * dice(0.4, 1), a = 2 * M_PI * i / corners;

		xy[2 * i] = x + r * cos(a);
		xy[2 * i + 1] = y + r * sin(a) / 1.6;
	}
	xy[2 * corners] = xy[0];
	xy[2 * corners + 1] = xy[1];
}

/* A point, a line, or a polygon, in every other case with a hole. */
static void put(struct mm_layer_build *b, int id, double x, double y, double size)
{
	const uint32_t corners = 3 + (uint32_t)dice(0, CORNERS_MAX - 3);
	const int kind = (int)dice(0, 3.999), hole = kind == 3;
	uint32_t part = (uint32_t)(kind == 0   ? MM_PART_POINTS
				   : kind == 1 ? MM_PART_LINE
					       : MM_PART_POLYGON)
			    << 30 |
			(1u + (uint32_t)hole);
	uint32_t ring[2] = {kind == 0 ? 1 : kind == 1 ? corners : corners + 1, corners + 1};
	double xy[2 * 2 * (CORNERS_MAX + 1)];
	struct mm_geom g = {.type = kind == 0   ? MM_GEOM_POINT
				    : kind == 1 ? MM_GEOM_LINE
						: MM_GEOM_POLYGON,
			    .part = &part,
			    .ring = ring,
			    .xy = xy,
			    .part_count = 1,
			    .ring_count = 1 + (uint32_t)hole,
			    .vertex_count = ring[0] + (hole ? ring[1] : 0)};

	star(xy, corners, x, y, size);
	for (uint32_t i = 0; hole && i < 2 * ring[1]; i++)
		xy[2 * ring[0] + i] = (i % 2 ? y : x) + (xy[i] - (i % 2 ? y : x)) * 0.6;
	fixture_row(b, id, "x", id, 0, 0, dice(0, 1) < 0.02 ? NULL : &g);
}

/* Features about a town, of all sizes, given in degrees or in a system of its own. */
static struct mm_layer *town(const char *crs, int count, double size_m)
{
	const bool is_deg = strcmp(crs, MM_CRS84) == 0;
	const double unit = is_deg ? 1 / 67000.0 : 1, x0 = is_deg ? 39.5 : 1325000,
		     y0 = is_deg ? 52.6 : 418000;
	struct mm_layer_build *b = fixture_begin(crs);

	for (int i = 0; i < count; i++)
		put(b, i, x0 + dice(-9000, 9000) * unit, y0 + dice(-9000, 9000) * unit / (is_deg ? 1.65 : 1),
		    size_m * (i % 10 ? dice(0.05, 0.3) : dice(0.3, 8)) * unit);
	return fixture_end(b);
}

/* ---- measured plainly ---- */

struct ways {
	const struct mm_transform *own_deg, *other_deg, *deg_plane, *plane_deg;
	const char *own, *other, *plane;
};

static const struct mm_transform *way(struct mm_proj *p, const char *from, const char *to)
{
	const struct mm_transform *t = NULL;

	assert_int_equal(mm_transform_get(p, from, to, &t, NULL), MM_OK);
	return mm_transform_is_identity(t) ? NULL : t;
}

static void bring(struct mm_geom *g, const struct mm_transform *to_deg, const struct mm_transform *to_plane,
		  struct mm_arena *mem)
{
	double *xy = mm_arena_array(mem, g->vertex_count, 2 * sizeof(*xy));

	memcpy(xy, g->xy, g->vertex_count * 2 * sizeof(*xy));
	if (to_deg)
		assert_int_equal(mm_transform_points(to_deg, xy, g->vertex_count), 0);
	if (to_plane)
		assert_int_equal(mm_transform_points(to_plane, xy, g->vertex_count), 0);
	g->xy = xy;
}

static void bring_own(const struct ways *w, struct mm_geom *g, struct mm_arena *mem)
{
	const bool same = strcmp(w->own, w->plane) == 0;

	bring(g, same ? NULL : w->own_deg, same ? NULL : w->deg_plane, mem);
}

/* The distance of each row from the other layer, < 0: it has no geometry. */
static double *measure(const struct mm_layer *own, const struct mm_layer *other, const struct ways *w,
		       struct mm_topo *t)
{
	double *d = calloc(mm_layer_count(own), sizeof(*d));

	for (uint32_t i = 0; i < mm_layer_count(own); i++)
		d[i] = HUGE_VALF;
	for (uint32_t k = 0; k < mm_layer_count(other); k++) {
		MM_ARENA_SCOPE(mem, 0);
		struct mm_topo_shape *shape = NULL;
		struct mm_geom g;

		mm_layer_geom_valid(other, k, &g);
		if (!g.vertex_count)
			continue;
		if (strcmp(w->other, w->plane) == 0)
			bring(&g, NULL, NULL, &mem);
		else
			bring(&g, w->other_deg, w->deg_plane, &mem);
		assert_int_equal(mm_topo_shape_new(t, &g, &shape, NULL), MM_OK);
		for (uint32_t i = 0; i < mm_layer_count(own); i++) {
			MM_ARENA_SCOPE(row, 0);
			struct mm_geom mine;

			mm_layer_geom_valid(own, i, &mine);
			if (!mine.vertex_count) {
				d[i] = -1;
				continue;
			}
			bring_own(w, &mine, &row);
			d[i] = fmin(d[i], mm_topo_distance(t, &mine, shape));
		}
		mm_topo_shape_free(t, shape);
	}
	return d;
}

static struct mm_near *near_of(const struct mm_layer *other, const struct ways *w, double metres)
{
	const struct mm_near_ask ask = {.layer = other,
					.own_to_deg = w->own_deg,
					.layer_to_deg = w->other_deg,
					.plane_to_deg = w->plane_deg,
					.deg_to_plane = w->deg_plane,
					.own_is_plane = strcmp(w->own, w->plane) == 0,
					.layer_is_plane = strcmp(w->other, w->plane) == 0,
					.own_side = w->own_deg ? 10000 : 0.1,
					.layer_side = w->other_deg ? 10000 : 0.1,
					.metres_per_unit = 1,
					.reach_m = metres,
					.own_bulge_m = 300};
	struct mm_near *n = NULL;

	assert_int_equal(mm_near_new(&ask, &n, NULL), MM_OK);
	return n;
}

static unsigned check(const struct mm_layer *own, const struct mm_layer *other, const struct ways *w,
		      const double *d, double metres)
{
	struct mm_near *n = near_of(other, w, metres);
	unsigned found = 0;

	for (uint32_t i = 0; i < mm_layer_count(own); i++) {
		struct mm_geom g;
		int is;

		mm_layer_geom_valid(own, i, &g);
		is = mm_near_test(n, &g);
		if (d[i] < 0)
			assert_int_equal(is, -1);
		else if (fabs(d[i] - metres) > 1e-6 && is != (d[i] <= metres))
			fail_msg("%s to %s in %s: row %u is %.9f m away, within %g m: %d", w->own, w->other,
				 w->plane, i, d[i], metres, is);
		assert_int_equal(d[i] < 0 ? -1 : is, mm_near_test_plainly(n, &g));
		found += is > 0;
	}
	(void)mm_near_free(n);
	return found;
}

static void it_agrees_with_geos(void **state)
{
	static const char *const systems[][3] = {{MM_CRS84, MM_CRS84, "EPSG:32637"},
						 {MM_CRS84, "MSK48_1", "MSK48_1"},
						 {"MSK48_1", MM_CRS84, "EPSG:32638"},
						 {"MSK48_1", "MSK48_1", "MSK48_1"}};
	struct mm_topo *t = mm_topo_new();
	unsigned found = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++) {
		static const double metres[] = {0, 0.02, 1, 12, 50, 333, 4000, 50000};
		struct mm_proj *p = mm_proj_new();
		struct mm_layer *own = town(systems[i][0], 400, 200),
				*other = town(systems[i][1], 60, i % 2 ? 700 : 150);
		const struct ways w = {.own = systems[i][0],
				       .other = systems[i][1],
				       .plane = systems[i][2],
				       .own_deg = way(p, systems[i][0], MM_CRS84),
				       .other_deg = way(p, systems[i][1], MM_CRS84),
				       .deg_plane = way(p, MM_CRS84, systems[i][2]),
				       .plane_deg = way(p, systems[i][2], MM_CRS84)};
		double *d = measure(own, other, &w, t);

		for (size_t k = 0; k < sizeof(metres) / sizeof(*metres); k++)
			found += check(own, other, &w, d, metres[k]);
		for (int k = 0; k < 6; k++) { /* on the edge */
			const double edge = d[(uint32_t)dice(0, 399)];

			for (int step = -2; step <= 2 && edge > 0; step++)
				found += check(own, other, &w, d, edge + step * 0.002 + 1e-5);
		}
		free(d);
		(void)mm_layer_unref(own);
		(void)mm_layer_unref(other);
		(void)mm_proj_free(p);
	}
	assert_true(found > 5000);
	(void)mm_topo_free(t);
}

/* ---- as filters ---- */

static const struct mm_catalog *catalog_of(struct mm_layer *l)
{
	const struct mm_map_info map = {.crs_code = "", .crs_name = "", .crs_definition = ""};
	const struct mm_entry entry = {.id = "fixture", .layer = l, .error = ""};

	return mm_catalog_new(1, &map, &entry, 1);
}

static enum mm_code count(const char *text, const struct mm_layer *l, const struct mm_catalog *c,
			  struct mm_kit *kit, struct mm_plan *plan, uint32_t *ret, struct mm_err *reterr)
{
	MM_ARENA_SCOPE(mem, MEMORY_MAX);
	const struct mm_filter_crs crs = {.metric = "EPSG:32637", .catalog = c};
	struct mm_query q = {.plan = plan};
	struct mm_filter *f = NULL;
	struct mm_page page = {0};
	enum mm_code rc = mm_cql2_text_parse(text, &mem, &f, reterr);

	if (!rc)
		rc = mm_filter_bind(f, text, mm_layer_schema(l), &mem, reterr);
	if (!rc)
		rc = mm_filter_run_new(f, l, &crs, kit, &q.filter, reterr);
	if (!rc)
		assert_int_equal(!mm_filter_run_others(q.filter), !strstr(text, "near_layer"));
	if (!rc)
		rc = mm_query_run(l, &q, kit->proj, 0, 1, &mem, &page, reterr);
	mm_filter_run_free(q.filter);
	*ret = page.matched;
	return rc;
}

/* With the index and without, of many features and of few. */
static void filters_find_all_that_is_near(void **state)
{
	struct mm_layer *own = town(MM_CRS84, 3000, 100),
			*others[2] = {town(MM_CRS84, 20, 300), town("MSK48_1", 400, 60)};
	struct mm_kits *kits = mm_kits_new();
	struct mm_kit *kit = NULL;

	(void)state;
	assert_int_equal(mm_kits_take(kits, &kit, NULL), MM_OK);
	for (int i = 0; i < 12; i++) {
		const struct mm_catalog *c = catalog_of(others[i % 2]);
		static const char *const forms[][2] = {{"", ""},
						       {"NOT (NOT ", ")"},
						       {"", " AND geometry IS NOT NULL"},
						       {"n < 0 OR ", " = TRUE"}};
		const double metres = exp(dice(0, 6));
		uint32_t n[4];
		struct mm_plan plan[4];

		for (int k = 0; k < 4; k++) {
			struct mm_err err = {0};
			char text[100];

			(void)snprintf(text, sizeof(text), "%snear_layer(geometry, 'fixture', %g)%s",
				       forms[k][0], metres, forms[k][1]);
			if (count(text, own, c, kit, &plan[k], &n[k], &err))
				fail_msg("%s: %s", text, err.msg);
			assert_int_equal(n[k], n[0]);
		}
		assert_int_equal(plan[0].way, MM_PLAN_FILTER_INDEX);
		assert_int_equal(plan[1].way, MM_PLAN_SCAN);
		assert_true(n[0] > 0 && n[0] < 3000);
		if (i % 2 == 0 && metres < 100)
			assert_true(plan[0].candidates < 2000);
		(void)mm_catalog_unref(c);
	}
	mm_kits_give(kits, kit);
	(void)mm_kits_free(kits);
	(void)mm_layer_unref(own);
	(void)mm_layer_unref(others[0]);
	(void)mm_layer_unref(others[1]);
}

static void what_is_wrong_is_said(void **state)
{
	static const char *const cases[][2] = {
	    {"near_layer(geometry, 'nope', 5)", "there is no collection \"nope\""},
	    {"near_layer(geometry, name, 5)", "expected the name of a collection in quotes"},
	    {"near_layer(geometry, 'fixture', n)", "the metres are a number, the same for all"},
	    {"near_layer(geometry, 'fixture', 1 / 0)", "the metres are a number, the same for all"},
	    {"near_layer(geometry, 'fixture')", "takes 3 arguments"},
	    {"near_layer(name, 'fixture', 5)", "expected a geometry"},
	};
	struct mm_layer *l = town(MM_CRS84, 5, 100);
	const struct mm_catalog *c = catalog_of(l);
	struct mm_kits *kits = mm_kits_new();
	struct mm_kit *kit = NULL;
	struct mm_plan plan;
	struct mm_err err = {0};
	uint32_t n;

	(void)state;
	assert_int_equal(mm_kits_take(kits, &kit, NULL), MM_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		err = (struct mm_err){0};
		assert_int_equal(count(cases[i][0], l, c, kit, &plan, &n, &err), MM_E_INVALID);
		if (!strstr(err.msg, cases[i][1]))
			fail_msg("%s: %s", cases[i][0], err.msg);
	}
	assert_int_equal(count("near_layer(geometry, 'fixture', -1)", l, c, kit, &plan, &n, &err), MM_OK);
	assert_int_equal(n, 0);
	mm_kits_give(kits, kit);
	(void)mm_kits_free(kits);
	(void)mm_catalog_unref(c);
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_agrees_with_geos),
	    cmocka_unit_test(filters_find_all_that_is_near),
	    cmocka_unit_test(what_is_wrong_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
