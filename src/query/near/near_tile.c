#include "geo/segment.h"
#include "query/near/near_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * A tile: a square of the plane in cells. A cell has the pieces that come within the reach of any of its
 * points; one of which every point is near to a single piece has that piece only, and a geometry with a
 * vertex there is near.
 */

enum {
	CELLS_A_SIDE = 256,
	CELL_MIN_M = 12,
	PIECES_MAX = 128 * 1024, /* 32 bytes each */
	ENTRIES_MAX = 1024 * 1024,
	ROOM_MIN = 4096
};

struct build {
	struct mm_near *n;
	struct mm_near_tile *t;
	struct mm_near_reach reach;
	double half_diagonal;
};

void mm_near_tile_release(struct mm_near_tile *t)
{
	free(t->head);
	free(t->mark);
	free(t->entry);
	free(t->piece);
}

/* ---- cells ---- */

static uint32_t clamp(double v, uint32_t count)
{
	return v < 0 ? 0 : v >= count ? count - 1 : (uint32_t)v;
}

static uint32_t column(const struct mm_near_tile *t, double x)
{
	return clamp((x - t->box.min_x) / t->cell, t->columns);
}

static uint32_t row_of(const struct mm_near_tile *t, double y)
{
	return clamp((y - t->box.min_y) / t->cell, t->rows);
}

static size_t cell_at(const struct mm_near_tile *t, double x, double y)
{
	return (size_t)row_of(t, y) * t->columns + column(t, x);
}

/* Cells that a box meets; the box may reach beyond the tile. */
struct range {
	uint32_t west, east, south, north;
};

static struct range range_of(const struct mm_near_tile *t, double min_x, double min_y, double max_x,
			     double max_y)
{
	return (struct range){column(t, min_x), column(t, max_x), row_of(t, min_y), row_of(t, max_y)};
}

/* ---- making ---- */

static bool grow(void **have, size_t count, size_t *cap, size_t size, size_t most)
{
	const size_t next = *cap ? *cap * 2 : ROOM_MIN;
	void *wide;

	if (count < *cap)
		return true;
	if (next > most)
		return false;
	wide = realloc(*have, next * size);
	if (!wide)
		return false;
	*have = wide;
	*cap = next;
	return true;
}

static bool add_entry(struct mm_near_tile *t, size_t cell, uint32_t piece)
{
	void *room = t->entry;

	if (!grow(&room, t->entry_count, &t->entry_cap, sizeof(*t->entry), ENTRIES_MAX))
		return false;
	t->entry = room;
	t->entry[t->entry_count] = (struct mm_near_entry){piece, t->head[cell]};
	t->head[cell] = (uint32_t)++t->entry_count;
	return true;
}

/* A cell and a piece, by the distance of the cell's centre. */
static bool add_to_cell(struct build *b, size_t cell, double x, double y, const double *p, uint32_t piece)
{
	struct mm_near_tile *t = b->t;
	const double full = b->reach.sure - b->half_diagonal, most = b->reach.most + b->half_diagonal;
	double gap2;

	if (t->mark[cell] & MM_NEAR_FULL)
		return true;
	gap2 = mm_segment_point2(p, p + 2, x, y);
	if (gap2 > most * most)
		return true;
	if (full >= 0 && gap2 <= full * full) {
		t->mark[cell] |= MM_NEAR_FULL;
		t->full_count++;
		t->head[cell] = 0;
	}
	return add_entry(t, cell, piece);
}

