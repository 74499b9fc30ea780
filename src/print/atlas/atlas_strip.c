#include "print/atlas/atlas_private.h"

#include <math.h>
#include <stdlib.h>

/*
 * Sheets along a line, each turned so that its piece of the line lies across it. Lines come as segments in
 * any order, so they are looked at as points, a fraction of a sheet from each other: the axis of them all
 * orders them, the axis of those of one sheet turns it. Where a line bends too much for a row of sheets (a
 * ring, a horseshoe), the sheets are those of a grid that it crosses.
 */

enum { SAMPLES_A_SHEET = 60, SAMPLES_MAX = 200000, TRIES = 8 };

static const double FILLED = 0.94; /* of the field: no line ends on its very edge */

struct sample {
	double x, y, along; /* along the axis of all */
};

struct strip {
	struct mm_atlas_maker *m;
	struct sample *at;
	size_t count;
	double width_m, height_m; /* of the field */
	double axis[2];
};

static int by_place(const void *a, const void *b)
{
	const struct sample *p = a, *q = b;

	return (p->along > q->along) - (p->along < q->along);
}

/* The middle of some samples and the direction in which they lie, both of length 2. */
static void find_axis(const struct sample *at, size_t count, double ret_middle[2], double ret_axis[2])
{
	double xx = 0, xy = 0, yy = 0, angle;

	ret_middle[0] = ret_middle[1] = 0;
	for (size_t i = 0; i < count; i++) {
		ret_middle[0] += at[i].x / (double)count;
		ret_middle[1] += at[i].y / (double)count;
	}
	for (size_t i = 0; i < count; i++) {
		const double dx = at[i].x - ret_middle[0], dy = at[i].y - ret_middle[1];

		xx += dx * dx;
		xy += dx * dy;
		yy += dy * dy;
	}
	angle = atan2(2 * xy, xx - yy) / 2;
	ret_axis[0] = cos(angle); /* to the right: angles are between -90 and 90 degrees */
	ret_axis[1] = sin(angle);
}

static bool add_sample(struct strip *s, double x, double y)
{
	if (s->count == SAMPLES_MAX)
		return false;
	s->at[s->count++] = (struct sample){.x = x, .y = y};
	return true;
}

static bool sample_ring(struct strip *s, const double *xy, uint32_t count, double every_m)
{
	bool has_room = count == 0 || add_sample(s, xy[0], xy[1]);

	for (uint32_t i = 1; i < count && has_room; i++) {
		const double *a = xy + 2 * (size_t)(i - 1), *b = a + 2;
		const double pieces = fmax(ceil(hypot(b[0] - a[0], b[1] - a[1]) / every_m), 1);

		for (double k = 1; k <= pieces && has_room; k++)
			has_room = add_sample(s, a[0] + (b[0] - a[0]) * k / pieces,
					      a[1] + (b[1] - a[1]) * k / pieces);
	}
	return has_room;
}

static enum mm_code sample_rows(struct strip *s)
{
	struct mm_atlas_maker *m = s->m;
	bool has_room = true;
	enum mm_code rc = MM_OK;

	for (uint32_t i = 0; i < m->row_count && !rc && has_room; i++) {
		struct mm_geom g;
		double *xy;
		size_t n, first = 0;

		rc = mm_atlas_vertices(m, m->row[i], &xy, &n, &g);
		for (uint32_t k = 0; n && k < g.ring_count && has_room; first += g.ring[k++])
			has_room = sample_ring(s, xy + 2 * first, g.ring[k], s->width_m / SAMPLES_A_SHEET);
	}
	if (!rc && !has_room)
		rc = mm_fail(
		    m->reterr, MM_E_LIMIT, "atlas",
		    "more than %d sheets: take a smaller scale (a larger number) or a narrower filter",
		    MM_PRINT_PLAN_SHEETS_MAX);
	return rc;
}

static void order(struct strip *s)
{
	double middle[2];

	find_axis(s->at, s->count, middle, s->axis);
	for (size_t i = 0; i < s->count; i++)
		s->at[i].along = s->at[i].x * s->axis[0] + s->at[i].y * s->axis[1];
	qsort(s->at, s->count, sizeof(*s->at), by_place);
}

static size_t first_at(const struct strip *s, double along)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		const size_t half = low + (high - low) / 2;

		if (s->at[half].along < along)
			low = half + 1;
		else
			high = half;
	}
	return low;
}

