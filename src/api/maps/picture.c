#include "api/maps/picture.h"

#include "api/out.h"
#include "api/styles/shown.h"
#include "api/styles/styling.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "geo/sphere.h"
#include "http/slow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const double MM_AN_INCH = 25.4;
static const int64_t DEADLINE_NS = 20000000000;

const struct mm_offer mm_picture_offers[MM_PICTURE_KINDS] = {
    [MM_CANVAS_PDF] = {"application/pdf", "pdf"},
    [MM_CANVAS_SVG] = {"image/svg+xml", "svg"},
    [MM_CANVAS_PNG] = {"image/png", "png"},
    [MM_CANVAS_JPEG] = {"image/jpeg", "jpg"},
};

/* ---- parameters ---- */

bool mm_picture_read_numbers(const char *text, double *ret, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const size_t n = strcspn(text, ",");

		if (!mm_num_parse(text, n, &ret[i]) || !isfinite(ret[i]) ||
		    (text[n] != ',') != (i + 1 == count))
			return false;
		text += n + 1;
	}
	return true;
}

bool mm_picture_read_color(const char *text, int32_t *ret)
{
	text += !strncasecmp(text, "0x", 2) ? 2 : *text == '#' ? 1 : 0;
	if (strlen(text) != 6 || strspn(text, "0123456789abcdefABCDEF") != 6)
		return false;
	*ret = (int32_t)strtol(text, NULL, 16);
	return true;
}

/* ---- the style ---- */

/* The entry that a style layer draws; SIZE_MAX: none. */
static size_t entry_of(const struct mm_catalog *c, const json_t *style_layer)
{
	const char *id = mm_styling_drawn(style_layer);

	return id ? mm_styling_entry_of(c, id) : SIZE_MAX;
}

/* Leaves the style layers that are wanted, and makes these visible. */
static void choose(const struct mm_picture *p, json_t *document)
{
	json_t *layers = json_object_get(document, "layers");

	for (size_t i = 0; i < json_array_size(layers);) {
		json_t *l = json_array_get(layers, i);
		const bool has_source = mm_styling_drawn(l) != NULL;
		const size_t entry = entry_of(p->catalog, l);
		const bool is_ground = !has_source && (p->is_clear || p->rgb >= 0);

		if (is_ground || (has_source && p->is_on && (entry == SIZE_MAX || !p->is_on[entry]))) {
			(void)json_array_remove(layers, i);
			continue;
		}
		if (has_source && p->is_on)
			(void)json_object_del(json_object_get(l, "layout"), "visibility");
		i++;
	}
}

static enum mm_code make_document(const struct mm_picture *p, json_t **ret, struct mm_err *reterr)
{
	return mm_styling_make(p->r->mem, p->catalog, p->style, p->r->base_url, mm_request_lang(p->r, "ru"),
			       false, ret, reterr);
}

static enum mm_code read_style(const struct mm_picture *p, const struct mm_style **ret, struct mm_err *reterr)
{
	json_t *document = NULL;
	enum mm_code rc = make_document(p, &document, reterr);

	if (rc)
		return rc;
	choose(p, document);
	rc = mm_style_read(document, p->r->mem, ret, NULL, reterr);
	json_decref(document);
	return rc;
}

static void mark_visible(const struct mm_picture *p, const json_t *document, bool *is_on)
{
	const json_t *layers = json_object_get(document, "layers"), *layer;
	size_t i;

	json_array_foreach(layers, i, layer)
	{
		const char *source = json_string_value(json_object_get(layer, "source-layer"));
		const char *visibility =
		    json_string_value(json_object_get(json_object_get(layer, "layout"), "visibility"));
		const size_t entry = source ? mm_styling_entry_of(p->catalog, source) : SIZE_MAX;

		if (entry != SIZE_MAX && !(visibility && !strcmp(visibility, "none")))
			is_on[entry] = true;
	}
}

enum mm_code mm_picture_shown(const struct mm_picture *p, const bool *is_on, const bool **ret,
			      struct mm_err *reterr)
{
	json_t *document = NULL;
	bool *shown = NULL;
	enum mm_code rc;

