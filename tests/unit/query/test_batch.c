#include "check.h"

#include "geo/topo_relate.h"
#include "query/filter_bind.h"
#include "query/filter_eval.h"
#include "query/query.h"
#include "store/layer_build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Filters over many rows at once, beside the same row by row; and what grids settle, beside GEOS. */

enum { ROWS = 5000, FIELDS = 8 };

static unsigned seed = 3;

static unsigned dice(unsigned sides)
{
	return (unsigned)rand_r(&seed) % sides;
}

static double between(double least, double most)
{
	return least + (most - least) * rand_r(&seed) / RAND_MAX;
}

/* ---- a layer with values of all types, a fifth of them missing ---- */

static struct mm_layer_build *begin_layer(void)
{
	static const struct mm_field fields[] = {
	    {.name = "t", .type = MM_TYPE_TEXT, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "u", .type = MM_TYPE_TEXT, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "i", .type = MM_TYPE_INT, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "j", .type = MM_TYPE_INT, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "r", .type = MM_TYPE_REAL, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "b", .type = MM_TYPE_BOOL, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "d", .type = MM_TYPE_DATE, .title = {"", ""}, .unit = {"", ""}},
	    {.name = "s", .type = MM_TYPE_DATETIME, .title = {"", ""}, .unit = {"", ""}},
	};
	const struct mm_schema schema = {.id = "mixed",
					 .title = {"", ""},
					 .description = {"", ""},
					 .owner = {"", ""},
					 .license = "",
					 .theme = "",
					 .crs_code = "",
					 .crs_uri = "",
					 .crs_name = "",
					 .crs_definition = MM_CRS84,
					 .id_field = "",
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = fields,
					 .field_count = FIELDS};
	struct mm_layer_build *b = NULL;

	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	return b;
}

static const char *const texts[] = {"",      "a",   "abc",  "house",      "House", "garage",
				    "a%b",   "a_b", "aab",  "Ёлка",       "ёлка",  "church",
				    "дом 5", "дом", "abab", "back\\slash"};

static void put_values(struct mm_layer_build *b)
{
	static const int64_t whole[] = {
	    0, 1, -1, 7, INT64_MAX, INT64_MIN, INT64_MAX / 2, 1 << 20, 9007199254740993};
	static const double real[] = {0, -0.0, 1, 0.5, -7.25, 1e300, 9007199254740992.0, 1e18, 3};
	const char *t = texts[dice(sizeof(texts) / sizeof(*texts))], *u = texts[dice(4)];
	const struct mm_value v[] = {
	    {.type = MM_TYPE_TEXT, .text = t, .text_len = strlen(t)},
	    {.type = MM_TYPE_TEXT, .text = u, .text_len = strlen(u)},
	    {.type = MM_TYPE_INT, .integer = whole[dice(9)]},
	    {.type = MM_TYPE_INT, .integer = (int64_t)dice(12) - 3},
	    {.type = MM_TYPE_REAL, .real = real[dice(9)]},
	    {.type = MM_TYPE_BOOL, .boolean = dice(2)},
	    {.type = MM_TYPE_DATE, .integer = (int64_t)dice(6) - 2},
	    {.type = MM_TYPE_DATETIME, .integer = ((int64_t)dice(12) - 4) * 43200000, .offset_min = 180},
	};

	for (size_t f = 0; f < sizeof(v) / sizeof(*v); f++)
		if (dice(5))
			mm_layer_build_value(b, f, &v[f]);
}

/* A point, a line, a triangle, or nothing. */
static void put_geom(struct mm_layer_build *b, double x, double y, double size)
{
	static const uint32_t part[] = {(uint32_t)MM_PART_POINTS << 30 | 1, (uint32_t)MM_PART_LINE << 30 | 1,
					(uint32_t)MM_PART_POLYGON << 30 | 1},
			      ring[] = {1, 3, 4};
	static const enum mm_geom_type type[] = {MM_GEOM_POINT, MM_GEOM_LINE, MM_GEOM_POLYGON};
	const unsigned kind = dice(4);
	const double xy[8] = {x, y, x + between(size / 4, size), y, x, y + between(size / 4, size), x, y};
	const struct mm_geom none = {.type = MM_GEOM_NULL}, g = {.type = type[kind % 3],
								 .part = &part[kind % 3],
								 .ring = &ring[kind % 3],
								 .xy = xy,
								 .part_count = 1,
								 .ring_count = 1,
								 .vertex_count = ring[kind % 3]};

	mm_layer_build_geom(b, kind == 3 && dice(4) == 0 ? &none : &g);
}

