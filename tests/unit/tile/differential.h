#ifndef MM_TESTS_UNIT_TILE_DIFFERENTIAL_H
#define MM_TESTS_UNIT_TILE_DIFFERENTIAL_H

/*
 * Tiles against what they were made from, by other means: the source is moved by the formula of the
 * projection and cut by GEOS. Whatever of it is larger than a pixel must be in the tile, no farther from the
 * original than simplification and the grid may move it, turned the right way; and nothing else. Include
 * check.h and layer_fixture.h before.
 */

#include "tile_geos.h"

enum { SAYS_MAX = 20 };

static const double PIXEL = MM_TILE_PIXEL, PIXEL_AREA = MM_TILE_PIXEL * MM_TILE_PIXEL;

static uint64_t dice_state;

static double dice(double low, double high)
{
	dice_state = dice_state * 6364136223846793005u + 1442695040888963407u;
	return low + (high - low) * (double)(dice_state >> 11) / 9007199254740992.0;
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)dice(0, n);
}

/* ---- a source ---- */

struct source_row {
	GEOSGeometry *square; /* valid, 0..1 */
	double box[4];        /* of it: min x, min y, max x, max y */
	int dimension;
};

struct source {
	const char *name;
	struct source_row *row;
	uint32_t count, cap;
	struct mm_layer_build *build;
	struct mm_layer *layer;
};

static void source_begin(struct source *s, const char *name)
{
	*s = (struct source){.name = name, .build = fixture_begin(MM_CRS84)};
}

/* Takes a geometry in degrees; its id is its number. */
static void source_add(struct source *s, GEOSGeometry *degrees)
{
	GEOSGeometry *valid = GEOSisValid_r(gc, degrees) == 1 ? NULL : made_valid(degrees);
	struct source_row *r;
	struct mm_arena mem;
	struct mm_geom g;

	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 1024;
		s->row = realloc(s->row, s->cap * sizeof(*s->row));
		assert_non_null(s->row);
	}
	r = &s->row[s->count];
	mm_arena_init(&mem, 64u << 20);
	g = geom_from_geos(gc, degrees, &mem);
	fixture_row(s->build, s->count++, "имя", 1, 0, 0, &g);
	mm_arena_release(&mem);
	r->square = square_of(valid ? valid : degrees);
	r->dimension = GEOSGeom_getDimensions_r(gc, degrees);
	if (!GEOSGeom_getExtent_r(gc, r->square, &r->box[0], &r->box[1], &r->box[2], &r->box[3]))
		r->dimension = -1; /* a polygon without area: nothing is left of it */
	GEOSGeom_destroy_r(gc, valid);
	GEOSGeom_destroy_r(gc, degrees);
}

static void source_end(struct source *s)
{
	s->layer = fixture_end(s->build);
	assert_true(s->count > 0);
}

static void source_release(struct source *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		GEOSGeom_destroy_r(gc, s->row[i].square);
	free(s->row);
	(void)mm_layer_unref(s->layer);
}

/* ---- shapes ---- */

static inline GEOSGeometry *polygon_of(const double *xy, unsigned n)
{
	GEOSCoordSequence *seq = GEOSCoordSeq_copyFromBuffer_r(gc, xy, n, 0, 0);

	return GEOSGeom_createPolygon_r(gc, GEOSGeom_createLinearRing_r(gc, seq), NULL, 0);
}

static inline void close_ring(double *xy, unsigned n)
{
	xy[2 * n] = xy[0];
	xy[2 * n + 1] = xy[1];
}

/* ---- a tile ---- */

struct made {
	GEOSGeometry *g; /* NULL: not in the tile */
	double box[4];
	double area; /* by the signs of its rings */
};

struct trial {
	const struct source *s;
	struct mm_tile_id id;
	struct made *made; /* of each row */
	uint32_t in_tile;
	GEOSGeometry *window, *wide, *narrow;          /* as it is; grown and shrunk by the tolerance */
	GEOSGeometry *spill;                           /* grown by what may stay whole */
	double tolerance;                              /* tile units */
	unsigned whole, by_hausdorff, by_buffer, dots; /* features compared */
	unsigned beside;                               /* lines that others stand for */
	unsigned joined;                               /* that go on in others, which they stand for */
	struct sides *lines,
	    *sources; /* of the tile, and of the source about it; made when first asked for */
	unsigned faults;
};

