#include "query/filter_vector.h"

#include <math.h>
#include <string.h>

/* Operands of conditions for many rows at once, in loops over columns; filter_value.c has the same row by
 * row. */

enum { VECTORS_MAX = 64, DAY_MS = 86400000 };

size_t mm_rows_dense(const uint32_t *row, size_t n)
{
	uint32_t gaps = 0;

	for (size_t i = 0; i < n; i++)
		gaps |= row[i] ^ (row[0] + (uint32_t)i);
	return gaps || !n ? SIZE_MAX : row[0];
}

/* ---- making ---- */

static bool make_room(struct mm_filter_run *run, struct mm_vector *v)
{
	if (run->vector_count++ == VECTORS_MAX)
		return false;
	v->step = 1;
	if (v->is_real)
		v->real = v->real_room = mm_arena_array(&run->kept, MM_BATCH, sizeof(double));
	else
		v->integer = v->integer_room = mm_arena_array(&run->kept, MM_BATCH, sizeof(int64_t));
	v->null_room = mm_arena_array(&run->kept, MM_BATCH, 1);
	return (v->real_room || v->integer_room) && v->null_room;
}

static bool begin_constant(struct mm_filter_run *run, const struct mm_filter *f, struct mm_vector *v)
{
	static const uint8_t missing = 1;
	const struct mm_val val = mm_filter_value(run, f, 0);
	int64_t *integer = mm_arena_alloc(&run->kept, sizeof(*integer));
	double *real = mm_arena_alloc(&run->kept, sizeof(*real));

	if (!integer || !real || val.kind == MM_VAL_TEXT)
		return false;
	v->is_real = val.kind == MM_VAL_REAL;
	v->null = val.kind == MM_VAL_NULL ? &missing : NULL;
	*integer = val.kind == MM_VAL_DATE ? val.integer * DAY_MS : val.integer;
	*real = val.real;
	v->integer = integer;
	v->real = real;
	return true;
}

static bool begin_property(struct mm_filter_run *run, const struct mm_filter *f, struct mm_vector *v)
{
	if (f->field == SIZE_MAX)
		return false;
	switch (mm_layer_column(run->layer, f->field)->type) {
	case MM_TYPE_REAL:
		v->is_real = true;
		return make_room(run, v);
	case MM_TYPE_BOOL:
	case MM_TYPE_INT:
	case MM_TYPE_DATE:
	case MM_TYPE_DATETIME:
		return make_room(run, v);
	default:
		return false;
	}
}

static bool begin_arithmetic(struct mm_filter_run *run, const struct mm_filter *f, struct mm_vector *v)
{
	if (!mm_vector_begin(run, f->child[0]) || !mm_vector_begin(run, f->child[1]))
		return false;
	v->is_real = f->op == MM_FILTER_DIVIDE || f->op == MM_FILTER_POWER ||
		     run->note[f->child[0]->node_no].vector->is_real ||
		     run->note[f->child[1]->node_no].vector->is_real;
	return make_room(run, v);
}

bool mm_vector_begin(struct mm_filter_run *run, const struct mm_filter *f)
{
	struct mm_vector *v = mm_arena_alloc(&run->kept, sizeof(*v));
	bool fine = false;

	if (!v)
		return false;
	if (f->is_constant && !mm_filter_is_geometry(f) && f->op != MM_FILTER_ARRAY &&
	    f->op != MM_FILTER_INTERVAL && f->op != MM_FILTER_OPEN)
		fine = begin_constant(run, f, v);
	else if (f->op == MM_FILTER_PROPERTY)
		fine = begin_property(run, f, v);
	else if (f->op >= MM_FILTER_ADD && f->op <= MM_FILTER_POWER)
		fine = begin_arithmetic(run, f, v);
	run->note[f->node_no].vector = fine ? v : NULL;
	return fine;
}

/* ---- properties ---- */

