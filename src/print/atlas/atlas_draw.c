#include "print/atlas/atlas.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double NUMBER_MM = 5, LETTER_MM = 2.5, OUTLINE_MM = 0.4;

static void path_of(const struct mm_ground *sheet, cairo_t *cr, const struct mm_ground *g)
{
	const struct mm_paper_box *b = &sheet->map;

	for (int i = 0; i < 4; i++) {
		double at[2];

		mm_ground_from_paper(sheet, i == 1 || i == 2 ? b->x + b->width : b->x,
				     i > 1 ? b->y + b->height : b->y, at);
		mm_ground_to_paper(g, at[0], at[1], at);
		cairo_line_to(cr, at[0], at[1]);
	}
	cairo_close_path(cr);
}

/* The shorter side of a sheet as it is seen on the index. */
static double size_of(const struct mm_ground *sheet, const struct mm_ground *g)
{
	return fmin(sheet->map.width, sheet->map.height) * sheet->scale / g->scale;
}

void mm_atlas_draw_index(const struct mm_atlas *a, struct mm_lettering *l, cairo_t *cr,
			 const struct mm_ground *g)
{
	cairo_save(cr);
	cairo_rectangle(cr, g->map.x, g->map.y, g->map.width, g->map.height);
	cairo_clip(cr);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_MITER);
	cairo_set_dash(cr, NULL, 0, 0);
	for (size_t i = 0; i < a->count; i++) {
		path_of(&a->sheet[i].ground, cr, g);
		cairo_set_source_rgb(cr, 0.8, 0, 0);
		cairo_set_line_width(cr, OUTLINE_MM);
		cairo_stroke(cr);
	}
	for (size_t i = 0; i < a->count; i++) {
		const struct mm_ground *s = &a->sheet[i].ground;
		char text[16];
		double at[2];

		(void)snprintf(text, sizeof(text), "%u", a->sheet[i].number);
		mm_ground_to_paper(g, s->x, s->y, at);
		mm_lettering_draw(
		    l, cr,
		    &(struct mm_letters){.text = text,
					 .height_mm = fmin(NUMBER_MM, fmax(size_of(s, g) * 0.4, LETTER_MM)),
					 .is_bold = true,
					 .rgb = 0xcc0000,
					 .halo_mm = 0.5,
					 .halo_rgb = 0xffffff,
					 .across = MM_LETTERS_CENTRE,
					 .down = MM_LETTERS_MIDDLE},
		    at[0], at[1]);
	}
	cairo_restore(cr);
}

void mm_atlas_say_neighbours(const struct mm_atlas *a, size_t i, const char *lang, mm_tag_text ret[MM_TAGS])
{
	for (int side = 0; side < MM_TAGS; side++) {
		const unsigned n = a->sheet[i].neighbour[side];

		*ret[side] = '\0';
		if (n)
			(void)snprintf(ret[side], sizeof(ret[side]), "%s %u",
				       strcmp(lang, "ru") == 0 ? "лист" : "sheet", a->sheet[n - 1].number);
	}
}