static void say(struct trial *t, uint32_t row, const char *what, double figure)
{
	if (t->faults++ < SAYS_MAX)
		print_error("%s %u/%u/%u, feature %u: %s (%.3f)\n", t->s->name, t->id.z, t->id.x, t->id.y,
			    row, what, figure);
}

static void take_feature(void *ctx, const struct seen_feature *f)
{
	struct trial *t = ctx;
	struct made *m;

	assert_true(f->id < t->s->count);
	m = &t->made[f->id];
	assert_null(m->g); /* once a tile */
	m->g = geos_of(f);
	m->area = 0;
	for (size_t r = 0; r < f->ring_count && f->type == 3; r++)
		m->area += (double)seen_area2(f, r) / 2;
	assert_true(GEOSGeom_getExtent_r(gc, m->g, &m->box[0], &m->box[1], &m->box[2], &m->box[3]));
	t->in_tile++;
}

/* How far a point of the result may lie from the original: simplification to a quarter of a pixel, of which
 * what goes first may be a quarter more (geo/simplify.h); then the grid, twice where the tile is cut out of a
 * level; and the unit of the world square. */
static double tolerance_at(uint32_t z)
{
	const double grid = sqrt(0.5), rounds = 2;
	const double simplified = z < MM_TILE_WHOLE_ZOOM ? 1.25 * MM_TILE_TOLERANCE : 0;

	return simplified + rounds * grid + grid * ldexp(1, (int)z - 20) + 1e-6;
}

/* ---- judging ---- */

/* GEOS refuses what rounding on the way has made invalid. */
static GEOSGeometry *common_of(const GEOSGeometry *g, const GEOSGeometry *window)
{
	GEOSGeometry *ret = GEOSIntersection_r(gc, g, window);

	if (!ret) {
		GEOSGeometry *valid = made_valid(g);

		ret = GEOSIntersection_r(gc, valid, window);
		GEOSGeom_destroy_r(gc, valid);
	}
	assert_non_null(ret);
	return ret;
}

/* Parts of a multipolygon may overlap in a tile, which GEOS refuses too. */
static GEOSGeometry *difference_of(const GEOSGeometry *a, const GEOSGeometry *b)
{
	GEOSGeometry *one = GEOSisValid_r(gc, a) == 1 ? GEOSGeom_clone_r(gc, a) : made_valid(a);
	GEOSGeometry *two = GEOSisValid_r(gc, b) == 1 ? GEOSGeom_clone_r(gc, b) : made_valid(b);
	GEOSGeometry *ret = GEOSDifference_r(gc, one, two);

	assert_non_null(ret);
	GEOSGeom_destroy_r(gc, one);
	GEOSGeom_destroy_r(gc, two);
	return ret;
}

static bool is_small(const double box[4], double size)
{
	return box[2] - box[0] < size && box[3] - box[1] < size;
}

static bool is_far_outside(const double box[4])
{
	return box[2] < -MM_TILE_BUFFER - 1 || box[3] < -MM_TILE_BUFFER - 1 ||
	       box[0] > MM_GRID_EXTENT + MM_TILE_BUFFER + 1 || box[1] > MM_GRID_EXTENT + MM_TILE_BUFFER + 1;
}

static void box_in_tile(struct trial *t, const struct source_row *r, double ret[4])
{
	memcpy(ret, r->box, sizeof(r->box));
	(void)to_tile(&ret[0], &ret[1], &t->id);
	(void)to_tile(&ret[2], &ret[3], &t->id);
}

/* The sides of many lines, found by where they are: GEOS looks through all lines for each point. */
struct sides {
	double (*side)[4];
	size_t count, cap;
	GEOSSTRtree *tree; /* over all, once one has been asked for */
};

static struct sides *sides_new(void)
{
	struct sides *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	return s;
}

static void sides_free(struct sides *s)
{
	if (!s)
		return;
	if (s->tree)
		GEOSSTRtree_destroy_r(gc, s->tree);
	free(s->side);
	free(s);
}

