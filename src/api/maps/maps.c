#include "api/features/features.h"
#include "api/maps/picture.h"
#include "api/out.h"

#include <math.h>
#include <string.h>

/*
 * "/map" and "/collections/{id}/map": pictures of the map (OGC API - Maps - Part 1: Core, OGC 20-058), of all
 * its layers, of some (`collections=`), or of one, whose features may be chosen as on "items" (filter,
 * datetime, values of fields).
 */

struct ask {
	struct mm_picture picture;
	struct mm_crs crs;
	struct mm_items items; /* of the one collection; its filter is owned */
	struct mm_plot_choice *choice;
	size_t entry; /* of the collection; SIZE_MAX: of the whole map */
};

static const char *const params[] = {"f",
				     "bbox",
				     "bbox-crs",
				     "crs",
				     "width",
				     "height",
				     "center",
				     "center-crs",
				     "scale-denominator",
				     "mm-per-pixel",
				     "style",
				     "transparent",
				     "bgcolor",
				     "collections",
				     "lang",
				     "filter",
				     "filter-lang",
				     "filter-crs",
				     "datetime"};

/* ---- numbers ---- */

static enum mm_code read_side(const struct mm_request *r, const char *name, unsigned *ret,
			      struct mm_err *reterr)
{
	uint32_t n = *ret;
	const enum mm_code rc = mm_items_count(r, name, 1, MM_PICTURE_SIDE_MAX, false, &n, reterr);

	*ret = n;
	return rc;
}

static enum mm_code read_number(const struct mm_request *r, const char *name, double least, double most,
				double *ret, struct mm_err *reterr)
{
	const char *text = mm_request_param(r, name);
	double v;

	if (!text)
		return MM_OK;
	if (!mm_picture_read_numbers(text, &v, 1) || !(v >= least && v <= most))
		return mm_fail(reterr, MM_E_INVALID, name, "write a number from %g to %g", least, most);
	*ret = v;
	return MM_OK;
}

/* ---- systems and the window ---- */

/* A system by name; the map's own web system is Mercator. */
static enum mm_code read_crs(const struct mm_request *r, struct mm_proj *p, const char *name,
			     const char *fallback, struct mm_crs *ret, bool *ret_north_first,
			     struct mm_err *reterr)
{
	const char *text = mm_request_param(r, name);
	const size_t n = text ? strlen(text) : 0;
	struct mm_err err = {0};
	enum mm_code rc;

	if (n > 2 && text[0] == '[' && text[n - 1] == ']')
		text = mm_arena_text(r->mem, text + 1, n - 2);
	if (text && !strncmp(text, r->base_url, strlen(r->base_url)) &&
	    !strncmp(text + strlen(r->base_url), "/crs/", 5))
		text += strlen(r->base_url) + 5;
	rc = mm_crs_parse(p, text ? text : fallback, ret, &err);
	if (rc)
		return mm_fail(reterr, rc, name, "%s", err.msg);
	*ret_north_first = ret->is_north_first && text;
	return MM_OK;
}

static struct mm_box box_of(const double v[4], bool is_north_first)
{
	return is_north_first ? (struct mm_box){v[1], v[0], v[3], v[2]}
			      : (struct mm_box){v[0], v[1], v[2], v[3]};
}

/* The box in another system. */
static enum mm_code move_box(struct mm_proj *p, const char *from, const char *to, struct mm_box *b,
			     const char *name, struct mm_err *reterr)
{
	const struct mm_transform *t;
	enum mm_code rc = mm_transform_get(p, from, to, &t, reterr);

	if (rc)
		return rc;
	if (!mm_transform_is_identity(t))
		*b = mm_transform_box(t, b);
	return mm_box_is_empty(b) ? mm_fail(reterr, MM_E_INVALID, name,
					    "the window lies outside of where the "
					    "system of the picture holds")
				  : MM_OK;
}

static enum mm_code read_box(struct ask *a, const struct mm_request *r, const char *text,
			     struct mm_err *reterr)
{
	struct mm_proj *proj = a->picture.kit->proj;
	struct mm_crs crs = {0};
	bool is_north_first;
	double v[4];
	enum mm_code rc;

	if (!mm_picture_read_numbers(text, v, 4) || !(v[0] < v[2] && v[1] < v[3]))
		return mm_fail(reterr, MM_E_INVALID, "bbox",
			       "write four numbers, the smaller ones first: 39.08,52.34,39.12,52.36");
	rc = read_crs(r, proj, "bbox-crs", MM_CRS84, &crs, &is_north_first, reterr);
	if (!rc) {
		a->picture.box = box_of(v, is_north_first);
		rc = move_box(proj, crs.definition, a->picture.crs, &a->picture.box, "bbox", reterr);
	}
	mm_crs_release(&crs);
	return rc;
}

