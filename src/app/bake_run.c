#include "app/bake_run.h"

#include "archive/gzip.h"
#include "archive/tile_number.h"
#include "base/buf.h"
#include "tile/tile.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum {
	WINDOW = 64,           /* units that may be begun beyond the one whose turn it is to be written */
	PART_MAX = 4 << 20,    /* bytes of a part that waits until it may be written */
	PARKED_MAX = 64 << 20, /* bytes of all finished units that wait */
	KEEP_MAX = 1 << 20,    /* bytes of room that a part written keeps */
	LEVEL = 1,           /* of gzip: quickest; tiles of buildings would be 1 % smaller at 2, 2.5 % at 6 */
	LET_GO = 8 << 20,    /* bytes of tiles that are written before the layers are let go of */
	COUNTED_MAX = 200000 /* units: some tenths of a second, in which no signal is heard */
};

/* Tiles that have been made and not been written. */
struct part {
	struct tile {
		uint64_t number;
		size_t len;
	} * tile;
	size_t count, cap;
	struct mm_buf bytes; /* one tile behind the other */
	struct mm_bake_count sum;
	unsigned zoom;
};

struct mm_bake_run {
	struct mm_bake bake;
	struct mm_bake_sink sink;
	int done_signal;
	pthread_t waiter; /* who is told with it */
	pthread_t *thread;
	unsigned threads;

	pthread_mutex_t mu; /* guards all below; not held while tiles are made or written */
	pthread_cond_t turned;
	struct mm_bake_walk walk;
	uint64_t begun, turn; /* units given out; the one to be written next */
	struct part parked[WINDOW];
	bool is_parked[WINDOW];
	size_t parked_bytes;
	uint64_t since_let_go; /* bytes */
	unsigned running;
	bool stop;
	enum mm_code rc;
	struct mm_err err;
	struct mm_bake_progress progress;
};

/* What one thread has. */
struct worker {
	struct mm_bake_run *run;
	struct mm_tile_maker *maker;
	struct mm_gzip *gzip;
	struct mm_buf tile;
	struct part part;
	struct mm_bake_unit unit;
	uint64_t number; /* of the unit */
	struct mm_err err;
};

static void part_init(struct part *p)
{
	*p = (struct part){0};
	mm_buf_init(&p->bytes, SIZE_MAX / 2);
}

static void part_release(struct part *p)
{
	free(p->tile);
	mm_buf_release(&p->bytes);
	part_init(p);
}

static void part_clear(struct part *p)
{
	if (p->bytes.cap > KEEP_MAX)
		mm_buf_release(&p->bytes);
	mm_buf_clear(&p->bytes);
	p->count = 0;
	p->sum = (struct mm_bake_count){0};
}

/* Counts the tile whose bytes stand at the end. */
static enum mm_code part_add(struct part *p, struct mm_tile_id id, size_t n, bool dropped,
			     struct mm_err *reterr)
{
	if (p->count == p->cap) {
		const size_t cap = p->cap ? p->cap * 2 : 64;
		struct tile *wide = realloc(p->tile, cap * sizeof(*wide));

		if (!wide)
			return mm_fail_nomem(reterr);
		p->tile = wide;
		p->cap = cap;
	}
	p->tile[p->count++] = (struct tile){mm_tile_number(id.z, id.x, id.y), n};
	p->zoom = id.z;
	p->sum.tiles++;
	p->sum.bytes += n;
	p->sum.dropped += dropped;
	if (n > p->sum.largest) {
		p->sum.largest = n;
		p->sum.largest_id = id;
	}
	return MM_OK;
}

static void add_count(struct mm_bake_count *to, const struct mm_bake_count *c)
{
	to->tiles += c->tiles;
	to->bytes += c->bytes;
	to->dropped += c->dropped;
	if (c->largest > to->largest) {
		to->largest = c->largest;
		to->largest_id = c->largest_id;
	}
}

/* Lets go of what has been read of the layers: all of it when a zoom is done, of which nothing is read again,
 * and within a zoom of what lies where the walk has been. */
static void let_go(struct mm_bake_run *r)
{
	for (size_t i = 0; i < r->bake.layer_count; i++)
		mm_layer_let_go(r->bake.layer[i]);
	r->since_let_go = 0;
}

/* Writes a part whose turn it is. Called with the lock, which is given back meanwhile. */
static enum mm_code write_part(struct mm_bake_run *r, struct part *p, struct mm_err *reterr)
{
	const unsigned char *at = p->bytes.data;
	enum mm_code rc = MM_OK;

