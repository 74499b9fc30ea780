#include "print/page/print.h"

#include "geo/crs_wkt.h"
#include "print/page/layout.h"
#include "print/sheet/frame.h"
#include "print/sheet/georeference.h"
#include "print/sheet/grid.h"
#include "print/sheet/pen.h"
#include "style/asset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAYERS_STEP = 64, VALUES_MAX = MM_PRINT_PLAN_TEXTS_MAX + 8 };

#define FORMS "styles/plans/forms/"

/* ---- forms ---- */

static enum mm_code read_form(const char *id, struct mm_form **ret, struct mm_err *reterr)
{
	char name[128];
	const struct mm_asset *a;

	(void)snprintf(name, sizeof(name), FORMS "%.80s.json", id);
	a = mm_asset_find(name);
	if (!a)
		return mm_fail(reterr, MM_E_NOT_FOUND, "elements.form", "there is no form \"%.80s\"", id);
	return mm_form_parse((const char *)a->data, a->len, ret, reterr);
}

/* The form of the sheets behind the first: of GOST R 21.101 that is form 6. */
static enum mm_code read_forms(struct mm_layout *p, struct mm_err *reterr)
{
	enum mm_code rc;

	if (!p->plan->form)
		return MM_OK;
	rc = read_form(p->plan->form, &p->form, reterr);
	return rc ? rc : read_form("gost-21.101-6", &p->next_form, reterr);
}

static void say_sheets(struct mm_layout *p, char sheet[16], char sheets[16])
{
	(void)snprintf(sheet, 16, "%u", p->sheet);
	(void)snprintf(sheets, 16, "%u", p->sheets);
}

void mm_layout_draw_form(struct mm_layout *p, const struct mm_form *form)
{
	const struct mm_print_plan *plan = p->plan;
	struct mm_form_value value[VALUES_MAX];
	char sheet[16], sheets[16], line[64];
	double size[2];
	size_t n = 0;

	if (plan->has_frame) {
		mm_frame_draw(p->spec->lettering, p->cr, &plan->paper, p->words);
		mm_lettering_draw(p->spec->lettering, p->cr,
				  &(struct mm_letters){.text = mm_layout_state(p),
						       .height_mm = MM_LETTERS_PLAIN_MM,
						       .across = MM_LETTERS_CENTRE,
						       .down = MM_LETTERS_BASELINE},
				  p->frame.x + p->frame.width / 2, p->frame.y + p->frame.height + 3.8);
	}
	say_sheets(p, sheet, sheets);
	if (!form) {
		(void)snprintf(line, sizeof(line), "%s %s %s %s", p->words->sheet, sheet, p->words->of,
			       sheets);
		if (p->sheets > 1)
			mm_lettering_draw(p->spec->lettering, p->cr,
					  &(struct mm_letters){.text = line,
							       .height_mm = MM_LETTERS_PLAIN_MM,
							       .across = MM_LETTERS_LEFT,
							       .down = MM_LETTERS_BASELINE},
					  p->frame.x, p->frame.y + p->frame.height + 3.8);
		return;
	}
	for (size_t i = 0; i < plan->text_count; i++)
		value[n++] = plan->text[i];
	/* what the plan says of these itself stands first */
	value[n++] = (struct mm_form_value){"title", plan->title};
	value[n++] = (struct mm_form_value){"object", p->subtitle};
	value[n++] = (struct mm_form_value){"sheet", sheet};
	value[n++] = (struct mm_form_value){"sheets", sheets};
	value[n++] = (struct mm_form_value){
	    "organisation", mm_title_in(&mm_catalog_map(p->spec->catalog)->title, plan->language, "")};
	mm_form_size(form, size);
	mm_form_draw(
	    form, strcmp(plan->language, "ru") == 0, p->spec->lettering, p->cr,
	    (double[]){p->frame.x + p->frame.width - size[0], p->frame.y + p->frame.height - size[1]}, value,
	    n);
}

/* ---- sheets ---- */

