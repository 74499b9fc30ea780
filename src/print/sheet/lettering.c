#include "print/sheet/lettering.h"

#include "base/text.h"
#include "print/sheet/hyphens.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Pango takes the square of a word's length to break it: 5 s for 8 192 letters. */
enum { TEXT_BYTES_MAX = 4096, WORD_MAX = 100 };

enum { SHORT_NUMBER = 4, HYPHENATED_LEAST = 6 }; /* letters */

/* Noto Sans has no minus; its dash looks the same. */
enum { MINUS = 0x2212, EN_DASH = 0x2013 };

static const double HEIGHT_MIN_MM = 0.2, HEIGHT_MAX_MM = 200, HEIGHT_LEAST_SHARE = 0.5, SHRINK = 0.93;

/* Height of a capital letter of Noto Sans by its OS/2 table (sCapHeight 714 of 1 000). */
static const double CAPITAL_SHARE = 0.714;

/* From line to line, in sizes of the font (hhea: 1 069 + 293 of 1 000). */
static const double LINE_EM = 1.362;

#define FOLDER "/usr/share/fonts/truetype/noto/"

struct mm_lettering {
	FcConfig *config;
	PangoFontMap *fonts;
	PangoContext *ctx;
	PangoLayout *layout, *letter; /* of the whole, of one letter of it */
};

/* A configuration of its own: what the machine has besides, and how it is set up, does not count. */
static enum mm_code open_fonts(struct mm_lettering *l, struct mm_err *reterr)
{
	static const char *const files[] = {FOLDER "NotoSans-Regular.ttf", FOLDER "NotoSans-Bold.ttf",
					    FOLDER "NotoSans-Italic.ttf", FOLDER "NotoSans-BoldItalic.ttf"};

	l->config = FcConfigCreate();
	if (!l->config)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (access(files[i], R_OK) != 0 ||
		    !FcConfigAppFontAddFile(l->config, (const FcChar8 *)files[i]))
			return mm_fail(
			    reterr, MM_E_NOT_FOUND, files[i],
			    "the letters of plans are missing: install the package fonts-noto-core");
	return MM_OK;
}

/* Letters stand where their outlines say. Places rounded to whole units, pango's habit, would be whole
 * millimetres here: lines come out 7 % short, and words fall apart when they are copied from a PDF. */
static void set_up(PangoContext *ctx)
{
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(ctx, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(ctx, FALSE);
	pango_context_set_language(ctx, pango_language_from_string("ru"));
}

enum mm_code mm_lettering_new(struct mm_lettering **ret, struct mm_err *reterr)
{
	struct mm_lettering *l = calloc(1, sizeof(*l));
	enum mm_code rc;

	if (!l)
		return mm_fail_nomem(reterr);
	rc = open_fonts(l, reterr);
	if (rc) {
		(void)mm_lettering_free(l);
		return rc;
	}
	l->fonts = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(l->fonts), l->config);
	l->ctx = pango_font_map_create_context(l->fonts);
	set_up(l->ctx);
	l->layout = pango_layout_new(l->ctx);
	l->letter = pango_layout_new(l->ctx);
	*ret = l;
	return MM_OK;
}

struct mm_lettering *mm_lettering_free(struct mm_lettering *l)
{
	if (!l)
		return NULL;
	if (l->letter)
		g_object_unref(l->letter);
	if (l->layout)
		g_object_unref(l->layout);
	if (l->ctx)
		g_object_unref(l->ctx);
	if (l->fonts)
		g_object_unref(l->fonts);
	if (l->config)
		FcConfigDestroy(l->config);
	free(l);
	return NULL;
}

/* Pango complains on the terminal about bytes that are not UTF-8: it gets none. */
static void set_text(PangoLayout *layout, const char *text)
{
	char valid[TEXT_BYTES_MAX];
	size_t n = strnlen(text, TEXT_BYTES_MAX), at = 0, len = 0, word = 0;

	while (at < n && len + 5 <= sizeof(valid)) {
		uint32_t c = mm_text_utf8_next(text, n, &at);

		if (c == MINUS)
			c = EN_DASH;
		word = c == ' ' || c == '\n' ? 0 : word + 1;
		if (word > WORD_MAX) {
			valid[len++] = '\n';
			word = 1;
		}
		len += mm_text_utf8_put(c, valid + len);
	}
	pango_layout_set_text(layout, valid, (int)len);
}

static void set_font(PangoLayout *layout, const struct mm_letters *what, double height_mm)
{
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family_static(font, "Noto Sans");
	pango_font_description_set_weight(font, what->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(font, what->is_italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_font_description_set_absolute_size(font, height_mm / CAPITAL_SHARE * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
}

/* Within the limits; a NaN too. */
static double held(double height_mm)
{
	return height_mm >= HEIGHT_MIN_MM ? fmin(height_mm, HEIGHT_MAX_MM) : HEIGHT_MIN_MM;
}

static void set_spacing(PangoAttrList *list, double spacing_mm)
{
	const double held_mm = fmin(fmax(spacing_mm, -HEIGHT_MAX_MM), HEIGHT_MAX_MM);

	if (spacing_mm != 0)
		pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)(held_mm * PANGO_SCALE)));
}

