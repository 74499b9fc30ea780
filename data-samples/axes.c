#include "streets_private.h"

#include "rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct mm_axis *add(struct mm_axes *axes, int sheet, bool down, double at, double from, double to,
			   int cls)
{
	mm_grow(&axes->axis, axes->n, &axes->cap, sizeof(*axes->axis));
	axes->axis[axes->n] =
	    (struct mm_axis){.sheet = sheet, .down = down, .at = at, .from = from, .to = to, .cls = cls};
	return &axes->axis[axes->n++];
}

static int row_class(int sheet, int line)
{
	if (sheet == MM_VILLAGE)
		return MM_LOCAL;
	if (line == 7 || line == 11)
		return MM_TRUNK;
	return line == 4 || line == 9 || line == 13 ? MM_DISTRICT : MM_LOCAL;
}

static int column_class(int sheet, int line)
{
	if (sheet == MM_VILLAGE)
		return MM_LOCAL;
	if (line == (sheet == MM_EAST ? 2 : 3))
		return MM_TRUNK;
	if (sheet == MM_EAST)
		return line == 0 || line == 5 ? MM_DISTRICT : MM_LOCAL;
	return line == 1 ? MM_DISTRICT : MM_LOCAL;
}

/* A street runs where a quarter beside it is built up or a park. */
static bool wants_street(int sheet, int col, int row)
{
	return mm_plan_built(sheet, col, row) || mm_plan_zone(sheet, col, row) == 'G';
}

/* Long streets change their name, and so end and begin, at the trunk in the middle of the town. */
static bool name_changes(int sheet, bool down, int line, int at, int cls)
{
	if (cls == MM_TRUNK)
		return false;
	if (down)
		return at == (sheet == MM_WEST && line == 2 ? 9 : 7);
	return sheet == MM_EAST && at == 4 && line % 2;
}

static void grid_line(struct mm_axes *axes, int sheet, bool down, int line, int cells)
{
	int cls = down ? column_class(sheet, line) : row_class(sheet, line);
	int start = -1;

	for (int i = 0; i <= cells; i++) {
		bool on =
		    i < cells && (cls == MM_TRUNK ||
				  (down ? wants_street(sheet, line, i) || wants_street(sheet, line - 1, i)
					: wants_street(sheet, i, line) || wants_street(sheet, i, line - 1)));

		if (start >= 0 && (!on || name_changes(sheet, down, line, i, cls))) {
			add(axes, sheet, down, line, start, i, cls);
			start = -1;
		}
		if (on && start < 0)
			start = i;
	}
}

/* Runs of quarters of one zone along a row (or a column): one axis through the middle of each run. */
static void through(struct mm_axes *axes, int sheet, bool down, const char *zones, int line, double share,
		    int cls)
{
	int cells = down ? mm_plan_rows(sheet) : mm_plan_cols(sheet), start = -1;

	for (int i = 0; i <= cells; i++) {
		char z = down ? mm_plan_zone(sheet, line, i) : mm_plan_zone(sheet, i, line);
		bool on = z != ' ' && strchr(zones, z);

		if (on && start < 0)
			start = i;
		if (!on && start >= 0) {
			add(axes, sheet, down, line + share, start, i, cls);
			start = -1;
		}
	}
}

/* Drives and lanes inside one quarter. */
static void inside(struct mm_axes *axes, int sheet, int c, int r)
{
	char z = mm_plan_zone(sheet, c, r);
	struct mm_rng rng = mm_rng_seed("inner-streets", (uint64_t)(sheet * 1000 + r * 20 + c));
	double u = mm_rng_unit(&rng);

	if (z == 'P' && u < 0.30)
		add(axes, sheet, true, c + 0.5, r, r + 1, MM_LOCAL)->lane = true;
	if (z == 'Q' && u < 0.40)
		add(axes, sheet, false, r + 0.5, c, c + 1, MM_LOCAL)->lane = true;
	if (z == 'M' || z == 'N') {
		add(axes, sheet, true, c + 0.26, r + 0.14, r + 0.5, MM_DRIVE);
		add(axes, sheet, true, c + 0.74, r + 0.5, r + 0.86, MM_DRIVE);
	}
	if (z == 'G') {
		add(axes, sheet, true, c + 0.5, r, r + 1, MM_FOOT);
		add(axes, sheet, false, r + 0.25, c, c + 1, MM_FOOT);
		add(axes, sheet, false, r + 0.75, c, c + 1, MM_FOOT);
	}
	if (z == 'I')
		add(axes, sheet, true, c + 0.45, r + 0.5, r + 0.85, MM_DRIVE);
}