static struct mm_layer *make_layer(void)
{
	struct mm_layer_build *b = begin_layer();
	char path[] = "/tmp/munimap-batch-XXXXXX";
	const int fd = mkstemp(path);
	struct mm_layer *l = NULL;

	for (int i = 0; i < ROWS; i++) {
		mm_layer_build_begin(b);
		mm_layer_build_id_int(b, i);
		put_values(b);
		put_geom(b, between(39, 40), between(52, 53), 0.02);
		assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	}
	assert_int_equal(mm_layer_build_freeze(b, 1, "", path, NULL), MM_OK);
	assert_int_equal(mm_layer_open(path, &l, NULL), MM_OK);
	(void)close(fd);
	(void)unlink(path);
	(void)mm_layer_build_free(b);
	return l;
}

/* ---- any filter ---- */

struct text {
	char *at, *end;
};

static void say(struct text *t, const char *s)
{
	const size_t n = strlen(s);

	assert_true((size_t)(t->end - t->at) > n);
	memcpy(t->at, s, n + 1);
	t->at += n;
}

#define ONE_OF(list) list[dice(sizeof(list) / sizeof(list[0]))]

static void say_number(struct text *t, unsigned depth)
{
	static const char *const leaf[] = {"i",
					   "j",
					   "r",
					   "i",
					   "j",
					   "r",
					   "2",
					   "0",
					   "-1",
					   "0.5",
					   "7.0",
					   "1e3",
					   "3.5",
					   "9007199254740993",
					   "9223372036854775807"};
	static const char *const op[] = {" + ", " - ", " * ", " / ", " % ", " div ", "^"};

	if (depth == 0 || dice(3) == 0) {
		say(t, ONE_OF(leaf));
		return;
	}
	if (dice(12) == 0) {
		say(t, "abs(");
		say_number(t, depth - 1);
		say(t, ")");
		return;
	}
	say(t, "(");
	say_number(t, depth - 1);
	say(t, ONE_OF(op));
	say_number(t, depth - 1);
	say(t, ")");
}

static void say_time(struct text *t)
{
	static const char *const leaf[] = {
	    "d", "s", "DATE('1970-01-02')", "TIMESTAMP('1970-01-01T12:00:00Z')", "d", "s"};

	say(t, ONE_OF(leaf));
}

static void say_text(struct text *t)
{
	static const char *const leaf[] = {
	    "t", "t", "u", "'a'", "'дом'", "CASEI(t)", "ACCENTI(t)", "coalesce(t, u)", "coalesce(t, 'a')"};

	say(t, ONE_OF(leaf));
}

static void say_comparison(struct text *t)
{
	static const char *const op[] = {" = ", " <> ", " < ", " > ", " <= ", " >= "};
	static void (*const operand[])(struct text *) = {say_time, say_text};
	const unsigned kind = dice(4);

	if (kind < 2) {
		say_number(t, 2);
		say(t, ONE_OF(op));
		say_number(t, 2);
		return;
	}
	operand[kind - 2](t);
	say(t, ONE_OF(op));
	operand[kind - 2](t);
}

static void say_like(struct text *t)
{
	static const char *const pattern[] = {"%",   "",        "a%",    "%a",    "%a%",    "a%b",  "a\\%b",
					      "a_b", "%ab%ab%", "%a%a%", "__",    "%\\\\%", "дом%", "%лка",
					      "ё%",  "%house",  "%\\_%", "a%a%b", "%%b%%"};
	static const char *const of[] = {"t", "t", "u", "CASEI(t)"};

	say(t, ONE_OF(of));
	say(t, dice(4) ? " LIKE '" : " NOT LIKE '");
	say(t, ONE_OF(pattern));
	say(t, "'");
}

static void say_list(struct text *t)
{
	if (dice(3) == 0) {
		say_text(t);
		say(t, " IN ('a', 'дом', 'house')");
		return;
	}
	say_number(t, 1);
	if (dice(2)) {
		say(t, dice(3) ? " BETWEEN " : " NOT BETWEEN ");
		say_number(t, 1);
		say(t, " AND ");
		say_number(t, 1);
		return;
	}
	if (dice(3) == 0) { /* sorted, and searched */
		char number[16];

		say(t, dice(2) ? " IN (3" : " NOT IN (-2");
		for (unsigned n = 10 + dice(10); n; n--) {
			(void)snprintf(number, sizeof(number), ",%d", (int)dice(40) - 20);
			say(t, number);
		}
		say(t, ")");
		return;
	}
	say(t, " IN (");
	for (unsigned n = dice(4); n; n--) {
		say_number(t, 1);
		say(t, ", ");
	}
	say(t, "7)");
}

