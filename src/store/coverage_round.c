#include "base/sort.h"
#include "store/coverage_private.h"

#include <stdlib.h>

/* Snap rounding of the net to the grid of a zoom. */

enum { VISITS_A_VERTEX = 64, VISITS_LEAST = 1 << 22 };

__extension__ typedef __int128 wide; /* sides are up to 2^32 units long, and products of them longer */

struct hit {
	int64_t at; /* on the way, in units of the grid */
	uint32_t vertex;
};

struct rounding {
	struct mm_coverage_zoom *z;
	uint32_t *to; /* of each vertex of the coverage: which of the grid */
	struct mm_places places;
	struct mm_world a, b; /* the side at hand */
	uint32_t from, until; /* its ends on the grid */
	struct hit *hit;
	size_t hit_count, hit_cap;
	uint64_t visits_left;
	struct mm_arcs arcs; /* those of the coverage, rounded */
	bool failed;
};

static uint32_t to_units(uint32_t world, int shift)
{
	return (uint32_t)(((uint64_t)world + (UINT64_C(1) << (shift - 1))) >> shift);
}

static uint32_t to_world(uint32_t units, int shift)
{
	uint64_t v = (uint64_t)units << shift;

	return v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

/* Vertices of the grid, each once, and which of them each of the coverage's has become. */
static bool number_grid(struct rounding *r)
{
	struct mm_coverage_zoom *z = r->z;
	const uint32_t n = z->c->vertex_count;
	struct mm_keyed *v = malloc(((size_t)n + 1) * 2 * sizeof(*v));

	r->to = malloc(((size_t)n + 1) * sizeof(*r->to));
	z->at = malloc(((size_t)n + 1) * sizeof(*z->at));
	z->on = malloc(((size_t)n + 1) * sizeof(*z->on));
	if (!v || !r->to || !z->at || !z->on) {
		free(v);
		return false;
	}
	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct mm_keyed){
		    (uint64_t)to_units(z->c->at[i].x, z->shift) << 32 | to_units(z->c->at[i].y, z->shift), i};
	mm_sort_keyed(v, v + n, n);
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t x = (uint32_t)(v[i].key >> 32), y = (uint32_t)v[i].key;

		if (!i || v[i].key != v[i - 1].key) {
			z->at[z->vertex_count][0] = (int32_t)x;
			z->at[z->vertex_count][1] = (int32_t)y;
			z->on[z->vertex_count++] =
			    (struct mm_world){to_world(x, z->shift), to_world(y, z->shift)};
		}
		r->to[v[i].value] = z->vertex_count - 1;
	}
	free(v);
	return true;
}

static int turn(const struct mm_world *a, const struct mm_world *b, int64_t x, int64_t y)
{
	wide v = (wide)((int64_t)b->x - a->x) * (y - a->y) - (wide)((int64_t)b->y - a->y) * (x - a->x);

	return (v > 0) - (v < 0);
}

/*
 * True when a side meets the square around a vertex of the grid that is rounded to it: the square has its
 * north and west edges, but not the others. Exact.
 */
static bool meets(const struct rounding *r, const int32_t *units)
{
	const struct mm_world *a = &r->a, *b = &r->b;
	const int shift = r->z->shift;
	const int64_t half = INT64_C(1) << (shift - 1);
	const int64_t x0 = ((int64_t)units[0] << shift) - half, x1 = x0 + 2 * half;
	const int64_t y0 = ((int64_t)units[1] << shift) - half, y1 = y0 + 2 * half;
	int left = 0, right = 0;

	if ((a->x < b->x ? a->x : b->x) >= x1 || (a->x > b->x ? a->x : b->x) < x0 ||
	    (a->y < b->y ? a->y : b->y) >= y1 || (a->y > b->y ? a->y : b->y) < y0)
		return false;
	if (a->x == b->x || a->y == b->y)
		return true;
	for (int i = 0; i < 4; i++) {
		int side = turn(a, b, i & 1 ? x1 : x0, i & 2 ? y1 : y0);

		left += side < 0;
		right += side > 0;
	}
	return (left && right) || turn(a, b, x0, y0) == 0; /* through it, or by its north-west corner */
}

static bool look(void *ctx, uint32_t vertex)
{
	struct rounding *r = ctx;
	const int32_t *p = r->z->at[vertex], *from = r->z->at[r->from], *until = r->z->at[r->until];

	if (r->visits_left == 0 || r->failed)
		return false;
	r->visits_left--;
	if (vertex == r->from || vertex == r->until || !meets(r, p))
		return true;
	if (r->hit_count == r->hit_cap) {
		size_t cap = r->hit_cap ? r->hit_cap * 2 : 64;
		struct hit *more = realloc(r->hit, cap * sizeof(*more));

		if (!more) {
			r->failed = true;
			return false;
		}
		r->hit = more;
		r->hit_cap = cap;
	}
	r->hit[r->hit_count++] = (struct hit){(until[0] < from[0] ? -1 : 1) * ((int64_t)p[0] - from[0]) +
						  (until[1] < from[1] ? -1 : 1) * ((int64_t)p[1] - from[1]),
					      vertex};
	return true;
}

