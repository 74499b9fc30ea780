#include "base/sort.h"
#include "store/build_private.h"
#include "store/freeze_private.h"
#include "store/generalize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How important rows are where their layer says it: ranks of the numbers that it ranks by. */

void mm_layer_build_importance(struct mm_layer_build *b, double v)
{
	const double none = (double)NAN;

	MM_CHECK(b->in_row && b->importance.len <= b->rows * sizeof(v));
	while (b->importance.len < b->rows * sizeof(v) && !b->importance.failed)
		mm_buf_put(&b->importance, &none, sizeof(none));
	mm_buf_put(&b->importance, &v, sizeof(v));
	b->failed |= b->importance.failed;
}

bool mm_build_number(const struct mm_layer_build *b, size_t field, const struct mm_names *order, uint32_t row,
		     double *ret)
{
	const struct mm_build_column *c = &b->column[field];
	const enum mm_type type = b->schema.field[field].type;
	const uint64_t *start = (const uint64_t *)(const void *)c->offset.data;
	uint32_t code;

	if (c->has_nulls && c->nulls[row])
		return false;
	if (order->count && c->words) {
		code = ((const uint32_t *)(const void *)c->data.data)[row];
		*ret = (double)mm_names_rank(order, (const char *)c->text.data + start[code],
					     start[code + 1] - start[code]);
		return *ret > 0;
	}
	if (type == MM_TYPE_REAL)
		*ret = ((const double *)(const void *)c->data.data)[row];
	else if (type == MM_TYPE_INT)
		*ret = (double)((const int64_t *)(const void *)c->data.data)[row];
	else
		return false;
	return !isnan(*ret);
}

/* The number that a row is ranked by; false: it has none. */
static bool number_to_rank(const struct mm_layer_build *b, size_t field, uint32_t row, double *ret)
{
	const struct mm_generalize *g = &b->schema.generalize;

	if (*g->importance_field)
		return mm_build_number(b, field, &g->importance_order, row, ret);
	if (row >= b->importance.len / sizeof(*ret))
		return false;
	*ret = ((const double *)(const void *)b->importance.data)[row];
	return !isnan(*ret);
}

/* Bits that sort as numbers do. */
static uint64_t key_of(double x)
{
	uint64_t key;

	x += 0.0; /* no negative zero */
	memcpy(&key, &x, sizeof(x));
	return key ^ (key >> 63 ? UINT64_MAX : UINT64_C(1) << 63);
}

enum mm_code mm_freeze_ranks(const struct mm_layer_build *b, uint16_t *importance, struct mm_err *reterr)
{
	size_t field = mm_schema_find_any(&b->schema, b->schema.generalize.importance_field), n = 0;
	struct mm_keyed *v = calloc((size_t)b->rows + 1, 2 * sizeof(*v));
	uint16_t rank = 0;

	if (!v)
		return mm_fail_nomem(reterr);
	for (uint32_t row = 0; row < b->rows; row++) {
		double x;

		importance[row] = 0;
		if (number_to_rank(b, field, row, &x))
			v[n++] = (struct mm_keyed){key_of(x), row};
	}
	mm_sort_keyed(v, v + b->rows + 1, n);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || v[i].key != v[i - 1].key)
			rank = (uint16_t)(1 + i * (UINT16_MAX - 1) / n);
		importance[v[i].value] = rank;
	}
	free(v);
	return MM_OK;
}
