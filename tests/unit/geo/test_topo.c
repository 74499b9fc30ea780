#include "check.h"

#include "base/arena.h"
#include "geo/topo.h"
#include "geom_wkt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static GEOSContextHandle_t geos;
static struct mm_topo *topo;

#define POLYGON(rings) ((uint32_t)MM_PART_POLYGON << 30 | (rings))

static const char *why(const struct mm_geom *g)
{
	static char words[256];
	struct mm_err err = {0};

	if (mm_topo_why_invalid(topo, g, words, sizeof(words), &err))
		fail_msg("%s", err.msg);
	return words;
}

static double area(const struct mm_geom *g)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;
	double sum = 0;

	for (uint32_t i = 0; i < g->part_count; i++) {
		bool shell = true;

		for (uint32_t r = mm_part_rings(g->part[i]); r > 0; r--, ring++, shell = false) {
			double a = fabs(mm_ring_area2(xy, *ring)) / 2;

			if (mm_part_kind(g->part[i]) == MM_PART_POLYGON)
				sum += shell ? a : -a;
			xy += 2 * (size_t)*ring;
		}
	}
	return sum;
}

/* Counts add up, polygon rings are closed. */
static void check_shape(const struct mm_geom *g)
{
	uint64_t rings = 0, vertices = 0;

	for (uint32_t i = 0; i < g->part_count; i++)
		rings += mm_part_rings(g->part[i]);
	assert_int_equal(rings, g->ring_count);
	for (uint32_t i = 0; i < g->ring_count; i++)
		vertices += g->ring[i];
	assert_int_equal(vertices, g->vertex_count);
	assert_null(g->z);
}

static void reasons_are_given_in_words_with_the_place(void **state)
{
	static const struct {
		const char *wkt, *why;
	} rows[] = {
	    {"POINT (1 1)", ""},
	    {"POINT EMPTY", ""},
	    {"LINESTRING (0 0, 0 0)", ""},
	    {"MULTIPOINT (EMPTY, (1 1))", ""},
	    {"GEOMETRYCOLLECTION (POINT EMPTY, POINT (1 1))", ""},
	    {"POLYGON EMPTY", ""},
	    {"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", ""},
	    {"POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))", "Self-intersection at 2 2"},
	    {"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 21 20, 21 21, 20 20))",
	     "Hole lies outside shell at 20 20"},
	    {"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (2 2, 3 2, 3 3, 2 2))",
	     "Holes are nested at 2 2"},
	    {"POLYGON ((0 0, 5 0, 9 0, 5 0, 5 5, 0 5, 0 0))", "Self-intersection at 9 0"}, /* a spike */
	    {"MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((2 2, 6 2, 6 6, 2 6, 2 2)))",
	     "Self-intersection at 4 2"},
	    /* members of a collection may overlap */
	    {"GEOMETRYCOLLECTION (POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0)), POLYGON ((2 2, 6 2, 6 6, 2 6, 2 2)))",
	     ""},
	    {"GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0)))",
	     "Self-intersection at 2 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 0);
		struct mm_geom g = geom_from_wkt(geos, rows[i].wkt, &mem);

		if (strcmp(why(&g), rows[i].why) != 0)
			fail_msg("%s: %s", rows[i].wkt, why(&g));
	}
}

static void repair_keeps_the_area_that_was_meant(void **state)
{
	static const struct {
		const char *wkt;
		double area;
		uint32_t parts;
		enum mm_geom_type type;
	} rows[] = {
	    {"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", 16, 1, MM_GEOM_POLYGON},
	    {"POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))", 8, 2, MM_GEOM_MULTIPOLYGON},
	    {"POLYGON ((0 0, 5 0, 9 0, 5 0, 5 5, 0 5, 0 0))", 25, 1, MM_GEOM_POLYGON},
	    {"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 21 20, 21 21, 20 20))", 81.5, 2,
	     MM_GEOM_MULTIPOLYGON}, /* a hole
outside the shell is taken for a polygon */
	    {"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (2 2, 3 2, 3 3, 2 2))", 32, 1,
	     MM_GEOM_POLYGON},
	    {"POLYGON ((0 0, 5 5, 0 0, 5 5, 0 0))", 0, 0, MM_GEOM_POLYGON}, /* nothing but a line */
	    {"MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((2 2, 6 2, 6 6, 2 6, 2 2)))", 28, 1,
	     MM_GEOM_MULTIPOLYGON},
	    {"MULTIPOLYGON (((0 0, 1 1, 0 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))", 0.5, 1,
	     MM_GEOM_MULTIPOLYGON},
	    {"GEOMETRYCOLLECTION (POINT (7 7), POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0)), LINESTRING (1 1, 2 2))",
	     8, 4, MM_GEOM_COLLECTION},
	    {"GEOMETRYCOLLECTION (POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0)), POLYGON ((2 2, 6 2, 6 6, 2 6, 2 2)))",
	     32, 2, MM_GEOM_COLLECTION},
	    {"LINESTRING (0 0, 0 0)", 0, 1, MM_GEOM_LINE},
	    {"MULTIPOINT (EMPTY, (1 1))", 0, 1, MM_GEOM_MULTIPOINT},
	    {"POLYGON EMPTY", 0, 0, MM_GEOM_POLYGON},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 0);
		struct mm_geom g = geom_from_wkt(geos, rows[i].wkt, &mem), made;

		assert_int_equal(mm_topo_make_valid(topo, &g, &mem, &made, NULL), MM_OK);
		check_shape(&made);
		if (made.type != rows[i].type || made.part_count != rows[i].parts ||
		    fabs(area(&made) - rows[i].area) > 1e-9)
			fail_msg("%s: type %d, %u parts, area %g", rows[i].wkt, (int)made.type,
				 made.part_count, area(&made));
		assert_string_equal(why(&made), "");
	}
}

