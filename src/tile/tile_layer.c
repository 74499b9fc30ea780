#include "tile/tile_layer.h"

bool mm_tile_layer_init(struct mm_tile_layer *t, enum mm_tile_encoding e, const struct mm_layer *l)
{
	*t = (struct mm_tile_layer){0};
	if (e == MM_TILE_MLT)
		t->mlt = mm_mlt_layer_new(l);
	else
		t->mvt = mm_mvt_layer_new(l);
	return t->mlt || t->mvt;
}

void mm_tile_layer_release(struct mm_tile_layer *t)
{
	t->mlt = mm_mlt_layer_free(t->mlt);
	t->mvt = mm_mvt_layer_free(t->mvt);
}

void mm_tile_layer_add(struct mm_tile_layer *t, uint32_t row, const struct mm_mvt_geom *g)
{
	if (t->mlt)
		mm_mlt_layer_add(t->mlt, row, g);
	else
		mm_mvt_layer_add(t->mvt, row, g);
}

size_t mm_tile_layer_count(const struct mm_tile_layer *t)
{
	return t->mlt ? mm_mlt_layer_count(t->mlt) : mm_mvt_layer_count(t->mvt);
}

size_t mm_tile_layer_bytes(const struct mm_tile_layer *t)
{
	return t->mlt ? mm_mlt_layer_bytes(t->mlt) : mm_mvt_layer_bytes(t->mvt);
}

void mm_tile_layer_put(const struct mm_tile_layer *t, struct mm_buf *out)
{
	if (t->mlt)
		mm_mlt_layer_put(t->mlt, out);
	else
		mm_mvt_layer_put(t->mvt, out);
}
