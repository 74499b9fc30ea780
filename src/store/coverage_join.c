#include "base/sort.h"
#include "store/coverage_private.h"

#include <stdlib.h>

/* Vertices that lie on sides of others. */

enum { VISITS_A_SIDE = 64, VISITS_LEAST = 1 << 22 };

/* A vertex to be put into a side. */
struct found {
	uint32_t side, vertex;
	double at; /* from the side's lower end */
};

struct joining {
	const struct mm_world *at;
	uint64_t *side; /* lower end << 32 | upper end; each once, ascending */
	uint32_t side_count;
	struct mm_world_box *box; /* of sides */
	struct found *found;
	size_t found_count, found_cap;
	uint32_t vertex; /* that is looked at */
	uint64_t visits_left;
	bool failed;
};

static uint64_t side_of(uint32_t a, uint32_t b)
{
	return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

static uint32_t next_in_ring(const struct mm_walks *w, size_t ring, size_t i)
{
	return w->vertex.v[i + 1 < w->start[ring + 1] ? i + 1 : w->start[ring]];
}

/* All sides, each once. */
static bool list_sides(struct joining *j, const struct mm_walks *w)
{
	const size_t n = w->vertex.count;
	size_t k = 0;

	j->side = malloc((n + 1) * 2 * sizeof(*j->side));
	if (!j->side)
		return false;
	for (size_t r = 0; r < w->ring_count; r++)
		for (size_t i = w->start[r]; i < w->start[r + 1]; i++)
			j->side[k++] = side_of(w->vertex.v[i], next_in_ring(w, r, i));
	mm_sort_u64(j->side, j->side + n, n);
	for (size_t i = 0; i < n; i++)
		if (!i || j->side[i] != j->side[i - 1])
			j->side[j->side_count++] = j->side[i];
	return true;
}

/* Boxes of sides, a unit wider. */
static bool box_sides(struct joining *j)
{
	j->box = malloc(((size_t)j->side_count + 1) * sizeof(*j->box));
	for (uint32_t i = 0; j->box && i < j->side_count; i++) {
		struct mm_world a = j->at[j->side[i] >> 32], b = j->at[(uint32_t)j->side[i]];

		j->box[i] = (struct mm_world_box){
		    mm_in_world((double)(a.x < b.x ? a.x : b.x) - 1),
		    mm_in_world((double)(a.y < b.y ? a.y : b.y) - 1),
		    mm_in_world((double)(a.x > b.x ? a.x : b.x) + 1),
		    mm_in_world((double)(a.y > b.y ? a.y : b.y) + 1),
		};
	}
	return j->box != NULL;
}

static void add_found(struct joining *j, struct found f)
{
	if (j->found_count == j->found_cap) {
		size_t cap = j->found_cap ? j->found_cap * 2 : 256;
		struct found *wide = realloc(j->found, cap * sizeof(*wide));

		if (!wide) {
			j->failed = true;
			return;
		}
		j->found = wide;
		j->found_cap = cap;
	}
	j->found[j->found_count++] = f;
}

static bool look_at_side(void *ctx, uint32_t side)
{
	struct joining *j = ctx;
	const uint32_t ends[2] = {(uint32_t)(j->side[side] >> 32), (uint32_t)j->side[side]};
	const struct mm_world a = j->at[ends[0]], b = j->at[ends[1]], p = j->at[j->vertex];
	const double dx = (double)b.x - a.x, dy = (double)b.y - a.y;
	const double px = (double)p.x - a.x, py = (double)p.y - a.y;
	const double length2 = dx * dx + dy * dy, along = px * dx + py * dy, off = px * dy - py * dx;

	if (j->visits_left == 0 || j->failed)
		return false;
	j->visits_left--;
	if (j->vertex != ends[0] && j->vertex != ends[1] && along > 0 && along < length2 &&
	    off * off <= length2)
		add_found(j, (struct found){side, j->vertex, along});
	return true;
}

static int by_side(const void *x, const void *y)
{
	const struct found *a = x, *b = y;

	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	if (a->at < b->at || a->at > b->at)
		return a->at < b->at ? -1 : 1;
	return (a->vertex > b->vertex) - (a->vertex < b->vertex);
}

/* Looks for sides near each vertex that a ring has. */
static enum mm_code find_all(struct joining *j, const struct mm_walks *w, uint32_t vertex_count,
			     struct mm_err *reterr)
{
	unsigned char *is_used = calloc((size_t)vertex_count + 1, 1);
	struct mm_places sides = {0};
	enum mm_code rc;

	if (!is_used || !list_sides(j, w) || !box_sides(j)) {
		free(is_used);
		return mm_fail_nomem(reterr);
	}
	j->visits_left = (uint64_t)j->side_count * VISITS_A_SIDE + VISITS_LEAST;
	rc = mm_places_build(j->box, NULL, j->side_count, &sides, reterr);
	for (size_t i = 0; !rc && i < w->vertex.count; i++) {
		struct mm_world p = j->at[w->vertex.v[i]];

		if (is_used[w->vertex.v[i]])
			continue;
		is_used[w->vertex.v[i]] = 1;
		j->vertex = w->vertex.v[i];
		mm_rtree_search(&sides.tree, &(struct mm_world_box){p.x, p.y, p.x, p.y}, look_at_side, j);
	}
	mm_places_release(&sides);
	free(is_used);
	if (!rc && j->failed)
		rc = mm_fail_nomem(reterr);
	if (!rc && j->found_count)
		qsort(j->found, j->found_count, sizeof(*j->found), by_side);
	return rc;
}

static uint64_t side_found(const struct joining *j, size_t i)
{
	return j->side[j->found[i].side];
}

/* A side's first vertex and those that were found on it, in the ring's direction. */
static void put_side(const struct joining *j, uint32_t a, uint32_t b, struct mm_ids *out)
{
	const uint64_t side = side_of(a, b);
	size_t low = 0, high = j->found_count, end;

	mm_ids_add(out, a);
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (side_found(j, mid) < side)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low; end < j->found_count && side_found(j, end) == side; end++)
		if (a < b)
			mm_ids_add(out, j->found[end].vertex);
	while (a > b && end > low)
		mm_ids_add(out, j->found[--end].vertex);
}

static void put_all(const struct joining *j, struct mm_walks *w, struct mm_ids *out)
{
	size_t first = 0;

	for (size_t r = 0; r < w->ring_count; r++) {
		size_t start = out->count;

		for (size_t i = first; i < w->start[r + 1]; i++)
			put_side(j, w->vertex.v[i], w->vertex.v[i + 1 < w->start[r + 1] ? i + 1 : first],
				 out);
		first = w->start[r + 1];
		w->start[r] = start;
	}
	w->start[w->ring_count] = out->count;
}

enum mm_code mm_coverage_join(struct mm_walks *w, const struct mm_world *at, uint32_t vertex_count,
			      struct mm_err *reterr)
{
	struct joining j = {.at = at};
	enum mm_code rc = find_all(&j, w, vertex_count, reterr);

	if (!rc && j.found_count) {
		struct mm_ids out = {0};

		put_all(&j, w, &out);
		mm_ids_release(&w->vertex);
		w->vertex = out;
		rc = out.failed ? mm_fail_nomem(reterr) : MM_OK;
	}
	free(j.side);
	free(j.box);
	free(j.found);
	return rc;
}
