#include "api/tiles/tile_answer.h"

#include "api/tiles/tile_cache.h"
#include "api/tiles/tile_packs.h"
#include "api/tiles/tile_paths.h"
#include "api/tiles/tile_stored.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/pool.h"
#include "geo/kit.h"
#include "http/compress.h"
#include "http/kept.h"
#include "store/generalize.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_MS = 5000, FIELDS_MAX = 200 };

const struct mm_offer mm_tile_offers[] = {
    [MM_TILE_MVT] = {MM_TYPE_MVT_MEDIA, "mvt"},
    [MM_TILE_MLT] = {MM_TYPE_MLT_MEDIA, "mlt"},
};

/* One answer on its way. */
struct answer {
	const struct mm_api *api;
	const struct mm_tile_question *q;
	struct mm_tile_ask ask;
	struct mm_tile_key key;
	struct mm_tile_filter filter;
	struct mm_arena *mem;
};

/* ---- what is asked for ---- */

static bool is_field(const struct mm_tile_set *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (mm_schema_find(mm_layer_schema(set->layer[i]), name) != SIZE_MAX ||
		    (!set->is_label[i] &&
		     mm_generalize_names(&mm_layer_schema(set->layer[i])->generalize, name)))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static enum mm_code read_properties(const struct mm_request *r, const struct mm_tile_set *set,
				    struct mm_tile_ask *ask, struct mm_err *reterr)
{
	const char *list = mm_request_param(r, "properties");
	const char **name = list ? mm_arena_array(r->mem, FIELDS_MAX, sizeof(*name)) : NULL;

	if (!list)
		return MM_OK;
	if (!name)
		return mm_fail_nomem(reterr);
	ask->field = name;
	for (const char *at = list; *list;) {
		size_t n = strcspn(at, ",");

		if (ask->field_count == FIELDS_MAX)
			return mm_fail(reterr, MM_E_INVALID, "properties", "at most %d fields", FIELDS_MAX);
		name[ask->field_count] = mm_arena_text(r->mem, at, n);
		if (!name[ask->field_count])
			return mm_fail_nomem(reterr);
		if (!is_field(set, name[ask->field_count]))
			return mm_fail(reterr, MM_E_INVALID, "properties",
				       "no layer of this tile has a field \"%.60s\"", name[ask->field_count]);
		ask->field_count++;
		at += n;
		if (!*at++)
			break;
	}
	/* in whatever order they are named, it is one tile */
	qsort(name, ask->field_count, sizeof(*name), by_name);
	return MM_OK;
}

static uint64_t hash_more(const struct answer *a)
{
	const struct mm_grid_tile *g = a->q->grid;
	uint64_t h = a->ask.field ? 1 : 0;

	for (size_t i = 0; a->ask.field && i < a->ask.field_count; i++)
		h = mm_hash64(a->ask.field[i], strlen(a->ask.field[i]) + 1, h);
	if (a->filter.is_there)
		h = mm_hash64(&a->filter.hash, sizeof(a->filter.hash), h);
	if (g) {
		const uint64_t more[] = {mm_tile_matrix_set_hash(g->set),
					 (uint64_t)(g->matrix - g->set->matrix)};

		h = mm_hash64(more, sizeof(more), h);
	}
	return h;
}

static void make_key(struct answer *a)
{
	const struct mm_tile_question *q = a->q;

	a->key = (struct mm_tile_key){
	    /* with conditions, rows have the numbers that they have in this version */
	    .version = q->grid || a->filter.is_there ? mm_tile_set_version(q->set)
						     : mm_tile_set_version_at(q->set, q->id),
	    .more = hash_more(a),
	    .z = q->id.z,
	    .x = q->grid ? q->grid->col : q->id.x,
	    .y = q->grid ? q->grid->row : q->id.y,
	    .format = (uint16_t)q->encoding,
	};
}

/* What cannot be asked of tiles that are there already. */
static enum mm_code check_archives(const struct mm_tile_question *q, const struct mm_request *r,
				   struct mm_err *reterr)
{
	static const char *const params[] = {"properties", "explain", "filter", "bbox", "datetime"};
	const char *id = q->set->archive_count ? mm_tile_archive_info(q->set->archive[0])->id : NULL;

	if (!id)
		return MM_OK;
	if (q->grid)
		return mm_fail(reterr, MM_E_NOT_FOUND, "tms",
			       "\"%s\" comes as tiles of Web Mercator: ask for WebMercatorQuad", id);
	if (!mm_tile_set_has_encoding(q->set, q->encoding))
		return mm_fail(reterr, MM_E_NOT_FOUND, "y", "\"%s\" comes as tiles in %s: ask for .%s", id,
			       q->encoding == MM_TILE_MVT ? "MLT" : "MVT",
			       q->encoding == MM_TILE_MVT ? "mlt" : "mvt");
	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++)
		if (mm_request_param(r, params[i]))
			return mm_fail(reterr, MM_E_INVALID, params[i],
				       "\"%s\" comes as tiles, which are served as they are: leave %s= out",
				       id, params[i]);
	return MM_OK;
}

