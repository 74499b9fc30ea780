#include "style/expression/parse.h"

#include <string.h>

/*
 * Operators whose arguments have fixed types, one letter each: n(umber), s(tring), b(oolean), v(alue),
 * c(olor), o(bject), k: collator, S: array<string>, V: array. '*' before a letter: any number of them.
 * `second` is another list that may be given instead, with another operator.
 */
static const struct call {
	const char *name, *args, *second;
	char result; /* as above; 4: array<number, 4>, !: error */
	unsigned char op, second_op;
} calls[] = {
    {"error", "s", NULL, '!', OP_ERROR, 0},
    {"typeof", "v", NULL, 's', OP_TYPEOF, 0},
    {"to-rgba", "c", NULL, '4', OP_TO_RGBA, 0},
    {"rgb", "nnn", NULL, 'c', OP_RGBA, 0},
    {"rgba", "nnnn", NULL, 'c', OP_RGBA, 0},
    {"has", "s", "so", 'b', OP_HAS, OP_HAS_MEMBER},
    {"get", "s", "so", 'v', OP_GET, OP_GET_MEMBER},
    {"feature-state", "s", NULL, 'v', OP_FEATURE_STATE, 0},
    {"properties", "", NULL, 'o', OP_PROPERTIES, 0},
    {"geometry-type", "", NULL, 's', OP_GEOMETRY_TYPE, 0},
    {"id", "", NULL, 'v', OP_ID, 0},
    {"zoom", "", NULL, 'n', OP_ZOOM, 0},
    {"heatmap-density", "", NULL, 'n', OP_HEATMAP_DENSITY, 0},
    {"elevation", "", NULL, 'n', OP_ELEVATION, 0},
    {"line-progress", "", NULL, 'n', OP_LINE_PROGRESS, 0},
    {"accumulated", "", NULL, 'v', OP_ACCUMULATED, 0},
    {"+", "*n", NULL, 'n', OP_ADD, 0},
    {"*", "*n", NULL, 'n', OP_MULTIPLY, 0},
    {"-", "nn", "n", 'n', OP_SUBTRACT, OP_NEGATE},
    {"/", "nn", NULL, 'n', OP_DIVIDE, 0},
    {"%", "nn", NULL, 'n', OP_MODULO, 0},
    {"^", "nn", NULL, 'n', OP_POWER, 0},
    {"ln2", "", NULL, 'n', OP_LN2, 0},
    {"pi", "", NULL, 'n', OP_PI, 0},
    {"e", "", NULL, 'n', OP_E, 0},
    {"sqrt", "n", NULL, 'n', OP_SQRT, 0},
    {"log10", "n", NULL, 'n', OP_LOG10, 0},
    {"ln", "n", NULL, 'n', OP_LN, 0},
    {"log2", "n", NULL, 'n', OP_LOG2, 0},
    {"sin", "n", NULL, 'n', OP_SIN, 0},
    {"cos", "n", NULL, 'n', OP_COS, 0},
    {"tan", "n", NULL, 'n', OP_TAN, 0},
    {"asin", "n", NULL, 'n', OP_ASIN, 0},
    {"acos", "n", NULL, 'n', OP_ACOS, 0},
    {"atan", "n", NULL, 'n', OP_ATAN, 0},
    {"min", "*n", NULL, 'n', OP_MIN, 0},
    {"max", "*n", NULL, 'n', OP_MAX, 0},
    {"abs", "n", NULL, 'n', OP_ABS, 0},
    {"round", "n", NULL, 'n', OP_ROUND, 0},
    {"floor", "n", NULL, 'n', OP_FLOOR, 0},
    {"ceil", "n", NULL, 'n', OP_CEIL, 0},
    {"all", "bb", "*b", 'b', OP_ALL, OP_ALL},
    {"any", "bb", "*b", 'b', OP_ANY, OP_ANY},
    {"!", "b", NULL, 'b', OP_NOT, 0},
    {"is-supported-script", "s", NULL, 'b', OP_IS_SUPPORTED_SCRIPT, 0},
    {"upcase", "s", NULL, 's', OP_UPCASE, 0},
    {"downcase", "s", NULL, 's', OP_DOWNCASE, 0},
    {"concat", "*v", NULL, 's', OP_CONCAT, 0},
    {"split", "ss", NULL, 'S', OP_SPLIT, 0},
    {"join", "Ss", NULL, 's', OP_JOIN, 0},
    {"resolved-locale", "k", NULL, 's', OP_RESOLVED_LOCALE, 0},
    {"filter-==", "sv", NULL, 'b', OP_FILTER_EQ, 0},
    {"filter-<", "sv", NULL, 'b', OP_FILTER_LT, 0},
    {"filter->", "sv", NULL, 'b', OP_FILTER_GT, 0},
    {"filter-<=", "sv", NULL, 'b', OP_FILTER_LE, 0},
    {"filter->=", "sv", NULL, 'b', OP_FILTER_GE, 0},
    {"filter-id-==", "v", NULL, 'b', OP_FILTER_ID_EQ, 0},
    {"filter-id-<", "v", NULL, 'b', OP_FILTER_ID_LT, 0},
    {"filter-id->", "v", NULL, 'b', OP_FILTER_ID_GT, 0},
    {"filter-id-<=", "v", NULL, 'b', OP_FILTER_ID_LE, 0},
    {"filter-id->=", "v", NULL, 'b', OP_FILTER_ID_GE, 0},
    {"filter-type-==", "s", NULL, 'b', OP_FILTER_TYPE_EQ, 0},
    {"filter-has", "v", NULL, 'b', OP_FILTER_HAS, 0},
    {"filter-has-id", "", NULL, 'b', OP_FILTER_HAS_ID, 0},
    {"filter-type-in", "S", NULL, 'b', OP_FILTER_TYPE_IN, 0},
    {"filter-id-in", "V", NULL, 'b', OP_FILTER_ID_IN, 0},
    {"filter-in-small", "sV", NULL, 'b', OP_FILTER_IN, 0},
    {"filter-in-large", "sV", NULL, 'b', OP_FILTER_IN, 0},
};

