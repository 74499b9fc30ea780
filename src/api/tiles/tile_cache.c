#include "api/tiles/tile_cache.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/lock.h"
#include "http/kept.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	SHARDS = 16,
	BUCKETS = 1 << 14,    /* of a shard */
	STUBS_PART = 8,       /* tags of tiles that have left take one in so many bytes, */
	STUBS_LEAST = 1 << 16 /* and so many of a shard where that is less */
};

enum state { MAKING, READY, STUB };

struct entry {
	struct mm_tile_key key;
	struct mm_cached_tile tile;
	struct mm_kept *kept; /* NULL: not asked for a second time yet */
	enum state state;
	bool is_used;       /* since the hand passed */
	unsigned waiters;   /* threads that wait or are about to look at the outcome */
	enum mm_code rc;    /* of the making */
	struct mm_err *err; /* of one that failed and is waited for; NULL: there was no memory for it */
	struct entry *next; /* in its bucket */
	struct entry *after, *before; /* in the circle of those with a body, or of the tags */
};

enum { ENTRY_BYTES = sizeof(struct entry) + 2 * sizeof(void *) }; /* with what malloc adds */

struct shard {
	pthread_mutex_t mu; /* guards all below; not held while a tile is made */
	pthread_cond_t made;
	struct entry *bucket[BUCKETS];
	struct entry *hand; /* goes round those with a body, and those being made */
	struct entry *stub; /* the tag that left first */
	size_t bytes, stubs;
	uint64_t hits, misses, waits, evictions;
};

struct mm_tile_cache {
	struct shard shard[SHARDS];
	size_t shard_bytes_max;
};

_Static_assert(sizeof(struct mm_tile_key) == 32, "no padding: keys are compared as bytes");

static bool init_shard(struct shard *s)
{
	pthread_condattr_t attr;
	bool ok = pthread_condattr_init(&attr) == 0;

	ok = ok && pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
	     pthread_cond_init(&s->made, &attr) == 0;
	(void)pthread_condattr_destroy(&attr);
	return ok && mm_lock_init_short(&s->mu);
}

struct mm_tile_cache *mm_tile_cache_new(size_t bytes_max)
{
	struct mm_tile_cache *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->shard_bytes_max = bytes_max / SHARDS;
	for (int i = 0; i < SHARDS; i++)
		if (!init_shard(&c->shard[i])) {
			free(c);
			return NULL;
		}
	return c;
}

static void free_entry(struct entry *e)
{
	(void)mm_shared_unref(e->tile.body);
	(void)mm_kept_unref(e->kept);
	free(e->err);
	free(e);
}

struct mm_tile_cache *mm_tile_cache_free(struct mm_tile_cache *c)
{
	if (!c)
		return NULL;
	for (int i = 0; i < SHARDS; i++) {
		for (size_t b = 0; b < BUCKETS; b++)
			for (struct entry *e = c->shard[i].bucket[b], *next; e; e = next) {
				next = e->next;
				free_entry(e);
			}
		(void)pthread_mutex_destroy(&c->shard[i].mu);
		(void)pthread_cond_destroy(&c->shard[i].made);
	}
	free(c);
	return NULL;
}

static uint64_t hash_of(const struct mm_tile_key *key)
{
	return mm_hash64(key, sizeof(*key), 0);
}

static struct entry **place_of(struct shard *s, const struct mm_tile_key *key, uint64_t hash)
{
	struct entry **at = &s->bucket[hash / SHARDS % BUCKETS];

	while (*at && memcmp(&(*at)->key, key, sizeof(*key)) != 0)
		at = &(*at)->next;
	return at;
}

/* ---- circles ---- */

/* As the last that a hand comes to. */
static void enter(struct entry **hand, struct entry *e)
{
	if (!*hand) {
		*hand = e->after = e->before = e;
		return;
	}
	e->after = *hand;
	e->before = (*hand)->before;
	e->before->after = e->after->before = e;
}

static void leave(struct entry **hand, struct entry *e)
{
	if (*hand == e)
		*hand = e->after == e ? NULL : e->after;
	e->before->after = e->after;
	e->after->before = e->before;
	e->after = e->before = NULL;
}

static size_t size_of(const struct entry *e)
{
	return ENTRY_BYTES + (e->tile.body ? sizeof(*e->tile.body) + e->tile.body->len : 0) +
	       (e->kept ? MM_KEPT_BYTES : 0);
}

