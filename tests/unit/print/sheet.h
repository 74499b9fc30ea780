#ifndef MM_TESTS_UNIT_PRINT_SHEET_H
#define MM_TESTS_UNIT_PRINT_SHEET_H

#include "check.h"

#include "print/sheet/canvas.h"
#include "print/sheet/lettering.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sheets as a test looks at them: drawn, rendered to pixels of 0.05 mm, or read back from a PDF by pdftotext.
 */

enum { SHEET_DPI = 508, SHEET_PX_A_MM = 20 };

struct sheet {
	struct mm_paper paper;
	struct mm_canvas *canvas;
	struct mm_lettering *letters;
	cairo_t *cr;
	cairo_surface_t *seen;
};

static const struct mm_canvas_info sheet_info = {
    .title = "Схема работ № 7", .author = "Отдел", .subject = "ул. Липовая", .moment_s = 1767225600};

/* "MUNIMAP_SHEETS=folder" keeps what was drawn there, to be looked at. */
static inline void sheet_keep(const char *name, const char *suffix, const struct mm_buf *file)
{
	const char *folder = getenv("MUNIMAP_SHEETS");
	char path[512];
	FILE *f;

	if (!folder)
		return;
	(void)snprintf(path, sizeof(path), "%s/%s.%s", folder, name, suffix);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(file->data, 1, file->len, f), file->len);
	assert_int_equal(fclose(f), 0);
}

static inline struct sheet sheet_open(enum mm_canvas_kind kind, const char *format)
{
	struct sheet s = {0};
	struct mm_err err = {0};

	assert_int_equal(mm_paper_parse(format, true, &s.paper, &err), MM_OK);
	assert_int_equal(mm_canvas_new(kind, &s.paper, SHEET_DPI, &sheet_info, &s.canvas, &err), MM_OK);
	assert_int_equal(mm_lettering_new(&s.letters, &err), MM_OK);
	s.cr = mm_canvas_cairo(s.canvas);
	return s;
}

static inline struct mm_buf sheet_file(struct sheet *s)
{
	struct mm_buf file;
	struct mm_err err = {0};

	if (mm_canvas_finish(s->canvas, &file, &err) != MM_OK)
		fail_msg("%s", err.msg);
	return file;
}

static inline void sheet_close(struct sheet *s)
{
	s->canvas = mm_canvas_free(s->canvas);
	s->letters = mm_lettering_free(s->letters);
	if (s->seen)
		cairo_surface_destroy(s->seen);
	s->seen = NULL;
}

struct sheet_reader {
	const struct mm_buf *file;
	size_t at;
};

static inline cairo_status_t sheet_read(void *ctx, unsigned char *data, unsigned n)
{
	struct sheet_reader *r = ctx;

	if (r->at + n > r->file->len)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, r->file->data + r->at, n);
	r->at += n;
	return CAIRO_STATUS_SUCCESS;
}

/* Ends the drawing and makes its pixels. */
static inline void sheet_look(struct sheet *s, const char *name)
{
	struct mm_buf file = sheet_file(s);
	struct sheet_reader r = {.file = &file};

	sheet_keep(name, "png", &file);
	s->seen = cairo_image_surface_create_from_png_stream(sheet_read, &r);
	assert_int_equal(cairo_surface_status(s->seen), CAIRO_STATUS_SUCCESS);
	mm_buf_release(&file);
}

/* Colour of the pixel at a place of the sheet, 0xRRGGBB. */
static inline uint32_t sheet_colour(const struct sheet *s, double x_mm, double y_mm)
{
	const int x = (int)floor(x_mm * SHEET_PX_A_MM), y = (int)floor(y_mm * SHEET_PX_A_MM);
	uint32_t pixel;

	assert_in_range(x, 0, cairo_image_surface_get_width(s->seen) - 1);
	assert_in_range(y, 0, cairo_image_surface_get_height(s->seen) - 1);
	memcpy(&pixel,
	       cairo_image_surface_get_data(s->seen) +
		   (size_t)y * (size_t)cairo_image_surface_get_stride(s->seen) + (size_t)x * 4,
	       4);
	return pixel & 0xffffff;
}

static inline bool sheet_is_dark(const struct sheet *s, double x_mm, double y_mm)
{
	return (sheet_colour(s, x_mm, y_mm) >> 8 & 0xff) < 128;
}

/* The box of what is dark within a box; width 0 when nothing is. */
static inline struct mm_paper_box sheet_ink(const struct sheet *s, struct mm_paper_box in)
{
	double min_x = HUGE_VAL, min_y = HUGE_VAL, max_x = -HUGE_VAL, max_y = -HUGE_VAL;
	const double px = 1.0 / SHEET_PX_A_MM;

	for (double y = in.y + px / 2; y < in.y + in.height; y += px)
		for (double x = in.x + px / 2; x < in.x + in.width; x += px)
			if (sheet_is_dark(s, x, y)) {
				min_x = fmin(min_x, x - px / 2);
				max_x = fmax(max_x, x + px / 2);
				min_y = fmin(min_y, y - px / 2);
				max_y = fmax(max_y, y + px / 2);
			}
	if (!(min_x < max_x))
		return (struct mm_paper_box){0};
	return (struct mm_paper_box){.x = min_x, .y = min_y, .width = max_x - min_x, .height = max_y - min_y};
}

#define assert_near(a, b, by)                                                                                \
	do {                                                                                                 \
		const double near_a = (a), near_b = (b);                                                     \
		if (!(fabs(near_a - near_b) <= (by)))                                                        \
			fail_msg("%s is %.4f, not %.4f", #a, near_a, near_b);                                \
	} while (0)

/* What a program of poppler says of a PDF: "pdftotext -bbox FILE -". Free it. */
static inline char *sheet_told(const struct mm_buf *pdf, const char *program, const char *more)
{
	char path[] = "/tmp/munimap-sheet-XXXXXX", command[128];
	const int fd = mkstemp(path);
	char *text = calloc(1, 1 << 20);
	FILE *from;

	assert_true(fd >= 0 && text);
	assert_int_equal(write(fd, pdf->data, pdf->len), pdf->len);
	(void)close(fd);
	(void)snprintf(command, sizeof(command), "%s %s %s", program, path, more);
	from = popen(command, "r");
	assert_non_null(from);
	assert_true(fread(text, 1, (1 << 20) - 1, from) > 0);
	assert_int_equal(pclose(from), 0);
	(void)unlink(path);
	return text;
}

#endif
