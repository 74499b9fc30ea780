#ifndef MM_PRINT_SHEET_WORDS_H
#define MM_PRINT_SHEET_WORDS_H

#include <stdbool.h>

/* What the parts of a plan say of their own accord, in one language. */
struct mm_print_words {
	const char *format; /* before the name of the sheet's format */
	const char *scale;  /* before 1:2000 */
	const char *metres, *kilometres;
	const char *north;         /* the letter on the arrow */
	const char *convergence;   /* before the angle */
	const char *point, *x, *y; /* heads of the table of turning points: X is north, Y is east */
	const char *version;       /* behind the day of the data */
	const char *legend, *sources, *system, *printed, *state, *number, *sheet, *of, *notes, *overview,
	    *points;
	const char *approximate; /* what local systems of our table are not good for */
	const char *no, *yes;
	const char *ground;                     /* what lies below all layers */
	const char *attributes, *dates, *money; /* heads of a passport */
	const char *cut;                        /* before the corner of a sheet */
	const char *streets;                    /* of an index of streets */
	const char *sheets;                     /* above the list of sheets */
	const char *index;                      /* title of the sheet that shows all others */
};

/* A table that lives for good. */
const struct mm_print_words *mm_print_words(bool is_russian);

#endif
