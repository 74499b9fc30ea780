#include "check.h"

#include "api/edits/edits.h"

#include <stdio.h>

#include "../layer_fixture.h"

/* Entity tags of single features: of what is in the row, and compared as If-Match wants it. */

static struct mm_layer *layer_with(const char *name, double x, double z)
{
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	const double xy[2] = {x, 52};
	const struct mm_geom g = {.type = MM_GEOM_POINT,
				  .part = &part,
				  .ring = &ring,
				  .xy = xy,
				  .z = &z,
				  .part_count = 1,
				  .ring_count = 1,
				  .vertex_count = 1};
	struct mm_layer_build *b = fixture_begin("OGC:CRS84");

	fixture_point(b, 1, "first", 1, 10, 10);
	fixture_row(b, 2, name, 5, 1, 2, &g);
	return fixture_end(b);
}

static uint64_t tag_of(const char *name, double x, double z)
{
	struct mm_layer *l = layer_with(name, x, z);
	uint64_t tag = mm_row_tag(l, 1);

	assert_true(tag != mm_row_tag(l, 0));
	(void)mm_layer_unref(l);
	return tag;
}

static void test_content(void **state)
{
	uint64_t tag = tag_of("a", 39, 1);

	(void)state;
	assert_true(tag == tag_of("a", 39, 1));
	assert_true(tag != tag_of("b", 39, 1));
	assert_true(tag != tag_of("a", 39 + 1e-12, 1)); /* finer than any tile */
	assert_true(tag != tag_of("a", 39, 1.0001));
}

static void test_match(void **state)
{
	(void)state;
	assert_true(mm_row_tag_matches("*", 1));
	assert_true(mm_row_tag_matches("\"00000000000000ff-abc\"", 255));
	assert_true(mm_row_tag_matches("\"x\" , \"00000000000000ff-abc-gz\"", 255));
	assert_true(mm_row_tag_matches("W/\"x\",\"00000000000000ff\"", 255));
	assert_false(mm_row_tag_matches("W/\"00000000000000ff-abc\"", 255));
	assert_false(mm_row_tag_matches("00000000000000ff", 255));
	assert_false(mm_row_tag_matches("\"00000000000000f\"", 255));
	assert_false(mm_row_tag_matches("\"00000000000000ff-abc", 255));
	assert_false(mm_row_tag_matches("\"00000000000000fe-abc\"", 255));
	assert_false(mm_row_tag_matches("", 255));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_content),
	    cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