/* Bytes of the short number that stands at the beginning of a text, with what is written close to it; 0: it
 * is none. */
static size_t number_at(const char *text)
{
	const size_t digits = strspn(text, "0123456789"), n = digits + strspn(text + digits, ".,;:)");

	return digits > 0 && digits <= SHORT_NUMBER && (!text[n] || text[n] == ' ' || text[n] == '\n') ? n
												       : 0;
}

/* "school № 8", "stage 12": a number is not torn from the word that it counts. False: there is none. */
static bool bind_numbers(PangoLayout *layout, PangoAttrList *list)
{
	const char *text = pango_layout_get_text(layout);
	bool ret = false;

	for (size_t i = 1; text[0] && text[i]; i++) {
		const bool is_word =
		    (unsigned char)text[i - 1] >= 0x80 || isalpha((unsigned char)text[i - 1]);
		const size_t n = text[i] == ' ' && is_word ? number_at(text + i + 1) : 0;
		PangoAttribute *a;

		if (!n)
			continue;
		a = pango_attr_allow_breaks_new(FALSE);
		a->start_index = (guint)i;
		a->end_index = (guint)(i + 1 + n);
		pango_attr_list_insert(list, a);
		ret = true;
	}
	return ret;
}

static bool is_too_wide(PangoLayout *layout, double width_mm)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	return logical.width > (width_mm + 0.01) * PANGO_SCALE;
}

/* Words that are longer than a line break between syllables. */
static void hyphenate(PangoLayout *layout)
{
	char text[TEXT_BYTES_MAX * 2];
	const size_t n = mm_hyphens_put(pango_layout_get_text(layout), HYPHENATED_LEAST, text, sizeof(text));

	pango_layout_set_text(layout, text, (int)n);
}

/* Breaks lines where they read best. */
static void break_lines(PangoLayout *layout, const struct mm_letters *what, double width_mm)
{
	PangoAttrList *list = pango_attr_list_new();

	set_spacing(list, what->spacing_mm);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
	if (width_mm > 0 && bind_numbers(layout, list)) {
		pango_layout_set_attributes(layout, list);
		if (is_too_wide(layout, width_mm)) { /* rather a break there than none */
			pango_attr_list_unref(list);
			list = pango_attr_list_new();
			set_spacing(list, what->spacing_mm);
		}
	}
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
	if (width_mm > 0 && !what->keeps_words && is_too_wide(layout, width_mm)) {
		hyphenate(layout);
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	}
}

static void lay_out(struct mm_lettering *l, const struct mm_letters *what, double height_mm, double width_mm)
{
	static const PangoAlignment flush[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT};

	set_font(l->layout, what, height_mm);
	pango_layout_set_width(l->layout, width_mm > 0 ? (int)(fmin(width_mm, 1e5) * PANGO_SCALE) : -1);
	pango_layout_set_alignment(l->layout, flush[what->across]);
	pango_layout_set_line_spacing(l->layout, (float)(what->line_em / LINE_EM));
	pango_layout_set_attributes(l->layout, NULL);
	set_text(l->layout, what->text ? what->text : "");
	break_lines(l->layout, what, width_mm);
}

/* Size of what is laid out, and how far its corner is from where its lines begin: of lines flush with their
 * middle or right end, the layout is as wide as it was told to be. */
static void extents(struct mm_lettering *l, double ret_size[2], double *ret_left)
{
	PangoRectangle logical;

	pango_layout_get_extents(l->layout, NULL, &logical);
	ret_size[0] = (double)logical.width / PANGO_SCALE;
	ret_size[1] = (double)logical.height / PANGO_SCALE;
	*ret_left = (double)logical.x / PANGO_SCALE;
}

void mm_lettering_measure(struct mm_lettering *l, const struct mm_letters *what, double ret[2])
{
	double left;

	lay_out(l, what, held(what->height_mm), what->width_mm);
	extents(l, ret, &left);
}

static void set_colour(cairo_t *cr, uint32_t rgb, double fade)
{
	cairo_set_source_rgba(cr, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0,
			      1 - fade);
}

/* The rim around what is laid out, its corner at the origin of the context. */
static void put_halo(PangoLayout *layout, cairo_t *cr, const struct mm_letters *what)
{
	cairo_move_to(cr, 0, 0);
	pango_cairo_layout_path(cr, layout);
	set_colour(cr, what->halo_rgb, what->fade);
	cairo_set_line_width(cr, 2 * what->halo_mm);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(cr, NULL, 0, 0);
	cairo_stroke(cr);
}

static void put_letters(PangoLayout *layout, cairo_t *cr, const struct mm_letters *what)
{
	set_colour(cr, what->rgb, what->fade);
	cairo_move_to(cr, 0, 0);
	pango_cairo_show_layout(cr, layout);
	cairo_new_path(cr); /* it leaves a point */
}

