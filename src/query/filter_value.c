#include "query/filter_function.h"

#include "base/fold.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* Values of rows, what is computed from them, and how they compare. */

enum { DAY_MS = 86400000 };

static struct mm_val property(const struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_value v;

	mm_layer_value(run->layer, row, f->field, &v);
	if (v.is_null)
		return (struct mm_val){0};
	switch (v.type) {
	case MM_TYPE_BOOL:
		return (struct mm_val){.kind = MM_VAL_BOOL, .integer = v.boolean};
	case MM_TYPE_REAL:
		return (struct mm_val){.kind = MM_VAL_REAL, .real = v.real};
	case MM_TYPE_DATE:
		return (struct mm_val){.kind = MM_VAL_DATE, .integer = v.integer};
	case MM_TYPE_DATETIME:
		return (struct mm_val){.kind = MM_VAL_TIMESTAMP, .integer = v.integer};
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		return (struct mm_val){.kind = MM_VAL_TEXT, .text = v.text, .text_len = v.text_len};
	default:
		return (struct mm_val){.kind = MM_VAL_INT, .integer = v.integer};
	}
}

/* ---- arithmetic ---- */

double mm_val_number(const struct mm_val *v)
{
	return v->kind == MM_VAL_INT ? (double)v->integer : v->real;
}

/* Whole numbers stay whole where the result is one that fits. */
static bool whole(enum mm_filter_op op, int64_t a, int64_t b, int64_t *ret)
{
	switch (op) {
	case MM_FILTER_ADD:
		return !__builtin_add_overflow(a, b, ret);
	case MM_FILTER_SUBTRACT:
		return !__builtin_sub_overflow(a, b, ret);
	case MM_FILTER_MULTIPLY:
		return !__builtin_mul_overflow(a, b, ret);
	case MM_FILTER_MODULO:
		*ret = b == 0 || b == -1 ? 0 : a % b;
		return b != 0;
	case MM_FILTER_INT_DIVIDE:
		*ret = b == 0 || b == -1 ? 0 : a / b;
		return b != 0 && b != -1;
	default:
		return false;
	}
}

double mm_filter_calculate(enum mm_filter_op op, double a, double b)
{
	switch (op) {
	case MM_FILTER_ADD:
		return a + b;
	case MM_FILTER_SUBTRACT:
		return a - b;
	case MM_FILTER_MULTIPLY:
		return a * b;
	case MM_FILTER_DIVIDE:
		return a / b;
	case MM_FILTER_MODULO:
		return fmod(a, b);
	case MM_FILTER_INT_DIVIDE:
		return trunc(a / b);
	default:
		return pow(a, b);
	}
}

/* What has no value, such as a division by zero, is missing. */
static struct mm_val compute(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_val a = mm_filter_value(run, f->child[0], row),
			    b = mm_filter_value(run, f->child[1], row);
	struct mm_val v = {.kind = MM_VAL_INT};

	if (a.kind == MM_VAL_NULL || b.kind == MM_VAL_NULL)
		return (struct mm_val){0};
	if (a.kind == MM_VAL_INT && b.kind == MM_VAL_INT && whole(f->op, a.integer, b.integer, &v.integer))
		return v;
	v.real = mm_filter_calculate(f->op, mm_val_number(&a), mm_val_number(&b));
	v.kind = isfinite(v.real) ? MM_VAL_REAL : MM_VAL_NULL;
	return v;
}

static struct mm_val fold(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_val v = mm_filter_value(run, f->child[0], row);

	if (v.kind != MM_VAL_TEXT)
		return (struct mm_val){0};
	v.text = f->op == MM_FILTER_CASEI ? mm_fold_case(v.text, v.text_len, &run->scratch, &v.text_len)
					  : mm_fold_accents(v.text, v.text_len, &run->scratch, &v.text_len);
	return v.text ? v : (struct mm_val){0};
}

