#include "api/tiles/tile_answer.h"
#include "base/clock.h"

/* "?explain=1": what a tile took, and what became of its features. */

static void put_count(struct mm_json *j, const struct mm_tile_count *c)
{
	mm_json_int(j, "read", (int64_t)c->read);
	mm_json_int(j, "kept", (int64_t)c->kept);
	mm_json_int(j, "thinned", (int64_t)c->thinned);
	mm_json_int(j, "dropped", (int64_t)c->dropped);
	mm_json_int(j, "outside", (int64_t)(c->read - c->kept - c->thinned - c->dropped));
	mm_json_int(j, "repaired", (int64_t)c->repaired);
	mm_json_int(j, "lost", (int64_t)c->lost);
}

/* What became of every row: they add up. Of labels, which are made of what is drawn, `read` are there. */
static void put_rows(struct mm_json *j, const struct mm_tile_rows *r, bool is_label, uint64_t read)
{
	const uint64_t wanted = r->rows - r->unwanted;

	mm_json_int(j, "rows", (int64_t)r->rows);
	mm_json_int(j, "unwanted", (int64_t)r->unwanted);
	if (is_label) {
		mm_json_int(j, "unlabelled", (int64_t)(wanted - (read < wanted ? read : wanted)));
		return;
	}
	mm_json_int(j, "items", (int64_t)r->items);
	mm_json_int(j, "merged", (int64_t)r->merged);
	mm_json_int(j, "clustered", (int64_t)r->clustered);
	mm_json_int(j, "crowded_out_or_joined", (int64_t)r->crowded_out_or_joined);
	mm_json_int(j, "vanished", (int64_t)r->vanished);
	mm_json_int(j, "off_square", (int64_t)r->off_square);
}

static void put_all_rows(struct mm_json *j, const struct mm_tile_report *report)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < report->layer_count; i++)
		rows += report->layer[i].rows.rows;
	mm_json_int(j, "rows", (int64_t)rows);
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
		put_rows(j, &report->layer[i].rows, report->layer[i].is_label, report->layer[i].count.read);
		put_count(j, &report->layer[i].count);
		mm_json_int(j, "bytes", (int64_t)report->layer[i].bytes);
		put_ms(j, "find_ms", report->layer[i].find_ns);
		put_ms(j, "make_ms", report->layer[i].make_ns);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

/* Which tile it is. */
static void put_address(struct mm_json *j, const struct mm_tile_question *q)
{
	const struct mm_grid_tile *g = q->grid;

	mm_json_int(j, "z", q->id.z); /* of another grid: of the Web Mercator tiles of about its size */
	if (g) {
		mm_json_text(j, "tileMatrixSet", g->set->id);
		mm_json_text(j, "tileMatrix", g->matrix->id);
		mm_json_int(j, "tileRow", g->row);
		mm_json_int(j, "tileCol", g->col);
	} else {
		mm_json_int(j, "x", q->id.x);
		mm_json_int(j, "y", q->id.y);
	}
}

enum mm_code mm_tile_explain(const struct mm_api *api, const struct mm_tile_question *q,
			     const struct mm_tile_ask *ask, struct mm_arena *mem, struct mm_response *rs,
			     struct mm_err *reterr)
{
	struct mm_tile_report report = {0};
	struct mm_tile_ask asked = *ask;
	struct mm_tile_count count = {0};
	const int64_t start_ns = mm_clock_mono_ns();
	struct mm_json j = mm_json_on(&rs->body);
	struct mm_buf tile;
	enum mm_code rc;

	asked.report = &report;
	mm_buf_init(&tile, 2 * MM_TILE_BYTES_MAX);
	rc = mm_tile_make_by(api, &asked, q->grid, &tile, &count, reterr);
	mm_buf_release(&tile);
	if (rc)
		return rc;
	mm_json_open(&j, NULL, '{');
	put_address(&j, q);
	put_all_rows(&j, &report);
	put_count(&j, &count);
	mm_json_int(&j, "bytes", (int64_t)report.bytes);
	if (report.weight)
		mm_json_int(&j, "packed_bytes", (int64_t)report.weight);
	mm_json_int(&j, "budget_bytes",
		    (int64_t)(ask->budget_bytes ? ask->budget_bytes : (size_t)MM_TILE_BUDGET_BYTES));
	mm_json_int(&j, "rounds", report.rounds);
	put_ms(&j, "weigh_ms", report.weigh_ns);
	put_ms(&j, "all_ms", mm_clock_mono_ns() - start_ns);
	put_layers(&j, &report, q->set, mem);
	mm_json_close(&j, '}');
	rs->cache_control = "no-store";
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}
