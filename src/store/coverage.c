#include "store/coverage.h"

#include "base/sort.h"
#include "store/coverage_private.h"
#include "store/level_build.h"

#include <stdlib.h>

/* The net of a layer: its polygons' vertices, joined, and the arcs between them. */

static bool has_polygon(const struct mm_world_geom *g)
{
	for (uint32_t i = 0; i < g->part_count; i++)
		if (mm_part_kind(g->part[i]) == MM_PART_POLYGON)
			return true;
	return false;
}

static bool read_row(const struct mm_level_source *s, uint32_t row, struct mm_world_geom *ret)
{
	if (s->box[row].min_x > s->box[row].max_x)
		return false;
	s->geom(s->ctx, row, ret);
	return has_polygon(ret);
}

struct sizes {
	uint64_t parts, rings, vertices;
};

static struct sizes measure(const struct mm_level_source *s)
{
	struct sizes n = {0, 0, 0};
	struct mm_world_geom g;

	for (uint32_t row = 0; row < s->rows; row++)
		if (read_row(s, row, &g)) {
			n.parts += g.part_count;
			n.rings += g.ring_count;
			n.vertices += g.vertex_count;
		}
	return n;
}

/* What is read from the source: places of vertices, in the order of rings. */
struct reading {
	struct mm_coverage *c;
	struct mm_walks *w;
	struct mm_keyed *place; /* x << 32 | y, and which vertex; twice as many, to sort */
	size_t count;
};

static void read_polygon(struct reading *r, const struct mm_world *p, const uint32_t *ring, uint32_t rings)
{
	r->c->part_ring[r->c->part_count++] = (uint32_t)r->w->ring_count;
	for (uint32_t i = 0; i < rings; p += ring[i++]) {
		r->w->start[r->w->ring_count++] = r->count;
		for (uint32_t k = 0; k < ring[i]; k++, r->count++)
			r->place[r->count] = (struct mm_keyed){(uint64_t)p[k].x << 32 | p[k].y, r->count};
	}
}

static void read_all(struct reading *r, const struct mm_level_source *s)
{
	struct mm_coverage *c = r->c;

	for (uint32_t row = 0; row < s->rows; row++) {
		struct mm_world_geom g;
		const struct mm_world *p;
		const uint32_t *ring;

		c->row_part[row] = c->part_count;
		if (!read_row(s, row, &g))
			continue;
		p = g.point;
		ring = g.ring;
		for (uint32_t i = 0; i < g.part_count; i++) {
			uint32_t rings = mm_part_rings(g.part[i]);

			if (mm_part_kind(g.part[i]) == MM_PART_POLYGON)
				read_polygon(r, p, ring, rings);
			for (uint32_t k = 0; k < rings; k++)
				p += *ring++;
		}
	}
	c->row_part[c->rows] = c->part_count;
	c->part_ring[c->part_count] = (uint32_t)r->w->ring_count;
	c->ring_count = (uint32_t)r->w->ring_count;
	r->w->start[r->w->ring_count] = r->count;
}

static bool is_near(const struct mm_world *a, const struct mm_world *b)
{
	return llabs((long long)a->x - b->x) <= 1 && llabs((long long)a->y - b->y) <= 1;
}

/* Which vertex stands for each: itself, or one before it within a unit that stands for itself. By x, then y.
 */
static void merge_near(const struct mm_world *at, uint32_t count, uint32_t *stands)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i < count; i++) {
		stands[i] = i;
		if (i && is_near(&at[i], &at[i - 1]) && stands[i - 1] == i - 1)
			stands[i] = i - 1;
		while ((uint64_t)at[from].x + 1 < at[i].x ||
		       ((uint64_t)at[from].x + 1 == at[i].x && (uint64_t)at[from].y + 1 < at[i].y))
			from++;
		for (uint32_t k = from; k < i && k < from + 3; k++)
			if (stands[i] == i && stands[k] == k && at[k].x != at[i].x && is_near(&at[i], &at[k]))
				stands[i] = k;
	}
}

