#include "geo/topo_share_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Lines are divided segment by segment, each by spans of itself: what overlay gives of one segment in two
 * polygons need not lie on one line to the last bit, and is never found equal.
 */

struct span {
	double from, to; /* 0..1 of the segment */
};

/* Spans that do not meet, in order. */
struct spans {
	struct span *span;
	size_t count, cap;
};

/* A polygon that some of the lines meets. */
struct rival {
	size_t index;
	struct mm_box box;
};

struct line_job {
	struct mm_share_job *job;
	struct rival *rival;
	size_t rival_count;
	struct spans taken; /* of the segment, by earlier polygons */
	double twice;       /* length that more than one polygon has */
	bool failed;
};

/* ---- spans ---- */

/* Adds a span; how much of it is new. */
static double claim(struct line_job *l, double from, double to)
{
	struct spans *s = &l->taken;
	double known = 0, fresh;
	size_t first = 0, last;

	while (first < s->count && s->span[first].to < from)
		first++;
	for (last = first; last < s->count && s->span[last].from <= to; last++)
		known += fmin(s->span[last].to, to) - fmax(s->span[last].from, from);
	fresh = to - from - known;
	if (last > first) {
		from = fmin(from, s->span[first].from);
		to = fmax(to, s->span[last - 1].to);
	} else if (s->count == s->cap) {
		const size_t cap = s->cap * 2 + 16;
		struct span *more = realloc(s->span, cap * sizeof(*more));

		if (!more) {
			l->failed = true;
			return 0;
		}
		s->span = more;
		s->cap = cap;
	}
	memmove(s->span + first + 1, s->span + last, (s->count - last) * sizeof(*s->span));
	s->count = s->count + 1 - (last - first);
	s->span[first] = (struct span){from, to};
	return fresh;
}

static double covered(const struct spans *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->count; i++)
		sum += s->span[i].to - s->span[i].from;
	return sum;
}

/* ---- one segment ---- */

struct segment {
	const double *a, *b;
	double length;
	GEOSGeometry *line;
};

static double along(const struct segment *s, double x, double y)
{
	const double dx = s->b[0] - s->a[0], dy = s->b[1] - s->a[1];
	const double t = ((x - s->a[0]) * dx + (y - s->a[1]) * dy) / (dx * dx + dy * dy);

	return fmin(fmax(t, 0), 1);
}

static void claim_part(struct line_job *l, const struct segment *s, size_t polygon, double from, double to)
{
	const double asked = to - from, fresh = asked > 0 ? claim(l, from, to) : 0;

	l->job->part[polygon] += fresh * s->length;
	l->twice += (asked - fresh) * s->length;
}

/* What overlay left of the segment: lines, or a collection of lines and points. */
static void claim_pieces(struct line_job *l, const struct segment *s, size_t polygon, const GEOSGeometry *g)
{
	const GEOSContextHandle_t geos = l->job->t->geos;
	const int n = GEOSGetNumGeometries_r(geos, g);

	for (int i = 0; i < n && !l->failed; i++) {
		const GEOSGeometry *one = GEOSGetGeometryN_r(geos, g, i);
		const GEOSCoordSequence *seq;
		double x0, y0, x1, y1;
		unsigned count = 0;

		if (GEOSGeomTypeId_r(geos, one) != GEOS_LINESTRING || GEOSisEmpty_r(geos, one))
			continue;
		seq = GEOSGeom_getCoordSeq_r(geos, one);
		if (!GEOSCoordSeq_getSize_r(geos, seq, &count) ||
		    !GEOSCoordSeq_getXY_r(geos, seq, 0, &x0, &y0) ||
		    !GEOSCoordSeq_getXY_r(geos, seq, count - 1, &x1, &y1)) {
			l->failed = true;
			return;
		}
		x0 = along(s, x0, y0);
		x1 = along(s, x1, y1);
		claim_part(l, s, polygon, fmin(x0, x1), fmax(x0, x1));
	}
}

