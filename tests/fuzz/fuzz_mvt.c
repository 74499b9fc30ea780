#include "base/err.h"
#include "geo/topo.h"
#include "grid/shape.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Any geometry in any tile: whatever comes out must keep the rules of MVT 2.1 (4.3). The input is read as:
 * zoom, kind of geometry, scale of the steps, where the tile lies beside the first point, then per ring a
 * count and that many steps of two signed bytes. The high bit of a count begins a new part.
 */

enum { POINTS_MAX = 20000, RINGS_MAX = 400, HEAD = 8 };

struct drawing {
	struct mm_world point[POINTS_MAX];
	uint32_t ring[RINGS_MAX], part[RINGS_MAX];
	uint32_t points, rings, parts;
	struct mm_world_box box;
};

static void add_point(struct drawing *d, int64_t x, int64_t y)
{
	struct mm_world *p = &d->point[d->points++];

	p->x = x < 0 ? 0 : x > UINT32_MAX ? UINT32_MAX : (uint32_t)x;
	p->y = y < 0 ? 0 : y > UINT32_MAX ? UINT32_MAX : (uint32_t)y;
	d->box.min_x = p->x < d->box.min_x ? p->x : d->box.min_x;
	d->box.min_y = p->y < d->box.min_y ? p->y : d->box.min_y;
	d->box.max_x = p->x > d->box.max_x ? p->x : d->box.max_x;
	d->box.max_y = p->y > d->box.max_y ? p->y : d->box.max_y;
}

static void draw(struct drawing *d, const uint8_t *data, size_t n, enum mm_part_kind kind, unsigned shift)
{
	int64_t x = INT64_C(1) << 31, y = x;

	while (n >= 3 && d->rings < RINGS_MAX && d->points + 130 < POINTS_MAX) {
		uint32_t count = 1 + (data[0] & 0x7f), first = d->points;
		bool begins = d->parts == 0 || data[0] >> 7 || kind != MM_PART_POLYGON;

		data++;
		n--;
		for (uint32_t i = 0; i < count && n >= 2; i++, data += 2, n -= 2) {
			x += (int64_t)(int8_t)data[0] * ((int64_t)1 << shift);
			y += (int64_t)(int8_t)data[1] * ((int64_t)1 << shift);
			add_point(d, x, y);
		}
		if (d->points == first)
			break;
		if (kind == MM_PART_POLYGON)
			add_point(d, d->point[first].x, d->point[first].y);
		d->ring[d->rings++] = d->points - first;
		if (begins)
			d->part[d->parts++] = (uint32_t)kind << 30;
		d->part[d->parts - 1]++;
	}
}

static int64_t area2(const int32_t *xy, uint32_t n)
{
	int64_t sum = 0;

	for (uint32_t i = 0, k = n - 1; i < n; k = i++)
		sum += (int64_t)xy[2 * k] * xy[2 * i + 1] - (int64_t)xy[2 * i] * xy[2 * k + 1];
	return sum;
}

/* GEOS on one polygon: a shell and the holes that follow it. */
static void check_polygon(struct mm_topo *topo, const int32_t *xy, const uint32_t *ring, uint32_t rings)
{
	uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | rings, n = 0, total = 0;
	uint32_t *closed = calloc(rings, sizeof(*closed));
	char why[200] = "";
	double *at;

	for (uint32_t r = 0; r < rings; r++)
		total += ring[r] + 1;
	at = malloc(total * 2 * sizeof(*at));
	if (!at || !closed)
		abort();
	for (uint32_t r = 0; r < rings; xy += 2 * (size_t)ring[r], r++) {
		for (uint32_t i = 0; i <= ring[r]; i++, n++) {
			at[2 * n] = xy[2 * (size_t)(i % ring[r])];
			at[2 * n + 1] = xy[2 * (size_t)(i % ring[r]) + 1];
		}
		closed[r] = ring[r] + 1;
	}
	MM_CHECK(mm_topo_why_invalid(topo,
				     &(struct mm_geom){MM_GEOM_POLYGON, &part, closed, at, NULL, 1, rings, n},
				     why, sizeof(why), NULL) == MM_OK);
	MM_CHECK(!*why);
	free(at);
	free(closed);
}

