#include "feed/export_job.h"

void mm_export_job_put(const struct mm_export_job *e, struct mm_json *j)
{
	mm_json_open(j, "export", '{');
	mm_json_int(j, "format", e->format);
	mm_json_int(j, "count", e->count);
	mm_json_text(j, "crs", e->crs);
	mm_json_text(j, "encoding", e->encoding);
	mm_json_text(j, "lang", e->lang);
	mm_json_bool(j, "keeps_order", e->keeps_order);
	mm_json_int(j, "max_bytes", (int64_t)e->max_bytes);
	mm_json_open(j, "left_out", '[');
	for (size_t i = 0; i < e->left_out_count; i++)
		mm_json_int(j, NULL, e->left_out[i]);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

static const char *text(const json_t *o, const char *key, struct mm_arena *mem)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? mm_arena_text(mem, json_string_value(v), json_string_length(v)) : NULL;
}

const struct mm_export_job *mm_export_job_take(const json_t *o, struct mm_arena *mem)
{
	const json_t *list = json_object_get(o, "left_out");
	const size_t count = json_array_size(list);
	struct mm_export_job *e = json_is_object(o) ? mm_arena_alloc(mem, sizeof(*e)) : NULL;
	uint32_t *left_out = e ? mm_arena_array(mem, count + 1, sizeof(*left_out)) : NULL;

	if (!left_out)
		return NULL;
	for (size_t i = 0; i < count; i++)
		left_out[i] = (uint32_t)json_integer_value(json_array_get(list, i));
	*e = (struct mm_export_job){
	    .format = (enum mm_export_format)json_integer_value(json_object_get(o, "format")),
	    .count = (uint32_t)json_integer_value(json_object_get(o, "count")),
	    .crs = text(o, "crs", mem),
	    .encoding = text(o, "encoding", mem),
	    .lang = text(o, "lang", mem),
	    .left_out = left_out,
	    .left_out_count = count,
	    .keeps_order = json_is_true(json_object_get(o, "keeps_order")),
	    .max_bytes = (uint64_t)json_integer_value(json_object_get(o, "max_bytes"))};
	return e->crs && e->encoding && e->lang ? e : NULL;
}
