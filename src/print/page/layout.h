#ifndef MM_PRINT_PAGE_LAYOUT_H
#define MM_PRINT_PAGE_LAYOUT_H

/* Private to print/page: one plan while it is laid out and drawn. Everything is laid out twice, first without
 * drawing: how many sheets there are is written on the first of them. */

#include "geo/clip.h"
#include "print/atlas/atlas.h"
#include "print/page/print.h"
#include "print/plot/plot.h"
#include "print/sheet/georeference.h"
#include "print/sheet/grid.h"
#include "print/sheet/words.h"

enum { MM_LAYOUT_COLUMNS_MAX = 8, MM_LAYOUT_BYTES_MAX = 256 << 20 };

#define MM_LAYOUT_GAP_MM  3.0  /* between blocks, and from a frame */
#define MM_LAYOUT_LINE_EM 1.25 /* from line to line */

/* How narrow the columns of a sheet are: each is tried when all does not fit the one before. */
enum mm_layout_density { MM_LAYOUT_ROOMY, MM_LAYOUT_TIGHT, MM_LAYOUT_DENSE };

/* A feature that has a number, or is the object of the plan. */
struct mm_layout_row {
	const struct mm_layer *layer;
	uint32_t row;
};

struct mm_layout {
	const struct mm_print_spec *spec;
	const struct mm_print_plan *plan;
	const struct mm_print_words *words;
	struct mm_arena mem;
	struct mm_err *reterr;
	enum mm_code rc; /* of what went wrong on the way */

	/* where */
	struct mm_ground ground;
	const char *crs, *crs_name; /* of the plane */
	bool is_approximate;
	struct mm_plot_choice *choice;
	struct mm_filter_run **runs; /* of the choices; owned */
	size_t run_count;
	struct mm_plot *plot;

	/* the sheet of an atlas */
	struct mm_atlas atlas;         /* count 0: it is none */
	size_t atlas_at;               /* atlas.count: the index sheet */
	mm_tag_text tag_text[MM_TAGS]; /* neighbours, at the edges of the map */
	struct mm_paper_box tag[MM_TAGS];
	const struct mm_ground *given; /* instead of what the plan says; NULL: none */
	struct mm_ground index_ground;
	struct mm_paper_box first_column[MM_LAYOUT_COLUMNS_MAX]; /* of every first page */
	size_t first_count;

	/* the object, the numbered ones */
	const struct mm_layer *object_layer;
	uint32_t object_row;
	struct mm_points outline; /* its largest shell or line, metres of the plane; a ring is not closed */
	struct mm_box object_box; /* of all of it */
	bool outline_is_ring;
	const char *subtitle; /* of the plan, or what the object is called; "": none */
	const struct mm_layer *table_layer;
	const uint32_t *table_row;
	double (*table_place)[2]; /* where each is, millimetres; NaN: not on the map */
	double (*table_at)[2];    /* likewise where its number stands */
	double number_side_mm;    /* of the square around a number */
	uint32_t table_count;
	struct mm_layout_street *street; /* of the index, in its order */
	uint32_t street_count;

	/* the sheet */
	struct mm_form *form, *next_form; /* of the first sheet, of the others; NULL: none */
	struct mm_paper_box frame, map;
	struct mm_paper_box column[MM_LAYOUT_COLUMNS_MAX]; /* of the sheet that is filled */
	size_t column_count, at_column;
	double at_y;
	struct mm_canvas *canvas;
	cairo_t *cr; /* NULL: it is laid out only */
	unsigned sheet, sheets;
	struct mm_georeference *place; /* of each map that was drawn */
	size_t place_count;
	enum mm_layout_density density;
	bool is_first_only; /* the columns of the first sheet hold it, or it does not fit */
	bool overflows, skips_table;
};

/* ---- ground.c: where, and what of ---- */

/* Systems, filters, the object. */
MM_MUST_USE enum mm_code mm_layout_find(struct mm_layout *p, struct mm_err *reterr);

/* The ground in a field of the sheet, of the plan's own scale or the one that fits. */
MM_MUST_USE enum mm_code mm_layout_set_ground(struct mm_layout *p, const struct mm_paper_box *map,
					      struct mm_err *reterr);

/* The extent that the plan is about; `ret_has` false: it says none. */
MM_MUST_USE enum mm_code mm_layout_find_extent(struct mm_layout *p, struct mm_box *ret, bool *ret_has,
					       struct mm_err *reterr);

/* What the plan shows of a layer, its filter and its time included, in the window around the field. */
struct mm_query mm_layout_field_query(const struct mm_layout *p, const struct mm_layer *l);

/* Brings the outline of object_row into the plane. */
MM_MUST_USE enum mm_code mm_layout_take_object(struct mm_layout *p, struct mm_err *reterr);

/* A plot of some ground with the choices of the plan. */
MM_MUST_USE enum mm_code mm_layout_plot(struct mm_layout *p, const struct mm_ground *g,
					const struct mm_paper_box *taken, size_t taken_count,
					struct mm_plot **ret, struct mm_err *reterr);

/* ---- cut.c: the square sheets that a plane is cut into, named by their south-west corners ---- */

void mm_layout_snap(const struct mm_layout *p, const struct mm_paper_box *map, double scale, double at[2]);
const char *mm_layout_cut_name(struct mm_layout *p); /* of the sheet in the field; "" when memory is out */
void mm_layout_say_cut(struct mm_layout *p, mm_tag_text ret[MM_TAGS]); /* its neighbours */

