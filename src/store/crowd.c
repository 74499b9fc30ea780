#include "store/crowd.h"

#include "base/sort.h"
#include "grid/shape.h"
#include "grid/stream.h"

#include <stdlib.h>
#include <string.h>

enum {
	CROWDED_BYTES = 150 * 1000, /* of a tile's lines: more than a third of what it may weigh */
	LINE_BYTES = 12,            /* what a line takes in a tile beside its points, roughly */
	NEW_SHARE = 4               /* a line stays when one in so many of its cells is not covered */
};

/* A tile with more than it can show. */
struct place {
	uint32_t x, y;
	unsigned char *covered; /* a bit a cell */
};

struct crowd {
	uint32_t cell, cells; /* grid units a side, cells a tile side */
	struct place *place;
	size_t count;
	struct place *last; /* where the last cell was */
	struct mm_grid_points points;
	bool failed;
};

/* Lines nearer than that run into one another: two pixels, four where a town is no larger than a stamp. */
static uint32_t cell_of(unsigned zoom)
{
	return (zoom > 10 ? 2 : zoom == 10 ? 3 : 4) * MM_TILE_PIXEL;
}

/* ---- which tiles ---- */

static uint64_t tile_key(uint32_t x, uint32_t y)
{
	return (uint64_t)y << 32 | x;
}

/* The tile that a line begins in. */
static uint64_t home_of(const struct mm_crowd_line *l)
{
	struct mm_grid_stream s;

	mm_grid_stream_open(l->bytes, l->count, &s);
	return tile_key(s.x / MM_GRID_EXTENT, s.y / MM_GRID_EXTENT);
}

static bool add_place(struct crowd *c, uint64_t key)
{
	struct place *wide = realloc(c->place, (c->count + 1) * sizeof(*wide));

	if (!wide)
		return false;
	c->place = wide;
	wide[c->count] = (struct place){(uint32_t)key, (uint32_t)(key >> 32),
					calloc((size_t)c->cells * c->cells / 8 + 1, 1)};
	return wide[c->count++].covered != NULL;
}

/* The crowded tiles in order of their keys. */
static bool find_places(struct crowd *c, const struct mm_crowd_line *line, size_t count)
{
	struct mm_keyed *home = malloc((count + 1) * 2 * sizeof(*home));
	bool fine = home != NULL;

	for (size_t i = 0; fine && i < count; i++)
		home[i] = (struct mm_keyed){home_of(&line[i]), line[i].count + LINE_BYTES};
	if (fine)
		mm_sort_keyed(home, home + count, count);
	for (size_t i = 0, k; fine && i < count; i = k) {
		uint64_t bytes = 0;

		for (k = i; k < count && home[k].key == home[i].key; k++)
			bytes += home[k].value;
		if (bytes > CROWDED_BYTES)
			fine = add_place(c, home[i].key);
	}
	free(home);
	return fine;
}

static struct place *place_of(struct crowd *c, uint32_t x, uint32_t y)
{
	const uint64_t key = tile_key(x, y);
	size_t low = 0, high = c->count;

	if (c->last && c->last->x == x && c->last->y == y)
		return c->last;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (tile_key(c->place[mid].x, c->place[mid].y) < key)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == c->count || c->place[low].x != x || c->place[low].y != y)
		return NULL;
	return c->last = &c->place[low];
}

/* ---- the cells of a line ---- */

struct walk {
	bool marks;                /* covers what it passes */
	size_t cells, fresh;       /* passed; of these not covered, or where nothing is counted */
	const struct place *place; /* of the last one, and which it is there */
	size_t at;
};

/* `x`, `y`: grid units. */
static void pass(struct crowd *c, struct walk *w, uint32_t x, uint32_t y)
{
	const uint32_t cell_x = x % MM_GRID_EXTENT / c->cell, cell_y = y % MM_GRID_EXTENT / c->cell;
	struct place *p = place_of(c, x / MM_GRID_EXTENT, y / MM_GRID_EXTENT);
	size_t at = (size_t)cell_y * c->cells + cell_x;

	if (w->cells && p == w->place && at == w->at)
		return;
	w->place = p;
	w->at = at;
	w->cells++;
	w->fresh += !p || !(p->covered[at / 8] >> (at % 8) & 1);
	if (p && w->marks)
		p->covered[at / 8] |= (unsigned char)(1u << (at % 8));
}

static int64_t magnitude(int64_t v)
{
	return v < 0 ? -v : v;
}

static void walk_segment(struct crowd *c, struct walk *w, const int32_t *from, const int32_t *to)
{
	const int64_t dx = (int64_t)to[0] - from[0], dy = (int64_t)to[1] - from[1];
	const int64_t most = magnitude(dx) > magnitude(dy) ? magnitude(dx) : magnitude(dy);
	const int64_t steps = most / c->cell + 1;

	for (int64_t i = 0; i <= steps; i++)
		pass(c, w, (uint32_t)(from[0] + dx * i / steps), (uint32_t)(from[1] + dy * i / steps));
}

static struct walk walk(struct crowd *c, const struct mm_grid_stream *s, bool marks)
{
	const struct mm_grid_points *p = &c->points;
	const int32_t *xy = p->xy;
	struct walk w = {.marks = marks};

	if (s->is_dot) {
		pass(c, &w, s->x, s->y);
		return w;
	}

	for (size_t r = 0; r < p->ring_count; xy += 2 * (size_t)p->ring[r++])
		for (uint32_t i = 1; i < p->ring[r]; i++)
			walk_segment(c, &w, xy + 2 * (size_t)(i - 1), xy + 2 * (size_t)i);
	return w;
}

static bool stays(struct crowd *c, const struct mm_crowd_line *l)
{
	struct mm_grid_stream s;
	struct walk w;

	mm_grid_stream_open(l->bytes, l->count, &s);
	if (!s.is_dot && !mm_grid_stream_read(&s, &c->points)) {
		c->failed = true;
		return true;
	}
	w = walk(c, &s, false);
	if (w.fresh * NEW_SHARE < w.cells)
		return false;
	if (w.fresh)
		(void)walk(c, &s, true);
	return true;
}

/* ---- all of them ---- */

static bool thin(struct crowd *c, const struct mm_crowd_line *line, size_t count, const uint16_t *importance,
		 bool *ret)
{
	struct mm_keyed *order = malloc((count + 1) * 2 * sizeof(*order));

	if (!order)
		return false;
	for (size_t i = 0; i < count; i++)
		order[i] = (struct mm_keyed){
		    (uint64_t)(UINT16_MAX - importance[line[i].row]) << 32 | line[i].row, i};
	mm_sort_keyed(order, order + count, count);
	for (size_t i = 0; i < count; i++)
		ret[order[i].value] = stays(c, &line[order[i].value]);
	free(order);
	return !c->failed;
}

enum mm_code mm_crowd_thin(const struct mm_crowd_line *line, size_t count, unsigned zoom,
			   const uint16_t *importance, bool *ret, struct mm_err *reterr)
{
	const uint32_t cell = cell_of(zoom);
	struct crowd c = {.cell = cell, .cells = (MM_GRID_EXTENT + cell - 1) / cell};
	bool fine = find_places(&c, line, count);

	for (size_t i = 0; i < count; i++)
		ret[i] = true;
	if (fine && c.count)
		fine = thin(&c, line, count, importance, ret);
	for (size_t i = 0; i < c.count; i++)
		free(c.place[i].covered);
	free(c.place);
	mm_grid_points_release(&c.points);
	return fine ? MM_OK : mm_fail_nomem(reterr);
}