	(void)pthread_mutex_unlock(&r->mu);
	for (size_t i = 0; i < p->count && !rc; i++) {
		rc = r->sink.put(r->sink.ctx, p->tile[i].number, at, p->tile[i].len, reterr);
		at += p->tile[i].len;
	}
	(void)pthread_mutex_lock(&r->mu);
	if (!rc && p->count) {
		r->since_let_go += p->sum.bytes;
		if (p->zoom != r->progress.zoom || r->since_let_go >= LET_GO)
			let_go(r);
		r->progress.zoom = p->zoom;
		add_count(&r->progress.zooms[p->zoom], &p->sum);
	}
	part_clear(p);
	return rc;
}

/* Writes the unit whose turn it is, and those behind it that are parked. Called with the lock. */
static enum mm_code write_turn(struct mm_bake_run *r, struct part *p, struct mm_err *reterr)
{
	enum mm_code rc = write_part(r, p, reterr);

	while (!rc) {
		const size_t i = ++r->turn % WINDOW;

		r->progress.units++;
		(void)pthread_cond_broadcast(&r->turned);
		if (!r->is_parked[i])
			break;
		r->parked_bytes -= r->parked[i].bytes.len;
		r->is_parked[i] = false;
		rc = write_part(r, &r->parked[i], reterr);
	}
	return rc;
}

static void wait_for_turn(const struct worker *w)
{
	while (w->run->turn != w->number && !w->run->stop)
		(void)pthread_cond_wait(&w->run->turned, &w->run->mu);
}

/* Room for more tiles of a unit that has grown large: what there is goes out, in its turn. */
static enum mm_code spill(struct worker *w)
{
	struct mm_bake_run *r = w->run;
	enum mm_code rc = MM_OK;

	(void)pthread_mutex_lock(&r->mu);
	wait_for_turn(w);
	if (!r->stop)
		rc = write_part(r, &w->part, &w->err);
	(void)pthread_mutex_unlock(&r->mu);
	return rc;
}

/* A unit is done: writes it when it is its turn, else leaves it to whoever writes the one before. */
static enum mm_code hand_in(struct worker *w)
{
	struct mm_bake_run *r = w->run;
	enum mm_code rc = MM_OK;

	(void)pthread_mutex_lock(&r->mu);
	if (r->parked_bytes + w->part.bytes.len > PARKED_MAX)
		wait_for_turn(w);
	if (r->turn == w->number && !r->stop) {
		rc = write_turn(r, &w->part, &w->err);
	} else if (!r->stop) {
		struct part *slot = &r->parked[w->number % WINDOW], spare = *slot;

		*slot = w->part;
		w->part = spare;
		r->is_parked[w->number % WINDOW] = true;
		r->parked_bytes += slot->bytes.len;
	}
	(void)pthread_mutex_unlock(&r->mu);
	return rc;
}

static bool take_unit(struct worker *w)
{
	struct mm_bake_run *r = w->run;
	bool taken;

	(void)pthread_mutex_lock(&r->mu);
	while (r->begun >= r->turn + WINDOW && !r->stop)
		(void)pthread_cond_wait(&r->turned, &r->mu);
	taken = !r->stop && mm_bake_walk_next(&r->bake, &r->walk, &w->unit);
	if (taken)
		w->number = r->begun++;
	(void)pthread_mutex_unlock(&r->mu);
	return taken;
}

static bool is_stopped(struct mm_bake_run *r)
{
	bool stop;

	(void)pthread_mutex_lock(&r->mu);
	stop = r->stop;
	(void)pthread_mutex_unlock(&r->mu);
	return stop;
}

static enum mm_code make_tile(struct worker *w, struct mm_tile_id id)
{
	const struct mm_bake *b = &w->run->bake;
	const struct mm_tile_ask ask = {.layer = b->layer,
					.is_label = b->is_label,
					.layer_count = b->layer_count,
					.id = id,
					.budget_bytes = b->budget_bytes};
	const size_t before = w->part.bytes.len;
	struct mm_tile_count count = {0};
	enum mm_code rc;

	mm_buf_clear(&w->tile);
	rc = mm_tile_make(w->maker, &ask, &w->tile, &count, &w->err);
	if (rc || !w->tile.len)
		return rc;
	rc = mm_gzip_put(w->gzip, w->tile.data, w->tile.len, &w->part.bytes, &w->err);
	return rc ? rc : part_add(&w->part, id, w->part.bytes.len - before, count.dropped > 0, &w->err);
}

static enum mm_code make_unit(struct worker *w)
{
	struct mm_tile_id id;
	enum mm_code rc = MM_OK;