static void add_side(struct sides *s, const double *from, const double *to)
{
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 1024;
		s->side = realloc(s->side, s->cap * sizeof(*s->side));
		assert_non_null(s->side);
	}
	memcpy(s->side[s->count], from, 2 * sizeof(double));
	memcpy(s->side[s->count++] + 2, to, 2 * sizeof(double));
}

static void sides_add(struct sides *s, const GEOSGeometry *lines)
{
	for (int i = 0, n = GEOSGetNumGeometries_r(gc, lines); i < n; i++) {
		const GEOSGeometry *line = GEOSGetGeometryN_r(gc, lines, i);
		double from[2], to[2];
		unsigned points = 0;

		if (GEOSGeomTypeId_r(gc, line) != GEOS_LINESTRING)
			continue;
		(void)GEOSCoordSeq_getSize_r(gc, GEOSGeom_getCoordSeq_r(gc, line), &points);
		for (unsigned k = 0; k < points; k++) {
			(void)GEOSCoordSeq_getXY_r(gc, GEOSGeom_getCoordSeq_r(gc, line), k, &to[0], &to[1]);
			if (k)
				add_side(s, from, to);
			memcpy(from, to, sizeof(from));
		}
	}
}

static GEOSGeometry *rectangle(const double *a, const double *b, double more)
{
	return GEOSGeom_createRectangle_r(gc, fmin(a[0], b[0]) - more, fmin(a[1], b[1]) - more,
					  fmax(a[0], b[0]) + more, fmax(a[1], b[1]) + more);
}

static void index_sides(struct sides *s)
{
	s->tree = GEOSSTRtree_create_r(gc, 10);
	for (size_t i = 0; i < s->count; i++) {
		GEOSGeometry *box = rectangle(s->side[i], s->side[i] + 2, 0.001);

		GEOSSTRtree_insert_r(gc, s->tree, box, s->side[i]);
		GEOSGeom_destroy_r(gc, box);
	}
}

struct nearness {
	double at[2], nearest;
};

static void measure_side(void *item, void *data)
{
	const double *side = item;
	struct nearness *n = data;
	const double dx = side[2] - side[0], dy = side[3] - side[1], square = dx * dx + dy * dy;
	double u = square > 0 ? ((n->at[0] - side[0]) * dx + (n->at[1] - side[1]) * dy) / square : 0;

	u = fmax(0, fmin(1, u));
	n->nearest = fmin(n->nearest, hypot(n->at[0] - side[0] - u * dx, n->at[1] - side[1] - u * dy));
}

static bool is_by_a_side(struct sides *s, const GEOSGeometry *point, double reach)
{
	struct nearness n = {.nearest = HUGE_VAL};
	GEOSGeometry *box;

	(void)GEOSGeomGetX_r(gc, point, &n.at[0]);
	(void)GEOSGeomGetY_r(gc, point, &n.at[1]);
	if (!s->tree)
		index_sides(s);
	box = rectangle(n.at, n.at, reach);
	if (s->count)
		GEOSSTRtree_query_r(gc, s->tree, box, measure_side, &n);
	GEOSGeom_destroy_r(gc, box);
	return n.nearest <= reach;
}

static void gather_sources(struct trial *t)
{
	t->sources = sides_new();
	for (uint32_t i = 0; i < t->s->count; i++) {
		double box[4];
		GEOSGeometry *g;

		box_in_tile(t, &t->s->row[i], box);
		if (t->s->row[i].dimension != 1 || is_far_outside(box))
			continue;
		g = in_tile(t->s->row[i].square, t->id);
		sides_add(t->sources, g);
		GEOSGeom_destroy_r(gc, g);
	}
}

/* Samples of lines, a pixel apart: how many of them lie farther than `reach` from every one of `sides`. */
static void count_alone(struct sides *sides, const GEOSGeometry *lines, double reach, unsigned *all,
			unsigned *alone)
{
	for (int i = 0, n = GEOSGetNumGeometries_r(gc, lines); i < n; i++) {
		const GEOSGeometry *line = GEOSGetGeometryN_r(gc, lines, i);
		const double length = length_of(line);

		for (double at = 0; at < length; at += PIXEL) {
			GEOSGeometry *p = GEOSInterpolate_r(gc, line, at);

			++*all;
			*alone += !is_by_a_side(sides, p, reach);
			GEOSGeom_destroy_r(gc, p);
		}
	}
}

