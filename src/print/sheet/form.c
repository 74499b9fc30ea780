#include "print/sheet/form.h"

#include "print/sheet/pen.h"

#include <jansson.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_BYTES_MAX = 64 << 10, LINES_MAX = 512, CELLS_MAX = 256, SIDE_MAX_MM = 2600 };

static const double LETTER_MIN_MM = 1, LETTER_MAX_MM = 50, MARGIN_MM = 0.8;

struct cell {
	struct mm_paper_box box;
	struct mm_letters letters;   /* without text */
	const char *text[2], *field; /* of the JSON: Russian and English; NULL: it has none */
};

struct mm_form {
	json_t *json; /* holds the texts */
	double width_mm, height_mm;
	double (*line)[5]; /* x1, y1, x2, y2, width of the pen */
	struct cell *cell;
	size_t lines, cells;
};

static enum mm_code wrong(struct mm_err *reterr, const char *list, size_t i, const char *what,
			  const char *hint)
{
	char where[64];

	if (list)
		(void)snprintf(where, sizeof(where), "%s[%zu]%s%s", list, i, *what ? "." : "", what);
	else
		(void)snprintf(where, sizeof(where), "%s", what);
	return mm_fail(reterr, MM_E_INVALID, where, "%s", hint);
}

static bool is_number(const json_t *v, double least, double most, double *ret)
{
	const double number = json_number_value(v);

	if (!json_is_number(v) || !(number >= least && number <= most))
		return false;
	*ret = number;
	return true;
}

