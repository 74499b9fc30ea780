#ifndef MM_PRINT_PLOT_PRIVATE_H
#define MM_PRINT_PLOT_PRIVATE_H

/* Private to print/plot. */

#include "base/sort.h"
#include "geo/clip.h"
#include "geo/simplify.h"
#include "print/plot/plot.h"

/* Ways and sizes of the map, millimetres. */
#define MM_PLOT_MM_A_PIXEL  (25.4 / 96)
#define MM_PLOT_HAIRLINE_MM 0.13
#define MM_PLOT_MARGIN_MM   10.0 /* around the field, drawn and then cut away: widths and ends of lines */

enum {
	MM_PLOT_VERTICES_MAX = 12000000,
	MM_PLOT_FEATURES_MAX = 3000000,
	MM_PLOT_SYMBOLS_MAX = 200000,
	MM_PLOT_EVAL_BYTES_MAX = 4 << 20,
	MM_PLOT_ORDER_BYTES_MAX = 128 << 20
};

/* A line, a ring or a set of points: `count` vertices from `first`. */
struct mm_plot_piece {
	uint32_t first, count;
	bool is_hole; /* a ring of the polygon before it that is none */
};

struct mm_plot_feature {
	uint32_t row, first_piece, piece_count;
	enum mm_part_kind kind;
	struct mm_paper_box box; /* on the sheet */
};

/* The rows of a layer in the field, on the sheet; or the points where its labels stand. */
struct mm_plot_source {
	const struct mm_layer *layer;
	bool is_label;
	const char *name; /* "source-layer" of the style */
	struct mm_plot_feature *feature;
	size_t feature_count, feature_cap;
	struct mm_plot_piece *piece;
	size_t piece_count, piece_cap;
	struct mm_points at;    /* millimetres of the sheet */
	int32_t *field_of_slot; /* one for each name of the style; -1: it has none */
};

struct mm_plot_symbols; /* symbols.h */

struct mm_plot {
	struct mm_plot_spec spec;
	const struct mm_style *style; /* at the zoom of the map */
	double zoom, lat_deg;
	struct mm_arena mem;     /* what lives as long as the map */
	struct mm_arena scratch; /* of one evaluation */
	struct mm_plot_source *source;
	size_t source_count;
	struct mm_plot_symbols *symbols; /* one for each style layer; NULL: none placed yet */
	size_t symbol_count;             /* of all layers */
	struct mm_plot_item *item;
	size_t item_count;
	unsigned looks; /* at the clock */
	bool is_late;
	double width_less; /* by how much wide lines are narrower, millimetres: 0 but for swatches */
};

/* Reads what is in the field. rows.c */
MM_MUST_USE enum mm_code mm_plot_read(struct mm_plot *m, struct mm_err *reterr);
void mm_plot_source_release(struct mm_plot_source *s);
const struct mm_plot_source *mm_plot_find_source(const struct mm_plot *m, const char *name);

/* Has the time run out? Looks at the clock at the first and then each 256th call. */
bool mm_plot_is_late(struct mm_plot *m);
enum mm_code mm_plot_fail_late(struct mm_err *reterr);

/* The context of an evaluation for a feature of a source: `f` is filled, and must outlive the context. */
struct mm_plot_eye {
	struct mm_expr_context context;
	struct mm_expr_feature feature;
	const struct mm_plot *map;
	const struct mm_plot_source *source;
	uint32_t row;
};
void mm_plot_eye_open(struct mm_plot_eye *e, struct mm_plot *m, const struct mm_plot_source *s);

/* Looks at one feature; true when the layer takes it. What was evaluated for the one before is gone. */
bool mm_plot_eye_look(struct mm_plot_eye *e, const struct mm_style_layer *l, const struct mm_plot_feature *f);

/* Draws one style layer's features of a source. Each looks at the kinds of features it can draw. */
MM_MUST_USE enum mm_code mm_plot_draw_fill(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l,
					   const struct mm_plot_source *s, struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_plot_draw_line(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l,
					   const struct mm_plot_source *s, struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_plot_draw_circle(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l,
					     const struct mm_plot_source *s, struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_plot_draw_raster(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l,
					     struct mm_err *reterr);

/* The raster that a style layer draws: its source has the id of the raster; NULL: none. raster.c */
const struct mm_raster *mm_plot_find_raster(const struct mm_plot *p, const struct mm_style_layer *l);

/* Is any of it in the field? Where that cannot be told, it is. raster.c */
bool mm_plot_has_raster(const struct mm_plot *p, const struct mm_raster *r);

/* Draws a piece of a raster into a box, at the scale of the map, in the direction of its plane. raster.c */
MM_MUST_USE enum mm_code mm_plot_draw_piece(struct mm_plot *p, cairo_t *cr, const struct mm_raster *r,
					    const struct mm_paper_box *box, struct mm_err *reterr);
void mm_plot_draw_background(struct mm_plot *m, cairo_t *cr, const struct mm_style_layer *l);

void mm_plot_set_color(cairo_t *cr, struct mm_rgba c, double opacity);
void mm_plot_path_area(cairo_t *cr, const struct mm_plot_source *s, const struct mm_plot_feature *f);

/* Any of the three, by the type of the layer; nothing for the others. plot.c */
MM_MUST_USE enum mm_code mm_plot_draw_shapes(struct mm_plot *p, cairo_t *cr, const struct mm_style_layer *l,
					     const struct mm_plot_source *s, struct mm_err *reterr);

/* By how much a layer is moved, millimetres of the sheet. */
void mm_plot_translation(const struct mm_plot *m, const struct mm_style_layer *l,
			 enum mm_style_property offset, enum mm_style_property anchor,
			 struct mm_expr_context *c, double ret[2]);

/* The numbers of the features (`value`) in the order of the sort key of the layer, in `mem`; *ret NULL: as
 * they are. */
MM_MUST_USE enum mm_code mm_plot_order(struct mm_plot *m, const struct mm_style_layer *l,
				       const struct mm_plot_source *s, enum mm_style_property key,
				       struct mm_arena *mem, const struct mm_keyed **ret,
				       struct mm_err *reterr);

/* Legend. legend.c */
MM_MUST_USE enum mm_code mm_plot_make_legend(struct mm_plot *m, struct mm_err *reterr);

#endif
