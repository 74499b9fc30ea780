#include "api/features/features.h"
#include "api/out.h"
#include "base/json.h"

/* "/collections/{id}/items?explain=1": how the features would be found, and what that took. */

enum { TEXT_MAX = 1 << 20 };

static void put_filter_text(struct mm_json *j, const char *key, const struct mm_filter *f)
{
	struct mm_buf b;

	mm_buf_init(&b, TEXT_MAX);
	mm_filter_put_text(f, &b);
	if (!b.failed)
		mm_json_text_n(j, key, (const char *)b.data, b.len);
	mm_buf_release(&b);
}

/* The conditions of a filter in the order in which they were asked at last, the most telling first, and how.
 */
static void put_conditions(struct mm_json *j, const struct mm_filter_run *run)
{
	mm_json_open(j, "conditions", '[');
	for (size_t i = 0; i < mm_filter_run_part_count(run); i++)
		put_filter_text(j, NULL, mm_filter_run_part(run, i).condition);
	mm_json_close(j, ']');
	mm_json_open(j, "conditionSteps", '[');
	for (size_t i = 0; i < mm_filter_run_part_count(run); i++) {
		const struct mm_filter_part p = mm_filter_run_part(run, i);

		mm_json_open(j, NULL, '{');
		mm_json_text(j, "by", p.way);
		mm_json_int(j, "lookedAt", (int64_t)p.looked_at);
		mm_json_int(j, "kept", (int64_t)p.kept);
		mm_json_double(j, "milliseconds", (double)p.ns / 1e6);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

static void put_filter(struct mm_json *j, const struct mm_items *it)
{
	const struct mm_filter *boxed = mm_filter_run_boxed(it->filter);
	struct mm_box box;

	put_filter_text(j, "filter", it->condition);
	put_conditions(j, it->filter);
	if (it->plan.way != MM_PLAN_FILTER_INDEX || !boxed || !mm_filter_run_box(it->filter, &box))
		return;
	mm_json_open(j, "index", '{');
	put_filter_text(j, "condition", boxed);
	mm_out_box(j, "bbox", &box);
	mm_json_close(j, '}');
}

static bool reads(const struct mm_filter *f, size_t field)
{
	bool found = f->op == MM_FILTER_PROPERTY && f->field == field;

	for (size_t i = 0; i < f->child_count && !found; i++)
		found = reads(f->child[i], field);
	return found;
}

/* The fields that conditions look at. */
static void put_columns(struct mm_json *j, const struct mm_items *it)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);

	mm_json_open(j, "columns", '[');
	for (size_t i = 0; i < s->field_count; i++) {
		bool is_read = it->condition && reads(it->condition, i);

		for (size_t k = 0; k < it->query.equal_count; k++)
			is_read |= it->query.equal[k].field == i;
		if (is_read)
			mm_json_text(j, NULL, s->field[i].name);
	}
	mm_json_close(j, ']');
}

static void put_steps(struct mm_json *j, const struct mm_plan *p)
{
	mm_json_open(j, "steps", '[');
	for (size_t i = 0; i < p->step_count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "condition", mm_plan_condition_name(p->step[i].what));
		mm_json_int(j, "lookedAt", p->step[i].looked_at);
		mm_json_int(j, "kept", p->step[i].kept);
		mm_json_double(j, "milliseconds", (double)p->step[i].ns / 1e6);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

void mm_items_put_plan(const struct mm_items *it, struct mm_buf *out)
{
	const struct mm_plan *p = &it->plan;
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "collection", mm_layer_schema(it->layer)->id);
	mm_json_text(&j, "access", mm_plan_way_name(p->way));
	if (it->condition)
		put_filter(&j, it);
	put_columns(&j, it);
	mm_json_int(&j, "rows", p->rows);
	mm_json_int(&j, "candidates", p->candidates);
	put_steps(&j, p);
	mm_json_int(&j, "matched", it->page.matched);
	mm_json_double(&j, "findMilliseconds", (double)p->find_ns / 1e6);
	mm_json_double(&j, "sortMilliseconds", (double)p->sort_ns / 1e6);
	mm_json_close(&j, '}');
}
