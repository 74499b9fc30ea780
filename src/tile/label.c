#include "store/tile_row.h"
#include "tile/maker.h"

#include <string.h>

/* The labels of a layer: its shapes as points. */

enum {
	STEPS = 32
}; /* what working out a place counts for beside drawing a feature; more with its vertices */

const char *mm_tile_name(struct mm_tile_maker *m)
{
	const char *id = mm_layer_schema(m->layer)->id;

	if (!m->is_label)
		return id;
	m->name.len = 0;
	mm_buf_put(&m->name, id, strlen(id));
	mm_buf_put(&m->name, MM_LABEL_SUFFIX, sizeof(MM_LABEL_SUFFIX));
	return m->name.failed ? NULL : (const char *)m->name.data;
}

/* The feature is large enough at this zoom. */
static bool is_large(const struct mm_tile_maker *m, uint32_t place)
{
	const double pixels = m->shape.scale / MM_TILE_PIXEL;
	const struct mm_world_box *b = &mm_layer_rtree(m->layer)->box[place];

	return m->ask->id.z >= MM_TILE_WHOLE_ZOOM || (b->max_x - b->min_x) * pixels >= MM_TILE_LABEL_PIXELS ||
	       (b->max_y - b->min_y) * pixels >= MM_TILE_LABEL_PIXELS;
}

/* The item is a shape, and not a dot or a point. */
static bool is_shape(const struct mm_level *v, uint32_t number)
{
	struct mm_grid_stream s;

	mm_grid_stream_open(v->bytes + v->start[number], v->start[number + 1] - v->start[number], &s);
	return s.kind != MM_GRID_POINT && !s.is_dot;
}

/* The place of a row's label in this tile; MM_E_NOT_FOUND: it has none, or in another. */
static enum mm_code place(struct mm_tile_maker *m, uint32_t row, int32_t ret[2])
{
	const struct mm_tile_id id = m->ask->id;
	struct mm_world at;
	enum mm_code rc = mm_layer_label_point(m->layer, row, m->topo, &at);

	if (rc)
		return rc;
	if (id.z && (at.x >> (32 - id.z) != id.x || at.y >> (32 - id.z) != id.y))
		return MM_E_NOT_FOUND;
	ret[0] = (int32_t)((at.x - m->shape.origin_x) * m->shape.scale);
	ret[1] = (int32_t)((at.y - m->shape.origin_y) * m->shape.scale);
	return MM_OK;
}

enum mm_code mm_tile_find_labels(struct mm_tile_maker *m, struct mm_err *reterr)
{
	struct mm_rows *r = &m->rows;
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++) {
		const uint32_t number = r->row[i], at = mm_tile_place_of(m, number);
		struct mm_tile_row row;
		int32_t xy[2];
		enum mm_code rc;

		m->steps++;
		if (mm_tile_is_late(m))
			return mm_tile_fail_late(reterr);
		if (!is_large(m, at) || (m->level && !is_shape(m->level, number)))
			continue;
		mm_layer_tile_row(m->layer, at, &row);
		m->steps += STEPS + row.vertex_count / 32;
		rc = place(m, mm_tile_row_of(m, number), xy);
		if (rc == MM_OK)
			r->row[n++] = number;
		else if (rc != MM_E_NOT_FOUND)
			return mm_fail_nomem(reterr);
	}
	r->count = n;
	m->count = (struct mm_tile_count){0}; /* what has no label is not read, and not thinned out either */
	return MM_OK;
}

void mm_tile_draw_label(struct mm_tile_maker *m, uint32_t number)
{
	const uint32_t one = 1;
	int32_t xy[2];

	m->count.read++;
	m->steps++;
	if (place(m, mm_tile_row_of(m, number), xy) != MM_OK)
		return;
	mm_tile_keep(m, mm_tile_place_of(m, number), &(struct mm_grid_geom){MM_GRID_POINT, xy, &one, 1});
}
