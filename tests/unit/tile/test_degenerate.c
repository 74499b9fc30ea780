#include "check.h"
#include "layer_fixture.h"
#include "tile/differential.h"

/*
 * Polygons as bad data has them, each family at every zoom in sizes from less than a pixel to more than a
 * tile, the whole way: built, repaired, frozen, drawn. What comes out is valid on the grid and turned the
 * right way, nothing of a pixel's size has vanished, and none has another place or area than its original,
 * made valid.
 */

/* Tiles of a layer at each zoom; fewer where each takes four times as long. */
#ifdef __SANITIZE_ADDRESS__
enum { TILES = 2 };
#else
enum { TILES = 6 };
#endif
enum { FIRST_ZOOM = 3, LAST_ZOOM = 20 };

/* In units of a hundred a side; two geometries are two features each time. */
struct family {
	const char *name;
	const char *wkt[2];
};

static const struct family families[] = {
    {"a spike outwards", {"POLYGON((0 0,100 0,100 50,50 50,50 100,50 50,0 50,0 0))"}},
    {"a spike inwards", {"POLYGON((0 0,50 0,50 60,50 0,100 0,100 100,0 100,0 0))"}},
    {"two spikes, one where the ring begins",
     {"POLYGON((0 -40,0 0,100 0,140 0,100 0,100 100,0 100,0 -40))",
      "POLYGON((-50 0,0 0,0 100,100 100,100 180,100 100,100 0,-50 0))"}},
    {"a spike with a bend", {"POLYGON((0 0,100 0,100 50,120 70,150 70,120 70,100 50,0 50,0 0))"}},
    {"a bow-tie", {"POLYGON((0 0,100 100,100 0,0 100,0 0))", "POLYGON((0 0,100 10,100 0,0 10,0 0))"}},
    {"a figure of eight that touches itself in a point",
     {"POLYGON((0 0,50 0,50 50,100 50,100 100,50 100,50 50,0 50,0 0))",
      "POLYGON((0 0,50 50,100 0,100 100,50 50,0 100,0 0))"}},
    {"a ring that makes a hole of itself", {"POLYGON((0 0,50 0,30 30,70 30,50 0,100 0,100 100,0 100,0 0))"}},
    {"a ring that is a line", {"POLYGON((0 0,100 40,0 0,0 0))", "POLYGON((0 0,50 50,100 100,50 50,0 0))"}},
    {"a ring that is nearly a line",
     {"POLYGON((0 0,100 40,100 40.01,0 0))", "POLYGON((0 0,50 0.3,100 0,0 0))"}},
    {"a ring that is a point", {"POLYGON((5 5,5 5,5 5,5 5))", "POLYGON((0 0,0.001 0,0 0.001,0 0))"}},
    {"a hole that touches the shell in a point",
     {"POLYGON((0 0,100 0,100 100,0 100,0 0),(50 0,70 40,30 40,50 0))",
      "POLYGON((0 0,100 0,100 100,0 100,0 0),(0 0,60 30,30 60,0 0))"}},
    {"a hole along an edge of the shell",
     {"POLYGON((0 0,100 0,100 100,0 100,0 0),(20 0,60 0,60 30,20 30,20 0))"}},
    {"a hole in a corner of the shell", {"POLYGON((0 0,100 0,100 100,0 100,0 0),(0 0,60 0,60 30,0 30,0 0))"}},
    {"a hole that is the shell", {"POLYGON((0 0,100 0,100 100,0 100,0 0),(0 0,100 0,100 100,0 100,0 0))"}},
    {"a hole that leaves a thin rim",
     {"POLYGON((0 0,100 0,100 100,0 100,0 0),(1 1,99 1,99 99,1 99,1 1))",
      "POLYGON((0 0,100 0,130 60,50 120,0 0),(3 2,98 2,127 59,50 117,3 2))"}},
    {"a hole outside the shell",
     {"POLYGON((0 0,100 0,100 100,0 100,0 0),(150 0,180 0,180 40,150 40,150 0))"}},
    {"a hole that crosses the shell",
     {"POLYGON((0 0,100 0,100 100,0 100,0 0),(50 20,150 20,150 60,50 60,50 20))"}},
    {"a hole larger than the shell",
     {"POLYGON((20 20,80 20,80 80,20 80,20 20),(0 0,100 0,100 100,0 100,0 0))"}},
    {"a hole in a hole",
     {"POLYGON((0 0,100 0,100 100,0 100,0 0),(10 10,90 10,90 90,10 90,10 10),(30 30,70 30,70 70,30 70,30 "
      "30))"}},
    {"holes that overlap, touch and repeat",
     {"POLYGON((0 0,100 0,100 100,0 100,0 0),(10 10,50 10,50 50,10 50,10 10),(30 30,80 30,80 80,30 80,30 "
      "30))",
      "POLYGON((0 0,100 0,100 100,0 100,0 0),(10 10,50 10,50 50,10 50,10 10),(10 10,50 10,50 50,10 50,10 10),"
      "(50 50,90 50,90 90,50 90,50 50))"}},
    {"parts of a multipolygon that overlap",
     {"MULTIPOLYGON(((0 0,70 0,70 70,0 70,0 0)),((40 40,100 40,100 100,40 100,40 40)))",
      "MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0)),((0 0,100 0,100 100,0 100,0 0)))"}},
    {"parts of a multipolygon, one in the other, and along an edge",
     {"MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0)),((20 20,60 20,60 60,20 60,20 20)))",
      "MULTIPOLYGON(((0 0,50 0,50 100,0 100,0 0)),((50 20,100 20,100 80,50 80,50 20)))"}},
    {"slivers thinner than the grid",
     {"POLYGON((0 0,100 30,100 30.05,0 0.05,0 0))", "POLYGON((0 0,60 0,90 80,89.7 80,59.8 0.2,0 0.2,0 0))"}},
    {"a house with a tail", {"POLYGON((0 0,20 0,20 10,100 14,100 14.1,20 10.2,20 20,0 20,0 0))"}},
    {"points that repeat",
     {"POLYGON((0 0,0 0,0 0,100 0,100 0,100 100,100 100,100 100,0 100,0 0,0 0),(20 20,20 20,20 40,40 40,40 "
      "40,20 20))"}},
    {"rings the wrong way round",
     {"POLYGON((0 0,0 100,100 100,100 0,0 0),(20 20,20 60,60 60,60 20,20 20))",
      "POLYGON((0 0,100 0,100 100,0 100,0 0),(20 20,60 20,60 60,20 60,20 20))"}},
    {"a ring that goes round twice", {"POLYGON((0 0,100 0,100 100,0 100,0 0,100 0,100 100,0 100,0 0))"}},
    {"tiny triangles", {"POLYGON((0 0,1 0,0 1,0 0))", "POLYGON((0 0,4 1,1 3,0 0))"}},
    {"a star that crosses itself", {"POLYGON((50 0,80 95,2 36,98 36,20 95,50 0))"}},
};
enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

