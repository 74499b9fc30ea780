#include "query/filter_bind.h"

#include "base/clock.h"
#include "base/fold.h"
#include "base/lang.h"
#include "query/filter_function.h"
#include "query/filter_private.h"

#include <string.h>
#include <strings.h>

enum { DAY_MS = 86400000 };

/* What a node gives. */
enum type { FAILED, BOOL, NUMBER, TEXT, DATE, TIMESTAMP, INTERVAL, GEOMETRY, ARRAY, OTHER };

static const char *const type_name[] = {
    "",
    MM_WORDS("true or false"),
    MM_WORDS("a number"),
    MM_WORDS("a text"),
    MM_WORDS("a date"),
    MM_WORDS("a time"),
    MM_WORDS("an interval"),
    MM_WORDS("a geometry"),
    MM_WORDS("an array"),
    MM_WORDS("a value without an order"),
};

struct bind {
	struct mm_filter_maker m; /* for messages and memory */
	const struct mm_schema *s;
};

static enum type bind(struct bind *b, struct mm_filter *f);

static enum type misfit(struct bind *b, const struct mm_filter *f, const char *wanted, enum type have)
{
	if (have != FAILED)
		(void)mm_filter_fail(&b->m, f->at, "expected %s here, not %s", mm_words(wanted),
				     mm_words(type_name[have]));
	return FAILED;
}

static enum type refuse(struct bind *b, const struct mm_filter *f, const char *what)
{
	(void)mm_filter_fail(&b->m, f->at, "%s", mm_words(what));
	return FAILED;
}

/* ---- properties ---- */

