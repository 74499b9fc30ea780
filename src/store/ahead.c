#include "store/ahead.h"

#include "geo/crs.h"
#include "grid/run_zoom.h"
#include "grid/shape.h"
#include "grid/stream.h"
#include "store/spool.h"
#include "store/valid_ring.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE = 4 };
static const uint64_t DRAWN_MAX =
    UINT32_MAX - (UINT32_C(1) << 30); /* bytes; what is one row's is less than the rest */

/* Rows on their way to the thread. */
struct chunk {
	struct mm_ahead_rows rows;
	void *memory; /* of the copies */
};

struct mm_ahead {
	/* of whoever works at the moment: the thread while it runs */
	char *crs;
	struct mm_proj *proj;
	const struct mm_transform *to_deg;
	struct mm_placed placed;
	uint32_t next_row;
	int draw_zoom;
	struct mm_topo *topo;
	struct mm_shape shape[MM_AHEAD_ZOOMS];
	struct mm_spool drawn[MM_AHEAD_ZOOMS];
	double *deg; /* room for the places of a chunk */
	size_t deg_cap;
	enum mm_code rc; /* of the first failure */
	struct mm_err err;

	pthread_t thread;
	bool runs;
	pthread_mutex_t mu; /* guards all below */
	pthread_cond_t changed;
	struct chunk queue[QUEUE];
	size_t queued;
	bool closing;
};

struct mm_ahead *mm_ahead_new(const char *crs_definition, int draw_zoom)
{
	struct mm_ahead *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->crs = strdup(crs_definition);
	a->draw_zoom = draw_zoom;
	for (int k = 0; k < MM_AHEAD_ZOOMS; k++) {
		mm_buf_init(&a->placed.drawn[k].start, SIZE_MAX / 2);
		mm_spool_init(&a->drawn[k]);
	}
	mm_buf_init(&a->placed.world, SIZE_MAX / 2);
	mm_buf_init(&a->placed.zoom, SIZE_MAX / 2);
	mm_buf_init(&a->placed.box, SIZE_MAX / 2);
	mm_buf_init(&a->placed.unsure, SIZE_MAX / 2);
	a->placed.box_deg = a->placed.box_crs = mm_box_empty();
	if (!a->crs || pthread_mutex_init(&a->mu, NULL)) {
		free(a->crs);
		free(a);
		return NULL;
	}
	if (pthread_cond_init(&a->changed, NULL)) {
		(void)pthread_mutex_destroy(&a->mu);
		free(a->crs);
		free(a);
		return NULL;
	}
	return a;
}

void mm_ahead_spool_beside(struct mm_ahead *a, const char *path)
{
	for (int k = 0; k < MM_AHEAD_ZOOMS && k <= a->draw_zoom; k++)
		mm_spool_open_beside(&a->drawn[k], path);
}

/* ---- the work ---- */

/* A place on the globe, generously: some sources run beyond the antimeridian. */
static bool is_on_globe(const double *deg)
{
	return fabs(deg[0]) <= 540 && fabs(deg[1]) <= 90;
}

static bool are_on_globe(const double *deg, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_on_globe(deg + 2 * i))
			return false;
	return true;
}

/* World coordinates and box of one geometry; no box, and nothing added to `all`, when a vertex is not on the
 * globe. */
static struct mm_world_box place(const double *deg, size_t n, struct mm_world *ret, struct mm_box *all)
{
	struct mm_world_box box = {UINT32_MAX, UINT32_MAX, 0, 0};

	if (!are_on_globe(deg, n)) {
		memset(ret, 0, n * sizeof(*ret));
		return box;
	}
	for (size_t i = 0; i < n; i++) {
		const double lon_deg = n == 1 ? mm_lon_turned(deg[0]) : deg[2 * i];
		struct mm_world w = mm_world_from_lonlat(lon_deg, deg[2 * i + 1]);

		ret[i] = w;
		mm_box_add(all, lon_deg, deg[2 * i + 1]);
		box.min_x = w.x < box.min_x ? w.x : box.min_x;
		box.max_x = w.x > box.max_x ? w.x : box.max_x;
		box.min_y = w.y < box.min_y ? w.y : box.min_y;
		box.max_y = w.y > box.max_y ? w.y : box.max_y;
	}
	return box;
}

