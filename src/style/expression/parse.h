#ifndef MM_STYLE_EXPR_PARSE_H
#define MM_STYLE_EXPR_PARSE_H

/* Private to style/expression: reading the tree from JSON. */

#include "style/expression/node.h"

enum { PARTS_MAX = 100000 }; /* looked at while one expression is read */

struct mm_expr_scope {
	const char *name;
	const struct mm_expr *bound;
	const struct mm_expr_scope *outer;
};

struct mm_expr_errors {
	struct mm_expr_error *first, *last;
	size_t n;
};

struct mm_expr_shared {
	struct mm_arena *mem;
	struct mm_expr_names *names;
	uint32_t parts;
	bool is_too_large;
};

/* Where reading stands. */
struct mm_expr_parser {
	struct mm_expr_shared *shared;
	const char *key;
	int depth;
	const struct mm_style_type *expected; /* NULL: anything */
	const struct mm_expr_scope *scope;
	struct mm_expr_errors *errors;
};

/* What to do where a value of any type stands, and a certain one is wanted. */
enum mm_expr_annotation { ANNOTATE, ANNOTATE_COERCE, ANNOTATE_NOT };

typedef struct mm_expr *(*mm_expr_form_parse)(const struct mm_expr_parser *p, const json_t *json);

struct mm_expr *mm_expr_parse_here(const struct mm_expr_parser *p, const json_t *json,
				   enum mm_expr_annotation how);

/* The same for argument `i`, whose type should be `expected`. NULL: an error has been recorded. */
struct mm_expr *mm_expr_parse_arg(const struct mm_expr_parser *p, const json_t *json, size_t i,
				  const struct mm_style_type *expected);

/* The parser of argument `i`. */
struct mm_expr_parser mm_expr_inner(const struct mm_expr_parser *p, size_t i,
				    const struct mm_style_type *expected);

/* Records an error here, or at argument `i`; NULL, so that it can be returned. */
struct mm_expr *mm_expr_wrong(const struct mm_expr_parser *p, const char *fmt, ...) MM_PRINTF(2, 3);
struct mm_expr *mm_expr_wrong_at(const struct mm_expr_parser *p, size_t i, const char *fmt, ...)
    MM_PRINTF(3, 4);

/* Does `t` fit? Records an error when not. */
bool mm_expr_check(const struct mm_expr_parser *p, const struct mm_style_type *expected,
		   const struct mm_style_type *t);

/* A new node with room for `n` arguments. NULL: no memory. */
struct mm_expr *mm_expr_node(const struct mm_expr_parser *p, enum mm_expr_op op,
			     const struct mm_style_type *type, size_t n);
struct mm_expr *mm_expr_literal(const struct mm_expr_parser *p, const struct mm_style_type *type,
				const struct mm_style_value *v);

/* What the node depends on by itself and by its arguments: called when they are all there. NULL stays NULL.
 */
struct mm_expr *mm_expr_finish(struct mm_expr *e);

/* A value from JSON. False: an error has been recorded. */
bool mm_expr_read_value(const struct mm_expr_parser *p, const json_t *json, struct mm_style_value *ret);

/* The number of a property. */
int64_t mm_expr_slot(const struct mm_expr_parser *p, const struct mm_expr *name);

/* What `typeof` of a script says of JSON. */
const char *mm_expr_json_type(const json_t *json);
size_t mm_expr_arg_count(const json_t *json); /* without the name of the operator */

/* Forms, by name; NULL: it is none. */
mm_expr_form_parse mm_expr_form_find(const char *name);

/* "case", "match", "coalesce", "step", "interpolate", "let", "var" (branch.c); comparisons (compare.c) */
struct mm_expr *mm_expr_parse_case(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_match(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_coalesce(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_step(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_interpolate(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_let(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_var(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_comparison(const struct mm_expr_parser *p, const json_t *json);
/* those with an object of options (option.c) */
struct mm_expr *mm_expr_parse_collator(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_format(const struct mm_expr_parser *p, const json_t *json);
struct mm_expr *mm_expr_parse_number_format(const struct mm_expr_parser *p, const json_t *json);
/* "within", "distance" (shapes.c) */
struct mm_expr *mm_expr_parse_shapes(const struct mm_expr_parser *p, const json_t *json);

/* Operators with fixed types (call.c); an error for what is none. */
bool mm_expr_is_call(const char *name);
struct mm_expr *mm_expr_parse_call(const struct mm_expr_parser *p, const json_t *json);

#endif
