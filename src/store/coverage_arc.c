#include "base/sort.h"
#include "store/coverage_private.h"

#include <stdlib.h>
#include <string.h>

/* Arcs out of rings, and rings out of arcs. */

void mm_ids_add(struct mm_ids *l, uint32_t id)
{
	if (l->count == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		uint32_t *wide = l->failed ? NULL : realloc(l->v, cap * sizeof(*wide));

		if (!wide) {
			l->failed = true;
			return;
		}
		l->v = wide;
		l->cap = cap;
	}
	l->v[l->count++] = id;
}

void mm_ids_release(struct mm_ids *l)
{
	free(l->v);
	*l = (struct mm_ids){0};
}

size_t mm_ring_tidy(uint32_t *v, size_t n)
{
	size_t end = 0, first = 0;

	for (size_t i = 0; i < n; i++) {
		if (end >= 1 && v[end - 1] == v[i])
			continue;
		if (end >= 2 && v[end - 2] == v[i])
			end--;
		else
			v[end++] = v[i];
	}
	while (end - first >= 2) { /* where the ring begins */
		if (v[first] == v[end - 1] || (end - first > 2 && v[end - 2] == v[first]))
			end--;
		else if (end - first > 2 && v[end - 1] == v[first + 1])
			first++;
		else
			break;
	}
	if (end - first < 3)
		return 0;
	memmove(v, v + first, (end - first) * sizeof(*v));
	return end - first;
}

void mm_walks_release(struct mm_walks *w)
{
	mm_ids_release(&w->vertex);
	free(w->start);
	*w = (struct mm_walks){0};
}

void mm_arcs_release(struct mm_arcs *a)
{
	mm_ids_release(&a->vertex);
	mm_ids_release(&a->use);
	free(a->start);
	free(a->use_start);
	*a = (struct mm_arcs){0};
}