static void sheet_axes(struct mm_axes *axes, int sheet)
{
	int cols = mm_plan_cols(sheet), rows = mm_plan_rows(sheet);

	for (int i = 0; i <= rows; i++)
		grid_line(axes, sheet, false, i, cols);
	for (int i = 0; i <= cols; i++)
		grid_line(axes, sheet, true, i, rows);
	for (int r = 0; r < rows; r++) {
		for (int k = 1; k < 4; k++)
			through(axes, sheet, false, "P", r, k / 4.0, MM_LOCAL);
		through(axes, sheet, false, "CL", r, 0.5, MM_LOCAL);
		through(axes, sheet, false, "MN", r, 0.5, MM_LOCAL);
		through(axes, sheet, false, "I", r, 0.5, MM_LOCAL);
		through(axes, sheet, false, "KD", r, 1 / 3.0, MM_DRIVE);
		through(axes, sheet, false, "KD", r, 2 / 3.0, MM_DRIVE);
		for (int c = 0; c < cols; c++)
			inside(axes, sheet, c, r);
	}
	for (int c = 0; c < cols; c++) {
		through(axes, sheet, true, "C", c, 0.5, MM_LOCAL);
		for (int k = 1; k < 4; k++)
			through(axes, sheet, true, "Q", c, k / 4.0, MM_LOCAL);
	}
}

/* Ways out of the town, to the edge of the municipality. */
static void highways(struct mm_axes *axes)
{
	add(axes, MM_EAST, true, 2, -9, 0, MM_TRUNK);
	add(axes, MM_EAST, true, 2, 15, 21, MM_TRUNK);
	add(axes, MM_EAST, false, 7, 7, 17.5, MM_TRUNK);
	add(axes, MM_WEST, false, 7, 5, 16, MM_TRUNK);
	add(axes, MM_WEST, true, 2, 15, 15.9, MM_LOCAL); /* tail of ул. Липовая, cut to length later */
}

void mm_axes_plan(struct mm_axes *axes)
{
	for (int sheet = 0; sheet < MM_SHEETS; sheet++)
		sheet_axes(axes, sheet);
	highways(axes);
}

/* Stub number k of a quarter: above or below the middle drive. */
static void stub(struct mm_axes *axes, int sheet, int c, int r, int k)
{
	static const double place[6] = {0.14, 0.86, 0.38, 0.62, 0.50, 0.08};
	struct mm_rng rng = mm_rng_seed("courtyard", (uint64_t)(((sheet * 20 + r) * 20 + c) * 16 + k));
	double reach = mm_rng_span(&rng, 0.16, 0.34), at = c + place[k / 2] + mm_rng_span(&rng, -0.02, 0.02);

	if (k % 2)
		add(axes, sheet, true, at, r + 0.5, r + 0.5 + reach, MM_DRIVE);
	else
		add(axes, sheet, true, at, r + 0.5 - reach, r + 0.5, MM_DRIVE);
}

int mm_axes_courtyards(struct mm_axes *axes, int wanted)
{
	int added = 0;

	for (int k = 0; k < 12; k++)
		for (int sheet = 0; sheet < MM_VILLAGE; sheet++)
			for (int r = 0; r < mm_plan_rows(sheet); r++)
				for (int c = 0; c < mm_plan_cols(sheet) && added < wanted; c++) {
					if (!strchr("MNLI", mm_plan_zone(sheet, c, r)))
						continue;
					stub(axes, sheet, c, r, k);
					added++;
				}
	return added;
}

static void cut(struct mm_axis *axis, double at)
{
	for (int i = 0; i < axis->cuts; i++)
		if (fabs(axis->cut[i] - at) < 1e-9)
			return;
	mm_grow(&axis->cut, axis->cuts, &axis->cut_cap, sizeof(*axis->cut));
	axis->cut[axis->cuts++] = at;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void mm_axes_cut(struct mm_axes *axes)
{
	for (int i = 0; i < axes->n; i++)
		for (int j = 0; j < axes->n; j++) {
			struct mm_axis *h = &axes->axis[i], *v = &axes->axis[j];

			if (h->down || !v->down || h->sheet != v->sheet || v->at < h->from - 1e-9 ||
			    v->at > h->to + 1e-9 || h->at < v->from - 1e-9 || h->at > v->to + 1e-9)
				continue;
			cut(h, v->at);
			cut(v, h->at);
		}
	for (int i = 0; i < axes->n; i++) {
		struct mm_axis *x = &axes->axis[i];

		cut(x, x->from);
		cut(x, x->to);
		for (double t = x->from + 3; t < x->to - 1 && (x->from >= 15 || x->to <= 0 || !x->down);
		     t += 3)
			if (x->to - x->from > 5 && x->cuts < 4)
				cut(x, t); /* a highway has kilometre posts */
		qsort(x->cut, (size_t)x->cuts, sizeof(*x->cut), ascending);
	}
}

void mm_axes_free(struct mm_axes *axes)
{
	for (int i = 0; i < axes->n; i++)
		free(axes->axis[i].cut);
	free(axes->axis);
	*axes = (struct mm_axes){0};
}
