#ifndef MM_PRINT_PLOT_SYMBOL_H
#define MM_PRINT_PLOT_SYMBOL_H

/* Private to print/plot: icons and texts. */

#include "print/plot/plot_private.h"
#include "print/plot/room.h"

enum { MM_PLOT_ANCHORS_MAX = 9 };

/* "symbol-placement", as the style counts its values. */
enum { MM_PLOT_AT_POINT, MM_PLOT_ALONG_LINE, MM_PLOT_AT_LINE_CENTER };

/* What the text of a feature looks like. Millimetres; `letters.text` lives as long as the map. */
struct mm_plot_text {
	struct mm_letters letters;
	double em;
	double size[2]; /* of its lines */
	double padding, rotate_deg, max_angle_deg;
	size_t anchor[MM_PLOT_ANCHORS_MAX]; /* the first is liked best */
	double shift[MM_PLOT_ANCHORS_MAX][2];
	size_t anchor_count;
	bool overlaps, is_ignored, is_optional, keeps_upright;
};

/* "icon-text-fit", as the style counts its values. */
enum { MM_PLOT_FIT_NONE, MM_PLOT_FIT_WIDTH, MM_PLOT_FIT_HEIGHT, MM_PLOT_FIT_BOTH };

struct mm_plot_icon {
	const char *name;                    /* "": none */
	double scale[2], size[2], offset[2]; /* millimetres a pixel of the icon, both ways; millimetres */
	double padding[4], rotate_deg, opacity;
	size_t anchor, fit;
	double fit_padding[4]; /* around the text: above, right, below, left */
	bool overlaps, is_ignored, is_optional, turns_with_line;
};

/* A symbol that has a place. */
struct mm_plot_symbol {
	struct mm_plot_text text;
	struct mm_plot_icon icon;
	bool has_text, has_icon;
	double at[2], angle; /* where it stands; how the line runs there, radians */
	double text_at[2], text_angle;
	const double
	    *way; /* of a text that bends: its part of the line, as long as the text; NULL: it does not */
	size_t way_count;
};

struct mm_plot_symbols {
	struct mm_plot_symbol *list;
	size_t count, cap;
	bool is_on_line;
};

/* What is written in areas, by its words. said.c */
struct mm_plot_said;
struct mm_plot_said *mm_plot_said_new(void);                    /* NULL: out of memory */
struct mm_plot_said *mm_plot_said_free(struct mm_plot_said *s); /* NULL allowed; returns NULL */

/* Notes that the words of a symbol are written in the area of a row; borrows them. False: out of memory. */
bool mm_plot_said_add(struct mm_plot_said *s, const struct mm_layer *l, uint32_t row,
		      const struct mm_plot_symbol *symbol);

/* Is a point of the sheet in an area in which these words are written? */
bool mm_plot_is_said(const struct mm_plot_said *s, const struct mm_plot *p, const char *text,
		     const double at[2]);

/* The work on one layer. */
struct mm_plot_labelling {
	struct mm_plot *map;
	const struct mm_style_layer *layer;
	const struct mm_plot_source *source;
	struct mm_plot_room *room;
	struct mm_plot_said *said;
	struct mm_plot_symbols *out;
	struct mm_plot_eye eye;
	struct mm_err *reterr;
	size_t placement;
	double spacing_mm;
};

/* Reads what the style says for the feature that the eye looks at. False: neither text nor icon.
 * read_symbol.c
 */
bool mm_plot_read_symbol(struct mm_plot *m, const struct mm_style_layer *l, struct mm_plot_eye *eye,
			 bool is_on_line, struct mm_plot_symbol *ret);

/* The words alone, in `mem`; NULL: none. */
const char *mm_plot_read_words(const struct mm_style_layer *l, struct mm_plot_eye *eye, struct mm_arena *mem);

/* Puts a symbol that has its place on the list of its layer. symbols.c */
MM_MUST_USE enum mm_code mm_plot_keep_symbol(struct mm_plot_labelling *w, const struct mm_plot_symbol *s);

/* Symbols along the lines of the layer, joined where they are called the same. line_symbols.c */
MM_MUST_USE enum mm_code mm_plot_place_along_lines(struct mm_plot_labelling *w, const struct mm_keyed *order,
						   struct mm_arena *mem);

/* Looks for room at a point, and takes it. False: there is none. place.c */
bool mm_plot_place_at_point(struct mm_plot *m, struct mm_plot_room *room, struct mm_plot_symbol *s);

/* Looks for room along a line around a distance from its beginning, and takes it. */
bool mm_plot_place_on_line(struct mm_plot *m, struct mm_plot_room *room, struct mm_plot_symbol *s,
			   const double *xy, size_t count, double distance);

/* Stretches the icon of a symbol around its text at the k-th anchor, and puts it there, as its "fit" says:
 * sides that do not fit the text keep their length, and their middle is that of the text. fit.c */
void mm_plot_fit_icon(struct mm_plot_symbol *s, size_t k);

/* The text as it is written from top to bottom, a letter a line, in `mem`; NULL: it has no letter of a script
 * that is written so (or no memory). vertical.c */
const char *mm_plot_stand(const char *text, struct mm_arena *mem);

/* Where a box of that size stands whose anchor (as the names of the style, 0 "center") is at the origin. */
void mm_plot_anchor_box(size_t anchor, const double size[2], double ret[2]);

/* Finds places for the symbols of all layers, the uppermost first. symbols.c */
MM_MUST_USE enum mm_code mm_plot_place_symbols(struct mm_plot *m, struct mm_err *reterr);

void mm_plot_symbols_release(struct mm_plot_symbols *s);

/* Draws those of a layer. draw_symbol.c */
void mm_plot_draw_symbols(struct mm_plot *m, cairo_t *cr, const struct mm_plot_symbols *s);
void mm_plot_draw_icon(struct mm_plot *m, cairo_t *cr, const struct mm_plot_symbol *s);

#endif
