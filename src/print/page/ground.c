#include "print/page/layout.h"

#include "geo/msk.h"
#include "query/filter_bind.h"
#include "query/query.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where the map lies, which rows it shows, and what it is about. */

static const double OBJECT_MARGIN = 0.25; /* of the object's size, around it */
static const double FIRST_SCALE = 10000;

/* ---- rows ---- */

static size_t find_entry(const struct mm_catalog *c, const char *id)
{
	const size_t i = mm_catalog_index(c, id, strlen(id));

	return i != SIZE_MAX && mm_catalog_entry(c, i)->layer ? i : SIZE_MAX;
}

/* The same of one that has features or is a picture. */
static size_t find_shown(const struct mm_catalog *c, const char *id)
{
	const struct mm_entry *e = mm_catalog_find_entry(c, id);

	return e && (e->layer || e->raster) ? (size_t)(e - mm_catalog_entry(c, 0)) : SIZE_MAX;
}

static enum mm_code no_layer(struct mm_err *reterr, const char *where, const char *id)
{
	return mm_fail(reterr, MM_E_NOT_FOUND, where, "there is no layer \"%.64s\"", id);
}

static enum mm_code bind(struct mm_layout *p, const struct mm_print_plan_filter *asked, struct mm_query *q,
			 struct mm_err *reterr)
{
	const size_t entry = find_entry(p->spec->catalog, asked->layer);
	const struct mm_filter_crs in = {
	    .metric = p->crs, .deadline_ns = p->spec->deadline_ns, .catalog = p->spec->catalog};
	const char *where = mm_arena_printf(&p->mem, "filter.%s", asked->layer);
	struct mm_filter *f = NULL;
	struct mm_err err = {0};
	const struct mm_layer *l;
	enum mm_code rc;

	if (!where)
		return mm_fail_nomem(reterr);
	if (entry == SIZE_MAX)
		return no_layer(reterr, where, asked->layer);
	l = mm_catalog_entry(p->spec->catalog, entry)->layer;
	rc = mm_cql2_text_parse(asked->text, &p->mem, &f, &err);
	if (!rc)
		rc = mm_filter_bind(f, asked->text, mm_layer_schema(l), &p->mem, &err);
	if (!rc)
		rc = mm_filter_run_new(f, l, &in, p->spec->kit, &p->runs[p->run_count], &err);
	if (rc)
		return mm_fail(reterr, rc, where, "%s", err.msg);
	q[entry].filter = p->runs[p->run_count++];
	p->choice[entry].query = &q[entry];
	return MM_OK;
}

/* The time holds for the layers that know one. */
static enum mm_code bind_time(struct mm_layout *p, struct mm_query *q, struct mm_err *reterr)
{
	struct mm_period period;
	struct mm_err err = {0};

	if (!p->plan->datetime)
		return MM_OK;
	if (mm_period_parse(p->plan->datetime, &period, &err))
		return mm_fail(reterr, MM_E_INVALID, "datetime", "%s", err.msg);
	for (size_t i = 0; i < mm_catalog_count(p->spec->catalog); i++) {
		const struct mm_layer *l = mm_catalog_entry(p->spec->catalog, i)->layer;
		size_t begin = SIZE_MAX, end = SIZE_MAX;

		if (l)
			mm_query_time_fields(mm_layer_schema(l), &begin, &end);
		if (begin == SIZE_MAX)
			continue;
		q[i].has_period = true;
		q[i].period = period;
		p->choice[i].query = &q[i];
	}
	return MM_OK;
}

static enum mm_code choose_layers(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_print_plan *plan = p->plan;

	for (size_t i = 0; plan->layer && i < mm_catalog_count(p->spec->catalog); i++)
		p->choice[i].is_hidden = true;
	for (size_t i = 0; plan->layer && i < plan->layer_count; i++) {
		const size_t entry = find_shown(p->spec->catalog, plan->layer[i]);

		if (entry == SIZE_MAX && plan->has_optional_layers)
			continue;
		if (entry == SIZE_MAX)
			return no_layer(reterr, "layers", plan->layer[i]);
		p->choice[entry].is_hidden = false;
	}
	return MM_OK;
}

static enum mm_code choose(struct mm_layout *p, struct mm_err *reterr)
{
	const size_t n = mm_catalog_count(p->spec->catalog) + 1;
	struct mm_query *q = mm_arena_array(&p->mem, n, sizeof(*q));
	enum mm_code rc;

	p->choice = mm_arena_array(&p->mem, n, sizeof(*p->choice));
	p->runs = mm_arena_array(&p->mem, p->plan->filter_count + 1, sizeof(struct mm_filter_run *));
	if (!q || !p->choice || !p->runs)
		return mm_fail_nomem(reterr);
	rc = choose_layers(p, reterr);
	for (size_t i = 0; i < p->plan->filter_count && !rc; i++)
		rc = bind(p, &p->plan->filter[i], q, reterr);
	return rc ? rc : bind_time(p, q, reterr);
}

