#include "store/tile_row.h"
#include "tile/maker.h"

/* What became of every row of a layer at a tile, for whoever asks why one is not there. */

struct census {
	struct mm_tile_maker *m;
	struct mm_tile_rows *rows;
	bool is_late;
};

/* Counts a row for which its level has no item. */
static void count_absent(const struct mm_tile_maker *m, uint32_t place, struct mm_tile_rows *rows)
{
	const struct mm_world_box *b = &mm_layer_rtree(m->layer)->box[place];
	struct mm_tile_row r;

	mm_layer_tile_row(m->layer, place, &r);
	if (m->level->members && r.kind == MM_PART_POINTS)
		rows->clustered++;
	else if (mm_layer_schema(m->layer)->generalize.is_coverage && r.kind == MM_PART_POLYGON)
		rows->vanished++;
	else if (r.kind == MM_PART_LINE && !mm_tile_is_small(&m->shape, b))
		rows->crowded_out_or_joined++;
	else
		rows->merged++;
}

static bool count_row(void *ctx, uint32_t place)
{
	struct census *c = ctx;
	struct mm_tile_maker *m = c->m;
	const uint32_t row = mm_layer_rtree(m->layer)->index[place];

	c->rows->rows++;
	m->steps++;
	if (m->only && !(m->only[row / 8] >> row % 8 & 1))
		c->rows->unwanted++;
	else if (mm_tile_is_off_square(m, place))
		c->rows->off_square++;
	else if (!m->level || mm_tile_find_item(m, m->level, place) != MM_TILE_NO_ITEM)
		c->rows->items++;
	else
		count_absent(m, place, c->rows);
	c->is_late = mm_tile_is_late(m);
	return !c->is_late;
}

enum mm_code mm_tile_census(struct mm_tile_maker *m, struct mm_tile_rows *ret, struct mm_err *reterr)
{
	const struct mm_rtree places = mm_layer_places(m->layer);
	struct mm_tile_rows rows = {0};
	struct census c = {m, &rows, false};

	mm_rtree_search(&places, &m->window, count_row, &c);
	if (c.is_late)
		return mm_tile_fail_late(reterr);
	*ret = rows;
	return MM_OK;
}
