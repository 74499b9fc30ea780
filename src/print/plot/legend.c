#include "style/document/legend.h"
#include "base/buf.h"
#include "base/map.h"
#include "encode/value.h"
#include "print/plot/symbol.h"

#include <stdlib.h>
#include <string.h>

/*
 * What is to be seen in the field. The classes of a layer are the values of one field: the one that its style
 * names ("munimap:legend"), or else the one by which the style tells features apart.
 */

enum { CLASSES_MAX = 60, LEGEND_BYTES_MAX = 8 << 20 };

struct counting {
	struct mm_plot *plot;
	const struct mm_plot_source *source;
	const struct mm_style_layer **layer; /* of the style, that draw more than texts */
	size_t layer_count;
	size_t field; /* SIZE_MAX: one class */
	struct mm_map *numbers;
	struct mm_plot_class *class;
	int *order; /* of each class: its place in the code list */
	size_t class_count;
	size_t kinds[3];
	uint32_t count;
	bool is_too_many;
};

static bool is_in_field(const struct mm_plot *p, const struct mm_paper_box *b)
{
	const struct mm_paper_box *f = &p->spec.ground.map;

	return b->x <= f->x + f->width && b->x + b->width >= f->x && b->y <= f->y + f->height &&
	       b->y + b->height >= f->y;
}

/* Style layers that show something of the source; texts alone are no class. */
static bool find_layers(struct counting *c)
{
	const struct mm_style *style = c->plot->style;

	c->layer = mm_arena_array(&c->plot->mem, style->layer_count + 1, sizeof(struct mm_style_layer *));
	for (size_t i = 0; c->layer && i < style->layer_count; i++) {
		const struct mm_style_layer *l = &style->layers[i];

		if (l->source_layer && !strcmp(l->source_layer, c->source->name) &&
		    (l->type != MM_STYLE_LAYER_SYMBOL || mm_style_has(l, MM_PROP_ICON_IMAGE)))
			c->layer[c->layer_count++] = l;
	}
	return c->layer;
}

static size_t field_named(const struct counting *c, const char *name, size_t n)
{
	char text[256];

	if (n >= sizeof(text))
		return SIZE_MAX;
	memcpy(text, name, n);
	text[n] = 0;
	return mm_schema_find(mm_layer_schema(c->source->layer), text);
}

/* The field that decides by the expressions of the style. */
static size_t field_by_style(struct counting *c)
{
	size_t field = SIZE_MAX;

	for (size_t i = 0; i < c->layer_count && field == SIZE_MAX; i++) {
		struct mm_style_legend legend;

		MM_ARENA_SCOPE(mem, LEGEND_BYTES_MAX);
		if (!mm_style_legend_make(c->layer[i], c->plot->zoom, &c->plot->style->global, &mem, &legend,
					  NULL) &&
		    legend.by && legend.n > 1 && legend.classes[0].labels)
			field = field_named(c, legend.by, strlen(legend.by));
	}
	return field;
}

static size_t find_field(struct counting *c)
{
	for (size_t i = 0; i < c->layer_count; i++)
		if (c->layer[i]->legend)
			return field_named(c, c->layer[i]->legend, strcspn(c->layer[i]->legend, "="));
	return field_by_style(c);
}

static bool is_shown(struct counting *c, struct mm_plot_eye *eye, const struct mm_plot_feature *f)
{
	static const enum mm_part_kind kinds[MM_STYLE_LAYER_TYPES] = {
	    [MM_STYLE_LAYER_FILL] = MM_PART_POLYGON, [MM_STYLE_LAYER_FILL_EXTRUSION] = MM_PART_POLYGON};

	for (size_t i = 0; i < c->layer_count; i++) {
		const enum mm_style_layer_type t = c->layer[i]->type;

		if ((kinds[t] == MM_PART_POLYGON && f->kind != MM_PART_POLYGON) ||
		    (t == MM_STYLE_LAYER_LINE && f->kind == MM_PART_POINTS))
			continue;
		if (mm_plot_eye_look(eye, c->layer[i], f))
			return true;
	}
	return false;
}

/* What a value means, and where it stands in the list of codes. */
static const char *meaning(struct counting *c, const char *value, int *ret_order)
{
	const struct mm_field *f = &mm_layer_schema(c->source->layer)->field[c->field];
	const size_t code = mm_field_code(f, value, strlen(value));

	*ret_order = (int)(code == SIZE_MAX ? f->code_count : code);
	return code == SIZE_MAX ? value : mm_title_in(&f->codes[code].title, c->plot->spec.lang, value);
}

/* The class of a row; SIZE_MAX: no memory. */
static size_t class_of(struct counting *c, uint32_t row)
{
	struct mm_value v;
	struct mm_buf text;
	uint32_t number;

	if (c->field == SIZE_MAX)
		return 0;
	mm_buf_init(&text, 1 << 16);
	mm_layer_value(c->source->layer, row, c->field, &v);
	mm_value_put_text(&text, &v);
	mm_buf_put(&text, "", 1);
	number = text.failed
		     ? MM_MAP_NONE
		     : mm_map_add(c->numbers, (const char *)text.data, text.len, (uint32_t)c->class_count);
	if (number == c->class_count && number < CLASSES_MAX) {
		char *kept = mm_arena_text(&c->plot->mem, (const char *)text.data, text.len - 1);

		c->class[number] = (struct mm_plot_class){.row = row, .layer = c->source->layer};
		c->class[number].text = kept ? meaning(c, kept, &c->order[number]) : "";
		c->class_count++;
	}
	mm_buf_release(&text);
	return number == MM_MAP_NONE ? SIZE_MAX : number;
}

