#include "style/document/style.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A style: what is read can be asked for every property of every layer, at several zooms, whatever the
 * feature is like; every value can be written. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const double square[][2] = {{39.5, 52.5}, {39.7, 52.5}, {39.7, 52.7}, {39.5, 52.7}, {39.5, 52.5}};
static const struct mm_expr_part part = {square, 5, false};

/* What a property is depends on its name, so that all kinds come up. */
static bool get_property(const struct mm_expr_feature *f, int64_t slot, const char *name, size_t n,
			 struct mm_arena *mem, struct mm_style_value *ret)
{
	static const double numbers[] = {0, -1, 1e300, 0.5, 7, 4294967296.0};
	struct mm_style_value *items;

	(void)f;
	(void)slot;
	switch ((n ? (unsigned char)name[0] : 0) % 6) {
	case 0:
		*ret = mm_style_number_value(numbers[n % 6]);
		return true;
	case 1:
		*ret = mm_style_text_value(name, n);
		return true;
	case 2:
		*ret = mm_style_boolean_value(n % 2);
		return true;
	case 3:
		*ret = MM_STYLE_NULL_VALUE;
		return true;
	case 4:
		items = mm_arena_array(mem, 2, sizeof(*items));
		if (items)
			items[0] = mm_style_number_value(1), items[1] = mm_style_text_value("ё", 2);
		*ret = (struct mm_style_value){.kind = MM_STYLE_ARRAY, .n = items ? 2 : 0, .items = items};
		return true;
	default:
		return false;
	}
}

static bool get_geometry(const struct mm_expr_feature *f, struct mm_arena *mem, struct mm_expr_geometry *ret)
{
	(void)mem;
	*ret = (struct mm_expr_geometry){*(const enum mm_expr_dimension *)f->self, &part, 1};
	return true;
}

static void ask(const struct mm_style_layer *l, struct mm_expr_context *c)
{
	const unsigned end = mm_style_layer_specs[l->type + 1].first;

	(void)mm_style_layer_shows(l, c);
	(void)mm_style_layer_takes(l, c);
	for (unsigned p = mm_style_layer_specs[l->type].first; p < end; p++) {
		const struct mm_style_value v = mm_style_get(l, (enum mm_style_property)p, c);
		struct mm_style_value text;

		(void)mm_style_value_text(&v, c->mem, &text);
		(void)mm_style_value_json(&v, c->mem, &text);
		mm_arena_clear(c->mem);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum mm_expr_dimension dimensions[] = {MM_EXPR_POINTS, MM_EXPR_LINES, MM_EXPR_POLYGONS};
	MM_ARENA_SCOPE(mem, 64 << 20);
	MM_ARENA_SCOPE(scratch, 4 << 20);
	const struct mm_style_fault *faults;
	const struct mm_style *s, *at_zoom;
	struct mm_err err = {0};

	if (mm_style_parse((const char *)data, size, &mem, &s, &faults, &err)) {
		MM_CHECK(*err.msg);
		return 0;
	}
	for (; faults; faults = faults->next)
		MM_CHECK(faults->is_warning);
	for (int i = 0; i < 3; i++) {
		const struct mm_expr_feature f = {.self = &dimensions[i],
						  .geometry_type = i == 2 ? "Polygon" : NULL,
						  .id = mm_style_number_value(i),
						  .property = get_property,
						  .geometry = get_geometry};
		struct mm_expr_context c = {.mem = &scratch,
					    .zoom = 5 + 6.5 * i,
					    .feature = &f,
					    .global = &s->global,
					    .wants_words = i == 1};

		for (size_t j = 0; j < s->layer_count; j++)
			ask(&s->layers[j], &c);
	}
	if (mm_style_at_zoom(s, 12.5, &mem, &at_zoom, &err) == MM_OK) {
		struct mm_expr_context c = {.mem = &scratch, .zoom = 12.5};

		for (size_t j = 0; j < at_zoom->layer_count; j++)
			ask(&at_zoom->layers[j], &c);
	}
	return 0;
}
