#include "print/page/layout.h"
#include "print/page/spread.h"
#include "print/sheet/pen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is drawn on the map besides its layers: the object of the plan with its turning points, numbers of the
 * objects of the table. */

static const double OUTLINE_MM = 0.7, POINT_MM = 1, POINT_NUMBER_MM = 3.6, NUMBER_PAD_MM = 0.4,
		    NUMBER_GAP_MM = 0.3, LEADER_DOT_MM = 0.5;

enum { POINTS_WITH_NUMBERS_MAX = 500 };

/* Where the number of a row stands: at its label, or its first vertex; NaN when that is not in the field. */
static void find_place(struct mm_layout *p, const struct mm_transform *from_deg,
		       const struct mm_transform *from_layer, uint32_t row, double ret[2])
{
	const struct mm_paper_box *f = &p->map;
	struct mm_world world;
	struct mm_geom g;
	double at[2] = {(double)NAN, (double)NAN};
	bool is_there = false;

	if (mm_layer_label_point(p->table_layer, row, p->spec->kit->topo, &world) == MM_OK) {
		mm_world_to_lonlat(world, &at[0], &at[1]);
		is_there = mm_transform_points(from_deg, at, 1) == 0;
	} else {
		mm_layer_geom(p->table_layer, row, &g);
		if (g.vertex_count) {
			memcpy(at, g.xy, sizeof(at));
			is_there = mm_transform_points(from_layer, at, 1) == 0;
		}
	}
	if (is_there)
		mm_ground_to_paper(&p->ground, at[0], at[1], at);
	if (!is_there || at[0] < f->x || at[0] > f->x + f->width || at[1] < f->y || at[1] > f->y + f->height)
		at[0] = at[1] = (double)NAN;
	memcpy(ret, at, sizeof(at));
}

static enum mm_code place_rows(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_transform *from_deg = NULL, *from_layer = NULL;
	struct mm_proj *proj = p->spec->kit->proj;
	enum mm_code rc = mm_transform_get(proj, MM_CRS84, p->crs, &from_deg, reterr);

	if (!rc)
		rc = mm_transform_get(proj, mm_layer_schema(p->table_layer)->crs_definition, p->crs,
				      &from_layer, reterr);
	p->table_place = rc ? NULL : mm_arena_array(&p->mem, 2 * p->table_count + 1, sizeof(*p->table_at));
	if (!rc && !p->table_place)
		rc = mm_fail_nomem(reterr);
	p->table_at = rc ? NULL : p->table_place + p->table_count;
	for (uint32_t i = 0; i < p->table_count && !rc; i++)
		find_place(p, from_deg, from_layer, p->table_row[i], p->table_place[i]);
	return rc;
}

/* Of a turned map the window of the query is larger than the field: leaves out what lies between. */
static enum mm_code keep_shown(struct mm_layout *p, struct mm_page *found, struct mm_err *reterr)
{
	const struct mm_paper_box *f = &p->map;
	const struct mm_box field = {f->x, f->y, f->x + f->width, f->y + f->height};
	const struct mm_transform *t;
	struct mm_points at = {0};
	uint32_t kept = 0;
	enum mm_code rc = mm_transform_get(
	    p->spec->kit->proj, mm_layer_schema(p->table_layer)->crs_definition, p->crs, &t, reterr);

	for (uint32_t i = 0; i < found->count && !rc; i++) {
		struct mm_geom g;
		double *xy;

		mm_layer_geom(p->table_layer, found->row[i], &g);
		at.count = 0;
		xy = mm_points_reserve(&at, g.vertex_count);
		if (!xy) {
			rc = mm_fail_nomem(reterr);
			break;
		}
		memcpy(xy, g.xy, (size_t)g.vertex_count * 2 * sizeof(*xy));
		if (mm_transform_points(t, xy, g.vertex_count) > 0)
			continue;
		for (size_t k = 0; k < g.vertex_count; k++)
			mm_ground_to_paper(&p->ground, xy[2 * k], xy[2 * k + 1], xy + 2 * k);
		g.xy = xy;
		if (mm_geom_meets_box(&g, &field))
			found->row[kept++] = found->row[i];
	}
	mm_points_release(&at);
	found->count = kept;
	return rc;
}

