#include "base/hash.h"
#include "store/tile_row.h"
#include "tile/maker.h"

/* Items of levels: which is of a row, and how they are drawn. */

/* ---- which ---- */

uint32_t mm_tile_place_of(const struct mm_tile_maker *m, uint32_t number)
{
	return m->level && m->level->place ? m->level->place[number] : number;
}

uint32_t mm_tile_row_of(const struct mm_tile_maker *m, uint32_t number)
{
	return mm_layer_rtree(m->layer)->index[mm_tile_place_of(m, number)];
}

/* Among the items of a level that is not dense, which stand in the order of rows. */
static uint32_t find_row(const struct mm_tile_maker *m, const struct mm_level *v, uint32_t row)
{
	const uint32_t *row_at = mm_layer_rtree(m->layer)->index;
	uint32_t low = 0, high = v->count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (row_at[v->place[middle]] < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v->count && row_at[v->place[low]] == row ? low : MM_TILE_NO_ITEM;
}

uint32_t mm_tile_find_item(const struct mm_tile_maker *m, const struct mm_level *v, uint32_t place)
{
	if (v->place)
		return find_row(m, v, mm_layer_rtree(m->layer)->index[place]);
	return v->start[place] < v->start[place + 1] ? place : MM_TILE_NO_ITEM;
}

/* ---- how ---- */

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

static bool stays_whole(const struct mm_tile_maker *m, const struct mm_level *v, uint32_t number,
			uint32_t place)
{
	return !is_joined(v, number) &&
	       mm_tile_stays_whole(&mm_layer_rtree(m->layer)->box[place], &m->inside, &m->spill);
}

static void open_item(const struct mm_level *v, uint32_t number, struct mm_grid_stream *ret)
{
	mm_grid_stream_open(v->bytes + v->start[number], v->start[number + 1] - v->start[number], ret);
}

/* A shape, or a point as it is. */
static void draw_shape(struct mm_tile_maker *m, const struct mm_level *v, uint32_t number, uint32_t place,
		       const struct mm_grid_stream *s)
{
	if (stays_whole(m, v, number, place)) {
		mm_tile_layer_add_stream(&m->made, place, s, m->origin_x, m->origin_y);
		m->count.kept++;
	} else if (!mm_grid_stream_read(s, &m->points)) {
		m->shape.failed = true;
	} else if (mm_shape_cut(&m->shape, s->kind, &m->points)) {
		mm_tile_keep(m, place, &m->shape.geom);
	}
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
				 value, mm_cluster_values(&m->names, &m->fields, m->level, number, value),
				 &(struct mm_grid_geom){MM_GRID_POINT, xy, &one, 1});
	m->count.kept++;
}

/* The item that is of this row's shape alone; MM_TILE_NO_ITEM: none, or it may stand for others, too. */
static uint32_t own_item(const struct mm_tile_maker *m, uint32_t place, struct mm_grid_stream *ret)
{
	const struct mm_level *v = m->own;
	uint32_t number;

	/* what is gathered in dots, and a point: no need to look for it */
	if (!v || (!mm_layer_schema(m->layer)->generalize.is_coverage &&
		   mm_tile_is_small(&m->shape, &mm_layer_rtree(m->layer)->box[place])))
		return MM_TILE_NO_ITEM;
	number = mm_tile_find_item(m, v, place);
	if (number == MM_TILE_NO_ITEM || is_joined(v, number))
		return MM_TILE_NO_ITEM;
	open_item(v, number, ret);
	return ret->is_dot || ret->kind == MM_GRID_POINT ? MM_TILE_NO_ITEM : number;
}

void mm_tile_draw_place(struct mm_tile_maker *m, uint32_t place)
{
	struct mm_grid_stream s;
	const uint32_t number = own_item(m, place, &s);

	if (number == MM_TILE_NO_ITEM) {
		mm_tile_draw_row(m, place);
		return;
	}
	m->count.read++;
	m->steps += 1 + s.rest_bytes / 64;
	draw_shape(m, m->own, number, place, &s);
}

void mm_tile_draw_item(struct mm_tile_maker *m, uint32_t number)
{
	const struct mm_level *v = m->level;
	const uint32_t place = mm_tile_place_of(m, number);
	struct mm_grid_stream s;

	if (v->start[number] == v->start[number + 1]) { /* of a cluster level (store/cluster_level.h) */
		mm_tile_draw_place(m, place);
		return;
	}
	m->count.read++;
	open_item(v, number, &s);
	m->steps += 1 + s.rest_bytes / 64;
	if (v->members && v->members[number] > 1)
		draw_cluster(m, number, &s);
	else if (s.is_dot)
		draw_dot(m, place, &s);
	else
		draw_shape(m, v, number, place, &s);
}