/* Where lines of equal attributes are joined (store/stroke.h), one of them stands for all: each point of it
 * is by some line of the source. */
static bool is_of_lines(struct trial *t, const GEOSGeometry *made)
{
	unsigned all = 0, alone = 0;

	if (t->id.z > MM_LEVEL_TOP_STROKES)
		return false;
	if (!t->sources)
		gather_sources(t);
	count_alone(t->sources, made, t->tolerance, &all, &alone);
	t->joined += !alone;
	return !alone;
}

/*
 * Each point of either no farther than the tolerance from the other as areas or lines: what is thinner than
 * that may be missing, what is deeper may not. At the edge of the window, what runs within the tolerance of
 * it may have come in or gone out.
 */
static bool is_near_enough(const struct trial *t, const GEOSGeometry *made, const GEOSGeometry *whole,
			   int dimension, double most)
{
	const double reach = most * 1.03; /* eight sides a quarter circle */
	GEOSGeometry *more = common_of(whole, t->wide), *wide = GEOSBuffer_r(gc, more, reach, 8);
	GEOSGeometry *over = difference_of(made, wide);
	GEOSGeometry *less = common_of(whole, t->narrow), *core, *missing;
	bool near = (dimension == 2 ? area_of(over) : length_of(over)) < 1e-6;

	if (dimension == 2) {
		core = GEOSBuffer_r(gc, less, -reach, 8);
		missing = difference_of(core, made);
		near = near && area_of(missing) < 1e-6;
	} else {
		core = GEOSBuffer_r(gc, made, reach, 8);
		missing = difference_of(less, core);
		for (int i = 0; i < GEOSGetNumGeometries_r(gc, missing); i++) /* runs within a pixel may go */
			near = near && length_of(GEOSGetGeometryN_r(gc, missing, i)) < PIXEL;
	}
	GEOSGeom_destroy_r(gc, more);
	GEOSGeom_destroy_r(gc, wide);
	GEOSGeom_destroy_r(gc, over);
	GEOSGeom_destroy_r(gc, less);
	GEOSGeom_destroy_r(gc, core);
	GEOSGeom_destroy_r(gc, missing);
	return near;
}

/* The original of a line runs along what it is joined to. */
static bool is_joined(struct trial *t, const GEOSGeometry *made, const GEOSGeometry *whole)
{
	unsigned all = 0, alone = 0;
	struct sides *sides;
	GEOSGeometry *less;

	if (t->id.z > MM_LEVEL_TOP_STROKES)
		return false;
	less = common_of(whole, t->narrow);
	sides = sides_new();
	sides_add(sides, made);
	count_alone(sides, less, t->tolerance, &all, &alone);
	sides_free(sides);
	GEOSGeom_destroy_r(gc, less);
	return !alone && is_of_lines(t, made);
}

static void compare(struct trial *t, uint32_t row, const GEOSGeometry *whole, const GEOSGeometry *cut,
		    int dimension)
{
	const struct made *m = &t->made[row];
	const bool is_thin = dimension == 2 && area_of(cut) < length_of(cut); /* drawn as a band of a unit */
	const double most = t->tolerance + (is_thin ? sqrt(2) : 0);
	double far = 0;

	t->whole++;
	(void)GEOSHausdorffDistance_r(gc, m->g, cut, &far);
	if (far <= most)
		t->by_hausdorff++;
	else if (dimension == 1 && is_joined(t, m->g, whole))
		return;
	else if (is_near_enough(t, m->g, whole, dimension, most))
		t->by_buffer++;
	else
		say(t, row, "too far from its original", far);
	if (dimension != 2)
		return;
	if (!parts_are_valid(m->g))
		say(t, row, "not valid", 0);
	if (fabs(m->area - area_of(cut)) > t->tolerance * length_of(cut) + PIXEL_AREA)
		say(t, row, "another area", m->area - area_of(cut));
}