static void forget_stub(struct shard *s, struct entry *e)
{
	*place_of(s, &e->key, hash_of(&e->key)) = e->next;
	leave(&s->stub, e);
	s->stubs--;
	free_entry(e);
}

/* Takes the body of an entry; its tag stays for a while. */
static void evict(struct shard *s, struct entry *e, size_t bytes_max)
{
	const size_t part = bytes_max / STUBS_PART, most = part > STUBS_LEAST ? part : STUBS_LEAST;

	leave(&s->hand, e);
	s->bytes -= size_of(e);
	s->evictions++;
	e->tile.body = mm_shared_unref(e->tile.body);
	e->kept = mm_kept_unref(e->kept);
	e->state = STUB;
	enter(&s->stub, e);
	s->stubs++;
	if (s->stubs * ENTRY_BYTES > most)
		forget_stub(s, s->stub);
}

/* Whoever is waited for stays. */
static void make_room(struct shard *s, size_t bytes_max)
{
	while (s->hand && s->bytes > bytes_max - bytes_max / STUBS_PART) {
		struct entry *e = s->hand;

		if (e->waiters == 0 && !e->is_used) {
			evict(s, e, bytes_max);
			continue;
		}
		e->is_used = false;
		s->hand = e->after;
		if (e->waiters) /* does not go round for ever among those that stay */
			return;
	}
}

/* ---- taking and making ---- */

static void give_out(const struct entry *e, struct mm_cached_tile *ret)
{
	*ret = e->tile;
	if (ret->body)
		(void)mm_shared_ref(ret->body);
}

/* Waits for another thread's outcome. The shard is locked. */
static enum mm_code wait_for(struct shard *s, struct entry *e, int64_t deadline_ns,
			     struct mm_cached_tile *ret, struct mm_err *reterr)
{
	const struct timespec until = {deadline_ns / 1000000000, deadline_ns % 1000000000};
	enum mm_code rc = MM_OK;
	int timed_out = 0;

	s->waits++;
	e->waiters++;
	while (e->state == MAKING && timed_out != ETIMEDOUT)
		timed_out = pthread_cond_timedwait(&s->made, &s->mu, &until);
	e->waiters--;
	if (e->state == MAKING)
		return mm_fail(reterr, MM_E_BUSY, "", "the tile takes too long: try again");
	if (e->rc)
		rc =
		    e->err ? mm_fail(reterr, e->rc, e->err->where, "%s", e->err->msg) : mm_fail_nomem(reterr);
	else
		give_out(e, ret);
	if (e->rc && e->waiters == 0)
		free_entry(e); /* the maker has taken it out of the table, the last who waited frees it */
	return rc;
}

static struct entry *begin_making(struct shard *s, const struct mm_tile_key *key, struct entry **at)
{
	struct entry *e = *at;

	if (e) { /* a tag whose tile is made again */
		leave(&s->stub, e);
		s->stubs--;
		e->state = MAKING;
		e->waiters++;
		enter(&s->hand, e);
		return e;
	}
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->key = *key;
	e->waiters = 1; /* the maker */
	*at = e;
	enter(&s->hand, e);
	return e;
}

/* Keeps what was made, or tells those who wait why it was not. The shard is locked. */
static void end_making(struct mm_tile_cache *c, struct shard *s, struct entry *e, enum mm_code rc,
		       const struct mm_cached_tile *tile, const struct mm_err *err)
{
	e->waiters--;
	e->rc = rc;
	if (rc) {
		if (e->waiters && (e->err = malloc(sizeof(*e->err))) != NULL)
			*e->err = *err;
		e->state = READY;
		*place_of(s, &e->key, hash_of(&e->key)) = e->next;
		leave(&s->hand, e);
		if (e->waiters == 0)
			free_entry(e);
	} else {
		e->tile = *tile;
		if (e->tile.body)
			(void)mm_shared_ref(e->tile.body);
		e->state = READY;
		e->is_used = false; /* what is asked for a second time stays longer */
		s->bytes += size_of(e);
		make_room(s, c->shard_bytes_max);
	}
	(void)pthread_cond_broadcast(&s->made);
}

enum mm_code mm_tile_cache_get(struct mm_tile_cache *c, const struct mm_tile_key *key, int64_t deadline_ns,
			       mm_tile_make_fn *make, void *ctx, struct mm_cached_tile *ret,
			       struct mm_err *reterr)
{
	const uint64_t hash = hash_of(key);
	struct shard *s = &c->shard[hash % SHARDS];
	struct mm_cached_tile tile = {0};
	struct mm_err err = {0};
	struct entry **at, *e;
	enum mm_code rc = MM_OK;