static void valid_geometries_come_back_point_by_point(void **state)
{
	static const char wkt[] =
	    "MULTIPOLYGON (((3 3, 0 3, 0 0, 3 0, 3 3), (1 1, 1 2, 2 2, 1 1)), ((9 9, 8 9, 8 8, 9 9)))";
	MM_ARENA_SCOPE(mem, 0);
	struct mm_geom g = geom_from_wkt(geos, wkt, &mem), made;

	(void)state;
	assert_int_equal(mm_topo_make_valid(topo, &g, &mem, &made, NULL), MM_OK);
	assert_int_equal(made.vertex_count, g.vertex_count);
	assert_memory_equal(made.xy, g.xy, 2 * g.vertex_count * sizeof(double));
	assert_memory_equal(made.ring, g.ring, g.ring_count * sizeof(uint32_t));
	assert_memory_equal(made.part, g.part, g.part_count * sizeof(uint32_t));
}

/* Rings that GEOS itself refuses to be given. */
static void broken_rings_are_named_closed_or_left_out(void **state)
{
	static const double square[] = {0, 0, 4, 0, 4, 4, 0, 4, 0, 0, 1, 1, 2, 1, 2, 2, 1, 1};
	static const struct {
		uint32_t ring[2], rings;
		const char *why;
		double area;
	} rows[] = {
	    {{5, 4}, 2, "", 15.5},
	    {{5, 0}, 2, "", 16}, /* an empty hole is no hole */
	    {{0, 0}, 1, "", 0},
	    {{4, 0}, 1, "Ring is not closed at 0 0", 16},
	    {{3, 0}, 1, "Ring has fewer than 4 points at 0 0", 8}, /* an unclosed triangle */
	    {{2, 0}, 1, "Ring has fewer than 4 points at 0 0", 0},
	    {{1, 0}, 1, "Ring has fewer than 4 points at 0 0", 0},
	    {{5, 3}, 2, "Ring has fewer than 4 points at 1 1", 15.5},
	    {{5, 2}, 2, "Ring has fewer than 4 points at 1 1", 16},
	    {{0, 5}, 2, "Ring has fewer than 4 points", 0}, /* a hole without a shell */
	    {{0, 0}, 0, "", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		MM_ARENA_SCOPE(mem, 0);
		const uint32_t part = POLYGON(rows[i].rings);
		struct mm_geom g = {MM_GEOM_POLYGON,
				    &part,
				    rows[i].ring,
				    square,
				    NULL,
				    1,
				    rows[i].rings,
				    rows[i].ring[0] + rows[i].ring[1]};
		struct mm_geom made;

		if (strcmp(why(&g), rows[i].why) != 0)
			fail_msg("row %zu: %s", i, why(&g));
		assert_int_equal(mm_topo_make_valid(topo, &g, &mem, &made, NULL), MM_OK);
		check_shape(&made);
		if (fabs(area(&made) - rows[i].area) > 1e-9)
			fail_msg("row %zu: area %g", i, area(&made));
		assert_string_equal(why(&made), "");
	}
}

static void numbers_geos_cannot_bear_never_reach_it(void **state)
{
	static const double bad[] = {NAN, INFINITY, -INFINITY, 1e9, -1e300};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		for (int at = 0; at < 10; at++) {
			MM_ARENA_SCOPE(mem, 0);
			double xy[] = {0, 0, 4, 0, 4, 4, 0, 4, 0, 0};
			const uint32_t part = POLYGON(1u), ring = 5;
			struct mm_geom g = {MM_GEOM_POLYGON, &part, &ring, xy, NULL, 1, 1, 5};
			struct mm_geom made = {.vertex_count = 99};
			struct mm_err err = {0};
			char words[8] = "same";

			xy[at] = bad[i];
			assert_int_equal(mm_topo_why_invalid(topo, &g, words, sizeof(words), &err),
					 MM_E_INVALID);
			assert_string_equal(words, "same");
			assert_true(err.msg[0] != '\0');
			assert_int_equal(mm_topo_make_valid(topo, &g, &mem, &made, NULL), MM_E_INVALID);
			assert_int_equal(made.vertex_count, 99);
		}
	}
}

