#include "print/sheet/scale_bar.h"

#include "base/num.h"
#include "print/sheet/pen.h"

#include <math.h>
#include <stdio.h>

enum { PARTS = 4 };

/* Room for half of a nought at the left end, and for half of a number and the unit at the right one. */
static const double LEFT_MM = 2, RIGHT_MM = 9, BAR_TOP_MM = 10, BAR_MM = 2;

/* Would the numbers touch each other? Then every second one is written. */
static bool is_narrow(struct mm_lettering *l, const struct mm_paper_box *bar, double part_m, double unit)
{
	char number[MM_NUM_MAX];
	double size[2];

	(void)mm_num_format(part_m * PARTS / unit, number);
	mm_lettering_measure(l, &(struct mm_letters){.text = number, .height_mm = MM_LETTERS_PLAIN_MM}, size);
	return size[0] + 1.5 > bar->width / PARTS;
}

static void draw_numbers(struct mm_lettering *l, cairo_t *cr, const struct mm_print_words *words,
			 const struct mm_paper_box *bar, double part_m)
{
	const double unit = part_m >= 1000 ? 1000 : 1;

	const int step = is_narrow(l, bar, part_m, unit) ? 2 : 1;

	for (int i = 0; i <= PARTS; i += step) {
		char number[MM_NUM_MAX], text[MM_NUM_MAX + 16];
		const double x = bar->x + bar->width * i / PARTS;
		double size[2];

		(void)mm_num_format(part_m * i / unit, number);
		(void)snprintf(text, sizeof(text), "\u00a0%s", unit > 1 ? words->kilometres : words->metres);
		mm_lettering_draw(l, cr,
				  &(struct mm_letters){.text = number,
						       .height_mm = MM_LETTERS_PLAIN_MM,
						       .across = MM_LETTERS_CENTRE,
						       .down = MM_LETTERS_BASELINE},
				  x, bar->y - 1);
		if (i < PARTS)
			continue;
		mm_lettering_measure(
		    l, &(struct mm_letters){.text = number, .height_mm = MM_LETTERS_PLAIN_MM}, size);
		mm_lettering_draw(l, cr,
				  &(struct mm_letters){.text = text,
						       .height_mm = MM_LETTERS_PLAIN_MM,
						       .down = MM_LETTERS_BASELINE},
				  x + size[0] / 2, bar->y - 1);
	}
}

double mm_scale_bar_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_ground *g,
			 const struct mm_print_words *words, const double at[2], double width_mm)
{
	const double part_m = mm_pen_round((width_mm - LEFT_MM - RIGHT_MM) / PARTS / g->mm_per_metre);
	const double part_mm = part_m * g->mm_per_metre;
	const struct mm_paper_box bar = {at[0] + LEFT_MM, at[1] + BAR_TOP_MM, PARTS * part_mm, BAR_MM};
	char number[MM_NUM_MAX], text[MM_NUM_MAX + 32];
	struct mm_letters scale = {.text = text,
				   .height_mm = MM_LETTERS_HEAD_MM,
				   .is_bold = true,
				   .across = MM_LETTERS_CENTRE,
				   .down = MM_LETTERS_BASELINE};
	double size[2];

	(void)mm_num_format(g->scale, number);
	(void)snprintf(text, sizeof(text), "%s 1:%s", words->scale, number);
	mm_lettering_measure(l, &scale, size);
	if (size[0] > width_mm) { /* in a narrow column */
		scale.height_mm = fmax(scale.height_mm * width_mm / size[0], MM_LETTERS_PLAIN_MM);
		mm_lettering_measure(l, &scale, size);
	}
	mm_lettering_draw(l, cr, &scale, fmax(bar.x + bar.width / 2, at[0] + size[0] / 2), at[1] + 4);
	cairo_set_source_rgb(cr, 0, 0, 0);
	for (int i = 0; i < PARTS; i += 2)
		cairo_rectangle(cr, bar.x + i * part_mm, bar.y, part_mm, bar.height);
	cairo_fill(cr);
	mm_pen_box(cr, MM_PEN_THIN, &bar);
	draw_numbers(l, cr, words, &bar, part_m);
	return part_m;
}
