#include "analysis/aggregate.h"

#include "query/sort.h"

#include <stdlib.h>
#include <string.h>

/* Groups in order, and what is told of each. */

int mm_value_compare(const struct mm_value *a, const struct mm_value *b)
{
	if (a->type == MM_TYPE_TEXT || a->type == MM_TYPE_JSON)
		return mm_sort_compare_texts(a->text, a->text_len, b->text, b->text_len);
	if (a->type == MM_TYPE_REAL)
		return (a->real > b->real) - (a->real < b->real);
	if (a->type == MM_TYPE_BOOL)
		return (int)a->boolean - (int)b->boolean;
	return (a->integer > b->integer) - (a->integer < b->integer);
}

/* ---- values ---- */

bool mm_group_is_outside(const struct mm_groups *g, const struct mm_group *group)
{
	return group->polygon == UINT32_MAX && mm_aggregate_polygons(g->ask);
}

static void put_id(const struct mm_layer *l, uint32_t row, struct mm_group_value *ret)
{
	ret->value = (struct mm_value){.type = mm_layer_schema(l)->has_text_ids ? MM_TYPE_TEXT : MM_TYPE_INT};
	if (ret->value.type == MM_TYPE_TEXT)
		ret->value.text = mm_layer_id_text(l, row, &ret->value.text_len);
	else
		ret->value.integer = mm_layer_id_int(l, row);
}

static void put_field(const struct mm_layer *l, uint32_t row, size_t field, struct mm_group_value *ret)
{
	mm_layer_value(l, row, field, &ret->value);
	ret->is_null = ret->value.is_null;
	ret->field = &mm_layer_schema(l)->field[field];
}

void mm_group_key(const struct mm_groups *g, const struct mm_group *group, size_t key,
		  struct mm_group_value *ret)
{
	const struct mm_group_by *by = &g->ask->by[key];
	const struct mm_layer *l = by->polygons ? by->polygons : g->layer;
	const uint32_t row = by->polygons ? group->polygon : group->row;

	*ret = (struct mm_group_value){.is_null = row == UINT32_MAX};
	if (ret->is_null)
		return;
	if (by->field == SIZE_MAX)
		put_id(l, row, ret);
	else
		put_field(l, row, by->field, ret);
}

static void put_average(const struct mm_group_cell *c, struct mm_group_value *ret)
{
	struct mm_sum mean = {.is_rough = true};

	if (c->sum.is_rough)
		mean.real = mm_sum_real(&c->sum) / (double)c->count;
	else
		mean.real = (double)((long double)c->sum.millionths / 1000000 / (long double)c->count);
	(void)mm_sum_format(&mean, ret->text);
}

void mm_group_result(const struct mm_groups *g, const struct mm_group *group, size_t function,
		     struct mm_group_value *ret)
{
	const struct mm_function *f = &g->ask->function[function];
	const struct mm_group_cell *c = &group->cell[function];
	const bool is_count = f->kind == MM_FUNCTION_COUNT || f->kind == MM_FUNCTION_DISTINCT;
	const uint64_t count = f->of == MM_OF_FEATURE ? group->count : c->count;
	const struct mm_amount number = mm_amount_of_int((int64_t)count);
	struct mm_sum sum = c->sum;

	*ret = (struct mm_group_value){.is_null = !is_count && count == 0, .is_number = true};
	if (is_count) {
		sum = (struct mm_sum){0};
		mm_sum_add(&sum, &number);
	} else if (ret->is_null) {
		return;
	}
	if (f->kind == MM_FUNCTION_AVG) {
		put_average(c, ret);
	} else if (!is_count && f->of == MM_OF_FIELD && f->kind != MM_FUNCTION_SUM) {
		ret->is_number = false;
		put_field(g->layer, c->row, f->field, ret);
	} else {
		(void)mm_sum_format(&sum, ret->text);
	}
}

/* ---- order ---- */

static int compare_keys(const struct mm_groups *g, const struct mm_group *a, const struct mm_group *b,
			size_t key, bool is_descending)
{
	struct mm_group_value x, y;
	int way;

	mm_group_key(g, a, key, &x);
	mm_group_key(g, b, key, &y);
	if (x.is_null != y.is_null)
		return x.is_null ? 1 : -1;
	if (x.is_null) /* outside comes after a polygon without a value */
		return g->ask->by[key].polygons ? (a->polygon == UINT32_MAX) - (b->polygon == UINT32_MAX) : 0;
	way = mm_value_compare(&x.value, &y.value);
	return is_descending ? -way : way;
}

static int compare_results(const struct mm_groups *g, const struct mm_group *a, const struct mm_group *b,
			   size_t function, bool is_descending)
{
	const struct mm_function *f = &g->ask->function[function];
	const struct mm_group_cell *c = &a->cell[function], *d = &b->cell[function];
	struct mm_group_value x, y;
	int way;

	mm_group_result(g, a, function, &x);
	mm_group_result(g, b, function, &y);
	if (x.is_null || y.is_null)
		return (int)x.is_null - (int)y.is_null;
	if (!x.is_number)
		way = mm_value_compare(&x.value, &y.value);
	else if (f->of == MM_OF_FEATURE)
		way = (a->count > b->count) - (a->count < b->count);
	else if (f->kind == MM_FUNCTION_COUNT || f->kind == MM_FUNCTION_DISTINCT)
		way = (c->count > d->count) - (c->count < d->count);
	else if (f->kind == MM_FUNCTION_AVG) {
		const double p = mm_sum_real(&c->sum) / (double)c->count,
			     q = mm_sum_real(&d->sum) / (double)d->count;

		way = (p > q) - (p < q);
	} else
		way = mm_sum_compare(&c->sum, &d->sum);
	return is_descending ? -way : way;
}

static int by_order(const void *x, const void *y, void *ctx)
{
	const struct mm_groups *g = ctx;
	const struct mm_group *a = x, *b = y;
	int way = 0;

	for (size_t i = 0; i < g->ask->order_count && !way; i++) {
		const struct mm_group_order *o = &g->ask->order[i];

		way = o->is_function ? compare_results(g, a, b, o->index, o->is_descending)
				     : compare_keys(g, a, b, o->index, o->is_descending);
	}
	for (size_t i = 0; i < g->ask->by_count && !way; i++)
		way = compare_keys(g, a, b, i, false);
	return way;
}

void mm_groups_sort(struct mm_groups *g)
{
	if (g->count > 1)
		qsort_r(g->group, g->count, sizeof(*g->group), by_order, g);
}