/* Notes the layer of a group that was drawn, for the PDF to switch it. */
static bool note_layer(void *ctx, const char *id, const struct mm_title *title)
{
	struct mm_layout *p = ctx;
	struct mm_georeference *g = &p->place[p->place_count - 1];
	const char **list;

	if (g->layer_count % LAYERS_STEP == 0) { /* it is full */
		list = mm_arena_array(&p->mem, g->layer_count + LAYERS_STEP, sizeof(*list));
		if (!list)
			return false;
		if (g->layer_count)
			memcpy(list, g->layer, g->layer_count * sizeof(*list));
		g->layer = list;
	}
	list = (const char **)(uintptr_t)g->layer;
	list[g->layer_count++] = id ? mm_title_in(title, p->plan->language, id) : p->words->ground;
	return true;
}

static enum mm_code draw_first(struct mm_layout *p, struct mm_err *reterr)
{
	enum mm_code rc = p->plan->output == MM_CANVAS_PDF
			      ? mm_plot_draw_groups(p->plot, p->cr, note_layer, p, reterr)
			      : mm_plot_draw(p->plot, p->cr, reterr);

	if (rc)
		return rc;
	if (p->plan->has_grid)
		mm_grid_draw(p->spec->lettering, p->cr, &p->ground);
	mm_layout_draw_squares(p);
	mm_layout_draw_marks(p);
	mm_layout_draw_edges(p);
	mm_pen_box(p->cr, p->plan->has_frame ? MM_PEN_THIN : MM_PEN_THICK, &p->map);
	mm_layout_draw_form(p, p->form);
	return MM_OK;
}

/* Notes where the map of the sheet lies, for the PDF to say it. */
static enum mm_code note_place(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_paper_box *m = &p->map;
	const double corner[4][2] = {{m->x, m->y + m->height},
				     {m->x, m->y},
				     {m->x + m->width, m->y},
				     {m->x + m->width, m->y + m->height}};
	struct mm_georeference *g = &p->place[p->place_count];

	*g = (struct mm_georeference){
	    .sheet = p->sheet, .map = *m, .sheet_height_mm = p->plan->paper.height_mm, .name = p->crs_name};
	for (int i = 0; i < 4; i++)
		mm_ground_from_paper(&p->ground, corner[i][0], corner[i][1], g->corner_deg[i]);
	p->place_count++;
	return mm_crs_wkt(p->spec->kit->proj, p->crs, &p->mem, &g->wkt, g->corner_deg[0], 4, reterr);
}

/* The first page with its map, and the pages that it takes besides. */
static enum mm_code draw_plan(struct mm_layout *p, struct mm_err *reterr)
{
	enum mm_code rc;

	p->overflows = false;
	rc = p->plan->output == MM_CANVAS_PDF ? note_place(p, reterr) : MM_OK;
	if (!rc)
		rc = draw_first(p, reterr);
	if (rc)
		return rc;
	mm_layout_put_blocks(p);
	return p->rc;
}

static enum mm_code draw(struct mm_layout *p, struct mm_buf *ret, struct mm_err *reterr)
{
	const struct mm_print_plan *plan = p->plan;
	const struct mm_map_info *map = mm_catalog_map(p->spec->catalog);
	const struct mm_canvas_info info = {
	    .title = *plan->title ? plan->title : mm_title_in(&map->title, plan->language, ""),
	    .author = mm_title_in(&map->attribution, plan->language, "munimap"),
	    .subject = p->subtitle,
	    .moment_s = p->spec->moment_s};
	enum mm_code rc = mm_canvas_new(plan->output, &plan->paper, plan->dpi, &info, &p->canvas, reterr);

	if (rc)
		return rc;
	p->cr = mm_canvas_cairo(p->canvas);
	p->is_first_only = plan->output != MM_CANVAS_PDF; /* a picture has one sheet */
	p->sheet = 1;
	p->place = mm_arena_array(&p->mem, p->atlas.count + 2, sizeof(*p->place));
	if (!p->place)
		return mm_fail_nomem(reterr);
	rc = p->atlas.count ? mm_layout_draw_album(p, draw_plan, reterr) : draw_plan(p, reterr);
	if (!rc)
		rc = mm_canvas_finish(p->canvas, ret, reterr);
	if (!rc && plan->output == MM_CANVAS_PDF)
		rc = mm_georeference_put(ret, p->place, p->place_count, reterr);
	if (!rc && p->spec->progress)
		p->spec->progress(p->spec->ctx, p->sheet, p->sheets);
	return rc;
}

