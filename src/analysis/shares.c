#include "analysis/shares.h"

#include "base/clock.h"
#include "base/stop.h"

#include <stdlib.h>
#include <string.h>

enum {
	KEEP_VERTICES = 100000, /* of polygons that are kept ready for the next geometry: some 30 MB */
	MOST_VERTICES = 250000, /* of those that one feature meets: some 80 MB */
	MARGIN = 1024 /* of the world square, some 6 m: lines that are straight in one system are bent in
			 another */
};

struct mm_shares {
	struct mm_metric metric; /* of the polygons */
	struct mm_topo *topo;
	struct mm_topo_shape **shape; /* by row; NULL: not ready */
	uint32_t *found;              /* rows that the box meets */
	const struct mm_topo_shape **in;
	double *part;
	struct mm_share *share;
	size_t found_count, vertices;
};

enum mm_code mm_shares_new(const struct mm_layer *polygons, const char *definition, struct mm_kit *kit,
			   struct mm_arena *mem, struct mm_shares **ret, struct mm_err *reterr)
{
	const size_t n = mm_layer_count(polygons) + (size_t)1;
	struct mm_shares *s = mm_arena_alloc(mem, sizeof(*s));
	enum mm_code rc;

	if (!s)
		return mm_fail_nomem(reterr);
	s->topo = kit->topo;
	s->shape = mm_arena_array(mem, n, sizeof(struct mm_topo_shape *));
	s->found = mm_arena_array(mem, n, sizeof(*s->found));
	s->in = mm_arena_array(mem, n, sizeof(const struct mm_topo_shape *));
	s->part = mm_arena_array(mem, n, sizeof(*s->part));
	s->share = mm_arena_array(mem, n, sizeof(*s->share));
	if (!s->shape || !s->found || !s->in || !s->part || !s->share)
		return mm_fail_nomem(reterr);
	rc = mm_metric_init(&s->metric, polygons, definition, kit->proj, reterr);
	if (!rc)
		*ret = s;
	return rc;
}

static void drop_shapes(struct mm_shares *s)
{
	for (uint32_t row = 0; row < mm_layer_count(s->metric.layer); row++) {
		mm_topo_shape_free(s->topo, s->shape[row]);
		s->shape[row] = NULL;
	}
	s->vertices = 0;
}

void mm_shares_free(struct mm_shares *s)
{
	if (!s)
		return;
	drop_shapes(s);
	mm_metric_release(&s->metric);
}

/* ---- polygons made ready ---- */

/* Of a collection only the polygons, in place of its parts; false: no memory. */
static bool only_polygons(struct mm_geom *g, struct mm_arena *mem)
{
	uint32_t *part = mm_arena_array(mem, g->part_count, sizeof(*part)),
		 *ring = mm_arena_array(mem, g->ring_count, sizeof(*ring));
	double *xy = mm_arena_array(mem, g->vertex_count, 2 * sizeof(*xy));
	struct mm_geom made = {.type = MM_GEOM_MULTIPOLYGON, .part = part, .ring = ring, .xy = xy};
	const uint32_t *from = g->ring;
	const double *at = g->xy;

	if (!part || !ring || !xy)
		return false;
	for (uint32_t i = 0; i < g->part_count; i++) {
		const bool kept = mm_part_kind(g->part[i]) == MM_PART_POLYGON;

		for (uint32_t k = 0; k < mm_part_rings(g->part[i]); k++, at += 2 * (size_t)*from++) {
			if (!kept)
				continue;
			memcpy(xy + 2 * (size_t)made.vertex_count, at, *from * 2 * sizeof(*xy));
			ring[made.ring_count++] = *from;
			made.vertex_count += *from;
		}
		if (kept)
			part[made.part_count++] = g->part[i];
	}
	*g = made;
	return true;
}

/* Brings the polygon of a row into the map's system, where it may need mending. */
static enum mm_code make_ready(struct mm_shares *s, uint32_t row, struct mm_err *reterr)
{
	MM_ARENA_SCOPE(mem, (size_t)256 << 20);
	struct mm_geom g;
	char why[200] = "";
	enum mm_code rc = mm_metric_geom(&s->metric, row, &g);

