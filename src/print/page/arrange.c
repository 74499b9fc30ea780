#include "print/page/layout.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * Where on the sheet the map lies, and the columns of all else. Wide sheets (A2 and up) have a column at the
 * right, above the title block; smaller ones a strip at the foot, as high as it takes, beside the title block
 * or above it. What does not fit goes on to further sheets.
 */

static const double WIDE_MM = 500, INDEX_COLUMN_MM = 60, STRIP_MIN_MM = 30, STRIP_STEP_MM = 8,
		    COLUMN_WIDE_MM = 120, COLUMN_INDEX_MM = 132, HALF_COLUMN_MM = 80, NEXT_COLUMN_MM = 85,
		    TABLE_MM = 170, EDGE_MM = 5, CORNER_MIN_MM = 25;

/* By density: columns of a strip, the same where a table of turning points stands in them, and the least that
 * is left of the sheet's height for the map. */
static const double COLUMN_MM[] = {62, 54, 39}, POINTS_MM[] = {68, 68, 55}, MAP_SHARE[] = {0.55, 0.55, 0.35};

/* Inside a frame. */
static struct mm_paper_box inset(struct mm_paper_box b, double by)
{
	return (struct mm_paper_box){b.x + by, b.y + by, fmax(b.width - 2 * by, 0),
				     fmax(b.height - 2 * by, 0)};
}

/* A box as columns side by side, each at least so wide. */
static void split(struct mm_layout *p, const struct mm_paper_box *b, double least)
{
	const size_t n =
	    (size_t)fmin(fmax(floor((b->width + MM_LAYOUT_GAP_MM) / (least + MM_LAYOUT_GAP_MM)), 1),
			 MM_LAYOUT_COLUMNS_MAX);
	const double width = (b->width + MM_LAYOUT_GAP_MM) / (double)n - MM_LAYOUT_GAP_MM;

	for (size_t i = 0; i < n && p->column_count < MM_LAYOUT_COLUMNS_MAX; i++)
		p->column[p->column_count++] = (struct mm_paper_box){
		    b->x + (double)i * (width + MM_LAYOUT_GAP_MM), b->y, width, b->height};
}

void mm_layout_rewind(struct mm_layout *p)
{
	p->at_column = 0;
	p->at_y = p->column_count ? p->column[0].y : 0;
}

/* ---- the first sheet ---- */

/* A field of the size that the plan says, in the middle of the room for one; none where it has no room. */
static void fix_field(struct mm_layout *p)
{
	const double *size = p->plan->field_mm;
	const struct mm_paper_box room = p->map;

	if (!(size[0] > 0))
		return;
	p->map = (struct mm_paper_box){room.x + (room.width - size[0]) / 2,
				       room.y + (room.height - size[1]) / 2, size[0], size[1]};
	if (size[0] > room.width + 1e-6 || size[1] > room.height + 1e-6)
		p->map.width = 0;
}

/* With a table, which is as wide as the column: all else above it, in two columns of that height. */
static void arrange_wide(struct mm_layout *p, const double form[2], double top)
{
	const bool has_index = p->plan->index.layer;
	const double width = fmax(form[0], has_index ? COLUMN_INDEX_MM : COLUMN_WIDE_MM);
	const struct mm_paper_box f = p->frame;
	struct mm_paper_box column = {f.x + f.width - width, f.y, width, f.height - form[1]};

	p->map = (struct mm_paper_box){f.x, f.y, f.width - width, f.height};
	fix_field(p);
	column = inset(column, MM_LAYOUT_GAP_MM);
	if (p->plan->table.layer && top < column.height) {
		struct mm_paper_box upper = column;

		upper.height = top;
		split(p, &upper, HALF_COLUMN_MM);
		column.y += top;
		column.height -= top;
		split(p, &column, column.width);
	} else {
		split(p, &column,
		      has_index                       ? INDEX_COLUMN_MM
		      : p->density != MM_LAYOUT_ROOMY ? COLUMN_MM[MM_LAYOUT_TIGHT]
						      : HALF_COLUMN_MM);
	}
}

static double column_least(const struct mm_layout *p)
{
	return (p->plan->has_points ? POINTS_MM : COLUMN_MM)[p->density];
}

/* Have a column and the title block room side by side? */
static bool is_form_beside(const struct mm_layout *p, const double form[2])
{
	return form[1] == 0 || p->frame.width - form[0] >= column_least(p) + 2 * MM_LAYOUT_GAP_MM;
}

static double strip_most(const struct mm_layout *p, const double form[2])
{
	return p->frame.height * (1 - MAP_SHARE[p->density]) -
	       (p->density == MM_LAYOUT_DENSE && !is_form_beside(p, form) ? form[1] : 0);
}

/* A strip of that height; the title block stands at its right end, or below it where both have no room side
 * by side. A table of turning points has its room above the block when the columns beside that are dense. */