static void an_arena_at_its_cap_is_an_error(void **state)
{
	MM_ARENA_SCOPE(mem, 0);
	struct mm_geom g = geom_from_wkt(geos, "POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))", &mem), made;

	(void)state;
	for (size_t cap = 16; cap < 256; cap += 16) {
		MM_ARENA_SCOPE(small, cap);

		assert_int_equal(mm_topo_make_valid(topo, &g, &small, &made, NULL), MM_E_NOMEM);
	}
}

/* Random scribbles on a small grid: whatever comes, the repaired geometry is valid. */
static void what_was_repaired_is_valid(void **state)
{
	uint64_t seed = 88172645463325252u;
	int invalid = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		MM_ARENA_SCOPE(mem, 0);
		double xy[2 * 64];
		uint32_t part[2], ring[6], rings = 0, vertices = 0;
		struct mm_geom g = {
		    round % 2 ? MM_GEOM_COLLECTION : MM_GEOM_MULTIPOLYGON, part, ring, xy, NULL, 2, 0, 0};
		struct mm_geom made;

		for (int p = 0; p < 2; p++) {
			part[p] = POLYGON(2u);
			for (int r = 0; r < 2; r++) {
				uint32_t first = vertices;

				seed = seed * 6364136223846793005u + 1442695040888963407u;
				ring[rings] = (uint32_t)(seed >> 60) % 10;
				for (uint32_t i = 0; i < ring[rings]; i++, vertices++) {
					seed = seed * 6364136223846793005u + 1442695040888963407u;
					xy[2 * vertices] = (double)(seed >> 40 & 7);
					xy[2 * vertices + 1] = (double)(seed >> 50 & 7);
				}
				if (vertices > first && seed >> 63) /* every other ring is closed */
					memcpy(&xy[2 * vertices - 2], &xy[2 * first], 2 * sizeof(double));
				rings++;
			}
		}
		g.ring_count = rings;
		g.vertex_count = vertices;
		invalid += why(&g)[0] != '\0';
		assert_int_equal(mm_topo_make_valid(topo, &g, &mem, &made, NULL), MM_OK);
		check_shape(&made);
		if (why(&made)[0])
			fail_msg("round %d: %s", round, why(&made));
	}
	assert_true(invalid > 1000);
}