	for (uint64_t place = w->unit.first;
	     !rc && mm_bake_unit_next(&w->run->bake, &w->unit, &place, &id) && !is_stopped(w->run); place++) {
		rc = make_tile(w, id);
		if (!rc && w->part.bytes.len > PART_MAX)
			rc = spill(w);
	}
	return rc ? rc : hand_in(w);
}

static void end_worker(struct worker *w, enum mm_code rc)
{
	struct mm_bake_run *r = w->run;

	(void)pthread_mutex_lock(&r->mu);
	if (rc && !r->rc) {
		r->rc = rc;
		r->err = w->err;
	}
	r->stop |= rc != MM_OK;
	(void)pthread_cond_broadcast(&r->turned);
	if (--r->running == 0)
		(void)pthread_kill(r->waiter, r->done_signal);
	(void)pthread_mutex_unlock(&r->mu);
}

static void *work(void *ctx)
{
	struct worker w = {.run = ctx, .maker = mm_tile_maker_new(), .gzip = mm_gzip_new(LEVEL)};
	enum mm_code rc = w.maker && w.gzip ? MM_OK : mm_fail_nomem(&w.err);

	mm_buf_init(&w.tile, 2 * MM_TILE_BYTES_MAX); /* as the server: a layer stops when it is beyond one */
	part_init(&w.part);
	while (!rc && take_unit(&w))
		rc = make_unit(&w);
	end_worker(&w, rc);
	part_release(&w.part);
	mm_buf_release(&w.tile);
	(void)mm_gzip_free(w.gzip);
	(void)mm_tile_maker_free(w.maker);
	return NULL;
}

static void start_threads(struct mm_bake_run *r, unsigned threads)
{
	(void)pthread_mutex_lock(&r->mu); /* none may end before all are counted */
	while (r->threads < threads && pthread_create(&r->thread[r->threads], NULL, work, r) == 0)
		r->threads++;
	r->running = r->threads;
	(void)pthread_mutex_unlock(&r->mu);
}

static uint64_t count_units(const struct mm_bake *b)
{
	struct mm_bake_walk walk = {.zoom = b->min_zoom};
	struct mm_bake_unit unit;
	uint64_t n = 0;

	while (n < COUNTED_MAX && mm_bake_walk_next(b, &walk, &unit))
		n++;
	return n < COUNTED_MAX ? n : 0;
}

static void release(struct mm_bake_run *r)
{
	for (size_t i = 0; i < WINDOW; i++)
		part_release(&r->parked[i]);
	(void)pthread_cond_destroy(&r->turned);
	(void)pthread_mutex_destroy(&r->mu);
	free(r->thread);
	free(r);
}

enum mm_code mm_bake_run_new(const struct mm_bake *b, unsigned threads, const struct mm_bake_sink *sink,
			     int done_signal, struct mm_bake_run **ret, struct mm_err *reterr)
{
	struct mm_bake_run *r = calloc(1, sizeof(*r));

	if (!r)
		return mm_fail_nomem(reterr);
	r->bake = *b;
	r->sink = *sink;
	r->done_signal = done_signal;
	r->waiter = pthread_self();
	r->walk.zoom = r->progress.zoom = b->min_zoom;
	r->progress.unit_count = count_units(b);
	(void)pthread_mutex_init(&r->mu, NULL);
	(void)pthread_cond_init(&r->turned, NULL);
	for (size_t i = 0; i < WINDOW; i++)
		part_init(&r->parked[i]);
	r->thread = calloc(threads, sizeof(*r->thread));
	if (r->thread)
		start_threads(r, threads);
	if (!r->threads) {
		release(r);
		return mm_fail_nomem(reterr);
	}
	*ret = r;
	return MM_OK;
}

void mm_bake_run_progress(struct mm_bake_run *r, struct mm_bake_progress *ret)
{
	(void)pthread_mutex_lock(&r->mu);
	*ret = r->progress;
	(void)pthread_mutex_unlock(&r->mu);
}

void mm_bake_run_stop(struct mm_bake_run *r)
{
	(void)pthread_mutex_lock(&r->mu);
	r->stop = true;
	if (!r->rc)
		r->rc = mm_fail(&r->err, MM_E_BUSY, "", "stopped");
	(void)pthread_cond_broadcast(&r->turned);
	(void)pthread_mutex_unlock(&r->mu);
}

enum mm_code mm_bake_run_end(struct mm_bake_run *r, struct mm_bake_progress *ret, struct mm_err *reterr)
{
	enum mm_code rc;

	for (unsigned i = 0; i < r->threads; i++)
		(void)pthread_join(r->thread[i], NULL);
	*ret = r->progress;
	rc = r->rc ? mm_fail(reterr, r->rc, r->err.where, "%s", r->err.msg) : MM_OK;
	release(r);
	return rc;
}
