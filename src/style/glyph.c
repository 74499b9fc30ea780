#include "style/glyph.h"

#include "base/buf.h"
#include "base/text.h"
#include "style/distance.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
	SIZE_PX = 24,
	BORDER_PX = 3,
	RADIUS_PX = 8,
	FINE = 5, /* cells a pixel, odd: a pixel's middle is a cell's middle */
	RANGES = 65536 / 256,
	RANGE_BYTES_MAX = 4 << 20
};

static const double cutoff = 0.25;

static const struct {
	const char *name, *path;
} fonts[] = {
    {"Noto Sans Regular", "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"},
    {"Noto Sans Bold", "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf"},
    {"Noto Sans Italic", "/usr/share/fonts/truetype/noto/NotoSans-Italic.ttf"},
};

enum { FONTS = sizeof(fonts) / sizeof(fonts[0]) };

struct mm_glyphs {
	pthread_mutex_t mu; /* guards all below; held while a range is made, some 100 ms, once each */
	FT_Library library;
	FT_Face face[FONTS]; /* NULL: not installed */
	struct mm_shared *range[FONTS][RANGES];
};

struct mm_glyphs *mm_glyphs_free(struct mm_glyphs *g)
{
	if (!g)
		return NULL;
	for (size_t f = 0; f < FONTS; f++) {
		for (size_t r = 0; r < RANGES; r++)
			(void)mm_shared_unref(g->range[f][r]);
		if (g->face[f])
			(void)FT_Done_Face(g->face[f]);
	}
	if (g->library)
		(void)FT_Done_FreeType(g->library);
	(void)pthread_mutex_destroy(&g->mu);
	free(g);
	return NULL;
}

enum mm_code mm_glyphs_new(struct mm_glyphs **ret, struct mm_err *reterr)
{
	struct mm_glyphs *g = calloc(1, sizeof(*g));
	size_t found = 0;

	if (!g || pthread_mutex_init(&g->mu, NULL) != 0) {
		free(g);
		return mm_fail_nomem(reterr);
	}
	if (FT_Init_FreeType(&g->library)) {
		(void)mm_glyphs_free(g);
		return mm_fail_nomem(reterr);
	}
	for (size_t f = 0; f < FONTS; f++)
		if (FT_New_Face(g->library, fonts[f].path, 0, &g->face[f]) == 0)
			found++;
		else
			g->face[f] = NULL;
	if (!found) {
		(void)mm_glyphs_free(g);
		return mm_fail(reterr, MM_E_NOT_FOUND, fonts[0].path,
			       "no font for labels: install fonts-noto-core");
	}
	*ret = g;
	return MM_OK;
}

static void put_varint(struct mm_buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		mm_buf_byte(b, (unsigned char)(v | 0x80));
	mm_buf_byte(b, (unsigned char)v);
}

static void put_number(struct mm_buf *b, unsigned field, uint64_t v)
{
	put_varint(b, field << 3);
	put_varint(b, v);
}

static void put_bytes(struct mm_buf *b, unsigned field, const void *bytes, size_t n)
{
	put_varint(b, field << 3 | 2);
	put_varint(b, n);
	mm_buf_put(b, bytes, n);
}

static uint64_t zigzag(int32_t v)
{
	return (uint32_t)v << 1 ^ (v < 0 ? UINT32_MAX : 0);
}

/* A glyph's black box in whole pixels of the 24 pixel font, y to the north from the baseline. */
struct frame {
	int left, top, width, height, advance;
};

/* The outline drawn FINE times as large: 1 inside, 0 outside, over frame and border. NULL: out of memory. */
static uint8_t *draw(FT_Face face, const struct frame *fr, size_t *ret_w, size_t *ret_h)
{
	const FT_Bitmap *bm = &face->glyph->bitmap;
	size_t w = (size_t)(fr->width + 2 * BORDER_PX) * FINE,
	       h = (size_t)(fr->height + 2 * BORDER_PX) * FINE;
	uint8_t *cells = calloc(w * h, 1);
	int dx = face->glyph->bitmap_left - (fr->left - BORDER_PX) * FINE;
	int dy = (fr->top + BORDER_PX) * FINE - face->glyph->bitmap_top;

	for (unsigned y = 0; cells && y < bm->rows; y++)
		for (unsigned x = 0; x < bm->width; x++) {
			long cx = (long)x + dx, cy = (long)y + dy;

			if (cx >= 0 && cy >= 0 && (size_t)cx < w && (size_t)cy < h)
				cells[(size_t)cy * w + (size_t)cx] =
				    bm->buffer[(long)y * bm->pitch + (long)x] >= 128;
		}
	*ret_w = w;
	*ret_h = h;
	return cells;
}

/* 255 * (1 - (d / radius + cutoff)), d in pixels, positive outside. */
static unsigned char shade(float out2, float in2)
{
	double d = (sqrt((double)out2) - sqrt((double)in2)) / FINE;
	double v = 255 - 255 * (d / RADIUS_PX + cutoff);

	return (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : lround(v));
}