/* The rows of the table: those that the plan shows in the field. */
enum mm_code mm_layout_find_rows(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_print_plan_table *t = &p->plan->table;
	const struct mm_catalog *c = p->spec->catalog;
	struct mm_query q;
	struct mm_page found;
	enum mm_code rc;

	p->table_count = 0;
	if (!t->layer)
		return MM_OK;
	p->table_layer = mm_catalog_find(c, t->layer);
	if (!p->table_layer && t->is_optional)
		return MM_OK;
	if (!p->table_layer)
		return mm_fail(reterr, MM_E_NOT_FOUND, "elements.table.layer", "there is no layer \"%.64s\"",
			       t->layer);
	for (size_t i = 0; i < t->field_count; i++)
		if (mm_schema_find(mm_layer_schema(p->table_layer), t->field[i]) == SIZE_MAX)
			return mm_fail(reterr, MM_E_INVALID, "elements.table.fields",
				       "layer \"%s\" has no field \"%.64s\"", t->layer, t->field[i]);
	q = mm_layout_field_query(p, p->table_layer);
	rc = mm_query_run(p->table_layer, &q, p->spec->kit->proj, 0, MM_PRINT_PLAN_ROWS_MAX, &p->mem, &found,
			  reterr);
	if (!rc && found.matched > MM_PRINT_PLAN_ROWS_MAX)
		rc = mm_fail(reterr, MM_E_LIMIT, "elements.table",
			     "%u objects, of which a table has at most %d: take a smaller extent or a filter",
			     found.matched, MM_PRINT_PLAN_ROWS_MAX);
	if (!rc && p->ground.rotation_deg != 0)
		rc = keep_shown(p, &found, reterr);
	if (rc)
		return rc;
	p->table_row = found.row;
	p->table_count = found.count;
	return place_rows(p, reterr);
}

/* A circle that holds the longest number, and a gap to the next. */
static double number_side(struct mm_layout *p)
{
	char text[16];
	const struct mm_letters what = {.text = text, .height_mm = MM_LETTERS_PLAIN_MM, .is_bold = true};
	double size[2];

	(void)snprintf(text, sizeof(text), "%u", p->table_count < 10 ? 10 : p->table_count);
	mm_lettering_measure(p->spec->lettering, &what, size);
	return hypot(size[0], MM_LETTERS_PLAIN_MM) + 2 * NUMBER_PAD_MM + NUMBER_GAP_MM;
}

enum mm_code mm_layout_place_marks(struct mm_layout *p, struct mm_paper_box *taken, size_t count,
				   size_t *ret_added, struct mm_err *reterr)
{
	*ret_added = 0;
	if (!p->table_count || !p->plan->table.has_numbers)
		return MM_OK;
	p->number_side_mm = number_side(p);
	memcpy(p->table_at, p->table_place, p->table_count * sizeof(*p->table_at));
	if (mm_page_spread(&p->map, taken, count, p->number_side_mm, p->table_at, p->table_count) == SIZE_MAX)
		return mm_fail_nomem(reterr);
	for (uint32_t i = 0; i < p->table_count; i++)
		if (isfinite(p->table_at[i][0]))
			taken[count + (*ret_added)++] = (struct mm_paper_box){
			    p->table_at[i][0] - p->number_side_mm / 2,
			    p->table_at[i][1] - p->number_side_mm / 2, p->number_side_mm, p->number_side_mm};
	return MM_OK;
}

/* ---- drawing ---- */

