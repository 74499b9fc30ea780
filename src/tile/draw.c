#include "base/clock.h"
#include "base/hash.h"
#include "base/sort.h"
#include "tile/maker.h"

#include <stdlib.h>
#include <string.h>

/* The rows of one layer, found, chosen and drawn. */

enum {
	AHEAD_TABLES = 16, /* rows */
	AHEAD_POINTS = 6,
	CLOCK_EVERY = 256, /* features, or 32 vertices each */
	THIN_POINTS_CELL = 2,
	ID_BITS = 53, /* of numbers that JavaScript holds exactly */
	GRID = (MM_GRID_EXTENT + 2 * MM_TILE_BUFFER) /
	       THIN_POINTS_CELL, /* cells a side of the finest thinning */
	GRID_BYTES = GRID * GRID / 8 + 1,
	TAKEN_LISTED = 4096 /* cells; where more are taken, all are cleared */
};

/* ---- which ---- */

uint32_t mm_tile_row_of(const struct mm_tile_maker *m, uint32_t number)
{
	return m->level && m->level->row ? m->level->row[number] : number;
}

/* Leaves the `count` most important ones, of equals the first; in their order. */
static bool choose(struct mm_tile_maker *m, size_t count)
{
	struct mm_rows *r = &m->rows;
	uint64_t *key = malloc(r->count * 2 * sizeof(*key));

	if (!key)
		return false;
	for (size_t i = 0; i < r->count; i++)
		key[i] = (uint64_t)(UINT16_MAX - mm_layer_importance(m->layer, mm_tile_row_of(m, r->row[i])))
			     << 32 |
			 r->row[i];
	mm_sort_u64(key, key + r->count, r->count);
	for (size_t i = 0; i < count; i++)
		key[i] &= UINT32_MAX;
	mm_sort_u64(key, key + r->count, count);
	for (size_t i = 0; i < count; i++)
		r->row[i] = (uint32_t)key[i];
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

	for (size_t i = 0; i < r->count; i++)
		if (m->only[r->row[i] / 8] >> r->row[i] % 8 & 1)
			r->row[n++] = r->row[i];
	r->count = n;
}

