#include "print/sheet/north.h"

#include "print/sheet/pen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double STEP_DEG = 1e-3;

double mm_north_convergence_deg(const struct mm_transform *to_deg, const struct mm_transform *from_deg,
				double x, double y)
{
	double at[2] = {x, y}, up[2];

	if (mm_transform_points(to_deg, at, 1) > 0)
		return (double)NAN;
	up[0] = at[0];
	up[1] = at[1] + STEP_DEG;
	if (mm_transform_points(from_deg, at, 1) > 0 || mm_transform_points(from_deg, up, 1) > 0)
		return (double)NAN;
	return -atan2(up[0] - at[0], up[1] - at[1]) * 180 / M_PI;
}

/* A point of the arrow: `along` to the north, `beside` to the right of it, both in halves of its size. */
static void to(cairo_t *cr, double half, double along, double beside)
{
	cairo_line_to(cr, beside * half, -along * half);
}

static void draw_arrow(cairo_t *cr, double half)
{
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_set_line_width(cr, MM_PEN_THIN);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_MITER);
	cairo_new_path(cr);
	to(cr, half, 0.55, 0);
	to(cr, half, -0.9, -0.3);
	to(cr, half, -0.65, 0);
	cairo_close_path(cr);
	cairo_fill_preserve(cr);
	cairo_stroke(cr);
	to(cr, half, 0.55, 0);
	to(cr, half, -0.9, 0.3);
	to(cr, half, -0.65, 0);
	cairo_close_path(cr);
	cairo_stroke(cr);
}

static void write_angle(struct mm_lettering *l, cairo_t *cr, double deg, const struct mm_print_words *words,
			const double at[2], double half, double room_mm)
{
	const long minutes = lround(fabs(deg) * 60);
	char text[128];
	struct mm_letters letters = {
	    .text = text, .height_mm = MM_LETTERS_PLAIN_MM, .across = MM_LETTERS_CENTRE};
	double size[2];

	(void)snprintf(text, sizeof(text), "%s\n%s%ld°%02ld′", words->convergence, deg < 0 ? "−" : "+",
		       minutes / 60, minutes % 60);
	mm_lettering_measure(l, &letters, size);
	if (size[0] > room_mm) { /* the angle goes up to the last word */
		*strchr(text, '\n') = ' ';
		letters.width_mm = room_mm;
	}
	mm_lettering_draw(l, cr, &letters, at[0], at[1] + half + 1);
}

void mm_north_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_ground *g, double convergence_deg,
		   const struct mm_print_words *words, const double at[2], double size_mm, double room_mm)
{
	const double half = size_mm / 2;

	cairo_save(cr);
	cairo_translate(cr, at[0], at[1]);
	cairo_rotate(cr, g->rotation_deg * M_PI / 180);
	draw_arrow(cr, half);
	mm_lettering_draw(l, cr,
			  &(struct mm_letters){.text = words->north,
					       .height_mm = MM_LETTERS_HEAD_MM,
					       .is_bold = true,
					       .across = MM_LETTERS_CENTRE,
					       .down = MM_LETTERS_BASELINE},
			  0, -0.6 * half);
	cairo_restore(cr);
	if (fabs(convergence_deg) > MM_NORTH_SHOWN_DEG)
		write_angle(l, cr, convergence_deg, words, at, half, room_mm);
}
