#include "base/clock.h"
#include "base/prefetch.h"
#include "base/sort.h"
#include "store/tile_row.h"
#include "tile/maker.h"

#include <stdlib.h>
#include <string.h>

/* The rows of one layer, found, chosen and drawn. */

enum {
	AHEAD_ROWS = 12,
	AHEAD_ITEMS = 6,
	FETCHED_MAX = 8192, /* rows, of some 100 bytes */
	CLOCK_EVERY = 256,  /* features, or 32 vertices each */
};

/* ---- which ---- */

uint64_t *mm_tile_by_importance(const struct mm_tile_maker *m)
{
	const struct mm_rows *r = &m->rows;
	uint64_t *key = malloc((r->count + 1) * 2 * sizeof(*key));

	if (!key)
		return NULL;
	for (size_t i = 0; i < r->count; i++)
		key[i] = (uint64_t)(UINT16_MAX - mm_layer_importance(m->layer, mm_tile_row_of(m, r->row[i])))
			     << 32 |
			 i;
	mm_sort_u64(key, key + r->count, r->count);
	return key;
}

/* Leaves the `count` most important ones, of equals the first; in their order. */
static bool choose(struct mm_tile_maker *m, size_t count)
{
	struct mm_rows *r = &m->rows;
	uint64_t *key = mm_tile_by_importance(m);

	if (!key)
		return false;
	for (size_t i = 0; i < count; i++)
		key[i] &= UINT32_MAX;
	mm_sort_u64(key, key + r->count, count);
	for (size_t i = 0; i < count; i++)
		r->row[i] = r->row[key[i]];
	m->count.dropped += r->count - count;
	m->count.read += r->count - count;
	r->count = count;
	free(key);
	return true;
}

/* Leaves a few that stand evenly among the others. */
static void sample(struct mm_rows *r)
{
	const size_t count = r->count < MM_TILE_SAMPLE ? r->count : MM_TILE_SAMPLE;

	for (size_t i = 0; i < count; i++)
		r->row[i] = r->row[i * r->count / count];
	r->count = count;
}

/* Takes out the rows of a dense level that are not drawn: another stands for them. */
static void leave_out_undrawn(struct mm_tile_maker *m)
{
	const struct mm_level *v = m->level;
	size_t n = 0;

	for (size_t i = 0; i < m->rows.count; i++) {
		uint32_t number = m->rows.row[i];

		if (v->start[number] < v->start[number + 1])
			m->rows.row[n++] = number;
	}
	m->count.read += m->rows.count - n;
	m->count.thinned += m->rows.count - n;
	m->rows.count = n;
}

/* Takes out the rows that are not wanted. */
static void leave_out_unwanted(struct mm_tile_maker *m)
{
	struct mm_rows *r = &m->rows;
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++) {
		const uint32_t row = mm_tile_row_of(m, r->row[i]);

		if (m->only[row / 8] >> row % 8 & 1)
			r->row[n++] = r->row[i];
	}
	r->count = n;
}

/* Has memory fetch row or item number `i`: first what it has in common with all, later its shape. */
static void fetch_row(const struct mm_tile_maker *m, size_t i)
{
	if (i < m->rows.count)
		mm_layer_prefetch_tile_row(m->layer, mm_tile_place_of(m, m->rows.row[i]));
}

static void fetch_item(const struct mm_tile_maker *m, size_t i)
{
	if (m->level && i < m->rows.count)
		mm_prefetch(m->level->bytes + m->level->start[m->rows.row[i]]);
}

/* The same of all rows, while they stand as they lie in memory. Not of more than the cache will hold until
 * they are drawn, in another order. */
static void fetch_all(const struct mm_tile_maker *m)
{
	for (size_t i = 0; i < m->rows.count && m->rows.count <= FETCHED_MAX; i++) {
		fetch_row(m, i);
		fetch_item(m, i);
	}
}

enum mm_code mm_tile_find(struct mm_tile_maker *m, struct mm_tile_share *share, struct mm_err *reterr)
{
	const bool by_place = !m->level || !m->level->place;
	const struct mm_rtree places = mm_layer_places(m->layer),
			      *tree = m->level ? &m->level->tree : &places;

	mm_rows_find(&m->rows, tree, &m->window);
	if (m->level && by_place)
		leave_out_undrawn(m);
	if (m->only)
		leave_out_unwanted(m);
	if (by_place)
		fetch_all(m);
	mm_rows_sort(&m->rows, by_place ? mm_layer_rtree(m->layer)->index : NULL);
	if (!mm_tile_leave_out_hidden(m))
		return mm_fail_nomem(reterr);
	if (m->is_label) {
		enum mm_code rc = mm_tile_find_labels(m, reterr);

		if (rc)
			return rc;
	}
	share->found = m->rows.count;
	if (m->is_sampling)
		sample(&m->rows);
	if (m->rows.failed || (m->rows.count > share->rows && !choose(m, share->rows)))
		return mm_fail_nomem(reterr);
	return MM_OK;
}

/* ---- all of them ---- */

void mm_tile_keep(struct mm_tile_maker *m, uint32_t place, const struct mm_grid_geom *g)
{
	mm_tile_layer_add(&m->made, place, g);
	m->count.kept++;
}

bool mm_tile_is_late(struct mm_tile_maker *m)
{
	if (m->steps < CLOCK_EVERY)
		return false;
	m->steps = 0;
	return m->ask->deadline_ns && mm_clock_mono_ns() > m->ask->deadline_ns;
}

enum mm_code mm_tile_fail_late(struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_BUSY, "",
		       "the tile took too long: try again, or give the layer a zoom range");
}

static bool is_full(const struct mm_tile_maker *m)
{
	return mm_tile_layer_count(&m->made) >= MM_TILE_FEATURES_MAX ||
	       m->made.vertices >= MM_TILE_VERTICES_MAX ||
	       m->out->len + mm_tile_layer_bytes(&m->made) > MM_TILE_BYTES_MAX;
}

static void look_ahead_first(const struct mm_tile_maker *m)
{
	for (size_t i = 0; i < AHEAD_ROWS; i++)
		fetch_row(m, i);
	for (size_t i = 0; i < AHEAD_ITEMS; i++)
		fetch_item(m, i);
}

enum mm_code mm_tile_draw(struct mm_tile_maker *m, size_t *ret_left, struct mm_err *reterr)
{
	const char *name = mm_tile_name(m);
	size_t i = 0;

	if (!name || !mm_tile_layer_begin(&m->made, m->ask->encoding, m->layer, name, &m->fields))
		return mm_fail_nomem(reterr);
	mm_tile_clear_taken(m);
	look_ahead_first(m);
	for (; i < m->rows.count && !is_full(m); i++) {
		if (mm_tile_is_late(m))
			return mm_tile_fail_late(reterr);
		fetch_row(m, i + AHEAD_ROWS);
		fetch_item(m, i + AHEAD_ITEMS);
		if (m->is_label)
			mm_tile_draw_label(m, m->rows.row[i]);
		else if (m->level)
			mm_tile_draw_item(m, m->rows.row[i]);
		else
			mm_tile_draw_place(m, m->rows.row[i]);
	}
	*ret_left = m->rows.count - i;
	return m->shape.failed ? mm_fail_nomem(reterr) : MM_OK;
}
