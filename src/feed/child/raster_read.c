#include "feed/child/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A part of a raster as 8 bits a colour. GDAL takes the overview that has just more pixels than asked for,
 * and thins the rest out by its bilinear kernel, which passes over what is not valid. */

enum { FINER_MOST = 4 };

static const double READ_PIXELS_MAX = 4e8; /* of the file, by the overview that fits */
static const size_t FINER_BYTES_MAX = (size_t)128 << 20;

/* Pixels of the file that must be read for a part. */
static double pixels_to_read(const struct mm_raster_file *f, const struct mm_raster_part *p)
{
	GDALRasterBandH band = GDALGetRasterBand(f->dataset, f->band[0]);
	const double wanted = fmin((double)p->width / p->buffer_width, (double)p->height / p->buffer_height);
	double taken = 1;

	for (int i = 0; i < GDALGetOverviewCount(band); i++) {
		GDALRasterBandH overview = GDALGetOverview(band, i);
		const double less =
		    overview ? (double)f->width / fmax(GDALGetRasterBandXSize(overview), 1) : 1;

		if (less <= wanted * 1.2 && less > taken)
			taken = less;
	}
	return (double)p->width / taken * ((double)p->height / taken);
}

static enum mm_code failed(const struct mm_raster_file *f, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_DATA, "", "is damaged, copy it again: %s",
		       mm_gdal_why(f->log, 0, "GDAL does not say why"));
}

/* One band to every step-th byte or number. */
static bool read_band(GDALRasterBandH band, const struct mm_raster_part *p, void *to, int width, int height,
		      GDALDataType type, int step, GDALRIOResampleAlg how)
{
	GDALRasterIOExtraArg extra;

	INIT_RASTERIO_EXTRA_ARG(extra);
	extra.eResampleAlg = width < p->width || height < p->height ? how : GRIORA_NearestNeighbour;
	return GDALRasterIOEx(band, GF_Read, p->x, p->y, p->width, p->height, to, width, height, type, step,
			      (GSpacing)step * width, &extra) == CE_None;
}

/* ---- alpha ---- */

/* The mask of the picture: of nodata, a pixel is none when it is none in all bands. */
static bool read_mask(const struct mm_raster_file *f, const struct mm_raster_part *p)
{
	const size_t count = (size_t)p->buffer_width * (size_t)p->buffer_height;
	const int flags = GDALGetMaskFlags(GDALGetRasterBand(f->dataset, f->band[0]));
	const int bands = flags & GMF_NODATA && !(flags & GMF_PER_DATASET) ? f->band_count : 1;
	unsigned char *mask = f->is_opaque ? NULL : malloc(count);
	bool ok = f->is_opaque || mask;

	for (size_t i = 0; i < count; i++)
		p->rgba[4 * i + 3] = f->is_opaque ? 255 : 0;
	for (int b = 0; b < bands && mask && ok; b++) {
		ok = read_band(GDALGetMaskBand(GDALGetRasterBand(f->dataset, f->band[b])), p, mask,
			       p->buffer_width, p->buffer_height, GDT_Byte, 1, GRIORA_Bilinear);
		for (size_t i = 0; i < count && ok; i++)
			if (mask[i] > p->rgba[4 * i + 3])
				p->rgba[4 * i + 3] = mask[i];
	}
	free(mask);
	return ok;
}

/* ---- colours ---- */

static bool read_bytes(const struct mm_raster_file *f, const struct mm_raster_part *p)
{
	for (int b = 0; b < f->band_count; b++)
		if (!read_band(GDALGetRasterBand(f->dataset, f->band[b]), p, p->rgba + b, p->buffer_width,
			       p->buffer_height, GDT_Byte, 4, GRIORA_Bilinear))
			return false;
	return true;
}

/* Numbers of any kind, from black to white; what is no number is not drawn. */
static bool read_numbers(const struct mm_raster_file *f, const struct mm_raster_part *p)
{
	const size_t count = (size_t)p->buffer_width * (size_t)p->buffer_height;
	const double scale = 255 / (f->range[1] - f->range[0]);
	float *value = malloc(count * sizeof(*value));
	bool ok = value != NULL;

	for (int b = 0; b < f->band_count && ok; b++) {
		ok = read_band(GDALGetRasterBand(f->dataset, f->band[b]), p, value, p->buffer_width,
			       p->buffer_height, GDT_Float32, (int)sizeof(*value), GRIORA_Bilinear);
		for (size_t i = 0; i < count && ok; i++) {
			const double grey = ((double)value[i] - f->range[0]) * scale;

			if (isnan(value[i]))
				p->rgba[4 * i + 3] = 0;
			else
				p->rgba[4 * i + (size_t)b] = (unsigned char)lround(fmin(fmax(grey, 0), 255));
		}
	}
	free(value);
	return ok;
}