static void arrange_strip(struct mm_layout *p, const double form[2], double height)
{
	const struct mm_paper_box f = p->frame;
	const double least = column_least(p);
	const bool is_beside = is_form_beside(p, form);
	const double below = is_beside ? fmax(height, form[1]) : height + form[1];
	const bool has_corner = is_beside && form[1] > 0 && below - form[1] > CORNER_MIN_MM;
	struct mm_paper_box strip = {f.x, f.y + f.height - below, is_beside ? f.width - form[0] : f.width,
				     is_beside ? below : height};

	p->map = (struct mm_paper_box){f.x, f.y, f.width, f.height - below};
	strip = inset(strip, MM_LAYOUT_GAP_MM);
	split(p, &strip, has_corner ? fmin(least, COLUMN_MM[p->density]) : least);
	if (has_corner) {
		struct mm_paper_box corner = {f.x + f.width - form[0], f.y + f.height - below, form[0],
					      below - form[1]};

		corner = inset(corner, MM_LAYOUT_GAP_MM);
		split(p, &corner, least);
	}
}

static void arrange_plain(struct mm_layout *p, const double form[2])
{
	const struct mm_paper_box f = p->frame;

	p->map = (struct mm_paper_box){f.x, f.y, f.width, f.height - form[1]};
	fix_field(p);
}

/* ---- trying ---- */

enum mm_code mm_layout_make_map(struct mm_layout *p, struct mm_err *reterr)
{
	struct mm_paper_box *taken =
	    mm_arena_array(&p->mem, MM_GRID_PLACES_MAX + MM_PRINT_PLAN_ROWS_MAX + MM_TAGS, sizeof(*taken));
	size_t n = 0, marks = 0;
	enum mm_code rc;

	if (p->map.width == 0)
		return mm_fail(reterr, MM_E_INVALID, "field",
			       "the sheet has no room for a map of %.0fx%.0f mm: take a larger format",
			       p->plan->field_mm[0], p->plan->field_mm[1]);
	if (p->map.width < 30 || p->map.height < 30)
		return mm_fail(reterr, MM_E_INVALID, "format",
			       "the sheet has no room for a map: take a larger one, or fewer elements");
	p->plot = mm_plot_free(p->plot);
	rc = mm_layout_set_ground(p, &p->map, reterr);
	if (!rc)
		rc = mm_layout_find_rows(p, reterr);
	if (!rc)
		rc = mm_layout_find_streets(p, reterr);
	if (!rc && !taken)
		rc = mm_fail_nomem(reterr);
	if (!rc && p->plan->has_grid)
		n = mm_grid_places(p->spec->lettering, &p->ground, taken, MM_GRID_PLACES_MAX);
	if (!rc)
		n += mm_layout_find_edges(p, taken, n);
	if (!rc)
		rc = mm_layout_place_marks(p, taken, n, &marks, reterr);
	return rc ? rc : mm_layout_plot(p, &p->ground, taken, n + marks, &p->plot, reterr);
}

enum mm_code mm_layout_try(struct mm_layout *p, bool is_first_only, bool *ret_fits, struct mm_err *reterr)
{
	const struct mm_paper_box *kept = p->column;
	struct mm_paper_box first[MM_LAYOUT_COLUMNS_MAX];
	const size_t count = p->column_count;

	memcpy(first, kept, sizeof(first));
	p->is_first_only = is_first_only;
	p->overflows = false;
	p->sheet = 1;
	mm_layout_rewind(p);
	p->reterr = reterr;
	p->rc = MM_OK;
	mm_layout_put_blocks(p);
	*ret_fits = !p->overflows;
	p->sheets = p->sheet;
	memcpy(p->column, first, sizeof(first));
	p->column_count = count;
	mm_layout_rewind(p);
	p->sheet = 1;
	return p->rc;
}

static bool has_blocks(const struct mm_layout *p)
{
	const struct mm_print_plan *plan = p->plan;

	return plan->has_legend || plan->has_scale_bar || plan->has_north || plan->has_overview ||
	       plan->has_qr || plan->has_passport || plan->has_points || plan->table.layer ||
	       plan->index.layer || *plan->notes || (!p->form && *plan->title);
}

/* A strip of that height: does it hold all but the table, which goes on to sheets of its own? */
static enum mm_code try_strip(struct mm_layout *p, const double form[2], double height, bool *ret_fits,
			      struct mm_err *reterr)
{
	enum mm_code rc;

	p->column_count = 0;
	arrange_strip(p, form, height);
	rc = mm_layout_make_map(p, reterr);
	if (rc)
		return rc;
	p->skips_table = true;
	rc = mm_layout_try(p, true, ret_fits, reterr);
	p->skips_table = false;
	return rc;
}

/* The highest strip of each density until one holds all; none does: the roomy one, and the rest goes on. */
static enum mm_code find_density(struct mm_layout *p, const double form[2], bool *ret_fits,
				 struct mm_err *reterr)
{
	enum mm_code rc;

	*ret_fits = false;
	for (int d = MM_LAYOUT_ROOMY; d <= MM_LAYOUT_DENSE; d++) {
		p->density = (enum mm_layout_density)d;
		rc = try_strip(p, form, strip_most(p, form), ret_fits, reterr);
		if (rc || *ret_fits)
			return rc;
	}
	p->density = MM_LAYOUT_ROOMY;
	return MM_OK;
}