static void draw_outline(struct mm_layout *p)
{
	const double *xy = p->outline.xy;

	if (p->outline.count < 2)
		return;
	for (size_t i = 0; i < p->outline.count; i++) {
		double at[2];

		mm_ground_to_paper(&p->ground, xy[2 * i], xy[2 * i + 1], at);
		cairo_line_to(p->cr, at[0], at[1]);
	}
	if (p->outline.count > 2 && p->outline_is_ring)
		cairo_close_path(p->cr);
	cairo_set_source_rgb(p->cr, 0.8, 0, 0);
	cairo_set_line_width(p->cr, OUTLINE_MM);
	cairo_set_line_join(p->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(p->cr, NULL, 0, 0);
	cairo_stroke(p->cr);
}

/* Numbers stand outside of the outline, as seen from its middle. */
static void draw_points(struct mm_layout *p)
{
	const size_t n = p->outline.count;
	double middle[2] = {0, 0};

	for (size_t i = 0; i < n; i++) {
		middle[0] += p->outline.xy[2 * i] / (double)n;
		middle[1] += p->outline.xy[2 * i + 1] / (double)n;
	}
	mm_ground_to_paper(&p->ground, middle[0], middle[1], middle);
	for (size_t i = 0; i < n && n <= POINTS_WITH_NUMBERS_MAX; i++) {
		char text[32];
		double at[2], away;
		struct mm_letters what = {.text = text,
					  .height_mm = MM_LETTERS_PLAIN_MM,
					  .halo_mm = 0.4,
					  .halo_rgb = 0xffffff,
					  .across = MM_LETTERS_CENTRE,
					  .down = MM_LETTERS_MIDDLE};

		mm_ground_to_paper(&p->ground, p->outline.xy[2 * i], p->outline.xy[2 * i + 1], at);
		cairo_arc(p->cr, at[0], at[1], POINT_MM, 0, 2 * M_PI);
		cairo_set_source_rgb(p->cr, 1, 1, 1);
		cairo_fill_preserve(p->cr);
		cairo_set_source_rgb(p->cr, 0.8, 0, 0);
		cairo_set_line_width(p->cr, 0.3);
		cairo_stroke(p->cr);
		away = hypot(at[0] - middle[0], at[1] - middle[1]);
		(void)snprintf(text, sizeof(text), "%zu", i + 1);
		if (away > 0)
			mm_lettering_draw(p->spec->lettering, p->cr, &what,
					  at[0] + (at[0] - middle[0]) / away * POINT_NUMBER_MM,
					  at[1] + (at[1] - middle[1]) / away * POINT_NUMBER_MM);
	}
}

/* From a number that was moved to where it belongs; below all numbers. */
static void draw_leader(struct mm_layout *p, const double place[2], const double at[2])
{
	if (hypot(at[0] - place[0], at[1] - place[1]) < p->number_side_mm / 4)
		return;
	mm_pen_line(p->cr, MM_PEN_THIN, place[0], place[1], at[0], at[1]);
	cairo_arc(p->cr, place[0], place[1], LEADER_DOT_MM, 0, 2 * M_PI);
	cairo_fill(p->cr);
}

static void draw_number(struct mm_layout *p, uint32_t number, const double at[2])
{
	char text[16];
	const struct mm_letters what = {.text = text,
					.height_mm = MM_LETTERS_PLAIN_MM,
					.is_bold = true,
					.across = MM_LETTERS_CENTRE,
					.down = MM_LETTERS_MIDDLE};

	(void)snprintf(text, sizeof(text), "%u", number);
	cairo_arc(p->cr, at[0], at[1], (p->number_side_mm - NUMBER_GAP_MM) / 2, 0, 2 * M_PI);
	cairo_set_source_rgb(p->cr, 1, 1, 1);
	cairo_fill_preserve(p->cr);
	cairo_set_source_rgb(p->cr, 0, 0, 0);
	cairo_set_line_width(p->cr, MM_PEN_THIN);
	cairo_set_dash(p->cr, NULL, 0, 0);
	cairo_stroke(p->cr);
	mm_lettering_draw(p->spec->lettering, p->cr, &what, at[0], at[1]);
}

static void draw_numbers(struct mm_layout *p)
{
	for (uint32_t i = 0; i < p->table_count; i++)
		if (isfinite(p->table_at[i][0]))
			draw_leader(p, p->table_place[i], p->table_at[i]);
	for (uint32_t i = 0; i < p->table_count; i++)
		if (isfinite(p->table_at[i][0]))
			draw_number(p, i + 1, p->table_at[i]);
}

void mm_layout_draw_marks(struct mm_layout *p)
{
	cairo_save(p->cr);
	cairo_rectangle(p->cr, p->map.x, p->map.y, p->map.width, p->map.height);
	cairo_clip(p->cr);
	draw_outline(p);
	if (p->plan->has_points)
		draw_points(p);
	if (p->plan->table.has_numbers && p->table_layer)
		draw_numbers(p);
	cairo_restore(p->cr);
}
