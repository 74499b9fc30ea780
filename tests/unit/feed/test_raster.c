#include "feed_fixture.h"

#include "feed/raster.h"

#include <math.h>
#include <sys/eventfd.h>

/* Rasters: what of a file is believed, and where its pixels come to lie. Files are made by gdal_translate
 * from plain PPM and ASCII grids, as text or bytes that this program writes. */

enum { SIDE = 200 };

/* A red square of 10 x 10 pixels at (100, 50) on a grey that grows to the right. */
static void write_ppm(struct feed *f, const char *name)
{
	FILE *file = fopen(feed_path(f, name), "w");

	assert_non_null(file);
	(void)fprintf(file, "P6\n%d %d\n255\n", SIDE, SIDE);
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			const bool red = x >= 100 && x < 110 && y >= 50 && y < 60;
			const unsigned char rgb[3] = {(unsigned char)(red ? 255 : x),
						      (unsigned char)(red ? 0 : x),
						      (unsigned char)(red ? 0 : x)};

			assert_int_equal(fwrite(rgb, 1, 3, file), 3);
		}
	assert_int_equal(fclose(file), 0);
}

/* A pixel is 2 m; the upper left corner lies at E 1292000 N 390000 of МСК-48 zone 1. */
static const char place[] = "-a_ullr 1292000 390000 1292400 389600";

static void make(struct feed *f, const char *options, const char *name)
{
	write_ppm(f, "a.ppm");
	feed_run(f, mm_arena_printf(&f->mem, "gdal_translate -q %s a.ppm %s", options, name));
}

static struct mm_raster *open_raster(struct feed *f, const char *yaml)
{
	struct mm_freeze_result r = {0};
	struct mm_err err = {0};
	enum mm_code rc = feed_freeze(f, yaml, &r, &err);

	if (rc)
		fail_msg("%s: %s: %s", mm_code_name(rc), err.where, err.msg);
	assert_null(r.layer);
	assert_non_null(r.raster);
	return r.raster;
}

static enum mm_code read_window(struct feed *f, const struct mm_raster *r, const struct mm_raster_window *w,
				int stop_fd, unsigned char **ret, struct mm_err *err)
{
	struct mm_cache cache;
	enum mm_code rc = mm_cache_open(f->map.cache, &cache, err);

	*ret = mm_arena_alloc(&f->mem, (size_t)4 * w->width_px * w->height_px + 4);
	assert_non_null(*ret);
	if (!rc)
		rc = mm_raster_read(r, &cache, w, stop_fd, 30, *ret, err);
	assert_int_equal(feed_count_files(f->map.cache, ".tmp"), 0);
	mm_cache_close(&cache);
	return rc;
}

static const unsigned char *must_read(struct feed *f, const struct mm_raster *r,
				      const struct mm_raster_window *w)
{
	unsigned char *rgba;
	struct mm_err err = {0};

	if (read_window(f, r, w, -1, &rgba, &err))
		fail_msg("%s: %s", err.where, err.msg);
	return rgba;
}

static bool is_red(const unsigned char *c)
{
	return c[0] > 200 && c[1] < 60 && c[2] < 60 && c[3] == 255;
}

/* Middle of what is red, pixels of the window. */
static void find_red(const unsigned char *rgba, const struct mm_raster_window *w, double ret[2])
{
	double sum[2] = {0}, count = 0;

	for (uint32_t y = 0; y < w->height_px; y++)
		for (uint32_t x = 0; x < w->width_px; x++)
			if (is_red(rgba + 4 * ((size_t)y * w->width_px + x))) {
				sum[0] += x + 0.5;
				sum[1] += y + 0.5;
				count++;
			}
	assert_true(count > 0);
	ret[0] = sum[0] / count;
	ret[1] = sum[1] / count;
}

static const struct mm_raster_window own = {
    .crs = "MSK48_1", .place = {1292000, 2, 0, 390000, 0, -2}, .width_px = SIDE, .height_px = SIDE};

static void a_look_finds_size_place_and_system(void **state)
{
	struct feed *f = *state;
	const struct mm_raster_info *info;
	struct mm_raster *r;

	make(f, place, "o.tif");
	r = open_raster(f, "raster: o.tif\ncrs: MSK48_1\ntitle: {ru: Снимок}\nvisible: true\n");
	info = mm_raster_info(r);
	assert_string_equal(info->id, "layer");
	assert_string_equal(info->crs_code, "MSK48_1");
	assert_true(info->width_px == SIDE && info->height_px == SIDE && info->is_opaque && info->is_visible);
	assert_true(fabs(info->resolution_m - 2) < 0.01);
	assert_int_equal(info->tile_zoom, 16); /* 1.46 m there, 2.9 m at 15 */
	assert_true(info->box_deg.min_x > 39.09 && info->box_deg.max_x < 39.11 &&
		    info->box_deg.min_y > 52.34 && info->box_deg.max_y < 52.36);
	(void)mm_raster_unref(r);
}

