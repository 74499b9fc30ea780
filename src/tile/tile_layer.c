#include "tile/tile_layer.h"

void mm_tile_layer_release(struct mm_tile_layer *t)
{
	t->mlt = mm_mlt_layer_free(t->mlt);
	t->mvt = mm_mvt_layer_free(t->mvt);
	mm_grid_points_release(&t->points);
}

bool mm_tile_layer_begin(struct mm_tile_layer *t, enum mm_tile_encoding e, const struct mm_layer *l,
			 const char *name, const struct mm_tile_fields *fields)
{
	t->is_mlt = e == MM_TILE_MLT;
	t->failed = false;
	t->vertices = 0;
	t->row = mm_layer_rtree(l)->index;
	t->mlt = mm_mlt_layer_free(t->mlt);
	if (t->is_mlt) {
		t->mlt = mm_mlt_layer_new(l, name, fields);
		return t->mlt;
	}
	if (!t->mvt)
		t->mvt = mm_mvt_layer_new();
	return t->mvt && mm_mvt_layer_begin(t->mvt, l, name, fields);
}

static void count(struct mm_tile_layer *t, const struct mm_grid_geom *g)
{
	for (size_t i = 0; i < g->ring_count; i++)
		t->vertices += g->ring[i];
}

void mm_tile_layer_add(struct mm_tile_layer *t, uint32_t place, const struct mm_grid_geom *g)
{
	count(t, g);
	if (t->is_mlt)
		mm_mlt_layer_add(t->mlt, t->row[place], g);
	else
		mm_mvt_layer_add(t->mvt, place, g);
}

void mm_tile_layer_add_row(struct mm_tile_layer *t, uint32_t place, const struct mm_tile_row *row,
			   const struct mm_grid_geom *g)
{
	count(t, g);
	if (t->is_mlt)
		mm_mlt_layer_add(t->mlt, t->row[place], g);
	else
		mm_mvt_layer_add_row(t->mvt, place, row, g);
}

void mm_tile_layer_add_values(struct mm_tile_layer *t, uint64_t id, const struct mm_tile_value *v,
			      size_t count, const struct mm_grid_geom *g)
{
	if (t->is_mlt)
		mm_mlt_layer_add_values(t->mlt, id, v, count, g);
	else
		mm_mvt_layer_add_values(t->mvt, id, v, count, g);
}

void mm_tile_layer_add_stream(struct mm_tile_layer *t, uint32_t place, const struct mm_grid_stream *g,
			      int64_t origin_x, int64_t origin_y)
{
	struct mm_grid_points *p = &t->points;

	t->vertices += 1 + g->rest_bytes / 2; /* a byte an axis at least */
	if (!t->is_mlt) {
		mm_mvt_layer_add_stream(t->mvt, place, g, origin_x, origin_y);
		return;
	}
	if (!mm_grid_stream_read(g, p)) {
		t->failed = true;
		return;
	}
	for (size_t i = 0; i < p->count; i++) {
		p->xy[2 * i] -= (int32_t)origin_x;
		p->xy[2 * i + 1] -= (int32_t)origin_y;
	}
	mm_mlt_layer_add(t->mlt, t->row[place],
			 &(struct mm_grid_geom){g->kind, p->xy, p->ring, p->ring_count});
}

size_t mm_tile_layer_count(const struct mm_tile_layer *t)
{
	return t->is_mlt ? mm_mlt_layer_count(t->mlt) : mm_mvt_layer_count(t->mvt);
}

size_t mm_tile_layer_bytes(const struct mm_tile_layer *t)
{
	return t->is_mlt ? mm_mlt_layer_bytes(t->mlt) : mm_mvt_layer_bytes(t->mvt);
}

void mm_tile_layer_put(const struct mm_tile_layer *t, struct mm_buf *out)
{
	out->failed |= t->failed;
	if (t->is_mlt)
		mm_mlt_layer_put(t->mlt, out);
	else
		mm_mvt_layer_put(t->mvt, out);
}
