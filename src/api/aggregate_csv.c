#include "api/aggregate.h"
#include "base/num.h"
#include "encode/value.h"

#include <string.h>

/* Groups as comma-separated values (RFC 4180). */

static bool is_number(const char *text, size_t n)
{
	double v;

	return mm_num_parse(text, n, &v);
}

static void put_cell(struct mm_buf *out, const char *text, size_t n)
{
	const bool is_formula = n && strchr("=+-@\t\r", text[0]) && !is_number(text, n);
	bool is_quoted = false;

	for (size_t i = 0; i < n; i++)
		is_quoted |= strchr(",\";\r\n\t", text[i]) != NULL;
	if (is_quoted)
		mm_buf_byte(out, '"');
	if (is_formula)
		mm_buf_byte(out, '\'');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"')
			mm_buf_byte(out, '"');
		mm_buf_byte(out, (unsigned char)text[i]);
	}
	if (is_quoted)
		mm_buf_byte(out, '"');
}

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
	put_cell(out, (const char *)text.data, text.len);
	mm_buf_release(&text);
}

static void put_head(const struct mm_aggregate_page *p, struct mm_buf *out)
{
	for (size_t i = 0; i < p->ask.by_count; i++) {
		put_cell(out, p->ask.by[i].name, strlen(p->ask.by[i].name));
		mm_buf_byte(out, ',');
	}
	for (size_t i = 0; i < p->ask.function_count; i++) {
		if (i)
			mm_buf_byte(out, ',');
		put_cell(out, p->ask.function[i].name, strlen(p->ask.function[i].name));
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
