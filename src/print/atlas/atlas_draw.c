#include "print/atlas/atlas.h"

#include "print/sheet/pen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ASIDE_STEPS = 16 };

static const double ASIDE_MM = 4, NUMBER_MM = 5, LETTER_MM = 2.5, PAD_MM = 0.8, OUTLINE_MM = 0.4;

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

static void say(const struct mm_atlas *a, size_t i, int side, const char *lang, char ret[32])
{
	(void)snprintf(ret, 32, "%s %u", strcmp(lang, "ru") == 0 ? "лист" : "sheet",
		       a->sheet[a->sheet[i].neighbour[side] - 1].number);
}

static double angle_of(int side)
{
	return side == MM_ATLAS_LEFT ? -90 : side == MM_ATLAS_RIGHT ? 90 : 0;
}

static bool meets(const struct mm_paper_box *a, const struct mm_paper_box *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
	       b->y < a->y + a->height;
}

static bool is_free(const struct mm_paper_box *box, const struct mm_paper_box *taken, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (meets(box, &taken[i]))
			return false;
	return true;
}

void mm_atlas_find_tags(const struct mm_atlas *a, size_t i, struct mm_lettering *l, const char *lang,
			const struct mm_paper_box *taken, size_t taken_count,
			struct mm_paper_box ret[MM_ATLAS_SIDES])
{
	const struct mm_paper_box *map = &a->sheet[i].ground.map;

	for (int side = 0; side < MM_ATLAS_SIDES; side++) {
		const bool is_flat = side == MM_ATLAS_UP || side == MM_ATLAS_DOWN;
		struct mm_paper_box box = {.x = map->x, .y = map->y}, at;
		char text[32];
		double size[2];

		ret[side] = (struct mm_paper_box){0};
		if (!a->sheet[i].neighbour[side])
			continue;
		say(a, i, side, lang, text);
		mm_lettering_measure(l, &(struct mm_letters){.text = text, .height_mm = LETTER_MM}, size);
		box.width = size[!is_flat] + 2 * PAD_MM;
		box.height = size[is_flat] + 2 * PAD_MM;
		box.x += is_flat                  ? (map->width - box.width) / 2
			 : side == MM_ATLAS_RIGHT ? map->width - box.width
						  : 0;
		box.y += is_flat ? (side == MM_ATLAS_DOWN ? map->height - box.height : 0)
				 : (map->height - box.height) / 2;
		at = box;
		/* to and fro along the edge */
		for (int step = 0; step < ASIDE_STEPS && !is_free(&at, taken, taken_count); step++) {
			const double by = ASIDE_MM * (step / 2 + 1) * (step % 2 ? -1 : 1);

			at.x = box.x + (is_flat ? by : 0);
			at.y = box.y + (is_flat ? 0 : by);
		}
		ret[side] = at;
	}
}

void mm_atlas_draw_tags(const struct mm_atlas *a, size_t i, struct mm_lettering *l, cairo_t *cr,
			const char *lang, const struct mm_paper_box tag[MM_ATLAS_SIDES])
{
	for (int side = 0; side < MM_ATLAS_SIDES; side++) {
		const struct mm_paper_box *b = &tag[side];
		char text[32];

		if (!(b->width > 0))
			continue;
		say(a, i, side, lang, text);
		cairo_rectangle(cr, b->x, b->y, b->width, b->height);
		cairo_set_source_rgb(cr, 1, 1, 1);
		cairo_fill(cr);
		mm_pen_box(cr, MM_PEN_THIN, b);
		mm_lettering_draw(l, cr,
				  &(struct mm_letters){.text = text,
						       .height_mm = LETTER_MM,
						       .angle_deg = angle_of(side),
						       .across = MM_LETTERS_CENTRE,
						       .down = MM_LETTERS_MIDDLE},
				  b->x + b->width / 2, b->y + b->height / 2);
	}
}
