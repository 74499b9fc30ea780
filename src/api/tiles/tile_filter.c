#include "api/tiles/tile_filter.h"

#include "api/features/features.h"
#include "api/tiles/tile_answer.h"
#include "api/tiles/tile_cache.h"
#include "base/clock.h"
#include "base/hash.h"
#include "store/cluster_level.h"

#include <string.h>

enum {
	ROWS_FORMAT = 0xffff,     /* in the cache: which rows match, and no tile, */
	CLUSTERS_FORMAT = 0xfffe, /* and their clusters at a zoom */
	TEXT_MAX = 1 << 20,
	NOW_MS = 60000 /* how long what depends on the time of day is good for */
};

/* One layer's rows being found. */
struct search {
	const struct mm_request *r;
	struct mm_items *it;
};

static bool has_condition(const struct mm_request *r)
{
	static const char *const name[] = {"filter", "bbox", "datetime"};
	bool found = false;

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]) && !found; i++)
		found = mm_request_param(r, name[i]) != NULL;
	return found;
}

/* What the conditions are, in one form; 0: no memory. Two that mean the same may differ, and are found twice.
 */
static uint64_t hash_conditions(const struct mm_request *r, const struct mm_items *it)
{
	static const char *const name[] = {"filter-crs", "bbox", "bbox-crs", "datetime"};
	uint64_t h = 1 + mm_filter_run_others(it->filter);
	struct mm_buf text;

	mm_buf_init(&text, TEXT_MAX);
	if (it->condition)
		mm_filter_put_text(it->condition, &text);
	if (mm_filter_has_function(it->condition, "now"))
		h += (uint64_t)(mm_clock_utc_ms() / NOW_MS);
	h = text.failed ? 0 : mm_hash64(text.data, text.len, h);
	mm_buf_release(&text);
	for (size_t i = 0; h && i < sizeof(name) / sizeof(name[0]); i++) {
		const char *value = mm_request_param(r, name[i]);

		h = mm_hash64(value ? value : "", value ? strlen(value) + 1 : 0, h);
	}
	return h;
}

/* Bit set by row; no body: all rows match. */
static enum mm_code find_rows(void *ctx, struct mm_cached_tile *ret, struct mm_err *reterr)
{
	const struct search *s = ctx;
	struct mm_items *it = s->it;
	const size_t bytes = mm_layer_count(it->layer) / 8 + 1;
	struct mm_buf b;
	unsigned char *bit;
	enum mm_code rc =
	    mm_query_run(it->layer, &it->query, it->kit->proj, 0, UINT32_MAX, s->r->mem, &it->page, reterr);

	if (rc)
		return rc;
	*ret = (struct mm_cached_tile){0};
	if (it->page.count == mm_layer_count(it->layer))
		return MM_OK;
	mm_buf_init(&b, bytes);
	bit = mm_buf_reserve(&b, bytes);
	if (!bit)
		return mm_fail_nomem(reterr);
	memset(bit, 0, bytes);
	for (uint32_t i = 0; i < it->page.count; i++)
		bit[it->page.row[i] / 8] |= (unsigned char)(1u << it->page.row[i] % 8);
	b.len = bytes;
	ret->etag = mm_hash64(bit, bytes, 0);
	ret->body = mm_shared_from_buf(&b);
	mm_buf_release(&b);
	return ret->body ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code look_up(const struct mm_api *api, const struct mm_request *r, struct mm_items *it,
			    struct mm_cached_tile *ret, struct mm_err *reterr)
{
	struct search s = {r, it};
	const struct mm_tile_key key = {.version = mm_layer_version(it->layer) ^ mm_layer_identity(it->layer),
					.more = hash_conditions(r, it),
					.format = ROWS_FORMAT};

	if (!key.more)
		return mm_fail_nomem(reterr);
	return mm_tile_cache_get(api->tiles, &key, it->query.deadline_ns, find_rows, &s, ret, reterr);
}

static enum mm_code find_layer(const struct mm_api *api, const struct mm_request *r, struct mm_items *it,
			       struct mm_cached_tile *ret, struct mm_err *reterr)
{
	static const char *const own[] = {MM_TILE_PARAMS, "f", "collections"};
	enum mm_code rc = mm_kits_take(api->kits, &it->kit, reterr);