static void load_nulls(const struct mm_layer_column *c, struct mm_vector *v, const uint32_t *row, size_t n)
{
	v->null = c->nulls ? v->null_room : NULL;
	for (size_t i = 0; c->nulls && i < n; i++)
		v->null_room[i] = c->nulls[row[i] / 8] >> (row[i] % 8) & 1;
}

static void load_integers(const struct mm_layer_column *c, struct mm_vector *v, const uint32_t *row, size_t n)
{
	const size_t dense = mm_rows_dense(row, n);
	const int64_t unit = c->type == MM_TYPE_DATE ? DAY_MS : 1;

	if (dense != SIZE_MAX && unit == 1) {
		v->integer = c->integers + dense;
		return;
	}
	v->integer = v->integer_room;
	for (size_t i = 0; i < n; i++)
		v->integer_room[i] = c->integers[row[i]] * unit;
}

static void load(struct mm_filter_run *run, const struct mm_filter *f, struct mm_vector *v,
		 const uint32_t *row, size_t n)
{
	const struct mm_layer_column *c = mm_layer_column(run->layer, f->field);

	load_nulls(c, v, row, n);
	if (c->type == MM_TYPE_BOOL) {
		for (size_t i = 0; i < n; i++)
			v->integer_room[i] = c->booleans[row[i]] != 0;
	} else if (c->type != MM_TYPE_REAL) {
		load_integers(c, v, row, n);
	} else {
		const size_t dense = mm_rows_dense(row, n);

		v->real = dense == SIZE_MAX ? v->real_room : c->reals + dense;
		for (size_t i = 0; dense == SIZE_MAX && i < n; i++)
			v->real_room[i] = c->reals[row[i]];
	}
}

/* ---- arithmetic ---- */

static void join_nulls(struct mm_vector *v, const struct mm_vector *a, const struct mm_vector *b, size_t n)
{
	v->null = a->null || b->null ? v->null_room : NULL;
	for (size_t i = 0; v->null && i < n; i++)
		v->null_room[i] = (a->null ? a->null[i * a->step] : 0) | (b->null ? b->null[i * b->step] : 0);
}

/* A division by zero has no value. */
static void divide(struct mm_vector *v, enum mm_filter_op op, const struct mm_vector *a,
		   const struct mm_vector *b, size_t n)
{
	if (!v->null)
		memset(v->null_room, 0, n);
	v->null = v->null_room;
	for (size_t i = 0; i < n; i++) {
		const int64_t x = a->integer[i * a->step], y = b->integer[i * b->step];

		v->null_room[i] |= y == 0;
		v->integer_room[i] = y == 0 || y == -1 ? 0 : op == MM_FILTER_MODULO ? x % y : x / y;
	}
}

/* False: some result is no whole number that fits. */
static bool whole(struct mm_vector *v, enum mm_filter_op op, const struct mm_vector *a,
		  const struct mm_vector *b, size_t n)
{
	const int64_t *x = a->integer, *y = b->integer;
	const size_t dx = a->step, dy = b->step;
	int64_t *r = v->integer_room;
	bool broken = false;

	switch (op) {
	case MM_FILTER_ADD:
		for (size_t i = 0; i < n; i++)
			broken |= __builtin_add_overflow(x[i * dx], y[i * dy], &r[i]);
		break;
	case MM_FILTER_SUBTRACT:
		for (size_t i = 0; i < n; i++)
			broken |= __builtin_sub_overflow(x[i * dx], y[i * dy], &r[i]);
		break;
	case MM_FILTER_MULTIPLY:
		for (size_t i = 0; i < n; i++)
			broken |= __builtin_mul_overflow(x[i * dx], y[i * dy], &r[i]);
		break;
	case MM_FILTER_INT_DIVIDE:
		for (size_t i = 0; i < n; i++)
			broken |= y[i * dy] == -1;
		divide(v, op, a, b, n);
		break;
	default:
		divide(v, op, a, b, n);
	}
	return !broken;
}

static double number(const struct mm_vector *v, size_t i)
{
	return v->is_real ? v->real[i * v->step] : (double)v->integer[i * v->step];
}

