#include "store/tile_row.h"

#include "base/prefetch.h"
#include "store/tile_row_format.h"

void mm_layer_tile_row(const struct mm_layer *l, uint32_t place, struct mm_tile_row *ret)
{
	const unsigned char *p = mm_tile_row_at(l, place);
	struct mm_tile_row_head head;
	const uint32_t *word;

	memcpy(&head, p, sizeof(head));
	p += sizeof(head);
	ret->id = head.id;
	ret->tags = p;
	ret->tags_bytes = head.tags_bytes;
	ret->kind = (enum mm_part_kind)(head.kind & MM_TILE_ROW_KIND);
	ret->vertex_count = head.vertex_count;
	ret->is_run = head.kind & MM_TILE_ROW_IS_RUN;
	ret->plain_zoom = head.plain_zoom;
	word = (const uint32_t *)(const void *)(p + mm_tile_row_padded(head.tags_bytes));
	if (ret->is_run) {
		const unsigned char *more = (const unsigned char *)(word + 2);

		ret->run = (struct mm_world_run){
		    .first = {word[0], word[1]},
		    .near = head.kind & MM_TILE_ROW_IS_FAR ? NULL : (const int16_t *)(const void *)more,
		    .far = (const int32_t *)(const void *)more,
		    .count = head.vertex_count,
		    .from_zoom = ret->kind == MM_PART_LINE
				     ? more + (head.vertex_count - 1) * mm_tile_row_step(head.kind)
				     : NULL,
		};
	} else {
		ret->geom = (struct mm_world_geom){
		    .part_count = word[0],
		    .ring_count = word[1],
		    .part = word + 2,
		    .ring = word + 2 + word[0],
		    .point = (const struct mm_world *)(const void *)(word + 2 + word[0] + word[1]),
		    .vertex_count = head.vertex_count,
		};
	}
}

void mm_layer_prefetch_tile_row(const struct mm_layer *l, uint32_t place)
{
	const unsigned char *p = mm_tile_row_at(l, place);

	mm_prefetch(p);
	mm_prefetch(p + 64);
}

uint32_t mm_layer_tile_value_count(const struct mm_layer *l)
{
	return (uint32_t)(l->head->section[MM_SECTION_TILE_VALUE].bytes / sizeof(struct mm_tile_value_row));
}

void mm_layer_tile_value(const struct mm_layer *l, uint32_t i, struct mm_value *ret)
{
	const struct mm_tile_value_row *v =
	    (const struct mm_tile_value_row *)l->at[MM_SECTION_TILE_VALUE] + i;

	*ret = (struct mm_value){.type = (enum mm_type)v->type};
	switch (v->type) {
	case MM_TYPE_BOOL:
		ret->boolean = v->bits != 0;
		break;
	case MM_TYPE_REAL:
		memcpy(&ret->real, &v->bits, sizeof(ret->real));
		break;
	case MM_TYPE_TEXT:
		ret->text = (const char *)l->at[MM_SECTION_TILE_TEXT] + v->bits;
		ret->text_len = v->text_bytes;
		break;
	default:
		ret->integer = (int64_t)v->bits;
	}
}

bool mm_layer_has_plain_ids(const struct mm_layer *l)
{
	const int64_t *id = l->at[MM_SECTION_ID_INT];
	const uint32_t rows = l->head->rows;
	const uint32_t *order;
	size_t orders;

	if (l->schema.has_text_ids)
		return false;
	if (!rows)
		return true;
	order = mm_layer_section(l, MM_SECTION_ID_ORDER, sizeof(*order), &orders);
	return id[orders ? order[0] : 0] >= 0 &&
	       id[orders ? order[rows - 1] : rows - 1] < INT64_C(1) << MM_TILE_ID_BITS;
}
