#include "store/cluster.h"

#include "base/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void mm_clusters_release(struct mm_clusters *c)
{
	free(c->cluster);
	free(c->value);
	*c = (struct mm_clusters){.fold = c->fold, .values = c->values};
}

/* A grid of squares as wide as the radius: clusters by the square that they lie in. */
struct grid {
	struct mm_keyed *at; /* key: square, value: cluster; by key */
	size_t count;
	double size;
	uint8_t *taken;
};

static uint64_t square(double size, double x, double y)
{
	return (uint64_t)(y / size) << 32 | (uint32_t)(x / size);
}

static enum mm_code make_grid(const struct mm_clusters *c, double size, struct grid *g, struct mm_err *reterr)
{
	g->count = c->count;
	g->size = size;
	g->at = malloc((c->count + 1) * 2 * sizeof(*g->at));
	g->taken = calloc(c->count + 1, 1);
	if (!g->at || !g->taken)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < c->count; i++)
		g->at[i] = (struct mm_keyed){square(size, c->cluster[i].x, c->cluster[i].y), i};
	mm_sort_keyed(g->at, g->at + c->count, c->count);
	return MM_OK;
}

/* The first entry whose key is not below. */
static size_t first_at(const struct grid *g, uint64_t key)
{
	size_t low = 0, high = g->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (g->at[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void fold_values(const struct mm_clusters *c, double *to, const double *from)
{
	for (size_t i = 0; i < c->values; i++) {
		if (isnan(from[i]))
			continue;
		if (c->fold[i] == MM_CLUSTER_SUM)
			to[i] = isnan(to[i]) ? from[i] : to[i] + from[i];
		else if (isnan(to[i]) || (c->fold[i] == MM_CLUSTER_MIN ? from[i] < to[i] : from[i] > to[i]))
			to[i] = from[i];
	}
}

static void join(const struct mm_clusters *c, struct mm_cluster *to, const struct mm_cluster *from)
{
	double all = (double)to->count + from->count;

	to->x += (from->x - to->x) * (from->count / all);
	to->y += (from->y - to->y) * (from->count / all);
	to->count += from->count;
	fold_values(c, c->value + to->value, c->value + from->value);
}

/* Takes all that lie within the radius of the i-th into `to`, which begins as it. */
static void gather(const struct mm_clusters *c, struct grid *g, size_t i, struct mm_cluster *to)
{
	const double x = c->cluster[i].x, y = c->cluster[i].y;
	const double left = x < g->size ? 0 : x - g->size, top = y < g->size ? 0 : y - g->size;
	const uint64_t first_row = (uint64_t)(top / g->size), last_row = (uint64_t)((y + g->size) / g->size);

	for (uint64_t row = first_row; row <= last_row; row++) {
		const uint64_t last = row << 32 | (uint32_t)((x + g->size) / g->size);

		for (size_t k = first_at(g, row << 32 | (uint32_t)(left / g->size));
		     k < g->count && g->at[k].key <= last; k++) {
			size_t j = g->at[k].value;
			double dx = c->cluster[j].x - x, dy = c->cluster[j].y - y;

			if (g->taken[j] || dx * dx + dy * dy > g->size * g->size)
				continue;
			g->taken[j] = 1;
			join(c, to, &c->cluster[j]);
		}
	}
}

enum mm_code mm_clusters_merge(struct mm_clusters *c, double radius, struct mm_err *reterr)
{
	struct mm_cluster *merged = malloc((c->count + 1) * sizeof(*merged));
	struct grid g = {0};
	size_t n = 0;
	enum mm_code rc = merged ? make_grid(c, radius, &g, reterr) : mm_fail_nomem(reterr);

	for (size_t i = 0; i < c->count && !rc; i++) {
		if (g.taken[i])
			continue;
		g.taken[i] = 1;
		merged[n] = c->cluster[i];
		gather(c, &g, i, &merged[n++]);
	}
	free(g.at);
	free(g.taken);
	if (rc) {
		free(merged);
		return rc;
	}
	free(c->cluster);
	c->cluster = merged;
	c->count = n;
	return MM_OK;
}
