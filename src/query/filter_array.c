#include "query/filter_eval.h"

#include "base/clock.h"

#include <string.h>

#include <jansson.h>

/*
 * Array predicates (OGC 21-065r2, 7.8): arrays are sets of scalar values. What depends on a missing element
 * is unknown; values of different types are different, but a text that is a date or a time equals it.
 */

enum { LATE_EVERY = 1 << 16, DAY_MS = 86400000 };

struct set {
	struct mm_val *value;
	size_t count;
	json_t *json; /* holds the texts; NULL: the filter does */
};

static struct mm_val value_of_json(const json_t *j)
{
	switch (json_typeof(j)) {
	case JSON_STRING:
		return (struct mm_val){
		    .kind = MM_VAL_TEXT, .text = json_string_value(j), .text_len = json_string_length(j)};
	case JSON_INTEGER:
		return (struct mm_val){.kind = MM_VAL_INT, .integer = json_integer_value(j)};
	case JSON_REAL:
		return (struct mm_val){.kind = MM_VAL_REAL, .real = json_real_value(j)};
	case JSON_TRUE:
	case JSON_FALSE:
		return (struct mm_val){.kind = MM_VAL_BOOL, .integer = json_is_true(j)};
	default: /* null; and what is nested has no value to compare */
		return (struct mm_val){0};
	}
}

/* False: it is missing, or no array. */
static bool set_of_field(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row, struct set *ret)
{
	const struct mm_val v = mm_filter_value(run, f, row);

	if (v.kind != MM_VAL_TEXT)
		return false;
	ret->json = json_loadb(v.text, v.text_len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (!json_is_array(ret->json))
		return false;
	ret->count = json_array_size(ret->json);
	ret->value = mm_arena_array(&run->scratch, ret->count + 1, sizeof(*ret->value));
	for (size_t i = 0; ret->value && i < ret->count; i++)
		ret->value[i] = value_of_json(json_array_get(ret->json, i));
	return ret->value;
}

static bool set_of(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row, struct set *ret)
{
	*ret = (struct set){0};
	if (f->op != MM_FILTER_ARRAY)
		return set_of_field(run, f, row, ret);
	ret->count = f->child_count;
	ret->value = mm_arena_array(&run->scratch, ret->count + 1, sizeof(*ret->value));
	for (size_t i = 0; ret->value && i < ret->count; i++)
		ret->value[i] = mm_filter_value(run, f->child[i], row);
	return ret->value;
}

/* 0: numbers, texts, truth values and times do not compare. */
static int family(const struct mm_val *v)
{
	static const int of[] = {[MM_VAL_BOOL] = 1, [MM_VAL_INT] = 2,  [MM_VAL_REAL] = 2,
				 [MM_VAL_TEXT] = 3, [MM_VAL_DATE] = 4, [MM_VAL_TIMESTAMP] = 4};

	return of[v->kind];
}

static bool is_same_instant(const struct mm_val *text, const struct mm_val *instant)
{
	const int64_t ms = instant->kind == MM_VAL_DATE ? instant->integer * DAY_MS : instant->integer;
	bool is_date;
	int64_t have;

	return mm_clock_parse(text->text, text->text_len, &have, &is_date) &&
	       is_date == (instant->kind == MM_VAL_DATE) && have == ms;
}

static bool is_same(const struct mm_val *a, const struct mm_val *b)
{
	if (family(a) == family(b))
		return mm_val_compare(a, b) == 0;
	if (a->kind == MM_VAL_TEXT && family(b) == 4)
		return is_same_instant(a, b);
	return b->kind == MM_VAL_TEXT && family(a) == 4 && is_same_instant(b, a);
}

/* Whether a value is in a set. */
static int is_in(const struct mm_val *v, const struct set *s)
{
	int verdict = MM_FALSE;

	if (v->kind == MM_VAL_NULL)
		return s->count ? MM_UNKNOWN : MM_FALSE;
	for (size_t i = 0; i < s->count; i++) {
		if (s->value[i].kind == MM_VAL_NULL)
			verdict = MM_UNKNOWN;
		else if (is_same(v, &s->value[i]))
			return MM_TRUE;
	}
	return verdict;
}

/* Whether all values of `part` are in `whole` (decides FALSE), or any is (decides TRUE). */
static int fold(struct mm_filter_run *run, const struct set *part, const struct set *whole, int decides)
{
	int verdict = !decides;
	size_t looked_at = 0;

	for (size_t i = 0; i < part->count; i++) {
		const int one = is_in(&part->value[i], whole);

		if (one == decides)
			return decides;
		if (one == MM_UNKNOWN)
			verdict = MM_UNKNOWN;
		looked_at += whole->count;
		if (looked_at > LATE_EVERY) {
			looked_at = 0;
			if (mm_filter_is_late(run))
				return MM_UNKNOWN;
		}
	}
	return verdict;
}

static int relate(struct mm_filter_run *run, enum mm_filter_op op, const struct set *a, const struct set *b)
{
	int one, other;

	if (op == MM_FILTER_A_CONTAINS)
		return fold(run, b, a, MM_FALSE);
	if (op == MM_FILTER_A_OVERLAPS)
		return fold(run, a, b, MM_TRUE);
	one = fold(run, a, b, MM_FALSE);
	if (op == MM_FILTER_A_CONTAINEDBY || one == MM_FALSE)
		return one;
	other = fold(run, b, a, MM_FALSE);
	return other == MM_TRUE ? one : other;
}

int mm_filter_test_array(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct set a = {0}, b = {0};
	int verdict = MM_UNKNOWN;

	if (set_of(run, f->child[0], row, &a) && set_of(run, f->child[1], row, &b))
		verdict = relate(run, f->op, &a, &b);
	json_decref(a.json);
	json_decref(b.json);
	return verdict;
}
