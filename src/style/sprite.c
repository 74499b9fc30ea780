#include "style/sprite.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "style/asset.h"
#include "style/palette.h"

#include <cairo.h>
#include <librsvg/rsvg.h>

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	SHEET_WIDTH = 512,
	GAP = 1,
	RATIOS = 2,
	SHEET_BYTES_MAX = 16 << 20,
	CSS_BYTES_MAX = 1 << 16,
	ID_MAX = 32
};

static const char icon_folder[] = "icons/";

/* One icon and its place on the sheet, in units of one pixel at ratio 1. */
struct icon {
	const struct mm_asset *svg;
	RsvgHandle *handle;
	int x, y, width, height;
};

/* The icons of one style. */
struct sheets {
	bool drawn;
	struct mm_shared *json[RATIOS], *png[RATIOS];
};

struct mm_sprites {
	pthread_mutex_t mu; /* guards all below; held while sheets are drawn, once each style */
	struct mm_palette *palette;
	struct sheets *of_style;
};

enum mm_code mm_sprites_new(struct mm_sprites **ret, struct mm_err *reterr)
{
	struct mm_sprites *s = calloc(1, sizeof(*s));
	enum mm_code rc;

	if (!s || pthread_mutex_init(&s->mu, NULL) != 0) {
		free(s);
		return mm_fail_nomem(reterr);
	}
	rc = mm_palette_new(&s->palette, reterr);
	if (!rc) {
		s->of_style = calloc(mm_palette_count(s->palette), sizeof(*s->of_style));
		rc = s->of_style ? MM_OK : mm_fail_nomem(reterr);
	}
	if (rc)
		(void)mm_sprites_free(s);
	else
		*ret = s;
	return rc;
}

struct mm_sprites *mm_sprites_free(struct mm_sprites *s)
{
	if (!s)
		return NULL;
	for (size_t k = 0; s->of_style && k < mm_palette_count(s->palette); k++)
		for (int i = 0; i < RATIOS; i++) {
			(void)mm_shared_unref(s->of_style[k].json[i]);
			(void)mm_shared_unref(s->of_style[k].png[i]);
		}
	free(s->of_style);
	(void)mm_palette_free(s->palette);
	(void)pthread_mutex_destroy(&s->mu);
	free(s);
	return NULL;
}

static bool open_icon(struct icon *icon, const struct mm_buf *css)
{
	gdouble w = 0, h = 0;

	icon->handle = rsvg_handle_new_from_data(icon->svg->data, icon->svg->len, NULL);
	if (!icon->handle || !rsvg_handle_set_stylesheet(icon->handle, css->data, css->len, NULL) ||
	    !rsvg_handle_get_intrinsic_size_in_pixels(icon->handle, &w, &h))
		return false;
	icon->width = (int)ceil(w);
	icon->height = (int)ceil(h);
	return icon->width > 0 && icon->height > 0 && icon->width <= SHEET_WIDTH - 2 * GAP;
}

/* In rows from left to right, as they come; returns the height of the sheet. */
static int place(struct icon *icon, size_t count)
{
	int x = GAP, y = GAP, row = 0;

	for (size_t i = 0; i < count; i++) {
		if (x + icon[i].width + GAP > SHEET_WIDTH) {
			x = GAP;
			y += row + GAP;
			row = 0;
		}
		icon[i].x = x;
		icon[i].y = y;
		x += icon[i].width + GAP;
		row = icon[i].height > row ? icon[i].height : row;
	}
	return y + row + GAP;
}

static struct mm_shared *put_index(const struct icon *icon, size_t count, int ratio)
{
	struct mm_buf out;
	struct mm_json j;

	mm_buf_init(&out, SHEET_BYTES_MAX);
	j = mm_json_on(&out);
	mm_json_open(&j, NULL, '{');
	for (size_t i = 0; i < count; i++) {
		char name[128];
		const char *file = icon[i].svg->name + sizeof(icon_folder) - 1;

		(void)snprintf(name, sizeof(name), "%.*s", (int)(strlen(file) - strlen(".svg")), file);
		mm_json_open(&j, name, '{');
		mm_json_int(&j, "x", icon[i].x * ratio);
		mm_json_int(&j, "y", icon[i].y * ratio);
		mm_json_int(&j, "width", icon[i].width * ratio);
		mm_json_int(&j, "height", icon[i].height * ratio);
		mm_json_int(&j, "pixelRatio", ratio);
		mm_json_close(&j, '}');
	}
	mm_json_close(&j, '}');
	return mm_shared_from_buf(&out);
}

