#include "print/atlas/atlas_private.h"

#include "query/filter_bind.h"
#include "query/query.h"

#include <math.h>
#include <string.h>

static const double BEYOND_MM = 0.5; /* an edge: what is there is shown by the neighbour */

/* ---- rows ---- */

static enum mm_code fail_of(struct mm_atlas_maker *m, enum mm_code rc, const char *where,
			    const struct mm_err *err)
{
	return mm_fail(m->reterr, rc, where, "%s", err->msg);
}

static enum mm_code find_layer(struct mm_atlas_maker *m)
{
	const struct mm_print_plan_atlas *a = m->spec->plan;

	m->field = SIZE_MAX;
	if (!a->layer)
		return a->field ? mm_fail(m->reterr, MM_E_INVALID, "atlas.layer",
					  "titles are values of a layer's field: name the layer")
				: MM_OK;
	m->layer = mm_catalog_find(m->spec->catalog, a->layer);
	if (!m->layer)
		return mm_fail(m->reterr, MM_E_NOT_FOUND, "atlas.layer", "there is no layer \"%.64s\"",
			       a->layer);
	if (a->field)
		m->field = mm_schema_find(mm_layer_schema(m->layer), a->field);
	if (a->field && m->field == SIZE_MAX)
		return mm_fail(m->reterr, MM_E_INVALID, "atlas.title_field",
			       "layer \"%s\" has no field \"%.64s\": see /collections/%s/schema", a->layer,
			       a->field, a->layer);
	return MM_OK;
}

/* The rows that the atlas is of, in the order of their source. */
static enum mm_code find_rows(struct mm_atlas_maker *m)
{
	struct mm_query q = {.deadline_ns = m->spec->deadline_ns};
	const char *text = m->spec->plan->filter;
	const struct mm_filter_crs in = {
	    .metric = m->spec->crs, .deadline_ns = m->spec->deadline_ns, .catalog = m->spec->catalog};
	struct mm_filter *f = NULL;
	struct mm_page page;
	struct mm_err err = {0};
	enum mm_code rc = MM_OK;

	if (!m->layer)
		return MM_OK;
	if (text)
		rc = mm_cql2_text_parse(text, m->mem, &f, &err);
	if (text && !rc)
		rc = mm_filter_bind(f, text, mm_layer_schema(m->layer), m->mem, &err);
	if (text && !rc)
		rc = mm_filter_run_new(f, m->layer, &in, m->spec->kit, &q.filter, &err);
	if (!rc)
		rc = mm_query_run(m->layer, &q, m->spec->kit->proj, 0, UINT32_MAX, m->mem, &page, &err);
	mm_filter_run_free(q.filter);
	if (rc)
		return fail_of(m, rc, "atlas.filter", &err);
	m->row = page.row;
	m->row_count = page.count;
	return page.count ? MM_OK
			  : mm_fail(m->reterr, MM_E_NOT_FOUND, "atlas.filter",
				    "no object of layer \"%s\" matches: the atlas would be empty",
				    m->spec->plan->layer);
}

enum mm_code mm_atlas_vertices(struct mm_atlas_maker *m, uint32_t row, double **ret_xy, size_t *ret_count,
			       struct mm_geom *ret_geom)
{
	const struct mm_transform *t;
	enum mm_code rc = mm_transform_get(m->spec->kit->proj, mm_layer_schema(m->layer)->crs_definition,
					   m->spec->crs, &t, m->reterr);

	*ret_xy = NULL;
	*ret_count = 0;
	if (rc)
		return rc;
	mm_layer_geom_valid(m->layer, row, ret_geom);
	if (!ret_geom->vertex_count)
		return MM_OK;
	*ret_xy = mm_arena_array(m->mem, ret_geom->vertex_count, 2 * sizeof(double));
	if (!*ret_xy)
		return mm_fail_nomem(m->reterr);
	memcpy(*ret_xy, ret_geom->xy, (size_t)ret_geom->vertex_count * 2 * sizeof(double));
	if (mm_transform_points(t, *ret_xy, ret_geom->vertex_count) > 0)
		*ret_xy = NULL; /* it has no place in the plane */
	else
		*ret_count = ret_geom->vertex_count;
	return MM_OK;
}

/* ---- sheets ---- */

static const char *title_of(struct mm_atlas_maker *m, uint32_t row)
{
	struct mm_value v;
	const char *text = "";

	if (row == UINT32_MAX || m->field == SIZE_MAX)
		return text;
	mm_layer_value(m->layer, row, m->field, &v);
	if (v.is_null)
		return text;
	if (v.type == MM_TYPE_TEXT)
		text = mm_arena_text(m->mem, v.text, v.text_len);
	else if (v.type == MM_TYPE_INT)
		text = mm_arena_printf(m->mem, "%lld", (long long)v.integer);
	return text;
}

