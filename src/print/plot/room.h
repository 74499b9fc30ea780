#ifndef MM_PRINT_PLOT_ROOM_H
#define MM_PRINT_PLOT_ROOM_H

/* Private to print: which places of a field are taken, by symbols or marks. */

#include "print/sheet/paper.h"

#include <stdbool.h>
#include <stddef.h>

struct mm_plot_room;

/* NULL: no memory. */
struct mm_plot_room *mm_plot_room_new(const struct mm_paper_box *field);
struct mm_plot_room *mm_plot_room_free(struct mm_plot_room *r); /* NULL allowed; returns NULL */

/* Is a box in the field whole? */
bool mm_plot_room_holds(const struct mm_plot_room *r, const struct mm_paper_box *b);

/* Is nothing there yet? */
bool mm_plot_room_is_free(const struct mm_plot_room *r, const struct mm_paper_box *b);

/* Takes it. False: it is full, for there is no memory, or more than 80 MB would be taken. */
bool mm_plot_room_take(struct mm_plot_room *r, const struct mm_paper_box *b);
bool mm_plot_room_is_full(const struct mm_plot_room *r);

#endif
