#ifndef MM_API_MAPS_WMS_H
#define MM_API_MAPS_WMS_H

/* Private to api/maps: the Web Map Service at "/wms" (OGC 06-042, version 1.3.0, and 01-068r3, 1.1.1). */

#include "api/maps/picture.h"

/* The layer of the whole map: those that the style shows at first. */
#define MM_WMS_ALL "map"

enum {
	MM_WMS_LAYERS_MAX = 200,
	MM_WMS_INFO_MAX = 50,    /* features of a layer that GetFeatureInfo gives */
	MM_WMS_HITS_MAX = 10000, /* of which these are the nearest: what lies about a pixel */
	MM_WMS_NEAR_PX = 5
};

/* One request while it is answered. */
struct mm_wms {
	struct mm_picture picture; /* what is asked for of GetMap: also what the others begin with */
	struct mm_response *rs;
	bool is_111; /* spoken: 1.1.1, where axes are always x, y */
	struct mm_crs crs;
	struct mm_plot_choice
	    *choice;                /* one for each entry of the catalog, of TIME and filters; NULL: none */
	struct mm_query *query;     /* likewise, of the choices */
	struct mm_filter_run **run; /* likewise, in the queries; owned */
	const char *exception;      /* the code of a failure; NULL: none of its own */
};

/* A parameter by its name in any case; NULL: absent. */
const char *mm_wms_param(const struct mm_request *r, const char *name);

/* Fails with an exception code of the standard ("LayerNotDefined"); returns MM_E_INVALID. */
enum mm_code mm_wms_fail(struct mm_wms *w, const char *exception, struct mm_err *reterr, const char *locator,
			 const char *fmt, ...) MM_PRINTF(5, 6);

/* Reads the layers named by a parameter ("LAYERS", "QUERY_LAYERS") into `is_on`; NULL: those the style shows.
 * wms_ask.c */
MM_MUST_USE enum mm_code mm_wms_read_layers(struct mm_wms *w, const char *name, bool **ret,
					    struct mm_err *reterr);

/* Reads TIME, and CQL_FILTER or FILTER, into the choices of the picture; LAYERS have been read. Coordinates
 * of conditions that name no system are longitude and latitude, as in "filter" of items. wms_conditions.c */
MM_MUST_USE enum mm_code mm_wms_read_conditions(struct mm_wms *w, struct mm_err *reterr);
void mm_wms_release_conditions(struct mm_wms *w);

/* Reads what GetMap and GetFeatureInfo have in common: layers, style, system, window, size, conditions. */
MM_MUST_USE enum mm_code mm_wms_read_map(struct mm_wms *w, struct mm_err *reterr);

/* System and window alone, where they are given. */
MM_MUST_USE enum mm_code mm_wms_read_window(struct mm_wms *w, struct mm_err *reterr);

MM_MUST_USE enum mm_code mm_wms_read_style(struct mm_wms *w, const char *name, struct mm_err *reterr);

/* A whole number that must be there. */
MM_MUST_USE enum mm_code mm_wms_read_number(struct mm_wms *w, const char *name, unsigned least, unsigned most,
					    unsigned *ret, struct mm_err *reterr);

/* A place in the picture, in its system, and how much of it a pixel has. */
struct mm_wms_spot {
	double x, y, a_pixel_x, a_pixel_y;
};

/* Orders features of a layer by their distance from the spot in pixels: those that hold it come first, the
 * smaller before the larger. wms_nearest.c
 *
 * MM_E_BUSY   past the deadline
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_wms_nearest(const struct mm_wms *w, const struct mm_layer *l,
					const struct mm_wms_spot *spot, int64_t deadline_ns,
					struct mm_page *page, struct mm_err *reterr);

/* The answers. */
void mm_wms_capabilities(struct mm_wms *w);                                      /* wms_capabilities.c */
MM_MUST_USE enum mm_code mm_wms_info(struct mm_wms *w, struct mm_err *reterr);   /* wms_info.c */
MM_MUST_USE enum mm_code mm_wms_legend(struct mm_wms *w, struct mm_err *reterr); /* wms_legend.c */

#endif
