#include "print/plot/symbol.h"

#include <string.h>

/* "icon-text-fit" of the MapLibre style specification: a shield that is as large as its number. */

void mm_plot_fit_icon(struct mm_plot_symbol *s, size_t k)
{
	struct mm_plot_icon *i = &s->icon;
	const struct mm_plot_text *t = &s->text;
	const bool fits[2] = {i->fit == MM_PLOT_FIT_WIDTH || i->fit == MM_PLOT_FIT_BOTH,
			      i->fit == MM_PLOT_FIT_HEIGHT || i->fit == MM_PLOT_FIT_BOTH};
	double corner[2];

	mm_plot_anchor_box(t->anchor[k], t->size, corner);
	for (int d = 0; d < 2; d++) {
		const double before = i->fit_padding[d == 0 ? 3 : 0], behind = i->fit_padding[d == 0 ? 1 : 2];
		const double from = corner[d] + t->shift[k][d], natural = i->size[d];

		if (fits[d] && natural > 0) {
			i->size[d] = t->size[d] + before + behind;
			i->scale[d] *= i->size[d] / natural;
		}
		i->offset[d] += from + t->size[d] / 2 + (fits[d] ? (behind - before) / 2 : 0);
	}
	i->anchor = 0; /* by its middle */
	i->fit = MM_PLOT_FIT_NONE;
}