static void its_own_window_gives_its_own_pixels(void **state)
{
	struct feed *f = *state;
	struct mm_raster *r;
	const unsigned char *p;

	make(f, place, "o.tif");
	r = open_raster(f, "raster: o.tif\ncrs: MSK48_1\n");
	p = must_read(f, r, &own);
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			const unsigned char *c = p + 4 * ((size_t)y * SIDE + (size_t)x);
			const bool red = x >= 100 && x < 110 && y >= 50 && y < 60;

			assert_true(c[0] == (red ? 255 : x) && c[1] == (red ? 0 : x) && c[3] == 255);
		}
	(void)mm_raster_unref(r);
}

/* The middle of the red square is at E 1292210, N 389890. */
static void other_planes_and_turns_are_right_to_a_pixel(void **state)
{
	struct feed *f = *state;
	struct mm_proj *proj = mm_proj_new();
	const struct mm_transform *t;
	double at[2] = {1292210, 389890}, red[2];
	const double c = cos(0.5), s = sin(0.5);
	struct mm_raster_window w = {.crs = "EPSG:3857", .width_px = 400, .height_px = 300};
	struct mm_raster *r;

	make(f, place, "o.tif");
	r = open_raster(f, "raster: o.tif\ncrs: MSK48_1\n");
	assert_int_equal(mm_transform_get(proj, "MSK48_1", w.crs, &t, NULL), MM_OK);
	assert_int_equal(mm_transform_points(t, at, 1), 0);
	for (int turned = 0; turned < 2; turned++) {
		const double x = turned ? c : 1, y = turned ? s : 0; /* the middle is to be at 150.5, 120.5 */

		w.place[1] = x;
		w.place[2] = y;
		w.place[4] = y;
		w.place[5] = -x;
		w.place[0] = at[0] - 150.5 * w.place[1] - 120.5 * w.place[2];
		w.place[3] = at[1] - 150.5 * w.place[4] - 120.5 * w.place[5];
		find_red(must_read(f, r, &w), &w, red);
		assert_true(fabs(red[0] - 150.5) < 0.5 && fabs(red[1] - 120.5) < 0.5);
	}
	(void)mm_raster_unref(r);
	(void)mm_proj_free(proj);
}

static void outside_and_nodata_are_clear(void **state)
{
	struct feed *f = *state;
	struct mm_raster_window w = own;
	struct mm_raster *r;
	const unsigned char *p;

	make(f, mm_arena_printf(&f->mem, "-a_nodata 7 %s", place), "o.tif");
	r = open_raster(f, "raster: o.tif\ncrs: MSK48_1\n");
	assert_false(mm_raster_info(r)->is_opaque);
	w.place[0] -= 20;
	p = must_read(f, r, &w);
	for (int x = 0; x < SIDE; x++) /* ten columns to the left of it, then those that are 0, 1, 2 ... */
		assert_int_equal(p[4 * x + 3], x < 10 || x == 17 ? 0 : 255);
	w.place[0] += 1e6;
	p = must_read(f, r, &w);
	for (int i = 0; i < SIDE * SIDE; i++)
		assert_int_equal(p[4 * i + 3], 0);
	(void)mm_raster_unref(r);
}

