#include "base/buf.h"
#include "base/hash.h"
#include "encode/value.h"
#include "print/plot/plot_private.h"

/* What a print was made from, in a number. */

enum { ROW_BYTES_MAX = 1 << 20 };

static uint64_t mark_row(const struct mm_layer *l, uint32_t row, struct mm_buf *text, uint64_t mark)
{
	const struct mm_schema *s = mm_layer_schema(l);

	text->len = 0;
	for (size_t i = 0; i < s->field_count; i++) {
		struct mm_value v;

		if (s->field[i].hidden)
			continue;
		mm_layer_value(l, row, i, &v);
		mm_value_put_text(text, &v);
		mm_buf_byte(text, 0);
	}
	return text->len ? mm_hash64(text->data, text->len, mark) : mark;
}

uint64_t mm_plot_mark(const struct mm_plot *p)
{
	uint64_t mark = 0;
	struct mm_buf text;

	mm_buf_init(&text, ROW_BYTES_MAX);
	for (size_t i = 0; i < p->source_count; i++) {
		const struct mm_plot_source *s = &p->source[i];

		if (s->is_label || !s->at.count)
			continue;
		mark = mm_hash64(s->at.xy, s->at.count * 2 * sizeof(*s->at.xy), mark);
		for (size_t k = 0; k < s->feature_count && !text.failed; k++)
			mark = mark_row(s->layer, s->feature[k].row, &text, mark);
	}
	for (size_t i = 0; i < p->item_count; i++)
		if (p->item[i].raster)
			mark ^= mm_raster_info(p->item[i].raster)->identity;
	mm_buf_release(&text);
	return mark;
}
