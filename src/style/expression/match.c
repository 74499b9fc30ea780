#include "style/expression/parse.h"

#include "base/hash.h"

#include <math.h>
#include <string.h>

static uint64_t hash_of(const struct mm_style_value *v)
{
	const double number = v->number + 0.0; /* -0 is 0 */

	return v->kind == MM_STYLE_TEXT ? mm_hash64(v->text, v->n, 0) : mm_hash64(&number, sizeof(number), 0);
}

/* The place of a label, or the empty one where it belongs. */
static struct mm_expr_label *place_of(const struct mm_expr_match *m, const struct mm_style_value *v)
{
	uint64_t at = hash_of(v);

	while (m->table[at & m->mask].value.kind != MM_STYLE_NULL &&
	       !mm_style_value_same(&m->table[at & m->mask].value, v))
		at++;
	return &m->table[at & m->mask];
}

uint32_t mm_expr_match_find(const struct mm_expr_match *m, const struct mm_style_value *v)
{
	const struct mm_expr_label *place;

	if (v->kind != m->kind || (v->kind == MM_STYLE_NUMBER && isnan(v->number)))
		return UINT32_MAX;
	place = place_of(m, v);
	return place->value.kind == MM_STYLE_NULL ? UINT32_MAX : place->output;
}

/* A single label counts as a list of one. */
static size_t label_count(const json_t *labels)
{
	return json_is_array(labels) ? json_array_size(labels) : 1;
}

/* NULL: a text or a number that can be a label; else what is wrong with it. */
static const char *label_fault(const json_t *label)
{
	const double v = json_number_value(label);

	if (!json_is_number(label) && !json_is_string(label))
		return "Branch labels must be numbers or strings.";
	if (json_is_number(label) && fabs(v) > 9007199254740991.0)
		return "Branch labels must be integers no larger than 9007199254740991.";
	if (json_is_number(label) && floor(v) != v)
		return "Numeric branch labels must be integer values.";
	return NULL;
}

static bool add_label(const struct mm_expr_parser *at, struct mm_expr_match *m, const json_t *label,
		      uint32_t output, struct mm_style_value *kept)
{
	const char *fault = label_fault(label);
	struct mm_expr_label *place;

	if (fault) {
		(void)mm_expr_wrong(at, "%s", fault);
		return false;
	}
	if (!mm_expr_read_value(at, label, kept))
		return false;
	if (m->kind == MM_STYLE_NULL)
		m->kind = (enum mm_style_kind)kept->kind;
	else if (!mm_expr_check(at, &mm_style_types[m->kind], &mm_style_types[kept->kind]))
		return false;
	place = place_of(m, kept);
	if (place->value.kind != MM_STYLE_NULL) {
		(void)mm_expr_wrong(at, "Branch labels must be unique.");
		return false;
	}
	*place = (struct mm_expr_label){*kept, output};
	return true;
}

static struct mm_expr_match *new_match(const struct mm_expr_parser *p, const json_t *json)
{
	const size_t n = mm_expr_arg_count(json), outputs = (n - 2) / 2;
	struct mm_expr_match *m = mm_arena_alloc(p->shared->mem, sizeof(*m));
	size_t labels = 0, places = 4;

	for (size_t i = 2; i < n; i += 2)
		labels += label_count(json_array_get(json, i));
	while (places < 2 * labels)
		places *= 2;
	if (!m)
		return NULL;
	m->mask = (uint32_t)(places - 1);
	m->table = mm_arena_array(p->shared->mem, places, sizeof(*m->table));
	m->labels = mm_arena_array(p->shared->mem, labels + 1, sizeof(*m->labels));
	m->starts = mm_arena_array(p->shared->mem, outputs + 1, sizeof(*m->starts));
	return m->table && m->labels && m->starts ? m : NULL;
}

static bool add_labels(const struct mm_expr_parser *p, struct mm_expr_match *m, const json_t *labels,
		       size_t arg, uint32_t output)
{
	const struct mm_expr_parser at = mm_expr_inner(p, arg, NULL);
	const size_t n = label_count(labels);

	m->starts[output + 1] = m->starts[output];
	if (n == 0) {
		(void)mm_expr_wrong(&at, "Expected at least one branch label.");
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!add_label(&at, m, json_is_array(labels) ? json_array_get(labels, i) : labels, output,
			       &m->labels[m->starts[output + 1]++]))
			return false;
	return true;
}

struct mm_expr *mm_expr_parse_match(const struct mm_expr_parser *p, const json_t *json)
{
	const size_t n = mm_expr_arg_count(json);
	struct mm_expr_parser input;
	struct mm_expr_match *m;
	struct mm_expr *e;

	if (n < 4)
		return mm_expr_wrong(p, "Expected at least 4 arguments, but found only %zu.", n);
	if (n % 2 != 0)
		return mm_expr_wrong(p, "Expected an even number of arguments.");
	m = new_match(p, json);
	e = m ? mm_expr_node(p, OP_MATCH, NULL, n / 2 + 1) : NULL;
	if (!e)
		return NULL;
	e->match = m;
	if (p->expected && p->expected->kind != MM_STYLE_VALUE)
		e->type = p->expected;
	for (size_t i = 2; i < n; i += 2) {
		struct mm_expr **output = &e->args[i / 2];

		if (!add_labels(p, m, json_array_get(json, i), i, (uint32_t)(i / 2 - 1)))
			return NULL;
		*output = mm_expr_parse_arg(p, json_array_get(json, i + 1), i, e->type);
		if (!*output)
			return NULL;
		if (!e->type)
			e->type = (*output)->type;
	}
	input = mm_expr_inner(p, 1, &mm_style_types[MM_STYLE_VALUE]);
	e->args[0] = mm_expr_parse_here(&input, json_array_get(json, 1), ANNOTATE);
	if (!e->args[0])
		return NULL;
	e->args[n / 2] = mm_expr_parse_arg(p, json_array_get(json, n), n, e->type);
	if (!e->args[n / 2] || (e->args[0]->type->kind != MM_STYLE_VALUE &&
				!mm_expr_check(&input, &mm_style_types[m->kind], e->args[0]->type)))
		return NULL;
	return mm_expr_finish(e);
}
