#ifndef MM_PRINT_SHEET_FORM_H
#define MM_PRINT_SHEET_FORM_H

#include "base/err.h"
#include "print/sheet/lettering.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A form that is drawn from a template, such as the title blocks of GOST R 21.101: JSON in millimetres from
 * its upper left corner (styles/plans/forms).
 *
 *     {"width": 185, "height": 55,
 *      "thick": [[x1, y1, x2, y2], ...], "thin": [...],
 *      "cells": [{"box": [x, y, width, height], "text": "Лист", "height": 2.5, "across": "centre"},
 *                {"box": [...], "field": "title", "height": 3.5, "bold": true}]}
 *
 * A cell has words of its own (`text`, or `{"ru": "Лист", "en": "Sheet"}`) or shows a value of the plan
 * (`field`). Immutable; any thread.
 */
struct mm_form;

/*
 * n              bytes of JSON, at most 64 KB
 * MM_E_INVALID   no JSON, or not of this shape; `where` names the place: "cells[3].box"
 * MM_E_LIMIT     too long, or more than 512 lines or 256 cells
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_form_parse(const char *json, size_t n, struct mm_form **ret,
				       struct mm_err *reterr);
struct mm_form *mm_form_free(struct mm_form *f); /* NULL allowed; returns NULL */

void mm_form_size(const struct mm_form *f, double ret_mm[2]); /* width and height */

struct mm_form_value {
	const char *field, *text;
};

/* Draws it with its upper left corner at `at`. A field without a value stays empty; long texts break and get
 * lower, and never leave their cell. */
void mm_form_draw(const struct mm_form *f, bool is_russian, struct mm_lettering *l, cairo_t *cr,
		  const double at[2], const struct mm_form_value *value, size_t count);

#endif