enum mm_code mm_tile_find(struct mm_tile_maker *m, struct mm_tile_share *share, struct mm_err *reterr)
{
	mm_rows_find(&m->rows, m->level ? &m->level->tree : mm_layer_rtree(m->layer), &m->window);
	if (m->level && !m->level->row)
		leave_out_undrawn(m);
	if (m->only)
		leave_out_unwanted(m);
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

/* ---- rows that are drawn themselves ---- */

/* Takes the cell of a point; false when it was taken. `cell`: tile units a side, at least THIN_POINTS_CELL.
 */
static bool take(struct mm_tile_maker *m, const int32_t *xy, int cell)
{
	int x = (xy[0] + MM_TILE_BUFFER) / cell, y = (xy[1] + MM_TILE_BUFFER) / cell;
	size_t at;

	if (!m->taken)
		m->taken = calloc(GRID_BYTES, 1);
	if (!m->taken_at)
		m->taken_at = calloc(TAKEN_LISTED, sizeof(*m->taken_at));
	if (!m->taken || !m->taken_at) {
		m->shape.failed = true;
		return false;
	}
	x = x < 0 ? 0 : x >= GRID ? GRID - 1 : x;
	y = y < 0 ? 0 : y >= GRID ? GRID - 1 : y;
	at = (size_t)y * GRID + (size_t)x;
	if (m->taken[at / 8] >> (at % 8) & 1)
		return false;
	m->taken[at / 8] |= (uint8_t)(1u << (at % 8));
	if (m->taken_count < TAKEN_LISTED)
		m->taken_at[m->taken_count] = (uint32_t)(at / 8);
	m->taken_count++;
	return true;
}

/* Nothing stands anywhere: half a megabyte, most of which nobody has touched. */
static void clear_taken(struct mm_tile_maker *m)
{
	if (m->taken_count > TAKEN_LISTED)
		memset(m->taken, 0, GRID_BYTES);
	else
		for (size_t i = 0; i < m->taken_count; i++)
			m->taken[m->taken_at[i]] = 0;
	m->taken_count = 0;
}

/* False: something stands there already at this zoom. */
static bool is_seen(struct mm_tile_maker *m)
{
	const struct mm_shape *s = &m->shape;

	if (s->is_dot)
		return take(m, s->geom.xy, MM_TILE_PIXEL);
	if (s->geom.kind == MM_GRID_POINT && s->geom.ring[0] == 1 && s->id.z < MM_TILE_ALL_POINTS_ZOOM)
		return take(m, s->geom.xy, THIN_POINTS_CELL);
	return true;
}

static void keep(struct mm_tile_maker *m, uint32_t row, const struct mm_grid_geom *g)
{
	mm_tile_layer_add(&m->made, row, g);
	m->count.kept++;
}

/* A row in a tile of the world square. */
static bool shape_world(struct mm_tile_maker *m, uint32_t row)
{
	struct mm_world_geom g;
	struct mm_world_box box;

	if (!mm_layer_box_world(m->layer, row, &box))
		return false;
	mm_layer_geom_world(m->layer, row, &g);
	m->steps += 1 + g.vertex_count / 32;
	return mm_shape_make(&m->shape, &g, &box);
}

/* The same in a tile of another grid. */
static bool shape_grid(struct mm_tile_maker *m, uint32_t row)
{
	struct mm_geom g;
	struct mm_box box;
	bool is_near = mm_grid_source_place(&m->source, row, &g, &box);

	m->steps += 1 + m->source.xy.count / 2; /* transforming takes longer than shaping */
	m->shape.failed |= m->source.failed;
	return is_near && mm_shape_make_placed(&m->shape, &g, &box);
}

static void draw_row(struct mm_tile_maker *m, uint32_t row)
{
	m->count.read++;
	if (!(m->ask->grid ? shape_grid(m, row) : shape_world(m, row)))
		return;
	if (is_seen(m))
		keep(m, row, &m->shape.geom);
	else
		m->count.thinned++;
}

/* ---- items of a level ---- */

static void draw_dot(struct mm_tile_maker *m, uint32_t row, const struct mm_grid_stream *s)
{
	const int32_t x = (int32_t)(s->x - m->origin_x), y = (int32_t)(s->y - m->origin_y);
	const int32_t xy[] = {
	    x, y, x + MM_TILE_PIXEL, y, x + MM_TILE_PIXEL, y + MM_TILE_PIXEL, x, y + MM_TILE_PIXEL};
	const uint32_t count = s->kind == MM_GRID_POLYGON ? 4 : 2;

	if (x >= -MM_TILE_BUFFER && y >= -MM_TILE_BUFFER &&
	    x <= MM_GRID_EXTENT + MM_TILE_BUFFER - MM_TILE_PIXEL &&
	    y <= MM_GRID_EXTENT + MM_TILE_BUFFER - MM_TILE_PIXEL)
		keep(m, row, &(struct mm_grid_geom){s->kind, xy, &count, 1});
}

static bool is_inside(const struct mm_tile_maker *m, uint32_t row)
{
	const struct mm_world_box *in = &m->inside;
	struct mm_world_box b;

	return mm_layer_box_world(m->layer, row, &b) && b.min_x >= in->min_x && b.min_y >= in->min_y &&
	       b.max_x <= in->max_x && b.max_y <= in->max_y;
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
	mm_tile_layer_add_values(&m->made, mm_hash64(place, sizeof(place), 0) >> (64 - ID_BITS), value,
				 mm_cluster_values(&m->names, m->level, number, value),
				 &(struct mm_grid_geom){MM_GRID_POINT, xy, &one, 1});
	m->count.kept++;
	m->count.thinned += m->level->members[number] - 1;
}

static void draw_item(struct mm_tile_maker *m, uint32_t number)
{
	const struct mm_level *v = m->level;
	const uint32_t row = mm_tile_row_of(m, number);
	struct mm_grid_stream s;

	m->count.read++;
	mm_grid_stream_open(v->bytes + v->start[number], v->start[number + 1] - v->start[number], &s);
	m->steps += 1 + s.rest_bytes / 64;
	if (v->members && v->members[number] > 1) {
		draw_cluster(m, number, &s);
	} else if (s.is_dot) {
		draw_dot(m, row, &s);
	} else if (is_inside(m, row)) {
		mm_tile_layer_add_stream(&m->made, row, &s, m->origin_x, m->origin_y);
		m->count.kept++;
	} else if (!mm_grid_stream_read(&s, &m->points)) {
		m->shape.failed = true;
	} else if (mm_shape_cut(&m->shape, s.kind, &m->points)) {
		keep(m, row, &m->shape.geom);
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
	       m->out->len + mm_tile_layer_bytes(&m->made) > MM_TILE_BYTES_MAX;
}

/* Has memory fetch the tables of row or item number `i`, and the points of those whose tables are there. */
static void fetch_tables(const struct mm_tile_maker *m, size_t i)
{
	if (i < m->rows.count)
		mm_layer_prefetch(m->layer, mm_tile_row_of(m, m->rows.row[i]));
}

static void fetch_points(const struct mm_tile_maker *m, size_t i)
{
	if (m->is_label || i >= m->rows.count)
		return;
	if (m->level)
		__builtin_prefetch(m->level->bytes + m->level->start[m->rows.row[i]]);
	else
		mm_layer_prefetch_points(m->layer, m->rows.row[i]);
}

static void look_ahead_first(const struct mm_tile_maker *m)
{
	for (size_t i = 0; i < AHEAD_TABLES; i++)
		fetch_tables(m, i);
	for (size_t i = 0; i < AHEAD_POINTS; i++)
		fetch_points(m, i);
}

enum mm_code mm_tile_draw(struct mm_tile_maker *m, size_t *ret_left, struct mm_err *reterr)
{
	const char *name = mm_tile_name(m);
	size_t i = 0;

	if (!name || !mm_tile_layer_begin(&m->made, m->ask->encoding, m->layer, name, &m->fields))
		return mm_fail_nomem(reterr);
	clear_taken(m);
	look_ahead_first(m);
	for (; i < m->rows.count && !is_full(m); i++) {
		if (mm_tile_is_late(m))
			return mm_tile_fail_late(reterr);
		fetch_tables(m, i + AHEAD_TABLES);
		fetch_points(m, i + AHEAD_POINTS);
		if (m->is_label)
			mm_tile_draw_label(m, m->rows.row[i]);
		else if (m->level)
			draw_item(m, m->rows.row[i]);
		else
			draw_row(m, m->rows.row[i]);
	}
	*ret_left = m->rows.count - i;
	return m->shape.failed ? mm_fail_nomem(reterr) : MM_OK;
}
