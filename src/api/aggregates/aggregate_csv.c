#include "api/aggregates/aggregate.h"
#include "encode/csv_cell.h"
#include "encode/value.h"

#include <string.h>

/* Groups as comma-separated values (RFC 4180). */

static void put_value(struct mm_buf *out, const struct mm_group_value *v)
{
	struct mm_buf text;

	if (v->is_null)
		return;
	if (v->is_number) {
		mm_buf_text(out, v->text);
		return;
	}
	mm_buf_init(&text, 16 << 20);
	mm_value_put_text(&text, &v->value);
	out->failed |= text.failed;
	mm_csv_put_cell(out, (const char *)text.data, text.len);
	mm_buf_release(&text);
}

static void put_head(const struct mm_aggregate_page *p, struct mm_buf *out)
{
	for (size_t i = 0; i < p->ask.by_count; i++) {
		mm_csv_put_cell(out, p->ask.by[i].name, strlen(p->ask.by[i].name));
		mm_buf_byte(out, ',');
	}
	for (size_t i = 0; i < p->ask.function_count; i++) {
		if (i)
			mm_buf_byte(out, ',');
		mm_csv_put_cell(out, p->ask.function[i].name, strlen(p->ask.function[i].name));
	}
	mm_buf_text(out, "\r\n");
}

void mm_aggregate_put_csv(const struct mm_aggregate_page *p, struct mm_buf *out)
{
	struct mm_group_value v;

	put_head(p, out);
	for (size_t k = 0; k < mm_aggregate_given(p) && !out->failed; k++) {
		for (size_t i = 0; i < p->ask.by_count; i++) {
			mm_group_key(&p->groups, &p->groups.group[k], i, &v);
			put_value(out, &v);
			mm_buf_byte(out, ',');
		}
		for (size_t i = 0; i < p->ask.function_count; i++) {
			if (i)
				mm_buf_byte(out, ',');
			mm_group_result(&p->groups, &p->groups.group[k], i, &v);
			put_value(out, &v);
		}
		mm_buf_text(out, "\r\n");
	}
}