/* Gives each place a number, and the rings those numbers. */
static enum mm_code number_vertices(struct reading *r, struct mm_err *reterr)
{
	struct mm_coverage *c = r->c;
	uint32_t *stands = malloc((r->count + 1) * sizeof(*stands)), *v = r->w->vertex.v;

	c->at = calloc(r->count + 1, sizeof(*c->at));
	if (!stands || !c->at) {
		free(stands);
		return mm_fail_nomem(reterr);
	}
	mm_sort_keyed(r->place, r->place + r->count, r->count);
	for (size_t i = 0; i < r->count; i++) {
		if (!i || r->place[i].key != r->place[i - 1].key)
			c->at[c->vertex_count++] =
			    (struct mm_world){(uint32_t)(r->place[i].key >> 32), (uint32_t)r->place[i].key};
		v[r->place[i].value] = c->vertex_count - 1;
	}
	merge_near(c->at, c->vertex_count, stands);
	for (size_t i = 0; i < r->count; i++)
		v[i] = stands[v[i]];
	free(stands);
	return MM_OK;
}

static void tidy(struct mm_walks *w)
{
	size_t n = 0, from = 0;

	for (size_t r = 0; r < w->ring_count; r++) {
		size_t count = mm_ring_tidy(w->vertex.v + from, w->start[r + 1] - from);

		for (size_t i = 0; i < count; i++)
			w->vertex.v[n + i] = w->vertex.v[from + i];
		from = w->start[r + 1];
		w->start[r] = n;
		n += count;
	}
	w->start[w->ring_count] = w->vertex.count = n;
}

static enum mm_code read_source(const struct mm_level_source *s, const struct sizes *n, struct mm_coverage *c,
				struct mm_walks *w, struct mm_err *reterr)
{
	struct reading r = {.c = c, .w = w, .place = malloc((n->vertices + 1) * 2 * sizeof(*r.place))};
	enum mm_code rc;

	c->rows = s->rows;
	c->row_part = malloc(((size_t)s->rows + 1) * sizeof(*c->row_part));
	c->part_ring = malloc((n->parts + 1) * sizeof(*c->part_ring));
	w->start = malloc((n->rings + 1) * sizeof(*w->start));
	w->vertex.v = malloc((n->vertices + 1) * sizeof(*w->vertex.v));
	if (r.place && c->row_part && c->part_ring && w->start && w->vertex.v) {
		w->vertex.cap = n->vertices + 1;
		read_all(&r, s);
		w->vertex.count = r.count;
		rc = number_vertices(&r, reterr);
	} else {
		rc = mm_fail_nomem(reterr);
	}
	free(r.place);
	if (!rc)
		tidy(w);
	return rc;
}

enum mm_code mm_coverage_new(const struct mm_level_source *s, struct mm_coverage **ret, struct mm_err *reterr)
{
	const struct sizes n = measure(s);
	struct mm_coverage *c = calloc(1, sizeof(*c));
	struct mm_walks w = {0};
	enum mm_code rc;

	if (!c)
		return mm_fail_nomem(reterr);
	if (n.vertices >= MM_COVERAGE_VERTICES_MAX)
		rc = mm_fail(reterr, MM_E_LIMIT, "coverage",
			     "too many vertices for shared borders: write coverage: false");
	else
		rc = read_source(s, &n, c, &w, reterr);
	if (!rc)
		rc = mm_coverage_join(&w, c->at, c->vertex_count, reterr);
	if (!rc) {
		tidy(&w);
		rc = mm_arcs_build(&w, c->vertex_count, &c->arcs, reterr);
	}
	mm_walks_release(&w);
	if (rc)
		(void)mm_coverage_free(c);
	else
		*ret = c;
	return rc;
}

struct mm_coverage *mm_coverage_free(struct mm_coverage *c)
{
	if (c) {
		free(c->row_part);
		free(c->part_ring);
		free(c->at);
		mm_arcs_release(&c->arcs);
		free(c);
	}
	return NULL;
}

bool mm_coverage_has(const struct mm_coverage *c, uint32_t row)
{
	return c->row_part[row] < c->row_part[row + 1];
}