/* ---- the cases GEOS itself is tested with (fixtures/geos-xml) ---- */

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text;
	size_t n;

	if (!f)
		return NULL;
	text = malloc(4 << 20);
	n = fread(text, 1, (4 << 20) - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

/* One case: WKT of <a>, the verdict of isValid. Returns 1 when it could be compared. */
static int check_case(const char *wkt, bool valid)
{
	MM_ARENA_SCOPE(mem, 0);
	struct mm_geom g = geom_from_wkt(geos, wkt, &mem), made;
	char words[256];

	if (mm_geom_dimension(&g) != 2 || mm_topo_why_invalid(topo, &g, words, sizeof(words), NULL))
		return 0;
	if ((words[0] == '\0') != valid && g.type != MM_GEOM_COLLECTION)
		fail_msg("%.200s: \"%s\"", wkt, words);
	assert_int_equal(mm_topo_make_valid(topo, &g, &mem, &made, NULL), MM_OK);
	check_shape(&made);
	assert_string_equal(why(&made), "");
	return 1;
}

static int check_file(const char *path)
{
	char *text = slurp(path), *at = text;
	int compared = 0;

	while (at && (at = strstr(at, "<case>")) != NULL) {
		char *end = strstr(at, "</case>"), *a = strstr(at, "<a>"), *op = strstr(at, "\"isValid\""),
		     *stop;

		if (!end)
			break;
		*end = '\0';
		at = end + 1;
		if (!a || !op || a > end || op > end || !(stop = strstr(a, "</a>")))
			continue;
		*stop = '\0';
		op += strcspn(op, ">");
		op += strspn(op, "> \n\t");
		compared += check_case(a + 3, strncmp(op, "true", 4) == 0);
	}
	free(text);
	return compared;
}

static void geos_own_cases_give_geos_own_verdicts(void **state)
{
	static const char *const files[] = {"general/TestValid.xml",    "general/TestValid2.xml",
					    "misc/TestIsValid.xml",     "issue/issue-geos-275.xml",
					    "issue/issue-geos-392.xml", "issue/issue-geos-590.xml"};
	const char *shared = getenv("MM_SHARED") ? getenv("MM_SHARED") : "../shared";
	int compared = 0;
	char path[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/fixtures/geos-xml/%s", shared, files[i]);
		compared += check_file(path);
	}
	if (compared == 0) {
		print_message("no %s/fixtures/geos-xml; set MM_SHARED\n", shared);
		skip();
	}
	print_message("%d cases compared\n", compared);
	assert_true(compared > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reasons_are_given_in_words_with_the_place),
	    cmocka_unit_test(repair_keeps_the_area_that_was_meant),
	    cmocka_unit_test(valid_geometries_come_back_point_by_point),
	    cmocka_unit_test(broken_rings_are_named_closed_or_left_out),
	    cmocka_unit_test(numbers_geos_cannot_bear_never_reach_it),
	    cmocka_unit_test(an_arena_at_its_cap_is_an_error),
	    cmocka_unit_test(what_was_repaired_is_valid),
	    cmocka_unit_test(geos_own_cases_give_geos_own_verdicts),
	};
	int rc;

	geos = GEOS_init_r();
	topo = mm_topo_new();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	topo = mm_topo_free(topo);
	GEOS_finish_r(geos);
	return rc;
}