/* What the page shows at first. */
static struct mm_box first_view(const struct mm_map_info *map)
{
	const double half = 180 * MM_PICTURE_SIDE_DEFAULT / 512.0 / exp2(map->view_zoom),
		     narrow = cos(map->view_lat_deg * M_PI / 180);

	return (struct mm_box){map->view_lon_deg - half, map->view_lat_deg - half * narrow,
			       map->view_lon_deg + half, map->view_lat_deg + half * narrow};
}

static bool has_picture(const struct mm_entry *e)
{
	return e->layer || e->raster;
}

/* Where the features or the pixels of an entry are. */
static struct mm_box box_of_entry(const struct mm_entry *e)
{
	return e->layer ? mm_layer_box_deg(e->layer) : mm_raster_info(e->raster)->box_deg;
}

/* All that there is to see; of the whole map, where it begins. */
static enum mm_code whole(struct ask *a, struct mm_err *reterr)
{
	const struct mm_catalog *c = a->picture.catalog;
	const bool has_view = a->entry == SIZE_MAX && mm_catalog_map(c)->has_view;
	struct mm_box b = has_view               ? first_view(mm_catalog_map(c))
			  : a->entry == SIZE_MAX ? mm_catalog_box_deg(c, NULL)
						 : box_of_entry(mm_catalog_entry(c, a->entry));

	if (mm_box_is_empty(&b))
		return mm_fail(reterr, MM_E_NOT_FOUND, "", "there is nothing to be shown");
	b = (struct mm_box){b.min_x - 1e-4, b.min_y - 1e-4, b.max_x + 1e-4,
			    b.max_y + 1e-4}; /* a single point too */
	b.min_y = fmax(b.min_y, -85);
	b.max_y = fmin(b.max_y, 85);
	a->picture.box = b;
	return move_box(a->picture.kit->proj, MM_CRS84, a->picture.crs, &a->picture.box, "bbox", reterr);
}

/* Around a point at a scale: only in a system of metres. */
static enum mm_code read_center(struct ask *a, const struct mm_request *r, double scale, double mm_a_pixel,
				struct mm_err *reterr)
{
	struct mm_proj *proj = a->picture.kit->proj;
	const char *text = mm_request_param(r, "center");
	const struct mm_box b = a->picture.box;
	double at[2] = {(b.min_x + b.max_x) / 2, (b.min_y + b.max_y) / 2}, half[2];
	struct mm_crs crs = {0};
	bool is_north_first;
	enum mm_code rc = MM_OK;

	if (text) {
		const struct mm_transform *t;

		if (!mm_picture_read_numbers(text, at, 2))
			return mm_fail(reterr, MM_E_INVALID, "center", "write two numbers: 39.1,52.35");
		rc = read_crs(r, proj, "center-crs", MM_CRS84, &crs, &is_north_first, reterr);
		if (!rc && is_north_first) {
			const double x = at[1];

			at[1] = at[0];
			at[0] = x;
		}
		if (!rc)
			rc = mm_transform_get(proj, crs.definition, a->picture.crs, &t, reterr);
		if (!rc && mm_transform_points(t, at, 1) > 0)
			rc = mm_fail(reterr, MM_E_INVALID, "center",
				     "the point lies outside of where the system "
				     "of the picture holds");
		mm_crs_release(&crs);
	}
	if (rc)
		return rc;
	if (a->crs.is_geographic)
		return mm_fail(reterr, MM_E_INVALID, "crs",
			       "a scale holds in a system of metres, not of degrees");
	half[0] = a->picture.width_px * mm_a_pixel / 1000 * scale / 2;
	half[1] = a->picture.height_px * mm_a_pixel / 1000 * scale / 2;
	a->picture.box = (struct mm_box){at[0] - half[0], at[1] - half[1], at[0] + half[0], at[1] + half[1]};
	return MM_OK;
}

/* Sides that are not given follow from the shape of the window. */
static void fit_sides(struct mm_picture *p, bool has_width, bool has_height)
{
	const double w = p->box.max_x - p->box.min_x, h = p->box.max_y - p->box.min_y;

	if (has_width && has_height)
		return;
	if (!has_width && !has_height)
		*(w >= h ? &p->width_px : &p->height_px) = MM_PICTURE_SIDE_DEFAULT;
	if (has_width || (!has_height && w >= h))
		p->height_px = (unsigned)fmin(fmax(round(p->width_px * h / w), 1), MM_PICTURE_SIDE_MAX);
	else
		p->width_px = (unsigned)fmin(fmax(round(p->height_px * w / h), 1), MM_PICTURE_SIDE_MAX);
}

