#include "print/page/layout.h"

#include <math.h>
#include <string.h>

/*
 * An atlas: the plan once for each piece of ground. The field of the map is the same on all sheets, so it is
 * arranged once, for a sheet in the middle. Then every sheet is laid out to learn how many pages it takes, as
 * the numbers of neighbours are those of pages; and then drawn.
 */

static const double INDEX_MARGIN = 1.04;

/* ---- which sheets ---- */

static enum mm_code make_atlas(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_print_plan *plan = p->plan;
	struct mm_print_plan_atlas asked = plan->atlas;
	struct mm_atlas_spec spec = {.plan = &asked,
				     .catalog = p->spec->catalog,
				     .kit = p->spec->kit,
				     .crs = p->crs,
				     .lang = plan->language,
				     .map = p->map,
				     .middle = {p->ground.x, p->ground.y},
				     .scale = plan->scale,
				     .rotation_deg = plan->rotation_deg,
				     .deadline_ns = p->spec->deadline_ns};
	bool has_extent;
	enum mm_code rc = mm_layout_find_extent(p, &spec.extent, &has_extent, reterr);

	if (rc)
		return rc;
	if (!has_extent)
		spec.extent = mm_box_empty();
	if (!has_extent && !asked.layer && !asked.columns)
		asked.columns = asked.rows = 2; /* around the middle */
	return mm_atlas_make(&spec, &p->mem, &p->atlas, reterr);
}

/* ---- one of them ---- */

static bool is_of_features(const struct mm_layout *p)
{
	return p->plan->atlas.by == MM_PRINT_PLAN_ATLAS_FEATURES;
}

/* Makes sheet `i` the one that is laid out; the index when `i` is the number of sheets. */
static enum mm_code turn_to(struct mm_layout *p, size_t i, struct mm_err *reterr)
{
	const struct mm_atlas_sheet *s = i < p->atlas.count ? &p->atlas.sheet[i] : NULL;
	enum mm_code rc = MM_OK;

	p->atlas_at = i;
	p->given = s ? &s->ground : &p->index_ground;
	p->subtitle = s ? s->title : p->words->index;
	if (s && is_of_features(p)) {
		p->object_layer = mm_catalog_find(p->spec->catalog, p->plan->atlas.layer);
		p->object_row = s->row;
		rc = mm_layout_take_object(p, reterr);
		if (!rc && !*p->subtitle)
			p->subtitle = mm_layout_name(p, p->object_layer, p->object_row);
	} else if (is_of_features(p)) {
		p->object_layer = NULL;
		p->outline.count = 0;
	}
	return rc;
}

static enum mm_code set_index_ground(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_box *e = &p->atlas.extent;
	const double x = (e->min_x + e->max_x) / 2, y = (e->min_y + e->max_y) / 2;
	const double w = (e->max_x - e->min_x) * INDEX_MARGIN / 2,
		     h = (e->max_y - e->min_y) * INDEX_MARGIN / 2;
	const struct mm_box wide = {x - w, y - h, x + w, y + h};

	return mm_ground_init(&p->index_ground, &p->map, x, y, mm_ground_fit(&p->map, &wide, 0, false), 0,
			      reterr);
}

/* ---- all of them ---- */

static void keep_columns(struct mm_layout *p)
{
	memcpy(p->first_column, p->column, sizeof(p->column));
	p->first_count = p->column_count;
}

static void take_columns(struct mm_layout *p)
{
	memcpy(p->column, p->first_column, sizeof(p->column));
	p->column_count = p->first_count;
	mm_layout_rewind(p);
}

/* Lays a sheet out: how many pages it takes. */
static enum mm_code count_pages(struct mm_layout *p, size_t i, unsigned *ret, struct mm_err *reterr)
{
	bool fits;
	enum mm_code rc = turn_to(p, i, reterr);

	take_columns(p);
	if (!rc)
		rc = mm_layout_make_map(p, reterr);
	if (!rc)
		rc = mm_layout_try(p, false, &fits, reterr);
	*ret = p->sheets;
	return rc;
}

/* Before that only the first arrangement is known, in which the object of the first sheet has no place yet.
 */
static enum mm_code arrange_first(struct mm_layout *p, struct mm_err *reterr)
{
	enum mm_code rc = make_atlas(p, reterr);

	if (rc || !is_of_features(p))
		return rc;
	rc = turn_to(p, 0, reterr);
	p->given = NULL;
	if (!rc)
		rc = mm_layout_arrange(p, reterr);
	return rc ? rc : make_atlas(p, reterr);
}

