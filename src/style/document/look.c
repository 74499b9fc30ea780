#include "style/document/style.h"

#include <math.h>
#include <string.h>

static const struct mm_expr *value_of(const struct mm_style_layer *l, enum mm_style_property p)
{
	const unsigned first = mm_style_layer_specs[l->type].first;

	MM_CHECK((unsigned)p >= first && (unsigned)p < mm_style_layer_specs[l->type + 1].first);
	return l->values[(unsigned)p - first];
}

static bool is_among(const char *const *values, const struct mm_style_value *v)
{
	for (; v->kind == MM_STYLE_TEXT && *values; values++)
		if (strcmp(*values, v->text) == 0)
			return true;
	return false;
}

static struct mm_style_value run(const struct mm_expr *e, const char *const *values,
				 const struct mm_style_value *fallback, struct mm_expr_context *c)
{
	const struct mm_style_value *constant = mm_expr_constant(e);
	struct mm_style_value v;

	if (!constant && (!mm_expr_eval(e, c, &v) || v.kind == MM_STYLE_NULL ||
			  (values && v.kind == MM_STYLE_TEXT && !is_among(values, &v))))
		return *fallback;
	if (constant)
		v = *constant;
	return v.kind == MM_STYLE_NUMBER && !isfinite(v.number) ? *fallback : v;
}

struct mm_style_value mm_style_get(const struct mm_style_layer *l, enum mm_style_property p,
				   struct mm_expr_context *c)
{
	const struct mm_expr *e = value_of(l, p);

	return e ? run(e, mm_style_properties[p].values, &l->fallbacks[p], c) : l->fallbacks[p];
}

double mm_style_number(const struct mm_style_layer *l, enum mm_style_property p, struct mm_expr_context *c)
{
	const struct mm_style_value v = mm_style_get(l, p, c);

	return v.kind == MM_STYLE_NUMBER ? v.number : 0;
}

bool mm_style_flag(const struct mm_style_layer *l, enum mm_style_property p, struct mm_expr_context *c)
{
	const struct mm_style_value v = mm_style_get(l, p, c);

	return v.kind == MM_STYLE_BOOLEAN && v.boolean;
}

struct mm_rgba mm_style_color(const struct mm_style_layer *l, enum mm_style_property p,
			      struct mm_expr_context *c)
{
	const struct mm_style_value v = mm_style_get(l, p, c);

	return v.kind == MM_STYLE_COLOR ? *v.color : (struct mm_rgba){0};
}

size_t mm_style_choice(const struct mm_style_layer *l, enum mm_style_property p, struct mm_expr_context *c)
{
	const char *const *values = mm_style_properties[p].values;
	const struct mm_style_value v = mm_style_get(l, p, c);
	size_t i = 0;

	MM_CHECK(values);
	while (v.kind == MM_STYLE_TEXT && values[i] && strcmp(values[i], v.text) != 0)
		i++;
	return values[i] ? i : 0;
}

bool mm_style_has(const struct mm_style_layer *l, enum mm_style_property p)
{
	return value_of(l, p) != NULL;
}

bool mm_style_varies(const struct mm_style_layer *l, enum mm_style_property p)
{
	const struct mm_expr *e = value_of(l, p);

	return e && mm_expr_needs_feature(e);
}

bool mm_style_layer_shows(const struct mm_style_layer *l, struct mm_expr_context *c)
{
	const struct mm_style_value visible = mm_style_text_value("visible", 7);
	struct mm_style_value v;

	if (c->zoom < l->min_zoom || c->zoom >= l->max_zoom)
		return false;
	if (!l->visibility)
		return true;
	v = run(l->visibility, NULL, &visible, c);
	return v.kind != MM_STYLE_TEXT || strcmp(v.text, "none") != 0;
}

bool mm_style_layer_takes(const struct mm_style_layer *l, struct mm_expr_context *c)
{
	struct mm_style_value v;

	return !l->filter || (mm_expr_eval(l->filter, c, &v) && mm_style_value_truth(&v));
}

const struct mm_style_layer *mm_style_find(const struct mm_style *s, const char *id)
{
	for (size_t i = 0; i < s->layer_count; i++)
		if (strcmp(s->layers[i].id, id) == 0)
			return &s->layers[i];
	return NULL;
}

/* As a constant when no feature matters; false: no memory. A call for an image depends on what the sprite
 * has. */
static bool settle(const struct mm_expr **e, const char *const *values, const struct mm_style_value *fallback,
		   struct mm_expr_context *c)
{
	const enum mm_style_kind kind = *e ? mm_expr_type(*e)->kind : MM_STYLE_NULL;
	struct mm_style_value v;

	if (!*e || mm_expr_constant(*e) || mm_expr_needs_feature(*e) || mm_expr_is_volatile(*e) ||
	    kind == MM_STYLE_IMAGE || kind == MM_STYLE_FORMATTED)
		return true;
	v = run(*e, values, fallback, c);
	*e = mm_expr_of_value(&v, c->mem);
	return *e != NULL;
}

static bool settle_layer(struct mm_style_layer *l, struct mm_expr_context *c)
{
	static const struct mm_style_value no = {.kind = MM_STYLE_BOOLEAN, .boolean = false};
	const unsigned first = mm_style_layer_specs[l->type].first,
		       n = mm_style_layer_specs[l->type + 1].first - first;
	const struct mm_expr **values = mm_arena_array(c->mem, n, sizeof(const struct mm_expr *));

	if (!values || !settle(&l->filter, NULL, &no, c))
		return false;
	for (unsigned i = 0; i < n; i++) {
		values[i] = l->values[i];
		if (!settle(&values[i], mm_style_properties[first + i].values, &l->fallbacks[first + i], c))
			return false;
	}
	l->values = values;
	return true;
}

enum mm_code mm_style_at_zoom(const struct mm_style *s, double zoom, struct mm_arena *mem,
			      const struct mm_style **ret, struct mm_err *reterr)
{
	struct mm_expr_context c = {.mem = mem, .zoom = zoom, .global = &s->global};
	struct mm_style *made = mm_arena_alloc(mem, sizeof(*made));
	struct mm_style_layer *layers = mm_arena_array(mem, s->layer_count + 1, sizeof(*layers));

	if (!made || !layers)
		return mm_fail_nomem(reterr);
	*made = *s;
	made->layers = layers;
	made->layer_count = 0;
	for (size_t i = 0; i < s->layer_count; i++) {
		struct mm_style_layer *l = &layers[made->layer_count];

		if (!mm_style_layer_shows(&s->layers[i], &c))
			continue;
		*l = s->layers[i];
		if (!settle_layer(l, &c))
			return mm_fail_nomem(reterr);
		made->layer_count++;
	}
	*ret = made;
	return MM_OK;
}