static void palettes_grids_and_deep_numbers_are_pictures(void **state)
{
	static const char *const made[] = {"-ot UInt16 -scale 0 255 0 40000", "-ot Float32 -b 1",
					   "-b 1 -co NBITS=8"};
	struct feed *f = *state;
	struct mm_raster_window small = own;
	struct mm_raster *r;
	const unsigned char *p;

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		make(f, mm_arena_printf(&f->mem, "%s %s", made[i], place), "o.tif");
		r = open_raster(f, i == 0   ? "raster: o.tif\ncrs: MSK48_1\nrange: [0, 40000]\n"
				   : i == 1 ? "raster: o.tif\ncrs: MSK48_1\nrange: [0, 255]\n"
					    : "raster: o.tif\ncrs: MSK48_1\n");
		p = must_read(f, r, &own);
		assert_true(abs(p[4 * 60] - 60) <= 1 && abs(p[4 * 180] - 180) <= 1 && p[4 * 60 + 3] == 255);
		(void)mm_raster_unref(r);
	}
	feed_write(f, "a.asc",
		   "ncols 2\nnrows 2\nxllcorner 1292000\nyllcorner 389996\ncellsize 2\nNODATA_value -9\n"
		   "0 100\n-9 50\n");
	r = open_raster(f, "raster: a.asc\ncrs: MSK48_1\nrange: [0, 100]\n");
	small.width_px = small.height_px = 2;
	p = must_read(f, r, &small);
	assert_true(p[0] == 0 && p[4] == 255 && p[8 + 3] == 0 && abs(p[12] - 127) <= 1);
	(void)mm_raster_unref(r);
	feed_run(f, "gdal_translate -q -b 1 a.asc -ot Byte g.tif && "
		    "gdal_translate -q -of PNG -co WORLDFILE=YES g.tif p.png && rm -f p.png.aux.xml");
	r = open_raster(f, "raster: p.png\ncrs: MSK48_1\n"); /* by its .wld */
	assert_int_equal(mm_raster_info(r)->width_px, 2);
	(void)mm_raster_unref(r);
}

/* Numbers of colours are not mixed: red beside blue stays both, and half as coarse it is between them. */
static void a_palette_is_drawn_in_its_colours(void **state)
{
	struct feed *f = *state;
	struct mm_raster_window w = {
	    .crs = "MSK48_1", .place = {1292000, 2, 0, 390000, 0, -2}, .width_px = 4, .height_px = 4};
	struct mm_raster *r;
	const unsigned char *p;

	feed_write(f, "a.asc",
		   "ncols 4\nnrows 4\nxllcorner 1292000\nyllcorner 389992\ncellsize 2\n"
		   "0 2 0 2\n0 2 0 2\n1 1 1 1\n3 3 3 3\n");
	feed_write(f, "p.vrt",
		   "<VRTDataset rasterXSize='4' rasterYSize='4'><VRTRasterBand dataType='Byte' band='1'>"
		   "<ColorInterp>Palette</ColorInterp><ColorTable><Entry c1='255' c2='0' c3='0' c4='255'/>"
		   "<Entry c1='0' c2='255' c3='0' c4='255'/><Entry c1='0' c2='0' c3='255' c4='255'/>"
		   "<Entry c1='9' c2='9' c3='9' c4='255'/></ColorTable><SimpleSource>"
		   "<SourceFilename relativeToVRT='1'>a.asc</SourceFilename><SourceBand>1</SourceBand>"
		   "</SimpleSource></VRTRasterBand></VRTDataset>");
	feed_run(f, "gdal_translate -q -a_ullr 1292000 390000 1292008 389992 p.vrt p.tif");
	r = open_raster(f, "raster: p.tif\ncrs: MSK48_1\n");
	assert_true(mm_raster_info(r)->is_opaque);
	p = must_read(f, r, &w);
	assert_memory_equal(p, ((unsigned char[]){255, 0, 0, 255, 0, 0, 255, 255}), 8);
	assert_memory_equal(p + 32, ((unsigned char[]){0, 255, 0, 255}), 4);
	w.place[1] = 4;
	w.place[5] = -4;
	w.width_px = w.height_px = 2;
	p = must_read(f, r, &w);
	assert_true(abs(p[0] - 127) <= 2 && p[1] == 0 && abs(p[2] - 127) <= 2 && p[3] == 255);
	(void)mm_raster_unref(r);
}

static void the_system_may_stand_beside(void **state)
{
	struct feed *f = *state;
	struct mm_raster *r;

	make(f, "-a_ullr 7506000 5803000 7506400 5802600 -co TFW=YES -co PROFILE=BASELINE", "o.tif");
	feed_refused(f, "raster: o.tif\n", "states no CRS: add crs:");
	feed_refused(f, "raster: o.tif\n", "layer.yaml:1");
	feed_run(f, "gdalsrsinfo -o wkt1 EPSG:28407 >o.prj");
	r = open_raster(f, "raster: o.tif\n");
	assert_string_equal(mm_raster_info(r)->crs_code, "EPSG:28407");
	(void)mm_raster_unref(r);
}