static enum mm_code read_window(struct ask *a, const struct mm_request *r, struct mm_err *reterr)
{
	const char *bbox = mm_request_param(r, "bbox"), *center = mm_request_param(r, "center");
	const bool has_width = mm_request_param(r, "width"), has_height = mm_request_param(r, "height");
	double scale = 0, mm_a_pixel = 0.28; /* of the standard */
	enum mm_code rc = read_number(r, "scale-denominator", 1, 1e9, &scale, reterr);

	a->picture.width_px = a->picture.height_px = MM_PICTURE_SIDE_DEFAULT;
	if (!rc)
		rc = read_number(r, "mm-per-pixel", 0.02, 2, &mm_a_pixel, reterr);
	if (!rc)
		rc = read_side(r, "width", &a->picture.width_px, reterr);
	if (!rc)
		rc = read_side(r, "height", &a->picture.height_px, reterr);
	if (!rc && bbox)
		rc = read_box(a, r, bbox, reterr);
	else if (!rc && !center)
		rc = whole(a, reterr);
	if (!rc && center && !(scale > 0))
		rc = mm_fail(reterr, MM_E_INVALID, "scale-denominator", "say at which scale: 2000 is 1:2000");
	if (!rc && bbox && scale > 0)
		rc = mm_fail(reterr, MM_E_INVALID, "scale-denominator",
			     "a bbox has its scale by width and height: leave one of them out");
	if (!rc && scale > 0)
		return read_center(a, r, scale, mm_a_pixel, reterr);
	if (!rc)
		fit_sides(&a->picture, has_width, has_height);
	return rc;
}

/* ---- what is drawn ---- */

static enum mm_code read_ground(struct mm_picture *p, const struct mm_request *r, struct mm_err *reterr)
{
	const char *clear = mm_request_param(r, "transparent"), *color = mm_request_param(r, "bgcolor");

	p->rgb = -1;
	p->is_clear = clear && strcmp(clear, "true") == 0;
	if (clear && !p->is_clear && strcmp(clear, "false") != 0)
		return mm_fail(reterr, MM_E_INVALID, "transparent", "write true or false");
	if (color && !mm_picture_read_color(color, &p->rgb))
		return mm_fail(reterr, MM_E_INVALID, "bgcolor", "write six hexadecimal digits: 0xFFFFFF");
	return MM_OK;
}

/* "collections=a,b". */
static enum mm_code read_collections(struct ask *a, const struct mm_request *r, struct mm_err *reterr)
{
	const char *at = mm_request_param(r, "collections");
	const struct mm_catalog *c = a->picture.catalog;

	if (!at && a->entry == SIZE_MAX)
		return MM_OK;
	a->picture.is_on = mm_arena_array(r->mem, mm_catalog_count(c) + 1, sizeof(bool));
	if (!a->picture.is_on)
		return mm_fail_nomem(reterr);
	if (a->entry != SIZE_MAX)
		a->picture.is_on[a->entry] = true;
	while (at && *at) {
		const size_t n = strcspn(at, ","), i = mm_catalog_index(c, at, n);

		if (i == SIZE_MAX)
			return mm_fail(reterr, MM_E_NOT_FOUND, "collections",
				       "there is no collection \"%.*s\": see %s/collections",
				       (int)(n < 64 ? n : 64), at, r->base_url);
		a->picture.is_on[i] = true;
		at += n + (at[n] == ',');
	}
	return MM_OK;
}

/* Which features of the one collection. */
static enum mm_code read_conditions(struct ask *a, const struct mm_request *r, struct mm_err *reterr)
{
	enum mm_code rc;

	if (a->entry == SIZE_MAX || mm_catalog_entry(a->picture.catalog, a->entry)->raster) {
		if (mm_request_param(r, "filter") || mm_request_param(r, "datetime"))
			return mm_fail(reterr, MM_E_INVALID,
				       mm_request_param(r, "filter") ? "filter" : "datetime",
				       "ask for the map of one collection that has features: "
				       "%s/collections/{id}/map",
				       r->base_url);
		return mm_request_only(r, params, sizeof(params) / sizeof(params[0]), reterr);
	}
	a->items.catalog = a->picture.catalog;
	a->items.layer = mm_catalog_entry(a->picture.catalog, a->entry)->layer;
	a->items.kit = a->picture.kit;
	rc = mm_items_conditions(r, params, sizeof(params) / sizeof(params[0]), &a->items, reterr);
	if (rc)
		return rc;
	a->choice = mm_arena_array(r->mem, mm_catalog_count(a->picture.catalog) + 1, sizeof(*a->choice));
	if (!a->choice)
		return mm_fail_nomem(reterr);
	if (a->items.filter || a->items.query.has_period || a->items.query.equal_count)
		a->choice[a->entry].query = &a->items.query;
	a->picture.choice = a->choice;
	return MM_OK;
}