static bool is_geometry_name(const char *name)
{
	static const char *const names[] = {"geometry",     "geom",         "the_geom",
					    "wkb_geometry", "ogr_geometry", "_ogr_geometry_",
					    "shape",        "wkt",          "geometria"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

static enum type type_of_field(const struct mm_field *f)
{
	static const enum type types[MM_TYPE_COUNT] = {
	    [MM_TYPE_BOOL] = BOOL,          [MM_TYPE_INT] = NUMBER, [MM_TYPE_REAL] = NUMBER,
	    [MM_TYPE_TEXT] = TEXT,          [MM_TYPE_DATE] = DATE,  [MM_TYPE_TIME] = OTHER,
	    [MM_TYPE_DATETIME] = TIMESTAMP, [MM_TYPE_JSON] = ARRAY,
	};

	return types[f->type];
}

static enum type bind_property(struct bind *b, struct mm_filter *f)
{
	f->field = mm_schema_find(b->s, f->text);
	if (f->field != SIZE_MAX)
		return type_of_field(&b->s->field[f->field]);
	if (is_geometry_name(f->text))
		return GEOMETRY;
	(void)mm_filter_fail(
	    &b->m, f->at, "there is no property \"%.60s\": see /collections/%s/queryables%s", f->text,
	    b->s->id,
	    b->m.source && b->m.source[f->at] == '"' ? mm_words("; a text stands in single quotes") : "");
	return FAILED;
}

/* ---- comparisons ---- */

/* A text beside a date or a time is one. */
static enum type as_instant(struct bind *b, struct mm_filter *f, enum type wanted)
{
	bool is_date;
	int64_t ms;

	if (!mm_clock_parse(f->text, f->text_len, &ms, &is_date)) {
		(void)mm_filter_fail(&b->m, f->at, "'%.40s' is not %s such as %s", f->text,
				     mm_words(type_name[wanted]),
				     wanted == DATE ? "2026-06-30" : "2026-06-30T12:00:00Z");
		return FAILED;
	}
	f->op = is_date ? MM_FILTER_DATE : MM_FILTER_TIMESTAMP;
	f->integer = is_date ? (ms - (ms % DAY_MS + DAY_MS) % DAY_MS) / DAY_MS : ms;
	return is_date ? DATE : TIMESTAMP;
}

static bool is_instant(enum type t)
{
	return t == DATE || t == TIMESTAMP;
}

static bool is_scalar(enum type t)
{
	return t >= BOOL && t <= TIMESTAMP;
}

static bool is_text(const struct mm_filter *f, const char *one, const char *other)
{
	return strcmp(f->text, one) == 0 || strcmp(f->text, other) == 0;
}

/* A value without a type of its own takes that of what it is compared with. */
static void settle(struct mm_filter *f, enum type *t, enum type other)
{
	if (!f->is_loose || f->op < MM_FILTER_TEXT || f->op > MM_FILTER_REAL)
		return;
	if (*t == NUMBER && other == TEXT) {
		f->op = MM_FILTER_TEXT;
		*t = TEXT;
	} else if (other == BOOL && (is_text(f, "true", "1") || is_text(f, "false", "0"))) {
		f->op = MM_FILTER_BOOL;
		f->boolean = is_text(f, "true", "1");
		*t = BOOL;
	}
}

/* True when both may be compared. */
static bool fit(struct bind *b, struct mm_filter *x, enum type *tx, struct mm_filter *y, enum type *ty)
{
	if (*tx == FAILED || *ty == FAILED)
		return false;
	settle(x, tx, *ty);
	settle(y, ty, *tx);
	if (is_instant(*tx) && *ty == TEXT && y->op == MM_FILTER_TEXT)
		*ty = as_instant(b, y, *tx);
	else if (is_instant(*ty) && *tx == TEXT && x->op == MM_FILTER_TEXT)
		*tx = as_instant(b, x, *ty);
	if (is_scalar(*tx) && (*tx == *ty || (is_instant(*tx) && is_instant(*ty))))
		return true;
	if (*tx != FAILED && *ty != FAILED)
		(void)mm_filter_fail(
		    &b->m, y->at, "%s is compared with %s%s", mm_words(type_name[*tx]),
		    mm_words(type_name[*ty]),
		    *tx == TEXT && *ty == NUMBER ? mm_words(": put the number in single quotes") : "");
	return false;
}

/* The first child against all others. */
static enum type bind_comparison(struct bind *b, struct mm_filter *f)
{
	enum type first = bind(b, f->child[0]);

	for (size_t i = 1; i < f->child_count; i++) {
		enum type t = bind(b, f->child[i]);

		if (!fit(b, f->child[0], &first, f->child[i], &t))
			return FAILED;
	}
	if (first == BOOL && f->op != MM_FILTER_EQ && f->op != MM_FILTER_NE && f->op != MM_FILTER_IN)
		return misfit(b, f->child[0], "something that has an order", first);
	return BOOL;
}

/* All children of one type. */
static enum type bind_all(struct bind *b, struct mm_filter *f, enum type wanted, enum type ret)
{
	for (size_t i = 0; i < f->child_count; i++) {
		const enum type t = bind(b, f->child[i]);

		if (t != wanted)
			return misfit(b, f->child[i], type_name[wanted], t);
	}
	return ret;
}

static enum type bind_spatial(struct bind *b, struct mm_filter *f)
{
	return bind_all(b, f, GEOMETRY, BOOL);
}

static enum type bind_temporal(struct bind *b, struct mm_filter *f)
{
	for (size_t i = 0; i < f->child_count; i++) {
		enum type t = bind(b, f->child[i]);

		if (t == TEXT && f->child[i]->op == MM_FILTER_TEXT)
			t = as_instant(b, f->child[i], DATE);
		if (!is_instant(t) && t != INTERVAL)
			return misfit(b, f->child[i], "a date, a time or an interval", t);
	}
	return BOOL;
}

static enum type bind_interval(struct bind *b, struct mm_filter *f)
{
	for (size_t i = 0; i < f->child_count; i++) {
		enum type t;

		if (f->child[i]->op == MM_FILTER_OPEN)
			continue;
		t = bind(b, f->child[i]);
		if (!is_instant(t))
			return misfit(b, f->child[i], "a date or a time", t);
	}
	return INTERVAL;
}

/* ---- arrays ---- */

static enum type bind_array(struct bind *b, struct mm_filter *f)
{
	for (size_t i = 0; i < f->child_count; i++) {
		const enum type t = bind(b, f->child[i]);

		if (!is_scalar(t))
			return misfit(b, f->child[i], "one value", t);
	}
	return ARRAY;
}

static enum type bind_array_predicate(struct bind *b, struct mm_filter *f)
{
	for (size_t i = 0; i < f->child_count; i++) {
		struct mm_filter *a = f->child[i];
		const enum type t = a->op == MM_FILTER_ARRAY ? bind_array(b, a) : bind(b, a);

		if (t != ARRAY)
			return misfit(b, a, "an array", t);
	}
	return BOOL;
}

/* ---- functions ---- */

static enum type misuse(struct bind *b, const struct mm_filter *f, const struct mm_filter_function *fn)
{
	if (fn->most == fn->least)
		(void)mm_filter_fail(&b->m, f->at, "\"%s\" takes %zu arguments, not %zu: see /functions",
				     fn->name, fn->most, f->child_count);
	else
		(void)mm_filter_fail(&b->m, f->at,
				     "\"%s\" takes %zu to %zu arguments, not %zu: see /functions", fn->name,
				     fn->least, fn->most, f->child_count);
	return FAILED;
}

static const enum type type_of_kind[] = {
    [MM_KIND_BOOL] = BOOL,           [MM_KIND_NUMBER] = NUMBER,     [MM_KIND_TEXT] = TEXT,
    [MM_KIND_TIMESTAMP] = TIMESTAMP, [MM_KIND_GEOMETRY] = GEOMETRY, [MM_KIND_CRS] = TEXT,
    [MM_KIND_LAYER] = TEXT,          [MM_KIND_ANY] = OTHER};

/* An argument of any type: the first tells what the others are. */
static bool bind_any_argument(struct bind *b, struct mm_filter *f, size_t i, enum type *first)
{
	enum type t = bind(b, f->child[i]);

	if (i == 0)
		*first = t;
	if (i == 0 && !is_scalar(t))
		return misfit(b, f->child[i], "one value", t) != FAILED;
	return i == 0 || fit(b, f->child[0], first, f->child[i], &t);
}

static enum type bind_function(struct bind *b, struct mm_filter *f)
{
	const struct mm_filter_function *fn = mm_filter_function_find(f->text);
	enum type first = FAILED;
	size_t known = 0;

	if (!fn) {
		(void)mm_filter_fail(&b->m, f->at, "there is no function \"%.60s\": see /functions", f->text);
		return FAILED;
	}
	if (f->child_count < fn->least || f->child_count > fn->most)
		return misuse(b, f, fn);
	f->function = fn;
	while (known < MM_FUNCTION_ARGS_MAX && fn->arg[known].title)
		known++;
	for (size_t i = 0; i < f->child_count; i++) {
		struct mm_filter *a = f->child[i];
		const enum mm_kind kind = fn->arg[i < known ? i : known - 1].kind;
		enum type t;

		if (kind == MM_KIND_ANY) {
			if (!bind_any_argument(b, f, i, &first))
				return FAILED;
			continue;
		}
		t = bind(b, a);
		if (t != type_of_kind[kind])
			return misfit(b, a, type_name[type_of_kind[kind]], t);
		if (kind == MM_KIND_CRS && a->op != MM_FILTER_TEXT)
			return refuse(b, a, "expected the name of a system in quotes, such as 'EPSG:32637'");
		if (kind == MM_KIND_LAYER && a->op != MM_FILTER_TEXT)
			return refuse(b, a, "expected the name of a collection in quotes");
	}
	return fn->ret == MM_KIND_ANY ? first : type_of_kind[fn->ret];
}

/* ---- the rest ---- */

static bool fold_text(struct bind *b, enum mm_filter_op op, struct mm_filter *f)
{
	size_t n = 0;
	const char *folded = op == MM_FILTER_CASEI ? mm_fold_case(f->text, f->text_len, b->m.mem, &n)
						   : mm_fold_accents(f->text, f->text_len, b->m.mem, &n);

	if (!folded)
		return mm_filter_fail_nomem(&b->m) != NULL;
	f->text = folded;
	f->text_len = n;
	return true;
}

/* Of a constant, at once. */
static enum type bind_fold(struct bind *b, struct mm_filter *f)
{
	struct mm_filter *a = f->child[0];
	const enum type t = bind(b, a);
	const bool is_loose_number = a->is_loose && (a->op == MM_FILTER_INT || a->op == MM_FILTER_REAL);

	if (t == FAILED || (t != TEXT && !f->is_loose))
		return misfit(b, a, "a text", t);
	if (a->op != MM_FILTER_TEXT && t == TEXT)
		return TEXT;
	if ((t == TEXT || is_loose_number) && !fold_text(b, f->op, a))
		return FAILED;
	*f = *a;
	return t;
}

static enum type bind_null_test(struct bind *b, struct mm_filter *f)
{
	const struct mm_filter *a = f->child[0];

	if (a->op == MM_FILTER_PROPERTY && a->is_loose && mm_schema_find(b->s, a->text) == SIZE_MAX) {
		f->op = MM_FILTER_BOOL;
		f->boolean = true;
		f->child_count = 0;
		return BOOL;
	}
	return bind(b, f->child[0]) == FAILED ? FAILED : BOOL;
}

static enum type bind_leaf(struct bind *b, struct mm_filter *f)
{
	switch (f->op) {
	case MM_FILTER_PROPERTY:
		return bind_property(b, f);
	case MM_FILTER_TEXT:
		return TEXT;
	case MM_FILTER_INT:
	case MM_FILTER_REAL:
		return NUMBER;
	case MM_FILTER_BOOL:
		return BOOL;
	case MM_FILTER_DATE:
		return DATE;
	case MM_FILTER_TIMESTAMP:
		return TIMESTAMP;
	case MM_FILTER_INTERVAL:
		return bind_interval(b, f);
	case MM_FILTER_GEOMETRY:
	case MM_FILTER_BBOX:
		return GEOMETRY;
	case MM_FILTER_IDS:
		return BOOL;
	case MM_FILTER_ARRAY:
		return refuse(b, f, "a list of values stands only behind IN and in array functions");
	case MM_FILTER_FUNCTION:
		return bind_function(b, f);
	default:
		return refuse(b, f, "this cannot stand here");
	}
}

static enum type bind_any(struct bind *b, struct mm_filter *f)
{
	if (f->op <= MM_FILTER_NOT)
		return bind_all(b, f, BOOL, BOOL);
	if (f->op == MM_FILTER_LIKE)
		return bind_all(b, f, TEXT, BOOL);
	if (f->op == MM_FILTER_IS_NULL)
		return bind_null_test(b, f);
	if (f->op <= MM_FILTER_IN)
		return bind_comparison(b, f);
	if (mm_filter_is_spatial(f->op))
		return bind_spatial(b, f);
	if (mm_filter_is_temporal(f->op))
		return bind_temporal(b, f);
	if (mm_filter_is_array(f->op))
		return bind_array_predicate(b, f);
	if (f->op <= MM_FILTER_POWER)
		return bind_all(b, f, NUMBER, NUMBER);
	if (f->op <= MM_FILTER_ACCENTI)
		return bind_fold(b, f);
	return bind_leaf(b, f);
}

/* The one text or JSON property that all of a tree depends on; *ret_others: there are others. */
static const struct mm_filter *only_text(const struct bind *b, const struct mm_filter *f, bool *ret_others)
{
	const struct mm_filter *found = NULL;

	if (f->op == MM_FILTER_PROPERTY) {
		*ret_others |= f->field == SIZE_MAX || (b->s->field[f->field].type != MM_TYPE_TEXT &&
							b->s->field[f->field].type != MM_TYPE_JSON);
		return f;
	}
	for (size_t i = 0; i < f->child_count && !*ret_others; i++) {
		const struct mm_filter *p = only_text(b, f->child[i], ret_others);

		if (p && found && p->field != found->field)
			*ret_others = true;
		found = p ? p : found;
	}
	return found;
}

static enum type bind(struct bind *b, struct mm_filter *f)
{
	const enum type t = bind_any(b, f);
	bool others = false;

	if (t == FAILED)
		return t;
	f->is_constant = f->op != MM_FILTER_PROPERTY && f->op != MM_FILTER_IDS;
	for (size_t i = 0; i < f->child_count; i++)
		f->is_constant = f->is_constant && f->child[i]->is_constant;
	if (t == BOOL && ((f->op >= MM_FILTER_EQ && f->op <= MM_FILTER_IN) || mm_filter_is_array(f->op))) {
		f->of_text = only_text(b, f, &others);
		if (others)
			f->of_text = NULL;
	}
	return t;
}

enum mm_code mm_filter_bind(struct mm_filter *f, const char *source, const struct mm_schema *s,
			    struct mm_arena *mem, struct mm_err *reterr)
{
	struct bind b = {.m = {.source = source, .mem = mem, .reterr = reterr}, .s = s};
	const enum type t = bind(&b, f);

	if (t != BOOL && t != FAILED)
		(void)misfit(&b, f, "a condition", t);
	if (!b.m.rc)
		mm_filter_order(f);
	return b.m.rc;
}
