#include "base/sort.h"
#include "print/plot/plot_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which rows of the layers are in the field, and where their vertices lie on the sheet. */

static const double TOLERANCE_MM = 0.04; /* mm_simplify_run leaves out nothing farther than 1.25 times */

struct reader {
	struct mm_plot *map;
	struct mm_plot_source *source;
	const struct mm_transform *transform;
	struct mm_box window; /* millimetres of the sheet, the margin included */
	struct mm_points line, step, cut;
	struct mm_simplify simplify;
	bool failed;
	size_t vertices; /* of all sources */
};

static bool grow(void **list, size_t *cap, size_t count, size_t size)
{
	size_t next = *cap ? *cap * 2 : 64;
	void *p;

	if (count < *cap)
		return true;
	p = realloc(*list, next * size);
	if (!p)
		return false;
	*list = p;
	*cap = next;
	return true;
}

static void add_piece(struct reader *r, const double *xy, size_t count, bool is_hole)
{
	struct mm_plot_source *s = r->source;
	double *at;

	if (!count || r->failed)
		return;
	at = mm_points_reserve(&s->at, count);
	if (!at || !grow((void **)&s->piece, &s->piece_cap, s->piece_count, sizeof(*s->piece))) {
		r->failed = true;
		return;
	}
	memcpy(at, xy, count * 2 * sizeof(*xy));
	s->piece[s->piece_count++] = (struct mm_plot_piece){
	    .first = (uint32_t)s->at.count, .count = (uint32_t)count, .is_hole = is_hole};
	s->at.count += count;
	r->vertices += count;
}

/* A ring or line of the row, brought to the sheet, thinned; false: it has no place there. */
static bool bring(struct reader *r, const double *xy, uint32_t count, enum mm_part_kind kind)
{
	double *at;

	r->line.count = 0;
	at = mm_points_reserve(&r->line, count);
	if (!at) {
		r->failed = true;
		return false;
	}
	memcpy(at, xy, (size_t)count * 2 * sizeof(*xy));
	if (mm_transform_points(r->transform, at, count) > 0 && kind != MM_PART_POINTS)
		return false;
	for (uint32_t i = 0; i < count; i++)
		mm_ground_to_paper(&r->map->spec.ground, at[2 * i], at[2 * i + 1], at + 2 * (size_t)i);
	r->line.count =
	    kind == MM_PART_POINTS ? count : mm_simplify_run(&r->simplify, at, count, TOLERANCE_MM);
	return true;
}

static void add_points(struct reader *r)
{
	for (size_t i = 0; i < r->line.count; i++) {
		const double *at = r->line.xy + 2 * i;

		if (at[0] >= r->window.min_x && at[0] <= r->window.max_x && at[1] >= r->window.min_y &&
		    at[1] <= r->window.max_y)
			add_piece(r, at, 1, false);
	}
}

/* The pieces of the line inside the window. */
static void add_line(struct reader *r)
{
	struct mm_points *cut = &r->cut;

	cut->count = 0;
	for (size_t i = 1; i < r->line.count; i++) {
		const double *p = r->line.xy + 2 * (i - 1), *q = p + 2;
		double a[2] = {p[0], p[1]}, b[2] = {q[0], q[1]};
		bool leaves;

		if (!mm_clip_segment(&a[0], &a[1], &b[0], &b[1], &r->window)) {
			add_piece(r, cut->xy, cut->count, false);
			cut->count = 0;
			continue;
		}
		if (cut->count && (a[0] != p[0] || a[1] != p[1])) {
			add_piece(r, cut->xy, cut->count, false);
			cut->count = 0;
		}
		if (!cut->count)
			mm_points_add(cut, a[0], a[1]);
		mm_points_add(cut, b[0], b[1]);
		leaves = b[0] != q[0] || b[1] != q[1];
		if (leaves) {
			add_piece(r, cut->xy, cut->count, false);
			cut->count = 0;
		}
	}
	r->failed |= cut->failed;
	if (cut->count > 1)
		add_piece(r, cut->xy, cut->count, false);
}