/* What is drawn for something smaller than a pixel stands by it. */
static void judge_small(struct trial *t, uint32_t row, const double box[4])
{
	const bool may_join = t->s->row[row].dimension == 1 && t->id.z <= MM_LEVEL_TOP_STROKES;
	const double far = may_join ? 2 * PIXEL : PIXEL; /* of what it is joined to, within a pixel */
	const double mid[2] = {(box[0] + box[2]) / 2, (box[1] + box[3]) / 2};
	const double beside = t->id.z <= MM_LEVEL_TOP_PLAIN ? 0.51 : 0; /* levels round it to the grid */
	const struct made *m = &t->made[row];
	bool seen = false;

	if (m->g) {
		t->dots++;
		if (m->box[0] - far > box[2] || m->box[2] + far < box[0] || m->box[1] - far > box[3] ||
		    m->box[3] + far < box[1])
			say(t, row, "a dot elsewhere", m->box[0] - box[0]);
		if (may_join && !is_small(m->box, PIXEL + 0.01) && !is_of_lines(t, m->g))
			say(t, row, "runs where no line is", 0);
		return;
	}
	if (t->id.z <= MM_LEVEL_TOP_SPARSE || mid[0] < -MM_TILE_BUFFER || mid[1] < -MM_TILE_BUFFER ||
	    mid[0] > MM_GRID_EXTENT + MM_TILE_BUFFER - PIXEL ||
	    mid[1] > MM_GRID_EXTENT + MM_TILE_BUFFER - PIXEL)
		return;
	for (uint32_t i = 0; i < t->s->count && !seen; i++) {
		const double *b = t->made[i].box;

		seen = t->made[i].g && is_small(b, PIXEL + 0.01) && b[0] - beside <= mid[0] &&
		       b[1] - beside <= mid[1] && b[0] + PIXEL >= mid[0] && b[1] + PIXEL >= mid[1];
	}
	if (!seen)
		say(t, row, "smaller than a pixel, and nothing stands for it", mid[0]);
}

/* Points are thinned to one a cell of the grid (store/level.h): its diagonal, in tile units; 0: all are
 * there. */
static double point_cell_at(uint32_t z)
{
	const double side = z >= 14 ? 0 : z >= 12 ? PIXEL / 4 : z == 11 ? PIXEL : 2 * PIXEL;

	return side * sqrt(2);
}

static void judge_point(struct trial *t, uint32_t row, const double box[4])
{
	const double reach = point_cell_at(t->id.z) + sqrt(2) * 0.5 + t->tolerance;
	const double most = MM_GRID_EXTENT + MM_TILE_BUFFER - 1;
	bool seen = false;

	if (t->made[row].g &&
	    hypot(t->made[row].box[0] - box[0], t->made[row].box[1] - box[1]) > t->tolerance)
		say(t, row, "a point elsewhere", t->made[row].box[0] - box[0]);
	if (t->made[row].g || box[0] < 1 - MM_TILE_BUFFER || box[1] < 1 - MM_TILE_BUFFER || box[0] > most ||
	    box[1] > most)
		return;
	for (uint32_t i = 0; i < t->s->count && !seen && t->id.z < 14; i++)
		seen = t->made[i].g && hypot(t->made[i].box[0] - box[0], t->made[i].box[1] - box[1]) <= reach;
	if (!seen)
		say(t, row, "a point that is missing", box[0]);
}

/*
 * True when so much of something has gone as may not: at the edge of the window what lies within the
 * tolerance of it may be outside; places thinner than the tolerance may be missing where there are broader
 * ones; and what is thinner than the world square's unit of 9 mm was not drawn at zooms whose own units are
 * smaller still.
 */
static bool is_missed(const struct trial *t, const GEOSGeometry *whole, int dimension)
{
	GEOSGeometry *less = common_of(whole, t->narrow);
	const double size = dimension == 2 ? area_of(less) : length_of(less);
	bool missed = size >= (dimension == 2 ? PIXEL_AREA : PIXEL);

	if (missed && dimension == 2 && area_of(whole) >= length_of(whole)) {
		GEOSGeometry *core = GEOSBuffer_r(gc, less, -t->tolerance, 8);

		missed = area_of(core) > 0;
		GEOSGeom_destroy_r(gc, core);
	}
	if (dimension == 2 && size < length_of(less) / 2 * ldexp(1, (int)t->id.z - 20))
		missed = false;
	GEOSGeom_destroy_r(gc, less);
	return missed;
}

