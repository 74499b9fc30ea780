#include "made.h"

#include "http/route.h"

#define GET (1u << MM_GET)

static const struct mm_route table[] = {
    {"/", GET, "landing", NULL},
    {"/collections/{id}/items", GET | 1u << MM_POST, "items", NULL},
    {"/collections/{id}/items/{feature*}", GET, "item", NULL},
    {"/collections/{id}/items/{feature*}", 1u << MM_PUT, "replace", NULL},
    {"/tiles/{layers}.json", GET, "tilejson", NULL},
    {"/tiles/{layers}/{z}/{x}/{y}.mvt", GET, "tile", NULL},
    {"/sprites/{id}@2x.png", GET, "sprite2", NULL},
    {"/sprites/{id}", GET, "sprite", NULL},
};

static void the_first_row_that_fits_is_found(void **state)
{
	static const struct {
		enum mm_method method;
		const char *target, *name; /* name NULL: none */
		unsigned allow;
	} rows[] = {
	    {MM_GET, "/", "landing", GET},
	    {MM_HEAD, "/", "landing", GET},
	    {MM_POST, "/", NULL, GET},
	    {MM_GET, "/collections/a/items", "items", GET | 1u << MM_POST},
	    {MM_GET, "/collections/a/items/", "items", GET | 1u << MM_POST},
	    {MM_POST, "/collections/a/items", "items", GET | 1u << MM_POST},
	    {MM_GET, "/collections//items", NULL, 0},
	    {MM_GET, "/collections/a%2Fb/items", NULL, 0},
	    {MM_GET, "/collections/a/items/x%2Fy%20z", "item", GET | 1u << MM_PUT},
	    {MM_PUT, "/collections/a/items/1", "replace", GET | 1u << MM_PUT},
	    {MM_DELETE, "/collections/a/items/1", NULL, GET | 1u << MM_PUT},
	    {MM_GET, "/tiles/a,b.json", "tilejson", GET},
	    {MM_GET, "/tiles/.json", NULL, 0},
	    {MM_GET, "/tiles/a/1/2/3.mvt", "tile", GET},
	    {MM_GET, "/tiles/a/1/2/3", NULL, 0},
	    {MM_GET, "/tiles/a/1/2/.mvt", NULL, 0},
	    {MM_GET, "/tiles/a/1/2/3.mvt/4", NULL, 0},
	    {MM_GET, "/sprites/town@2x.png", "sprite2", GET},
	    {MM_GET, "/sprites/town", "sprite", GET},
	    {MM_GET, "/Sprites/town", NULL, 0},
	    {MM_GET, "/sprites/{id}", "sprite", GET},
	    {MM_GET, "/tiles/{layers}.json", "tilejson", GET},
	    {MM_GET, "/spri", NULL, 0},
	    {MM_GET, "/sprites/a%2Fb", NULL, 0},
	    {MM_GET, "//", NULL, 0},
	};

	struct mm_routes *routes = mm_routes_new(table, COUNT(table));

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mm_route *found;
		unsigned allow = 99;
		struct made m;

		make(&m, rows[i].target, NULL);
		m.r.method = rows[i].method;
		found = mm_routes_find(routes, &m.r, &allow);
		if (!found != !rows[i].name || allow != (found ? 0 : rows[i].allow))
			fail_msg("%s: %s %x", rows[i].target, found ? found->name : "none", allow);
		if (found)
			assert_string_equal(found->name, rows[i].name);
		unmake(&m);
	}
	(void)mm_routes_free(routes);
}

static void rows_that_begin_with_a_name_keep_their_turn(void **state)
{
	static const struct mm_route rows[] = {
	    {"/a/{y}", GET, "first", NULL},
	    {"/{x}/b", GET, "second", NULL},
	    {"/a/b", GET, "third", NULL},
	};
	struct mm_routes *routes = mm_routes_new(rows, COUNT(rows));
	unsigned allow;
	struct made m;

	(void)state;
	make(&m, "/a/b", NULL);
	assert_ptr_equal(mm_routes_find(routes, &m.r, &allow), &rows[0]);
	unmake(&m);
	make(&m, "/c/b", NULL);
	assert_ptr_equal(mm_routes_find(routes, &m.r, &allow), &rows[1]);
	unmake(&m);
	(void)mm_routes_free(routes);
}

static void names_give_the_text_without_the_suffix(void **state)
{
	struct mm_routes *routes = mm_routes_new(table, COUNT(table));
	const struct mm_route *route;
	unsigned allow;
	struct made m;

	(void)state;
	make(&m, "/tiles/a,b/14/9903/5121.mvt", NULL);
	route = mm_routes_find(routes, &m.r, &allow);
	assert_string_equal(mm_route_arg(route, &m.r, "layers"), "a,b");
	assert_string_equal(mm_route_arg(route, &m.r, "y"), "5121");
	assert_null(mm_route_arg(route, &m.r, "yy"));
	assert_null(mm_route_arg(route, &m.r, "tiles"));
	unmake(&m);
	make(&m, "/collections/k/items/%D0%B0%2F1%20b", NULL);
	route = mm_routes_find(routes, &m.r, &allow);
	assert_string_equal(mm_route_arg(route, &m.r, "feature"), "а/1 b");
	assert_true(mm_route_has_slash(&m.r));
	unmake(&m);
	(void)mm_routes_free(routes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_row_that_fits_is_found),
	    cmocka_unit_test(rows_that_begin_with_a_name_keep_their_turn),
	    cmocka_unit_test(names_give_the_text_without_the_suffix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
