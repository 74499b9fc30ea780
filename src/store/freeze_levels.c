#include "store/build_private.h"
#include "store/cluster_field.h"
#include "store/freeze_private.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Importance and levels, by two threads when the layer is large. */

enum { WORTH_A_THREAD = 1 << 15 /* rows */ };

struct rows {
	const struct mm_layer_build *b;
	const struct mm_frozen *f;
};

/* Geometry row of the repaired copy, or the row itself. */
static uint32_t valid_row(const struct mm_layer_build *b, const struct mm_frozen *f, uint32_t row)
{
	const struct mm_geom_row *g = (const struct mm_geom_row *)(const void *)b->geom.data;
	const uint32_t *repaired = (const uint32_t *)(const void *)f->repaired.data;
	size_t low = 0, high = f->repaired.len / sizeof(*repaired);

	if (!g[row].is_repaired)
		return row;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (repaired[mid] < row)
			low = mid + 1;
		else
			high = mid;
	}
	return b->rows + (uint32_t)low;
}

void mm_frozen_geom(const struct mm_layer_build *b, const struct mm_frozen *f, uint32_t row,
		    struct mm_world_geom *ret)
{
	const struct mm_geom_row *g =
	    (const struct mm_geom_row *)(const void *)b->geom.data + valid_row(b, f, row);

	*ret = (struct mm_world_geom){
	    .type = (enum mm_geom_type)g->type,
	    .part = (const uint32_t *)(const void *)b->part.data + g->part,
	    .ring = (const uint32_t *)(const void *)b->ring.data + g->ring,
	    .point = mm_frozen_world(f) + g->vertex,
	    .part_count = g[1].part - g->part,
	    .ring_count = g[1].ring - g->ring,
	    .vertex_count = (uint32_t)(g[1].vertex - g->vertex),
	};
}

static void geom_of(const void *ctx, uint32_t row, struct mm_world_geom *ret)
{
	const struct rows *r = ctx;

	mm_frozen_geom(r->b, r->f, row, ret);
}

static void let_go(const void *ctx)
{
	const struct rows *r = ctx;

	mm_frozen_let_go_world(r->f);
	mm_ahead_let_go_drawn(r->b->ahead);
}

/* A thousand steps a doubling: areas of the world go to 2^64. */
static uint16_t importance_of(float measure)
{
	double steps = measure > 0 ? 1000 * log2((double)measure + 1) : 0;

	return (uint16_t)(steps < UINT16_MAX ? steps : UINT16_MAX);
}

static void measure_all(const struct mm_level_source *s, float *measure, uint16_t *importance)
{
	for (uint32_t row = 0; row < s->rows; row++) {
		struct mm_world_geom g;

		s->geom(s->ctx, row, &g);
		measure[row] = mm_level_measure(&g);
		importance[row] = importance_of(measure[row]);
		if (row % MM_LEVEL_LET_GO_ROWS == 0)
			s->let_go(s->ctx);
	}
}

/* One thread's share of the zooms. */
struct share {
	const struct mm_frozen *f; /* some of its lines are drawn as one; NULL: none are */
	const struct mm_level_source *s;
	uint16_t (*importance)(float measure); /* of such a line */
	unsigned first, last;
	struct mm_level_made *ret;
	enum mm_code rc;
	struct mm_err err;
};

static void *build(void *ctx)
{
	struct share *w = ctx;

	w->rc = w->f ? mm_freeze_stroke_levels(w->f, w->s, w->importance, w->ret, &w->err)
		     : mm_level_build(w->s, w->first, w->last, w->ret, &w->err);
	return NULL;
}

/* The zoom that the second share begins at, if it has any: of lines the highest at which they are joined;
 * else a thread is worth it when the layer is large. The highest three zooms are as much work as all below
 * them: of a coverage, whose vertices are all rounded at each zoom that tells them apart, as of others, of
 * which the highest two are drawn already (ahead.h). */
