#include "print/plot/join.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double NEAR_MM = 0.1;

enum { NONE = -1 };

/* Where a strand begins or ends. */
struct end {
	int64_t x, y;
	uint32_t name, strand;
	bool is_last;
};

static int compare(const void *a, const void *b)
{
	const struct end *p = a, *q = b;

	if (p->name != q->name)
		return p->name < q->name ? -1 : 1;
	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	if (p->strand != q->strand)
		return p->strand < q->strand ? -1 : 1;
	return (int)p->is_last - (int)q->is_last;
}

static bool same_place(const struct end *p, const struct end *q)
{
	return p->name == q->name && p->x == q->x && p->y == q->y;
}

static struct end end_of(const struct mm_plot_strand *s, uint32_t number, const double *xy, bool is_last)
{
	const double *at = xy + 2 * (s->first + (is_last ? s->count - 1 : 0));

	return (struct end){.x = llround(at[0] / NEAR_MM),
			    .y = llround(at[1] / NEAR_MM),
			    .name = s->name,
			    .strand = number,
			    .is_last = is_last};
}

/* link[2 * i] and link[2 * i + 1]: the end (2 * strand + is_last) that meets the first and last end of i. */
static bool link_ends(const struct mm_plot_strand *strand, size_t count, const double *xy, int64_t *link)
{
	struct end *end = malloc((2 * count + 1) * sizeof(*end));

	if (!end)
		return false;
	for (size_t i = 0; i < count; i++) {
		end[2 * i] = end_of(&strand[i], (uint32_t)i, xy, false);
		end[2 * i + 1] = end_of(&strand[i], (uint32_t)i, xy, true);
		link[2 * i] = link[2 * i + 1] = NONE;
	}
	qsort(end, 2 * count, sizeof(*end), compare);
	for (size_t i = 0, n; i < 2 * count; i += n) {
		for (n = 1; i + n < 2 * count && same_place(&end[i], &end[i + n]); n++)
			;
		if (n == 2 && end[i].strand != end[i + 1].strand) {
			const size_t a = 2 * (size_t)end[i].strand + end[i].is_last,
				     b = 2 * (size_t)end[i + 1].strand + end[i + 1].is_last;

			link[a] = (int64_t)b;
			link[b] = (int64_t)a;
		}
	}
	free(end);
	return true;
}

/* The points of a strand, from one end to the other; the first is there already when it goes on. */
static void put(const struct mm_plot_strand *s, const double *xy, bool is_backwards, bool goes_on,
		struct mm_points *ret)
{
	for (size_t i = goes_on ? 1 : 0; i < s->count; i++) {
		const double *at = xy + 2 * (s->first + (is_backwards ? s->count - 1 - i : i));

		mm_points_add(ret, at[0], at[1]);
	}
}

/* Walks from an end of a strand to the last it is linked to. */
static void walk(const struct mm_plot_strand *strand, const double *xy, const int64_t *link, size_t from,
		 bool *used, struct mm_plot_strand *ret, struct mm_points *ret_at)
{
	size_t in = from; /* the end by which a strand is entered */

	*ret = strand[from / 2];
	ret->first = ret_at->count;
	for (bool goes_on = false;; goes_on = true) {
		used[in / 2] = true;
		put(&strand[in / 2], xy, in & 1, goes_on, ret_at);
		if (link[in ^ 1] == NONE || used[(size_t)link[in ^ 1] / 2])
			break;
		in = (size_t)link[in ^ 1];
	}
	ret->count = ret_at->count - ret->first;
}

/* The end where the line begins that a strand belongs to; of a ring, its own. */
static size_t begin_of(const int64_t *link, size_t strand)
{
	size_t at = 2 * strand;

	while (link[at] != NONE) {
		at = (size_t)link[at] ^ 1;
		if (at / 2 == strand)
			return 2 * strand;
	}
	return at;
}

size_t mm_plot_join(const struct mm_plot_strand *strand, size_t count, const double *xy,
		    struct mm_plot_strand *ret, struct mm_points *ret_at)
{
	int64_t *link = malloc((2 * count + 1) * sizeof(*link));
	bool *used = calloc(count + 1, sizeof(*used));
	size_t n = 0;

	if (link && used && link_ends(strand, count, xy, link)) {
		for (size_t i = 0; i < count; i++)
			if (!used[i])
				walk(strand, xy, link, begin_of(link, i), used, &ret[n++], ret_at);
	} else {
		n = SIZE_MAX;
	}
	free(link);
	free(used);
	return ret_at->failed ? SIZE_MAX : n;
}