/* The lowest strip that holds all, with narrower columns where it would be too high. */
static enum mm_code arrange_small(struct mm_layout *p, const double form[2], struct mm_err *reterr)
{
	double high, low = fmin(STRIP_MIN_MM, strip_most(p, form));
	bool fits = false, fits_all = false;
	enum mm_code rc = try_strip(p, form, low, &fits, reterr);

	if (fits || rc)
		return rc ? rc : mm_layout_try(p, false, &fits_all, reterr);
	rc = find_density(p, form, &fits, reterr);
	high = strip_most(p, form);
	while (!rc && fits && high - low > STRIP_STEP_MM) {
		const double middle = (low + high) / 2;
		bool is_enough = false;

		rc = try_strip(p, form, middle, &is_enough, reterr);
		if (is_enough)
			high = middle;
		else
			low = middle;
	}
	if (!rc)
		rc = try_strip(p, form, high, &fits, reterr);
	return rc ? rc : mm_layout_try(p, false, &fits_all, reterr);
}

/* The lowest upper part that holds all but the table. */
static enum mm_code arrange_with_table(struct mm_layout *p, const double form[2], struct mm_err *reterr)
{
	const double most = (p->frame.height - form[1]) * 0.75;
	bool fits = false;
	enum mm_code rc;

	arrange_wide(p, form, most);
	rc = mm_layout_make_map(p, reterr);
	for (double top = 60; !rc && !fits; top += 10) {
		const bool is_last = top + 10 > most;

		p->column_count = 0;
		arrange_wide(p, form, fmin(top, most));
		p->column_count--; /* that of the table */
		p->skips_table = true;
		rc = mm_layout_try(p, !is_last, &fits, reterr);
		p->skips_table = false;
		p->column_count++;
		fits |= is_last;
	}
	return rc ? rc : mm_layout_try(p, false, &fits, reterr);
}

enum mm_code mm_layout_arrange(struct mm_layout *p, struct mm_err *reterr)
{
	double form[2] = {0, 0};
	bool fits = false;
	enum mm_code rc;

	p->density = MM_LAYOUT_ROOMY;
	p->frame = mm_paper_frame(&p->plan->paper);
	if (!p->plan->has_frame)
		p->frame = (struct mm_paper_box){EDGE_MM, EDGE_MM, p->plan->paper.width_mm - 2 * EDGE_MM,
						 p->plan->paper.height_mm - 2 * EDGE_MM};
	if (p->form)
		mm_form_size(p->form, form);
	if (form[0] > p->frame.width + 1e-6 || form[1] > p->frame.height / 2)
		return mm_fail(
		    reterr, MM_E_INVALID, "elements.form",
		    "the title block is %.0fx%.0f mm and does not fit the sheet: take a larger format",
		    form[0], form[1]);
	p->column_count = 0;
	if (has_blocks(p) && p->frame.width < WIDE_MM && !(p->plan->field_mm[0] > 0))
		return arrange_small(p, form, reterr);
	if (has_blocks(p) && p->plan->table.layer)
		return arrange_with_table(p, form, reterr);
	if (has_blocks(p))
		arrange_wide(p, form, HUGE_VAL);
	else
		arrange_plain(p, form);
	rc = mm_layout_make_map(p, reterr);
	if (!rc)
		rc = mm_layout_try(p, false, &fits, reterr);
	if (rc || p->sheets == 1 || !has_blocks(p) || p->plan->index.layer)
		return rc;
	p->density = MM_LAYOUT_TIGHT;
	p->column_count = 0;
	arrange_wide(p, form, HUGE_VAL);
	return mm_layout_try(p, false, &fits, reterr);
}

/* ---- the sheets behind it ---- */

void mm_layout_begin_next(struct mm_layout *p)
{
	double form[2] = {0, 0};
	struct mm_paper_box b = p->frame;

	if (p->cr && p->spec->progress)
		p->spec->progress(p->spec->ctx, p->sheet, p->sheets);
	p->sheet++;
	if (p->next_form)
		mm_form_size(p->next_form, form);
	b.height -= form[1];
	b = inset(b, MM_LAYOUT_GAP_MM);
	p->column_count = 0;
	split(p, &b, p->plan->table.layer ? TABLE_MM : NEXT_COLUMN_MM);
	mm_layout_rewind(p);
	if (!p->cr)
		return;
	mm_canvas_next(p->canvas, &p->plan->paper);
	mm_layout_draw_form(p, p->next_form);
}

void mm_layout_put_blocks(struct mm_layout *p)
{
	if (!has_blocks(p))
		return;
	mm_layout_put_title(p);
	mm_layout_put_passport(p);
	mm_layout_put_scale(p);
	mm_layout_put_legend(p);
	mm_layout_put_overview(p);
	mm_layout_put_points(p);
	mm_layout_put_streets(p);
	mm_layout_put_sheets(p);
	mm_layout_put_about(p);
	if (!p->skips_table) /* the last, for it may take sheets */
		mm_layout_put_table(p);
}
