#ifndef MM_API_MAPS_PICTURE_H
#define MM_API_MAPS_PICTURE_H

#include "api/api.h"
#include "api/rasters/pixels.h"
#include "geo/crs.h"
#include "geo/kit.h"
#include "print/plot/plot.h"
#include "print/sheet/canvas.h"

/*
 * A picture of a window of the map, for clients that want pictures (OGC API - Maps, WMS): drawn by the
 * renderer of plans, with the style of the screen. All borrowed.
 */
struct mm_picture {
	const struct mm_api *api;
	const struct mm_request *r;
	const struct mm_catalog *catalog;
	struct mm_kit *kit;
	const char *style; /* an id of /styles */
	bool *is_on;       /* one for each entry of the catalog: which layers are drawn; NULL:
			      those that the style shows at first */
	const struct mm_plot_choice *choice; /* likewise: which rows; NULL: all */
	const char *crs;                     /* definition of the system of the window */
	struct mm_box box;                   /* the window, x east */
	unsigned width_px, height_px;
	double dpi;    /* of the client's screen: 96 pixels of the style are an inch */
	bool is_clear; /* no ground */
	int32_t rgb;   /* of the ground, 0xRRGGBB; -1: the style's */
	enum mm_canvas_kind kind;
};

enum { MM_PICTURE_SIDE_MAX = 4096, MM_PICTURE_SIDE_DEFAULT = 1024 };

/* Opens the plot of the window, which points into *ret; close it with mm_picture_close. For legends, and what
 * else looks at what is in the window.
 *
 * MM_E_INVALID    the window has no area, or lies where the system does not hold
 * MM_E_NOT_FOUND  no such style
 * MM_E_LIMIT      too much in the window
 * MM_E_BUSY       it takes too long, or the client has gone */
struct mm_picture_plot {
	struct mm_plot *plot;
	struct mm_icons *icons;
	struct mm_lettering *lettering;
	struct mm_pixels pixels;
	double stretch; /* of the height of a unit to its width */
	struct mm_paper paper;
};
MM_MUST_USE enum mm_code mm_picture_open(const struct mm_picture *p, struct mm_picture_plot *ret,
					 struct mm_err *reterr);
void mm_picture_close(struct mm_picture_plot *o);

/* Which entries of the catalog are drawn: those of `is_on`, else those of which the style shows a layer at
 * first; *ret lives in the memory of the request, and has one for each entry.
 *
 * MM_E_NOT_FOUND  no such style
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_picture_shown(const struct mm_picture *p, const bool *is_on, const bool **ret,
					  struct mm_err *reterr);

/* Draws it into the body of the response, and says its type. The same errors. */
MM_MUST_USE enum mm_code mm_picture_make(const struct mm_picture *p, struct mm_response *rs,
					 struct mm_err *reterr);

/* Whether a request is for a picture that takes long to draw: of more than a million pixels, or of vectors.
 * By its parameters alone, those of OGC API - Maps or of WMS. */
bool mm_picture_is_large(const struct mm_request *r);

/* Reads "1,2,3,4": as many finite numbers as there must be, and no more. */
bool mm_picture_read_numbers(const char *text, double *ret, size_t count);

/* Reads the colour of a ground, "0xRRGGBB", "#RRGGBB" or "RRGGBB"; *ret stays where it is none. */
bool mm_picture_read_color(const char *text, int32_t *ret);

/* Media types of enum mm_canvas_kind. */
enum { MM_PICTURE_KINDS = 4 };
extern const struct mm_offer mm_picture_offers[MM_PICTURE_KINDS];

#endif
