#include "print/page/layout.h"
#include "print/sheet/pen.h"

#include <math.h>
#include <string.h>

/* What the fields of the plan's object say: attributes, dates, money. */

static const double LABEL_SHARE = 0.42, PAD_MM = 0.8;

enum group { ATTRIBUTES, DATES, MONEY, GROUPS };

static bool is_money(const char *unit)
{
	static const char *const parts[] = {"₽", "руб", "коп", "RUB", "roubl", "rubl", "kope"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(unit, parts[i]))
			return true;
	return false;
}

static enum group group_of(const struct mm_field *f)
{
	if (f->type == MM_TYPE_DATE || f->type == MM_TYPE_DATETIME)
		return DATES;
	if (f->type != MM_TYPE_INT && f->type != MM_TYPE_REAL)
		return ATTRIBUTES;
	return is_money(f->unit.ru) || is_money(f->unit.en) ? MONEY : ATTRIBUTES;
}

const char *mm_layout_name(struct mm_layout *p, const struct mm_layer *l, uint32_t row)
{
	static const char *const usual[] = {"name", "title", "address"};
	const struct mm_schema *s = mm_layer_schema(l);
	const char *text;
	char id[128];

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		const size_t field = mm_schema_find(s, usual[i]);

		text = field == SIZE_MAX ? "" : mm_layout_value(p, l, row, field);
		if (*text)
			return text;
	}
	(void)mm_layer_id_format(l, row, id, sizeof(id));
	text = mm_arena_printf(&p->mem, "%s: %s", mm_title_in(&s->title, p->plan->language, s->id), id);
	return text ? text : "";
}

static void put_row(struct mm_layout *p, const char *label, const char *value)
{
	const double width = mm_layout_width(p), left = width * LABEL_SHARE;
	cairo_t *cr = p->cr;
	struct mm_paper_box box;
	double height;

	p->cr = NULL;
	height = fmax(mm_layout_write(p, label, MM_LETTERS_PLAIN_MM, false, 0, 0, left - PAD_MM),
		      mm_layout_write(p, value, MM_LETTERS_PLAIN_MM, true, 0, 0, width - left));
	p->cr = cr;
	if (!mm_layout_take(p, height + 2 * PAD_MM, &box) || !p->cr)
		return;
	(void)mm_layout_write(p, label, MM_LETTERS_PLAIN_MM, false, box.x, box.y + PAD_MM, left - PAD_MM);
	(void)mm_layout_write(p, value, MM_LETTERS_PLAIN_MM, true, box.x + left, box.y + PAD_MM,
			      width - left);
	mm_pen_line(p->cr, MM_PEN_THIN / 2, box.x, box.y + box.height, box.x + box.width, box.y + box.height);
}

static void put_group(struct mm_layout *p, enum group group, const char *head)
{
	const struct mm_schema *s = mm_layer_schema(p->object_layer);
	struct mm_paper_box gap;
	bool has_head = false;

	for (size_t i = 0; i < s->field_count && !p->rc && !p->overflows; i++) {
		const struct mm_field *f = &s->field[i];
		const char *unit = mm_title_in(&f->unit, p->plan->language, "");
		const char *value = f->hidden || group_of(f) != group || f->type == MM_TYPE_JSON
					? ""
					: mm_layout_value(p, p->object_layer, p->object_row, i);

		if (!*value)
			continue;
		if (!has_head)
			mm_layout_head(p, head, 10);
		has_head = true;
		if (*unit)
			value = mm_arena_printf(&p->mem, "%s\u00a0%s", value, unit);
		put_row(p, mm_title_in(&f->title, p->plan->language, f->name), value ? value : "");
	}
	if (has_head)
		(void)mm_layout_take(p, fmin(MM_LAYOUT_GAP_MM, fmax(mm_layout_left(p), 0)), &gap);
}

void mm_layout_put_passport(struct mm_layout *p)
{
	if (!p->plan->has_passport || !p->object_layer)
		return;
	put_group(p, ATTRIBUTES, p->words->attributes);
	put_group(p, DATES, p->words->dates);
	put_group(p, MONEY, p->words->money);
}