/* A sheet for what lies `length` along the axis from `from`: its middle and direction. False: it takes more
 * than a sheet. */
static bool fit_window(const struct strip *s, double from, double length, double ret_middle[2],
		       double ret_axis[2])
{
	const size_t first = first_at(s, from), end = first_at(s, from + length + 1e-6);
	double low = HUGE_VAL, high = -HUGE_VAL, slope, to_middle;
	bool fits = true;

	if (first == end)
		return false;
	find_axis(s->at + first, end - first, ret_middle, ret_axis);
	slope = ret_axis[0] * s->axis[0] + ret_axis[1] * s->axis[1];
	if (fabs(slope) < 0.3)
		return false;
	if (slope < 0) { /* all sheets read the same way up */
		ret_axis[0] = -ret_axis[0];
		ret_axis[1] = -ret_axis[1];
		slope = -slope;
	}
	/* the middle of the sheet is that of the window, and of what lies beside its axis */
	to_middle = (from + length / 2 - ret_middle[0] * s->axis[0] - ret_middle[1] * s->axis[1]) / slope;
	for (size_t i = first; i < end; i++) {
		const double dx = s->at[i].x - ret_middle[0], dy = s->at[i].y - ret_middle[1];
		const double along = dx * ret_axis[0] + dy * ret_axis[1],
			     across = dy * ret_axis[0] - dx * ret_axis[1];

		low = fmin(low, across);
		high = fmax(high, across);
		fits &= fabs(along - to_middle) <= s->width_m / 2;
	}
	ret_middle[0] += ret_axis[0] * to_middle - ret_axis[1] * (low + high) / 2;
	ret_middle[1] += ret_axis[1] * to_middle + ret_axis[0] * (low + high) / 2;
	return fits && high - low <= s->height_m * FILLED;
}

/* From one end to the other, with an overlap that lets the sheets end where the line does; *ret false: it
 * bends too much. */
static enum mm_code walk(struct strip *s, bool *ret)
{
	struct mm_atlas_maker *m = s->m;
	const double first = s->at[0].along, last = s->at[s->count - 1].along, width = s->width_m * FILLED;
	const double least = m->spec->plan->overlap;
	const double sheets = fmax(ceil((last - first - width * least) / (width * (1 - least)) - 1e-9), 1);
	const double overlap =
	    sheets > 1 ? fmin((width * sheets - (last - first)) / (width * (sheets - 1)), 0.5) : least;
	/* what one sheet has more than the line stands at both ends */
	double from = sheets > 1 ? first : first - (width - (last - first)) / 2;
	bool is_done = false;
	enum mm_code rc = MM_OK;

	*ret = true;
	while (!is_done && !rc) {
		double length = width, middle[2], axis[2];
		int tries = 0;

		while (tries < TRIES && !fit_window(s, from, length, middle, axis)) {
			length *= 0.85;
			tries++;
		}
		*ret = tries < TRIES;
		if (!*ret)
			break;
		rc = mm_atlas_add(m, middle, m->spec->scale, atan2(axis[1], axis[0]) * 180 / M_PI, m->row[0]);
		is_done = from + length >= last - 1e-3 * width;
		/* bends take more sheets: then these overlap as much as they have to */
		from += length * (1 - (length < width ? least : overlap));
	}
	return rc;
}

enum mm_code mm_atlas_make_strip(struct mm_atlas_maker *m)
{
	struct strip s = {.m = m,
			  .width_m = m->spec->map.width * m->spec->scale / 1000,
			  .height_m = m->spec->map.height * m->spec->scale / 1000,
			  .at = mm_arena_array(m->mem, SAMPLES_MAX, sizeof(struct sample))};
	struct mm_box extent = mm_box_empty();
	bool is_row = false;
	enum mm_code rc;

	if (!s.at)
		return mm_fail_nomem(m->reterr);
	rc = sample_rows(&s);
	if (rc || !s.count)
		return rc;
	order(&s);
	rc = walk(&s, &is_row);
	if (rc || is_row)
		return rc;
	m->atlas->count = 0;
	m->atlas->extent = extent;
	for (size_t i = 0; i < s.count; i++)
		mm_box_add(&extent, s.at[i].x, s.at[i].y);
	return mm_atlas_make_grid(m, &extent);
}