/* ---- flow.c: columns of blocks ---- */

/* Room of that height; on the next sheet when this one has none. False: p->rc says why, or it only had to
 * fit. */
bool mm_layout_take(struct mm_layout *p, double height, struct mm_paper_box *ret);

/* How much is left in the column, and how wide it is. */
double mm_layout_left(const struct mm_layout *p);
double mm_layout_width(const struct mm_layout *p);

/* Writes at a place when the sheet is drawn; returns the height that it takes in that width (0: no limit). */
double mm_layout_write(struct mm_layout *p, const char *text, double height_mm, bool is_bold, double x,
		       double y, double width);

/* A heading, kept together with `more` millimetres below it. */
void mm_layout_head(struct mm_layout *p, const char *text, double more);

/* The height of a text of plain letters, `indent` narrower than its column, with `pad` besides and at least
 * `least`: in the column where it will stand, which is the next one when this one has no room for it. */
double mm_layout_find_height(struct mm_layout *p, const char *text, bool is_bold, double indent, double pad,
			     double least);

/* A paragraph of its own, of plain letters. */
void mm_layout_paragraph(struct mm_layout *p, const char *text);

/* ---- blocks: each takes its room, and draws ---- */

void mm_layout_put_title(struct mm_layout *p);
void mm_layout_put_scale(struct mm_layout *p);    /* scale and north */
void mm_layout_put_legend(struct mm_layout *p);   /* legend.c */
void mm_layout_put_passport(struct mm_layout *p); /* passport.c: what the object's fields say */
void mm_layout_put_overview(struct mm_layout *p);
void mm_layout_put_table(struct mm_layout *p); /* table.c */
void mm_layout_put_points(struct mm_layout *p);
void mm_layout_put_streets(struct mm_layout *p); /* streets.c: the index */
/* "Данные на 27.11.2026, версия 3f2a91c0": of what is on the sheet, the last change and a mark of the
 * content, which is the same where the data are; "": nothing is, or no memory. */
const char *mm_layout_state(struct mm_layout *p);
void mm_layout_put_about(struct mm_layout *p); /* about.c: sources, system, dates, notes, QR */

/* What a feature is called: a name, an address, or its layer and id. In the memory of the page; never NULL.
 */
const char *mm_layout_name(struct mm_layout *p, const struct mm_layer *l, uint32_t row);

/* A value of a feature for people: codes by their titles, dates and numbers as the language writes them. In
 * the memory of the page; never NULL. */
const char *mm_layout_value(struct mm_layout *p, const struct mm_layer *l, uint32_t row, size_t field);

/* ---- marks.c: what is drawn on the map besides its layers ---- */

MM_MUST_USE enum mm_code mm_layout_find_rows(struct mm_layout *p, struct mm_err *reterr);
void mm_layout_draw_marks(struct mm_layout *p);

/* ---- streets.c ---- */

/* The names of the index in the field of the map, with their squares; and the squares on the map. */
MM_MUST_USE enum mm_code mm_layout_find_streets(struct mm_layout *p, struct mm_err *reterr);
void mm_layout_draw_squares(struct mm_layout *p);

/* Finds places of the numbers, away from each other and from what is taken; adds them to what is taken, at
 * most MM_PRINT_PLAN_ROWS_MAX, and says how many those are. */
MM_MUST_USE enum mm_code mm_layout_place_marks(struct mm_layout *p, struct mm_paper_box *taken, size_t count,
					       size_t *ret_added, struct mm_err *reterr);

/* ---- arrange.c ---- */

/* The regions of the first sheet, and of those that follow. */
MM_MUST_USE enum mm_code mm_layout_arrange(struct mm_layout *p, struct mm_err *reterr);
void mm_layout_begin_next(struct mm_layout *p);
void mm_layout_rewind(struct mm_layout *p); /* to the top of the first column */

/* Ground, plot, and all that lies on it, in p->map. */
MM_MUST_USE enum mm_code mm_layout_make_map(struct mm_layout *p, struct mm_err *reterr);

/* Lays everything out without drawing: does it fit the first sheet, and how many are there? */
MM_MUST_USE enum mm_code mm_layout_try(struct mm_layout *p, bool is_first_only, bool *ret_fits,
				       struct mm_err *reterr);

/* All blocks in their order. */
void mm_layout_put_blocks(struct mm_layout *p);

/* ---- album.c: all sheets of an atlas; nothing for a plan that is none ---- */

MM_MUST_USE enum mm_code mm_layout_make_album(struct mm_layout *p, struct mm_err *reterr);
MM_MUST_USE enum mm_code
mm_layout_draw_album(struct mm_layout *p, enum mm_code (*draw)(struct mm_layout *p, struct mm_err *reterr),
		     struct mm_err *reterr);
bool mm_layout_is_index(const struct mm_layout *p);

/* Finds room for the names of the neighbours at the edges; adds it to what is taken, and returns how many
 * boxes that was. */
size_t mm_layout_find_edges(struct mm_layout *p, struct mm_paper_box *taken, size_t count);
void mm_layout_draw_edges(struct mm_layout *p); /* and the sheets on the index */
void mm_layout_put_sheets(struct mm_layout *p);

/* Frame, form and map of the first sheet. print.c */
void mm_layout_draw_form(struct mm_layout *p, const struct mm_form *form);

#endif
