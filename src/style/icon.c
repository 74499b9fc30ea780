#include "style/icon.h"

#include "base/buf.h"
#include "style/asset.h"
#include "style/palette.h"

#include <librsvg/rsvg.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CSS_BYTES_MAX = 1 << 16, NAME_MAX_BYTES = 128 };

struct icon {
	cairo_surface_t *drawing; /* recorded; NULL: it cannot be read */
	cairo_pattern_t *pattern; /* made when it is asked for */
	double size_px[2];
	bool is_read;
};

struct mm_icons {
	struct mm_buf css;
	struct icon *of_asset; /* one for each asset, icons or not */
};

enum mm_code mm_icons_new(const char *style, struct mm_icons **ret, struct mm_err *reterr)
{
	struct mm_icons *i = calloc(1, sizeof(*i));
	struct mm_palette *palette = NULL;
	enum mm_code rc = i ? mm_palette_new(&palette, reterr) : mm_fail_nomem(reterr);
	size_t number;

	if (rc) {
		free(i);
		return rc;
	}
	number = mm_palette_find(palette, style);
	i->of_asset = calloc(mm_asset_count + 1, sizeof(*i->of_asset));
	mm_buf_init(&i->css, CSS_BYTES_MAX);
	if (number == SIZE_MAX)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "style", "there is no style \"%.40s\"", style);
	else
		mm_palette_css(palette, number, &i->css);
	if (!rc && (i->css.failed || !i->of_asset))
		rc = mm_fail_nomem(reterr);
	(void)mm_palette_free(palette);
	if (rc)
		(void)mm_icons_free(i);
	else
		*ret = i;
	return rc;
}

/* Drawings in SVG and what was drawn in them hold each other, and cairo 1.16 never gives back the references
 * that it took: those that are left are its own. */
static void let_go(cairo_surface_t *drawing)
{
	cairo_surface_finish(drawing);
	for (unsigned n = cairo_surface_get_reference_count(drawing); n > 0; n--)
		cairo_surface_destroy(drawing);
}

struct mm_icons *mm_icons_free(struct mm_icons *i)
{
	if (!i)
		return NULL;
	for (size_t k = 0; i->of_asset && k < mm_asset_count; k++) {
		if (i->of_asset[k].pattern)
			cairo_pattern_destroy(i->of_asset[k].pattern);
		if (i->of_asset[k].drawing)
			let_go(i->of_asset[k].drawing);
	}
	free(i->of_asset);
	mm_buf_release(&i->css);
	free(i);
	return NULL;
}

/* What is drawn outside its frame must not show: the recording is as large as the frame. */
static cairo_surface_t *record(RsvgHandle *svg, const double size_px[2])
{
	const cairo_rectangle_t frame = {0, 0, size_px[0], size_px[1]};
	const RsvgRectangle at = {0, 0, size_px[0], size_px[1]};
	cairo_surface_t *drawing = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &frame);
	cairo_t *cr = cairo_create(drawing);
	const bool is_drawn = rsvg_handle_render_document(svg, cr, &at, NULL);

	cairo_destroy(cr);
	if (is_drawn)
		return drawing;
	cairo_surface_destroy(drawing);
	return NULL;
}

static void read_icon(const struct mm_icons *i, const struct mm_asset *a, struct icon *icon)
{
	RsvgHandle *svg = rsvg_handle_new_from_data(a->data, a->len, NULL);

	icon->is_read = true;
	if (!svg)
		return;
	if (rsvg_handle_set_stylesheet(svg, i->css.data, i->css.len, NULL) &&
	    rsvg_handle_get_intrinsic_size_in_pixels(svg, &icon->size_px[0], &icon->size_px[1]))
		icon->drawing = record(svg, icon->size_px);
	g_object_unref(svg);
}

static struct icon *find(struct mm_icons *i, const char *name)
{
	char file[NAME_MAX_BYTES];
	const struct mm_asset *a;
	struct icon *icon;

	if (snprintf(file, sizeof(file), "icons/%s.svg", name) >= (int)sizeof(file))
		return NULL;
	a = mm_asset_find(file);
	if (!a)
		return NULL;
	icon = &i->of_asset[a - mm_assets];
	if (!icon->is_read)
		read_icon(i, a, icon);
	return icon->drawing ? icon : NULL;
}

bool mm_icons_size(struct mm_icons *i, const char *name, double ret_px[2])
{
	const struct icon *icon = find(i, name);

	if (!icon)
		return false;
	memcpy(ret_px, icon->size_px, sizeof(icon->size_px));
	return true;
}

void mm_icons_draw(struct mm_icons *i, cairo_t *cr, const char *name, double opacity)
{
	const struct icon *icon = find(i, name);

	if (!icon)
		return;
	cairo_save(cr);
	cairo_set_source_surface(cr, icon->drawing, 0, 0);
	if (opacity < 1)
		cairo_paint_with_alpha(cr, opacity);
	else
		cairo_paint(cr);
	cairo_restore(cr);
}

cairo_pattern_t *mm_icons_pattern(struct mm_icons *i, const char *name)
{
	struct icon *icon = find(i, name);

	if (!icon)
		return NULL;
	if (!icon->pattern) {
		icon->pattern = cairo_pattern_create_for_surface(icon->drawing);
		cairo_pattern_set_extend(icon->pattern, CAIRO_EXTEND_REPEAT);
	}
	return icon->pattern;
}