static void tell(const struct mm_layout *p, struct mm_print_about *ret)
{
	static const struct mm_print_about kinds[] = {[MM_CANVAS_PDF] = {0, "application/pdf", "pdf"},
						      [MM_CANVAS_SVG] = {0, "image/svg+xml", "svg"},
						      [MM_CANVAS_PNG] = {0, "image/png", "png"}};

	*ret = kinds[p->plan->output];
	ret->sheets = p->sheet;
}

static void release(struct mm_layout *p)
{
	p->canvas = mm_canvas_free(p->canvas);
	p->plot = mm_plot_free(p->plot);
	for (size_t i = 0; i < p->run_count; i++)
		mm_filter_run_free(p->runs[i]);
	mm_points_release(&p->outline);
	p->form = mm_form_free(p->form);
	p->next_form = mm_form_free(p->next_form);
	mm_arena_release(&p->mem);
}

static enum mm_code open_layout(struct mm_layout *p, const struct mm_print_spec *spec, struct mm_err *reterr)
{
	enum mm_code rc;

	*p = (struct mm_layout){.spec = spec,
				.plan = spec->plan,
				.words = mm_print_words(strcmp(spec->plan->language, "ru") == 0),
				.reterr = reterr};
	mm_arena_init(&p->mem, MM_LAYOUT_BYTES_MAX);
	rc = mm_layout_find(p, reterr);
	if (!rc)
		rc = read_forms(p, reterr);
	if (!rc)
		rc = mm_layout_arrange(p, reterr);
	return rc ? rc : mm_layout_make_album(p, reterr);
}

enum mm_code mm_print_make(const struct mm_print_spec *spec, struct mm_buf *ret,
			   struct mm_print_about *ret_about, struct mm_err *reterr)
{
	struct mm_layout p;
	enum mm_code rc = open_layout(&p, spec, reterr);

	if (!rc && spec->progress)
		spec->progress(spec->ctx, 0, p.sheets);
	if (!rc)
		rc = draw(&p, ret, reterr);
	if (!rc)
		tell(&p, ret_about);
	release(&p);
	return rc;
}

static enum mm_code tell_frame(struct mm_layout *p, struct mm_print_frame *ret, struct mm_err *reterr)
{
	const struct mm_paper_box *m = &p->map;
	const double at[5][2] = {{m->x, m->y},
				 {m->x + m->width, m->y},
				 {m->x + m->width, m->y + m->height},
				 {m->x, m->y + m->height},
				 {m->x + m->width / 2, m->y + m->height / 2}};
	const struct mm_transform *to_deg;
	double xy[5][2];
	enum mm_code rc = mm_transform_get(p->spec->kit->proj, p->crs, MM_CRS84, &to_deg, reterr);

	for (int i = 0; i < 5; i++)
		mm_ground_from_paper(&p->ground, at[i][0], at[i][1], xy[i]);
	if (!rc && mm_transform_points(to_deg, xy[0], 5) > 0)
		rc = mm_fail(reterr, MM_E_INVALID, "center",
			     "the sheet lies outside of where the map's system holds");
	if (rc)
		return rc;
	*ret = (struct mm_print_frame){
	    .scale = p->ground.scale, .width_mm = m->width, .height_mm = m->height, .sheets = p->sheets};
	memcpy(ret->corner_deg, xy, sizeof(ret->corner_deg));
	memcpy(ret->center_deg, xy[4], sizeof(ret->center_deg));
	return MM_OK;
}

enum mm_code mm_print_find_frame(const struct mm_print_spec *spec, struct mm_print_frame *ret,
				 struct mm_err *reterr)
{
	struct mm_layout p;
	enum mm_code rc = open_layout(&p, spec, reterr);

	if (!rc)
		rc = tell_frame(&p, ret, reterr);
	release(&p);
	return rc;
}
