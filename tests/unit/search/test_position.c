#include "check.h"

#include "search/position.h"

#include <math.h>
#include <string.h>

static const struct mm_box near_town = {37, 50, 41, 54};

static size_t read(const char *text, const struct mm_transform *to_deg, struct mm_search_position *ret)
{
	return mm_search_positions(text, strlen(text), to_deg, &near_town, ret);
}

static void is_at(const char *text, double lat, double lon)
{
	struct mm_search_position p[MM_SEARCH_POSITIONS_MAX];

	assert_int_equal(read(text, NULL, p), 1);
	assert_true(fabs(p[0].lat - lat) < 1e-6 && fabs(p[0].lon - lon) < 1e-6);
}

static void degrees_are_read_in_all_their_forms(void **state)
{
	(void)state;
	is_at("52.353, 39.098", 52.353, 39.098);
	is_at("52.353 39.098", 52.353, 39.098);
	is_at("52,353 39,098", 52.353, 39.098);
	is_at("52,353; 39,098", 52.353, 39.098);
	is_at("39.098, 52.353", 52.353, 39.098); /* the other order lies elsewhere */
	is_at("52.353° 39.098°", 52.353, 39.098);
	is_at("N 52.353 E 39.098", 52.353, 39.098);
	is_at("39.098E 52.353N", 52.353, 39.098);
	is_at("52°21'10.8\"N 39°05'52.8\"E", 52.353, 39.098);
	is_at("52°21′10,8″ с 39°05′52,8″ в", 52.353, 39.098);
	is_at("52°21.18' 39°5.88'", 52.353, 39.098);
	is_at("33.9S 151.2E", -33.9, 151.2);
}

static void metres_are_x_to_the_north_before_y_to_the_east(void **state)
{
	struct mm_search_position p[MM_SEARCH_POSITIONS_MAX];
	struct mm_proj *proj = mm_proj_new();
	struct mm_crs crs;
	const struct mm_transform *t;

	(void)state;
	assert_non_null(proj);
	assert_int_equal(mm_crs_parse(proj, "MSK48_1", &crs, NULL), MM_OK);
	assert_int_equal(mm_transform_get(proj, crs.definition, MM_CRS84, &t, NULL), MM_OK);
	assert_int_equal(read("390000 1292000", t, p), 1);
	assert_true(fabs(p[0].lat - 52.352992) < 1e-5 && fabs(p[0].lon - 39.098052) < 1e-5);
	assert_string_equal(p[0].name, "X 390000.00, Y 1292000.00");
	assert_int_equal(read("1292000 390000", t, p), 1); /* mixed up: the other order lies in the town */
	assert_string_equal(p[0].name, "X 390000.00, Y 1292000.00");
	assert_int_equal(read("X=390000,5 Y=1292000,25", t, p), 1);
	assert_string_equal(p[0].name, "X 390000.50, Y 1292000.25");
	assert_int_equal(read("Y 1292000 X 390000", t, p), 1);
	assert_string_equal(p[0].name, "X 390000.00, Y 1292000.00");
	assert_int_equal(read("1 2000000000", t, p), 0);
	assert_int_equal(read("390000 1292000", NULL, p), 0);
	mm_crs_release(&crs);
	(void)mm_proj_free(proj);
}

static void other_texts_are_no_coordinates(void **state)
{
	static const char *const texts[] = {"",
					    "12",
					    "Ленина 12",
					    "52.353, 39.098, 5",
					    "52.353 39.098 z",
					    "00:20:0010129:1",
					    "95N 39E",
					    "52N",
					    "11:22",
					    "12 5",
					    "52°70'0\"N 39°0'0\"E",
					    "1e5 2e5",
					    "--5 6",
					    "52.353,",
					    "12 ушакова",
					    "1 2 3 4",
					    "N N",
					    "NE 5 6 7"};
	struct mm_search_position p[MM_SEARCH_POSITIONS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(read(texts[i], NULL, p), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(degrees_are_read_in_all_their_forms),
	    cmocka_unit_test(metres_are_x_to_the_north_before_y_to_the_east),
	    cmocka_unit_test(other_texts_are_no_coordinates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