enum mm_code mm_tile_check(const struct mm_tile_question *q, const struct mm_request *r,
			   struct mm_err *reterr)
{
	struct mm_tile_ask ask = {0};
	enum mm_code rc = check_archives(q, r, reterr);

	return rc ? rc : read_properties(r, q->set, &ask, reterr);
}

/* ---- making ---- */

enum mm_code mm_tile_make_by(const struct mm_api *api, const struct mm_tile_ask *ask,
			     struct mm_grid_tile *grid, struct mm_buf *out, struct mm_tile_count *count,
			     struct mm_err *reterr)
{
	struct mm_tile_maker *maker = mm_pool_take(api->makers);
	struct mm_kit *kit = NULL;
	enum mm_code rc = maker ? MM_OK : mm_fail_nomem(reterr);

	if (!rc && grid)
		rc = mm_kits_take(api->kits, &kit, reterr);
	if (grid && kit)
		grid->proj = kit->proj;
	if (!rc)
		rc = mm_tile_make(maker, ask, out, count, reterr);
	if (grid)
		grid->proj = NULL;
	mm_kits_give(api->kits, kit);
	mm_pool_give(api->makers, maker);
	return rc;
}

static enum mm_code make_stored(void *ctx, struct mm_cached_tile *ret, struct mm_err *reterr)
{
	const struct answer *a = ctx;
	struct mm_buf stored, other, *body = NULL;
	struct mm_err err = {0};
	enum mm_code rc;

	mm_buf_init(&stored, MM_TILE_BYTES_MAX);
	mm_buf_init(&other, 2 * MM_TILE_BYTES_MAX);
	rc = mm_tile_stored_fetch(a->q, a->key.packed == MM_ENCODING_GZIP, &stored, &other, &body, &err);
	if (!rc) {
		ret->etag = mm_hash64(stored.data, stored.len, a->key.format);
		ret->dropped = 0;
	}
	if (!rc && body->len) {
		ret->body = mm_shared_from_buf(body);
		rc = ret->body ? MM_OK : mm_fail_nomem(&err);
	}
	mm_buf_release(&stored);
	mm_buf_release(&other);
	return rc ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

/* Of what conditions leave; tiles of other grids have no clusters. */
static enum mm_code find_clusters(struct answer *a, struct mm_err *reterr)
{
	if (!a->filter.is_there || a->q->grid)
		return MM_OK;
	a->ask.clusters = a->filter.clusters;
	return mm_tile_filter_clusters(&a->filter, a->api, a->q->set, a->q->id.z, a->ask.deadline_ns, a->mem,
				       reterr);
}

static enum mm_code make_plain(void *ctx, struct mm_cached_tile *ret, struct mm_err *reterr)
{
	struct answer *a = ctx;
	struct mm_tile_count count = {0};
	struct mm_buf body;
	enum mm_code rc = find_clusters(a, reterr);