static bool add_piece(void *ctx, const double *from, const double *to)
{
	struct build *b = ctx;
	struct mm_near_tile *t = b->t;
	const double most = b->reach.most, p[4] = {from[0], from[1], to[0], to[1]};
	const double min_x = fmin(p[0], p[2]) - most, max_x = fmax(p[0], p[2]) + most,
		     min_y = fmin(p[1], p[3]) - most, max_y = fmax(p[1], p[3]) + most;
	const struct range r = range_of(t, min_x, min_y, max_x, max_y);
	void *room = t->piece;
	const uint32_t piece = (uint32_t)t->piece_count;

	if (max_x < t->box.min_x || min_x > t->box.max_x || max_y < t->box.min_y || min_y > t->box.max_y)
		return true;
	if (!grow(&room, t->piece_count, &t->piece_cap, sizeof(*t->piece), PIECES_MAX))
		return false;
	t->piece = room;
	memcpy(t->piece[t->piece_count++], p, sizeof(p));
	for (uint32_t y = r.south; y <= r.north; y++)
		for (uint32_t x = r.west; x <= r.east; x++)
			if (!add_to_cell(b, (size_t)y * t->columns + x, t->box.min_x + (x + 0.5) * t->cell,
					 t->box.min_y + (y + 0.5) * t->cell, p, piece))
				return false;
	return true;
}

/* Notes where an edge crosses the middle of each row: centres to the east of it are on the other side. */
static bool toggle(void *ctx, const double *a, const double *b)
{
	struct mm_near_tile *t = ((struct build *)ctx)->t;
	const double *south = a[1] <= b[1] ? a : b, *north = a[1] <= b[1] ? b : a;

	if (north[1] < t->box.min_y || south[1] > t->box.max_y)
		return true;
	for (uint32_t r = row_of(t, south[1]); r < t->rows; r++) {
		const double y = t->box.min_y + (r + 0.5) * t->cell;
		double at;

		if (y < south[1])
			continue;
		if (y >= north[1])
			break;
		at = south[0] + (north[0] - south[0]) * ((y - south[1]) / (north[1] - south[1]));
		at = fmax(ceil((at - t->box.min_x) / t->cell - 0.5), 0);
		if (at < t->columns)
			t->mark[(size_t)r * t->columns + (size_t)at] ^= MM_NEAR_TOGGLE;
	}
	return true;
}

/* Marks the cells whose centres lie in a polygon; only where no edge comes near does that say anything. */
static void add_inside(struct build *b, const struct mm_geom *polygon, const struct mm_box *box)
{
	struct mm_near_tile *t = b->t;
	const struct range r = range_of(t, box->min_x, box->min_y, box->max_x, box->max_y);

	(void)mm_near_pieces(polygon, toggle, b);
	for (uint32_t y = r.south; y <= r.north; y++) {
		uint8_t *mark = t->mark + (size_t)y * t->columns, is_in = 0;

		for (uint32_t x = r.west; x < t->columns && x <= r.east + 1; x++) {
			is_in ^= mark[x] & MM_NEAR_TOGGLE;
			mark[x] &= (uint8_t)~MM_NEAR_TOGGLE;
			if (is_in)
				mark[x] |= MM_NEAR_CENTRE_IN;
		}
	}
}

static void add_polygons(struct build *b, const struct mm_geom *g)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;

	for (uint32_t i = 0; i < g->part_count; i++) {
		struct mm_geom one = {
		    .type = MM_GEOM_POLYGON, .part = g->part + i, .ring = ring, .xy = xy, .part_count = 1};
		const struct mm_box *tile = &b->t->box;
		struct mm_box box;

		one.ring_count = mm_part_rings(g->part[i]);
		for (uint32_t k = 0; k < one.ring_count; k++)
			one.vertex_count += ring[k];
		ring += one.ring_count;
		xy += 2 * (size_t)one.vertex_count;
		box = mm_geom_box(&one);
		if (mm_part_kind(g->part[i]) == MM_PART_POLYGON && mm_box_meets(&box, tile))
			add_inside(b, &one, &box);
	}
}

/* False: there is no more room, no need, or no time. */
static bool add_feature(void *ctx, uint32_t row)
{
	struct build *b = ctx;
	struct mm_geom g;

	if (mm_near_is_late(b->n))
		return false;
	if (!mm_near_bring_feature(b->n, row, false, &g))
		return !b->n->is_cut;
	if (!mm_near_pieces(&g, add_piece, b)) {
		b->t->is_crowded = true;
		return false;
	}
	if (b->n->has_polygons)
		add_polygons(b, &g);
	return b->t->full_count < (size_t)b->t->columns * b->t->rows;
}