static bool is_sure(const struct mm_geom *g, const struct mm_world_box *box)
{
	if (g->part_count == 0 || box->min_x > box->max_x)
		return g->type == MM_GEOM_NULL;
	if (mm_geom_dimension(g) == 2)
		return mm_ring_is_surely_valid(g);
	return g->vertex_count > 1 || ((g->xy[0] != 0 || g->xy[1] != 0) && !mm_world_is_off(box->min_y));
}

static struct mm_geom geom_of(const struct mm_ahead_rows *rows, uint32_t i)
{
	const struct mm_geom_row *first = rows->row, *at = rows->row + i;

	return (struct mm_geom){
	    .type = (enum mm_geom_type)at->type,
	    .part = rows->part + (at->part - first->part),
	    .ring = rows->ring + (at->ring - first->ring),
	    .xy = rows->xy + 2 * (at->vertex - first->vertex),
	    .part_count = at[1].part - at->part,
	    .ring_count = at[1].ring - at->ring,
	    .vertex_count = (uint32_t)(at[1].vertex - at->vertex),
	};
}

static bool is_large(const struct mm_shape *s, const struct mm_world_box *box)
{
	return (box->max_x - box->min_x) * s->scale >= MM_TILE_PIXEL ||
	       (box->max_y - box->min_y) * s->scale >= MM_TILE_PIXEL;
}

/* Draws a row that is larger than a pixel, when it is valid. What is left is drawn later, with all others. */
static void draw(struct mm_ahead *a, const struct mm_geom *g, const struct mm_world *world,
		 const struct mm_world_box *box, bool is_valid)
{
	const struct mm_world_geom w = {.type = g->type,
					.part = g->part,
					.ring = g->ring,
					.point = world,
					.part_count = g->part_count,
					.ring_count = g->ring_count,
					.vertex_count = g->vertex_count};

	is_valid = is_valid && mm_geom_dimension(g) > 0;
	for (int k = 0; k < MM_AHEAD_ZOOMS && k <= a->draw_zoom; k++) {
		const uint64_t before = mm_spool_len(&a->drawn[k]);
		const uint32_t start = (uint32_t)before;

		mm_buf_put(&a->placed.drawn[k].start, &start, sizeof(start));
		if (is_valid && before < DRAWN_MAX && is_large(&a->shape[k], box) &&
		    mm_shape_make(&a->shape[k], &w, box) && !a->shape[k].is_dot)
			mm_grid_stream_put(&a->drawn[k].tail, &a->shape[k].geom);
	}
}

/* From which zoom its vertices are drawn, where it may be a run in its tile row. */
static void put_zooms(struct mm_buf *out, const struct mm_geom *g, const struct mm_world *world)
{
	unsigned char *zoom = mm_buf_reserve(out, g->vertex_count + 1);

	if (!zoom)
		return;
	if (g->part_count == 1 && g->ring_count == 1 && g->vertex_count <= MM_WORLD_RUN_MAX)
		mm_run_zooms(mm_part_kind(g->part[0]), world, g->vertex_count, zoom);
	else
		memset(zoom, 0, g->vertex_count);
	out->len += g->vertex_count;
}

static void work_on_row(struct mm_ahead *a, const struct mm_geom *g, const double *deg)
{
	struct mm_placed *p = &a->placed;
	struct mm_world *world =
	    (struct mm_world *)(void *)mm_buf_reserve(&p->world, (g->vertex_count + 1) * sizeof(*world));
	struct mm_world_box box;
	bool sure;

	if (!world)
		return;
	box = place(deg, g->vertex_count, world, &p->box_deg);
	p->world.len += g->vertex_count * sizeof(*world);
	put_zooms(&p->zoom, g, world);
	mm_buf_put(&p->box, &box, sizeof(box));
	for (size_t i = 0; i < g->vertex_count; i++)
		mm_box_add(&p->box_crs, g->xy[2 * i], g->xy[2 * i + 1]);
	p->geom_types |= 1u << g->type;
	sure = is_sure(g, &box);
	if (!sure)
		mm_buf_put(&p->unsure, &a->next_row, sizeof(a->next_row));
	draw(a, g, world, &box, sure);
	a->next_row++;
}