	*ret = is_on;
	if (is_on)
		return MM_OK;
	shown = mm_arena_array(p->r->mem, mm_catalog_count(p->catalog) + 1, sizeof(*shown));
	if (!shown)
		return mm_fail_nomem(reterr);
	rc = make_document(p, &document, reterr);
	if (rc)
		return rc;
	mark_visible(p, document, shown);
	json_decref(document);
	*ret = shown;
	return MM_OK;
}

/* ---- where ---- */

/* Metres of the ground between two points of a system, by the sphere; NaN: nowhere. */
static double ground_between(const struct mm_transform *to_deg, const double a[2], const double b[2])
{
	double xy[4] = {a[0], a[1], b[0], b[1]};

	return mm_transform_points(to_deg, xy, 2) > 0 ? (double)NAN : mm_sphere_distance_m(xy, xy + 2);
}

/* The zoom at which a screen shows as many metres a pixel of the style as the middle of the window has. */
static enum mm_code find_zoom(const struct mm_picture *p, double *ret, struct mm_err *reterr)
{
	const double middle[2] = {(p->box.min_x + p->box.max_x) / 2, (p->box.min_y + p->box.max_y) / 2};
	const double step = (p->box.max_x - p->box.min_x) / p->width_px * p->dpi / 96;
	const double beside[2] = {middle[0] + step, middle[1]};
	const struct mm_transform *to_deg;
	double at[2] = {middle[0], middle[1]}, metres;
	enum mm_code rc = mm_transform_get(p->kit->proj, p->crs, MM_CRS84, &to_deg, reterr);

	if (rc)
		return rc;
	metres = ground_between(to_deg, middle, beside);
	if (mm_transform_points(to_deg, at, 1) > 0 || !(metres > 0))
		return mm_fail(reterr, MM_E_INVALID, "bbox",
			       "the window lies outside of where its system holds");
	*ret = fmax(log2(2 * M_PI * 6378137 * cos(at[1] * M_PI / 180) / 512 / metres), 0.01);
	return MM_OK;
}

static enum mm_code set_ground(const struct mm_picture *p, struct mm_plot_spec *spec,
			       struct mm_picture_plot *ret, struct mm_err *reterr)
{
	const double w = p->box.max_x - p->box.min_x, h = p->box.max_y - p->box.min_y;
	const double width_mm = p->width_px / p->dpi * MM_AN_INCH,
		     height_mm = p->height_px / p->dpi * MM_AN_INCH;
	const double mm_a_unit = width_mm / w;

	if (!(w > 0 && h > 0 && isfinite(w) && isfinite(h)))
		return mm_fail(reterr, MM_E_INVALID, "bbox", "the window has no area");
	ret->stretch = height_mm / (h * mm_a_unit);
	if (!(ret->stretch > 0.01 && ret->stretch < 100))
		return mm_fail(
		    reterr, MM_E_INVALID, "bbox",
		    "the shape of the window is not that of the picture: fit width and height to it");
	ret->paper = (struct mm_paper){.width_mm = width_mm, .height_mm = height_mm};
	spec->ground = (struct mm_ground){.map = {.width = width_mm, .height = h * mm_a_unit},
					  .scale = 1000 / mm_a_unit,
					  .x = (p->box.min_x + p->box.max_x) / 2,
					  .y = (p->box.min_y + p->box.max_y) / 2,
					  .mm_per_metre = mm_a_unit,
					  .cos_r = 1};
	return find_zoom(p, &spec->zoom, reterr);
}

static bool is_unwanted(void *ctx)
{
	const struct mm_picture *p = ctx;

	return mm_slow_is_unwanted(p->r->stop_fd);
}

enum mm_code mm_picture_open(const struct mm_picture *p, struct mm_picture_plot *ret, struct mm_err *reterr)
{
	struct mm_plot_spec spec = {.catalog = p->catalog,
				    .choice = p->choice,
				    .kit = p->kit,
				    .crs = p->crs,
				    .lang = mm_request_lang(p->r, "ru"),
				    .deadline_ns = mm_clock_mono_ns() + DEADLINE_NS,
				    .is_unwanted = is_unwanted,
				    .ctx = (void *)(uintptr_t)p};
	enum mm_code rc;