static void check_run(const int32_t *xy, uint32_t n, enum mm_grid_kind kind)
{
	const int reach = MM_TILE_BUFFER + (kind == MM_GRID_POINT ? 0 : MM_TILE_SPILL);

	MM_CHECK(n >= (kind == MM_GRID_POINT ? 1u : kind == MM_GRID_LINE ? 2u : 3u));
	for (uint32_t i = 0; i < n; i++) {
		MM_CHECK(xy[2 * i] >= -reach && xy[2 * i] <= MM_GRID_EXTENT + reach);
		MM_CHECK(xy[2 * i + 1] >= -reach && xy[2 * i + 1] <= MM_GRID_EXTENT + reach);
		if (i && kind != MM_GRID_POINT)
			MM_CHECK(xy[2 * i] != xy[2 * i - 2] || xy[2 * i + 1] != xy[2 * i - 1]);
	}
	if (kind == MM_GRID_POLYGON)
		MM_CHECK(xy[0] != xy[2 * n - 2] || xy[1] != xy[2 * n - 1]);
}

static void check_rules(const struct mm_grid_geom *g, struct mm_topo *topo)
{
	const int32_t *xy = g->xy, *shell = xy;
	size_t first = 0;

	MM_CHECK(g->ring_count > 0 && (g->kind != MM_GRID_POINT || g->ring_count == 1));
	for (size_t r = 0; r < g->ring_count; r++) {
		int64_t area = g->kind == MM_GRID_POLYGON ? area2(xy, g->ring[r]) : 1;

		check_run(xy, g->ring[r], g->kind);
		MM_CHECK(area != 0 && (r > 0 || area > 0));
		if (g->kind == MM_GRID_POLYGON && area > 0 && r > first) {
			check_polygon(topo, shell, g->ring + first, (uint32_t)(r - first));
			first = r;
			shell = xy;
		}
		xy += 2 * (size_t)g->ring[r];
	}
	if (g->kind == MM_GRID_POLYGON)
		check_polygon(topo, shell, g->ring + first, (uint32_t)(g->ring_count - first));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct drawing d;
	struct mm_topo *topo;
	struct mm_tile_id id;
	struct mm_shape s = {0};
	enum mm_part_kind kind;
	int64_t x, y, last;

	if (size < HEAD)
		return 0;
	id.z = data[0] % (MM_TILE_MAX_ZOOM + 1);
	last = (INT64_C(1) << id.z) - 1;
	kind = (enum mm_part_kind)(data[1] % 3);
	x = (last + 1) / 2 + (int8_t)data[3] / 16;
	y = (last + 1) / 2 + (int8_t)data[4] / 16;
	id.x = (uint32_t)(x < 0 ? 0 : x > last ? last : x);
	id.y = (uint32_t)(y < 0 ? 0 : y > last ? last : y);
	d.points = d.rings = d.parts = 0;
	d.box = (struct mm_world_box){UINT32_MAX, UINT32_MAX, 0, 0};
	draw(&d, data + HEAD, size - HEAD, kind, data[2] % 25);
	topo = mm_topo_new();
	if (!topo)
		return 0;
	mm_shape_begin(&s, id, topo);
	if (d.rings && mm_shape_make(&s,
				     &(struct mm_world_geom){MM_GEOM_COLLECTION, d.part, d.ring, d.point,
							     d.parts, d.rings, d.points},
				     &d.box))
		check_rules(&s.geom, topo);
	MM_CHECK(!s.failed && s.lost == 0);
	mm_shape_release(&s);
	(void)mm_topo_free(topo);
	return 0;
}
