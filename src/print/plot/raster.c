#include "print/plot/plot_private.h"

#include <turbojpeg.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Pictures of the ground below the vectors. Their pixels are those of the picture that is drawn, or so many
 * as paper shows, in the plane and the turn of the map: nothing is resampled twice.
 */

enum { JPEG_QUALITY = 88, FEW_COLOURS = 256 };

static const double PAPER_DPI = 250, PAPER_DPI_LEAST = 150, PAPER_PIXELS_MAX = 24e6, MM_AN_INCH = 25.4;

/* A raster on the sheet. */
struct image {
	struct mm_raster_window window;
	double x_mm, y_mm, px_mm; /* its corner, and a pixel */
	unsigned char *bytes;     /* owned: red, green, blue, alpha; then what cairo draws */
	unsigned char *mask;      /* owned; NULL: opaque */
	int mask_stride;
};

const struct mm_raster *mm_plot_find_raster(const struct mm_plot *p, const struct mm_style_layer *l)
{
	const struct mm_catalog *c = p->spec.catalog;
	const struct mm_entry *e =
	    l->type == MM_STYLE_LAYER_RASTER && l->source ? mm_catalog_find_entry(c, l->source) : NULL;

	if (!e || !e->raster)
		return NULL;
	return p->spec.choice && p->spec.choice[e - mm_catalog_entry(c, 0)].is_hidden ? NULL : e->raster;
}

/* ---- where ---- */

/* Pixels an inch: those of the picture; on paper no more than the file has to tell, twice over. */
static double dpi_of(const struct mm_plot *p, const struct mm_raster_info *r, const struct mm_ground *g)
{
	const double mm_a_pixel = r->resolution_m * g->mm_per_metre;
	const double told = mm_a_pixel > 0 ? 2 * MM_AN_INCH / mm_a_pixel : PAPER_DPI;

	if (p->spec.dpi > 0)
		return p->spec.dpi;
	return fmax(fmin(PAPER_DPI, told), PAPER_DPI_LEAST);
}

static void lay(const struct mm_paper_box *field, double dpi, struct image *i)
{
	const double px = MM_AN_INCH / dpi, slack = 1e-6;
	const double left = floor(field->x / px + slack), top = floor(field->y / px + slack);

	i->px_mm = px;
	i->x_mm = left * px;
	i->y_mm = top * px;
	i->window.width_px = (uint32_t)fmax(ceil((field->x + field->width) / px - slack) - left, 1);
	i->window.height_px = (uint32_t)fmax(ceil((field->y + field->height) / px - slack) - top, 1);
}

/* Over the field of a ground. */
static void place(const struct mm_plot *p, const struct mm_raster_info *r, const struct mm_ground *g,
		  struct image *i)
{
	const double most = p->spec.dpi > 0 ? MM_RASTER_PIXELS_MAX : PAPER_PIXELS_MAX;
	double dpi = dpi_of(p, r, g), corner[2], right[2], down[2], more;

	lay(&g->map, dpi, i);
	more = fmax((double)i->window.width_px * i->window.height_px / most,
		    pow(fmax(i->window.width_px, i->window.height_px) / (double)MM_RASTER_SIDE_MAX_PX, 2));
	if (more > 1)
		lay(&g->map, dpi / sqrt(more * 1.01), i);
	mm_ground_from_paper(g, i->x_mm, i->y_mm, corner);
	mm_ground_from_paper(g, i->x_mm + i->px_mm, i->y_mm, right);
	mm_ground_from_paper(g, i->x_mm, i->y_mm + i->px_mm, down);
	for (int k = 0; k < 2; k++) {
		i->window.place[3 * k] = corner[k];
		i->window.place[3 * k + 1] = right[k] - corner[k];
		i->window.place[3 * k + 2] = down[k] - corner[k];
	}
	i->window.crs = p->spec.crs;
}

bool mm_plot_has_raster(const struct mm_plot *p, const struct mm_raster *r)
{
	const struct mm_box ground = mm_ground_box(&p->spec.ground, 0);
	const struct mm_transform *to_deg;
	struct mm_box box;

	if (mm_transform_get(p->spec.kit->proj, p->spec.crs, MM_CRS84, &to_deg, NULL))
		return true;
	box = mm_transform_box(to_deg, &ground);
	return mm_box_is_empty(&box) || mm_box_meets(&box, &mm_raster_info(r)->box_deg);
}

