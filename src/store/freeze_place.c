#include "store/build_private.h"
#include "store/freeze_private.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Where things lie in the world. Transforming is the costly part of a freeze, so a large layer has two
 * threads do it, each with a PROJ context and a range of geometry rows of its own. */

enum { CHUNK = 1 << 16, THREADS = 2, WORTH_A_THREAD = 1 << 18 /* vertices */ };

/* A place on the globe, generously: some sources run beyond the antimeridian. */
static bool is_on_globe(const double *deg)
{
	return fabs(deg[0]) <= 540 && fabs(deg[1]) <= 90;
}

/* World coordinates and box of one geometry; no box, and nothing added to `all`, when a vertex is not on the
 * globe. */
static void place(const double *deg, uint32_t n, struct mm_world *ret, struct mm_world_box *box,
		  struct mm_box *all)
{
	struct mm_box own = mm_box_empty();

	*box = (struct mm_world_box){UINT32_MAX, UINT32_MAX, 0, 0};
	for (uint32_t i = 0; i < n; i++)
		if (!is_on_globe(deg + 2 * (size_t)i))
			return;
	for (uint32_t i = 0; i < n; i++) {
		const double *at = deg + 2 * (size_t)i;
		struct mm_world w = mm_world_from_lonlat(at[0], at[1]);

		ret[i] = w;
		mm_box_add(&own, at[0], at[1]);
		box->min_x = w.x < box->min_x ? w.x : box->min_x;
		box->max_x = w.x > box->max_x ? w.x : box->max_x;
		box->min_y = w.y < box->min_y ? w.y : box->min_y;
		box->max_y = w.y > box->max_y ? w.y : box->max_y;
	}
	mm_box_merge(all, &own);
}

/* Geometry rows from `first` on whose vertices fill about one chunk. */
static uint32_t chunk_end(const struct mm_geom_row *row, uint32_t first, uint32_t count)
{
	uint32_t end = first + 1;

	while (end < count && row[end + 1].vertex - row[first].vertex <= CHUNK)
		end++;
	return end;
}

/* One thread's share: geometry rows from `first` to before `end`. */
struct placing {
	const struct mm_layer_build *b;
	struct mm_frozen *f;
	uint32_t first, end;
	struct mm_box box_deg;
	const struct mm_transform *to_deg;
	double *scratch;
	size_t scratch_cap;
	enum mm_code rc;
	struct mm_err err;
};

static const struct mm_geom_row *geom_rows(const struct mm_layer_build *b)
{
	return (const struct mm_geom_row *)(const void *)b->geom.data;
}

static bool reserve(struct placing *p, size_t vertices)
{
	if (vertices <= p->scratch_cap)
		return true;
	free(p->scratch);
	p->scratch_cap = vertices;
	p->scratch = calloc(vertices, 2 * sizeof(double));
	return p->scratch != NULL;
}

static bool place_chunk(struct placing *p, uint32_t first, uint32_t end)
{
	const struct mm_geom_row *row = geom_rows(p->b);
	size_t n = row[end].vertex - row[first].vertex;
	const double *xy = (const double *)(const void *)p->b->xy.data + 2 * row[first].vertex;

	if (!reserve(p, n ? n : 1))
		return false;
	if (n)
		memcpy(p->scratch, xy, n * 2 * sizeof(double));
	(void)mm_transform_points(p->to_deg, p->scratch, n);
	for (uint32_t i = first; i < end; i++) {
		struct mm_world_box box;

		place(p->scratch + 2 * (row[i].vertex - row[first].vertex),
		      (uint32_t)(row[i + 1].vertex - row[i].vertex), p->f->world + row[i].vertex, &box,
		      &p->box_deg);
		if (i < p->b->rows)
			p->f->box[i] = box;
	}
	return true;
}

static void *place_share(void *ctx)
{
	struct placing *p = ctx;
	struct mm_proj *proj = mm_proj_new();

	p->rc = proj ? mm_transform_get(proj, p->b->schema.crs_definition, MM_CRS84, &p->to_deg, &p->err)
		     : mm_fail_nomem(&p->err);
	for (uint32_t first = p->first, end; first < p->end && !p->rc; first = end) {
		end = chunk_end(geom_rows(p->b), first, p->end);
		if (!place_chunk(p, first, end))
			p->rc = mm_fail_nomem(&p->err);
	}
	free(p->scratch);
	(void)mm_proj_free(proj);
	return NULL;
}

/* Shares of about the same number of vertices; returns how many. */
static uint32_t share_out(const struct mm_layer_build *b, struct mm_frozen *f, struct placing *share)
{
	const struct mm_geom_row *row = geom_rows(b);
	uint64_t vertices = row[f->geom_rows].vertex;
	uint32_t count = vertices < WORTH_A_THREAD ? 1 : THREADS, at = 0;

	for (uint32_t i = 0; i < count; i++) {
		share[i] = (struct placing){.b = b, .f = f, .first = at, .box_deg = mm_box_empty()};
		while (at < f->geom_rows && (i == count - 1 || row[at].vertex < vertices / count * (i + 1)))
			at++;
		share[i].end = at;
	}
	return count;
}

/* A thread that cannot be had is no reason to fail: its share is done here. */
static void place_all(struct placing *share, uint32_t count)
{
	pthread_t thread[THREADS];
	bool runs[THREADS] = {false};

	for (uint32_t i = 1; i < count; i++)
		runs[i] = pthread_create(&thread[i], NULL, place_share, &share[i]) == 0;
	for (uint32_t i = 0; i < count; i++)
		if (!runs[i])
			(void)place_share(&share[i]);
	for (uint32_t i = 1; i < count; i++)
		if (runs[i])
			(void)pthread_join(thread[i], NULL);
}

static void note_outside(struct mm_layer_build *b, const struct mm_frozen *f)
{
	const struct mm_geom_row *row = geom_rows(b);

	for (uint32_t i = 0; i < b->rows; i++)
		if (row[i + 1].vertex > row[i].vertex && f->box[i].min_x > f->box[i].max_x)
			mm_build_note(b, MM_QUALITY_OUTSIDE, i,
				      "lies outside the area of its coordinate system");
}

enum mm_code mm_freeze_place(struct mm_layer_build *b, struct mm_frozen *f, struct mm_err *reterr)
{
	struct placing share[THREADS];
	uint32_t count;

	f->world = calloc(b->xy.len / 16 + 1, sizeof(*f->world));
	f->box = calloc((size_t)b->rows + 1, sizeof(*f->box));
	if (!f->world || !f->box)
		return mm_fail_nomem(reterr);
	count = share_out(b, f, share);
	place_all(share, count);
	for (uint32_t i = 0; i < count; i++) {
		if (share[i].rc)
			return mm_fail(reterr, share[i].rc, share[i].err.where, "%s", share[i].err.msg);
		mm_box_merge(&f->box_deg, &share[i].box_deg);
	}
	note_outside(b, f);
	return mm_build_notes_failed(b) ? mm_fail_nomem(reterr) : MM_OK;
}