	if (rc == MM_E_NOMEM)
		return mm_fail_nomem(reterr);
	if (rc || mm_geom_dimension(&g) != 2)
		return MM_OK;
	if (g.type == MM_GEOM_COLLECTION && !only_polygons(&g, &mem))
		return mm_fail_nomem(reterr);
	rc =
	    mm_metric_is_own(&s->metric) ? MM_OK : mm_topo_why_invalid(s->topo, &g, why, sizeof(why), reterr);
	if (!rc && *why)
		rc = mm_topo_make_valid(s->topo, &g, &mem, &g, reterr);
	if (rc || g.vertex_count == 0)
		return rc;
	s->vertices += g.vertex_count;
	return mm_topo_shape_new(s->topo, &g, &s->shape[row], reterr);
}

/* ---- division ---- */

static bool visit(void *ctx, uint32_t row)
{
	struct mm_shares *s = ctx;

	s->found[s->found_count++] = row;
	return true;
}

static int by_row(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void find(struct mm_shares *s, const struct mm_world_box *box)
{
	const struct mm_world_box wide = {
	    box->min_x > MARGIN ? box->min_x - MARGIN : 0, box->min_y > MARGIN ? box->min_y - MARGIN : 0,
	    box->max_x < UINT32_MAX - MARGIN ? box->max_x + MARGIN : UINT32_MAX,
	    box->max_y < UINT32_MAX - MARGIN ? box->max_y + MARGIN : UINT32_MAX};

	s->found_count = 0;
	mm_rtree_search(mm_layer_rtree(s->metric.layer), &wide, visit, s);
	qsort(s->found, s->found_count, sizeof(*s->found), by_row);
}

/* Room for the polygons that were found: others go. */
static enum mm_code make_room(struct mm_shares *s, struct mm_err *reterr)
{
	size_t vertices = 0;

	for (size_t i = 0; i < s->found_count; i++) {
		struct mm_geom g;

		mm_layer_geom_valid(s->metric.layer, s->found[i], &g);
		vertices += g.vertex_count;
	}
	if (vertices > MOST_VERTICES)
		return mm_fail(reterr, MM_E_LIMIT, "group-by",
			       "the polygons of \"%s\" that one feature meets have more than %d vertices: "
			       "group by fewer or simpler ones",
			       mm_layer_schema(s->metric.layer)->id, MOST_VERTICES);
	if (s->vertices + vertices > KEEP_VERTICES)
		drop_shapes(s);
	return MM_OK;
}

static enum mm_code make_all_ready(struct mm_shares *s, int64_t deadline_ns, size_t *ret_count,
				   struct mm_err *reterr)
{
	size_t n = 0;
	enum mm_code rc = make_room(s, reterr);

	for (size_t i = 0; i < s->found_count && !rc; i++) {
		const uint32_t row = s->found[i];

		if (!s->shape[row])
			rc = make_ready(s, row, reterr);
		if (s->shape[row]) {
			s->found[n] = row;
			s->in[n++] = s->shape[row];
		}
		if (!rc && mm_stop_is_due(deadline_ns))
			rc = mm_fail(reterr, MM_E_BUSY, "",
				     "the query took too long: ask for a smaller area or a condition");
	}
	*ret_count = n;
	return rc;
}

enum mm_code mm_shares_of(struct mm_shares *s, const struct mm_geom *g, const struct mm_world_box *box,
			  int64_t deadline_ns, const struct mm_share **ret, size_t *ret_count,
			  struct mm_topo_share *ret_sum, struct mm_err *reterr)
{
	size_t count, some = 0;
	enum mm_code rc;

	find(s, box);
	rc = make_all_ready(s, deadline_ns, &count, reterr);
	if (!rc)
		rc = mm_topo_share(s->topo, g, s->in, count, s->part, ret_sum, reterr);
	if (rc)
		return rc;
	for (size_t i = 0; i < count; i++)
		if (s->part[i] > 0)
			s->share[some++] = (struct mm_share){s->found[i], s->part[i]};
	*ret = s->share;
	*ret_count = some;
	return MM_OK;
}