struct mm_query mm_layout_field_query(const struct mm_layout *p, const struct mm_layer *l)
{
	const struct mm_catalog *c = p->spec->catalog;
	struct mm_query q = {0};

	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer == l && p->choice[i].query)
			q = *p->choice[i].query;
	q.has_box = true;
	q.box_crs = p->crs;
	q.box_xy = mm_ground_box(&p->ground, 0);
	q.box_count = 1;
	q.deadline_ns = p->spec->deadline_ns;
	return q;
}

/* ---- the object ---- */

/* How large a shell or a line of n points is: its area, or its length; a point has some, too. */
static double size_of(const double *xy, uint32_t n)
{
	const bool is_closed = n > 2 && xy[0] == xy[2 * (size_t)n - 2] && xy[1] == xy[2 * (size_t)n - 1];
	double length = 0;

	if (is_closed)
		return DBL_MIN + fabs(mm_ring_area2(xy, n)) / 2;
	for (uint32_t i = 1; i < n; i++)
		length += hypot(xy[2 * (size_t)i] - xy[2 * (size_t)i - 2],
				xy[2 * (size_t)i + 1] - xy[2 * (size_t)i - 1]);
	return DBL_MIN + length;
}

/* The largest shell or line of a shape: where its points begin, how many there are (0: there is none). */
static size_t find_outline(const struct mm_geom *g, size_t *ret_count)
{
	size_t used = 0, at = 0;
	uint32_t ring = 0;
	double most = 0;

	*ret_count = 0;
	for (uint32_t k = 0; k < g->part_count; k++)
		for (uint32_t i = 0; i < mm_part_rings(g->part[k]); used += g->ring[ring++], i++) {
			const double size =
			    i ? 0 : size_of(g->xy + 2 * used, g->ring[ring]); /* else a hole */

			if (g->ring[ring] && size > most) {
				most = size;
				at = used;
				*ret_count = g->ring[ring];
			}
		}
	return at;
}

/* Brings the object into the plane: all of it for its extent, and its largest shell or line; a point is a
 * line of one point. */
enum mm_code mm_layout_take_object(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_transform *t;
	struct mm_geom g;
	size_t at, count;
	double *xy;
	enum mm_code rc = mm_transform_get(
	    p->spec->kit->proj, mm_layer_schema(p->object_layer)->crs_definition, p->crs, &t, reterr);

	if (rc)
		return rc;
	mm_layer_geom_valid(p->object_layer, p->object_row, &g);
	at = find_outline(&g, &count);
	if (!count)
		return mm_fail(reterr, MM_E_NOT_FOUND, "object", "the object has no place on the map");
	p->outline.count = 0;
	xy = mm_points_reserve(&p->outline, g.vertex_count);
	if (!xy)
		return mm_fail_nomem(reterr);
	memcpy(xy, g.xy, (size_t)g.vertex_count * 2 * sizeof(*xy));
	if (mm_transform_points(t, xy, g.vertex_count) > 0)
		return mm_fail(reterr, MM_E_INVALID, "object",
			       "the object lies outside of where the map's system holds");
	p->object_box = mm_box_empty();
	for (size_t i = 0; i < g.vertex_count; i++)
		mm_box_add(&p->object_box, xy[2 * i], xy[2 * i + 1]);
	p->outline_is_ring = count > 1 && g.xy[2 * at] == g.xy[2 * (at + count) - 2] &&
			     g.xy[2 * at + 1] == g.xy[2 * (at + count) - 1];
	p->outline.count = count - p->outline_is_ring;
	memmove(xy, xy + 2 * at, p->outline.count * 2 * sizeof(*xy));
	return MM_OK;
}

static enum mm_code find_object(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_print_plan *plan = p->plan;
	size_t entry;

	if (!plan->object_layer)
		return MM_OK;
	entry = find_entry(p->spec->catalog, plan->object_layer);
	if (entry == SIZE_MAX)
		return no_layer(reterr, "object.layer", plan->object_layer);
	p->object_layer = mm_catalog_entry(p->spec->catalog, entry)->layer;
	p->object_row = mm_layer_find_id(p->object_layer, plan->object_id, strlen(plan->object_id));
	if (p->object_row == UINT32_MAX)
		return mm_fail(reterr, MM_E_NOT_FOUND, "object.id", "layer \"%s\" has no object \"%.64s\"",
			       plan->object_layer, plan->object_id);
	return mm_layout_take_object(p, reterr);
}

enum mm_code mm_layout_find(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_map_info *map = mm_catalog_map(p->spec->catalog);
	enum mm_code rc;

	p->crs = map->crs_definition;
	p->crs_name = map->crs_name;
	p->is_approximate = map->crs_code && mm_msk_find(map->crs_code);
	rc = choose(p, reterr);
	if (!rc)
		rc = find_object(p, reterr);
	p->subtitle = p->plan->subtitle;
	if (!rc && p->object_layer && !*p->subtitle)
		p->subtitle = mm_layout_name(p, p->object_layer, p->object_row);
	return rc;
}

/* ---- the ground ---- */