/* The distance field in whole pixels, one byte each; empty for a glyph without ink. */
static bool put_field(FT_Face face, const struct frame *fr, struct mm_buf *out)
{
	size_t w, h;
	uint8_t *cells = draw(face, fr, &w, &h);
	float *to_in = calloc(w * h, sizeof(*to_in)), *to_out = calloc(w * h, sizeof(*to_out));
	bool good = cells && to_in && to_out && mm_distance2(cells, 1, w, h, to_in) &&
		    mm_distance2(cells, 0, w, h, to_out);

	for (size_t y = FINE / 2; y < h && good; y += FINE)
		for (size_t x = FINE / 2; x < w; x += FINE)
			mm_buf_byte(out, shade(to_in[y * w + x], to_out[y * w + x]));
	free(cells);
	free(to_in);
	free(to_out);
	return good;
}

static int floor64(FT_Pos v)
{
	return (int)(v >= 0 ? v / 64 : -((63 - v) / 64));
}

/* Loads the glyph at 24 pixels for its frame, then drawn large. False: the font has no such glyph. */
static bool load(FT_Face face, uint32_t code_point, struct frame *fr)
{
	FT_UInt index = FT_Get_Char_Index(face, code_point);
	FT_BBox box;

	if (!index || FT_Set_Pixel_Sizes(face, 0, SIZE_PX) ||
	    FT_Load_Glyph(face, index, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP))
		return false;
	FT_Outline_Get_CBox(&face->glyph->outline, &box);
	fr->left = floor64(box.xMin);
	fr->top = floor64(box.yMax + 63);
	fr->width = floor64(box.xMax + 63) - fr->left;
	fr->height = fr->top - floor64(box.yMin);
	fr->advance = (int)((face->glyph->metrics.horiAdvance + 32) / 64);
	if (face->glyph->outline.n_points == 0)
		fr->left = fr->top = fr->width = fr->height = 0;
	return FT_Set_Pixel_Sizes(face, 0, SIZE_PX * FINE) == 0 &&
	       FT_Load_Glyph(face, index, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP | FT_LOAD_RENDER) == 0;
}

static void put_glyph(FT_Face face, uint32_t code_point, int ascender, struct mm_buf *out)
{
	struct frame fr;
	struct mm_buf one, field;

	if (!load(face, code_point, &fr))
		return;
	mm_buf_init(&one, RANGE_BYTES_MAX);
	mm_buf_init(&field, RANGE_BYTES_MAX);
	put_number(&one, 1, code_point);
	if (fr.width && fr.height) {
		out->failed |= !put_field(face, &fr, &field);
		put_bytes(&one, 2, field.data, field.len);
	}
	put_number(&one, 3, (uint64_t)fr.width);
	put_number(&one, 4, (uint64_t)fr.height);
	put_number(&one, 5, zigzag(fr.left));
	put_number(&one, 6, zigzag(fr.top - ascender));
	put_number(&one, 7, (uint64_t)fr.advance);
	put_bytes(out, 3, one.data, one.len);
	out->failed |= one.failed || field.failed;
	mm_buf_release(&one);
	mm_buf_release(&field);
}

static struct mm_shared *make_range(FT_Face face, const char *name, uint32_t first)
{
	struct mm_buf stack, out;
	char range[32];
	int ascender;

	mm_buf_init(&stack, RANGE_BYTES_MAX);
	mm_buf_init(&out, RANGE_BYTES_MAX);
	(void)FT_Set_Pixel_Sizes(face, 0, SIZE_PX);
	ascender = (int)(face->size->metrics.ascender / 64);
	(void)snprintf(range, sizeof(range), "%u-%u", first, first + 255);
	put_bytes(&stack, 1, name, strlen(name));
	put_bytes(&stack, 2, range, strlen(range));
	for (uint32_t cp = first; cp < first + 256; cp++)
		put_glyph(face, cp, ascender, &stack);
	put_bytes(&out, 1, stack.data, stack.len);
	out.failed |= stack.failed;
	mm_buf_release(&stack);
	return mm_shared_from_buf(&out);
}

/* Index of the first installed font in a comma list; FONTS when there is none. */
static size_t find_font(const struct mm_glyphs *g, const char *stack)
{
	for (const char *at = stack; *at; at += strspn(at, ", ")) {
		size_t n = strcspn(at, ",");

		for (size_t f = 0; f < FONTS; f++)
			if (g->face[f] && strlen(fonts[f].name) == n && memcmp(fonts[f].name, at, n) == 0)
				return f;
		at += n;
	}
	return FONTS;
}

enum mm_code mm_glyphs_range(struct mm_glyphs *g, const char *stack, uint32_t first, struct mm_shared **ret,
			     struct mm_err *reterr)
{
	size_t f = find_font(g, stack);
	struct mm_shared **slot, *found;

	if (f == FONTS)
		return mm_fail(reterr, MM_E_NOT_FOUND, "fontstack",
			       "the fonts here are Noto Sans Regular, Bold and Italic");
	if (first % 256 || first >= 65536)
		return mm_fail(reterr, MM_E_INVALID, "range",
			       "write a range of 256 code points, such as 1024-1279.pbf");
	slot = &g->range[f][first / 256];
	(void)pthread_mutex_lock(&g->mu);
	if (!*slot)
		*slot = make_range(g->face[f], fonts[f].name, first);
	found = *slot ? mm_shared_ref(*slot) : NULL;
	(void)pthread_mutex_unlock(&g->mu);
	if (!found)
		return mm_fail_nomem(reterr);
	*ret = found;
	return MM_OK;
}