static void what_is_no_sound_raster_is_refused(void **state)
{
	static const struct {
		const char *command, *yaml, *words;
	} bad[] = {
	    {"head -c 3000 o.tif >t.tif", "raster: t.tif\ncrs: MSK48_1\n", NULL},
	    {"head -c 40 o.tif >t.tif", "raster: t.tif\ncrs: MSK48_1\n",
	     "raster \"t.tif\": cannot be read as GTiff"},
	    {": >t.tif", "raster: t.tif\n", "cannot be read as GTiff"},
	    {"cp a.ppm t.tif", "raster: t.tif\n", "cannot be read as GTiff"},
	    {"printf '<VRTDataset rasterXSize=\"9\" rasterYSize=\"9\"><VRTRasterBand dataType=\"Byte\" "
	     "band=\"1\">"
	     "<SimpleSource><SourceFilename>/etc/passwd</SourceFilename></SimpleSource></VRTRasterBand>"
	     "</VRTDataset>' >t.tif",
	     "raster: t.tif\ncrs: MSK48_1\n", "cannot be read as GTiff"},
	    {"printf '<VRTDataset/>' >t.vrt", "raster: t.vrt\n", "of no known kind"},
	    {"printf '<GDAL_WMS><Service name=\"TMS\"><ServerUrl>http://127.0.0.1:9/</ServerUrl></Service>"
	     "</GDAL_WMS>' >t.png",
	     "raster: t.png\ncrs: MSK48_1\n", "cannot be read as PNG"},
	    {"gdal_translate -q a.ppm t.tif 2>/dev/null", "raster: t.tif\ncrs: MSK48_1\n",
	     "put a world file"},
	    {"gdal_translate -q -a_ullr 1 1 1 1 a.ppm t.tif 2>/dev/null; true",
	     "raster: t.tif\ncrs: MSK48_1\n", NULL},
	    {"gdal_translate -q -co PROFILE=BASELINE a.ppm t.tif; printf 'nan\\n0\\n0\\nnan\\n0\\n0\\n' "
	     ">t.tfw",
	     "raster: t.tif\ncrs: MSK48_1\n", NULL},
	    {"gdal_translate -q -co PROFILE=BASELINE a.ppm t.tif; printf '1\\n0\\n0\\n0\\n5\\n5\\n' >t.tfw",
	     "raster: t.tif\ncrs: MSK48_1\n", "put a world file"},
	    {"rm -f t.tfw; gdal_translate -q -a_ullr 1e9 1e9 2e9 0 a.ppm t.tif",
	     "raster: t.tif\ncrs: EPSG:28407\n", "lies outside of where its system holds"},
	    {"gdal_translate -q -ot CFloat32 -b 1 -a_ullr 1292000 390000 1292400 389600 a.ppm t.tif",
	     "raster: t.tif\ncrs: MSK48_1\n", "complex numbers"},
	    {"printf 'ncols 3000000000\\nnrows 9\\nxllcorner 0\\nyllcorner 0\\ncellsize 1\\n1 2\\n' >t.asc",
	     "raster: t.asc\ncrs: MSK48_1\n", NULL},
	    {"printf 'ncols 2147483000\\nnrows 2147483000\\nxllcorner 0\\nyllcorner 0\\ncellsize 1\\n1 2\\n' "
	     ">t.asc",
	     "raster: t.asc\ncrs: MSK48_1\n", NULL},
	    {"printf 'ncols 2\\nnrows 2\\nxllcorner 1292000\\nyllcorner 389996\\ncellsize 2\\nnan nan\\nnan "
	     "nan\\n' "
	     ">t.asc",
	     "raster: t.asc\ncrs: MSK48_1\n", NULL},
	};
	struct feed *f = *state;

	make(f, place, "o.tif");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct mm_freeze_result r = {0};
		struct mm_err err = {0};
		unsigned char *rgba;
		enum mm_code rc;

		feed_run(f, bad[i].command);
		if (bad[i].words) {
			feed_refused(f, bad[i].yaml, bad[i].words);
			continue;
		}
		/* its head may be sound: then reading says what is not, or gives what there is */
		rc = feed_freeze(f, bad[i].yaml, &r, &err);
		if (rc) {
			assert_non_null(strstr(err.where, "layer.yaml:"));
			assert_null(strchr(err.msg, '\n'));
			continue;
		}
		rc = read_window(f, r.raster, &own, -1, &rgba, &err);
		assert_true(rc == MM_OK || strstr(err.msg, "raster \"layer\": "));
		(void)mm_raster_unref(r.raster);
	}
}

