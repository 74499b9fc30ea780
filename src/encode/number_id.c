#include "encode/number_id.h"

#include "base/hash.h"
#include "store/tile_row.h"

uint64_t mm_number_id(const struct mm_layer *l, uint32_t row, char number[MM_NUM_MAX], const char **ret_text,
		      size_t *ret_len)
{
	if (mm_layer_schema(l)->has_text_ids) {
		*ret_text = mm_layer_id_text(l, row, ret_len);
	} else {
		int64_t id = mm_layer_id_int(l, row);

		*ret_text = NULL;
		if (id >= 0 && id < INT64_C(1) << MM_TILE_ID_BITS)
			return (uint64_t)id;
		*ret_len = mm_num_format_int(id, number);
		*ret_text = number;
	}
	return mm_hash64(*ret_text, *ret_len, 0) >> (64 - MM_TILE_ID_BITS);
}
