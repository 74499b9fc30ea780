#include "print/sheet/tags.h"

#include "print/sheet/pen.h"

enum { ASIDE_STEPS = 16 };

static const double ASIDE_MM = 4, PAD_MM = 0.8;

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

static struct mm_paper_box find(struct mm_lettering *l, const struct mm_paper_box *map, const char *text,
				int side, const struct mm_paper_box *taken, size_t taken_count)
{
	const bool is_flat = side == MM_TAG_UP || side == MM_TAG_DOWN;
	struct mm_paper_box box = {.x = map->x, .y = map->y}, at;
	double size[2];

	mm_lettering_measure(l, &(struct mm_letters){.text = text, .height_mm = MM_LETTERS_PLAIN_MM}, size);
	box.width = size[!is_flat] + 2 * PAD_MM;
	box.height = size[is_flat] + 2 * PAD_MM;
	box.x += is_flat ? (map->width - box.width) / 2 : side == MM_TAG_RIGHT ? map->width - box.width : 0;
	box.y +=
	    is_flat ? (side == MM_TAG_DOWN ? map->height - box.height : 0) : (map->height - box.height) / 2;
	at = box;
	/* to and fro along the edge */
	for (int step = 0; step < ASIDE_STEPS && !is_free(&at, taken, taken_count); step++) {
		const int paces = (step / 2 + 1) * (step % 2 ? -1 : 1);
		const double by = ASIDE_MM * paces;

		at.x = box.x + (is_flat ? by : 0);
		at.y = box.y + (is_flat ? 0 : by);
	}
	return at;
}

void mm_tags_find(struct mm_lettering *l, const struct mm_paper_box *map, mm_tag_text text[MM_TAGS],
		  const struct mm_paper_box *taken, size_t taken_count, struct mm_paper_box ret[MM_TAGS])
{
	for (int side = 0; side < MM_TAGS; side++)
		ret[side] = *text[side] ? find(l, map, text[side], side, taken, taken_count)
					: (struct mm_paper_box){0};
}

void mm_tags_draw(struct mm_lettering *l, cairo_t *cr, mm_tag_text text[MM_TAGS],
		  const struct mm_paper_box tag[MM_TAGS])
{
	for (int side = 0; side < MM_TAGS; side++) {
		const struct mm_paper_box *b = &tag[side];

		if (!(b->width > 0))
			continue;
		cairo_rectangle(cr, b->x, b->y, b->width, b->height);
		cairo_set_source_rgb(cr, 1, 1, 1);
		cairo_fill(cr);
		mm_pen_box(cr, MM_PEN_THIN, b);
		mm_lettering_draw(l, cr,
				  &(struct mm_letters){.text = text[side],
						       .height_mm = MM_LETTERS_PLAIN_MM,
						       .angle_deg = side == MM_TAG_LEFT    ? -90
								    : side == MM_TAG_RIGHT ? 90
											   : 0,
						       .across = MM_LETTERS_CENTRE,
						       .down = MM_LETTERS_MIDDLE},
				  b->x + b->width / 2, b->y + b->height / 2);
	}
}