static int second_share(const struct mm_level_source *s, const struct mm_frozen *f, int top, int bottom)
{
	if (f->alike_count)
		return (int)f->alike[0].first;
	if (s->is_clustered || s->rows < WORTH_A_THREAD)
		return bottom - 1;
	return top - 3;
}

static enum mm_code fail_share(const struct share *w, struct mm_err *reterr)
{
	return w->rc ? mm_fail(reterr, w->rc, w->err.where, "%s", w->err.msg) : MM_OK;
}

static void file_level(void *ctx, struct mm_level_made *made)
{
	mm_freeze_file_level(ctx, made);
}

/* Those of the first share, which are nearly all bytes, go into the file at once: nobody else writes. */
static enum mm_code build_levels(const struct mm_layer_build *b, const struct mm_level_source *s,
				 unsigned top, struct mm_frozen *f, struct mm_err *reterr)
{
	const struct mm_schema *schema = &b->schema;
	const unsigned bottom = schema->min_zoom;
	const int second = second_share(s, f, (int)top, (int)bottom);
	struct mm_level_source filed = *s;
	struct share high = {.s = &filed, .first = top, .last = bottom, .ret = f->level}, low = high;
	pthread_t thread;
	bool runs = false;

	filed.take = file_level;
	filed.take_ctx = &b->file->out;
	low.s = s;
	f->level_count = top - bottom + 1;
	if (second >= (int)bottom) {
		high.last = (unsigned)second + 1;
		low.f = f->alike_count ? f : NULL;
		low.importance = mm_generalize_has_importance(&schema->generalize) ? NULL : importance_of;
		low.first = (unsigned)second;
		low.ret += top - low.first;
		runs = s->rows >= WORTH_A_THREAD && high.last <= top &&
		       pthread_create(&thread, NULL, build, &low) == 0;
	}
	if (high.last <= top)
		(void)build(&high);
	if (runs)
		(void)pthread_join(thread, NULL);
	else if (second >= (int)bottom)
		(void)build(&low);
	return high.rc ? fail_share(&high, reterr) : fail_share(&low, reterr);
}

/* The highest zoom that has a level. */
static unsigned top_of(const struct mm_schema *s)
{
	const struct mm_generalize *g = &s->generalize;
	unsigned top = g->cluster_px    ? g->cluster_zoom
		       : g->is_coverage ? MM_LEVEL_TOP_COVERAGE
					: MM_LEVEL_TOP_PLAIN;

	return s->max_zoom < top ? s->max_zoom : top;
}

bool mm_freeze_joins(const struct mm_schema *s, const struct mm_frozen *f, unsigned *ret_first)
{
	const unsigned top = top_of(s);

	*ret_first = top < MM_LEVEL_TOP_STROKES ? top : MM_LEVEL_TOP_STROKES;
	return !s->generalize.cluster_px && !s->generalize.is_coverage && s->min_zoom <= *ret_first &&
	       mm_geom_types_have_lines(f->placed.geom_types);
}

int mm_freeze_draw_zoom(const struct mm_schema *s)
{
	unsigned top = top_of(s);

	return s->generalize.cluster_px || s->generalize.is_coverage || s->min_zoom > top ? -1 : (int)top;
}

/* The values that clusters fold. */
static enum mm_code gather_values(const struct mm_layer_build *b, struct mm_level_source *s,
				  double **ret_value, enum mm_cluster_fold *folds, struct mm_err *reterr)
{
	struct mm_cluster_field field[MM_CLUSTER_FIELDS_MAX];
	double *v;

	if (!b->schema.generalize.cluster_px)
		return MM_OK;
	mm_cluster_source(&b->schema, s, field, folds);
	*ret_value = v = calloc((size_t)b->rows * s->values + 1, sizeof(**ret_value));
	if (!v)
		return mm_fail_nomem(reterr);
	s->value = v;
	for (uint32_t row = 0; row < b->rows; row++)
		for (unsigned i = 0; i < s->values; i++, v++)
			if (!mm_build_number(b, field[i].field, field[i].order, row, v) || isinf(*v))
				*v = (double)NAN;
	return MM_OK;
}

