#include "print/sheet/frame.h"

#include "print/sheet/pen.h"

#include <stdio.h>

void mm_frame_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_paper *paper,
		   const struct mm_print_words *words)
{
	const struct mm_paper_box box = mm_paper_frame(paper);
	char text[64];

	mm_pen_box(cr, MM_PEN_THICK, &box);
	(void)snprintf(text, sizeof(text), "%s %s", words->format, paper->name);
	mm_lettering_draw(l, cr,
			  &(struct mm_letters){.text = text,
					       .height_mm = MM_LETTERS_PLAIN_MM,
					       .across = MM_LETTERS_RIGHT,
					       .down = MM_LETTERS_BASELINE},
			  box.x + box.width, box.y + box.height + 3.8);
}