static int by_way(const void *x, const void *y)
{
	const struct hit *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->vertex > b->vertex) - (a->vertex < b->vertex);
}

/* Vertices of the grid that a side passes through, and its end. */
static void put_side(struct rounding *r, uint32_t a, uint32_t b)
{
	const int32_t *from, *until;
	int32_t dx, dy;

	r->from = r->to[a];
	r->until = r->to[b];
	if (r->from == r->until)
		return;
	from = r->z->at[r->from];
	until = r->z->at[r->until];
	dx = abs(until[0] - from[0]);
	dy = abs(until[1] - from[1]);
	r->hit_count = 0;
	r->a = r->z->c->at[a];
	r->b = r->z->c->at[b];
	if (dx + dy > 1)
		mm_places_along(&r->places, r->a, r->b, (double)(INT64_C(1) << (r->z->shift - 1)), look, r);
	if (r->hit_count > 1)
		qsort(r->hit, r->hit_count, sizeof(*r->hit), by_way);
	for (size_t i = 0; i < r->hit_count; i++)
		if (!i || r->hit[i].vertex != r->hit[i - 1].vertex)
			mm_ids_add(&r->arcs.vertex, r->hit[i].vertex);
	mm_ids_add(&r->arcs.vertex, r->until);
}

/* Every arc of the coverage on the grid; one may be a single vertex there. */
static bool round_arcs(struct rounding *r)
{
	const struct mm_arcs *old = &r->z->c->arcs;

	r->arcs.start = malloc((old->count + 1) * sizeof(*r->arcs.start));
	if (!r->arcs.start)
		return false;
	for (size_t i = 0; i < old->count; i++) {
		r->arcs.start[i] = r->arcs.vertex.count;
		mm_ids_add(&r->arcs.vertex, r->to[old->vertex.v[old->start[i]]]);
		for (size_t k = old->start[i]; k + 1 < old->start[i + 1]; k++)
			put_side(r, old->vertex.v[k], old->vertex.v[k + 1]);
	}
	r->arcs.start[old->count] = r->arcs.vertex.count;
	return !r->arcs.vertex.failed && !r->failed;
}

/* Rings of the rounded arcs, and the arcs of those rings. */
static enum mm_code rebuild(struct rounding *r, struct mm_err *reterr)
{
	struct mm_coverage_zoom *z = r->z;
	const size_t rings = z->c->ring_count;
	struct mm_arcs view = r->arcs;
	struct mm_walks w = {.start = malloc((rings + 1) * sizeof(*w.start)), .ring_count = rings};
	enum mm_code rc;

	view.use = z->c->arcs.use;
	view.use_start = z->c->arcs.use_start;
	for (size_t i = 0; w.start && i < rings && !w.vertex.failed; i++) {
		w.start[i] = w.vertex.count;
		mm_arcs_walk(&view, i, &w.vertex);
		if (w.vertex.count > w.start[i])
			w.vertex.count =
			    w.start[i] + mm_ring_tidy(w.vertex.v + w.start[i], w.vertex.count - w.start[i]);
	}
	if (!w.start || w.vertex.failed) {
		rc = mm_fail_nomem(reterr);
	} else {
		w.start[rings] = w.vertex.count;
		rc = mm_arcs_build(&w, z->vertex_count, &z->arcs, reterr);
	}
	mm_walks_release(&w);
	return rc;
}

static enum mm_code index_grid(struct rounding *r, struct mm_err *reterr)
{
	const struct mm_coverage_zoom *z = r->z;
	struct mm_world_box *box = malloc(((size_t)z->vertex_count + 1) * sizeof(*box));
	enum mm_code rc;

	for (uint32_t i = 0; box && i < z->vertex_count; i++)
		box[i] = (struct mm_world_box){z->on[i].x, z->on[i].y, z->on[i].x, z->on[i].y};
	rc = box ? mm_places_build(box, NULL, z->vertex_count, &r->places, reterr) : mm_fail_nomem(reterr);
	free(box);
	return rc;
}

enum mm_code mm_coverage_round(struct mm_coverage_zoom *z, struct mm_err *reterr)
{
	struct rounding r = {
	    .z = z, .visits_left = (uint64_t)z->c->arcs.vertex.count * VISITS_A_VERTEX + VISITS_LEAST};
	enum mm_code rc = number_grid(&r) ? index_grid(&r, reterr) : mm_fail_nomem(reterr);

	if (!rc)
		rc = round_arcs(&r) ? rebuild(&r, reterr) : mm_fail_nomem(reterr);
	mm_places_release(&r.places);
	mm_arcs_release(&r.arcs);
	free(r.to);
	free(r.hit);
	return rc;
}