static bool are_four(const json_t *v, double ret[4])
{
	if (!json_is_array(v) || json_array_size(v) != 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		if (!is_number(json_array_get(v, i), 0, SIDE_MAX_MM, &ret[i]))
			return false;
	return true;
}

static enum mm_code read_lines(struct mm_form *f, const char *list, double pen_mm, struct mm_err *reterr)
{
	const json_t *lines = json_object_get(f->json, list);

	if (!lines)
		return MM_OK;
	if (!json_is_array(lines))
		return wrong(reterr, NULL, 0, list, "write a list of lines: [[x1, y1, x2, y2], ...]");
	for (size_t i = 0; i < json_array_size(lines); i++) {
		if (f->lines == LINES_MAX)
			return mm_fail(reterr, MM_E_LIMIT, list, "a form has at most %d lines", LINES_MAX);
		if (!are_four(json_array_get(lines, i), f->line[f->lines]))
			return wrong(reterr, list, i, "",
				     "write four numbers of millimetres: [x1, y1, x2, y2]");
		f->line[f->lines++][4] = pen_mm;
	}
	return MM_OK;
}

/* One of three words; the middle one when it is left out. */
static bool read_word(const json_t *v, const char *const words[3], int *ret)
{
	*ret = 1;
	if (!v)
		return true;
	for (int i = 0; i < 3; i++)
		if (json_is_string(v) && strcmp(json_string_value(v), words[i]) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

static enum mm_code read_letters(const json_t *from, size_t i, struct cell *c, struct mm_err *reterr)
{
	static const char *const across[] = {"left", "centre", "right"}, *const down[] = {"top", "middle",
											  "bottom"};
	const json_t *height = json_object_get(from, "height"), *bold = json_object_get(from, "bold");
	int word;

	c->letters.height_mm = 2.5;
	if (height && !is_number(height, LETTER_MIN_MM, LETTER_MAX_MM, &c->letters.height_mm))
		return wrong(reterr, "cells", i, "height",
			     "write the height of a capital letter, 1 to 50 mm");
	if (bold && !json_is_boolean(bold))
		return wrong(reterr, "cells", i, "bold", "write true or false");
	c->letters.is_bold = json_is_true(bold);
	if (!read_word(json_object_get(from, "across"), across, &word))
		return wrong(reterr, "cells", i, "across", "write left, centre or right");
	c->letters.across = (enum mm_letters_across)word;
	if (!read_word(json_object_get(from, "down"), down, &word))
		return wrong(reterr, "cells", i, "down", "write top, middle or bottom");
	c->letters.down = (enum mm_letters_down)word;
	return MM_OK;
}

/* "Лист", or {"ru": "Лист", "en": "Sheet"}. */
static void read_words(const json_t *text, struct cell *c)
{
	const bool has_both = json_is_object(text);

	c->text[0] = json_string_value(has_both ? json_object_get(text, "ru") : text);
	c->text[1] = json_string_value(has_both ? json_object_get(text, "en") : text);
	if (!c->text[1])
		c->text[1] = c->text[0];
}

static enum mm_code read_cell(struct mm_form *f, const json_t *from, size_t i, struct mm_err *reterr)
{
	struct cell *c = &f->cell[i];
	double box[4];

	if (!are_four(json_object_get(from, "box"), box))
		return wrong(reterr, "cells", i, "box",
			     "write four numbers of millimetres: [x, y, width, height]");
	if (box[0] + box[2] > f->width_mm || box[1] + box[3] > f->height_mm)
		return wrong(reterr, "cells", i, "box", "the cell leaves the form: write a smaller one");
	c->box = (struct mm_paper_box){box[0], box[1], box[2], box[3]};
	read_words(json_object_get(from, "text"), c);
	c->field = json_string_value(json_object_get(from, "field"));
	if (!c->text[0] == !c->field)
		return wrong(reterr, "cells", i, "", "write either text or field");
	return read_letters(from, i, c, reterr);
}

static enum mm_code read_form(struct mm_form *f, struct mm_err *reterr)
{
	const json_t *cells = json_object_get(f->json, "cells");
	enum mm_code rc;

	if (!is_number(json_object_get(f->json, "width"), 1, SIDE_MAX_MM, &f->width_mm))
		return wrong(reterr, NULL, 0, "width", "write millimetres, 1 to 2600");
	if (!is_number(json_object_get(f->json, "height"), 1, SIDE_MAX_MM, &f->height_mm))
		return wrong(reterr, NULL, 0, "height", "write millimetres, 1 to 2600");
	rc = read_lines(f, "thin", MM_PEN_THIN, reterr);
	if (!rc)
		rc = read_lines(f, "thick", MM_PEN_THICK, reterr);
	if (rc)
		return rc;
	if (!json_is_array(cells))
		return wrong(reterr, NULL, 0, "cells", "write a list of cells");
	if (json_array_size(cells) > CELLS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "cells", "a form has at most %d cells", CELLS_MAX);
	for (; !rc && f->cells < json_array_size(cells); f->cells++)
		rc = read_cell(f, json_array_get(cells, f->cells), f->cells, reterr);
	return rc;
}

enum mm_code mm_form_parse(const char *json, size_t n, struct mm_form **ret, struct mm_err *reterr)
{
	struct mm_form *f;
	json_error_t error;
	enum mm_code rc;

	if (n > JSON_BYTES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "a form has at most %d KB", JSON_BYTES_MAX >> 10);
	f = calloc(1, sizeof(*f));
	if (!f)
		return mm_fail_nomem(reterr);
	f->line = calloc(LINES_MAX, sizeof(*f->line));
	f->cell = calloc(CELLS_MAX, sizeof(*f->cell));
	f->json = json_loadb(json, n, JSON_REJECT_DUPLICATES, &error);
	if (!f->line || !f->cell)
		rc = mm_fail_nomem(reterr);
	else if (!f->json)
		rc = mm_fail(reterr, MM_E_INVALID, "", "not JSON, line %d: %.200s", error.line, error.text);
	else
		rc = read_form(f, reterr);
	if (rc) {
		(void)mm_form_free(f);
		return rc;
	}
	*ret = f;
	return MM_OK;
}

struct mm_form *mm_form_free(struct mm_form *f)
{
	if (!f)
		return NULL;
	json_decref(f->json);
	free(f->line);
	free(f->cell);
	free(f);
	return NULL;
}

void mm_form_size(const struct mm_form *f, double ret_mm[2])
{
	ret_mm[0] = f->width_mm;
	ret_mm[1] = f->height_mm;
}

static const char *text_of(const struct cell *c, bool is_russian, const struct mm_form_value *value,
			   size_t count)
{
	if (c->text[0])
		return c->text[!is_russian];
	for (size_t i = 0; i < count; i++)
		if (strcmp(value[i].field, c->field) == 0)
			return value[i].text;
	return NULL;
}

static void draw_cell(const struct cell *c, const char *text, struct mm_lettering *l, cairo_t *cr)
{
	const struct mm_paper_box room = {c->box.x + MARGIN_MM, c->box.y,
					  fmax(c->box.width - 2 * MARGIN_MM, 0), c->box.height};
	struct mm_letters letters = c->letters;

	letters.text = text;
	(void)mm_lettering_fill(l, cr, &letters, &room);
}

void mm_form_draw(const struct mm_form *f, bool is_russian, struct mm_lettering *l, cairo_t *cr,
		  const double at[2], const struct mm_form_value *value, size_t count)
{
	cairo_save(cr);
	cairo_translate(cr, at[0], at[1]);
	for (size_t i = 0; i < f->lines; i++)
		mm_pen_line(cr, f->line[i][4], f->line[i][0], f->line[i][1], f->line[i][2], f->line[i][3]);
	for (size_t i = 0; i < f->cells; i++) {
		const char *text = text_of(&f->cell[i], is_russian, value, count);

		if (text && *text)
			draw_cell(&f->cell[i], text, l, cr);
	}
	cairo_restore(cr);
}
