#include "check.h"
#include "layer_fixture.h"

#include "api/api.h"
#include "api/tiles/tile_cache.h"
#include "api/tiles/tile_packs.h"
#include "base/clock.h"
#include "base/pool.h"
#include "geo/kit.h"
#include "http/compress.h"
#include "http/kept.h"
#include "http/route.h"
#include "http/target.h"
#include "http/wire.h"
#include "tile/tile.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
 * Tiles asked for on several threads while another publishes new snapshots of both layers and the cache, far
 * too small, lets go of what it has: every answer is that of one moment, byte for byte. Run with BUILD=tsan
 * too.
 */

enum { PICTURES = 4, SIDE = 8, ASKERS = 4, SWAPS = 60, CACHE_BYTES = 48 << 10, REQUEST_BYTES = 8 << 20 };

static const char *const targets[] = {
    "/tiles/one,two/0/0/0.mvt",
    "/tiles/one,two,two_label/8/155/84.mvt",
    "/tiles/two,one/11/1246/673.mlt",
    "/tiles/one,two/13/4985/2695.mvt",
    "/tiles/one,two,one_label/14/9970/5390.mvt",
    "/tiles/two,one_label/16/39882/21564.mvt?properties=n",
    "/tiles/one,two/12/2492/1347.mlt?properties=name",
    "/tiles/WorldCRS84Quad/10/214/1246?collections=one,two",
};
enum { TARGETS = sizeof(targets) / sizeof(targets[0]) };

static const char *const encodings[] = {"identity", "gzip", "zstd"};
enum { ENCODINGS = sizeof(encodings) / sizeof(encodings[0]) };

/* What all threads share. */
struct house {
	struct mm_api api;
	struct mm_buf expected[PICTURES][TARGETS];
	atomic_bool stop;
	atomic_uint answers, of[PICTURES];
};

/* Blocks of a town and a point in each; `picture` is in every value and moves every corner. */
static struct mm_layer *layer_of(unsigned picture)
{
	static const uint32_t part = (uint32_t)MM_PART_POLYGON << 30 | 1, ring = 7;
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	const char name[] = {(char)('a' + picture), '\0'};

	for (int i = 0; i < SIDE * SIDE; i++) {
		double x = 39.05 + 0.01 * (i % SIDE), y = 52.25 + 0.01 * (i / SIDE),
		       w = 0.006 + 0.001 * picture;
		const double xy[] = {x,         y,         x + w, y, x + w, y + w / 3, x + w / 3,
				     y + w / 3, x + w / 3, y + w, x, y + w, x,         y};

		fixture_row(b, i, name, picture, 0, 0,
			    &(struct mm_geom){MM_GEOM_POLYGON, &part, &ring, xy, NULL, 1, 1, 7});
		fixture_point(b, 1000 + i, name, picture, x + w / 2, y + w / 2);
	}
	return fixture_end(b);
}

/* Both layers of one picture: new snapshots each time, as after a change of the source. */
static struct mm_catalog *catalog_of(uint64_t version)
{
	const struct mm_map_info map = {.title = {"Город", "Town"}};
	struct mm_layer *one = layer_of((unsigned)(version % PICTURES)),
			*two = layer_of((unsigned)(version % PICTURES));
	const struct mm_entry entry[] = {{.id = "one", .layer = one, .error = ""},
					 {.id = "two", .layer = two, .error = ""}};
	struct mm_catalog *c = mm_catalog_new(version, &map, entry, 2);

	if (!c)
		abort();
	(void)mm_layer_unref(one);
	(void)mm_layer_unref(two);
	return c;
}

static void open_house(struct house *h)
{
	memset(h, 0, sizeof(*h));
	h->api.catalog = mm_catalog_slot_new();
	h->api.kits = mm_kits_new();
	h->api.makers = mm_tile_makers_new();
	h->api.tiles = mm_tile_cache_new(CACHE_BYTES);
	h->api.packs = mm_tile_packs_new();
	assert_true(h->api.catalog && h->api.kits && h->api.makers && h->api.tiles && h->api.packs);
}

static void close_house(struct house *h)
{
	(void)mm_catalog_slot_free(h->api.catalog);
	(void)mm_kits_free(h->api.kits);
	(void)mm_pool_free(h->api.makers);
	(void)mm_tile_cache_free(h->api.tiles);
	(void)mm_tile_packs_free(h->api.packs);
	for (size_t i = 0; i < (size_t)PICTURES * TARGETS; i++)
		mm_buf_release(&h->expected[i / TARGETS][i % TARGETS]);
}

static void unpack(const struct mm_response *rs, struct mm_buf *out)
{
	const struct mm_shared *s = rs->shared;

	mm_buf_init(out, REQUEST_BYTES);
	if (s && rs->shared_encoding) {
		if (mm_decompress(mm_encoding_find(rs->shared_encoding), s->data, s->len, out, NULL))
			abort();
	} else if (s) {
		mm_buf_put(out, s->data, s->len);
	}
}

/* One request as the server would hand it over; the bytes of the tile are appended to *out, which is begun.
 */