/* The value of a tag of the first directory of a little-endian TIFF. */
static void set_tag(struct feed *f, const char *from, const char *to, uint16_t tag, uint32_t value)
{
	unsigned char bytes[1 << 16];
	FILE *in = fopen(feed_path(f, from), "rb"), *out = fopen(feed_path(f, to), "wb");
	const size_t n = fread(bytes, 1, sizeof(bytes), in);
	uint32_t at;
	uint16_t count;

	memcpy(&at, bytes + 4, 4);
	memcpy(&count, bytes + at, 2);
	for (uint16_t i = 0; i < count; i++) {
		unsigned char *entry = bytes + at + 2 + 12 * (size_t)i;
		const uint16_t as_long = 4;

		if (memcmp(entry, &tag, 2) != 0)
			continue;
		memcpy(entry + 2, &as_long, 2);
		memcpy(entry + 8, &value, 4);
	}
	assert_true(fwrite(bytes, 1, n, out) == n && fclose(in) == 0 && fclose(out) == 0);
}

/* A head that promises more than there is: words about the damage, in the memory that the file may take. */
static void a_damaged_head_is_told(void **state)
{
	enum { WIDTH = 256, LENGTH = 257, ROWS_A_STRIP = 278, COMPRESSION = 259 };
	struct feed *f = *state;
	struct mm_err err = {0};
	unsigned char *rgba;
	struct mm_raster *r;

	make(f, mm_arena_printf(&f->mem, "-b 1 %s", place), "o.tif");
	set_tag(f, "o.tif", "wide.tif", WIDTH, INT32_MAX);
	feed_refused(f, "raster: wide.tif\ncrs: MSK48_1\n", "is it damaged?");
	set_tag(f, "o.tif", "t.tif", WIDTH, 1900000);
	set_tag(f, "t.tif", "u.tif", LENGTH, 1900000);
	set_tag(f, "u.tif", "large.tif", ROWS_A_STRIP, 1900000); /* 3.6 TB at once */
	set_tag(f, "o.tif", "press.tif", COMPRESSION, 7);
	for (int i = 0; i < 2; i++) {
		r = open_raster(f, i ? "raster: press.tif\ncrs: MSK48_1\n"
				     : "raster: large.tif\ncrs: MSK48_1\n");
		err = (struct mm_err){0};
		assert_int_equal(read_window(f, r, &own, -1, &rgba, &err), MM_E_DATA);
		assert_non_null(strstr(err.msg, "raster \"layer\": is damaged, copy it again: "));
		(void)mm_raster_unref(r);
	}
}

/* Numbers of 64 bits with what is no number among them: the rest is a picture. */
static void what_is_infinite_does_not_hide_the_rest(void **state)
{
	static const char head[] =
	    "ENVI\nsamples = 2\nlines = 2\nbands = 1\nheader offset = 0\ndata type = 5\n"
	    "interleave = bsq\nbyte order = 0\n";
	const double values[][4] = {{10, HUGE_VAL, -HUGE_VAL, 20},
				    {10, (double)NAN, 20, HUGE_VAL},
				    {HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL}};
	struct feed *f = *state;
	struct mm_raster_window w = own;
	struct mm_raster *r;
	const unsigned char *p;

	w.width_px = w.height_px = 2;
	for (int i = 0; i < 3; i++) {
		FILE *out;

		feed_write(f, "n.hdr", head);
		out = fopen(feed_path(f, "n.img"), "wb");
		assert_true(fwrite(values[i], sizeof(values[i]), 1, out) == 1 && fclose(out) == 0);
		feed_run(f, "gdal_translate -q -of GTiff -a_ullr 1292000 390000 1292004 389996 n.img n.tif");
		if (i == 2) {
			feed_refused(f, "raster: n.tif\ncrs: MSK48_1\n", "add range: [BLACK, WHITE]");
			feed_refused(f, "raster: n.tif\ncrs: MSK48_1\n", "layer.yaml:1");
			continue;
		}
		r = open_raster(f, "raster: n.tif\ncrs: MSK48_1\n");
		p = must_read(f, r, &w);
		assert_true(p[0] == 0 && p[3] == 255); /* 10 is the least */
		if (i == 0)
			assert_true(p[4] == 255 && p[8] == 0 && p[12] == 255); /* beyond: white, black; 20 */
		else
			assert_true(p[4 + 3] == 0 && p[8] == 255 && p[12] == 255);
		(void)mm_raster_unref(r);
	}
}

