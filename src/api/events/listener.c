#include "api/events/listener.h"

#include "api/features/features.h"
#include "base/clock.h"
#include "base/hash.h"
#include "http/target.h"

#include <string.h>

enum { MEMORY_MAX = 64 << 20, LOOK_EVERY = 4096 /* rows between two looks at the clock */ };

static const char *const own[] = {"layers",      "bbox",       "bbox-crs", "filter",
				  "filter-lang", "filter-crs", "datetime", "properties"};
enum { OWN = sizeof(own) / sizeof(own[0]) };

bool mm_listener_is_asked(const struct mm_request *r)
{
	for (size_t i = 0; i < r->param_count; i++)
		if (strcmp(r->param[i].name, "layers") != 0 && strcmp(r->param[i].name, "bbox") != 0)
			return true;
	return false;
}

/* Reads the conditions for one layer; `it` has its kit, and is released either way. */
static enum mm_code read_for(const struct mm_catalog *c, const struct mm_layer *l, const struct mm_request *r,
			     struct mm_items *it, struct mm_err *reterr)
{
	enum mm_code rc;

	it->catalog = c;
	it->layer = (struct mm_layer *)(uintptr_t)l; /* borrowed: nothing here takes it */
	rc = mm_items_conditions(r, own, OWN, it, reterr);
	return rc ? rc : mm_items_selection(r, it, reterr);
}

enum mm_code mm_listener_read(const struct mm_api *api, const struct mm_catalog *c,
			      const struct mm_request *r, const char *const *ids, size_t count,
			      const char **ret, struct mm_err *reterr)
{
	struct mm_kit *kit = NULL;
	enum mm_code rc = count ? MM_OK : mm_request_only(r, own, OWN, reterr);

	if (!rc && !count)
		rc = mm_fail(reterr, MM_E_INVALID, "layers", "name the layers whose features are meant");
	if (!rc && count > MM_LISTENER_LAYERS_MAX)
		rc = mm_fail(reterr, MM_E_LIMIT, "layers", "at most %d with a condition",
			     MM_LISTENER_LAYERS_MAX);
	if (!rc)
		rc = mm_kits_take(api->kits, &kit, reterr);
	for (size_t i = 0; !rc && i < count; i++) {
		const struct mm_layer *l = mm_catalog_find(c, ids[i]);
		struct mm_items it = {.kit = kit};

		if (l)
			rc = read_for(c, l, r, &it, reterr);
		else
			rc = mm_fail(reterr, MM_E_INVALID, "layers",
				     "%.64s comes as tiles: it has no features to ask for", ids[i]);
		mm_filter_run_free(it.filter);
	}
	mm_kits_give(api->kits, kit);
	if (rc)
		return rc;
	*ret = mm_arena_printf(r->mem, "%s\n%s", r->base_url, r->query);
	return *ret ? MM_OK : mm_fail_nomem(reterr);
}

/* ---- what matches ---- */

/* Of features, whatever their order: equal for equal ones. */
struct print {
	uint64_t count, sum, mix;
};

static uint64_t hash_value(const struct mm_layer *l, uint32_t row, size_t field, uint64_t h)
{
	struct mm_value v;

	mm_layer_value(l, row, field, &v);
	h = mm_hash64(&v.is_null, sizeof(v.is_null), h + v.type);
	if (v.is_null)
		return h;
	if (v.type == MM_TYPE_TEXT || v.type == MM_TYPE_JSON)
		return mm_hash64(v.text, v.text_len, h);
	if (v.type == MM_TYPE_REAL)
		return mm_hash64(&v.real, sizeof(v.real), h);
	if (v.type == MM_TYPE_BOOL)
		return mm_hash64(&v.boolean, sizeof(v.boolean), h);
	h = mm_hash64(&v.integer, sizeof(v.integer), h);
	return v.type == MM_TYPE_DATETIME ? mm_hash64(&v.offset_min, sizeof(v.offset_min), h) : h;
}

/* All that items would say of a row. */
static uint64_t hash_row(const struct mm_items *it, uint32_t row)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);
	char id[1100];
	const size_t n = mm_layer_id_format(it->layer, row, id, sizeof(id));
	uint64_t h = mm_hash64(id, n < sizeof(id) ? n : sizeof(id) - 1, 0);
	struct mm_geom g;

	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden && !(it->leaves_out && it->leaves_out[i])) {
			h = mm_hash64(s->field[i].name, strlen(s->field[i].name), h);
			h = hash_value(it->layer, row, i, h);
		}
	mm_layer_geom(it->layer, row, &g);
	h = mm_hash64(g.part, g.part_count * sizeof(*g.part), h + (uint64_t)g.type);
	h = mm_hash64(g.ring, g.ring_count * sizeof(*g.ring), h);
	h = mm_hash64(g.xy, g.vertex_count * 2 * sizeof(double), h);
	return g.z ? mm_hash64(g.z, g.vertex_count * sizeof(double), h) : h;
}

/* False: it is not known. */
static bool add_rows(struct mm_items *it, struct mm_arena *mem, int64_t deadline_ns, struct print *ret)
{
	it->query.deadline_ns = deadline_ns;
	if (mm_query_run(it->layer, &it->query, it->kit->proj, 0, INT32_MAX, mem, &it->page, NULL))
		return false;
	for (uint32_t i = 0; i < it->page.count; i++) {
		const uint64_t h = hash_row(it, it->page.row[i]);

		ret->count++;
		ret->sum += h;
		ret->mix += mm_hash64(&h, sizeof(h), 1);
		if (i % LOOK_EVERY == LOOK_EVERY - 1 && mm_clock_mono_ns() > deadline_ns)
			return false;
	}
	return true;
}

static bool take_print(const struct mm_api *api, const char *condition, const struct mm_catalog *c,
		       const struct mm_layer *l, int64_t deadline_ns, struct print *ret)
{
	MM_ARENA_SCOPE(mem, MEMORY_MAX);
	const char *query = strchr(condition, '\n');
	struct mm_request r = {.mem = &mem, .query = query + 1, .stop_fd = -1};
	struct mm_items it = {0};
	bool fine;

	*ret = (struct print){0};
	if (!l)
		return true;
	r.base_url = mm_arena_text(&mem, condition, (size_t)(query - condition));
	fine = r.base_url && mm_target_parse_params(r.query, strlen(r.query), &r).status == 0 &&
	       mm_kits_take(api->kits, &it.kit, NULL) == MM_OK;
	fine = fine && read_for(c, l, &r, &it, NULL) == MM_OK && add_rows(&it, &mem, deadline_ns, ret);
	mm_filter_run_free(it.filter);
	mm_kits_give(api->kits, it.kit);
	return fine;
}

bool mm_listener_is_nothing(const struct mm_api *api, const char *condition,
			    const struct mm_listener_change *change, int64_t deadline_ns)
{
	struct print before, after;

	return take_print(api, condition, change->c_before, change->before, deadline_ns, &before) &&
	       take_print(api, condition, change->c_after, change->after, deadline_ns, &after) &&
	       before.count == after.count && before.sum == after.sum && before.mix == after.mix;
}
