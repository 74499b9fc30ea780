#include "print/plot/plot.h"

#include "base/clock.h"
#include "print/plot/symbol.h"

#include <math.h>
#include <stdlib.h>

enum { PLOT_BYTES_MAX = 256 << 20, LOOKS_A_CLOCK = 256 };

double mm_plot_zoom(double scale, double lat_deg)
{
	/* metres of a pixel at zoom 0 on the equator, of a world of 512 pixels, over those of the sheet */
	const double world_m = 2 * M_PI * 6378137, pixel_m = MM_PLOT_MM_A_PIXEL / 1000;

	return log2(world_m * cos(lat_deg * M_PI / 180) / 512 / pixel_m / scale);
}

bool mm_plot_is_late(struct mm_plot *p)
{
	if (!p->is_late && p->looks++ % LOOKS_A_CLOCK == 0)
		p->is_late = (p->spec.deadline_ns && mm_clock_mono_ns() > p->spec.deadline_ns) ||
			     (p->spec.is_unwanted && p->spec.is_unwanted(p->spec.ctx));
	return p->is_late;
}

enum mm_code mm_plot_fail_late(struct mm_err *reterr)
{
	return mm_fail(
	    reterr, MM_E_BUSY, "",
	    "the plan took too long and was given up: take a smaller extent, a larger scale or fewer "
	    "layers");
}

/* The latitude of the middle of the field. */
static enum mm_code find_latitude(struct mm_plot *p, struct mm_err *reterr)
{
	const struct mm_transform *to_deg;
	double at[2] = {p->spec.ground.x, p->spec.ground.y};
	enum mm_code rc = mm_transform_get(p->spec.kit->proj, p->spec.crs, MM_CRS84, &to_deg, reterr);

	if (rc)
		return rc;
	if (mm_transform_points(to_deg, at, 1) > 0 || fabs(at[1]) > 89)
		return mm_fail(reterr, MM_E_INVALID, "center",
			       "the middle of the map lies outside of where its system holds");
	p->lat_deg = at[1];
	return MM_OK;
}

enum mm_code mm_plot_new(const struct mm_plot_spec *spec, struct mm_plot **ret, struct mm_err *reterr)
{
	struct mm_plot *p = calloc(1, sizeof(*p));
	enum mm_code rc;

	if (!p)
		return mm_fail_nomem(reterr);
	p->spec = *spec;
	mm_arena_init(&p->mem, PLOT_BYTES_MAX);
	mm_arena_init(&p->scratch, MM_PLOT_EVAL_BYTES_MAX);
	rc = mm_plot_is_late(p) ? mm_plot_fail_late(reterr) : find_latitude(p, reterr);
	if (!rc) {
		p->zoom = spec->zoom > 0 ? spec->zoom : mm_plot_zoom(spec->ground.scale, p->lat_deg);
		p->zoom = fmin(fmax(p->zoom, 0), 24);
		rc = mm_style_at_zoom(spec->style, p->zoom, &p->mem, &p->style, reterr);
	}
	if (!rc)
		rc = mm_plot_read(p, reterr);
	if (!rc)
		rc = mm_plot_place_symbols(p, reterr);
	if (!rc)
		rc = mm_plot_make_legend(p, reterr);
	if (rc)
		(void)mm_plot_free(p);
	else
		*ret = p;
	return rc;
}

struct mm_plot *mm_plot_free(struct mm_plot *p)
{
	if (!p)
		return NULL;
	for (size_t i = 0; i < p->source_count; i++)
		mm_plot_source_release(&p->source[i]);
	for (size_t i = 0; p->symbols && i < p->style->layer_count; i++)
		mm_plot_symbols_release(&p->symbols[i]);
	mm_arena_release(&p->scratch);
	mm_arena_release(&p->mem);
	free(p);
	return NULL;
}

enum mm_code mm_plot_draw_shapes(struct mm_plot *p, cairo_t *cr, const struct mm_style_layer *l,
				 const struct mm_plot_source *s, struct mm_err *reterr)
{
	switch (l->type) {
	case MM_STYLE_LAYER_FILL:
	case MM_STYLE_LAYER_FILL_EXTRUSION:
		return mm_plot_draw_fill(p, cr, l, s, reterr);
	case MM_STYLE_LAYER_LINE:
		return mm_plot_draw_line(p, cr, l, s, reterr);
	case MM_STYLE_LAYER_CIRCLE:
		return mm_plot_draw_circle(p, cr, l, s, reterr);
	default: /* what is no vector */
		return MM_OK;
	}
}

