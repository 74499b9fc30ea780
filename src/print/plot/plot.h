#ifndef MM_PRINT_PLOT_MAP_H
#define MM_PRINT_PLOT_MAP_H

#include "geo/kit.h"
#include "print/sheet/ground.h"
#include "print/sheet/lettering.h"
#include "query/query.h"
#include "store/catalog.h"
#include "style/document/style.h"
#include "style/icon.h"

#include <cairo.h>

/*
 * The layers of the map in a field of a sheet, drawn as their style says, as vectors: exact coordinates in
 * the plane of the sheet, cut to the field and simplified to 0.05 mm. A pixel of the style is 1/96 inch,
 * 0.26 mm, whatever the scale; its zoom is the one at which a screen of such pixels shows the same scale.
 *
 *     mm_plot_new(&spec, &map, &err);   reads, projects, cuts; finds places for icons and texts
 *     mm_plot_draw(map, cr);
 *     mm_plot_legend(map, &n)           what of all that was in the field
 */
struct mm_plot;

/* Which rows of a layer are shown. Zeroed: all of them. */
struct mm_plot_choice {
	bool is_hidden;
	const struct mm_query *query; /* without a window, which the map adds; NULL: all rows */
};

/* Where the pixels of rasters come from: fills 4 * width * height bytes as mm_raster_read (feed/raster.h)
 * does, with its errors. NULL: a raster in the field is an error. */
struct mm_plot_pixels {
	enum mm_code (*read)(void *ctx, const struct mm_raster *r, const struct mm_raster_window *window,
			     unsigned char *rgba, struct mm_err *reterr);
	void *ctx;
};

/* All borrowed as long as the map. */
struct mm_plot_spec {
	const struct mm_style *style;
	const struct mm_catalog *catalog;
	const struct mm_plot_choice *choice; /* one for each entry of the catalog; NULL: all rows of all */
	struct mm_icons *icons;              /* of the style */
	struct mm_lettering *lettering;
	struct mm_kit *kit;
	const char *crs; /* definition of the plane of the ground, for mm_transform_get */
	struct mm_ground ground;
	double dpi; /* of the picture that is drawn; 0: it is a file of vectors, for paper */
	struct mm_plot_pixels pixels;
	double zoom; /* of the style; 0: that of the scale, which is right where the plane has true metres */
	const struct mm_paper_box *taken; /* places of the sheet where no icons and texts go; NULL: none */
	size_t taken_count;
	const char *lang;    /* "ru", "en": of the legend */
	int64_t deadline_ns; /* monotonic clock; 0: none */

	/* Asked now and then; true: nobody wants it any more. NULL allowed. */
	bool (*is_unwanted)(void *ctx);
	void *ctx;
};

/*
 * MM_E_BUSY      the deadline has passed, or nobody wants it
 * MM_E_LIMIT     too many vertices or features in the field: a smaller extent or fewer layers; says so
 * MM_E_INVALID   the plane has no way from the system of a layer
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_plot_new(const struct mm_plot_spec *spec, struct mm_plot **ret,
				     struct mm_err *reterr);
struct mm_plot *mm_plot_free(struct mm_plot *p); /* NULL allowed; returns NULL */

/* Draws into the field of its ground and nowhere else; reads the rasters in it. The same errors, and those of
 * reading. */
MM_MUST_USE enum mm_code mm_plot_draw(struct mm_plot *p, cairo_t *cr, struct mm_err *reterr);

/*
 * The same as groups that a PDF can switch off and on, each of the style layers of one layer that follow each
 * other: calls `told` with the id and the titles of the layer (NULL: the ground) for each that was drawn, in
 * order.
 */
MM_MUST_USE enum mm_code mm_plot_draw_groups(struct mm_plot *p, cairo_t *cr,
					     bool (*told)(void *ctx, const char *id,
							  const struct mm_title *title),
					     void *ctx, struct mm_err *reterr);

/* A look that features of a layer have in this map. */
struct mm_plot_class {
	const char *text; /* what it means, in the language of the map; "": the layer has one look */
	uint32_t count;   /* features in the field that have it */
	uint32_t row;     /* one of them */
	const struct mm_layer *layer;
	const struct mm_raster *raster; /* the look is a piece of it: no row, no layer; NULL: features */
};

/* A layer that shows in the field, of features or of pixels. */
struct mm_plot_item {
	const struct mm_layer *layer;   /* NULL: a raster */
	const struct mm_raster *raster; /* NULL: features */
	const char *title;
	uint32_t count;              /* of features in the field */
	enum mm_part_kind kind;      /* of most of them */
	struct mm_plot_class *class; /* at least one, in the order of the code list of their field */
	size_t class_count;
};

/* What is to be seen in the field, points first, then lines, then areas, then rasters, the lowest last;
 * layers that show as texts alone are not among them. Borrowed. */
const struct mm_plot_item *mm_plot_legend(const struct mm_plot *p, size_t *ret_count);

/* Draws how the features of a class look into a box: an area fills it, a line runs across its middle, a point
 * stands in it. Of a raster it is the piece in the middle of what the field shows, at the scale of the map;
 * what reading it fails with is the only error. */
MM_MUST_USE enum mm_code mm_plot_draw_swatch(struct mm_plot *p, cairo_t *cr,
					     const struct mm_plot_class *class,
					     const struct mm_paper_box *box, struct mm_err *reterr);

/* A mark of the content of the field: where its features lie, what their fields say (not the hidden ones:
 * they change nothing of a print), which rasters there are. The same content, the same mark. Cost: 1 us a
 * value. */
uint64_t mm_plot_mark(const struct mm_plot *p);

/* The zoom of a web map that shows the ground at this scale on a screen of 96 pixels an inch. */
double mm_plot_zoom(double scale, double lat_deg);

#endif
