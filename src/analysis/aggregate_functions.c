#include "analysis/aggregate_private.h"
#include "analysis/quantity.h"
#include "geo/measure.h"

#include <string.h>

/* What functions make of a row: numbers divided among its groups, values compared and counted. */

uint8_t mm_aggregate_code(const struct mm_layer *l, uint32_t row, size_t field, uint64_t *ret)
{
	struct mm_value v;

	*ret = 0;
	mm_layer_value(l, row, field, &v);
	if (v.is_null)
		return 1;
	if (v.type == MM_TYPE_TEXT || v.type == MM_TYPE_JSON) {
		*ret = mm_layer_text_code(l, row, field);
	} else if (v.type == MM_TYPE_REAL) {
		v.real += 0.0; /* -0 is 0 */
		memcpy(ret, &v.real, sizeof(*ret));
	} else {
		*ret = v.type == MM_TYPE_BOOL ? v.boolean : (uint64_t)v.integer;
	}
	return 0;
}

/* The number that a row has for a function, and how many decimals parts of it have; false: none. */
static bool amount_of(const struct mm_aggregate_job *r, const struct mm_function *f, uint32_t row,
		      const struct mm_geom *g, struct mm_amount *ret, unsigned *ret_decimals)
{
	*ret_decimals = MM_AMOUNT_DECIMALS;
	if (f->of != MM_OF_FIELD) {
		const double measure = !g                    ? 0
				       : f->of == MM_OF_AREA ? mm_measure_area(g)
							     : mm_measure_length(g);

		*ret = mm_amount_of_measure(measure);
		return measure > 0;
	}
	return mm_quantity_of(r->layer, row, f->field, ret, ret_decimals);
}

static void take_amount(struct mm_group_cell *c, enum mm_function_kind kind, const struct mm_amount *a)
{
	struct mm_sum one = {0};

	mm_sum_add(&one, a);
	if (kind != MM_FUNCTION_MIN && kind != MM_FUNCTION_MAX)
		mm_sum_add(&c->sum, a);
	else if (c->count == 0 || mm_sum_compare(&one, &c->sum) == (kind == MM_FUNCTION_MIN ? -1 : 1))
		c->sum = one;
	c->count++;
}

/* Sums, averages, and all of measures. */
static enum mm_code add_amount(struct mm_aggregate_job *r, size_t i, uint32_t row, const struct mm_geom *g)
{
	const struct mm_function *f = &r->ask->function[i];
	const bool is_divided = f->of != MM_OF_FIELD || f->kind == MM_FUNCTION_SUM;
	struct mm_amount whole;
	unsigned decimals;
	enum mm_code rc = MM_OK;

	if (!amount_of(r, f, row, g, &whole, &decimals))
		return MM_OK;
	if (is_divided && r->piece_count > 1)
		rc = mm_amount_split(&whole, decimals, r->weight, r->piece_count, r->part, r->reterr);
	for (size_t k = 0; k < r->piece_count && !rc; k++)
		take_amount(&r->groups->group[r->piece[k].group].cell[i], f->kind,
			    is_divided && r->piece_count > 1 ? &r->part[k] : &whole);
	return rc;
}

static enum mm_code add_distinct(struct mm_aggregate_job *r, size_t i, uint32_t row)
{
	struct {
		uint64_t code;
		uint32_t group, function;
	} key = {.function = (uint32_t)i};

	if (mm_aggregate_code(r->layer, row, r->ask->function[i].field, &key.code))
		return MM_OK;
	for (size_t k = 0; k < r->piece_count; k++) {
		const size_t before = mm_map_count(r->distinct);

		key.group = r->piece[k].group;
		if (before >= MM_DISTINCT_MAX)
			return mm_fail(r->reterr, MM_E_LIMIT, "functions",
				       "there are more than %d different values to count: give a condition",
				       MM_DISTINCT_MAX);
		if (mm_map_add(r->distinct, (const char *)&key, sizeof(key), 0) == MM_MAP_NONE)
			return mm_fail_nomem(r->reterr);
		r->groups->group[key.group].cell[i].count += mm_map_count(r->distinct) > before;
	}
	return MM_OK;
}

/* Least and most of a field, and how many have a value. */
static void add_value(struct mm_aggregate_job *r, size_t i, uint32_t row)
{
	const struct mm_function *f = &r->ask->function[i];
	const int wanted = f->kind == MM_FUNCTION_MIN ? -1 : 1;
	struct mm_value v, best;

	mm_layer_value(r->layer, row, f->field, &v);
	for (size_t k = 0; k < r->piece_count && !v.is_null; k++) {
		struct mm_group_cell *c = &r->groups->group[r->piece[k].group].cell[i];

		if (f->kind != MM_FUNCTION_COUNT && c->count)
			mm_layer_value(r->layer, c->row, f->field, &best);
		if (f->kind != MM_FUNCTION_COUNT && (c->count == 0 || mm_value_compare(&v, &best) == wanted))
			c->row = row;
		c->count++;
	}
}

enum mm_code mm_aggregate_add(struct mm_aggregate_job *r, uint32_t row, const struct mm_geom *g)
{
	enum mm_code rc = MM_OK;

	for (size_t k = 0; k < r->piece_count; k++)
		r->weight[k] = r->piece[k].weight;
	for (size_t i = 0; i < r->ask->function_count && !rc; i++) {
		const struct mm_function *f = &r->ask->function[i];

		if (f->of == MM_OF_FEATURE)
			continue;
		if (f->kind == MM_FUNCTION_DISTINCT)
			rc = add_distinct(r, i, row);
		else if (f->of != MM_OF_FIELD || f->kind == MM_FUNCTION_SUM || f->kind == MM_FUNCTION_AVG)
			rc = add_amount(r, i, row, g);
		else
			add_value(r, i, row);
	}
	return rc;
}