static enum mm_code prepare(struct mm_ahead *a, size_t vertices)
{
	if (!a->proj) {
		a->proj = mm_proj_new();
		if (!a->proj)
			return mm_fail_nomem(&a->err);
	}
	if (a->draw_zoom >= 0 && !a->topo) {
		a->topo = mm_topo_new();
		if (!a->topo)
			return mm_fail_nomem(&a->err);
		for (int k = 0; k < MM_AHEAD_ZOOMS && k <= a->draw_zoom; k++)
			mm_shape_begin_whole(&a->shape[k], (unsigned)(a->draw_zoom - k), a->topo);
	}
	if (!a->to_deg && mm_transform_get(a->proj, a->crs, MM_CRS84, &a->to_deg, &a->err))
		return a->err.code;
	if (vertices > a->deg_cap) {
		free(a->deg);
		a->deg_cap = vertices;
		a->deg = calloc(vertices, 2 * sizeof(double));
	}
	return a->deg ? MM_OK : mm_fail_nomem(&a->err);
}

static void work(struct mm_ahead *a, const struct mm_ahead_rows *rows)
{
	size_t n = rows->row[rows->count].vertex - rows->row[0].vertex;

	if (!a->rc)
		a->rc = prepare(a, n + 1);
	if (a->rc)
		return;
	if (n)
		memcpy(a->deg, rows->xy, n * 2 * sizeof(double));
	(void)mm_transform_points(a->to_deg, a->deg, n);
	for (uint32_t i = 0; i < rows->count; i++) {
		struct mm_geom g = geom_of(rows, i);

		work_on_row(a, &g, a->deg + 2 * (rows->row[i].vertex - rows->row[0].vertex));
	}
	for (int k = 0; k < MM_AHEAD_ZOOMS; k++)
		mm_spool_file(&a->drawn[k]);
	if (a->placed.world.failed || a->placed.zoom.failed || a->placed.box.failed ||
	    a->placed.unsure.failed || a->placed.drawn[0].start.failed || a->placed.drawn[1].start.failed ||
	    a->shape[0].failed || a->shape[1].failed)
		a->rc = mm_fail_nomem(&a->err);
}

/* ---- the thread ---- */

static void *run(void *ctx)
{
	struct mm_ahead *a = ctx;

	(void)pthread_mutex_lock(&a->mu);
	for (;;) {
		struct chunk c;

		while (!a->queued && !a->closing)
			(void)pthread_cond_wait(&a->changed, &a->mu);
		if (!a->queued)
			break;
		c = a->queue[0];
		memmove(a->queue, a->queue + 1, --a->queued * sizeof(*a->queue));
		(void)pthread_cond_broadcast(&a->changed);
		(void)pthread_mutex_unlock(&a->mu);
		work(a, &c.rows);
		free(c.memory);
		(void)pthread_mutex_lock(&a->mu);
	}
	(void)pthread_mutex_unlock(&a->mu);
	return NULL;
}

static void join(struct mm_ahead *a)
{
	if (!a->runs)
		return;
	(void)pthread_mutex_lock(&a->mu);
	a->closing = true;
	(void)pthread_cond_broadcast(&a->changed);
	(void)pthread_mutex_unlock(&a->mu);
	(void)pthread_join(a->thread, NULL);
	a->runs = false;
}

