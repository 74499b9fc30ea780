#ifndef MM_PRINT_SHEET_LETTERING_H
#define MM_PRINT_SHEET_LETTERING_H

#include "base/err.h"
#include "print/sheet/paper.h"

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Capital letters of the words around a map, and of its numbers: the smallest that copies of a drawing keep
 * legible, and the second of the row of GOST 2.304. Millimetres. */
#define MM_LETTERS_PLAIN_MM 2.5
#define MM_LETTERS_HEAD_MM  3.5 /* of headings, the next of the row */

/*
 * Letters on paper. Sizes are those of drawings: the height of a capital letter in millimetres (2.5, 3.5, 5,
 * 7 and 10 by GOST 2.304), not the size of the font. The letters are Noto Sans, from its own files and not
 * from what else is installed, so that a plan looks the same everywhere. What is written can be found and
 * copied in a PDF. One thread at a time.
 */
struct mm_lettering;

/*
 * MM_E_NOT_FOUND   Noto Sans is not installed; the message names the Debian package
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_lettering_new(struct mm_lettering **ret, struct mm_err *reterr);
struct mm_lettering *mm_lettering_free(struct mm_lettering *l); /* NULL allowed; returns NULL */

enum mm_letters_across { MM_LETTERS_LEFT, MM_LETTERS_CENTRE, MM_LETTERS_RIGHT };
enum mm_letters_down { MM_LETTERS_TOP, MM_LETTERS_MIDDLE, MM_LETTERS_BOTTOM, MM_LETTERS_BASELINE };

/* What is written, and how. */
struct mm_letters {
	const char *text; /* UTF-8; line breaks are kept; bytes that are not UTF-8 show as U+FFFD, a minus as
			   * a dash; at most 4 096 bytes, the rest is not written; a word of more than 100
			   * letters is broken */
	double height_mm; /* of a capital letter; held to 0.2 to 200 */
	bool is_bold, is_italic;
	uint32_t rgb;   /* 0xRRGGBB */
	double fade;    /* how much of what is below shows through, 0: nothing */
	double halo_mm; /* width of a rim around the letters, 0: none */
	uint32_t halo_rgb;
	double spacing_mm;             /* between letters, besides what the font has */
	double line_em;                /* from line to line, in sizes of the font; 0: as the font says */
	double width_mm;               /* lines break where they get longer; 0: only at line breaks */
	bool keeps_words;              /* a word that is longer than that is not broken */
	double angle_deg;              /* turned clockwise around the point where they stand */
	enum mm_letters_across across; /* which side of the text the point is at; lines are flush with it */
	enum mm_letters_down down; /* TOP and BOTTOM are edges of the lines, BASELINE the first line's foot */
};

/* Width and height of the lines when they are not turned, millimetres. An empty text has the height of a
 * line. */
void mm_lettering_measure(struct mm_lettering *l, const struct mm_letters *what, double ret[2]);

/* Writes at a point of the sheet, millimetres. */
void mm_lettering_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_letters *what, double x,
		       double y);

/* Writes one line along a line of the sheet, `count` points as x, y, its first letter `from` millimetres
 * behind the beginning of that; the middle of capital letters is on the line. `width_mm`, `angle_deg`,
 * `across` and `down` are not looked at. Room for all of it must be there. */
void mm_lettering_draw_along(struct mm_lettering *l, cairo_t *cr, const struct mm_letters *what,
			     const double *xy, size_t count, double from);

/* Writes into a box, breaking lines at its width; letters too many for it get lower, down to half their
 * height, and what is still too much is not drawn beyond the box. `width_mm` and `angle_deg` are not looked
 * at; BASELINE is the same as BOTTOM. Returns the height of the letters that were used. */
double mm_lettering_fill(struct mm_lettering *l, cairo_t *cr, const struct mm_letters *what,
			 const struct mm_paper_box *box);

#endif
