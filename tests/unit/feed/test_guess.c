#include "check.h"

#include "feed/crs_guess.h"
#include "feed/encoding.h"
#include "feed/slug.h"

#include <iconv.h>
#include <string.h>

/* What `munimap inspect` guesses: encoding by letters, systems by plausibility, ids from names. */

static void russian_text_is_told_apart_in_every_encoding(void **state)
{
	static const char *const texts[] = {
	    "ул. Липовая",
	    "Советская улица",
	    "ПРОСПЕКТ МИРА",
	    "переулок Строителей, д. № 5 «А»",
	    "Школа",
	    "Ёлочная",
	    "Снеговые зоны жилого района; парк культуры и отдыха",
	    "Заозёрный",
	    "Main street, Театральная площадь 7",
	};
	static const char *const encodings[] = {"CP1251", "CP866", "KOI8-R", "UTF-8"};

	(void)state;
	for (size_t e = 0; e < 4; e++) {
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
			char in[200], out[400], *from = in, *to = out;
			size_t left, room = sizeof(out);
			iconv_t cd = iconv_open(encodings[e], "UTF-8");

			(void)strcpy(in, texts[i]);
			left = strlen(in);
			if (iconv(cd, &from, &left, &to, &room) != (size_t)-1) { /* KOI8-R lacks some signs */
				const char *guess = mm_encoding_guess(out, sizeof(out) - room, NULL);

				if (strcmp(guess, encodings[e]) != 0)
					fail_msg("\"%s\" in %s looks like %s", texts[i], encodings[e], guess);
			}
			(void)iconv_close(cd);
		}
	}
	assert_string_equal(mm_encoding_guess("plain", 5, NULL), "UTF-8");
	assert_string_equal(mm_encoding_guess("", 0, NULL), "UTF-8");
}

static void systems_are_guessed_by_where_things_would_lie(void **state)
{
	static const struct {
		double x, y;
		const char *crs;
		bool swap;
	} rows[] = {
	    {39.6, 52.6, "EPSG:4326", false},
	    {52.6, 39.6, "EPSG:4326", true},
	    {1325705.8, 418872.3, "MSK48_1", false},
	    {518754.05, 2150702.94, "MSK52_2", true}, /* a point of a public table: X north, Y east */
	    {1285403.1, 658831.6, "MSK65_1", false},
	    {7405123, 5831000, "EPSG:28407", false},
	    {5831000, 7405123, "EPSG:28407", true},
	    {4408000, 6900000, "EPSG:3857", false},
	};
	const struct mm_box nowhere = mm_box_empty();
	struct mm_proj *p = mm_proj_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_box box = {rows[i].x, rows[i].y, rows[i].x + 0.01, rows[i].y + 0.01};
		struct mm_crs_guess guess[MM_CRS_GUESSES_MAX];
		size_t count = mm_crs_guess(p, &box, &nowhere, guess);
		bool found = false;

		for (size_t k = 0; k < count; k++)
			found |= strcmp(guess[k].crs, rows[i].crs) == 0 && guess[k].swap_axes == rows[i].swap;
		if (!found)
			fail_msg("%g %g: %s is not among %zu guesses (first %s %d)", rows[i].x, rows[i].y,
				 rows[i].crs, count, count ? guess[0].crs : "",
				 count ? guess[0].swap_axes : 0);
	}
	(void)mm_proj_free(p);
}

static void other_data_of_the_town_decides_between_systems(void **state)
{
	/* the same numbers make sense in three regions */
	const struct mm_box box = {2170000, 465000, 2171000, 466000}, moscow = {37, 55.4, 37.6, 55.9};
	struct mm_crs_guess guess[MM_CRS_GUESSES_MAX];
	struct mm_proj *p = mm_proj_new();

	(void)state;
	assert_true(mm_crs_guess(p, &box, &moscow, guess) > 1);
	assert_string_equal(guess[0].crs, "MSK50_2");
	(void)mm_proj_free(p);
}

static void what_fits_nowhere_is_not_guessed(void **state)
{
	const struct mm_box boxes[] = {{1, 1, 0, 0}, {-5000, -5000, 5000, 5000}, {1e9, 1e9, 2e9, 2e9}};
	const struct mm_box nowhere = mm_box_empty();
	struct mm_crs_guess guess[MM_CRS_GUESSES_MAX];
	struct mm_proj *p = mm_proj_new();

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(mm_crs_guess(p, &boxes[i], &nowhere, guess), 0);
	(void)mm_proj_free(p);
}

static void names_become_ids(void **state)
{
	static const struct {
		const char *name, *id;
	} rows[] = {
	    {"streets", "streets"},
	    {"Улицы города", "ulitsy_goroda"},
	    {"Щука & Ёж!", "shchuka_ezh"},
	    {"", "layer"},
	    {"___", "layer"},
	    {"A-b_C.2", "a-b_c_2"},
	    {"объекты", "obekty"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char id[MM_SLUG_MAX];

		mm_slug(rows[i].name, id);
		assert_string_equal(id, rows[i].id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(russian_text_is_told_apart_in_every_encoding),
	    cmocka_unit_test(systems_are_guessed_by_where_things_would_lie),
	    cmocka_unit_test(other_data_of_the_town_decides_between_systems),
	    cmocka_unit_test(what_fits_nowhere_is_not_guessed),
	    cmocka_unit_test(names_become_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