static uint64_t pair(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

/* How many different neighbours each vertex has, 3 for more; NULL: out of memory. */
static unsigned char *count_neighbours(const struct mm_walks *w, uint32_t vertex_count)
{
	size_t n = w->vertex.count, k = 0;
	uint64_t *side = malloc((n + 1) * 2 * sizeof(*side));
	unsigned char *degree = calloc((size_t)vertex_count + 1, 1);

	if (!side || !degree) {
		free(side);
		free(degree);
		return NULL;
	}
	for (size_t r = 0; r < w->ring_count; r++)
		for (size_t i = w->start[r], end = w->start[r + 1]; i < end; i++) {
			uint32_t a = w->vertex.v[i], b = w->vertex.v[i + 1 < end ? i + 1 : w->start[r]];

			side[k++] = a < b ? pair(a, b) : pair(b, a);
		}
	mm_sort_u64(side, side + n, n);
	for (size_t i = 0; i < n; i++) {
		uint32_t ends[2] = {(uint32_t)(side[i] >> 32), (uint32_t)side[i]};

		for (int e = 0; e < 2 && (!i || side[i] != side[i - 1]); e++)
			degree[ends[e]] = (unsigned char)(degree[ends[e]] + (degree[ends[e]] < 3));
	}
	free(side);
	return degree;
}

/* A ring's way along one arc: `steps` sides from vertex `first` of the ring on. */
struct use {
	uint32_t ring, first, steps;
	bool is_backward;
};

struct uses {
	const struct mm_walks *w;
	struct use *use;
	struct mm_keyed *key; /* of each use; twice as many, to sort */
	size_t count;
};

/* An arc is known by its first two vertices, from that end where they are the lower ones. */
static void add_use(struct uses *u, uint32_t ring, size_t first, size_t steps)
{
	const uint32_t *v = u->w->vertex.v + u->w->start[ring];
	const size_t n = u->w->start[ring + 1] - u->w->start[ring], last = first + steps;
	const uint64_t forward = pair(v[first % n], v[(first + 1) % n]),
		       backward = pair(v[last % n], v[(last - 1) % n]);

	u->key[u->count] = (struct mm_keyed){forward < backward ? forward : backward, u->count};
	u->use[u->count++] = (struct use){ring, (uint32_t)(first % n), (uint32_t)steps, backward < forward};
}

static void use_ring(struct uses *u, uint32_t ring, const unsigned char *degree)
{
	const uint32_t *v = u->w->vertex.v + u->w->start[ring];
	const size_t n = u->w->start[ring + 1] - u->w->start[ring];
	size_t node = 0, lowest = 0;

	while (node < n && degree[v[node]] == 2) {
		lowest = v[node] < v[lowest] ? node : lowest;
		node++;
	}
	if (node == n && n)
		add_use(u, ring, lowest, n);
	for (size_t i = node, next; i < node + n && node < n; i = next) {
		next = i + 1;
		while (degree[v[next % n]] == 2)
			next++;
		add_use(u, ring, i, next - i);
	}
}

static void put_chain(const struct mm_walks *w, const struct use *u, struct mm_ids *out)
{
	const uint32_t *v = w->vertex.v + w->start[u->ring];
	const size_t n = w->start[u->ring + 1] - w->start[u->ring];

	for (size_t k = 0; k <= u->steps; k++)
		mm_ids_add(out, v[(u->first + (u->is_backward ? u->steps - k : k)) % n]);
}

/* Numbers the arcs by their keys. */
static bool gather(struct uses *u, struct mm_arcs *ret)
{
	ret->use.v = malloc((u->count + 1) * sizeof(*ret->use.v));
	ret->start = malloc((u->count + 1) * sizeof(*ret->start));
	if (!ret->use.v || !ret->start)
		return false;
	ret->use.count = ret->use.cap = u->count;
	mm_sort_keyed(u->key, u->key + u->count, u->count);
	for (size_t i = 0; i < u->count; i++) {
		const struct use *use = &u->use[u->key[i].value];

		if (!i || u->key[i].key != u->key[i - 1].key) {
			ret->start[ret->count++] = ret->vertex.count;
			put_chain(u->w, use, &ret->vertex);
		}
		ret->use.v[u->key[i].value] = (uint32_t)(ret->count - 1) << 1 | use->is_backward;
	}
	ret->start[ret->count] = ret->vertex.count;
	return !ret->vertex.failed;
}

enum mm_code mm_arcs_build(const struct mm_walks *w, uint32_t vertex_count, struct mm_arcs *ret,
			   struct mm_err *reterr)
{
	struct uses u = {.w = w,
			 .use = malloc((w->vertex.count + 1) * sizeof(*u.use)),
			 .key = malloc((w->vertex.count + 1) * 2 * sizeof(*u.key))};
	unsigned char *degree = count_neighbours(w, vertex_count);
	bool fine = u.use && u.key && degree;

	*ret = (struct mm_arcs){.use_start = malloc((w->ring_count + 1) * sizeof(*ret->use_start))};
	fine = fine && ret->use_start;
	for (uint32_t r = 0; fine && r < w->ring_count; r++) {
		ret->use_start[r] = u.count;
		use_ring(&u, r, degree);
	}
	if (fine) {
		ret->use_start[w->ring_count] = u.count;
		fine = gather(&u, ret);
	}
	free(u.use);
	free(u.key);
	free(degree);
	return fine ? MM_OK : mm_fail_nomem(reterr);
}

void mm_arcs_walk(const struct mm_arcs *a, size_t ring, struct mm_ids *ret)
{
	for (size_t i = a->use_start[ring]; i < a->use_start[ring + 1]; i++) {
		size_t arc = a->use.v[i] >> 1, first = a->start[arc], last = a->start[arc + 1] - 1;

		for (size_t k = first; k < last; k++) /* its last vertex is the next one's first */
			mm_ids_add(ret, a->vertex.v[a->use.v[i] & 1 ? last - (k - first) : k]);
	}
}