	*ret = (struct mm_picture_plot){
	    .pixels = {atomic_load(&p->api->exports), p->r->stop_fd, spec.deadline_ns}};
	spec.pixels = mm_pixels_reader(&ret->pixels);
	spec.dpi = p->kind == MM_CANVAS_PNG || p->kind == MM_CANVAS_JPEG ? p->dpi : 0;
	rc = set_ground(p, &spec, ret, reterr);
	if (!rc)
		rc = read_style(p, &spec.style, reterr);
	if (!rc)
		rc = mm_icons_new(p->style, &ret->icons, reterr);
	if (!rc)
		rc = mm_lettering_new(&ret->lettering, reterr);
	spec.icons = ret->icons;
	spec.lettering = ret->lettering;
	if (!rc)
		rc = mm_plot_new(&spec, &ret->plot, reterr);
	if (rc)
		mm_picture_close(ret);
	return rc;
}

void mm_picture_close(struct mm_picture_plot *o)
{
	o->plot = mm_plot_free(o->plot);
	o->lettering = mm_lettering_free(o->lettering);
	o->icons = mm_icons_free(o->icons);
}

/* ---- the picture ---- */

static enum mm_code draw(const struct mm_picture *p, struct mm_picture_plot *o, struct mm_canvas *c,
			 struct mm_err *reterr)
{
	cairo_t *cr = mm_canvas_cairo(c);

	if (p->rgb >= 0 && !p->is_clear) {
		cairo_set_source_rgb(cr, (p->rgb >> 16 & 0xff) / 255.0, (p->rgb >> 8 & 0xff) / 255.0,
				     (p->rgb & 0xff) / 255.0);
		cairo_paint(cr);
	}
	cairo_scale(cr, 1, o->stretch);
	return mm_plot_draw(o->plot, cr, reterr);
}

enum mm_code mm_picture_make(const struct mm_picture *p, struct mm_response *rs, struct mm_err *reterr)
{
	const struct mm_map_info *map = mm_catalog_map(p->catalog);
	const struct mm_canvas_info info = {
	    .title = mm_title_in(&map->title, mm_request_lang(p->r, "ru"), "munimap"),
	    .is_clear = p->is_clear};
	struct mm_picture_plot o;
	struct mm_canvas *c = NULL;
	enum mm_code rc = mm_picture_open(p, &o, reterr);

	if (!rc)
		rc = mm_canvas_new(p->kind, &o.paper, p->dpi, &info, &c, reterr);
	if (!rc)
		rc = draw(p, &o, c, reterr);
	if (!rc)
		rc = mm_canvas_finish(c, &rs->body, reterr);
	c = mm_canvas_free(c);
	mm_picture_close(&o);
	rs->no_compress = p->kind == MM_CANVAS_PNG || p->kind == MM_CANVAS_JPEG;
	rs->content_type = mm_picture_offers[p->kind].media_type;
	return rc;
}

static bool is_named(const struct mm_param *p, const char *name)
{
	return strcasecmp(p->name, name) == 0;
}

bool mm_picture_is_large(const struct mm_request *r)
{
	int64_t side[2] = {MM_PICTURE_SIDE_DEFAULT, MM_PICTURE_SIDE_DEFAULT}, v;
	bool is_vector = false;

	for (size_t i = 0; i < r->param_count; i++) {
		const struct mm_param *p = &r->param[i];
		const bool is_width = is_named(p, "width");

		if ((is_width || is_named(p, "height")) && mm_num_parse_int(p->value, strlen(p->value), &v))
			side[!is_width] = v < 0 ? 0 : v > MM_PICTURE_SIDE_MAX ? MM_PICTURE_SIDE_MAX : v;
		if (is_named(p, "f") || is_named(p, "format"))
			is_vector = strstr(p->value, "pdf") || strstr(p->value, "svg");
	}
	return is_vector || side[0] * side[1] > (int64_t)MM_PICTURE_SIDE_DEFAULT * MM_PICTURE_SIDE_DEFAULT;
}
