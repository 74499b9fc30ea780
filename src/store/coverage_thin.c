#include "geo/simplify.h"
#include "grid/shape.h"
#include "store/coverage_private.h"

#include <stdlib.h>
#include <string.h>

/* Arcs simplified, each once, so that nothing changes sides. */

enum { HALVINGS = 3, ROUNDS_MAX = 12, STEPS_A_VERTEX = 512, STEPS_LEAST = 1 << 26 };

struct thinning {
	struct mm_coverage_zoom *z;
	unsigned char *halved; /* of each arc, how often; HALVINGS: all of it stays */
	unsigned char *keep;   /* of each vertex of each arc */
	double *xy;            /* an arc's places */
	struct mm_simplify simplify;
	struct mm_places stay; /* vertices that stay, of all arcs */
	const uint32_t *chain; /* the piece of an arc at hand, both ends with it */
	size_t chain_count;
	bool is_crossed; /* something stays between it and the line drawn instead */
	uint64_t steps_left;
};

static double tolerance_of(unsigned halved)
{
	return halved >= HALVINGS ? 0 : (double)MM_TILE_TOLERANCE / (1 << halved);
}

/* Marks what stays of an arc. */
static void simplify_arc(struct thinning *t, size_t arc)
{
	const struct mm_arcs *arcs = &t->z->arcs;
	const size_t first = arcs->start[arc], n = arcs->start[arc + 1] - first;
	const double tolerance = tolerance_of(t->halved[arc]);
	size_t kept = n, k = 0;

	for (size_t i = 0; i < n; i++) {
		t->xy[2 * i] = t->z->at[arcs->vertex.v[first + i]][0];
		t->xy[2 * i + 1] = t->z->at[arcs->vertex.v[first + i]][1];
	}
	if (tolerance > 0)
		kept = mm_simplify_run(&t->simplify, t->xy, n, tolerance);
	for (size_t i = 0; i < n; i++) {
		const int32_t *p = t->z->at[arcs->vertex.v[first + i]];
		bool stays = k < kept && (int32_t)t->xy[2 * k] == p[0] && (int32_t)t->xy[2 * k + 1] == p[1];

		t->keep[first + i] = stays;
		k += stays;
	}
}

static enum mm_code index_stay(struct thinning *t, struct mm_err *reterr)
{
	const struct mm_coverage_zoom *z = t->z;
	struct mm_world_box *box = malloc(((size_t)z->vertex_count + 1) * sizeof(*box));
	uint32_t *number = malloc(((size_t)z->vertex_count + 1) * sizeof(*number)), count = 0;
	unsigned char *is_there = calloc((size_t)z->vertex_count + 1, 1);
	enum mm_code rc;

	mm_places_release(&t->stay);
	for (size_t i = 0; box && number && is_there && i < z->arcs.vertex.count; i++) {
		uint32_t v = z->arcs.vertex.v[i];

		if (!t->keep[i] || is_there[v])
			continue;
		is_there[v] = 1;
		number[count] = v;
		box[count++] = (struct mm_world_box){z->on[v].x, z->on[v].y, z->on[v].x, z->on[v].y};
	}
	rc = box && number && is_there ? mm_places_build(box, number, count, &t->stay, reterr)
				       : mm_fail_nomem(reterr);
	free(box);
	free(number);
	free(is_there);
	return rc;
}

/* Which way a-b-p turns; places on the grid are below 2^28. */
static int turn(const int32_t *a, const int32_t *b, const int32_t *p)
{
	int64_t v =
	    ((int64_t)b[0] - a[0]) * ((int64_t)p[1] - a[1]) - ((int64_t)b[1] - a[1]) * ((int64_t)p[0] - a[0]);

	return (v > 0) - (v < 0);
}

/* How often the piece, closed by the line drawn instead, goes around a place that is on neither. */
static int winding(const struct thinning *t, const int32_t *p)
{
	int(*const at)[2] = t->z->at;
	int sum = 0;

	for (size_t i = 0; i < t->chain_count; i++) {
		const int32_t *a = at[t->chain[i]], *b = at[t->chain[(i + 1) % t->chain_count]];

		if (a[1] <= p[1] && b[1] > p[1])
			sum += turn(a, b, p) > 0;
		else if (a[1] > p[1] && b[1] <= p[1])
			sum -= turn(a, b, p) < 0;
	}
	return sum;
}