	if (!rc)
		rc = mm_items_conditions(r, own, sizeof(own) / sizeof(own[0]), it, reterr);
	if (!rc)
		rc = look_up(api, r, it, ret, reterr);
	mm_filter_run_free(it->filter);
	mm_kits_give(api->kits, it->kit);
	return rc;
}

enum mm_code mm_tile_filter_read(struct mm_tile_filter *f, const struct mm_api *api,
				 const struct mm_request *r, const struct mm_tile_set *set,
				 struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;
	bool narrows = false;

	f->is_there = has_condition(r);
	for (size_t i = 0; f->is_there && i < set->count && !rc; i++) {
		const char *id = mm_layer_schema(set->layer[i])->id;
		struct mm_items it = {.catalog = set->catalog,
				      .layer = mm_catalog_find_entry(set->catalog, id)->layer};
		struct mm_cached_tile found = {0};
		struct mm_err err = {0};

		rc = find_layer(api, r, &it, &found, &err);
		if (rc) {
			err.code = rc;
			return set->count > 1
				   ? mm_fail(reterr, rc, err.where, "of layer \"%s\": %s", id, err.msg)
				   : mm_fail(reterr, rc, err.where, "%s", err.msg);
		}
		f->count = i + 1;
		if (!found.body)
			continue;
		f->rows[i] = found.body;
		f->only[i] = found.body->data;
		f->rows_hash[i] = found.etag;
		narrows = true;
		f->hash = mm_hash64(&found.etag, sizeof(found.etag), f->hash + 1 + i);
	}
	f->is_there = f->is_there && narrows; /* else the tile is the one without conditions */
	return rc;
}

/* ---- clusters ---- */

/* One layer's clusters being made. */
struct clustering {
	const struct mm_layer *layer;
	const unsigned char *only;
	unsigned zoom;
	int64_t deadline_ns;
};

static enum mm_code make_clusters(void *ctx, struct mm_cached_tile *ret, struct mm_err *reterr)
{
	const struct clustering *c = ctx;
	struct mm_buf b;
	enum mm_code rc;

	*ret = (struct mm_cached_tile){0};
	mm_buf_init(&b, SIZE_MAX / 2);
	rc = mm_cluster_level_make(c->layer, c->only, c->zoom, c->deadline_ns, &b, reterr);
	if (!rc) {
		mm_buf_trim(&b);
		ret->body = mm_shared_from_buf(&b);
		rc = ret->body ? MM_OK : mm_fail_nomem(reterr);
	}
	mm_buf_release(&b);
	return rc;
}

enum mm_code mm_tile_filter_clusters(struct mm_tile_filter *f, const struct mm_api *api,
				     const struct mm_tile_set *set, unsigned zoom, int64_t deadline_ns,
				     struct mm_arena *mem, struct mm_err *reterr)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct mm_layer *l = set->layer[i];
		const struct mm_tile_key key = {.version = mm_layer_version(l) ^ mm_layer_identity(l),
						.more = f->rows_hash[i],
						.z = zoom,
						.format = CLUSTERS_FORMAT};
		struct clustering c = {l, f->only[i], zoom, deadline_ns};
		struct mm_cached_tile found = {0};
		struct mm_level *level;
		enum mm_code rc;

		if (!f->only[i] || set->is_label[i] || !mm_cluster_level_is_there(l, zoom) ||
		    !mm_cluster_level_takes(l, f->only[i]))
			continue;
		rc = mm_tile_cache_get(api->tiles, &key, deadline_ns, make_clusters, &c, &found, reterr);
		if (rc)
			return rc;
		f->made[i] = found.body;
		level = mm_arena_alloc(mem, sizeof(*level));
		if (!level)
			return mm_fail_nomem(reterr);
		mm_cluster_level_open(found.body->data, level);
		f->clusters[i] = level;
	}
	return MM_OK;
}

void mm_tile_filter_release(struct mm_tile_filter *f)
{
	for (size_t i = 0; i < f->count; i++) {
		f->rows[i] = mm_shared_unref(f->rows[i]);
		f->made[i] = mm_shared_unref(f->made[i]);
	}
}