static void gather_lines(struct trial *t)
{
	t->lines = sides_new();
	for (uint32_t i = 0; i < t->s->count; i++)
		if (t->made[i].g && t->s->row[i].dimension == 1)
			sides_add(t->lines, t->made[i].g);
}

/* Where lines are a crowd, one may go of which less than a quarter (counted in cells, hence a third here) is
 * not beside another that stays (store/crowd.h). */
static bool runs_beside_others(struct trial *t, const GEOSGeometry *whole)
{
	const double cell = (t->id.z > 10 ? 2 : t->id.z == 10 ? 3 : 4) * PIXEL;
	GEOSGeometry *less = common_of(whole, t->narrow);
	unsigned all = 0, alone = 0;

	if (!t->lines)
		gather_lines(t);
	count_alone(t->lines, less, cell * sqrt(2) + t->tolerance, &all, &alone);
	GEOSGeom_destroy_r(gc, less);
	t->beside++;
	return alone <= 1 + all / 3;
}

static void judge_large(struct trial *t, uint32_t row, const struct source_row *r)
{
	GEOSGeometry *whole = in_tile(r->square, t->id), *cut = common_of(whole, t->window);
	double size;

	size = r->dimension == 2 ? area_of(cut) : length_of(cut);
	if (t->made[row].g && r->dimension == 2 && area_of(whole) < PIXEL_AREA &&
	    is_small(t->made[row].box, PIXEL + 0.01)) {
		t->dots++; /* long, but less than a pixel: gathered with what is small */
	} else if (t->made[row].g && size > 0) {
		compare(t, row, whole, cut, r->dimension);
	} else if (t->made[row].g) {
		double far = HUGE_VAL;

		(void)GEOSDistance_r(gc, t->made[row].g, whole, &far);
		if (far > t->tolerance && !(r->dimension == 1 && is_of_lines(t, t->made[row].g)))
			say(t, row, "nothing of it is here", far);
	} else if (is_missed(t, whole, r->dimension) &&
		   !(r->dimension == 1 && t->id.z <= MM_LEVEL_TOP_SPARSE && runs_beside_others(t, whole))) {
		say(t, row, "larger than a pixel, and gone", size);
	}
	GEOSGeom_destroy_r(gc, whole);
	GEOSGeom_destroy_r(gc, cut);
}

static void judge_row(struct trial *t, uint32_t row)
{
	const struct source_row *r = &t->s->row[row];
	double box[4];

	if (r->dimension < 0)
		return;
	box_in_tile(t, r, box);
	if (is_far_outside(box)) {
		if (t->made[row].g && !(r->dimension == 1 && is_of_lines(t, t->made[row].g)))
			say(t, row, "far outside the tile", box[0]);
	} else if (r->dimension == 0) {
		judge_point(t, row, box);
	} else if (t->id.z < MM_TILE_WHOLE_ZOOM && is_small(box, PIXEL - 0.01)) {
		judge_small(t, row, box);
	} else if (t->id.z >= MM_TILE_WHOLE_ZOOM || !is_small(box, PIXEL + 0.01)) {
		judge_large(t, row, r);
	}
}

/* What crosses the edge of the window may stay whole, as far as the spill; only what is inside is compared.
 * Points and dots do not cross it. */
static void cut_to_window(struct trial *t, uint32_t row)
{
	struct made *m = &t->made[row];
	GEOSGeometry *cut;

	if (!m->g || GEOSCovers_r(gc, t->window, m->g) == 1)
		return;
	if (GEOSCovers_r(gc, t->spill, m->g) != 1)
		say(t, row, "reaches beyond the spill", 0);
	if (t->s->row[row].dimension == 0)
		say(t, row, "reaches beyond the buffer", 0);
	if (t->s->row[row].dimension == 2 && !parts_are_valid(m->g))
		say(t, row, "not valid", 0);
	cut = common_of(m->g, t->window);
	if (GEOSisEmpty_r(gc, cut)) { /* its original looks in by less than the tolerance, or it is missed */
		GEOSGeom_destroy_r(gc, cut);
		cut = NULL;
	}
	m->area += (cut ? area_of(cut) : 0) - area_of(m->g);
	GEOSGeom_destroy_r(gc, m->g);
	m->g = cut;
}

