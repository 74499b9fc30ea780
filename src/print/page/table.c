#include "print/page/layout.h"
#include "print/sheet/pen.h"
#include "print/sheet/point_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Tables: numbered objects, turning points. */

static const double NUMBER_MM = 9, PAD_MM = 0.8, POINTS_MM = 55;

struct columns {
	size_t field[MM_PRINT_PLAN_FIELDS_MAX];
	double width[MM_PRINT_PLAN_FIELDS_MAX], number;
	size_t count;
};

static double width_of(struct mm_layout *p, const char *text, bool is_bold)
{
	const struct mm_letters what = {.text = text, .height_mm = MM_LETTERS_PLAIN_MM, .is_bold = is_bold};
	double size[2];

	mm_lettering_measure(p->spec->lettering, &what, size);
	return size[0] + 2 * PAD_MM + 0.5;
}

/* Of the longest word: heads break between words. */
static double width_of_words(struct mm_layout *p, const char *text)
{
	double most = 0;

	while (*text) {
		const size_t n = strcspn(text, " ");
		const char *word = mm_arena_text(&p->mem, text, n);

		most = fmax(most, word ? width_of(p, word, true) : 0);
		text += n + (text[n] == ' ');
	}
	return most;
}

/* The head of a column: its title, and the unit where it has one. */
static const char *head_of(struct mm_layout *p, const struct mm_field *f)
{
	const char *title = mm_title_in(&f->title, p->plan->language, f->name);
	const char *unit = mm_title_in(&f->unit, p->plan->language, "");
	const char *with = *unit ? mm_arena_printf(&p->mem, "%s, %s", title, unit) : NULL;

	return with ? with : title;
}

/* Are its values figures? They stand below each other, flush right. */
static bool is_figure(const struct mm_field *f)
{
	return (f->type == MM_TYPE_INT || f->type == MM_TYPE_REAL) && !f->code_count;
}

/* No column is wider than `most`, and all together are as wide as there is room: the widest give way first.
 */
static void level(struct columns *c, double room)
{
	double low = 0, high = 0, sum = 0;

	for (size_t k = 0; k < c->count; k++) {
		high = fmax(high, c->width[k]);
		sum += c->width[k];
	}
	for (int i = 0; i < 40 && sum > room; i++) {
		const double most = (low + high) / 2;
		double with = 0;

		for (size_t k = 0; k < c->count; k++)
			with += fmin(c->width[k], most);
		*(with > room ? &high : &low) = most;
	}
	for (size_t k = 0; k < c->count && sum > room; k++)
		c->width[k] = fmin(c->width[k], low);
	for (size_t k = 0; k < c->count && sum <= room; k++)
		c->width[k] *= room / sum;
}

/* Widths by what stands in the first rows, within what the column of the sheet has. */
static void share_width(struct mm_layout *p, struct columns *c)
{
	const struct mm_schema *s = mm_layer_schema(p->table_layer);

	for (size_t k = 0; k < c->count; k++) {
		const struct mm_field *f = &s->field[c->field[k]];

		c->width[k] = fmax(8, width_of_words(p, head_of(p, f)));
		for (uint32_t i = 0; i < p->table_count && i < 40; i++)
			c->width[k] =
			    fmax(c->width[k],
				 width_of(p, mm_layout_value(p, p->table_layer, p->table_row[i], c->field[k]),
					  false));
	}
	level(c, mm_layout_width(p) - c->number);
}

/* A row of cells; `row` UINT32_MAX: the heads. Returns its height. */
static double put_cells(struct mm_layout *p, const struct columns *c, uint32_t i, double x, double y,
			double height)
{
	const bool is_head = i == UINT32_MAX;
	const struct mm_schema *s = mm_layer_schema(p->table_layer);
	double most = 0;
	char digits[16];

	(void)snprintf(digits, sizeof(digits), "%u", i + 1);
	for (size_t k = 0; k < c->count + (c->number > 0); k++) {
		const bool is_number = c->number > 0 && k == 0;
		const size_t f = is_number ? 0 : k - (c->number > 0);
		const double width = is_number ? c->number : c->width[f];
		const struct mm_paper_box cell = {x, y, width, height};
		const char *text = is_number ? (is_head ? p->words->number : digits)
				   : is_head
				       ? head_of(p, &s->field[c->field[f]])
				       : mm_layout_value(p, p->table_layer, p->table_row[i], c->field[f]);
		const double aside = is_number || is_head || !is_figure(&s->field[c->field[f]])
					 ? 0
					 : fmax(width - width_of(p, text, false), 0);

		most = fmax(most, mm_layout_write(p, text, MM_LETTERS_PLAIN_MM, is_head, x + PAD_MM + aside,
						  y + PAD_MM, width - 2 * PAD_MM - aside));
		if (p->cr)
			mm_pen_box(p->cr, MM_PEN_THIN, &cell);
		x += width;
	}
	return most + 2 * PAD_MM;
}