/* The place of each row in the index; NULL: out of memory. */
static uint32_t *places_of_rows(const struct mm_layer_build *b, const struct mm_frozen *f)
{
	uint32_t *place = calloc((size_t)b->rows + 1, sizeof(*place));

	for (uint32_t i = 0; place && i < f->tree_count; i++)
		place[f->tree_index[i]] = i;
	return place;
}

/* Gives the levels boxes of which points that the world square does not reach have none; *ret_own is what
 * they need room for, if there are such points. False: out of memory. */
static bool take_off_square(const struct mm_layer_build *b, const struct mm_frozen *f,
			    struct mm_level_source *s, struct mm_world_box **ret_own)
{
	const size_t bytes = (size_t)b->rows * sizeof(**ret_own);

	if (!b->quality[MM_QUALITY_OFF_MAP])
		return true;
	s->box = *ret_own = malloc(bytes);
	if (!*ret_own)
		return false;
	memcpy(*ret_own, mm_frozen_box(f), bytes);
	for (uint32_t row = 0; row < b->rows; row++) {
		struct mm_world_geom g;

		mm_frozen_geom(b, f, row, &g);
		if (g.vertex_count == 1 && mm_world_is_off(g.point->y))
			(*ret_own)[row] = (struct mm_world_box){UINT32_MAX, UINT32_MAX, 0, 0};
	}
	return true;
}

enum mm_code mm_freeze_levels(const struct mm_layer_build *b, struct mm_frozen *f, struct mm_err *reterr)
{
	const struct rows rows = {b, f};
	struct mm_world_box *own_box = NULL;
	float *measure = calloc((size_t)b->rows + 1, sizeof(*measure));
	struct mm_level_source s = {.rows = b->rows,
				    .box = mm_frozen_box(f),
				    .geom = geom_of,
				    .let_go = let_go,
				    .ctx = &rows,
				    .measure = measure};
	const unsigned top = top_of(&b->schema);
	uint32_t *place_of = places_of_rows(b, f);
	enum mm_cluster_fold folds[MM_CLUSTER_FIELDS_MAX];
	double *value = NULL;
	struct mm_coverage *coverage = NULL;
	enum mm_code rc;

	s.drawn_zoom = mm_freeze_draw_zoom(&b->schema);
	for (int k = 0; k < MM_AHEAD_ZOOMS && k <= s.drawn_zoom; k++)
		s.drawn[k] = (struct mm_level_drawn){
		    .start = (const uint32_t *)(const void *)f->placed.drawn[k].start.data,
		    .bytes = f->placed.drawn[k].bytes,
		    .end = f->placed.drawn[k].end,
		};
	f->importance = calloc((size_t)b->rows + 1, sizeof(*f->importance));
	s.importance = f->importance;
	s.row_at = f->tree_index;
	s.places = f->tree_count;
	s.place_of = place_of;
	if (measure && f->importance && place_of && take_off_square(b, f, &s, &own_box)) {
		measure_all(&s, measure, f->importance);
		rc = mm_generalize_has_importance(&b->schema.generalize)
			 ? mm_freeze_ranks(b, f->importance, reterr)
			 : MM_OK;
		if (!rc)
			rc = gather_values(b, &s, &value, folds, reterr);
		if (!rc && b->schema.generalize.is_coverage && b->schema.min_zoom <= top)
			rc = mm_coverage_new(&s, &coverage, reterr);
		s.coverage = coverage;
		if (!rc && b->schema.min_zoom <= top)
			rc = build_levels(b, &s, top, f, reterr);
	} else {
		rc = mm_fail_nomem(reterr);
	}
	(void)mm_coverage_free(coverage);
	free(own_box);
	free(place_of);
	free(measure);
	free(value);
	return rc;
}