static bool is_on(const int32_t *a, const int32_t *b, const int32_t *p)
{
	return turn(a, b, p) == 0 && (int64_t)(p[0] - a[0]) * (p[0] - b[0]) <= 0 &&
	       (int64_t)(p[1] - a[1]) * (p[1] - b[1]) <= 0;
}

static bool look(void *ctx, uint32_t vertex)
{
	struct thinning *t = ctx;
	const uint32_t a = t->chain[0], b = t->chain[t->chain_count - 1];
	const int32_t *p = t->z->at[vertex];

	if (vertex == a || vertex == b)
		return true;
	if (t->steps_left < t->chain_count) {
		t->steps_left = 0;
		return false;
	}
	t->steps_left -= t->chain_count;
	t->is_crossed = is_on(t->z->at[a], t->z->at[b], p) || winding(t, p) != 0;
	return !t->is_crossed;
}

/* True when something that stays lies between an arc and its simplified form. */
static bool arc_is_crossed(struct thinning *t, size_t arc)
{
	const struct mm_coverage_zoom *z = t->z;
	const size_t first = z->arcs.start[arc], end = z->arcs.start[arc + 1];
	const double margin = (tolerance_of(t->halved[arc]) * 1.25 + 1) * (double)(INT64_C(1) << z->shift);

	t->is_crossed = false;
	for (size_t i = first, next; i + 1 < end && !t->is_crossed; i = next) {
		next = i + 1;
		while (!t->keep[next])
			next++;
		if (next == i + 1)
			continue;
		t->chain = z->arcs.vertex.v + i;
		t->chain_count = next - i + 1;
		mm_places_along(&t->stay, z->on[t->chain[0]], z->on[t->chain[t->chain_count - 1]], margin,
				look, t);
	}
	return t->is_crossed;
}

/* Tries all arcs, and those that are crossed again. */
static enum mm_code simplify_all(struct thinning *t, struct mm_err *reterr)
{
	const size_t count = t->z->arcs.count;
	bool again = true;

	for (size_t i = 0; i < count; i++)
		simplify_arc(t, i);
	for (int round = 0; again && round < ROUNDS_MAX; round++) {
		enum mm_code rc = index_stay(t, reterr);

		if (rc)
			return rc;
		again = false;
		for (size_t i = 0; i < count; i++) {
			if (t->halved[i] == HALVINGS || !arc_is_crossed(t, i))
				continue;
			t->halved[i] = (unsigned char)(round < ROUNDS_MAX / 2 ? t->halved[i] + 1 : HALVINGS);
			simplify_arc(t, i);
			again = true;
		}
	}
	return MM_OK;
}

/* Takes out of the arcs what does not stay. */
static void compact(struct thinning *t)
{
	struct mm_arcs *arcs = &t->z->arcs;
	size_t n = 0, from = 0;

	for (size_t arc = 0; arc < arcs->count; arc++) {
		size_t end = arcs->start[arc + 1];

		arcs->start[arc] = n;
		for (; from < end; from++)
			if (t->keep[from])
				arcs->vertex.v[n++] = arcs->vertex.v[from];
	}
	arcs->start[arcs->count] = arcs->vertex.count = n;
}

enum mm_code mm_coverage_thin(struct mm_coverage_zoom *z, struct mm_err *reterr)
{
	const size_t n = z->arcs.vertex.count;
	struct thinning t = {.z = z,
			     .halved = calloc(z->arcs.count + 1, 1),
			     .keep = calloc(n + 1, 1),
			     .xy = malloc((n + 1) * 2 * sizeof(*t.xy)),
			     .steps_left = (uint64_t)n * STEPS_A_VERTEX + STEPS_LEAST};
	enum mm_code rc = t.halved && t.keep && t.xy ? simplify_all(&t, reterr) : mm_fail_nomem(reterr);

	if (!rc)
		compact(&t);
	mm_simplify_release(&t.simplify);
	mm_places_release(&t.stay);
	free(t.halved);
	free(t.keep);
	free(t.xy);
	return rc;
}