static enum mm_code read_kind(struct mm_picture *p, const struct mm_request *r, struct mm_err *reterr)
{
	static const enum mm_canvas_kind order[] = {MM_CANVAS_PNG, MM_CANVAS_JPEG, MM_CANVAS_SVG,
						    MM_CANVAS_PDF};
	struct mm_offer offers[MM_PICTURE_KINDS];
	size_t i = 0;
	enum mm_code rc;

	for (size_t k = 0; k < MM_PICTURE_KINDS; k++)
		offers[k] = mm_picture_offers[order[k]];
	rc = mm_negotiate(r, offers, MM_PICTURE_KINDS, &i, reterr);
	p->kind = order[i];
	return rc;
}

static enum mm_code read_ask(struct ask *a, const struct mm_request *r, struct mm_err *reterr)
{
	const char *style = mm_request_param(r, "style");
	bool is_north_first;
	enum mm_code rc = read_conditions(a, r, reterr);

	a->picture.style = style ? style : "day";
	a->picture.dpi = 96;
	if (!rc)
		rc = read_kind(&a->picture, r, reterr);
	if (!rc)
		rc = read_crs(r, a->picture.kit->proj, "crs", "EPSG:3857", &a->crs, &is_north_first, reterr);
	a->picture.crs = a->crs.definition;
	if (!rc)
		rc = read_window(a, r, reterr);
	if (!rc)
		rc = read_ground(&a->picture, r, reterr);
	return rc ? rc : read_collections(a, r, reterr);
}

/* The window that was drawn, for clients that asked for none. */
static void tell_window(const struct ask *a, const struct mm_request *r, struct mm_response *rs)
{
	const struct mm_box *b = &a->picture.box;
	const char *uri =
	    *a->crs.uri ? a->crs.uri : mm_arena_printf(r->mem, "%s/crs/%s", r->base_url, a->crs.code);
	const char *box =
	    a->crs.is_north_first && *a->crs.uri
		? mm_arena_printf(r->mem, "%.12g,%.12g,%.12g,%.12g", b->min_y, b->min_x, b->max_y, b->max_x)
		: mm_arena_printf(r->mem, "%.12g,%.12g,%.12g,%.12g", b->min_x, b->min_y, b->max_x, b->max_y);

	if (!uri || !box)
		return;
	mm_response_header(rs, "Content-Crs", mm_arena_printf(r->mem, "<%s>", uri));
	mm_response_header(rs, "Content-Bbox", box);
}

static enum mm_code answer(struct ask *a, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	enum mm_code rc = mm_kits_take(a->picture.api->kits, &a->picture.kit, reterr);

	if (!rc)
		rc = read_ask(a, r, reterr);
	if (!rc)
		tell_window(a, r, rs);
	rs->etag = rc ? NULL
		      : mm_out_etag(
			    r, mm_catalog_version(a->picture.catalog),
			    mm_arena_printf(r->mem, "%d %s", (int)a->picture.kind, mm_request_lang(r, "ru")));
	if (!rc && !(rs->etag && mm_request_is_fresh(r, rs->etag)))
		rc = mm_picture_make(&a->picture, rs, reterr);
	mm_filter_run_free(a->items.filter);
	mm_crs_release(&a->crs);
	mm_kits_give(a->picture.api->kits, a->picture.kit);
	return rc;
}

enum mm_code mm_api_picture(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	struct ask a = {.picture = {.api = ctx, .r = r}, .entry = SIZE_MAX};
	enum mm_code rc = mm_out_catalog(ctx, &a.picture.catalog, reterr);

	if (rc)
		return rc;
	if (r->segment_count == 3) {
		const char *id = mm_out_segment(r, 1);

		a.entry = mm_catalog_index(a.picture.catalog, id, strlen(id));
		if (a.entry == SIZE_MAX || !has_picture(mm_catalog_entry(a.picture.catalog, a.entry)))
			rc = mm_fail(reterr, MM_E_NOT_FOUND, "collection",
				     "there is no collection of that id: see %s/collections", r->base_url);
	}
	if (!rc)
		rc = answer(&a, r, rs, reterr);
	(void)mm_catalog_unref(a.picture.catalog);
	return rc;
}
