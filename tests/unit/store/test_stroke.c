#include "check.h"

#include "layer_fixture.h"

#include "grid/stream.h"
#include "store/stroke.h"

#include <math.h>

/* Lines that go on in one another: which are joined, and what stands for them. */

enum { LINES = 40000, VERTICES = 8 };

struct net {
	uint32_t count;
	struct mm_world point[LINES][VERTICES];
	uint32_t part, ring[LINES];
	struct mm_world_box box[LINES];
	uint64_t alike[LINES];
	uint16_t importance[LINES];
	float measure[LINES];
	struct mm_level_source source;
	struct mm_strokes *strokes;
};

static void geom_of(const void *ctx, uint32_t row, struct mm_world_geom *ret)
{
	const struct net *n = ctx;

	*ret = (struct mm_world_geom){.type = MM_GEOM_LINE,
				      .part = &n->part,
				      .ring = &n->ring[row],
				      .point = n->point[row],
				      .part_count = 1,
				      .ring_count = 1,
				      .vertex_count = n->ring[row]};
}

static struct net *net_new(void)
{
	struct net *n = calloc(1, sizeof(*n));

	assert_non_null(n);
	n->part = (uint32_t)MM_PART_LINE << 30 | 1;
	return n;
}

/* A straight line of `vertices` vertices, the first and the last one as told; returns its row. */
static uint32_t add(struct net *n, uint64_t alike, uint32_t x0, uint32_t y0, uint32_t x1, uint32_t y1,
		    uint32_t vertices)
{
	const uint32_t row = n->count++;

	for (uint32_t i = 0; i < vertices; i++)
		n->point[row][i] = (struct mm_world){
		    (uint32_t)(x0 + ((int64_t)x1 - x0) * i / (vertices - 1)),
		    (uint32_t)(y0 + ((int64_t)y1 - y0) * i / (vertices - 1)),
		};
	n->ring[row] = vertices;
	n->box[row] =
	    (struct mm_world_box){x0 < x1 ? x0 : x1, y0 < y1 ? y0 : y1, x0 < x1 ? x1 : x0, y0 < y1 ? y1 : y0};
	n->alike[row] = alike;
	n->importance[row] = 10;
	n->measure[row] = (float)hypot((double)x1 - x0, (double)y1 - y0);
	return row;
}

static uint16_t hundredth(float length)
{
	return (uint16_t)(length / 100);
}

/* The source with all joined; the same when nothing is. */
static const struct mm_level_source *joined(struct net *n, uint16_t (*importance)(float length))
{
	n->source = (struct mm_level_source){.rows = n->count,
					     .box = n->box,
					     .geom = geom_of,
					     .ctx = n,
					     .importance = n->importance,
					     .measure = n->measure,
					     .drawn_zoom = -1};
	n->strokes = mm_strokes_free(n->strokes);
	assert_int_equal(mm_strokes_new(&n->source, n->alike, importance, &n->strokes, NULL), MM_OK);
	return n->strokes ? mm_strokes_source(n->strokes) : &n->source;
}

static void net_free(struct net *n)
{
	(void)mm_strokes_free(n->strokes);
	free(n);
}

static bool is_there(const struct mm_level_source *s, uint32_t row)
{
	return s->box[row].min_x <= s->box[row].max_x;
}

static uint32_t count_there(const struct mm_level_source *s)
{
	uint32_t count = 0;

	for (uint32_t row = 0; row < s->rows; row++)
		count += is_there(s, row);
	return count;
}

static struct mm_world_geom geom_in(const struct mm_level_source *s, uint32_t row)
{
	struct mm_world_geom g;

	s->geom(s->ctx, row, &g);
	return g;
}