static void share_with(struct line_job *l, const struct segment *s, size_t polygon)
{
	const GEOSContextHandle_t geos = l->job->t->geos;
	const struct mm_topo_shape *shape = l->job->in[polygon];
	const char meets = GEOSPreparedIntersects_r(geos, shape->prepared, s->line);
	const char covers = meets == 1 ? GEOSPreparedCovers_r(geos, shape->prepared, s->line) : 0;
	GEOSGeometry *common;

	l->failed |= meets > 1 || covers > 1;
	if (l->failed || !meets)
		return;
	if (covers) {
		claim_part(l, s, polygon, 0, 1);
		return;
	}
	common = GEOSIntersection_r(geos, shape->g, s->line);
	l->failed = !common;
	if (common)
		claim_pieces(l, s, polygon, common);
	GEOSGeom_destroy_r(geos, common);
}

static void share_segment(struct line_job *l, const double *xy)
{
	const GEOSContextHandle_t geos = l->job->t->geos;
	struct segment s = {.a = xy, .b = xy + 2, .length = hypot(xy[2] - xy[0], xy[3] - xy[1])};
	const struct mm_box box = {fmin(xy[0], xy[2]), fmin(xy[1], xy[3]), fmax(xy[0], xy[2]),
				   fmax(xy[1], xy[3])};
	GEOSCoordSequence *seq;

	if (s.length == 0)
		return;
	seq = GEOSCoordSeq_copyFromBuffer_r(geos, xy, 2, 0, 0);
	s.line = seq ? GEOSGeom_createLineString_r(geos, seq) : NULL;
	l->failed = !s.line;
	l->taken.count = 0;
	for (size_t i = 0; i < l->rival_count && !l->failed; i++)
		if (mm_box_meets(&box, &l->rival[i].box))
			share_with(l, &s, l->rival[i].index);
	l->job->sum->outside += s.length * fmax(1 - covered(&l->taken), 0);
	GEOSGeom_destroy_r(geos, s.line);
}

/* ---- all of them ---- */

static void share_parts(struct line_job *l, const struct mm_geom *g)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;

	while (!l->failed && mm_topo_next(&w, &p))
		for (size_t i = 0; p.kind == MM_PART_LINE && i + 1 < p.vertices && !l->failed; i++)
			share_segment(l, p.xy + 2 * i);
}

/* Finds the polygons that the lines meet; SIZE_MAX, or the only one, which covers them. */
static size_t find_rivals(struct line_job *l, const GEOSGeometry *lines)
{
	const GEOSContextHandle_t geos = l->job->t->geos;
	char covers = 0;

	for (size_t i = 0; i < l->job->count && !l->failed; i++) {
		const struct mm_topo_shape *shape = l->job->in[i];
		const char meets = GEOSPreparedIntersects_r(geos, shape->prepared, lines);
		struct mm_box *box = &l->rival[l->rival_count].box;

		l->failed = meets > 1;
		if (meets != 1)
			continue;
		covers = GEOSPreparedCovers_r(geos, shape->prepared, lines);
		l->rival[l->rival_count++].index = i;
		l->failed = covers > 1 || !GEOSGeom_getXMin_r(geos, shape->g, &box->min_x) ||
			    !GEOSGeom_getYMin_r(geos, shape->g, &box->min_y) ||
			    !GEOSGeom_getXMax_r(geos, shape->g, &box->max_x) ||
			    !GEOSGeom_getYMax_r(geos, shape->g, &box->max_y);
	}
	return l->rival_count == 1 && covers == 1 ? l->rival[0].index : SIZE_MAX;
}

bool mm_share_lines(struct mm_share_job *j, const struct mm_geom *g)
{
	struct line_job l = {.job = j, .rival = calloc(j->count + 1, sizeof(*l.rival))};
	GEOSGeometry *lines = NULL;
	size_t only = SIZE_MAX;

	l.failed = !l.rival || !mm_topo_to_geos(j->t, g, &lines) || !lines;
	if (!l.failed)
		only = find_rivals(&l, lines);
	if (!l.failed && only != SIZE_MAX)
		j->part[only] = j->sum->whole;
	else
		share_parts(&l, g);
	j->sum->is_contested = l.twice > j->least;
	GEOSGeom_destroy_r(j->t->geos, lines);
	free(l.taken.span);
	free(l.rival);
	return !l.failed;
}