static void take_palette(const struct mm_raster_file *f, unsigned char ret[256][4])
{
	const int count = GDALGetColorEntryCount(f->palette);

	memset(ret, 0, (size_t)256 * 4);
	for (int i = 0; i < count && i < 256; i++) {
		const GDALColorEntry *c = GDALGetColorEntry(f->palette, i);

		ret[i][0] = (unsigned char)c->c1;
		ret[i][1] = (unsigned char)c->c2;
		ret[i][2] = (unsigned char)c->c3;
		ret[i][3] = (unsigned char)c->c4;
	}
}

/* The mean of k x k colours of a palette, as colours times alpha. */
static void mean_of(unsigned char palette[256][4], const unsigned char *index, int width, int k,
		    unsigned char ret[4])
{
	unsigned sum[4] = {0};
	const unsigned n = (unsigned)(k * k);

	for (int y = 0; y < k; y++)
		for (int x = 0; x < k; x++) {
			const unsigned char *c = palette[index[(size_t)y * (size_t)width + (size_t)x]];

			for (int i = 0; i < 3; i++)
				sum[i] += c[i] * (unsigned)c[3];
			sum[3] += c[3];
		}
	for (int i = 0; i < 3; i++)
		ret[i] = (unsigned char)((sum[i] + n * 127) / (n * 255));
	ret[3] = (unsigned char)((sum[3] + n / 2) / n);
}

/* Numbers of colours cannot be mixed: they are read finer, and their colours are. */
static bool read_palette(const struct mm_raster_file *f, const struct mm_raster_part *p)
{
	const int w = p->buffer_width, h = p->buffer_height;
	int k = w < p->width ? FINER_MOST : 1;
	unsigned char palette[256][4], *index;
	bool ok;

	while (k > 1 &&
	       (k * (double)w > p->width || (size_t)w * (size_t)h * (size_t)(k * k) > FINER_BYTES_MAX))
		k--;
	index = calloc((size_t)w * (size_t)h, (size_t)k * (size_t)k);
	ok = index && read_band(GDALGetRasterBand(f->dataset, f->band[0]), p, index, w * k, h * k, GDT_Byte,
				1, GRIORA_NearestNeighbour);
	take_palette(f, palette);
	for (int y = 0; y < h && ok; y++)
		for (int x = 0; x < w; x++) {
			unsigned char *to = p->rgba + 4 * ((size_t)y * (size_t)w + (size_t)x), mean[4];
			const unsigned char valid = to[3];

			mean_of(palette, index + (size_t)y * (size_t)k * (size_t)(w * k) + (size_t)(x * k),
				w * k, k, mean);
			for (int i = 0; i < 4; i++)
				to[i] = (unsigned char)(mean[i] * valid / 255);
		}
	free(index);
	return ok;
}

static void multiply(const struct mm_raster_file *f, const struct mm_raster_part *p)
{
	const size_t count = (size_t)p->buffer_width * (size_t)p->buffer_height;

	for (size_t i = 0; i < count; i++) {
		unsigned char *c = p->rgba + 4 * i;

		if (f->band_count == 1)
			c[1] = c[2] = c[0];
		for (int k = 0; k < 3 && c[3] < 255; k++)
			c[k] = (unsigned char)((c[k] * c[3] + 127) / 255);
	}
}

enum mm_code mm_raster_file_read(const struct mm_raster_file *f, struct mm_raster_part *part,
				 struct mm_err *reterr)
{
	const size_t count = (size_t)part->buffer_width * (size_t)part->buffer_height;
	bool ok;

	if (pixels_to_read(f, part) > READ_PIXELS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "has no overviews, and %.0f million of its pixels would have to be read for "
			       "this: make them with gdaladdo, or ask for a smaller extent",
			       pixels_to_read(f, part) / 1e6);
	part->rgba = calloc(count, 4);
	if (!part->rgba)
		return mm_fail_nomem(reterr);
	ok = read_mask(f, part);
	if (f->palette) {
		ok = ok && read_palette(f, part);
	} else {
		ok = ok && (f->range[0] < f->range[1] ? read_numbers(f, part) : read_bytes(f, part));
		multiply(f, part);
	}
	if (ok)
		return MM_OK;
	free(part->rgba);
	part->rgba = NULL;
	return failed(f, reterr);
}
