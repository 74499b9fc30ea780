#include "base/clock.h"
#include "base/hash.h"
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

uint32_t mm_tile_place_of(const struct mm_tile_maker *m, uint32_t number)
{
	return m->level && m->level->place ? m->level->place[number] : number;
}

uint32_t mm_tile_row_of(const struct mm_tile_maker *m, uint32_t number)
{
	return mm_layer_rtree(m->layer)->index[mm_tile_place_of(m, number)];
}

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
	const struct mm_rtree places = mm_layer_places(m->layer);

	mm_rows_find(&m->rows, by_place ? &places : &m->level->tree, &m->window);
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

/* ---- items of a level ---- */

void mm_tile_keep(struct mm_tile_maker *m, uint32_t place, const struct mm_grid_geom *g)
{
	mm_tile_layer_add(&m->made, place, g);
	m->count.kept++;
}

static void draw_dot(struct mm_tile_maker *m, uint32_t place, const struct mm_grid_stream *s)
{
	const int32_t x = (int32_t)(s->x - m->origin_x), y = (int32_t)(s->y - m->origin_y);
	const int32_t xy[] = {
	    x, y, x + MM_TILE_PIXEL, y, x + MM_TILE_PIXEL, y + MM_TILE_PIXEL, x, y + MM_TILE_PIXEL};
	const uint32_t count = s->kind == MM_GRID_POLYGON ? 4 : 2;

	if (x >= -MM_TILE_BUFFER && y >= -MM_TILE_BUFFER &&
	    x <= MM_GRID_EXTENT + MM_TILE_BUFFER - MM_TILE_PIXEL &&
	    y <= MM_GRID_EXTENT + MM_TILE_BUFFER - MM_TILE_PIXEL)
		mm_tile_keep(m, place, &(struct mm_grid_geom){s->kind, xy, &count, 1});
}

/* One that several rows are drawn as is larger than the row that it is of. */
static bool is_joined(const struct mm_level *v, uint32_t number)
{
	return v->joined && v->joined[number / 8] >> number % 8 & 1;
}

static bool stays_whole(const struct mm_tile_maker *m, uint32_t number, uint32_t place)
{
	return !is_joined(m->level, number) &&
	       mm_tile_stays_whole(&mm_layer_rtree(m->layer)->box[place], &m->inside, &m->spill);
}

static void draw_cluster(struct mm_tile_maker *m, uint32_t number, const struct mm_grid_stream *s)
{
	const int32_t xy[2] = {(int32_t)(s->x - m->origin_x), (int32_t)(s->y - m->origin_y)};
	const uint64_t place[] = {m->level->zoom, s->x, s->y};
	const uint32_t one = 1;
	struct mm_tile_value value[MM_TILE_VALUES_MAX];

	if (xy[0] < -MM_TILE_BUFFER || xy[1] < -MM_TILE_BUFFER || xy[0] > MM_GRID_EXTENT + MM_TILE_BUFFER ||
	    xy[1] > MM_GRID_EXTENT + MM_TILE_BUFFER)
		return;
	if (!mm_cluster_names_of(&m->names, m->layer)) {
		m->shape.failed = true;
		return;
	}
	mm_tile_layer_add_values(&m->made, mm_hash64(place, sizeof(place), 0) >> (64 - MM_TILE_ID_BITS),
				 value, mm_cluster_values(&m->names, m->level, number, value),
				 &(struct mm_grid_geom){MM_GRID_POINT, xy, &one, 1});
	m->count.kept++;
	m->count.thinned += m->level->members[number] - 1;
}

static void draw_item(struct mm_tile_maker *m, uint32_t number)
{
	const struct mm_level *v = m->level;
	const uint32_t place = mm_tile_place_of(m, number);
	struct mm_grid_stream s;

	m->count.read++;
	mm_grid_stream_open(v->bytes + v->start[number], v->start[number + 1] - v->start[number], &s);
	m->steps += 1 + s.rest_bytes / 64;
	if (v->members && v->members[number] > 1) {
		draw_cluster(m, number, &s);
	} else if (s.is_dot) {
		draw_dot(m, place, &s);
	} else if (stays_whole(m, number, place)) {
		mm_tile_layer_add_stream(&m->made, place, &s, m->origin_x, m->origin_y);
		m->count.kept++;
	} else if (!mm_grid_stream_read(&s, &m->points)) {
		m->shape.failed = true;
	} else if (mm_shape_cut(&m->shape, s.kind, &m->points)) {
		mm_tile_keep(m, place, &m->shape.geom);
	}
}

/* ---- all of them ---- */

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
			draw_item(m, m->rows.row[i]);
		else
			mm_tile_draw_row(m, m->rows.row[i]);
	}
	*ret_left = m->rows.count - i;
	return m->shape.failed ? mm_fail_nomem(reterr) : MM_OK;
}