static const struct call *find_call(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (strcmp(calls[i].name, name) == 0)
			return &calls[i];
	return NULL;
}

bool mm_expr_is_call(const char *name)
{
	return find_call(name) != NULL;
}

static const struct mm_style_type texts = {MM_STYLE_ARRAY, &mm_style_types[MM_STYLE_TEXT],
					   MM_STYLE_ANY_LENGTH},
				  four_numbers = {MM_STYLE_ARRAY, &mm_style_types[MM_STYLE_NUMBER], 4};

static const struct mm_style_type *type_of(char letter)
{
	static const struct {
		char letter;
		enum mm_style_kind kind;
	} kinds[] = {{'n', MM_STYLE_NUMBER}, {'s', MM_STYLE_TEXT},     {'b', MM_STYLE_BOOLEAN},
		     {'v', MM_STYLE_VALUE},  {'c', MM_STYLE_COLOR},    {'o', MM_STYLE_OBJECT},
		     {'V', MM_STYLE_ARRAY},  {'k', MM_STYLE_COLLATOR}, {'!', MM_STYLE_ERROR}};
	size_t i = 0;

	if (letter == 'S')
		return &texts;
	if (letter == '4')
		return &four_numbers;
	while (kinds[i].letter != letter)
		i++;
	return &mm_style_types[kinds[i].kind];
}

static bool takes(const char *args, size_t n)
{
	return args && (*args == '*' || strlen(args) == n);
}