static void what_goes_on_is_one(void **state)
{
	struct net *n = net_new();
	const struct mm_level_source *s;
	struct mm_world_geom g;

	(void)state;
	(void)add(n, 7, 1000, 1000, 2000, 1000, 3);
	n->importance[add(n, 7, 3000, 1500, 2000, 1000, 2)] = 20; /* runs the other way */
	(void)add(n, 7, 3000, 1500, 5000, 1500, 2);
	s = joined(n, NULL);
	assert_int_equal(count_there(s), 1);
	assert_true(is_there(s, 1)); /* the most important one */
	assert_int_equal(s->joined[1], 1);
	assert_int_equal(s->joined[0], 0);
	assert_int_equal(s->importance[1], 20);
	assert_int_equal(s->box[1].min_x, 1000);
	assert_int_equal(s->box[1].max_x, 5000);
	assert_int_equal(s->box[1].max_y, 1500);
	assert_true(fabs((double)s->measure[1] - (1000 + hypot(1000, 500) + 2000)) < 0.01);
	g = geom_in(s, 1);
	assert_int_equal(g.vertex_count, 5); /* where they meet once */
	assert_int_equal(mm_part_kind(g.part[0]), MM_PART_LINE);
	assert_int_equal(g.ring[0], 5);
	for (uint32_t i = 1; i < 5; i++)
		assert_true((g.point[i].x > g.point[i - 1].x) == (g.point[4].x > g.point[0].x));
	s = joined(n, hundredth);
	assert_int_equal(s->importance[1], 41);
	net_free(n);
}

static void what_is_not_alike_is_not(void **state)
{
	struct net *n = net_new();

	(void)state;
	(void)add(n, 1, 1000, 1000, 2000, 1000, 2);
	(void)add(n, 2, 2000, 1000, 3000, 1000, 2);
	(void)add(n, 1, 3000, 1001, 4000, 1000, 2);
	assert_ptr_equal(joined(n, NULL), &n->source);
	net_free(n);
}

/* A crossing of four that are alike is two strokes; of three the one that comes from the side stays. */
static void the_straightest_go_on(void **state)
{
	struct net *n = net_new();
	const struct mm_level_source *s;

	(void)state;
	(void)add(n, 1, 1000, 5000, 5000, 5000, 2);
	(void)add(n, 1, 5000, 1000, 5000, 5000, 2);
	(void)add(n, 1, 5000, 5000, 9000, 5100, 2);
	(void)add(n, 1, 5000, 9000, 5000, 5000, 2);
	s = joined(n, NULL);
	assert_int_equal(count_there(s), 2);
	assert_int_equal(s->box[0].max_x, 9000);
	assert_int_equal(s->box[1].max_y, 9000);
	n->count = 3;
	s = joined(n, NULL);
	assert_int_equal(count_there(s), 2);
	assert_true(is_there(s, 1));
	assert_int_equal(s->joined[1], 0);
	net_free(n);
}

/* Two that meet alone are one however they turn; of three that all turn sharply none goes on. */
static void a_sharp_turn_is_no_way_on(void **state)
{
	struct net *n = net_new();

	(void)state;
	(void)add(n, 1, 1000, 5000, 5000, 5000, 2);
	(void)add(n, 1, 5000, 5000, 1000, 5100, 2);
	assert_int_equal(count_there(joined(n, NULL)), 1);
	(void)add(n, 1, 5000, 5000, 1000, 4900, 2);
	assert_ptr_equal(joined(n, NULL), &n->source);
	net_free(n);
}

static void a_ring_of_lines_closes(void **state)
{
	struct net *n = net_new();
	const struct mm_level_source *s;
	struct mm_world_geom g;

	(void)state;
	(void)add(n, 1, 1000, 1000, 2000, 1000, 2);
	(void)add(n, 1, 2000, 2000, 2000, 1000, 2);
	(void)add(n, 1, 2000, 2000, 1000, 1000, 2);
	s = joined(n, NULL);
	assert_int_equal(count_there(s), 1);
	g = geom_in(s, 0);
	assert_int_equal(g.vertex_count, 4);
	assert_memory_equal(&g.point[0], &g.point[3], sizeof(*g.point));
	net_free(n);
}

/* Spokes of a wheel, more than anybody can follow. */
static void where_many_meet_all_stay(void **state)
{
	struct net *n = net_new();

	(void)state;
	for (int i = 0; i < 20; i++)
		(void)add(n, 1, 50000, 50000, (uint32_t)(50000 + 9000 * cos(i * 0.314159265)),
			  (uint32_t)(50000 + 9000 * sin(i * 0.314159265)), 2);
	assert_ptr_equal(joined(n, NULL), &n->source);
	net_free(n);
}

