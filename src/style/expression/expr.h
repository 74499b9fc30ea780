#ifndef MM_STYLE_EXPR_H
#define MM_STYLE_EXPR_H

#include "base/arena.h"
#include "base/err.h"
#include "style/expression/feature.h"
#include "style/value/value.h"

#include <jansson.h>

/*
 * Expressions of the MapLibre style specification (https://maplibre.org/maplibre-style-spec/expressions/):
 * read from JSON once, checked for types, constant parts computed; then evaluated for one feature after
 * another. What is read is immutable and may be used by any number of threads.
 */
struct mm_expr;

/* The names of the properties a style asks for, each with a number that a feature may look up in a table of
 * its own instead of comparing names. Zeroed before the first of the expressions that share them, which have
 * together at most MM_EXPR_PARTS_MAX parts. */
struct mm_expr_names {
	const char **names;
	uint32_t n;
	uint32_t cap, parts; /* private */
};
enum { MM_EXPR_PARTS_MAX = 2000000 };

/* What stands where an expression is wanted. Zeroed: anything goes. */
struct mm_expr_spec {
	const struct mm_style_type *type; /* NULL: any */
	const char *const *values;        /* of an enumeration, NULL-terminated; NULL: none */
	bool takes_features, takes_zoom, interpolates;
	bool is_filter;  /* the zoom may stand anywhere in it */
	bool has_tokens; /* "{name}" in a text is a property */
};

/* Where an expression is wrong: "[2][1]", "" for the whole; and why. */
struct mm_expr_error {
	const char *key, *text;
	const struct mm_expr_error *next;
};

/*
 * Reads an expression, all in `mem`. Words are those of the reference implementation.
 *
 * reterrors    NULL allowed
 * MM_E_INVALID the errors say why, at least one
 * MM_E_LIMIT   nested deeper than MM_STYLE_DEPTH_MAX, or too many parts; *reterrors says so too
 * MM_E_NOMEM   `mem` is at its cap; *reterrors is NULL
 */
MM_MUST_USE enum mm_code mm_expr_parse(const json_t *json, const struct mm_expr_spec *spec,
				       struct mm_expr_names *names, struct mm_arena *mem,
				       const struct mm_expr **ret, const struct mm_expr_error **reterrors);

/* Is it an array that begins with the name of an operator? Other arrays are values. */
bool mm_expr_looks_like(const json_t *json);

/* A value as an expression. NULL: no memory. */
const struct mm_expr *mm_expr_of_value(const struct mm_style_value *v, struct mm_arena *mem);

const struct mm_style_type *mm_expr_type(const struct mm_expr *e);
bool mm_expr_needs_feature(const struct mm_expr *e); /* its properties, geometry, id or state */
bool mm_expr_needs_zoom(const struct mm_expr *e);
bool mm_expr_needs_geometry(const struct mm_expr *e); /* "within", "distance" */
bool mm_expr_is_volatile(const struct mm_expr *e); /* images, the global state, what is along a line, ... */

/* Its value when it is always the same; NULL when it is not. */
const struct mm_style_value *mm_expr_constant(const struct mm_expr *e);

/* The classes that "match", "case" or "step" tell apart, at the top or under "let", for a legend. */
struct mm_expr_class {
	enum { MM_EXPR_MATCH, MM_EXPR_CASE, MM_EXPR_STEP, MM_EXPR_CURVE } form;
	const char *property; /* what is looked at when it is one property by name; NULL otherwise */
	size_t n;             /* classes; the last one of "match" and "case" is what all others get */
};

/* False: the expression has no classes. */
bool mm_expr_classes(const struct mm_expr *e, struct mm_expr_class *ret);

/* What one of those classes gives; the texts or numbers it is for ("match", but its last class has none); the
 * number it begins at ("step": -infinity for the first; "interpolate": where it is exactly that), else NaN.
 */
const struct mm_expr *mm_expr_class_output(const struct mm_expr *e, size_t i);
size_t mm_expr_class_labels(const struct mm_expr *e, size_t i, const struct mm_style_value **ret);
double mm_expr_class_from(const struct mm_expr *e, size_t i);

/* Are they told apart by the zoom? */
bool mm_expr_is_by_zoom(const struct mm_expr *e);

/* Which class a feature falls into; SIZE_MAX when the evaluation failed. */
size_t mm_expr_class_of(const struct mm_expr *e, struct mm_expr_context *c);

/*
 * Evaluates. False: it failed, as "number" does with a text; the caller then uses the default. With
 * `c->wants_words` c->error says why and c->error_key where. Nothing is allocated but what the result
 * itself needs, in c->mem. Cost: some ten nanoseconds for each operator; at most MM_EXPR_STEPS_MAX operators.
 */
enum { MM_EXPR_STEPS_MAX = 200000 };
bool mm_expr_eval(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);

#endif