static bool add_ring(struct reader *r, bool is_hole)
{
	if (r->line.count < 4)
		return false;
	mm_clip_ring(r->line.xy, r->line.count, &r->window, &r->step, &r->cut);
	r->failed |= r->cut.failed || r->step.failed;
	if (r->cut.count < 4)
		return false;
	add_piece(r, r->cut.xy, r->cut.count, is_hole);
	return true;
}

/* The rings of a polygon; a hole counts only with its shell. Returns how many vertices it has in the source.
 */
static size_t add_polygon(struct reader *r, const struct mm_geom *g, uint32_t ring, uint32_t rings,
			  const double *xy)
{
	size_t used = 0;
	bool has_shell = false;

	for (uint32_t k = 0; k < rings; k++) {
		const uint32_t count = g->ring[ring + k];

		if ((k == 0 || has_shell) && bring(r, xy + 2 * used, count, MM_PART_POLYGON))
			has_shell |= add_ring(r, k > 0);
		used += count;
	}
	return used;
}

static struct mm_paper_box box_of(const struct mm_plot_source *s, uint32_t first, uint32_t count)
{
	struct mm_box b = mm_box_empty();

	for (uint32_t k = first; k < first + count; k++)
		for (uint32_t i = 0; i < s->piece[k].count; i++) {
			const double *at = s->at.xy + 2 * ((size_t)s->piece[k].first + i);

			mm_box_add(&b, at[0], at[1]);
		}
	return (struct mm_paper_box){
	    .x = b.min_x, .y = b.min_y, .width = b.max_x - b.min_x, .height = b.max_y - b.min_y};
}

/* Ends a feature that began at that piece; nothing when it got none. */
static void end_feature(struct reader *r, uint32_t row, enum mm_part_kind kind, size_t first_piece)
{
	struct mm_plot_source *s = r->source;

	if (s->piece_count == first_piece || r->failed)
		return;
	if (!grow((void **)&s->feature, &s->feature_cap, s->feature_count, sizeof(*s->feature))) {
		r->failed = true;
		return;
	}
	s->feature[s->feature_count++] = (struct mm_plot_feature){
	    .row = row,
	    .first_piece = (uint32_t)first_piece,
	    .piece_count = (uint32_t)(s->piece_count - first_piece),
	    .kind = kind,
	    .box = box_of(s, (uint32_t)first_piece, (uint32_t)(s->piece_count - first_piece))};
}

/* Parts of one kind that follow each other are one feature. */
static void add_row(struct reader *r, uint32_t row)
{
	struct mm_geom g;
	uint32_t ring = 0;
	size_t used = 0, first = r->source->piece_count;
	enum mm_part_kind kind = MM_PART_POINTS;

	mm_layer_geom_valid(r->source->layer, row, &g);
	for (uint32_t p = 0; p < g.part_count; p++) {
		const uint32_t rings = mm_part_rings(g.part[p]);
		const double *xy = g.xy + 2 * used;

		if (p > 0 && mm_part_kind(g.part[p]) != kind) {
			end_feature(r, row, kind, first);
			first = r->source->piece_count;
		}
		kind = mm_part_kind(g.part[p]);
		if (kind == MM_PART_POLYGON) {
			used += add_polygon(r, &g, ring, rings, xy);
		} else {
			if (bring(r, xy, g.ring[ring], kind))
				(kind == MM_PART_LINE ? add_line : add_points)(r);
			used += g.ring[ring];
		}
		ring += rings;
	}
	end_feature(r, row, kind, first);
}

/* Where the label of a row stands. */
static void add_label(struct reader *r, uint32_t row)
{
	const size_t first = r->source->piece_count;
	struct mm_world at;
	double xy[2];

	if (mm_layer_label_point(r->source->layer, row, r->map->spec.kit->topo, &at) != MM_OK)
		return;
	mm_world_to_lonlat(at, &xy[0], &xy[1]);
	if (bring(r, xy, 1, MM_PART_POINTS))
		add_points(r);
	end_feature(r, row, MM_PART_POINTS, first);
}

struct found {
	uint32_t *row;
	size_t count, cap;
	bool failed;
};

