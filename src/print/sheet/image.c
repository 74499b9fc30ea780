#include "print/sheet/image.h"

#include <cairo.h>
#include <turbojpeg.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { JPEG_QUALITY = 85, FEW_COLOURS = 64 };

static cairo_status_t take(void *ctx, const unsigned char *bytes, unsigned n)
{
	struct mm_buf *out = ctx;

	mm_buf_put(out, bytes, n);
	return out->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static unsigned times(unsigned colour, unsigned alpha)
{
	return (colour * alpha + 127) / 255;
}

static bool write_png(const unsigned char *rgba, int width, int height, size_t stride, struct mm_buf *out)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
	unsigned char *to = cairo_image_surface_get_data(s);
	const size_t to_stride = (size_t)cairo_image_surface_get_stride(s);
	bool ok = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS;

	for (int y = 0; y < height && ok; y++)
		for (int x = 0; x < width; x++) {
			const unsigned char *c = rgba + (size_t)y * stride + (size_t)x * 4;
			const uint32_t pixel = (uint32_t)c[3] << 24 | times(c[0], c[3]) << 16 |
					       times(c[1], c[3]) << 8 | times(c[2], c[3]);

			memcpy(to + (size_t)y * to_stride + (size_t)x * 4, &pixel, sizeof(pixel));
		}
	cairo_surface_mark_dirty(s);
	ok = ok && cairo_surface_write_to_png_stream(s, take, out) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(s);
	return ok;
}

static bool write_jpeg(const unsigned char *rgba, int width, int height, size_t stride, struct mm_buf *out)
{
	const size_t to_stride = (size_t)width * 3;
	unsigned char *rgb = malloc(to_stride * (size_t)height), *bytes = NULL;
	const tjhandle jpeg = tjInitCompress();
	unsigned long n = 0;
	bool ok = rgb && jpeg;

	for (int y = 0; y < height && ok; y++)
		for (int x = 0; x < width; x++)
			for (int k = 0; k < 3; k++) {
				const unsigned char *c = rgba + (size_t)y * stride + (size_t)x * 4;

				rgb[(size_t)y * to_stride + (size_t)x * 3 + (size_t)k] =
				    (unsigned char)(times(c[k], c[3]) + 255 - c[3]);
			}
	ok = ok && tjCompress2(jpeg, rgb, width, (int)to_stride, height, TJPF_RGB, &bytes, &n, TJSAMP_420,
			       JPEG_QUALITY, TJFLAG_ACCURATEDCT) == 0;
	if (ok)
		mm_buf_put(out, bytes, n);
	tjFree(bytes);
	if (jpeg)
		(void)tjDestroy(jpeg);
	free(rgb);
	return ok && !out->failed;
}

enum mm_code mm_image_write(enum mm_image_kind kind, const unsigned char *rgba, int width, int height,
			    size_t stride, struct mm_buf *out, struct mm_err *reterr)
{
	const bool ok = kind == MM_IMAGE_PNG ? write_png(rgba, width, height, stride, out)
					     : write_jpeg(rgba, width, height, stride, out);

	return ok ? MM_OK : mm_fail_nomem(reterr);
}

enum mm_image_kind mm_image_suits(const unsigned char *rgba, int width, int height, size_t stride)
{
	uint32_t seen[FEW_COLOURS] = {0};
	size_t count = 0;

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			uint32_t pixel;
			size_t i = 0;

			memcpy(&pixel, rgba + (size_t)y * stride + (size_t)x * 4, sizeof(pixel));
			if (rgba[(size_t)y * stride + (size_t)x * 4 + 3] != 255)
				return MM_IMAGE_PNG;
			while (i < count && seen[i] != pixel)
				i++;
			if (i == FEW_COLOURS)
				return MM_IMAGE_JPEG;
			if (i == count)
				seen[count++] = pixel;
		}
	return MM_IMAGE_PNG;
}
