#include "query/query.h"

#include <string.h>

static bool is_time(const struct mm_field *f)
{
	return !f->hidden && (f->type == MM_TYPE_DATE || f->type == MM_TYPE_DATETIME);
}

/* First time field whose name has one of `words` in it; SIZE_MAX when there is none. */
static size_t find_word(const struct mm_schema *s, const char *const *words, size_t count)
{
	for (size_t i = 0; i < s->field_count; i++)
		for (size_t w = 0; is_time(&s->field[i]) && w < count; w++)
			if (strstr(s->field[i].name, words[w]))
				return i;
	return SIZE_MAX;
}

void mm_query_time_fields(const struct mm_schema *s, size_t *ret_begin, size_t *ret_end)
{
	static const char *const begins[] = {"start", "begin", "from"};
	static const char *const ends[] = {"end", "finish", "until", "_to"};
	size_t begin, end;

	if (s->time_begin && *s->time_begin) { /* the layer's YAML says so; checked when it was read */
		*ret_begin = mm_schema_find(s, s->time_begin);
		*ret_end = mm_schema_find(s, s->time_end);
		return;
	}
	begin = find_word(s, begins, sizeof(begins) / sizeof(begins[0]));
	end = find_word(s, ends, sizeof(ends) / sizeof(ends[0]));
	if (begin == SIZE_MAX || end == SIZE_MAX) {
		static const char *const any[] = {""};

		begin = end = find_word(s, any, 1);
	}
	*ret_begin = begin;
	*ret_end = end;
}

bool mm_query_time_extent(const struct mm_layer *l, struct mm_period *ret)
{
	struct mm_period p = {INT64_MAX, INT64_MIN};
	size_t field[2];

	mm_query_time_fields(mm_layer_schema(l), &field[0], &field[1]);
	if (field[0] == SIZE_MAX)
		return false;
	for (uint32_t row = 0; row < mm_layer_count(l); row++)
		for (size_t i = 0; i < 2; i++) {
			struct mm_value v;
			int64_t ms;

			mm_layer_value(l, row, field[i], &v);
			if (v.is_null)
				continue;
			ms = v.type == MM_TYPE_DATE ? v.integer * 86400000 : v.integer;
			p.begin_ms = ms < p.begin_ms ? ms : p.begin_ms;
			p.end_ms = ms > p.end_ms ? ms : p.end_ms;
		}
	if (p.begin_ms > p.end_ms)
		return false;
	*ret = p;
	return true;
}