static void a_single_pixel_and_a_mirror_are_in_their_places(void **state)
{
	struct feed *f = *state;
	struct mm_raster *r;
	const unsigned char *p;

	feed_run(f, "gdal_create -q -of GTiff -outsize 1 1 -bands 3 -burn 200 -burn 10 -burn 30 "
		    "-a_ullr 1292000 390000 1292400 389600 one.tif");
	r = open_raster(f, "raster: one.tif\ncrs: MSK48_1\n");
	p = must_read(f, r, &own);
	for (int i = 0; i < SIDE * SIDE; i++)
		assert_memory_equal(p + 4 * (size_t)i, ((unsigned char[]){200, 10, 30, 255}), 4);
	(void)mm_raster_unref(r);
	/* columns run to the west, rows to the north */
	make(f, "-co PROFILE=BASELINE", "m.tif");
	feed_run(f, "printf -- '-2\\n0\\n0\\n2\\n1292399\\n389601\\n' >m.tfw");
	r = open_raster(f, "raster: m.tif\ncrs: MSK48_1\n");
	p = must_read(f, r, &own);
	assert_true(p[4 * 60] == SIDE - 1 - 60 && p[3] == 255);
	assert_true(is_red(p + 4 * ((size_t)(SIDE - 1 - 55) * SIDE + SIDE - 1 - 105)));
	(void)mm_raster_unref(r);
}

static void a_sparse_giant_is_read_as_far_as_is_sane(void **state)
{
	struct feed *f = *state;
	struct mm_raster_window whole = {.crs = "MSK48_1", .width_px = 100, .height_px = 100};
	struct mm_err err = {0};
	unsigned char *rgba;
	struct mm_raster *r;

	feed_run(f,
		 "gdal_create -q -of GTiff -outsize 400000 400000 -bands 3 -co SPARSE_OK=YES -co TILED=YES "
		 "-co BIGTIFF=YES -co COMPRESS=DEFLATE -a_ullr 1270000 410000 1310000 370000 big.tif");
	r = open_raster(f, "raster: big.tif\ncrs: MSK48_1\n");
	(void)must_read(f, r, &own); /* a part at full detail */
	memcpy(whole.place, (double[]){1270000, 400, 0, 410000, 0, -400}, sizeof(whole.place));
	assert_int_equal(read_window(f, r, &whole, -1, &rgba, &err), MM_E_LIMIT);
	assert_non_null(strstr(err.msg, "has no overviews"));
	assert_non_null(strstr(err.msg, "raster \"layer\""));
	(void)mm_raster_unref(r);
}

static void a_window_has_its_limits_and_its_end(void **state)
{
	struct feed *f = *state;
	struct mm_raster_window w = own;
	const int stop = eventfd(1, EFD_CLOEXEC);
	struct mm_err err = {0};
	unsigned char *rgba;
	struct mm_raster *r;

	make(f, place, "o.tif");
	r = open_raster(f, "raster: o.tif\ncrs: MSK48_1\n");
	assert_int_equal(read_window(f, r, &w, stop, &rgba, &err), MM_E_BUSY);
	(void)close(stop);
	w.place[1] = 0;
	err = (struct mm_err){0};
	assert_int_equal(read_window(f, r, &w, -1, &rgba, &err), MM_E_INVALID);
	w = own;
	w.place[3] = (double)NAN;
	assert_int_equal(read_window(f, r, &w, -1, &rgba, NULL), MM_E_INVALID);
	/* another file of that name is another raster */
	feed_run(f, "sleep 0.01; cp o.tif p.tif && mv p.tif o.tif");
	err = (struct mm_err){0};
	assert_int_equal(read_window(f, r, &own, -1, &rgba, &err), MM_E_BUSY);
	assert_non_null(strstr(err.msg, "has just changed"));
	(void)mm_raster_unref(r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, feed_begin, feed_end)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_look_finds_size_place_and_system),
	    TEST(its_own_window_gives_its_own_pixels),
	    TEST(other_planes_and_turns_are_right_to_a_pixel),
	    TEST(outside_and_nodata_are_clear),
	    TEST(palettes_grids_and_deep_numbers_are_pictures),
	    TEST(a_palette_is_drawn_in_its_colours),
	    TEST(the_system_may_stand_beside),
	    TEST(what_is_no_sound_raster_is_refused),
	    TEST(a_damaged_head_is_told),
	    TEST(what_is_infinite_does_not_hide_the_rest),
	    TEST(a_single_pixel_and_a_mirror_are_in_their_places),
	    TEST(a_sparse_giant_is_read_as_far_as_is_sane),
	    TEST(a_window_has_its_limits_and_its_end),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
