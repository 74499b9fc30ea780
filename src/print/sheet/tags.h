#ifndef MM_PRINT_SHEET_TAGS_H
#define MM_PRINT_SHEET_TAGS_H

#include "print/sheet/lettering.h"

#include <stddef.h>

/* What goes on beyond the edges of a map, said in small white boxes at their middles, inside of the field. */
enum mm_tag_side { MM_TAG_UP, MM_TAG_RIGHT, MM_TAG_DOWN, MM_TAG_LEFT, MM_TAGS };

typedef char mm_tag_text[64];

/*
 * Finds room for them: in the middle of the edge, or beside what is there already, boxes of the sheet in
 * millimetres.
 *
 * text  one for each side; "": none, and a box of width 0
 */
void mm_tags_find(struct mm_lettering *l, const struct mm_paper_box *map, mm_tag_text text[MM_TAGS],
		  const struct mm_paper_box *taken, size_t taken_count, struct mm_paper_box ret[MM_TAGS]);

void mm_tags_draw(struct mm_lettering *l, cairo_t *cr, mm_tag_text text[MM_TAGS],
		  const struct mm_paper_box tag[MM_TAGS]);

#endif