enum mm_code mm_layout_make_album(struct mm_layout *p, struct mm_err *reterr)
{
	unsigned pages = 0, total = 0;
	enum mm_code rc;

	if (p->plan->atlas.by == MM_PRINT_PLAN_ATLAS_NONE)
		return MM_OK;
	rc = arrange_first(p, reterr);
	if (!rc)
		rc = set_index_ground(p, reterr);
	keep_columns(p);
	if (!rc && p->plan->atlas.has_index) {
		rc = count_pages(p, p->atlas.count, &pages, reterr);
		total += pages;
	}
	for (size_t i = 0; i < p->atlas.count && !rc; i++) {
		p->atlas.sheet[i].number = total + 1;
		rc = count_pages(p, i, &pages, reterr);
		total += pages;
	}
	if (!rc && total > MM_PRINT_PLAN_SHEETS_MAX)
		rc = mm_fail(reterr, MM_E_LIMIT, "atlas",
			     "%u sheets, of which there may be %d: take a smaller scale (a larger number), a "
			     "larger format "
			     "or fewer objects",
			     total, MM_PRINT_PLAN_SHEETS_MAX);
	p->sheets = total;
	return rc;
}

enum mm_code mm_layout_draw_album(struct mm_layout *p,
				  enum mm_code (*draw)(struct mm_layout *p, struct mm_err *reterr),
				  struct mm_err *reterr)
{
	const size_t index = p->plan->atlas.has_index;
	enum mm_code rc = MM_OK;

	for (size_t k = 0; k < p->atlas.count + index && !rc; k++) {
		const size_t i = k >= index ? k - index : p->atlas.count;

		if (k > 0) {
			if (p->spec->progress)
				p->spec->progress(p->spec->ctx, p->sheet, p->sheets);
			p->sheet++;
			mm_canvas_next(p->canvas, &p->plan->paper);
		}
		rc = turn_to(p, i, reterr);
		take_columns(p);
		if (!rc)
			rc = mm_layout_make_map(p, reterr);
		if (!rc)
			rc = draw(p, reterr);
	}
	return rc;
}

/* ---- what is on them besides ---- */

void mm_layout_draw_edges(struct mm_layout *p)
{
	mm_tags_draw(p->spec->lettering, p->cr, p->tag_text, p->tag);
	if (mm_layout_is_index(p))
		mm_atlas_draw_index(&p->atlas, p->spec->lettering, p->cr, &p->ground);
}

size_t mm_layout_find_edges(struct mm_layout *p, struct mm_paper_box *taken, size_t count)
{
	size_t n = 0;

	memset(p->tag_text, 0, sizeof(p->tag_text));
	if (p->given && p->atlas_at < p->atlas.count)
		mm_atlas_say_neighbours(&p->atlas, p->atlas_at, p->plan->language, p->tag_text);
	else if (!p->given && p->plan->has_whole_sheets)
		mm_layout_say_cut(p, p->tag_text);
	mm_tags_find(p->spec->lettering, &p->map, p->tag_text, taken, count, p->tag);
	for (int side = 0; side < MM_TAGS; side++)
		if (p->tag[side].width > 0)
			taken[count + n++] = p->tag[side];
	return n;
}

bool mm_layout_is_index(const struct mm_layout *p)
{
	return p->atlas.count && p->given && p->atlas_at == p->atlas.count;
}

/* On the index sheet: the titles of the others. */
void mm_layout_put_sheets(struct mm_layout *p)
{
	bool has_head = false;

	if (!mm_layout_is_index(p))
		return;
	for (size_t i = 0; i < p->atlas.count && !p->rc && !p->overflows; i++) {
		const struct mm_atlas_sheet *s = &p->atlas.sheet[i];
		const char *title =
		    *s->title || !is_of_features(p)
			? s->title
			: mm_layout_name(p, mm_catalog_find(p->spec->catalog, p->plan->atlas.layer), s->row);
		const char *line = *title && p->plan->atlas.by == MM_PRINT_PLAN_ATLAS_FEATURES
				       ? mm_arena_printf(&p->mem, "%u. %s", s->number, title)
				       : NULL;

		if (!line)
			continue;
		if (!has_head)
			mm_layout_head(p, p->words->sheets, 10);
		has_head = true;
		mm_layout_paragraph(p, line);
	}
}