struct mm_val mm_filter_value(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	int verdict;

	switch (f->op) {
	case MM_FILTER_PROPERTY:
		return property(run, f, row);
	case MM_FILTER_TEXT:
		return (struct mm_val){.kind = MM_VAL_TEXT, .text = f->text, .text_len = f->text_len};
	case MM_FILTER_INT:
		return (struct mm_val){.kind = MM_VAL_INT, .integer = f->integer};
	case MM_FILTER_REAL:
		return (struct mm_val){.kind = MM_VAL_REAL, .real = f->real};
	case MM_FILTER_BOOL:
		return (struct mm_val){.kind = MM_VAL_BOOL, .integer = f->boolean};
	case MM_FILTER_DATE:
		return (struct mm_val){.kind = MM_VAL_DATE, .integer = f->integer};
	case MM_FILTER_TIMESTAMP:
		return (struct mm_val){.kind = MM_VAL_TIMESTAMP, .integer = f->integer};
	case MM_FILTER_CASEI:
	case MM_FILTER_ACCENTI:
		return fold(run, f, row);
	case MM_FILTER_FUNCTION:
		return f->function->value(run, f, row);
	default:
		break;
	}
	if (f->op >= MM_FILTER_ADD && f->op <= MM_FILTER_POWER)
		return compute(run, f, row);
	verdict = mm_filter_test(run, f, row);
	if (verdict == MM_UNKNOWN)
		return (struct mm_val){0};
	return (struct mm_val){.kind = MM_VAL_BOOL, .integer = verdict};
}

/* ---- comparing ---- */

static int way(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Exact also where a whole number has more digits than a double: long double has 64 bits of them. */
static int compare_numbers(const struct mm_val *a, const struct mm_val *b)
{
	const long double x = a->kind == MM_VAL_INT ? (long double)a->integer : (long double)a->real,
			  y = b->kind == MM_VAL_INT ? (long double)b->integer : (long double)b->real;

	return (x > y) - (x < y);
}

static int64_t ms_of(const struct mm_val *v)
{
	return v->kind == MM_VAL_DATE ? v->integer * DAY_MS : v->integer;
}

int mm_val_compare(const struct mm_val *a, const struct mm_val *b)
{
	const size_t n = a->text_len < b->text_len ? a->text_len : b->text_len;
	int texts;

	switch (a->kind) {
	case MM_VAL_TEXT: /* bytes of UTF-8 stand in the order of code points */
		texts = n ? memcmp(a->text, b->text, n) : 0;
		return texts ? texts : (a->text_len > b->text_len) - (a->text_len < b->text_len);
	case MM_VAL_INT:
	case MM_VAL_REAL:
		return compare_numbers(a, b);
	case MM_VAL_DATE:
	case MM_VAL_TIMESTAMP:
		return way(ms_of(a), ms_of(b));
	default:
		return way(a->integer, b->integer);
	}
}

static size_t next(const char *text, size_t n, size_t at)
{
	(void)mm_text_utf8_next(text, n, &at);
	return at;
}

/* % any characters, _ one, \ takes the next for itself. Goes back to the last % only, so that the time is at
 * most the product of both lengths. */
bool mm_val_is_like(const struct mm_val *text, const struct mm_val *pattern)
{
	const char *t = text->text, *p = pattern->text;
	const size_t tn = text->text_len, pn = pattern->text_len;
	size_t ti = 0, pi = 0, back_t = SIZE_MAX, back_p = 0;

	while (ti < tn) {
		const bool is_taken = pi + 1 < pn && p[pi] == '\\';
		const size_t at = pi + is_taken;

		if (pi < pn && !is_taken && p[pi] == '%') {
			back_t = ti;
			back_p = ++pi;
		} else if (pi < pn && !is_taken && p[pi] == '_') {
			ti = next(t, tn, ti);
			pi++;
		} else if (pi < pn && p[at] == t[ti]) {
			ti++;
			pi = at + 1;
		} else if (back_t != SIZE_MAX) {
			back_t = next(t, tn, back_t);
			ti = back_t;
			pi = back_p;
		} else {
			return false;
		}
	}
	while (pi < pn && p[pi] == '%')
		pi++;
	return pi == pn;
}
