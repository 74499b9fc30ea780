#include "api/tiles/tile_answer.h"
#include "base/clock.h"
#include "base/pool.h"

/* "?explain=1": what a tile took, and what became of its features. */

static void put_count(struct mm_json *j, const struct mm_tile_count *c)
{
	mm_json_int(j, "read", (int64_t)c->read);
	mm_json_int(j, "kept", (int64_t)c->kept);
	mm_json_int(j, "thinned", (int64_t)c->thinned);
	mm_json_int(j, "dropped", (int64_t)c->dropped);
	mm_json_int(
	    j, "outside",
	    (int64_t)(c->read - c->kept - c->dropped -
		      (c->thinned < c->read - c->kept - c->dropped ? c->thinned
								   : c->read - c->kept - c->dropped)));
	mm_json_int(j, "repaired", (int64_t)c->repaired);
	mm_json_int(j, "lost", (int64_t)c->lost);
}

static void put_ms(struct mm_json *j, const char *key, int64_t ns)
{
	const int64_t us = ns / 1000;

	mm_json_double(j, key, (double)us / 1000);
}

static void put_layers(struct mm_json *j, const struct mm_tile_report *report, const struct mm_tile_set *set,
		       struct mm_arena *mem)
{
	mm_json_open(j, "layers", '[');
	for (size_t i = 0; i < report->layer_count; i++) {
		if (!report->layer[i].layer)
			continue; /* outside its zooms */
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "id", mm_tile_set_id(set, i, mem));
		put_count(j, &report->layer[i].count);
		mm_json_int(j, "bytes", (int64_t)report->layer[i].bytes);
		put_ms(j, "find_ms", report->layer[i].find_ns);
		put_ms(j, "make_ms", report->layer[i].make_ns);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

enum mm_code mm_tile_explain(const struct mm_api *api, const struct mm_tile_set *set,
			     const struct mm_tile_ask *ask, struct mm_arena *mem, struct mm_response *rs,
			     struct mm_err *reterr)
{
	struct mm_tile_maker *maker = mm_pool_take(api->makers);
	struct mm_tile_report report = {0};
	struct mm_tile_ask asked = *ask;
	struct mm_tile_count count = {0};
	const int64_t start_ns = mm_clock_mono_ns();
	struct mm_json j = mm_json_on(&rs->body);
	struct mm_buf tile;
	enum mm_code rc;

	asked.report = &report;
	mm_buf_init(&tile, 2 * MM_TILE_BYTES_MAX);
	rc = maker ? mm_tile_make(maker, &asked, &tile, &count, reterr) : mm_fail_nomem(reterr);
	mm_pool_give(api->makers, maker);
	mm_buf_release(&tile);
	if (rc)
		return rc;
	mm_json_open(&j, NULL, '{');
	mm_json_int(&j, "z", ask->id.z);
	mm_json_int(&j, "x", ask->id.x);
	mm_json_int(&j, "y", ask->id.y);
	put_count(&j, &count);
	mm_json_int(&j, "bytes", (int64_t)report.bytes);
	if (report.weight)
		mm_json_int(&j, "packed_bytes", (int64_t)report.weight);
	mm_json_int(&j, "budget_bytes",
		    (int64_t)(ask->budget_bytes ? ask->budget_bytes : (size_t)MM_TILE_BUDGET_BYTES));
	mm_json_int(&j, "rounds", report.rounds);
	put_ms(&j, "weigh_ms", report.weigh_ns);
	put_ms(&j, "all_ms", mm_clock_mono_ns() - start_ns);
	put_layers(&j, &report, set, mem);
	mm_json_close(&j, '}');
	rs->cache_control = "no-store";
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}