static enum mm_code draw_layer(struct mm_plot *p, cairo_t *cr, size_t number, struct mm_err *reterr)
{
	const struct mm_style_layer *l = &p->style->layers[number];
	const struct mm_plot_source *s = mm_plot_find_source(p, l->source_layer);

	if (l->type == MM_STYLE_LAYER_BACKGROUND)
		mm_plot_draw_background(p, cr, l);
	else if (l->type == MM_STYLE_LAYER_SYMBOL)
		mm_plot_draw_symbols(p, cr, &p->symbols[number]);
	else if (l->type == MM_STYLE_LAYER_RASTER)
		return mm_plot_draw_raster(p, cr, l, reterr);
	else if (s)
		return mm_plot_draw_shapes(p, cr, l, s, reterr);
	return MM_OK;
}

static void open_field(const struct mm_plot *p, cairo_t *cr)
{
	const struct mm_paper_box *field = &p->spec.ground.map;

	cairo_save(cr);
	cairo_rectangle(cr, field->x, field->y, field->width, field->height);
	cairo_clip(cr);
}

enum mm_code mm_plot_draw(struct mm_plot *p, cairo_t *cr, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	open_field(p, cr);
	for (size_t i = 0; i < p->style->layer_count && !rc; i++)
		rc = draw_layer(p, cr, i, reterr);
	cairo_restore(cr);
	return rc;
}

/* Whose features, labels or pixels a style layer draws: ids and titles of layers, which are the same for the
 * same layer. NULL: the ground, or nobody's. */
struct drawn {
	const char *id;
	const struct mm_title *title;
};

static struct drawn drawn_by(const struct mm_plot *p, size_t number)
{
	const struct mm_style_layer *l = &p->style->layers[number];
	const struct mm_plot_source *s = mm_plot_find_source(p, l->source_layer);
	const struct mm_raster *r = mm_plot_find_raster(p, l);

	if (s)
		return (struct drawn){mm_layer_schema(s->layer)->id, &mm_layer_schema(s->layer)->title};
	return r ? (struct drawn){mm_raster_info(r)->id, &mm_raster_info(r)->title} : (struct drawn){0};
}

/* Ends a group and puts it on the sheet; false: there is nothing in it, and cairo would leave it out of the
 * PDF. */
static bool close_group(cairo_t *cr)
{
	cairo_pattern_t *group = cairo_pop_group(cr);
	cairo_surface_t *drawn = NULL;
	double x, y, width = 0, height = 0;

	if (cairo_pattern_get_surface(group, &drawn) == CAIRO_STATUS_SUCCESS &&
	    cairo_surface_get_type(drawn) == CAIRO_SURFACE_TYPE_RECORDING)
		cairo_recording_surface_ink_extents(drawn, &x, &y, &width, &height);
	if (width > 0 && height > 0) {
		cairo_set_source(cr, group);
		cairo_paint(cr);
	}
	cairo_pattern_destroy(group);
	return width > 0 && height > 0;
}

enum mm_code mm_plot_draw_groups(struct mm_plot *p, cairo_t *cr,
				 bool (*told)(void *ctx, const char *id, const struct mm_title *title),
				 void *ctx, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	open_field(p, cr);
	for (size_t i = 0, next; i < p->style->layer_count && !rc; i = next) {
		const struct drawn by = drawn_by(p, i);

		if (!by.id && p->style->layers[i].type !=
				  MM_STYLE_LAYER_BACKGROUND) { /* of a layer that is not shown */
			next = i + 1;
			continue;
		}
		cairo_push_group(cr);
		for (next = i; next < p->style->layer_count && drawn_by(p, next).id == by.id && !rc; next++)
			rc = draw_layer(p, cr, next, reterr);
		if (close_group(cr) && !rc && !told(ctx, by.id, by.title))
			rc = mm_fail_nomem(reterr);
	}
	cairo_restore(cr);
	return rc;
}