	mm_buf_init(&body, 2 * MM_TILE_BYTES_MAX);
	if (!rc && a->q->set->count)
		rc = mm_tile_make_by(a->api, &a->ask, a->q->grid, &body, &count, reterr);
	if (!rc && a->q->set->archive_count)
		rc = mm_tile_stored_join(a->q, &body, reterr);
	if (!rc) {
		ret->etag = mm_hash64(body.data, body.len, a->key.format);
		ret->dropped = count.dropped;
	}
	if (!rc && body.len) {
		ret->body = mm_shared_from_buf(&body);
		rc = ret->body ? MM_OK : mm_fail_nomem(reterr);
	}
	mm_buf_release(&body);
	return rc;
}

/* What tiles are alike in, to whoever packs them. */
static uint64_t kind_of(const struct answer *a)
{
	const uint64_t kind[] = {mm_tile_set_version(a->q->set), a->key.format, a->key.z};

	return mm_hash64(kind, sizeof(kind), 0);
}

static enum mm_code make_packed(void *ctx, struct mm_cached_tile *ret, struct mm_err *reterr)
{
	const struct answer *a = ctx;
	struct mm_tile_key key = a->key;
	struct mm_cached_tile plain = {0};
	struct mm_buf body;
	enum mm_code rc;

	key.packed = MM_ENCODING_NONE;
	rc = mm_tile_cache_get(a->api->tiles, &key, a->ask.deadline_ns, make_plain, ctx, &plain, reterr);
	if (rc)
		return rc;
	*ret = (struct mm_cached_tile){.etag = plain.etag, .dropped = plain.dropped};
	if (!plain.body)
		return MM_OK;
	mm_buf_init(&body, 2 * MM_TILE_BYTES_MAX);
	rc = mm_tile_packs_pack(a->api->packs, kind_of(a), (enum mm_encoding)a->key.packed, plain.body->data,
				plain.body->len, &body, reterr);
	if (!rc) {
		ret->body = mm_shared_from_buf(&body);
		rc = ret->body ? MM_OK : mm_fail_nomem(reterr);
	}
	mm_buf_release(&body);
	(void)mm_shared_unref(plain.body);
	return rc;
}

/* ---- answering ---- */

static const char *packing_of(const struct mm_tile_key *key)
{
	return key->packed ? mm_encoding_name((enum mm_encoding)key->packed) : NULL;
}

static const char *etag_text(const struct mm_request *r, uint64_t etag)
{
	char *text = mm_arena_alloc(r->mem, 17);

	for (int i = 0; text && i < 16; i++)
		text[i] = "0123456789abcdef"[etag >> (60 - 4 * i) & 15];
	return text;
}

/* True: the client has the tile, and the response says so. */
static bool is_known(const struct mm_api *api, const struct mm_tile_key *key, const struct mm_request *r,
		     struct mm_response *rs)
{
	struct mm_kept *kept = NULL;
	uint64_t etag;

	if (!mm_request_header(r, "If-None-Match") || !mm_tile_cache_etag(api->tiles, key, &etag, &kept))
		return false;
	rs->etag = etag_text(r, etag);
	rs->shared_encoding = packing_of(key);
	if (rs->etag && mm_request_is_fresh(r, rs->etag)) {
		rs->kept = kept;
		return true;
	}
	(void)mm_kept_unref(kept);
	return false;
}

/* Takes over both. */
static void put_tile(const struct mm_cached_tile *tile, struct mm_kept *kept, const struct mm_tile_key *key,
		     const struct mm_request *r, struct mm_response *rs)
{
	rs->etag = etag_text(r, tile->etag);
	rs->kept = rs->etag ? kept : mm_kept_unref(kept);
	if (tile->dropped)
		mm_response_header(rs, "X-Munimap-Dropped",
				   mm_arena_printf(r->mem, "%" PRIu64, tile->dropped));
	if (!tile->body) {
		rs->status = 204;
		rs->shared_encoding = NULL;
		return;
	}
	rs->shared = tile->body;
	rs->shared_encoding = packing_of(key);
	rs->no_compress = true;
	rs->has_packings = true;
	rs->content_type = mm_tile_offers[key->format].media_type;
}

/* What the cache has. */
static bool send_kept(const struct mm_api *api, const struct mm_tile_key *key, const struct mm_request *r,
		      struct mm_response *rs)
{
	struct mm_cached_tile tile = {0};
	struct mm_kept *kept = NULL;