static cairo_status_t put_png(void *ctx, const unsigned char *bytes, unsigned n)
{
	mm_buf_put(ctx, bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

static struct mm_shared *draw_sheet(const struct icon *icon, size_t count, int height, int ratio)
{
	cairo_surface_t *sheet =
	    cairo_image_surface_create(CAIRO_FORMAT_ARGB32, SHEET_WIDTH * ratio, height * ratio);
	cairo_t *cr = cairo_create(sheet);
	struct mm_buf out;

	mm_buf_init(&out, SHEET_BYTES_MAX);
	cairo_scale(cr, ratio, ratio);
	for (size_t i = 0; i < count; i++) {
		const RsvgRectangle at = {icon[i].x, icon[i].y, icon[i].width, icon[i].height};

		cairo_save(cr); /* what is drawn outside its frame must not show in another icon */
		cairo_rectangle(cr, at.x, at.y, at.width, at.height);
		cairo_clip(cr);
		out.failed |= !rsvg_handle_render_document(icon[i].handle, cr, &at, NULL);
		cairo_restore(cr);
	}
	out.failed |= cairo_surface_write_to_png_stream(sheet, put_png, &out) != CAIRO_STATUS_SUCCESS;
	cairo_destroy(cr);
	cairo_surface_destroy(sheet);
	return mm_shared_from_buf(&out);
}

/* All icons that are built in, opened and coloured; returns how many. */
static size_t open_icons(struct icon *icon, const struct mm_buf *css)
{
	size_t count = 0;

	for (size_t i = 0; i < mm_asset_count; i++) {
		if (!mm_text_starts(mm_assets[i].name, icon_folder))
			continue;
		icon[count] = (struct icon){.svg = &mm_assets[i]};
		if (open_icon(&icon[count], css))
			count++;
		else if (icon[count].handle)
			g_object_unref(icon[count].handle);
	}
	return count;
}

static bool draw(struct sheets *s, const struct mm_buf *css)
{
	struct icon *icon = calloc(mm_asset_count + 1, sizeof(*icon));
	size_t count = icon ? open_icons(icon, css) : 0;
	int height = icon ? place(icon, count) : 0;
	bool good = icon != NULL;

	for (int i = 0; i < RATIOS && good; i++) {
		(void)mm_shared_unref(s->json[i]); /* of a try that ran out of memory */
		(void)mm_shared_unref(s->png[i]);
		s->json[i] = put_index(icon, count, i + 1);
		s->png[i] = draw_sheet(icon, count, height, i + 1);
		good = s->json[i] && s->png[i];
	}
	for (size_t i = 0; i < count; i++)
		g_object_unref(icon[i].handle);
	free(icon);
	return good;
}

static bool draw_style(struct mm_sprites *s, size_t style)
{
	struct mm_buf css;
	bool good;

	mm_buf_init(&css, CSS_BYTES_MAX);
	mm_palette_css(s->palette, style, &css);
	good = !css.failed && draw(&s->of_style[style], &css);
	mm_buf_release(&css);
	return good;
}

/* Takes "night@2x.png" apart: which style, which file of it (json, json for 2, png, png for 2). */
static bool parse_name(const struct mm_palette *p, const char *name, size_t *ret_style, size_t *ret_file)
{
	static const char *const ending[] = {".json", "@2x.json", ".png", "@2x.png"};
	const size_t n = strcspn(name, "@.");
	char id[ID_MAX];

	if (n >= sizeof(id))
		return false;
	memcpy(id, name, n);
	id[n] = 0;
	*ret_style = mm_palette_find(p, id);
	for (*ret_file = 0; *ret_file < 2 * RATIOS; ++*ret_file)
		if (strcmp(name + n, ending[*ret_file]) == 0)
			return *ret_style != SIZE_MAX;
	return false;
}

enum mm_code mm_sprites_file(struct mm_sprites *s, const char *name, struct mm_shared **ret,
			     const char **ret_type, struct mm_err *reterr)
{
	struct mm_shared *found = NULL;
	struct sheets *own;
	size_t style, i;

	if (!parse_name(s->palette, name, &style, &i))
		return mm_fail(reterr, MM_E_NOT_FOUND, "sprite",
			       "sprites are called after their style (/styles): day.json, day.png, and both "
			       "with @2x");
	own = &s->of_style[style];
	(void)pthread_mutex_lock(&s->mu);
	if (!own->drawn)
		own->drawn = draw_style(s, style);
	if (own->drawn)
		found = mm_shared_ref(i < RATIOS ? own->json[i] : own->png[i - RATIOS]);
	(void)pthread_mutex_unlock(&s->mu);
	if (!found)
		return mm_fail(reterr, MM_E_INTERNAL, "sprite", "the icons cannot be drawn");
	*ret = found;
	*ret_type = i < RATIOS ? "application/json" : "image/png";
	return MM_OK;
}
