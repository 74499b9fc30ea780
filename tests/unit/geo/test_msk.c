#include "check.h"

#include "geo/msk.h"

#include <stdio.h>
#include <string.h>

static void a_name_is_found_in_every_usual_spelling(void **state)
{
	static const struct {
		const char *text, *code; /* NULL: none */
	} rows[] = {
	    {"MSK48_1", "MSK48_1"},
	    {"msk48_2", "MSK48_2"},
	    {"МСК48_1", "MSK48_1"},
	    {"мск-48 зона 1", "MSK48_1"},
	    {"МСК-48, зона 1", "MSK48_1"},                             /* as in ЕГРН extracts */
	    {"MCK-48, \xd0\xb7\xd0\xbe\xd0\xbd\xd0\xb0 2", "MSK48_2"}, /* Latin look-alikes */
	    {"МСК48.1", "MSK48_1"},
	    {"МСК 48 1", "MSK48_1"},
	    {"MSK-52 zone 3", "MSK52_3"},
	    {"МСК-52\xc2\xa0ЗОНА\xc2\xa0"
	     "2",
	     "MSK52_2"},                  /* no-break spaces */
	    {"МСК–50 зона 2", "MSK50_2"}, /* en dash */
	    {"МСК-65 зона 1 (Сахалинская область)", "MSK65_1"},
	    {" MSK65_1 ", "MSK65_1"},
	    {"MSK48", NULL},
	    {"МСК-48", NULL},
	    {"MSK48_3", NULL},
	    {"MSK481", NULL},
	    {"MSK48_1x", NULL},
	    {"MSK48_111", NULL},
	    {"MSK48_1 (open", NULL},
	    {"XMSK48_1", NULL},
	    {"MSK", NULL},
	    {"", NULL},
	    {"зона 1", NULL},
	    {"UCS-2000 / LCS-48", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mm_msk *m = mm_msk_find(rows[i].text);

		if (!rows[i].code != !m || (m && strcmp(m->code, rows[i].code) != 0))
			fail_msg("\"%s\" gave %s", rows[i].text, m ? m->code : "nothing");
	}
}

static void the_table_agrees_with_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < mm_msk_count; i++) {
		const struct mm_msk *m = &mm_msk_table[i];
		char text[16], proj[320];

		assert_ptr_equal(mm_msk_find(m->code), m);
		assert_ptr_equal(mm_msk_find(m->title), m);
		(void)snprintf(text, sizeof(text), "MSK%d_%d", m->region, m->zone);
		assert_string_equal(m->code, text);
		assert_true(m->west_deg < m->east_deg && m->south_deg < m->north_deg);
		/* the first digit of an easting is the zone, and a zone is three or six degrees */
		assert_int_equal((int)(m->x_0_m / 1e6), m->zone);
		assert_true(m->lon_0_deg > m->west_deg - 6 && m->lon_0_deg < m->east_deg + 6);
		assert_true(mm_msk_proj_string(m, proj, sizeof(proj)) < (int)sizeof(proj));
	}
}

static void the_proj_string_is_written_out(void **state)
{
	char text[320];
	int n = mm_msk_proj_string(mm_msk_find("MSK48_1"), text, sizeof(text));

	(void)state;
	assert_int_equal(n, strlen(text));
	assert_string_equal(text,
			    "+proj=tmerc +lat_0=0 +lon_0=38.48333333333 +k=1 +x_0=1250000 +y_0=-5412900.566 "
			    "+ellps=krass +towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m +no_defs "
			    "+type=crs");
	(void)mm_msk_proj_string(mm_msk_find("MSK65_1"), text, sizeof(text));
	assert_non_null(strstr(text, "+lon_0=142.71666666667 +k=1 +x_0=1300000 +y_0=-4516586.439"));
}

static void a_region_without_zone_is_told_apart_from_other_words(void **state)
{
	int region = -1, zone = -1;

	(void)state;
	assert_true(mm_msk_parse_name("МСК-47", &region, &zone));
	assert_int_equal(region, 47);
	assert_int_equal(zone, 0);
	region = zone = -1;
	assert_false(mm_msk_parse_name("MSK-x", &region, &zone));
	assert_false(mm_msk_parse_name("EPSG:28407", &region, &zone));
	assert_int_equal(region, -1);
	assert_int_equal(zone, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_is_found_in_every_usual_spelling),
	    cmocka_unit_test(the_table_agrees_with_itself),
	    cmocka_unit_test(the_proj_string_is_written_out),
	    cmocka_unit_test(a_region_without_zone_is_told_apart_from_other_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