/* Cells that nothing comes near to, in a polygon: all of the cell is in it. */
static void fill(struct mm_near_tile *t)
{
	const size_t cells = (size_t)t->columns * t->rows;

	for (size_t i = 0; i < cells; i++)
		if (t->mark[i] & MM_NEAR_CENTRE_IN && !t->head[i])
			t->mark[i] |= MM_NEAR_FULL;
}

static bool make_cells(const struct mm_near *n, struct mm_near_tile *t)
{
	const double side = t->box.max_x - t->box.min_x;
	size_t cells;

	t->cell = fmax(fmax(n->reach * 3 / 4, CELL_MIN_M / n->ask.metres_per_unit), side / CELLS_A_SIDE);
	t->columns = t->rows = (uint32_t)fmax(ceil(side / t->cell), 1);
	cells = (size_t)t->columns * t->rows;
	if (cells > t->cell_cap) {
		mm_near_tile_release(t);
		t->head = calloc(cells, sizeof(*t->head));
		t->mark = calloc(cells, 1);
		t->entry = NULL;
		t->piece = NULL;
		t->entry_cap = t->piece_cap = 0;
		t->cell_cap = t->head && t->mark ? cells : 0;
		return t->cell_cap;
	}
	memset(t->head, 0, cells * sizeof(*t->head));
	memset(t->mark, 0, cells);
	return true;
}

/* False: time or memory is up. */
static bool make(struct mm_near *n, struct mm_near_tile *t, double x, double y)
{
	const struct mm_near_reach reach = mm_near_reach(n, false);
	const double more = n->tile_margin;
	struct build b = {.n = n, .t = t, .reach = reach};
	struct mm_world_box around;
	struct mm_box wide;

	n->made++;
	t->is_made = t->is_crowded = false;
	t->x = x;
	t->y = y;
	t->box = (struct mm_box){x * n->side - more, y * n->side - more, (x + 1) * n->side + more,
				 (y + 1) * n->side + more};
	t->entry_count = t->piece_count = t->full_count = 0;
	if (!make_cells(n, t)) {
		n->is_cut = true;
		return false;
	}
	b.half_diagonal = t->cell * M_SQRT1_2 * (1 + 1e-9);
	wide = (struct mm_box){t->box.min_x - reach.most, t->box.min_y - reach.most,
			       t->box.max_x + reach.most, t->box.max_y + reach.most};
	around = mm_near_around(n, &wide);
	mm_rtree_search(mm_layer_rtree(n->ask.layer), &around, add_feature, &b);
	if (!t->is_crowded)
		fill(t);
	t->is_made = !n->is_cut;
	return t->is_made;
}

/* The tile of a place, made anew in place of the one that has rested longest; NULL: time or memory is up. */
static struct mm_near_tile *find(struct mm_near *n, double x, double y)
{
	struct mm_near_tile *oldest = &n->tile[0];

	for (size_t i = 0; i < MM_NEAR_TILES; i++) {
		struct mm_near_tile *t = &n->tile[i];

		if (t->is_made && t->x == x && t->y == y) {
			t->used_at = n->asked;
			return t;
		}
		if (t->used_at < oldest->used_at)
			oldest = t;
	}
	oldest->used_at = n->asked;
	return make(n, oldest, x, y) ? oldest : NULL;
}

/* ---- asking ---- */

struct question {
	const struct mm_near_tile *t;
	double sure2, most, most2;
	enum mm_near_verdict verdict;
};

static bool is_apart(const double *p, const double *a, const double *b, double most)
{
	return fmin(p[0], p[2]) - fmax(a[0], b[0]) > most || fmin(a[0], b[0]) - fmax(p[0], p[2]) > most ||
	       fmin(p[1], p[3]) - fmax(a[1], b[1]) > most || fmin(a[1], b[1]) - fmax(p[1], p[3]) > most;
}

