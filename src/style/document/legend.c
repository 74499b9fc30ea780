#include "style/document/legend.h"

#include <math.h>
#include <string.h>

/* What tells classes apart to the eye, in this order. */
static const enum mm_style_property telling[] = {
    MM_PROP_FILL_COLOR,         MM_PROP_FILL_PATTERN,        MM_PROP_LINE_COLOR,
    MM_PROP_LINE_PATTERN,       MM_PROP_CIRCLE_COLOR,        MM_PROP_ICON_IMAGE,
    MM_PROP_ICON_COLOR,         MM_PROP_TEXT_COLOR,          MM_PROP_LINE_DASHARRAY,
    MM_PROP_FILL_OUTLINE_COLOR, MM_PROP_CIRCLE_STROKE_COLOR, MM_PROP_FILL_EXTRUSION_COLOR,
    MM_PROP_LINE_WIDTH,         MM_PROP_CIRCLE_RADIUS,       MM_PROP_ICON_SIZE,
    MM_PROP_TEXT_SIZE,          MM_PROP_FILL_OPACITY,        MM_PROP_LINE_OPACITY,
};

static const struct mm_expr *value_of(const struct mm_style_layer *l, enum mm_style_property p)
{
	const unsigned first = mm_style_layer_specs[l->type].first;

	if ((unsigned)p < first || (unsigned)p >= mm_style_layer_specs[l->type + 1].first)
		return NULL;
	return l->values[(unsigned)p - first];
}

/* The only property of a sample: what its class is by. */
struct sample {
	const char *name;
	struct mm_style_value value;
};

static bool sample_property(const struct mm_expr_feature *f, int64_t slot, const char *name, size_t n,
			    struct mm_arena *mem, struct mm_style_value *ret)
{
	const struct sample *s = f->self;

	(void)slot;
	(void)mem;
	if (!s || strlen(s->name) != n || memcmp(s->name, name, n) != 0)
		return false;
	*ret = s->value;
	return true;
}

static const char *geometry_of(enum mm_style_layer_type type)
{
	switch (type) {
	case MM_STYLE_LAYER_FILL:
	case MM_STYLE_LAYER_FILL_EXTRUSION:
		return "Polygon";
	case MM_STYLE_LAYER_LINE:
		return "LineString";
	default:
		return "Point";
	}
}

/* A number inside the class. */
static double number_in(const struct mm_style_class *k)
{
	if (isfinite(k->from))
		return k->from;
	return isfinite(k->to) ? k->to - 1 : 0;
}

/* The feature that stands for a class; without a property when it is not one property that decides. */
static bool make_sample(const struct mm_style_legend *legend, struct mm_style_class *k, struct mm_arena *mem)
{
	struct sample *s;

	k->sample = (struct mm_expr_feature){.geometry_type = geometry_of(legend->layer->type),
					     .property = sample_property};
	if (!legend->by || (!k->label_count && isnan(k->from)))
		return true;
	s = mm_arena_alloc(mem, sizeof(*s));
	if (!s)
		return false;
	*s = (struct sample){legend->by, k->label_count ? k->labels[0] : mm_style_number_value(number_in(k))};
	k->sample.self = s;
	return true;
}

static bool make_class(const struct mm_style_legend *legend, const struct mm_expr *e,
		       const struct mm_expr_class *form, size_t i, struct mm_expr_context *c)
{
	struct mm_style_class *k = &legend->classes[i];
	const struct mm_expr *output = mm_expr_class_output(e, i);

	k->label_count = mm_expr_class_labels(e, i, &k->labels);
	k->from = mm_expr_class_from(e, i);
	k->to = isnan(k->from) ? k->from : i + 1 < form->n ? mm_expr_class_from(e, i + 1) : HUGE_VAL;
	k->is_other = i + 1 == form->n && (form->form == MM_EXPR_MATCH || form->form == MM_EXPR_CASE);
	if (!make_sample(legend, k, c->mem))
		return false;
	c->feature = &k->sample;
	if (mm_expr_needs_feature(output) || !mm_expr_eval(output, c, &k->value))
		k->value = MM_STYLE_NULL_VALUE;
	return true;
}

static enum mm_code make_single(struct mm_style_legend *legend, struct mm_arena *mem, struct mm_err *reterr)
{
	legend->classes = mm_arena_alloc(mem, sizeof(*legend->classes));
	if (!legend->classes)
		return mm_fail_nomem(reterr);
	legend->n = 1;
	legend->classes[0].from = legend->classes[0].to = (double)NAN;
	return make_sample(legend, &legend->classes[0], mem) ? MM_OK : mm_fail_nomem(reterr);
}

/* Does an expression have classes by features? A curve over the zoom has them in its outputs, of which the
 * last one that is begun at this zoom counts. */
static const struct mm_expr *classed_at(const struct mm_expr *e, double zoom, struct mm_expr_class *form)
{
	for (int depth = 0; e && depth < MM_STYLE_DEPTH_MAX && mm_expr_needs_feature(e); depth++) {
		size_t i = 0;

		if (!mm_expr_classes(e, form))
			return NULL;
		if (!mm_expr_is_by_zoom(e))
			return e;
		while (i + 1 < form->n && mm_expr_class_from(e, i + 1) <= zoom)
			i++;
		e = mm_expr_class_output(e, i);
	}
	return NULL;
}

enum mm_code mm_style_legend_make(const struct mm_style_layer *l, double zoom,
				  const struct mm_style_value *global, struct mm_arena *mem,
				  struct mm_style_legend *ret, struct mm_err *reterr)
{
	struct mm_expr_context c = {.mem = mem, .zoom = zoom, .global = global};
	const struct mm_expr *e = NULL;
	struct mm_expr_class form;
	size_t i = 0;

	*ret = (struct mm_style_legend){.layer = l, .property = MM_PROP_COUNT};
	for (; i < sizeof(telling) / sizeof(*telling) && !e; i++)
		e = classed_at(value_of(l, telling[i]), zoom, &form);
	if (!e)
		return make_single(ret, mem, reterr);
	if (form.n > MM_STYLE_CLASSES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, l->id, "a legend has at most %d classes, not %zu",
			       MM_STYLE_CLASSES_MAX, form.n);
	ret->property = telling[i - 1];
	ret->by = form.property;
	ret->n = form.n;
	ret->expr = e;
	ret->classes = mm_arena_array(mem, form.n, sizeof(*ret->classes));
	if (!ret->classes)
		return mm_fail_nomem(reterr);
	for (i = 0; i < form.n; i++)
		if (!make_class(ret, e, &form, i, &c))
			return mm_fail_nomem(reterr);
	return MM_OK;
}

void mm_style_legend_count(struct mm_style_legend *legend, struct mm_expr_context *c)
{
	size_t i = 0;

	if (!mm_style_layer_takes(legend->layer, c))
		return;
	if (legend->expr)
		i = mm_expr_class_of(legend->expr, c);
	if (i == SIZE_MAX)
		legend->unknown++;
	else
		legend->classes[i].count++;
}
