/* Icons around texts, texts that stand: as the MapLibre style specification has them. */
#include "sheet.h"

#include "print/plot/symbol.h"

enum { CENTER, LEFT, RIGHT, TOP };

/* An icon of 10 x 8 mm, half a millimetre a pixel, and a text of 30 x 6 mm. */
static struct mm_plot_symbol shield(size_t fit)
{
	return (struct mm_plot_symbol){
	    .has_text = true,
	    .has_icon = true,
	    .icon = {.name = "shield",
		     .scale = {0.5, 0.5},
		     .size = {10, 8},
		     .fit = fit,
		     .anchor = LEFT,
		     .fit_padding = {1, 2, 3, 4}},
	    .text = {.size = {30, 6}, .anchor = {CENTER, TOP}, .anchor_count = 2, .shift = {{0, 0}, {5, 2}}}};
}

/* Edges of the icon around the point where it stands: left, right, above, below. */
static void assert_edges(const struct mm_plot_symbol *s, double left, double right, double top, double bottom)
{
	double corner[2];

	mm_plot_anchor_box(s->icon.anchor, s->icon.size, corner);
	assert_near(corner[0] + s->icon.offset[0], left, 1e-9);
	assert_near(corner[0] + s->icon.offset[0] + s->icon.size[0], right, 1e-9);
	assert_near(corner[1] + s->icon.offset[1], top, 1e-9);
	assert_near(corner[1] + s->icon.offset[1] + s->icon.size[1], bottom, 1e-9);
}

static void an_icon_fits_both_sides_of_its_text(void **state)
{
	struct mm_plot_symbol s = shield(MM_PLOT_FIT_BOTH);

	(void)state;
	mm_plot_fit_icon(&s, 0);
	assert_edges(&s, -15 - 4, 15 + 2, -3 - 1, 3 + 3);
	assert_near(s.icon.scale[0], 0.5 * 36 / 10, 1e-9);
	assert_near(s.icon.scale[1], 0.5 * 10 / 8, 1e-9);
}

static void a_side_that_does_not_fit_keeps_its_length(void **state)
{
	struct mm_plot_symbol wide = shield(MM_PLOT_FIT_WIDTH), high = shield(MM_PLOT_FIT_HEIGHT);

	(void)state;
	mm_plot_fit_icon(&wide, 0);
	assert_edges(&wide, -19, 17, -4, 4);
	assert_near(wide.icon.scale[1], 0.5, 1e-9);
	mm_plot_fit_icon(&high, 0);
	assert_edges(&high, -5, 5, -4, 6);
	assert_near(high.icon.scale[0], 0.5, 1e-9);
}

static void an_icon_goes_with_its_text_to_another_anchor(void **state)
{
	struct mm_plot_symbol s = shield(MM_PLOT_FIT_BOTH);

	(void)state;
	s.icon.offset[0] = 1; /* "icon-offset" is kept */
	mm_plot_fit_icon(&s, 1);
	assert_edges(&s, 1 + 5 - 15 - 4, 1 + 5 + 15 + 2, 2 - 1, 2 + 6 + 3);
}

static void texts_of_scripts_that_stand_are_written_from_top_to_bottom(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 16);

	(void)state;
	assert_string_equal(mm_plot_stand("東京", &mem), "東\n京");
	assert_string_equal(mm_plot_stand("서울 2", &mem), "서\n울\n\n2");
	assert_null(mm_plot_stand("ул. Липовая, 2", &mem));
	assert_null(mm_plot_stand("Main St", &mem));
	assert_null(mm_plot_stand("", &mem));
	assert_string_equal(mm_plot_stand("\xe6\x9d\xb1\xff", &mem), "東\n\xff"); /* not UTF-8 at its end */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_icon_fits_both_sides_of_its_text),
	    cmocka_unit_test(a_side_that_does_not_fit_keeps_its_length),
	    cmocka_unit_test(an_icon_goes_with_its_text_to_another_anchor),
	    cmocka_unit_test(texts_of_scripts_that_stand_are_written_from_top_to_bottom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