struct mm_ahead *mm_ahead_free(struct mm_ahead *a)
{
	if (!a)
		return NULL;
	join(a);
	mm_buf_release(&a->placed.world);
	mm_buf_release(&a->placed.zoom);
	mm_buf_release(&a->placed.box);
	mm_buf_release(&a->placed.unsure);
	for (int k = 0; k < MM_AHEAD_ZOOMS; k++) {
		mm_buf_release(&a->placed.drawn[k].start);
		mm_spool_release(&a->drawn[k]);
		mm_shape_release(&a->shape[k]);
	}
	(void)mm_topo_free(a->topo);
	(void)mm_proj_free(a->proj);
	free(a->deg);
	free(a->crs);
	(void)pthread_cond_destroy(&a->changed);
	(void)pthread_mutex_destroy(&a->mu);
	free(a);
	return NULL;
}

void mm_ahead_let_go_drawn(const struct mm_ahead *a)
{
	for (int k = 0; k < MM_AHEAD_ZOOMS; k++)
		mm_spool_let_go(&a->drawn[k]);
}

void mm_ahead_release_world(struct mm_ahead *a)
{
	mm_buf_release(&a->placed.world);
	mm_buf_release(&a->placed.zoom);
}

static void *copy_to(unsigned char **at, const void *from, size_t bytes)
{
	void *to = *at;

	if (bytes)
		memcpy(to, from, bytes);
	*at += (bytes + 7) / 8 * 8;
	return to;
}

static bool copy(const struct mm_ahead_rows *rows, struct chunk *ret)
{
	const struct mm_geom_row *first = rows->row, *end = first + rows->count;
	size_t row_bytes = (rows->count + (size_t)1) * sizeof(*first);
	size_t parts = (end->part - first->part) * sizeof(uint32_t);
	size_t rings = (end->ring - first->ring) * sizeof(uint32_t);
	size_t xy = (end->vertex - first->vertex) * 2 * sizeof(double);
	unsigned char *at = malloc(row_bytes + parts + rings + xy + 4 * 8);

	if (!at)
		return false;
	ret->memory = at;
	ret->rows = (struct mm_ahead_rows){
	    .row = copy_to(&at, first, row_bytes),
	    .part = copy_to(&at, rows->part, parts),
	    .ring = copy_to(&at, rows->ring, rings),
	    .xy = copy_to(&at, rows->xy, xy),
	    .count = rows->count,
	};
	return true;
}

void mm_ahead_put(struct mm_ahead *a, const struct mm_ahead_rows *rows)
{
	struct chunk c;

	if (!a->runs)
		a->runs = pthread_create(&a->thread, NULL, run, a) == 0;
	if (!a->runs || !copy(rows, &c)) { /* no reason to fail: it is done here */
		join(a);
		a->closing = false;
		work(a, rows);
		return;
	}
	(void)pthread_mutex_lock(&a->mu);
	while (a->queued == QUEUE)
		(void)pthread_cond_wait(&a->changed, &a->mu);
	a->queue[a->queued++] = c;
	(void)pthread_cond_broadcast(&a->changed);
	(void)pthread_mutex_unlock(&a->mu);
}

static enum mm_code gather_drawn(struct mm_ahead *a)
{
	for (int k = 0; k < MM_AHEAD_ZOOMS; k++) {
		a->placed.drawn[k].bytes = mm_spool_bytes(&a->drawn[k]);
		a->placed.drawn[k].end = (uint32_t)mm_spool_len(&a->drawn[k]);
		if (a->drawn[k].failed)
			return mm_fail(&a->err, MM_E_IO, "",
				       "what is drawn ahead cannot be kept: is the disk full?");
	}
	return MM_OK;
}

enum mm_code mm_ahead_end(struct mm_ahead *a, const struct mm_ahead_rows *rows, struct mm_placed *placed,
			  struct mm_err *reterr)
{
	join(a);
	work(a, rows);
	if (!a->rc)
		a->rc = gather_drawn(a);
	if (a->rc)
		return mm_fail(reterr, a->rc, a->err.where, "%s", a->err.msg);
	*placed = a->placed;
	a->draw_zoom = -1; /* rows that come now are copies: they are drawn later */
	return MM_OK;
}