/* Everything is one class: more values than a legend can say are none. */
static void make_one(struct counting *c)
{
	c->field = SIZE_MAX;
	c->class[0] = (struct mm_plot_class){.text = "", .row = c->class[0].row, .layer = c->source->layer};
	c->class[0].count = c->count;
	c->class_count = 1;
}

static enum mm_code count_features(struct counting *c, struct mm_err *reterr)
{
	const struct mm_plot_source *s = c->source;
	struct mm_plot_eye eye;

	mm_plot_eye_open(&eye, c->plot, s);
	for (size_t i = 0; i < s->feature_count; i++) {
		const struct mm_plot_feature *f = &s->feature[i];
		size_t number;

		if (mm_plot_is_late(c->plot))
			return mm_plot_fail_late(reterr);
		if (!is_in_field(c->plot, &f->box) || !is_shown(c, &eye, f))
			continue;
		if (!c->count)
			c->class[0] = (struct mm_plot_class){.text = "", .row = f->row, .layer = s->layer};
		c->count++;
		c->kinds[f->kind]++;
		number = class_of(c, f->row);
		if (number == SIZE_MAX)
			return mm_fail_nomem(reterr);
		if (number >= CLASSES_MAX)
			make_one(c);
		else
			c->class[number].count++;
	}
	if (c->count && (!c->class_count || (c->field != SIZE_MAX && c->class_count == 0)))
		make_one(c);
	return MM_OK;
}

/* By the code list; values that are not in it behind, in their own order. Few: by insertion. */
static void sort_classes(struct counting *c)
{
	for (size_t i = 1; i < c->class_count; i++)
		for (size_t k = i; k > 0; k--) {
			struct mm_plot_class *a = &c->class[k - 1], *b = &c->class[k], keep;
			int *p = &c->order[k - 1], *q = &c->order[k], order;

			if (*p < *q || (*p == *q && strcmp(a->text, b->text) <= 0))
				break;
			keep = *a;
			*a = *b;
			*b = keep;
			order = *p;
			*p = *q;
			*q = order;
		}
}

static enum mm_part_kind main_kind(const size_t kinds[3])
{
	enum mm_part_kind best = MM_PART_POINTS;

	for (int k = 1; k < 3; k++)
		if (kinds[k] > kinds[best])
			best = (enum mm_part_kind)k;
	return best;
}

static enum mm_code count_source(struct mm_plot *p, const struct mm_plot_source *s, struct mm_err *reterr)
{
	struct counting c = {.plot = p, .source = s};
	const struct mm_schema *schema = mm_layer_schema(s->layer);
	enum mm_code rc;

	c.class = mm_arena_array(&p->mem, CLASSES_MAX, sizeof(*c.class));
	c.order = mm_arena_array(&p->mem, CLASSES_MAX, sizeof(*c.order));
	if (!c.class || !c.order || !find_layers(&c))
		return mm_fail_nomem(reterr);
	if (!c.layer_count)
		return MM_OK;
	c.field = find_field(&c);
	c.numbers = mm_map_new();
	rc = c.numbers ? count_features(&c, reterr) : mm_fail_nomem(reterr);
	(void)mm_map_free(c.numbers);
	if (rc || !c.count)
		return rc;
	sort_classes(&c);
	p->item[p->item_count++] =
	    (struct mm_plot_item){.layer = s->layer,
				  .title = mm_title_in(&schema->title, p->spec.lang, schema->id),
				  .count = c.count,
				  .kind = main_kind(c.kinds),
				  .class = c.class,
				  .class_count = c.class_count};
	return MM_OK;
}

/* A raster that is seen: one row, whose look is a piece of it. */
static bool add_raster(struct mm_plot *p, const struct mm_raster *r)
{
	const struct mm_raster_info *info = mm_raster_info(r);
	struct mm_plot_class *class = mm_arena_array(&p->mem, 1, sizeof(*class));

	for (size_t i = 0; i < p->item_count; i++)
		if (p->item[i].raster == r)
			return true; /* a style may draw it twice */
	if (!class)
		return false;
	*class = (struct mm_plot_class){.text = "", .raster = r};
	p->item[p->item_count++] =
	    (struct mm_plot_item){.raster = r,
				  .title = mm_title_in(&info->title, p->spec.lang, info->id),
				  .kind = MM_PART_POLYGON,
				  .class = class,
				  .class_count = 1};
	return true;
}

/* The lowest last. */
static enum mm_code add_rasters(struct mm_plot *p, struct mm_err *reterr)
{
	for (size_t i = p->style->layer_count; i-- > 0;) {
		const struct mm_raster *r = mm_plot_find_raster(p, &p->style->layers[i]);

		if (r && mm_plot_has_raster(p, r) && !add_raster(p, r))
			return mm_fail_nomem(reterr);
	}
	return MM_OK;
}

enum mm_code mm_plot_make_legend(struct mm_plot *p, struct mm_err *reterr)
{
	const size_t most = p->source_count + p->style->layer_count + 1;
	struct mm_plot_item *all = mm_arena_array(&p->mem, most, sizeof(*all));
	enum mm_code rc = all ? MM_OK : mm_fail_nomem(reterr);
	size_t n = 0;

	p->item = mm_arena_array(&p->mem, most, sizeof(*p->item));
	if (!p->item)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < p->source_count && !rc; i++)
		if (!p->source[i].is_label)
			rc = count_source(p, &p->source[i], reterr);
	for (int kind = MM_PART_POINTS; kind <= MM_PART_POLYGON && !rc; kind++)
		for (size_t i = 0; i < p->item_count; i++)
			if ((int)p->item[i].kind == kind)
				all[n++] = p->item[i];
	p->item = all;
	return rc ? rc : add_rasters(p, reterr);
}

const struct mm_plot_item *mm_plot_legend(const struct mm_plot *p, size_t *ret_count)
{
	*ret_count = p->item_count;
	return p->item;
}