static void judge_tile(struct trial *t, struct mm_tile_maker *maker, struct mm_tile_id id)
{
	const struct mm_layer *l = t->s->layer;
	const struct mm_tile_ask ask = {.layer = &l, .layer_count = 1, .id = id, .budget_bytes = SIZE_MAX};
	struct mm_tile_count count;
	struct mm_buf out;

	t->id = id;
	t->tolerance = tolerance_at(id.z);
	t->wide = window_of_tile(t->tolerance);
	t->spill = window_of_tile(MM_TILE_SPILL);
	t->narrow = window_of_tile(-t->tolerance);
	t->in_tile = 0;
	mm_buf_init(&out, 64u << 20);
	assert_int_equal(mm_tile_make(maker, &ask, &out, &count, NULL), MM_OK);
	(void)(out.len ? pbf_tile(out.data, out.len, take_feature, t) : 0);
	mm_buf_release(&out);
	assert_int_equal(count.lost, 0);
	for (uint32_t i = 0; i < t->s->count; i++) {
		cut_to_window(t, i);
		judge_row(t, i);
	}
	for (uint32_t i = 0; i < t->s->count; i++) {
		GEOSGeom_destroy_r(gc, t->made[i].g);
		t->made[i].g = NULL;
	}
	sides_free(t->lines);
	sides_free(t->sources);
	t->lines = t->sources = NULL;
	GEOSGeom_destroy_r(gc, t->wide);
	GEOSGeom_destroy_r(gc, t->spill);
	GEOSGeom_destroy_r(gc, t->narrow);
}

/* The tile of a vertex of a feature; where nothing is left of any, the one in which they were to be. */
static struct mm_tile_id tile_somewhere(const struct source *s, uint32_t z)
{
	double x = 20.0 / 360 + 0.5, y = 0.33;

	for (int tries = 0; tries < 50; tries++) {
		const struct source_row *r = &s->row[below(s->count)];
		GEOSGeometry *points =
		    r->dimension < 0 ? NULL : GEOSGeom_extractUniquePoints_r(gc, r->square);
		const GEOSGeometry *p;

		if (!points)
			continue;
		p = GEOSGetGeometryN_r(gc, points, (int)below((uint32_t)GEOSGetNumGeometries_r(gc, points)));
		(void)GEOSGeomGetX_r(gc, p, &x);
		(void)GEOSGeomGetY_r(gc, p, &y);
		GEOSGeom_destroy_r(gc, points);
		break;
	}
	return (struct mm_tile_id){z, (uint32_t)ldexp(x, (int)z), (uint32_t)ldexp(y, (int)z)};
}

/* Looks at `tiles` tiles of each zoom from `first` to `last`. */
static void judge(const struct source *s, uint32_t first, uint32_t last, int tiles)
{
	struct trial t = {.s = s, .window = window_of_tile(0)};
	struct mm_tile_maker *maker = mm_tile_maker_new();

	t.made = calloc(s->count, sizeof(*t.made));
	assert_non_null(t.made);
	dice_state = 4711;
	for (uint32_t z = first; z <= last; z++)
		for (int i = 0; i < tiles; i++)
			judge_tile(&t, maker, tile_somewhere(s, z));
	print_message(
	    "%s: %u features, %u compared (%u by Hausdorff distance, %u as areas), %u dots, %u beside, %u "
	    "joined\n",
	    s->name, s->count, t.whole, t.by_hausdorff, t.by_buffer, t.dots, t.beside, t.joined);
	free(t.made);
	GEOSGeom_destroy_r(gc, t.window);
	(void)mm_tile_maker_free(maker);
	assert_int_equal(t.faults, 0);
}

#endif