/* Reads the arguments for one list of types; errors go into `errors`. */
static struct mm_expr *parse_args(const struct mm_expr_parser *p, const json_t *json, const struct call *call,
				  const char *args, enum mm_expr_op op, struct mm_expr_errors *errors)
{
	const size_t n = mm_expr_arg_count(json);
	struct mm_expr_parser fresh = *p;
	struct mm_expr *e = mm_expr_node(p, op, type_of(call->result), n);

	*errors = (struct mm_expr_errors){NULL, NULL, 0};
	fresh.errors = errors;
	fresh.expected = NULL;
	for (size_t i = 0; e && i < n; i++) {
		const struct mm_style_type *type = type_of(*args == '*' ? args[1] : args[i]);

		e->args[i] = mm_expr_parse_arg(&fresh, json_array_get(json, i + 1), i + 1, type);
		if (!e->args[i])
			return NULL;
	}
	if (e && (op == OP_GET || op == OP_HAS || op >= OP_FILTER_EQ))
		e->slot = n ? mm_expr_slot(p, e->args[0]) : MM_EXPR_NO_SLOT;
	return mm_expr_finish(e);
}

/* "(number, number)", "(number...)" */
static void put_signature(struct mm_buf *out, struct mm_arena *mem, const char *args)
{
	mm_buf_byte(out, '(');
	if (*args == '*')
		mm_buf_printf(out, "%s...", mm_style_type_text(mem, type_of(args[1])));
	else
		for (size_t i = 0; args[i]; i++)
			mm_buf_printf(out, "%s%s", i ? ", " : "", mm_style_type_text(mem, type_of(args[i])));
	mm_buf_byte(out, ')');
}

/* None of the lists fitted: says which there are, and what has been given. */
static struct mm_expr *say_types(const struct mm_expr_parser *p, const json_t *json, const struct call *call,
				 bool first, bool second)
{
	const size_t n = mm_expr_arg_count(json);
	struct mm_buf b;

	mm_buf_init(&b, 4096);
	mm_buf_text(&b, "Expected arguments of type ");
	if (first || !second)
		put_signature(&b, p->shared->mem, call->args);
	if (call->second && first == second)
		mm_buf_text(&b, " | ");
	if (call->second && (second || !first))
		put_signature(&b, p->shared->mem, call->second);
	mm_buf_text(&b, ", but found (");
	for (size_t i = 0; i < n; i++) {
		const struct mm_expr *arg = mm_expr_parse_arg(p, json_array_get(json, i + 1), i + 1, NULL);

		if (!arg) {
			mm_buf_release(&b);
			return NULL;
		}
		mm_buf_printf(&b, "%s%s", i ? ", " : "", mm_style_type_text(p->shared->mem, arg->type));
	}
	mm_buf_text(&b, ") instead.");
	if (b.failed)
		(void)mm_expr_wrong(p, "the arguments have other types than the operator takes");
	else
		(void)mm_expr_wrong(p, "%.*s", (int)b.len, (const char *)b.data);
	mm_buf_release(&b);
	return NULL;
}

struct mm_expr *mm_expr_parse_call(const struct mm_expr_parser *p, const json_t *json)
{
	const struct call *call = find_call(json_string_value(json_array_get(json, 0)));
	const size_t n = mm_expr_arg_count(json);
	struct mm_expr_errors errors = {NULL, NULL, 0};
	struct mm_expr *e = NULL;
	bool first, second;

	if (!call)
		return mm_expr_wrong_at(
		    p, 0,
		    "Unknown expression \"%.80s\". If you wanted a literal array, use [\"literal\", [...]].",
		    json_string_value(json_array_get(json, 0)));
	first = takes(call->args, n);
	second = takes(call->second, n);
	if (first)
		e = parse_args(p, json, call, call->args, (enum mm_expr_op)call->op, &errors);
	if (!e && second && !(first && call->op == call->second_op)) /* else it would fail in the same way */
		e = parse_args(p, json, call, call->second, (enum mm_expr_op)call->second_op, &errors);
	if (e)
		return e;
	if (first == second && !p->shared->is_too_large)
		return say_types(p, json, call, first, second);
	if (p->errors->last)
		p->errors->last->next = errors.first;
	else
		p->errors->first = errors.first;
	if (errors.last)
		p->errors->last = errors.last;
	p->errors->n += errors.n;
	return NULL;
}