static double measure_cells(struct mm_layout *p, const struct columns *c, uint32_t i)
{
	cairo_t *cr = p->cr;
	double height;

	p->cr = NULL;
	height = put_cells(p, c, i, 0, 0, 0);
	p->cr = cr;
	return height;
}

static void put_row(struct mm_layout *p, const struct columns *c, uint32_t i)
{
	struct mm_paper_box box;

	if (mm_layout_take(p, measure_cells(p, c, i), &box))
		(void)put_cells(p, c, i, box.x, box.y, box.height);
}

/* Heads stand again where the table goes on, in columns that may be of another width. */
static void put_rows(struct mm_layout *p, struct columns *c)
{
	size_t column = SIZE_MAX;
	unsigned sheet = 0;

	for (uint32_t i = 0; i < p->table_count && !p->rc && !p->overflows; i++) {
		struct mm_paper_box none;

		if (mm_layout_left(p) <
		    measure_cells(p, c, i) + (column == p->at_column ? 0 : measure_cells(p, c, UINT32_MAX))) {
			p->at_y = HUGE_VAL;
			(void)mm_layout_take(p, 0, &none);
		}
		if (column != p->at_column || sheet != p->sheet) {
			share_width(p, c);
			put_row(p, c, UINT32_MAX);
			column = p->at_column;
			sheet = p->sheet;
		}
		put_row(p, c, i);
	}
}

/* In which no word has to be broken. */
static double least_width(struct mm_layout *p, const struct columns *c)
{
	const struct mm_schema *s = mm_layer_schema(p->table_layer);
	double sum = c->number;

	for (size_t k = 0; k < c->count; k++) {
		const struct mm_field *f = &s->field[c->field[k]];
		double most = width_of_words(p, head_of(p, f));

		for (uint32_t i = 0; i < p->table_count && i < 40; i++)
			most = fmax(most, width_of_words(p, mm_layout_value(p, p->table_layer,
									    p->table_row[i], c->field[k])));
		sum += most;
	}
	return sum;
}

/* On to the widest column of those that are left, unless this one is as wide as is needed. */
static void skip_narrow(struct mm_layout *p, double needed)
{
	double most = 0;

	for (size_t i = p->at_column; i < p->column_count; i++)
		most = fmax(most, p->column[i].width);
	most = fmin(most, needed);
	while (p->at_column < p->column_count && p->column[p->at_column].width < most - 1e-6) {
		p->at_column++;
		p->at_y = p->at_column < p->column_count ? p->column[p->at_column].y : 0;
	}
}

void mm_layout_put_table(struct mm_layout *p)
{
	const struct mm_print_plan_table *t = &p->plan->table;
	struct columns c = {.number = t->has_numbers ? NUMBER_MM : 0};
	const struct mm_schema *s;
	struct mm_paper_box gap;

	if (!p->table_layer || !p->table_count)
		return;
	s = mm_layer_schema(p->table_layer);
	for (size_t k = 0; k < t->field_count; k++)
		c.field[c.count++] = mm_schema_find(s, t->field[k]);
	for (size_t k = 0; t->field_count == 0 && k < s->field_count && c.count < 4; k++)
		if (!s->field[k].hidden)
			c.field[c.count++] = k;
	skip_narrow(p, HUGE_VAL);
	if (mm_layout_width(p) < least_width(p, &c) && !p->is_first_only)
		mm_layout_begin_next(p);
	share_width(p, &c);
	mm_layout_head(p, t->title ? t->title : mm_title_in(&s->title, p->plan->language, s->id), 15);
	put_rows(p, &c);
	(void)mm_layout_take(p, MM_LAYOUT_GAP_MM, &gap);
}

void mm_layout_put_points(struct mm_layout *p)
{
	const double least = 25, row_mm = 5;
	const size_t rows = p->outline.count + p->outline_is_ring;
	size_t done = 0;

	if (!p->plan->has_points || p->outline.count == 0)
		return;
	skip_narrow(p, POINTS_MM);
	mm_layout_head(p, p->words->points, least);
	while (done < rows && !p->rc && !p->overflows) {
		const double wanted = (double)(rows + 1 - done) * row_mm + 8;
		struct mm_paper_box box;
		size_t n;

		if (mm_layout_left(p) < least) {
			p->at_y = HUGE_VAL;
			(void)mm_layout_take(p, 0, &box);
		}
		if (!mm_layout_take(p, fmax(fmin(wanted, mm_layout_left(p)), least), &box))
			return;
		n = mm_point_table_draw(p->spec->lettering, p->cr, p->words, p->outline.xy, p->outline.count,
					p->outline_is_ring, done, &box);
		if (!n)
			return;
		done += n;
	}
}