static void broken(struct mm_vector *v, enum mm_filter_op op, const struct mm_vector *a,
		   const struct mm_vector *b, size_t n)
{
	if (!v->null)
		memset(v->null_room, 0, n);
	v->null = v->null_room;
	for (size_t i = 0; i < n; i++) {
		v->real_room[i] = mm_filter_calculate(op, number(a, i), number(b, i));
		v->null_room[i] = v->null_room[i] || !isfinite(v->real_room[i]);
	}
}

const struct mm_vector *mm_vector_compute(struct mm_filter_run *run, const struct mm_filter *f,
					  const uint32_t *row, size_t n)
{
	struct mm_vector *v = run->note[f->node_no].vector;
	const struct mm_vector *a, *b;

	if (v->step == 0)
		return v;
	if (f->op == MM_FILTER_PROPERTY) {
		load(run, f, v, row, n);
		return v;
	}
	a = mm_vector_compute(run, f->child[0], row, n);
	b = a ? mm_vector_compute(run, f->child[1], row, n) : NULL;
	if (!b)
		return NULL;
	join_nulls(v, a, b, n);
	if (v->is_real)
		broken(v, f->op, a, b, n);
	else if (!whole(v, f->op, a, b, n))
		return NULL;
	return v;
}

/* ---- comparing ---- */

/* What a comparison says where one is more than the other, less, and neither: NaN is neither, as
 * mm_val_compare has it. */
struct says {
	bool more, less, equal;
};

static inline uint8_t said(const struct says *s, bool is_more, bool is_less)
{
	return (is_more & s->more) | (is_less & s->less) | (!is_more & !is_less & s->equal);
}

static void compare_whole(const struct mm_vector *a, const struct says *s, const struct mm_vector *b,
			  size_t n, uint8_t *ret)
{
	for (size_t i = 0; i < n; i++) {
		const int64_t x = a->integer[i * a->step], y = b->integer[i * b->step];

		ret[i] = said(s, x > y, x < y);
	}
}

static void compare_real(const struct mm_vector *a, const struct says *s, const struct mm_vector *b, size_t n,
			 uint8_t *ret)
{
	for (size_t i = 0; i < n; i++) {
		const double x = a->real[i * a->step], y = b->real[i * b->step];

		ret[i] = said(s, x > y, x < y);
	}
}

/* Long double has all digits of both. */
static void compare_mixed(const struct mm_vector *a, const struct says *s, const struct mm_vector *b,
			  size_t n, uint8_t *ret)
{
	for (size_t i = 0; i < n; i++) {
		const long double x = a->is_real ? (long double)a->real[i * a->step]
						 : (long double)a->integer[i * a->step],
				  y = b->is_real ? (long double)b->real[i * b->step]
						 : (long double)b->integer[i * b->step];

		ret[i] = said(s, x > y, x < y);
	}
}

void mm_vector_compare(const struct mm_vector *a, enum mm_filter_op op, const struct mm_vector *b, size_t n,
		       uint8_t *ret)
{
	const struct says s = {.more = op == MM_FILTER_NE || op == MM_FILTER_GT || op == MM_FILTER_GE,
			       .less = op == MM_FILTER_NE || op == MM_FILTER_LT || op == MM_FILTER_LE,
			       .equal = op == MM_FILTER_EQ || op == MM_FILTER_LE || op == MM_FILTER_GE};

	if (a->is_real != b->is_real)
		compare_mixed(a, &s, b, n, ret);
	else if (a->is_real)
		compare_real(a, &s, b, n, ret);
	else
		compare_whole(a, &s, b, n, ret);
	for (size_t i = 0; a->null && i < n; i++)
		ret[i] = a->null[i * a->step] ? MM_UNKNOWN : ret[i];
	for (size_t i = 0; b->null && i < n; i++)
		ret[i] = b->null[i * b->step] ? MM_UNKNOWN : ret[i];
}
