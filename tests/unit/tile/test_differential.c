#include "check.h"
#include "layer_fixture.h"
#include "tile/differential.h"

#include <gdal.h>
#include <ogr_api.h>

/* Sources of our own, and a town as OGR reads it, against their tiles. */

/* Of a layer at each zoom; fewer where each takes four times as long. */
#ifdef __SANITIZE_ADDRESS__
enum { TILES = 1 };
#else
enum { TILES = 3 };
#endif

/* ---- our own sources ---- */

/* Lakes and lots: stars of any size, smooth or ragged. */
static void stars_are_where_they_were(void **state)
{
	struct source s;

	(void)state;
	source_begin(&s, "stars");
	dice_state = 1;
	for (int i = 0; i < 1500; i++) {
		static double xy[2 * 301];
		const unsigned n = 3 + below(i % 3 ? 37 : 297);
		const double size = pow(10, dice(-5, -1.2)), rough = dice(0.05, 0.7), x = dice(37.1, 37.4),
			     y = dice(55.6, 55.75);

		for (unsigned k = 0; k < n; k++) {
			double r = size * (1 - rough * dice(0, 1)), a = 6.283185307179586 * k / n;

			xy[2 * k] = x + r * cos(a);
			xy[2 * k + 1] = y + 0.6 * r * sin(a);
		}
		close_ring(xy, n);
		source_add(&s, polygon_of(xy, n + 1));
	}
	source_end(&s);
	judge(&s, 5, 20, TILES);
	source_release(&s);
}

/* Rivers, roads and fences as polygons: long, and thinner than a pixel or than the grid. */
static void ribbons_are_where_they_were(void **state)
{
	struct source s;

	(void)state;
	source_begin(&s, "ribbons");
	dice_state = 2;
	for (int i = 0; i < 600; i++) {
		static double xy[2 * 100];
		const unsigned n = 2 + below(18);
		const double length = pow(10, dice(-3.5, -0.8)), breadth = pow(10, dice(-6.5, -3.5));
		const double a = dice(0, 6.28), bend = dice(-1, 1) * length, x = dice(37.1, 37.4),
			     y = dice(55.6, 55.75);

		for (unsigned k = 0; k < n; k++) {
			const double u = (double)k / (n - 1), along = length * u, off = bend * u * (1 - u);
			const double px = x + along * cos(a) - off * sin(a),
				     py = y + (along * sin(a) + off * cos(a)) * 0.6;

			xy[2 * k] = px;
			xy[2 * k + 1] = py;
			xy[2 * (2 * n - 1 - k)] = px - breadth * sin(a);
			xy[2 * (2 * n - 1 - k) + 1] = py + breadth * cos(a) * 0.6;
		}
		close_ring(xy, 2 * n);
		source_add(&s, polygon_of(xy, 2 * n + 1));
	}
	source_end(&s);
	judge(&s, 5, 20, TILES);
	source_release(&s);
}

static void lines_are_where_they_were(void **state)
{
	struct source s;

	(void)state;
	source_begin(&s, "lines");
	dice_state = 3;
	for (int i = 0; i < 1500; i++) {
		static double xy[2 * 400];
		const unsigned n = 2 + below(i % 5 ? 20 : 390);
		const double step = pow(10, dice(-6, -2));
		double x = dice(37.1, 37.4), y = dice(55.6, 55.75), a = dice(0, 6.28);

		for (unsigned k = 0; k < n; k++) {
			xy[2 * k] = x;
			xy[2 * k + 1] = y;
			a += dice(-1, 1);
			x += step * cos(a);
			y += step * sin(a) * 0.6;
		}
		source_add(&s,
			   GEOSGeom_createLineString_r(gc, GEOSCoordSeq_copyFromBuffer_r(gc, xy, n, 0, 0)));
	}
	source_end(&s);
	judge(&s, 5, 20, TILES);
	source_release(&s);
}

/* ---- a town ---- */

/* Reads a file by OGR; false: it is not there. */
static bool source_read(struct source *s, const char *folder, const char *name)
{
	const char *shared = getenv("MM_SHARED");
	char path[512];
	GDALDatasetH file;
	OGRFeatureH f;

	(void)snprintf(path, sizeof(path), "%s/%s/%s.shp", shared ? shared : "../shared", folder, name);
	if (access(path, R_OK) != 0)
		return false;
	GDALAllRegister();
	file = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
	assert_non_null(file);
	source_begin(s, name);
	while ((f = OGR_L_GetNextFeature(GDALDatasetGetLayer(file, 0))) != NULL) {
		OGRGeometryH g = OGR_F_GetGeometryRef(f);
		static unsigned char wkb[16 << 20];

		assert_true(g && (size_t)OGR_G_WkbSize(g) <= sizeof(wkb));
		assert_int_equal(OGR_G_ExportToWkb(g, wkbNDR, wkb), OGRERR_NONE);
		source_add(s, GEOSGeomFromWKB_buf_r(gc, wkb, (size_t)OGR_G_WkbSize(g)));
		OGR_F_Destroy(f);
	}
	(void)GDALClose(file);
	source_end(s);
	return true;
}

static void a_town_is_where_it_was(void **state)
{
	static const char *const names[] = {"buildings", "landuse", "natural",  "places",
					    "points",    "roads",   "railways", "waterways"};
	struct source s;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!source_read(&s, "data/odintsovo", names[i])) {
			print_message("no ../shared/data/odintsovo/%s.shp\n", names[i]);
			skip();
		}
		judge(&s, 8, 19, TILES);
		source_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stars_are_where_they_were),
	    cmocka_unit_test(ribbons_are_where_they_were),
	    cmocka_unit_test(lines_are_where_they_were),
	    cmocka_unit_test(a_town_is_where_it_was),
	};

	return cmocka_run_group_tests(tests, geos_begin, geos_end);
}