/* The pieces of a cell and one of the geometry; false: they are near. */
static bool hold_cell(struct question *q, size_t cell, const double *a, const double *b)
{
	const struct mm_near_tile *t = q->t;

	for (uint32_t i = t->head[cell]; i; i = t->entry[i - 1].next) {
		const double *p = t->piece[t->entry[i - 1].piece];
		double gap2;

		if (is_apart(p, a, b, q->most))
			continue;
		gap2 = mm_segment_gap2(a, b, p, p + 2);
		if (gap2 <= q->sure2) {
			q->verdict = MM_NEAR_YES;
			return false;
		}
		if (gap2 <= q->most2)
			q->verdict = MM_NEAR_OPEN;
	}
	return true;
}

static bool hold_piece(void *ctx, const double *a, const double *b)
{
	struct question *q = ctx;
	const struct range r =
	    range_of(q->t, fmin(a[0], b[0]), fmin(a[1], b[1]), fmax(a[0], b[0]), fmax(a[1], b[1]));

	for (uint32_t y = r.south; y <= r.north; y++)
		for (uint32_t x = r.west; x <= r.east; x++)
			if (!hold_cell(q, (size_t)y * q->t->columns + x, a, b))
				return false;
	return true;
}

/* Nothing is near to its edge: may one of its polygons hold a feature? Such a one has its own edges there. */
static bool may_hold(const struct mm_near *n, const struct mm_near_tile *t, const struct mm_geom *g,
		     const struct mm_box *box)
{
	const struct range r = range_of(t, box->min_x, box->min_y, box->max_x, box->max_y);

	if (mm_geom_dimension(g) < 2 || fmin(box->max_x - box->min_x, box->max_y - box->min_y) <= n->reach)
		return false;
	for (uint32_t y = r.south; y <= r.north; y++)
		for (uint32_t x = r.west; x <= r.east; x++)
			if (t->head[(size_t)y * t->columns + x])
				return true;
	return false;
}

/* May a polygon of the layer hold one of its parts? Where no edge comes near, fill() has told. */
static bool may_be_held(const struct mm_near *n, const struct mm_near_tile *t, const struct mm_geom *g)
{
	const uint32_t *ring = g->ring;
	const double *xy = g->xy;

	for (uint32_t i = 0; n->has_polygons && i < g->part_count; i++) {
		if (xy < g->xy + 2 * (size_t)g->vertex_count && t->head[cell_at(t, xy[0], xy[1])])
			return true;
		for (uint32_t k = mm_part_rings(g->part[i]); k; k--)
			xy += 2 * (size_t)*ring++;
	}
	return false;
}

enum mm_near_verdict mm_near_ask_tile(struct mm_near *n, const struct mm_geom *g)
{
	const struct mm_near_reach reach = mm_near_reach(n, false);
	const struct mm_box box = mm_geom_box(g);
	const struct mm_near_tile *t = find(n, floor((box.min_x + box.max_x) / 2 / n->side),
					    floor((box.min_y + box.max_y) / 2 / n->side));
	struct question q = {.t = t,
			     .sure2 = reach.sure < 0 ? -1 : reach.sure * reach.sure,
			     .most = reach.most,
			     .most2 = reach.most * reach.most};

	if (!t || !mm_box_holds(&t->box, &box))
		return MM_NEAR_OPEN;
	for (uint32_t i = 0; i < g->vertex_count; i++)
		if (t->mark[cell_at(t, g->xy[2 * (size_t)i], g->xy[2 * (size_t)i + 1])] & MM_NEAR_FULL)
			return MM_NEAR_YES;
	(void)mm_near_pieces(g, hold_piece, &q);
	if (q.verdict == MM_NEAR_NO && (t->is_crowded || may_hold(n, t, g, &box) || may_be_held(n, t, g)))
		return MM_NEAR_OPEN;
	return q.verdict;
}
