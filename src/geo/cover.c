#include "geo/cover.h"

#include <math.h>
#include <stdbool.h>

/*
 * A cell is the set of the coordinates for which column() and row() give its numbers. Both are monotone also
 * as doubles are rounded, so that a box lies in the cells between those of its corners, whatever the
 * rounding. Where an edge crosses a column is rounded, too: cells within SLOP of an edge count as its own,
 * and cells are so large that no rounding reaches as far.
 */
struct mm_cover {
	struct mm_box box; /* of the geometry */
	double per_x, per_y;
	int columns, rows;
	uint8_t *cell; /* enum mm_cover_where, row by row */
};

enum { FIND_MAX = 128, TOGGLE = 4 };
static const double slop = 1.0 / 16;

static int clamp(double v, int count)
{
	return v < 0 ? 0 : v >= count ? count - 1 : (int)v;
}

static int column(const struct mm_cover *c, double x)
{
	return clamp((x - c->box.min_x) * c->per_x, c->columns);
}

static int row(const struct mm_cover *c, double y)
{
	return clamp((y - c->box.min_y) * c->per_y, c->rows);
}

/* How many cells a side may have: each 1e8 times as wide as the last digit of its coordinates. */
static int cells(double min, double max, unsigned side)
{
	const double most = (max - min) / (fmax(fabs(min), fabs(max)) * 1e-8);

	return most >= side ? (int)side : most >= 2 ? (int)most : 1;
}

/* ---- drawing ---- */

static void mark(struct mm_cover *c, int at_column, double low_y, double high_y)
{
	const double more = slop / c->per_y;
	const int last = row(c, high_y + more);

	for (int r = row(c, low_y - more); r <= last; r++)
		c->cell[(size_t)r * (size_t)c->columns + (size_t)at_column] |= 1;
}

/* Every cell that the edge from a to b comes near to, column by column. */
static void mark_edge(struct mm_cover *c, const double *a, const double *b)
{
	const double *west = a[0] <= b[0] ? a : b, *east = a[0] <= b[0] ? b : a, more = slop / c->per_x;
	const int first = column(c, west[0] - more), last = column(c, east[0] + more);
	const double slope = east[0] > west[0] ? (east[1] - west[1]) / (east[0] - west[0]) : 0;

	for (int i = first; i <= last; i++) {
		const double from = fmax(c->box.min_x + (i - slop) / c->per_x, west[0]),
			     to = fmin(c->box.min_x + (i + 1 + slop) / c->per_x, east[0]);
		double low = west[1] + slope * (from - west[0]), high = west[1] + slope * (to - west[0]);

		if (first == last) {
			low = west[1];
			high = east[1];
		}
		mark(c, i, fmin(low, high), fmax(low, high));
	}
}

/* Notes in each row where the edge crosses its middle: what is east of it is on the other side. */
static void mark_crossings(struct mm_cover *c, const double *a, const double *b)
{
	const double *south = a[1] <= b[1] ? a : b, *north = a[1] <= b[1] ? b : a;

	for (int r = row(c, south[1]); r < c->rows; r++) {
		const double y = c->box.min_y + (r + 0.5) / c->per_y;
		double x;

		if (y < south[1])
			continue;
		if (y >= north[1])
			break;
		x = south[0] + (north[0] - south[0]) * ((y - south[1]) / (north[1] - south[1]));
		c->cell[(size_t)r * (size_t)c->columns + (size_t)column(c, x)] ^= TOGGLE;
	}
}

static void draw_ring(struct mm_cover *c, const double *xy, uint32_t n, enum mm_part_kind kind)
{
	if (kind == MM_PART_POINTS || n == 1) {
		for (uint32_t i = 0; i < n; i++)
			mark_edge(c, xy + 2 * (size_t)i, xy + 2 * (size_t)i);
		return;
	}
	for (uint32_t i = 0; i + 1 < n; i++) {
		const double *a = xy + 2 * (size_t)i;

		mark_edge(c, a, a + 2);
		if (kind == MM_PART_POLYGON)
			mark_crossings(c, a, a + 2);
	}
	if (kind == MM_PART_POLYGON && n) { /* one that is not closed ends where it began */
		const double *last = xy + 2 * (size_t)(n - 1);

		mark_edge(c, last, xy);
		mark_crossings(c, last, xy);
	}
}

static void draw(struct mm_cover *c, const struct mm_geom *g)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;

	for (uint32_t i = 0; i < g->part_count; i++)
		for (uint32_t k = mm_part_rings(g->part[i]); k; k--, xy += 2 * (size_t)*ring++)
			draw_ring(c, xy, *ring, mm_part_kind(g->part[i]));
}

/* From marks to what they mean: cells without an edge are inside behind an odd number of crossings. */
static void settle(struct mm_cover *c)
{
	uint8_t *cell = c->cell;

	for (int r = 0; r < c->rows; r++) {
		uint8_t crossings = 0;

		for (int i = 0; i < c->columns; i++, cell++) {
			crossings ^= *cell & TOGGLE;
			*cell = (uint8_t)(*cell & 1   ? MM_COVER_EDGE
					  : crossings ? MM_COVER_INSIDE
						      : MM_COVER_OUTSIDE);
		}
	}
}

static bool is_of_one_kind(const struct mm_geom *g)
{
	for (uint32_t i = 1; i < g->part_count; i++)
		if (mm_part_kind(g->part[i]) != mm_part_kind(g->part[0]))
			return false;
	return true;
}

struct mm_cover *mm_cover_new(const struct mm_geom *g, unsigned side, struct mm_arena *mem)
{
	struct mm_cover *c;

	if (!g->vertex_count || !is_of_one_kind(g))
		return NULL;
	c = mm_arena_alloc(mem, sizeof(*c));
	if (!c)
		return NULL;
	c->box = mm_geom_box(g);
	c->columns = cells(c->box.min_x, c->box.max_x, side);
	c->rows = cells(c->box.min_y, c->box.max_y, side);
	c->per_x = c->columns / fmax(c->box.max_x - c->box.min_x, 1e-100);
	c->per_y = c->rows / fmax(c->box.max_y - c->box.min_y, 1e-100);
	c->cell = mm_arena_array(mem, (size_t)c->columns, (size_t)c->rows);
	if (!c->cell)
		return NULL;
	draw(c, g);
	settle(c);
	return c;
}

/* ---- asking ---- */

enum mm_cover_where mm_cover_find(const struct mm_cover *c, const struct mm_box *b)
{
	const struct mm_box *have = &c->box;
	uint8_t wanted;
	int west, east, south, north;

	if (b->min_x > have->max_x || b->max_x < have->min_x || b->min_y > have->max_y ||
	    b->max_y < have->min_y)
		return MM_COVER_OUTSIDE;
	west = column(c, b->min_x);
	east = column(c, b->max_x);
	south = row(c, b->min_y);
	north = row(c, b->max_y);
	wanted = c->cell[(size_t)south * (size_t)c->columns + (size_t)west];
	if (b->min_x < have->min_x || b->max_x > have->max_x || b->min_y < have->min_y ||
	    b->max_y > have->max_y)
		wanted = wanted == MM_COVER_OUTSIDE ? MM_COVER_OUTSIDE : MM_COVER_EDGE;
	if (wanted == MM_COVER_EDGE || (east - west + 1) * (north - south + 1) > FIND_MAX)
		return MM_COVER_EDGE;
	for (int r = south; r <= north; r++)
		for (int i = west; i <= east; i++)
			if (c->cell[(size_t)r * (size_t)c->columns + (size_t)i] != wanted)
				return MM_COVER_EDGE;
	return (enum mm_cover_where)wanted;
}
