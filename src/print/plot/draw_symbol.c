#include "print/plot/symbol.h"

#include <math.h>

void mm_plot_draw_icon(struct mm_plot *m, cairo_t *cr, const struct mm_plot_symbol *s)
{
	const struct mm_plot_icon *i = &s->icon;
	double corner[2];

	mm_plot_anchor_box(i->anchor, i->size, corner);
	cairo_save(cr);
	cairo_translate(cr, s->at[0], s->at[1]);
	cairo_rotate(cr, i->rotate_deg * M_PI / 180 + (i->turns_with_line ? s->angle : 0));
	cairo_translate(cr, corner[0] + i->offset[0], corner[1] + i->offset[1]);
	cairo_scale(cr, i->scale[0], i->scale[1]);
	mm_icons_draw(m->spec.icons, cr, i->name, i->opacity);
	cairo_restore(cr);
}

/* Lines are flush with the side of the text that is at its place. */
static enum mm_letters_across flush(size_t anchor)
{
	static const enum mm_letters_across of[] = {MM_LETTERS_CENTRE, MM_LETTERS_LEFT,   MM_LETTERS_RIGHT,
						    MM_LETTERS_CENTRE, MM_LETTERS_CENTRE, MM_LETTERS_LEFT,
						    MM_LETTERS_RIGHT,  MM_LETTERS_LEFT,   MM_LETTERS_RIGHT};

	return of[anchor];
}

static void draw_text(struct mm_plot *m, cairo_t *cr, const struct mm_plot_symbol *s, bool is_on_line)
{
	static const double shares[] = {0, 0.5, 1};
	struct mm_letters what = s->text.letters;

	if (s->way) {
		mm_lettering_draw_along(m->spec.lettering, cr, &what, s->way, s->way_count, s->text.em * 0.3);
		return;
	}
	if (is_on_line) {
		what.across = MM_LETTERS_CENTRE;
		what.down = MM_LETTERS_MIDDLE;
		what.angle_deg = s->text_angle * 180 / M_PI;
		mm_lettering_draw(m->spec.lettering, cr, &what, s->text_at[0], s->text_at[1]);
		return;
	}
	what.across = flush(s->text.anchor[0]);
	what.down = MM_LETTERS_TOP;
	cairo_save(cr);
	cairo_translate(cr, s->at[0], s->at[1]);
	cairo_rotate(cr, s->text.rotate_deg * M_PI / 180);
	mm_lettering_draw(m->spec.lettering, cr, &what, s->text_at[0] + s->text.size[0] * shares[what.across],
			  s->text_at[1]);
	cairo_restore(cr);
}

void mm_plot_draw_symbols(struct mm_plot *m, cairo_t *cr, const struct mm_plot_symbols *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].has_icon)
			mm_plot_draw_icon(m, cr, &s->list[i]);
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].has_text)
			draw_text(m, cr, &s->list[i], s->is_on_line);
}