/* ---- pixels ---- */

/* From red, green, blue, alpha to what cairo draws, and a mask where not all is opaque; what is not drawn at
 * all is white. False: no memory. */
static bool convert(struct image *i, double opacity)
{
	const size_t width = i->window.width_px, height = i->window.height_px;
	bool is_opaque = true;

	for (size_t k = 0; k < width * height && is_opaque; k++)
		is_opaque = i->bytes[4 * k + 3] == 255;
	i->mask_stride = cairo_format_stride_for_width(CAIRO_FORMAT_A8, (int)width);
	i->mask = is_opaque ? NULL : calloc(height, (size_t)i->mask_stride);
	if (!is_opaque && !i->mask)
		return false;
	for (size_t y = 0; y < height; y++)
		for (size_t x = 0; x < width; x++) {
			unsigned char *c = i->bytes + 4 * (y * width + x);
			const unsigned alpha = c[3];
			const uint32_t rgb =
			    alpha ? (uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | c[2] : 0xffffff;
			const uint32_t pixel = 0xff000000U | rgb;

			memcpy(c, &pixel, sizeof(pixel));
			if (i->mask)
				i->mask[y * (size_t)i->mask_stride + x] =
				    (unsigned char)lround(alpha * opacity);
		}
	return true;
}

static bool has_few_colours(const struct image *i)
{
	const size_t count = (size_t)i->window.width_px * i->window.height_px;
	uint32_t seen[4 * FEW_COLOURS], last = 0;
	size_t kinds = 0;

	memset(seen, 0, sizeof(seen)); /* no pixel is 0: alpha is 255 */
	for (size_t k = 0; k < count && kinds <= FEW_COLOURS; k++) {
		uint32_t pixel;
		size_t at;

		memcpy(&pixel, i->bytes + 4 * k, sizeof(pixel));
		if (pixel == last)
			continue;
		last = pixel;
		at = (pixel * 2654435761U) >> 22;
		while (seen[at] && seen[at] != pixel)
			at = (at + 1) % (4 * FEW_COLOURS);
		kinds += !seen[at];
		seen[at] = pixel;
	}
	return kinds <= FEW_COLOURS;
}

static void free_jpeg(void *bytes)
{
	tjFree(bytes);
}

/* A photograph goes into a file as JPEG; without memory for one it stays as it is. */
static void attach_jpeg(cairo_surface_t *s, const struct image *i)
{
	const tjhandle jpeg = tjInitCompress();
	unsigned char *bytes = NULL;
	unsigned long n = 0;

	if (jpeg &&
	    tjCompress2(jpeg, i->bytes, (int)i->window.width_px, (int)i->window.width_px * 4,
			(int)i->window.height_px, TJPF_BGRX, &bytes, &n, TJSAMP_420, JPEG_QUALITY,
			TJFLAG_ACCURATEDCT) == 0 &&
	    cairo_surface_set_mime_data(s, CAIRO_MIME_TYPE_JPEG, bytes, n, free_jpeg, bytes) ==
		CAIRO_STATUS_SUCCESS)
		bytes = NULL; /* the surface's */
	tjFree(bytes);
	if (jpeg)
		(void)tjDestroy(jpeg);
}

/* A pattern of an image in its place on the sheet; takes over the surface. */
static cairo_pattern_t *lay_pattern(cairo_surface_t *s, const struct image *i)
{
	cairo_pattern_t *pattern = cairo_pattern_create_for_surface(s);
	cairo_matrix_t to_pixels;

	cairo_surface_destroy(s);
	cairo_matrix_init_scale(&to_pixels, 1 / i->px_mm, 1 / i->px_mm);
	cairo_matrix_translate(&to_pixels, -i->x_mm, -i->y_mm);
	cairo_pattern_set_matrix(pattern, &to_pixels);
	cairo_pattern_set_filter(pattern, CAIRO_FILTER_BILINEAR);
	return pattern;
}

static const cairo_user_data_key_t owned;

/* A surface that owns its bytes: files are written after the plot has gone. */
static cairo_surface_t *own_surface(unsigned char **bytes, cairo_format_t format, const struct image *i,
				    int stride)
{
	cairo_surface_t *s = cairo_image_surface_create_for_data(*bytes, format, (int)i->window.width_px,
								 (int)i->window.height_px, stride);

	if (cairo_surface_set_user_data(s, &owned, *bytes, free) == CAIRO_STATUS_SUCCESS)
		*bytes = NULL;
	return s;
}

static void draw(const struct mm_plot *p, cairo_t *cr, const struct mm_paper_box *field, struct image *i,
		 double opacity)
{
	const bool is_photograph = p->spec.dpi <= 0 && !has_few_colours(i);
	unsigned char *bytes = i->bytes, *mask = i->mask;
	cairo_surface_t *picture;
	cairo_pattern_t *colours, *alpha = NULL;

	picture = own_surface(&i->bytes, CAIRO_FORMAT_RGB24, i, (int)i->window.width_px * 4);
	if (is_photograph)
		attach_jpeg(picture, &(struct image){.window = i->window, .bytes = bytes});
	colours = lay_pattern(picture, i);
	if (mask)
		alpha = lay_pattern(own_surface(&i->mask, CAIRO_FORMAT_A8, i, i->mask_stride), i);
	cairo_save(cr);
	cairo_rectangle(cr, field->x, field->y, field->width, field->height);
	cairo_clip(cr);
	cairo_set_source(cr, colours);
	if (alpha)
		cairo_mask(cr, alpha);
	else
		cairo_paint_with_alpha(cr, opacity);
	cairo_restore(cr);
	cairo_pattern_destroy(colours);
	if (alpha)
		cairo_pattern_destroy(alpha);
}

/* Draws what of a raster lies in the field of a ground. */
static enum mm_code draw_on(struct mm_plot *p, cairo_t *cr, const struct mm_raster *r,
			    const struct mm_ground *g, double opacity, struct mm_err *reterr)
{
	const struct mm_raster_info *info = mm_raster_info(r);
	struct image i = {0};
	enum mm_code rc;

	if (!p->spec.pixels.read)
		return mm_fail(reterr, MM_E_INVALID, "layers", "raster \"%.64s\" cannot be read here",
			       info->id);
	place(p, info, g, &i);
	i.bytes = malloc((size_t)4 * i.window.width_px * i.window.height_px);
	if (!i.bytes)
		return mm_fail_nomem(reterr);
	rc = p->spec.pixels.read(p->spec.pixels.ctx, r, &i.window, i.bytes, reterr);
	if (!rc)
		rc = convert(&i, opacity) ? MM_OK : mm_fail_nomem(reterr);
	if (!rc)
		draw(p, cr, &g->map, &i, opacity);
	free(i.mask);
	free(i.bytes);
	return rc;
}

enum mm_code mm_plot_draw_raster(struct mm_plot *p, cairo_t *cr, const struct mm_style_layer *l,
				 struct mm_err *reterr)
{
	const struct mm_raster *r = mm_plot_find_raster(p, l);
	struct mm_plot_eye eye;

	if (!r || !mm_plot_has_raster(p, r))
		return MM_OK;
	mm_plot_eye_open(&eye, p, NULL);
	mm_arena_clear(&p->scratch);
	return draw_on(p, cr, r, &p->spec.ground, mm_style_number(l, MM_PROP_RASTER_OPACITY, &eye.context),
		       reterr);
}

/* The middle of what the field shows of it. */
static void middle_of(const struct mm_plot *p, const struct mm_raster *r, struct mm_ground *g)
{
	const struct mm_box field = mm_ground_box(&p->spec.ground, 0);
	const struct mm_transform *from_deg;
	struct mm_box b;

	if (mm_transform_get(p->spec.kit->proj, MM_CRS84, p->spec.crs, &from_deg, NULL))
		return;
	b = mm_transform_box(from_deg, &mm_raster_info(r)->box_deg);
	if (mm_box_is_empty(&b) || !mm_box_meets(&b, &field))
		return;
	g->x = (fmax(b.min_x, field.min_x) + fmin(b.max_x, field.max_x)) / 2;
	g->y = (fmax(b.min_y, field.min_y) + fmin(b.max_y, field.max_y)) / 2;
}

enum mm_code mm_plot_draw_piece(struct mm_plot *p, cairo_t *cr, const struct mm_raster *r,
				const struct mm_paper_box *box, struct mm_err *reterr)
{
	struct mm_ground g = p->spec.ground;

	g.map = *box;
	middle_of(p, r, &g);
	return draw_on(p, cr, r, &g, mm_raster_info(r)->opacity, reterr);
}