static bool note(void *ctx, uint32_t row)
{
	struct found *f = ctx;

	f->failed |=
	    f->count >= MM_PLOT_FEATURES_MAX || !grow((void **)&f->row, &f->cap, f->count, sizeof(*f->row));
	if (f->failed)
		return false;
	f->row[f->count++] = row;
	return true;
}

/* The rows whose boxes meet the window on the globe, in source order. */
static enum mm_code search(const struct mm_layer *l, const struct mm_box *window_deg, struct found *f,
			   struct mm_err *reterr)
{
	const struct mm_world_box window = mm_world_box_around(window_deg);
	uint32_t *spare;

	mm_rtree_search(mm_layer_rtree(l), &window, note, f);
	if (f->failed && f->count >= MM_PLOT_FEATURES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, mm_layer_schema(l)->id,
			       "the map would show more than %d features: take a smaller extent, a larger "
			       "scale or fewer layers",
			       MM_PLOT_FEATURES_MAX);
	spare = f->failed ? NULL : malloc((f->count + 1) * sizeof(*spare));
	if (!spare)
		return mm_fail_nomem(reterr);
	mm_sort_u32(f->row, spare, f->count);
	free(spare);
	return MM_OK;
}

/* The same by the query of the choice. */
static enum mm_code ask(struct mm_plot *m, const struct mm_layer *l, const struct mm_query *asked,
			const struct mm_box *window_deg, struct found *f, struct mm_err *reterr)
{
	struct mm_query q = *asked;
	struct mm_page page;
	enum mm_code rc;

	q.has_box = true;
	q.box_deg[0] = *window_deg;
	q.box_count = 1;
	q.box_crs = NULL;
	q.deadline_ns = m->spec.deadline_ns;
	MM_ARENA_SCOPE(mem, 256 << 20);
	rc = mm_query_run(l, &q, m->spec.kit->proj, 0, MM_PLOT_FEATURES_MAX, &mem, &page, reterr);
	if (rc)
		return rc;
	for (uint32_t i = 0; i < page.count && !f->failed; i++)
		(void)note(f, page.row[i]);
	return f->failed ? mm_fail_nomem(reterr) : MM_OK;
}

static enum mm_code read_rows(struct reader *r, const struct found *f, struct mm_err *reterr)
{
	for (size_t i = 0; i < f->count; i++) {
		if (r->source->is_label)
			add_label(r, f->row[i]);
		else
			add_row(r, f->row[i]);
		if (r->failed)
			return mm_fail_nomem(reterr);
		if (r->vertices > MM_PLOT_VERTICES_MAX)
			return mm_fail(reterr, MM_E_LIMIT, mm_layer_schema(r->source->layer)->id,
				       "the map would have more than %d million vertices: take a smaller "
				       "extent, a larger scale or fewer layers",
				       MM_PLOT_VERTICES_MAX / 1000000);
		if (mm_plot_is_late(r->map))
			return mm_plot_fail_late(reterr);
	}
	return MM_OK;
}

static enum mm_code read_source(struct reader *r, const struct mm_plot_choice *choice,
				const struct mm_box *window_deg, struct mm_err *reterr)
{
	const struct mm_layer *l = r->source->layer;
	const char *from = r->source->is_label ? MM_CRS84 : mm_layer_schema(l)->crs_definition;
	struct found f = {0};
	enum mm_code rc =
	    mm_transform_get(r->map->spec.kit->proj, from, r->map->spec.crs, &r->transform, reterr);

	if (!rc)
		rc = choice && choice->query ? ask(r->map, l, choice->query, window_deg, &f, reterr)
					     : search(l, window_deg, &f, reterr);
	if (!rc)
		rc = read_rows(r, &f, reterr);
	free(f.row);
	return rc;
}

/* Does any layer of the style draw this? */
static bool is_drawn(const struct mm_style *style, const char *name)
{
	for (size_t i = 0; i < style->layer_count; i++)
		if (style->layers[i].source_layer && !strcmp(style->layers[i].source_layer, name))
			return true;
	return false;
}