static enum mm_code ask(struct house *h, const char *target, const char *encoding, struct mm_buf *out)
{
	struct mm_wire wire = {.line = {{"Accept-Encoding", encoding, 15, strlen(encoding)}},
			       .line_count = 1};
	struct mm_request r = {.base_url = "", .client = "", .query = "", .wire = &wire};
	struct mm_response rs = {.status = 200};
	struct mm_err err = {0};
	struct mm_arena mem;
	struct mm_routes *routes = mm_routes_new(mm_api_routes, mm_api_route_count);
	unsigned allow;
	enum mm_code rc;

	mm_arena_init(&mem, REQUEST_BYTES);
	r.mem = &mem;
	if (mm_target_parse(target, strlen(target), &r).status)
		abort();
	wire.route = mm_routes_find(routes, &r, &allow);
	(void)mm_routes_free(routes);
	mm_buf_init(&rs.body, REQUEST_BYTES);
	rc = wire.route->handle(&h->api, &r, &rs, &err);
	if (rc)
		(void)fprintf(stderr, "%s: %s %s\n", target, err.where, err.msg);
	else
		unpack(&rs, out);
	(void)mm_shared_unref(rs.shared);
	(void)mm_kept_unref(rs.kept);
	mm_buf_release(&rs.body);
	mm_arena_release(&mem);
	return rc;
}

/* What each picture looks like, with nobody else about. */
static void look_at_each(struct house *h)
{
	for (unsigned p = 0; p < PICTURES; p++) {
		mm_catalog_publish(h->api.catalog, catalog_of(p));
		for (size_t t = 0; t < TARGETS; t++) {
			struct mm_buf *b = &h->expected[p][t];

			assert_int_equal(ask(h, targets[t], "identity", b), MM_OK);
			assert_true(b->len > 50);
			if (p)
				assert_true(b->len != b[-TARGETS].len ||
					    memcmp(b->data, b[-TARGETS].data, b->len) != 0);
		}
	}
}

/* Which picture it is; PICTURES: none. */
static unsigned picture_of(const struct house *h, size_t target, const struct mm_buf *b)
{
	unsigned p = 0;

	while (p < PICTURES && (h->expected[p][target].len != b->len ||
				memcmp(h->expected[p][target].data, b->data, b->len) != 0))
		p++;
	return p;
}

struct asker {
	struct house *h;
	unsigned seed;
	pthread_t thread;
	bool failed;
};

static void *keep_asking(void *ctx)
{
	struct asker *a = ctx;

	while (!atomic_load(&a->h->stop) && !a->failed) {
		const size_t t = (size_t)rand_r(&a->seed) % TARGETS;
		const char *encoding = encodings[(size_t)rand_r(&a->seed) % ENCODINGS];
		struct mm_buf b;
		unsigned p;

		if (ask(a->h, targets[t], encoding, &b)) {
			a->failed = true;
			break;
		}
		p = picture_of(a->h, t, &b);
		mm_buf_release(&b);
		if (p < PICTURES)
			atomic_fetch_add(&a->h->of[p], 1);
		a->failed = p == PICTURES;
		atomic_fetch_add(&a->h->answers, 1);
	}
	return NULL;
}

/* Publishes the next picture as soon as the last was seen; 20 s without an answer are a failure. */
static bool keep_publishing(struct house *h)
{
	for (uint64_t v = PICTURES; v < PICTURES + SWAPS; v++) {
		const unsigned had = atomic_load(&h->answers), seen = atomic_load(&h->of[v % PICTURES]);
		const int64_t end_ns = mm_clock_mono_ns() + INT64_C(20000000000);

		mm_catalog_publish(h->api.catalog, catalog_of(v));
		while (atomic_load(&h->of[v % PICTURES]) == seen || atomic_load(&h->answers) < had + ASKERS) {
			if (mm_clock_mono_ns() > end_ns)
				return false;
			(void)sched_yield();
		}
	}
	return true;
}

static uint64_t evictions(struct mm_tile_cache *c)
{
	static const char name[] = "\nmunimap_tile_cache_evictions_total ";
	struct mm_buf text;
	uint64_t n;

	mm_buf_init(&text, 1 << 16);
	mm_tile_cache_metrics(c, &text);
	mm_buf_byte(&text, 0);
	n = strtoull(strstr((char *)text.data, name) + sizeof(name) - 1, NULL, 10);
	mm_buf_release(&text);
	return n;
}

static void every_answer_is_of_one_moment(void **state)
{
	static struct house h;
	struct asker a[ASKERS];
	bool in_time;

	(void)state;
	open_house(&h);
	look_at_each(&h);
	for (unsigned i = 0; i < ASKERS; i++) {
		a[i] = (struct asker){.h = &h, .seed = i + 1};
		assert_int_equal(pthread_create(&a[i].thread, NULL, keep_asking, &a[i]), 0);
	}
	in_time = keep_publishing(&h);
	atomic_store(&h.stop, true);
	for (int i = 0; i < ASKERS; i++)
		(void)pthread_join(a[i].thread, NULL);
	for (int i = 0; i < ASKERS; i++)
		assert_false(a[i].failed);
	assert_true(in_time);
	assert_true(atomic_load(&h.answers) >= SWAPS * ASKERS);
	assert_true(evictions(h.api.tiles) > 0);
	print_message("%u answers, %llu tiles let go\n", atomic_load(&h.answers),
		      (unsigned long long)evictions(h.api.tiles));
	close_house(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_answer_is_of_one_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