static enum mm_code to_plane(struct mm_layout *p, const char *member, double *xy, size_t count,
			     struct mm_err *reterr)
{
	const struct mm_transform *t;
	struct mm_crs crs = {0};
	struct mm_err err = {0};
	enum mm_code rc =
	    mm_crs_parse(p->spec->kit->proj, p->plan->crs ? p->plan->crs : MM_CRS84, &crs, &err);

	if (rc)
		return mm_fail(reterr, rc, "crs", "%s", err.msg);
	rc = mm_transform_get(p->spec->kit->proj, crs.definition, p->crs, &t, reterr);
	if (!rc && mm_transform_points(t, xy, count) > 0)
		rc = mm_fail(reterr, MM_E_INVALID, member,
			     "the place lies outside of where the map's system holds");
	mm_crs_release(&crs);
	return rc;
}

enum mm_code mm_layout_find_extent(struct mm_layout *p, struct mm_box *ret, bool *ret_has,
				   struct mm_err *reterr)
{
	const struct mm_print_plan *plan = p->plan;
	enum mm_code rc = MM_OK;

	*ret = mm_box_empty();
	*ret_has = plan->has_extent || p->outline.count;
	if (plan->has_extent) {
		const double *e = plan->extent;
		double xy[] = {e[0], e[1], e[2], e[1], e[2], e[3], e[0], e[3]};

		rc = to_plane(p, "extent", xy, 4, reterr);
		for (int i = 0; i < 4 && !rc; i++)
			mm_box_add(ret, xy[2 * i], xy[2 * i + 1]);
	} else if (p->outline.count) {
		double margin;

		*ret = p->object_box;
		margin = fmax(fmax(ret->max_x - ret->min_x, ret->max_y - ret->min_y) * OBJECT_MARGIN, 20);
		*ret = (struct mm_box){ret->min_x - margin, ret->min_y - margin, ret->max_x + margin,
				       ret->max_y + margin};
	}
	return rc;
}

static enum mm_code first_view(struct mm_layout *p, double at[2], struct mm_err *reterr)
{
	const struct mm_map_info *map = mm_catalog_map(p->spec->catalog);
	const struct mm_transform *t;
	enum mm_code rc = mm_transform_get(p->spec->kit->proj, MM_CRS84, p->crs, &t, reterr);

	if (rc)
		return rc;
	if (!map->has_view)
		return mm_fail(reterr, MM_E_INVALID, "center", "say where: a center, an extent or an object");
	at[0] = map->view_lon_deg;
	at[1] = map->view_lat_deg;
	return mm_transform_points(t, at, 1) > 0
		   ? mm_fail(reterr, MM_E_INVALID, "center", "say where: a center, an extent or an object")
		   : MM_OK;
}

enum mm_code mm_layout_set_ground(struct mm_layout *p, const struct mm_paper_box *map, struct mm_err *reterr)
{
	const struct mm_print_plan *plan = p->plan;
	double at[2] = {plan->center[0], plan->center[1]}, scale = plan->scale;
	struct mm_box extent;
	bool has_extent;
	enum mm_code rc;

	if (p->given) {
		p->ground = *p->given;
		return MM_OK;
	}
	rc = mm_layout_find_extent(p, &extent, &has_extent, reterr);
	if (rc)
		return rc;
	if (plan->has_center) {
		rc = to_plane(p, "center", at, 1, reterr);
	} else if (has_extent) {
		at[0] = (extent.min_x + extent.max_x) / 2;
		at[1] = (extent.min_y + extent.max_y) / 2;
	} else {
		rc = first_view(p, at, reterr);
	}
	if (!(scale > 0))
		scale = has_extent ? mm_ground_fit(map, &extent, plan->rotation_deg, false) : FIRST_SCALE;
	else if (has_extent && plan->has_optional_scale &&
		 !plan->atlas.by) /* the template knows nothing of the object */
		scale = fmax(scale, mm_ground_fit(map, &extent, plan->rotation_deg, false));
	if (rc)
		return rc;
	mm_layout_snap(p, map, scale, at);
	rc = mm_ground_init(&p->ground, map, at[0], at[1], scale, plan->rotation_deg, reterr);
	if (!rc && plan->has_whole_sheets && !*plan->subtitle && !p->object_layer)
		p->subtitle = mm_layout_cut_name(p);
	return rc;
}

enum mm_code mm_layout_plot(struct mm_layout *p, const struct mm_ground *g, const struct mm_paper_box *taken,
			    size_t taken_count, struct mm_plot **ret, struct mm_err *reterr)
{
	const struct mm_plot_spec spec = {.style = p->spec->style,
					  .catalog = p->spec->catalog,
					  .choice = p->choice,
					  .icons = p->spec->icons,
					  .lettering = p->spec->lettering,
					  .kit = p->spec->kit,
					  .crs = p->crs,
					  .ground = *g,
					  .dpi = p->plan->output == MM_CANVAS_PNG ? p->plan->dpi : 0,
					  .pixels = p->spec->pixels,
					  .taken = taken,
					  .taken_count = taken_count,
					  .lang = p->plan->language,
					  .deadline_ns = p->spec->deadline_ns,
					  .is_unwanted = p->spec->is_unwanted,
					  .ctx = p->spec->ctx};

	return mm_plot_new(&spec, ret, reterr);
}
