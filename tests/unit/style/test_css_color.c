#include "check.h"
#include "style/value/css_color.h"

#include <math.h>
#include <string.h>

static void reads_css(void **state)
{
	static const struct {
		const char *text;
		struct mm_rgba rgba; /* 0 to 255, alpha 0 to 1 */
	} rows[] = {
	    {"red", {255, 0, 0, 1}},
	    {" RebeccaPurple ", {102, 51, 153, 1}},
	    {"aliceblue", {240, 248, 255, 1}},
	    {"yellowgreen", {154, 205, 50, 1}},
	    {"transparent", {0, 0, 0, 0}},
	    {"#f0c", {255, 0, 204, 1}},
	    {"#F0C8", {255, 0, 204, 136 / 255.0}},
	    {"#102030", {16, 32, 48, 1}},
	    {"#10203080", {16, 32, 48, 128 / 255.0}},
	    {"rgb(1, 2, 3)", {1, 2, 3, 1}},
	    {"rgba(1,2,3,.5)", {1, 2, 3, 0.5}},
	    {"rgb(1 2 3 / 50%)", {1, 2, 3, 0.5}},
	    {"rgb(300, -2, 1e1)", {255, 0, 10, 1}},
	    {"rgb(100% 50% 0%)", {255, 127.5, 0, 1}},
	    {"hsl(0, 100%, 50%)", {255, 0, 0, 1}},
	    {"hsl(120deg 100% 25%)", {0, 127.5, 0, 1}},
	    {"hsla(-120, 100%, 50%, 0.25)", {0, 0, 255, 0.25}},
	    {"hsla(600 100% 50% / 25%)", {0, 0, 255, 0.25}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct mm_rgba want = rows[i].rgba;
		struct mm_rgba got;

		if (!mm_rgba_parse(rows[i].text, strlen(rows[i].text), &got))
			fail_msg("%s: not read", rows[i].text);
		if (fabs(got.r * 255 - want.r) > 1e-9 || fabs(got.g * 255 - want.g) > 1e-9 ||
		    fabs(got.b * 255 - want.b) > 1e-9 || fabs(got.a - want.a) > 1e-9)
			fail_msg("%s: %g %g %g %g", rows[i].text, got.r * 255, got.g * 255, got.b * 255,
				 got.a);
	}
}

static void refuses_the_rest(void **state)
{
	static const char *const rows[] = {"",
					   "reddish",
					   "#12",
					   "#12345",
					   "#ggg",
					   "rgb(1 2 3",
					   "rgb(1 2)",
					   "rgb(1, 2 3)",
					   "rgb(1 2 3, 0.5)",
					   "rgb(1, 2, 3 / 0.5)",
					   "rgb(1%, 2, 3)",
					   "rgb(1, 2, 3) x",
					   "rgb(--1, 2, 3)",
					   "rgb(., 2, 3)",
					   "hsl(1, 2, 3)",
					   "hsl(1turn 2% 3%)",
					   "hwb(1 2% 3%)",
					   "rgb(none 2 3)"};
	char longest[4096];
	struct mm_rgba got;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (mm_rgba_parse(rows[i], strlen(rows[i]), &got))
			fail_msg("%s: read", rows[i]);
	memset(longest, '1', sizeof(longest));
	memcpy(longest, "rgb(", 4);
	assert_false(mm_rgba_parse(longest, sizeof(longest), &got));
}

/* The middle of yellow and blue: grey-brown in RGB; through green the shorter way round in HCL, after d3. */
static void mixes_in_spaces(void **state)
{
	const struct mm_rgba yellow = {1, 1, 0, 1}, blue = {0, 0, 1, 0.5}, white = {1, 1, 1, 1};
	struct mm_rgba c = mm_rgba_between(yellow, blue, 0.5, MM_COLOR_RGB);

	(void)state;
	assert_true(fabs(c.r - 0.5) < 1e-12 && fabs(c.b - 0.5) < 1e-12 && fabs(c.a - 0.75) < 1e-12);
	c = mm_rgba_between(yellow, yellow, 0.3, MM_COLOR_LAB);
	assert_true(fabs(c.r - 1) < 1e-4 && fabs(c.g - 1) < 1e-4 && c.b < 1e-2);
	c = mm_rgba_between(white, blue, 0, MM_COLOR_HCL);
	assert_true(c.r > 0.999 && c.g > 0.999 && c.b > 0.999);
	c = mm_rgba_between(white, blue, 0.5, MM_COLOR_LAB);
	assert_true(c.b > c.r && c.b > c.g && c.r > 0 && c.r < 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_css),
	    cmocka_unit_test(refuses_the_rest),
	    cmocka_unit_test(mixes_in_spaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
