#include "geom.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void mm_grow(void *ptr, int n, int *cap, size_t item_bytes)
{
	void **array = ptr;

	if (n < *cap)
		return;
	*cap = *cap ? *cap * 2 : 16;
	*array = realloc(*array, (size_t)*cap * item_bytes);
	if (!*array) {
		fprintf(stderr, "make-town: out of memory\n");
		exit(1);
	}
}

struct mm_pt mm_pt_snap(struct mm_pt p)
{
	return (struct mm_pt){round(p.x * 100.0) / 100.0, round(p.y * 100.0) / 100.0};
}

struct mm_pt mm_pt_move(struct mm_pt p, struct mm_pt dir, double along, double across)
{
	return (struct mm_pt){p.x + dir.x * along - dir.y * across, p.y + dir.y * along + dir.x * across};
}

double mm_pt_dist(struct mm_pt a, struct mm_pt b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

struct mm_pt mm_pt_dir(struct mm_pt from, struct mm_pt to)
{
	double d = mm_pt_dist(from, to);

	return d > 0 ? (struct mm_pt){(to.x - from.x) / d, (to.y - from.y) / d} : (struct mm_pt){1, 0};
}

struct mm_pt mm_pt_turn(struct mm_pt v, double deg)
{
	double a = deg * (M_PI / 180.0), s = sin(a), c = cos(a);

	return (struct mm_pt){v.x * c - v.y * s, v.x * s + v.y * c};
}

double mm_seg_dist(struct mm_pt p, struct mm_pt a, struct mm_pt b, double *ret_t)
{
	double dx = b.x - a.x, dy = b.y - a.y, len2 = dx * dx + dy * dy, t = 0;

	if (len2 > 0)
		t = fmin(1.0, fmax(0.0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / len2));
	if (ret_t)
		*ret_t = t;
	return hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

void mm_path_add(struct mm_path *path, struct mm_pt p)
{
	p = mm_pt_snap(p);
	if (path->n && mm_pt_dist(path->p[path->n - 1], p) < 0.005)
		return;
	mm_grow(&path->p, path->n, &path->cap, sizeof(*path->p));
	path->p[path->n++] = p;
}

void mm_path_free(struct mm_path *path)
{
	free(path->p);
	*path = (struct mm_path){0};
}

double mm_path_length(const struct mm_path *path)
{
	double sum = 0;

	for (int i = 1; i < path->n; i++)
		sum += mm_pt_dist(path->p[i - 1], path->p[i]);
	return sum;
}

struct mm_pt mm_path_at(const struct mm_path *path, double m, struct mm_pt *ret_dir)
{
	int i = 1;
	double d = 0;

	for (; i < path->n; i++) {
		d = mm_pt_dist(path->p[i - 1], path->p[i]);
		if (m <= d || i == path->n - 1)
			break;
		m -= d;
	}
	struct mm_pt dir = mm_pt_dir(path->p[i - 1], path->p[i]);
	if (ret_dir)
		*ret_dir = dir;
	return mm_pt_move(path->p[i - 1], dir, fmin(m, d), 0);
}

bool mm_path_inside(const struct mm_path *ring, struct mm_pt p)
{
	bool in = false;

	for (int i = 0, j = ring->n - 1; i < ring->n; j = i++) {
		struct mm_pt a = ring->p[i], b = ring->p[j];

		if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
			in = !in;
	}
	return in;
}

double mm_path_area(const struct mm_path *ring)
{
	double sum = 0;

	for (int i = 0, j = ring->n - 1; i < ring->n; j = i++)
		sum += ring->p[j].x * ring->p[i].y - ring->p[i].x * ring->p[j].y;
	return sum / 2;
}

double mm_path_dist(const struct mm_path *path, bool closed, struct mm_pt p)
{
	double best = INFINITY;

	for (int i = 1; i < path->n; i++)
		best = fmin(best, mm_seg_dist(p, path->p[i - 1], path->p[i], NULL));
	if (closed && path->n > 1)
		best = fmin(best, mm_seg_dist(p, path->p[path->n - 1], path->p[0], NULL));
	return best;
}

struct mm_rect mm_rect_new(struct mm_pt c, struct mm_pt u, double width, double height)
{
	return (struct mm_rect){.c = c, .u = u, .hw = width / 2, .hh = height / 2};
}

void mm_rect_corners(const struct mm_rect *r, struct mm_pt ret[4])
{
	ret[0] = mm_pt_move(r->c, r->u, -r->hw, -r->hh);
	ret[1] = mm_pt_move(r->c, r->u, r->hw, -r->hh);
	ret[2] = mm_pt_move(r->c, r->u, r->hw, r->hh);
	ret[3] = mm_pt_move(r->c, r->u, -r->hw, r->hh);
}

/* True when one of a's two axes separates the rectangles by more than gap. */
static bool parted(const struct mm_rect *a, const struct mm_rect *b, double gap)
{
	double dx = b->c.x - a->c.x, dy = b->c.y - a->c.y;
	double c = fabs(a->u.x * b->u.x + a->u.y * b->u.y), s = fabs(a->u.x * b->u.y - a->u.y * b->u.x);
	double along = fabs(dx * a->u.x + dy * a->u.y), across = fabs(dy * a->u.x - dx * a->u.y);

	return along > a->hw + b->hw * c + b->hh * s + gap || across > a->hh + b->hw * s + b->hh * c + gap;
}

bool mm_rect_overlap(const struct mm_rect *a, const struct mm_rect *b, double gap)
{
	return !parted(a, b, gap) && !parted(b, a, gap);
}

double mm_rect_pt_dist(const struct mm_rect *r, struct mm_pt p)
{
	double dx = p.x - r->c.x, dy = p.y - r->c.y;
	double along = fabs(dx * r->u.x + dy * r->u.y) - r->hw,
	       across = fabs(dy * r->u.x - dx * r->u.y) - r->hh;

	return hypot(fmax(along, 0), fmax(across, 0));
}

double mm_rect_seg_dist(const struct mm_rect *r, struct mm_pt a, struct mm_pt b)
{
	struct mm_rect line = mm_rect_new((struct mm_pt){(a.x + b.x) / 2, (a.y + b.y) / 2}, mm_pt_dir(a, b),
					  mm_pt_dist(a, b), 0);
	struct mm_pt c[4];
	double best;

	if (mm_rect_overlap(r, &line, 0))
		return 0;
	mm_rect_corners(r, c);
	best = fmin(mm_rect_pt_dist(r, a), mm_rect_pt_dist(r, b));
	for (int i = 0; i < 4; i++)
		best = fmin(best, mm_seg_dist(c[i], a, b, NULL));
	return best;
}
