#include "encode/number_id.h"
#include "encode/value.h"
#include "print/plot/plot_private.h"

#include <string.h>

/* What an expression of the style sees of a row: the same as in a vector tile. */

/* Dates, times and nested values as text. */
static bool as_text(const struct mm_value *v, struct mm_arena *mem, struct mm_style_value *ret)
{
	struct mm_buf b;
	bool is_good;

	mm_buf_init(&b, MM_STYLE_TEXT_MAX);
	mm_value_put_text(&b, v);
	is_good = mm_style_take(&b, mem, ret);
	mm_buf_release(&b);
	return is_good;
}

static bool as_style(const struct mm_value *v, struct mm_arena *mem, struct mm_style_value *ret)
{
	char *text;

	switch (v->type) {
	case MM_TYPE_BOOL:
		*ret = mm_style_boolean_value(v->boolean);
		return true;
	case MM_TYPE_INT:
		*ret = mm_style_number_value((double)v->integer);
		return true;
	case MM_TYPE_REAL:
		*ret = mm_style_number_value(v->real);
		return true;
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		text = mm_arena_text(mem, v->text, v->text_len);
		if (!text)
			return false;
		*ret = mm_style_text_value(text, v->text_len);
		return true;
	default:
		return as_text(v, mem, ret);
	}
}

static bool read_field(const struct mm_plot_eye *e, int64_t field, struct mm_arena *mem,
		       struct mm_style_value *ret)
{
	struct mm_value v;

	mm_layer_value(e->source->layer, e->row, (size_t)field, &v);
	return !v.is_null && as_style(&v, mem, ret);
}

static bool property(const struct mm_expr_feature *f, int64_t slot, const char *name, size_t n,
		     struct mm_arena *mem, struct mm_style_value *ret)
{
	const struct mm_plot_eye *e = f->self;
	int64_t field = -1;
	const char *whole = NULL;

	if (slot != MM_EXPR_NO_SLOT) {
		field = e->source->field_of_slot[slot];
	} else if ((whole = mm_arena_text(mem, name, n)) != NULL) {
		const size_t found = mm_schema_find(mm_layer_schema(e->source->layer), whole);

		field = found == SIZE_MAX ? -1 : (int64_t)found;
	}
	return field >= 0 && read_field(e, field, mem, ret);
}

static bool properties(const struct mm_expr_feature *f, struct mm_arena *mem, struct mm_style_value *ret)
{
	const struct mm_plot_eye *e = f->self;
	const struct mm_schema *s = mm_layer_schema(e->source->layer);
	struct mm_style_member *m = mm_arena_array(mem, s->field_count + 1, sizeof(*m));
	uint32_t n = 0;

	if (!m)
		return false;
	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden && read_field(e, (int64_t)i, mem, &m[n].value)) {
			m[n].key = s->field[i].name;
			m[n].key_len = (uint32_t)strlen(s->field[i].name);
			n++;
		}
	*ret = (struct mm_style_value){.kind = MM_STYLE_OBJECT, .n = n, .members = m};
	return true;
}

static bool has_image(const void *images, const char *name, size_t n)
{
	char text[128];
	double size[2];

	if (n >= sizeof(text))
		return false;
	memcpy(text, name, n);
	text[n] = 0;
	return mm_icons_size((struct mm_icons *)(uintptr_t)images, text, size);
}

void mm_plot_eye_open(struct mm_plot_eye *e, struct mm_plot *m, const struct mm_plot_source *s)
{
	*e = (struct mm_plot_eye){.map = m, .source = s};
	e->context = (struct mm_expr_context){.mem = &m->scratch,
					      .zoom = m->zoom,
					      .global = &m->style->global,
					      .has_image = has_image,
					      .images = m->spec.icons};
	e->feature = (struct mm_expr_feature){.property = property, .properties = properties};
}

bool mm_plot_eye_look(struct mm_plot_eye *e, const struct mm_style_layer *l, const struct mm_plot_feature *f)
{
	static const char *const types[] = {"Point", "LineString", "Polygon"};
	char number[MM_NUM_MAX];
	const char *text;
	size_t len;

	mm_arena_clear(e->context.mem);
	e->context.mem->exhausted = 0;
	e->row = f->row;
	e->feature.self = e;
	e->feature.geometry_type = types[f->kind];
	e->feature.id =
	    mm_style_number_value((double)mm_number_id(e->source->layer, f->row, number, &text, &len));
	e->context.feature = &e->feature;
	return mm_style_layer_takes(l, &e->context);
}