	if (is_known(api, key, r, rs))
		return true;
	if (!mm_tile_cache_find(api->tiles, key, &tile, &kept))
		return false;
	put_tile(&tile, kept, key, r, rs);
	return true;
}

static enum mm_code send_tile(struct answer *a, const struct mm_request *r, struct mm_response *rs,
			      struct mm_err *reterr)
{
	struct mm_cached_tile tile = {0};
	mm_tile_make_fn *make = mm_tile_set_is_stored(a->q->set) ? make_stored
				: a->key.packed                  ? make_packed
								 : make_plain;
	enum mm_code rc = MM_OK;

	if (!send_kept(a->api, &a->key, r, rs)) {
		rc = mm_tile_cache_get(a->api->tiles, &a->key, a->ask.deadline_ns, make, a, &tile, reterr);
		if (!rc)
			put_tile(&tile, NULL, &a->key, r, rs);
	}
	return rc || rs->etag ? rc : mm_fail_nomem(reterr);
}

/* Bits of the packings that tiles of a set have. */
static unsigned packings_of(const struct mm_tile_set *set)
{
	return mm_tile_set_is_stored(set) ? 1u << MM_ENCODING_GZIP
					  : 1u << MM_ENCODING_GZIP | 1u << MM_ENCODING_ZSTD;
}

/* So that the same path is answered by mm_api_tile_recall from here on. */
static void remember(const struct answer *a, const struct mm_request *r)
{
	if (a->q->turn && a->api->paths && !*r->query)
		mm_tile_paths_put(a->api->paths, a->q->turn, r->path,
				  &(struct mm_known_tile){.key = a->key,
							  .packings = packings_of(a->q->set),
							  .route = mm_request_route(r)});
}

bool mm_api_tile_recall(void *ctx, const struct mm_request *r, const char *target, size_t n,
			struct mm_response *rs, const struct mm_route **ret)
{
	const struct mm_api *api = ctx;
	struct mm_known_tile known;

	if (!mm_tile_paths_find(api->paths, mm_catalog_turn(api->catalog), target, n, &known))
		return false;
	known.key.packed = (uint16_t)mm_request_encoding(r, known.packings);
	if (!send_kept(api, &known.key, r, rs))
		return false;
	*ret = known.route;
	return true;
}

enum mm_code mm_tile_answer(const struct mm_api *api, const struct mm_tile_question *q,
			    const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	const char *explain = mm_request_param(r, "explain");
	struct answer a = {.api = api,
			   .q = q,
			   .ask = {.layer = q->set->layer,
				   .is_label = q->set->is_label,
				   .layer_count = q->set->count,
				   .id = q->id,
				   .grid = q->grid,
				   .encoding = q->encoding,
				   .budget_bytes = api->tile_budget_bytes,
				   .deadline_ns = mm_clock_mono_ns() + (int64_t)DEADLINE_MS * 1000000},
			   .mem = r->mem};
	enum mm_code rc = check_archives(q, r, reterr);

	if (!rc)
		rc = read_properties(r, q->set, &a.ask, reterr);
	if (!rc && explain && strcmp(explain, "1") != 0)
		rc = mm_fail(reterr, MM_E_INVALID, "explain", "explain=%.20s: write 1 or leave it out",
			     explain);
	if (!rc)
		rc = mm_tile_filter_read(&a.filter, api, r, q->set, reterr);
	a.ask.only = a.filter.is_there ? a.filter.only : NULL;
	if (!rc && explain) {
		rc = find_clusters(&a, reterr);
		if (!rc)
			rc = mm_tile_explain(api, q, &a.ask, r->mem, rs, reterr);
	} else if (!rc) {
		make_key(&a);
		a.key.packed = (uint16_t)mm_request_encoding(r, packings_of(q->set));
		rc = send_tile(&a, r, rs, reterr);
		if (!rc)
			remember(&a, r);
	}
	mm_tile_filter_release(&a.filter);
	return rc;
}