static void say_condition(struct text *t, unsigned depth)
{
	static const char *const other[] = {"b",
					    "b = TRUE",
					    "i IS NULL",
					    "t IS NOT NULL",
					    "r / j IS NULL",
					    "T_BEFORE(d, DATE('1970-01-02'))",
					    "1 = 2",
					    "strlen(t) > 2",
					    "S_INTERSECTS(geometry, BBOX(39.2,52.2,39.7,52.6))",
					    "geometry IS NULL"};
	const unsigned kind = dice(depth ? 9 : 5);

	if (kind == 0)
		say(t, ONE_OF(other));
	else if (kind == 1)
		say_like(t);
	else if (kind == 2)
		say_list(t);
	else if (kind < 5)
		say_comparison(t);
	else if (kind == 5) {
		say(t, "NOT (");
		say_condition(t, depth - 1);
		say(t, ")");
	} else {
		const char *join = dice(2) ? " AND " : " OR ";

		say(t, "(");
		say_condition(t, depth - 1);
		for (unsigned n = 1 + dice(3); n; n--) {
			say(t, join);
			say_condition(t, depth - 1);
		}
		say(t, ")");
	}
}

/* ---- many rows and one row ---- */

static struct mm_filter_run *ready(const char *text, const struct mm_layer *l, struct mm_kit *kit,
				   struct mm_arena *mem)
{
	const struct mm_filter_crs crs = {.metric = "EPSG:32637"};
	struct mm_filter *f = NULL;
	struct mm_filter_run *run = NULL;
	struct mm_err err = {0};

	if (mm_cql2_text_parse(text, mem, &f, &err) ||
	    mm_filter_bind(f, text, mm_layer_schema(l), mem, &err) ||
	    mm_filter_run_new(f, l, &crs, kit, &run, &err))
		fail_msg("%s: %s", text, err.msg);
	return run;
}

/* Rows one behind the other, or here and there in any order. */
static size_t choose_rows(uint32_t *row)
{
	const size_t n = 1 + dice(MM_FILTER_BATCH);
	const uint32_t first = dice(ROWS - MM_FILTER_BATCH);
	const bool is_dense = dice(2);

	for (size_t i = 0; i < n; i++)
		row[i] = is_dense ? first + (uint32_t)i : dice(ROWS);
	return n;
}

/* The verdicts of the whole tree, and of the rows that are kept. */
static void compare(const char *text, struct mm_filter_run *fast, struct mm_filter_run *slow,
		    unsigned verdicts[3])
{
	uint32_t row[MM_FILTER_BATCH], left[MM_FILTER_BATCH];
	uint8_t verdict[MM_FILTER_BATCH];
	const size_t n = choose_rows(row);
	size_t kept, want = 0;

	mm_filter_test_rows(fast, fast->filter, row, n, verdict);
	memcpy(left, row, sizeof(left));
	kept = mm_filter_run_keep(fast, left, n);
	for (size_t i = 0; i < n; i++) {
		const int one = mm_filter_test(slow, slow->filter, row[i]);

		if (one != verdict[i])
			fail_msg("%s: row %u is %d, among others %d", text, row[i], one, verdict[i]);
		mm_filter_sweep(slow);
		verdicts[one]++;
		if (one == MM_TRUE && (want >= kept || left[want++] != row[i]))
			fail_msg("%s: row %u is not kept", text, row[i]);
	}
	if (want != kept)
		fail_msg("%s: %zu rows are kept, not %zu", text, kept, want);
}

static void many_rows_are_as_one(void **state)
{
	enum { FILTERS = 500 };
	struct mm_layer *l = make_layer();
	struct mm_kits *kits = mm_kits_new();
	struct mm_kit *kit = NULL;
	unsigned verdicts[3] = {0};

	(void)state;
	assert_int_equal(mm_kits_take(kits, &kit, NULL), MM_OK);
	for (int i = 0; i < FILTERS; i++) {
		MM_ARENA_SCOPE(mem, 0);
		char room[60000];
		struct text t = {room, room + sizeof(room)};
		struct mm_filter_run *fast, *slow;

		say_condition(&t, 3);
		fast = ready(room, l, kit, &mem);
		slow = ready(room, l, kit, &mem);
		for (int k = 0; k < 3; k++)
			compare(room, fast, slow, verdicts);
		mm_filter_run_free(fast);
		mm_filter_run_free(slow);
	}
	for (int v = 0; v < 3; v++)
		assert_true(verdicts[v] > FILTERS * 100);
	mm_kits_give(kits, kit);
	(void)mm_kits_free(kits);
	(void)mm_layer_unref(l);
}

/* ---- relations ---- */

/* A star of many corners, as text and as it is. */
struct star {
	double xy[2 * 201];
	char text[12000];
	struct mm_geom g;
};