static bool bind_fields(struct mm_plot *m, struct mm_plot_source *s)
{
	const struct mm_expr_names *names = &m->style->names;

	s->field_of_slot = mm_arena_array(&m->mem, names->n + 1, sizeof(*s->field_of_slot));
	for (uint32_t i = 0; s->field_of_slot && i < names->n; i++) {
		const size_t field = mm_schema_find(mm_layer_schema(s->layer), names->names[i]);

		s->field_of_slot[i] = field == SIZE_MAX ? -1 : (int32_t)field;
	}
	return s->field_of_slot;
}

/* Sources of one layer: its features, its labels. */
static enum mm_code read_layer(struct reader *r, size_t entry, const struct mm_box *window_deg,
			       struct mm_err *reterr)
{
	struct mm_plot *m = r->map;
	const struct mm_layer *l = mm_catalog_entry(m->spec.catalog, entry)->layer;
	const struct mm_plot_choice *choice = m->spec.choice ? &m->spec.choice[entry] : NULL;

	if (!l || (choice && choice->is_hidden) || m->zoom < mm_layer_schema(l)->min_zoom)
		return MM_OK;
	for (int label = 0; label < (mm_layer_has_polygons(l) ? 2 : 1); label++) {
		const char *name =
		    mm_arena_printf(&m->mem, "%s%s", mm_layer_schema(l)->id, label ? MM_LABEL_SUFFIX : "");
		struct mm_plot_source *s = &m->source[m->source_count];
		enum mm_code rc;

		if (!name)
			return mm_fail_nomem(reterr);
		if (!is_drawn(m->style, name))
			continue;
		*s = (struct mm_plot_source){.layer = l, .is_label = label, .name = name};
		m->source_count++;
		r->source = s;
		rc = bind_fields(m, s) ? read_source(r, choice, window_deg, reterr) : mm_fail_nomem(reterr);
		if (rc)
			return rc;
	}
	return MM_OK;
}

/* The field of the sheet and its margin as a box on the globe. */
static enum mm_code window_on_globe(struct mm_plot *m, struct mm_box *ret, struct mm_err *reterr)
{
	const struct mm_box ground = mm_ground_box(&m->spec.ground, MM_PLOT_MARGIN_MM);
	const struct mm_transform *to_deg;
	enum mm_code rc = mm_transform_get(m->spec.kit->proj, m->spec.crs, MM_CRS84, &to_deg, reterr);

	if (rc)
		return rc;
	*ret = mm_transform_box(to_deg, &ground);
	if (mm_box_is_empty(ret))
		return mm_fail(reterr, MM_E_INVALID, "center",
			       "the sheet lies outside of where the system of the map holds");
	return MM_OK;
}

enum mm_code mm_plot_read(struct mm_plot *m, struct mm_err *reterr)
{
	const struct mm_paper_box *field = &m->spec.ground.map;
	struct reader r = {.map = m,
			   .window = {.min_x = field->x - MM_PLOT_MARGIN_MM,
				      .min_y = field->y - MM_PLOT_MARGIN_MM,
				      .max_x = field->x + field->width + MM_PLOT_MARGIN_MM,
				      .max_y = field->y + field->height + MM_PLOT_MARGIN_MM}};
	const size_t entries = mm_catalog_count(m->spec.catalog);
	struct mm_box window_deg;
	enum mm_code rc = window_on_globe(m, &window_deg, reterr);

	m->source = rc ? NULL : mm_arena_array(&m->mem, 2 * entries + 1, sizeof(*m->source));
	if (!rc && !m->source)
		rc = mm_fail_nomem(reterr);
	for (size_t i = 0; !rc && i < entries; i++)
		rc = read_layer(&r, i, &window_deg, reterr);
	mm_points_release(&r.line);
	mm_points_release(&r.step);
	mm_points_release(&r.cut);
	mm_simplify_release(&r.simplify);
	return rc;
}

void mm_plot_source_release(struct mm_plot_source *s)
{
	free(s->feature);
	free(s->piece);
	mm_points_release(&s->at);
}

const struct mm_plot_source *mm_plot_find_source(const struct mm_plot *m, const char *name)
{
	for (size_t i = 0; name && i < m->source_count; i++)
		if (!strcmp(m->source[i].name, name))
			return &m->source[i];
	return NULL;
}
