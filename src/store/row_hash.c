#include "store/row_hash.h"

#include "base/hash.h"

#include <string.h>

static uint64_t hash_id(const struct mm_layer *l, uint32_t row)
{
	int64_t number;
	const char *text;
	size_t n;

	if (mm_layer_schema(l)->has_text_ids) {
		text = mm_layer_id_text(l, row, &n);
		return mm_hash64(text, n, 1);
	}
	number = mm_layer_id_int(l, row);
	return mm_hash64(&number, sizeof(number), 2);
}

static uint64_t hash_value(const struct mm_value *v, uint64_t h)
{
	const uint64_t words[] = {(uint64_t)v->type, v->is_null, (uint64_t)v->offset_min};

	h = mm_hash64(words, sizeof(words), h);
	if (v->is_null)
		return h;
	switch (v->type) {
	case MM_TYPE_BOOL:
		return h + v->boolean;
	case MM_TYPE_REAL:
		return mm_hash64(&v->real, sizeof(v->real), h);
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		return mm_hash64(v->text, v->text_len, h);
	default:
		return mm_hash64(&v->integer, sizeof(v->integer), h);
	}
}

static uint64_t hash_geometry(const struct mm_layer *l, uint32_t row, uint64_t h)
{
	struct mm_world_geom g;
	struct mm_world_box box = {1, 1, 0, 0};

	(void)mm_layer_box_world(l, row, &box);
	h = mm_hash64(&box, sizeof(box), h);
	if (box.min_x > box.max_x)
		return h;
	mm_layer_geom_world(l, row, &g);
	h = mm_hash64(g.part, g.part_count * sizeof(*g.part), h + (uint64_t)g.type);
	h = mm_hash64(g.ring, g.ring_count * sizeof(*g.ring), h);
	return mm_hash64(g.point, g.vertex_count * sizeof(*g.point), h);
}

uint64_t mm_row_hash(const struct mm_layer *l, uint32_t row, bool with_importance)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const uint16_t importance = with_importance ? mm_layer_importance(l, row) : 0;
	uint64_t h = mm_hash64(&importance, sizeof(importance), hash_id(l, row));

	for (size_t f = 0; f < s->field_count; f++) {
		struct mm_value v = {0};

		if (s->field[f].hidden)
			continue;
		mm_layer_value(l, row, f, &v);
		h = hash_value(&v, h);
	}
	return hash_geometry(l, row, h);
}