	(void)pthread_mutex_lock(&s->mu);
	at = place_of(s, key, hash);
	if (*at && (*at)->state != STUB) {
		e = *at;
		if (e->state == READY) {
			s->hits++;
			e->is_used = true;
			give_out(e, ret);
		} else {
			rc = wait_for(s, e, deadline_ns, ret, reterr);
		}
		(void)pthread_mutex_unlock(&s->mu);
		return rc;
	}
	s->misses++;
	e = begin_making(s, key, at);
	(void)pthread_mutex_unlock(&s->mu);
	if (!e)
		return mm_fail_nomem(reterr);
	rc = make(ctx, &tile, &err);
	(void)pthread_mutex_lock(&s->mu);
	end_making(c, s, e, rc, &tile, &err);
	(void)pthread_mutex_unlock(&s->mu);
	if (rc)
		return mm_fail(reterr, rc, err.where, "%s", err.msg);
	*ret = tile;
	return MM_OK;
}

/* Where ready answers with an entry are kept, once it is asked for again. The shard is locked. */
static struct mm_kept *kept_of(struct mm_tile_cache *c, struct shard *s, struct entry *e)
{
	if (e->state == READY && !e->kept && e->is_used && (e->kept = mm_kept_new()) != NULL) {
		s->bytes += MM_KEPT_BYTES;
		make_room(s, c->shard_bytes_max); /* not this one: it is used */
	}
	return e->kept ? mm_kept_ref(e->kept) : NULL;
}

bool mm_tile_cache_find(struct mm_tile_cache *c, const struct mm_tile_key *key, struct mm_cached_tile *ret,
			struct mm_kept **ret_kept)
{
	const uint64_t hash = hash_of(key);
	struct shard *s = &c->shard[hash % SHARDS];
	struct entry *e;
	bool found;

	(void)pthread_mutex_lock(&s->mu);
	e = *place_of(s, key, hash);
	found = e && e->state == READY;
	if (found) {
		s->hits++;
		e->is_used = true;
		give_out(e, ret);
		*ret_kept = kept_of(c, s, e);
	}
	(void)pthread_mutex_unlock(&s->mu);
	return found;
}

bool mm_tile_cache_etag(struct mm_tile_cache *c, const struct mm_tile_key *key, uint64_t *ret,
			struct mm_kept **ret_kept)
{
	const uint64_t hash = hash_of(key);
	struct shard *s = &c->shard[hash % SHARDS];
	struct entry *e;
	bool known;

	(void)pthread_mutex_lock(&s->mu);
	e = *place_of(s, key, hash);
	known = e && e->state != MAKING;
	if (known) {
		*ret = e->tile.etag;
		*ret_kept = kept_of(c, s, e);
	}
	(void)pthread_mutex_unlock(&s->mu);
	return known;
}

void mm_tile_cache_metrics(struct mm_tile_cache *c, struct mm_buf *out)
{
	uint64_t hits = 0, misses = 0, waits = 0, evictions = 0, bytes = 0;

	for (int i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shard[i];

		(void)pthread_mutex_lock(&s->mu);
		hits += s->hits;
		misses += s->misses;
		waits += s->waits;
		evictions += s->evictions;
		bytes += s->bytes + s->stubs * ENTRY_BYTES;
		(void)pthread_mutex_unlock(&s->mu);
	}
	mm_buf_printf(out,
		      "# HELP munimap_tile_cache_total What became of tiles asked for.\n"
		      "# TYPE munimap_tile_cache_total counter\n"
		      "munimap_tile_cache_total{result=\"hit\"} %" PRIu64 "\n"
		      "munimap_tile_cache_total{result=\"made\"} %" PRIu64 "\n"
		      "munimap_tile_cache_total{result=\"waited\"} %" PRIu64 "\n"
		      "# HELP munimap_tile_cache_evictions_total Tiles that had to leave.\n"
		      "# TYPE munimap_tile_cache_evictions_total counter\n"
		      "munimap_tile_cache_evictions_total %" PRIu64 "\n"
		      "# HELP munimap_tile_cache_bytes Bytes of the tiles that are kept, and of the tags of "
		      "those that have left.\n"
		      "# TYPE munimap_tile_cache_bytes gauge\n"
		      "munimap_tile_cache_bytes %" PRIu64 "\n",
		      hits, misses, waits, evictions, bytes);
}