struct place {
	double x, y, size;
};

static int put(double *x, double *y, void *data)
{
	const struct place *p = data;

	*x = p->x + p->size * *x / 100;
	*y = p->y + p->size * *y / 100;
	return 1;
}

/* In sizes of 4, 12, 60 and 700 units of each zoom, twice, anywhere on the grid. */
static void add_sizes(struct source *s, const GEOSGeometry *g)
{
	static const double units[] = {4, 12, 60, 700};

	for (int z = FIRST_ZOOM; z <= LAST_ZOOM; z++)
		for (size_t i = 0; i < 2 * sizeof(units) / sizeof(units[0]); i++) {
			const double far = ldexp(30, FIRST_ZOOM - z);
			struct place p = {dice(20, 20 + far), dice(50, 50 + far / 2),
					  ldexp(360.0 / MM_GRID_EXTENT, -z) * units[i / 2] * dice(0.7, 1.4)};

			source_add(s, GEOSGeom_transformXY_r(gc, g, put, &p));
		}
}

static void add_wkt(struct source *s, const char *wkt)
{
	GEOSWKTReader *reader = GEOSWKTReader_create_r(gc);
	GEOSGeometry *g = GEOSWKTReader_read_r(gc, reader, wkt);

	assert_non_null(g);
	add_sizes(s, g);
	GEOSGeom_destroy_r(gc, g);
	GEOSWKTReader_destroy_r(gc, reader);
}

static void comes_out_whole(void **state)
{
	const struct family *f = *state;
	struct source s;

	source_begin(&s, f->name);
	dice_state = 77;
	for (int i = 0; i < 2 && f->wkt[i]; i++)
		add_wkt(&s, f->wkt[i]);
	source_end(&s);
	judge(&s, FIRST_ZOOM, LAST_ZOOM, TILES);
	source_release(&s);
}

/* Teeth from broader than a pixel to thinner than the grid. */
static void combs_come_out_whole(void **state)
{
	struct source s;

	(void)state;
	source_begin(&s, "combs");
	dice_state = 78;
	for (unsigned teeth = 5; teeth <= 125; teeth *= 5) {
		static double xy[2 * (4 * 125 + 3)];
		unsigned n = 0;
		GEOSGeometry *g;

		for (unsigned i = 0; i < teeth; i++)
			for (unsigned k = 0; k < 4; k++, n++) {
				xy[2 * n] = 100.0 * (i + (k > 1 ? 0.5 : 0)) / teeth;
				xy[2 * n + 1] = k == 1 || k == 2 ? 100 : 10;
			}
		xy[2 * n] = 100, xy[2 * n++ + 1] = 0;
		xy[2 * n] = 0, xy[2 * n++ + 1] = 0;
		close_ring(xy, n);
		g = polygon_of(xy, n + 1);
		add_sizes(&s, g);
		GEOSGeom_destroy_r(gc, g);
	}
	source_end(&s);
	judge(&s, FIRST_ZOOM, LAST_ZOOM, TILES);
	source_release(&s);
}

int main(void)
{
	struct CMUnitTest tests[FAMILIES + 1] = {cmocka_unit_test(combs_come_out_whole)};

	for (size_t i = 0; i < FAMILIES; i++)
		tests[i + 1] = (struct CMUnitTest){.name = families[i].name,
						   .test_func = comes_out_whole,
						   .initial_state = (void *)(uintptr_t)&families[i]};
	return cmocka_run_group_tests(tests, geos_begin, geos_end);
}