static void make_star(struct star *s, enum mm_part_kind kind)
{
	static const uint32_t part[] = {(uint32_t)MM_PART_POINTS << 30 | 1, (uint32_t)MM_PART_LINE << 30 | 1,
					(uint32_t)MM_PART_POLYGON << 30 | 1},
			      ring = 201;
	const double x = between(39.2, 39.8), y = between(52.2, 52.8), size = between(0.05, 0.4);
	struct text t = {s->text, s->text + sizeof(s->text)};

	say(&t, kind == MM_PART_POLYGON ? "POLYGON((" : "LINESTRING(");
	for (size_t i = 0; i < ring; i++) {
		const double r = size * (i % 200 ? between(0.6, 1) : 1),
			     a = 2 * M_PI * (double)(i % 200) / 200;
		char pair[60];

		(void)snprintf(pair, sizeof(pair), "%s%.6f %.6f", i ? "," : "", x + r * cos(a),
			       y + r * sin(a));
		say(&t, pair);
		(void)sscanf(pair + (i > 0), "%lf %lf", &s->xy[2 * i], &s->xy[2 * i + 1]);
	}
	say(&t, kind == MM_PART_POLYGON ? "))" : ")");
	s->g = (struct mm_geom){.type = kind == MM_PART_POLYGON ? MM_GEOM_POLYGON : MM_GEOM_LINE,
				.part = &part[kind],
				.ring = &ring,
				.xy = s->xy,
				.part_count = 1,
				.ring_count = 1,
				.vertex_count = ring};
}

static uint32_t by_geos(const struct mm_layer *l, struct mm_topo *topo, const struct star *s,
			enum mm_relation r)
{
	struct mm_topo_shape *shape = NULL;
	uint32_t n = 0;

	assert_int_equal(mm_topo_shape_new(topo, &s->g, &shape, NULL), MM_OK);
	for (uint32_t row = 0; row < ROWS; row++) {
		struct mm_geom g;

		mm_layer_geom_valid(l, row, &g);
		n += mm_topo_relate(topo, &g, r, shape) == 1;
	}
	mm_topo_shape_free(topo, shape);
	return n;
}

static uint32_t by_query(const char *text, const struct mm_layer *l, struct mm_kit *kit)
{
	MM_ARENA_SCOPE(mem, 0);
	struct mm_query q = {.filter = ready(text, l, kit, &mem)};
	struct mm_page page;

	assert_int_equal(mm_query_run(l, &q, kit->proj, 0, 1, &mem, &page, NULL), MM_OK);
	mm_filter_run_free(q.filter);
	return page.matched;
}

static void relations_are_those_of_geos(void **state)
{
	static const struct {
		const char *name;
		enum mm_relation relation, turned;
	} of[] = {
	    {"S_INTERSECTS", MM_RELATION_INTERSECTS, MM_RELATION_INTERSECTS},
	    {"S_DISJOINT", MM_RELATION_DISJOINT, MM_RELATION_DISJOINT},
	    {"S_WITHIN", MM_RELATION_WITHIN, MM_RELATION_CONTAINS},
	    {"S_CONTAINS", MM_RELATION_CONTAINS, MM_RELATION_WITHIN},
	    {"S_CROSSES", MM_RELATION_CROSSES, MM_RELATION_CROSSES},
	    {"S_OVERLAPS", MM_RELATION_OVERLAPS, MM_RELATION_OVERLAPS},
	    {"S_TOUCHES", MM_RELATION_TOUCHES, MM_RELATION_TOUCHES},
	};
	struct mm_layer *l = make_layer();
	struct mm_kits *kits = mm_kits_new();
	struct mm_kit *kit = NULL;
	uint32_t found = 0;

	(void)state;
	assert_int_equal(mm_kits_take(kits, &kit, NULL), MM_OK);
	for (int i = 0; i < 9; i++) {
		static struct star s;
		static char text[13000];

		make_star(&s, i % 3 == 2 ? MM_PART_LINE : MM_PART_POLYGON);
		for (size_t k = 0; k < sizeof(of) / sizeof(*of); k++) {
			const bool turned = dice(2);
			uint32_t n;

			(void)snprintf(text, sizeof(text), turned ? "%s(%s, geometry)" : "%s(%s%s)",
				       of[k].name, turned ? s.text : "geometry, ", s.text);
			n = by_query(text, l, kit);
			assert_int_equal(n,
					 by_geos(l, kit->topo, &s, turned ? of[k].turned : of[k].relation));
			found += n;
		}
	}
	assert_true(found > 5000);
	mm_kits_give(kits, kit);
	(void)mm_kits_free(kits);
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(many_rows_are_as_one),
	    cmocka_unit_test(relations_are_those_of_geos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