static void put(struct mm_lettering *l, cairo_t *cr, const struct mm_letters *what)
{
	if (what->halo_mm > 0)
		put_halo(l->layout, cr, what);
	put_letters(l->layout, cr, what);
}

/* From the point where the text stands up to its upper edge. */
static double rise(struct mm_lettering *l, enum mm_letters_down down, double height_mm)
{
	switch (down) {
	case MM_LETTERS_TOP:
		return 0;
	case MM_LETTERS_MIDDLE:
		return height_mm / 2;
	case MM_LETTERS_BOTTOM:
		return height_mm;
	case MM_LETTERS_BASELINE:
		break;
	}
	return (double)pango_layout_get_baseline(l->layout) / PANGO_SCALE;
}

void mm_lettering_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_letters *what, double x, double y)
{
	static const double shares[] = {0, 0.5, 1};
	double size[2], left;

	lay_out(l, what, held(what->height_mm), what->width_mm);
	extents(l, size, &left);
	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_rotate(cr, what->angle_deg * M_PI / 180);
	cairo_translate(cr, -left - size[0] * shares[what->across], -rise(l, what->down, size[1]));
	put(l, cr, what);
	cairo_restore(cr);
}

/* A point of the line, and the direction there. */
static void find_on(const double *xy, size_t count, double distance, double ret[2], double *ret_angle)
{
	for (size_t i = 1; i < count; i++) {
		const double *p = xy + 2 * (i - 1), *q = p + 2;
		const double step = hypot(q[0] - p[0], q[1] - p[1]);

		if (step > 0 && (distance <= step || i + 1 == count)) {
			ret[0] = p[0] + (q[0] - p[0]) * distance / step;
			ret[1] = p[1] + (q[1] - p[1]) * distance / step;
			*ret_angle = atan2(q[1] - p[1], q[0] - p[0]);
			return;
		}
		distance -= step;
	}
}

/* Letter by letter, each turned as the line is at its middle; rims first, or they would lie on their
 * neighbours. */
static void walk(struct mm_lettering *l, cairo_t *cr, const struct mm_letters *what, const double *xy,
		 size_t count, double from, bool is_halo)
{
	const char *text = pango_layout_get_text(l->layout);
	PangoLayoutIter *at = pango_layout_get_iter(l->layout);

	do {
		const char *letter = text + pango_layout_iter_get_index(at);
		PangoRectangle r;
		double place[2] = {xy[0], xy[1]}, angle = 0, width;
		size_t bytes = 0;

		pango_layout_iter_get_char_extents(at, &r);
		width = (double)r.width / PANGO_SCALE;
		if (!*letter || !(width > 0))
			continue;
		find_on(xy, count, from + (double)r.x / PANGO_SCALE + width / 2, place, &angle);
		(void)mm_text_utf8_next(letter, strlen(letter), &bytes);
		pango_layout_set_text(l->letter, letter, (int)bytes);
		cairo_save(cr);
		cairo_translate(cr, place[0], place[1]);
		cairo_rotate(cr, angle);
		cairo_translate(cr, -width / 2,
				held(what->height_mm) / 2 -
				    (double)pango_layout_get_baseline(l->letter) / PANGO_SCALE);
		(is_halo ? put_halo : put_letters)(l->letter, cr, what);
		cairo_restore(cr);
	} while (pango_layout_iter_next_char(at));
	pango_layout_iter_free(at);
}

void mm_lettering_draw_along(struct mm_lettering *l, cairo_t *cr, const struct mm_letters *what,
			     const double *xy, size_t count, double from)
{
	struct mm_letters line = *what;

	if (count < 2)
		return;
	line.across = MM_LETTERS_LEFT;
	lay_out(l, &line, held(what->height_mm), 0);
	pango_layout_set_single_paragraph_mode(l->layout, TRUE);
	set_font(l->letter, what, held(what->height_mm));
	if (what->halo_mm > 0)
		walk(l, cr, what, xy, count, from, true);
	walk(l, cr, what, xy, count, from, false);
	pango_layout_set_single_paragraph_mode(l->layout, FALSE);
}

double mm_lettering_fill(struct mm_lettering *l, cairo_t *cr, const struct mm_letters *what,
			 const struct mm_paper_box *box)
{
	const double least = held(what->height_mm) * HEIGHT_LEAST_SHARE;
	double height = held(what->height_mm), size[2], left, down;

	for (;;) {
		lay_out(l, what, height, box->width);
		extents(l, size, &left);
		if ((size[1] <= box->height && size[0] <= box->width) || !(height * SHRINK >= least))
			break;
		height *= SHRINK;
	}
	down = what->down == MM_LETTERS_TOP
		   ? 0
		   : (box->height - size[1]) / (what->down == MM_LETTERS_MIDDLE ? 2 : 1);
	cairo_save(cr);
	cairo_rectangle(cr, box->x, box->y, box->width, box->height);
	cairo_clip(cr);
	cairo_translate(cr, box->x, box->y + fmax(down, 0));
	put(l, cr, what);
	cairo_restore(cr);
	return height;
}