/* A line over a continent is several strokes, which begin where the last one ends; nothing of it is lost. */
static void a_stroke_has_an_end(void **state)
{
	struct net *n = net_new();
	const struct mm_level_source *s;
	uint64_t vertices = 0;
	double length = 0;

	(void)state;
	for (uint32_t i = 0; i < LINES; i++) /* in no order */
		(void)add(n, 1, 100 * (i * 7919 % LINES), 5, 100 * (i * 7919 % LINES + 1), 5, 2);
	s = joined(n, NULL);
	assert_in_range(count_there(s), 2, 10);
	for (uint32_t row = 0; row < s->rows; row++)
		if (is_there(s, row)) {
			vertices += geom_in(s, row).vertex_count;
			length += (double)s->measure[row];
			assert_true(geom_in(s, row).vertex_count <= 1 << 14);
		}
	assert_int_equal(vertices, LINES + count_there(s));
	assert_true(fabs(length - 100.0 * LINES) < 1);
	net_free(n);
}

/* ---- in a layer ---- */

/* A street of `pieces` pieces along a parallel; their name and number by the functions. */
static struct mm_layer *street(int pieces, const char *(*name)(int), int64_t (*number)(int))
{
	static const uint32_t part = (uint32_t)MM_PART_LINE << 30 | 1, ring = 2;
	struct mm_layer_build *b = fixture_begin(MM_CRS84);

	for (int i = 0; i < pieces; i++) {
		const double xy[] = {37.1 + 0.01 * i, 55.7, 37.1 + 0.01 * (i + 1), 55.7};
		const struct mm_geom g = {.type = MM_GEOM_LINE,
					  .part = &part,
					  .ring = &ring,
					  .xy = xy,
					  .part_count = 1,
					  .ring_count = 1,
					  .vertex_count = 2};

		fixture_row(b, i, name(i), number(i), 0, 0, &g);
	}
	return fixture_end(b);
}

static const char *one_name(int i)
{
	(void)i;
	return "улица Ленина";
}

static const char *own_name(int i)
{
	static char text[20];

	(void)snprintf(text, sizeof(text), "way/%d", i);
	return text;
}

static const char *two_names(int i)
{
	return i < 5 ? "улица Ленина" : "проспект Мира";
}

static int64_t own_number(int i)
{
	return 1000 - i;
}

static int64_t no_number(int i)
{
	(void)i;
	return -1;
}

static uint32_t items_at(const struct mm_layer *l, unsigned zoom)
{
	const struct mm_level *v = mm_layer_level(l, zoom);
	uint32_t count = 0;

	assert_non_null(v);
	for (uint32_t i = 0; i < v->count; i++)
		count += v->start[i + 1] > v->start[i];
	return count;
}

/* Joined from zoom 10 down when all that differs names the row; the item is longer than its row, and its box
 * in the index is its own. */
static void a_street_is_one_line_from_afar(void **state)
{
	struct mm_layer *l = street(10, one_name, own_number);
	const struct mm_level *v = mm_layer_level(l, 10);
	struct mm_grid_points points = {0};
	struct mm_grid_stream s;

	(void)state;
	assert_int_equal(items_at(l, 11), 10);
	assert_int_equal(items_at(l, 10), 1);
	assert_int_equal(items_at(l, 0), 1);
	assert_non_null(v->joined);
	assert_int_equal(v->joined[0] & 1, 1);
	mm_grid_stream_open(v->bytes, v->start[1], &s);
	assert_true(mm_grid_stream_read(&s, &points));
	assert_int_equal(points.count, 2); /* it is straight */
	assert_true(v->tree.box[0].max_x - v->tree.box[0].min_x > 1000000);
	mm_grid_points_release(&points);
	(void)mm_layer_unref(l);

	l = street(10, own_name, no_number);
	assert_int_equal(items_at(l, 10), 1);
	(void)mm_layer_unref(l);
}

static void names_of_streets_end_them(void **state)
{
	struct mm_layer *l = street(10, two_names, own_number);

	(void)state;
	assert_int_equal(items_at(l, 10), 2);
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_goes_on_is_one),       cmocka_unit_test(what_is_not_alike_is_not),
	    cmocka_unit_test(the_straightest_go_on),     cmocka_unit_test(a_sharp_turn_is_no_way_on),
	    cmocka_unit_test(a_ring_of_lines_closes),    cmocka_unit_test(where_many_meet_all_stay),
	    cmocka_unit_test(a_stroke_has_an_end),       cmocka_unit_test(a_street_is_one_line_from_afar),
	    cmocka_unit_test(names_of_streets_end_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