enum mm_code mm_atlas_add(struct mm_atlas_maker *m, const double middle[2], double scale, double rotation_deg,
			  uint32_t row)
{
	struct mm_atlas *a = m->atlas;
	struct mm_atlas_sheet *s = &a->sheet[a->count];
	struct mm_box box;
	enum mm_code rc;

	if (a->count == MM_PRINT_PLAN_SHEETS_MAX)
		return mm_fail(
		    m->reterr, MM_E_LIMIT, "atlas",
		    "more than %d sheets: take a smaller scale (a larger number), a larger format or a "
		    "narrower filter",
		    MM_PRINT_PLAN_SHEETS_MAX);
	rc = mm_ground_init(&s->ground, &m->spec->map, middle[0], middle[1], scale, rotation_deg, m->reterr);
	if (rc)
		return rc;
	s->row = row;
	s->title = title_of(m, row);
	if (!s->title)
		return mm_fail_nomem(m->reterr);
	box = mm_ground_box(&s->ground, 0);
	mm_box_merge(&a->extent, &box);
	s->number = (unsigned)++a->count;
	return MM_OK;
}

static bool shows(const struct mm_ground *g, const double at[2])
{
	double mm[2];

	mm_ground_to_paper(g, at[0], at[1], mm);
	return mm[0] >= g->map.x && mm[0] <= g->map.x + g->map.width && mm[1] >= g->map.y &&
	       mm[1] <= g->map.y + g->map.height;
}

/* Just beyond the middle of a side, in the plane. */
static void look_over(const struct mm_ground *g, enum mm_tag_side side, double ret[2])
{
	const struct mm_paper_box *b = &g->map;
	double x = b->x + b->width / 2, y = b->y + b->height / 2;

	if (side == MM_TAG_UP || side == MM_TAG_DOWN)
		y = side == MM_TAG_UP ? b->y - BEYOND_MM : b->y + b->height + BEYOND_MM;
	else
		x = side == MM_TAG_LEFT ? b->x - BEYOND_MM : b->x + b->width + BEYOND_MM;
	mm_ground_from_paper(g, x, y, ret);
}

/* The sheet that shows what is beyond a side: of several, the one whose middle is nearest to it. */
static void find_neighbours(struct mm_atlas *a)
{
	for (size_t i = 0; i < a->count; i++)
		for (int side = 0; side < MM_TAGS; side++) {
			double at[2], best = HUGE_VAL;

			look_over(&a->sheet[i].ground, (enum mm_tag_side)side, at);
			for (size_t k = 0; k < a->count; k++) {
				const struct mm_ground *g = &a->sheet[k].ground;
				const double far = hypot(g->x - at[0], g->y - at[1]);

				if (k == i || far >= best || !shows(g, at))
					continue;
				best = far;
				a->sheet[i].neighbour[side] = (unsigned)k + 1;
			}
		}
}

/* ---- extent ---- */

/* What the grid is laid over: so many sheets, or what was asked for, or the objects. */
static enum mm_code grid_extent(struct mm_atlas_maker *m, struct mm_box *ret)
{
	const struct mm_print_plan_atlas *a = m->spec->plan;
	enum mm_code rc = MM_OK;

	*ret = m->spec->extent;
	for (uint32_t i = 0; mm_box_is_empty(&m->spec->extent) && i < m->row_count && !rc && !a->columns;
	     i++) {
		struct mm_geom g;
		double *xy;
		size_t n;

		rc = mm_atlas_vertices(m, m->row[i], &xy, &n, &g);
		for (size_t k = 0; k < n; k++)
			mm_box_add(ret, xy[2 * k], xy[2 * k + 1]);
	}
	if (!rc && mm_box_is_empty(ret) && !a->columns)
		rc = mm_fail(m->reterr, MM_E_INVALID, "atlas",
			     "say over what the grid goes: an extent, a layer, or columns and rows");
	return rc;
}

enum mm_code mm_atlas_make(const struct mm_atlas_spec *spec, struct mm_arena *mem, struct mm_atlas *ret,
			   struct mm_err *reterr)
{
	struct mm_atlas_maker m = {.spec = spec, .mem = mem, .atlas = ret, .reterr = reterr};
	const double metres_a_mm = spec->scale / 1000, share = 1 - spec->plan->overlap;
	struct mm_box extent;
	enum mm_code rc;

	*ret = (struct mm_atlas){.extent = mm_box_empty(),
				 .sheet = mm_arena_array(mem, MM_PRINT_PLAN_SHEETS_MAX, sizeof(*ret->sheet))};
	if (!ret->sheet)
		return mm_fail_nomem(reterr);
	m.step[0] = spec->map.width * metres_a_mm * share;
	m.step[1] = spec->map.height * metres_a_mm * share;
	rc = find_layer(&m);
	if (!rc)
		rc = find_rows(&m);
	if (!rc && spec->plan->by == MM_PRINT_PLAN_ATLAS_FEATURES)
		rc = mm_atlas_make_features(&m);
	else if (!rc && spec->plan->by == MM_PRINT_PLAN_ATLAS_STRIP)
		rc = mm_atlas_make_strip(&m);
	else if (!rc) {
		rc = grid_extent(&m, &extent);
		if (!rc)
			rc = mm_atlas_make_grid(&m, &extent);
	}
	if (!rc && !ret->count)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "atlas", "none of the objects has a place on the map");
	if (!rc && spec->plan->by != MM_PRINT_PLAN_ATLAS_FEATURES) /* which lie as they do */
		find_neighbours(ret);
	return rc;
}
