#include "tile/tile.h"

#include "base/clock.h"
#include "base/pool.h"
#include "tile/grid_window.h"
#include "tile/maker.h"

#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

enum { ROUNDS_MAX = 6, FORESEE_FROM = 10000 /* rows and items */ };

/* Samples weigh more than their share: each has anew what all features of a tile share. */
static const double FORESEE_HIGH = 1.22;

struct mm_tile_maker *mm_tile_maker_new(void)
{
	struct mm_tile_maker *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	mm_buf_init(&m->weighed, 2 * MM_TILE_BYTES_MAX);
	mm_buf_init(&m->name, 1 << 16);
	m->topo = mm_topo_new();
	return m->topo ? m : mm_tile_maker_free(m);
}

struct mm_tile_maker *mm_tile_maker_free(struct mm_tile_maker *m)
{
	if (!m)
		return NULL;
	(void)mm_topo_free(m->topo);
	mm_tile_layer_release(&m->made);
	mm_shape_release(&m->shape);
	mm_rows_release(&m->rows);
	mm_grid_points_release(&m->points);
	mm_cluster_names_release(&m->names);
	mm_grid_source_release(&m->source);
	mm_buf_release(&m->weighed);
	mm_buf_release(&m->name);
	libdeflate_free_compressor(m->compressor);
	free(m->taken);
	free(m->taken_at);
	free(m);
	return NULL;
}

static void *make_maker(void)
{
	return mm_tile_maker_new();
}

static void free_maker(void *thing)
{
	(void)mm_tile_maker_free(thing);
}

struct mm_pool *mm_tile_makers_new(void)
{
	return mm_pool_new(make_maker, free_maker);
}

/* Counts what was found for a tile that is drawn at once; true: it is so much that a sample should be drawn
 * first. */
static bool is_crowded(struct mm_tile_maker *m, const struct mm_tile_share *share)
{
	m->found += share->found;
	m->is_crowded = m->is_trying && m->found > FORESEE_FROM;
	return m->is_crowded;
}

/* Finds and draws the layer at hand; what runs over a limit is done again with the most important rows. */
static enum mm_code find_and_draw(struct mm_tile_maker *m, struct mm_tile_share *share, int64_t *found_ns,
				  struct mm_err *reterr)
{
	size_t left = 0;
	enum mm_code rc;

	if (share->rows > MM_TILE_FEATURES_MAX)
		share->rows = MM_TILE_FEATURES_MAX;
	do {
		m->count = (struct mm_tile_count){0};
		m->source.unplaced = 0;
		rc = mm_tile_find(m, share, reterr);
		*found_ns = m->ask->report ? mm_clock_mono_ns() : 0;
		if (!rc && is_crowded(m, share))
			return MM_OK;
		if (!rc)
			rc = mm_tile_draw(m, &left, reterr);
		if (left)
			share->rows = m->rows.count - left;
	} while (!rc && left);
	return rc;
}

static void report_layer(struct mm_tile_maker *m, size_t i, size_t bytes, int64_t start_ns, int64_t found_ns)
{
	struct mm_tile_report *r = m->ask->report;

	if (!r)
		return;
	r->layer[i].layer = m->layer;
	r->layer[i].is_label = m->is_label;
	r->layer[i].count = m->count;
	r->layer[i].bytes = bytes;
	r->layer[i].find_ns += found_ns - start_ns;
	r->layer[i].make_ns += mm_clock_mono_ns() - found_ns;
}

/* Where to look in the index of the layer at hand, for a tile of another grid. */
static enum mm_code open_grid(struct mm_tile_maker *m, struct mm_err *reterr)
{
	enum mm_code rc = mm_grid_source_open(&m->source, m->ask->grid, m->layer, reterr);

	return rc ? rc : mm_grid_window(m->ask->grid, m->layer, &m->window, reterr);
}

/* Makes a layer the one at hand. */
static enum mm_code take_layer(struct mm_tile_maker *m, size_t i, struct mm_err *reterr)
{
	m->layer = m->ask->layer[i];
	m->is_label = m->ask->is_label && m->ask->is_label[i];
	m->only = m->ask->only ? m->ask->only[i] : NULL;
	m->level = m->ask->grid ? NULL : mm_layer_level(m->layer, m->ask->id.z);
	m->own = NULL;
	if (m->only) {
		m->own = m->level;
		m->level = m->ask->clusters && !m->is_label ? m->ask->clusters[i] : NULL;
	}
	return m->ask->grid ? open_grid(m, reterr) : MM_OK;
}

static enum mm_code make_layer(struct mm_tile_maker *m, size_t i, struct mm_err *reterr)
{
	const uint64_t repaired = m->shape.repaired, lost = m->shape.lost;
	const int64_t start_ns = m->ask->report ? mm_clock_mono_ns() : 0;
	const size_t before = m->out->len;
	int64_t found_ns = 0;
	enum mm_code rc = take_layer(m, i, reterr);

	if (rc)
		return rc;
	m->shape.spill = mm_layer_schema(m->layer)->generalize.is_coverage ? 0 : MM_TILE_SPILL;
	m->spill = mm_tile_id_window(m->ask->id, MM_TILE_BUFFER + (uint32_t)m->shape.spill);
	rc = find_and_draw(m, &m->share[i], &found_ns, reterr);
	if (rc || m->is_crowded)
		return rc;
	mm_tile_layer_put(&m->made, m->out);
	if (m->out->failed)
		return mm_fail(reterr, MM_E_LIMIT, "", "the tile is too large: give the layer a zoom range");
	m->count.dropped += m->source.unplaced;
	m->count.repaired = m->shape.repaired - repaired;
	m->count.lost = m->shape.lost - lost;
	m->share[i].bytes = m->out->len - before;
	report_layer(m, i, m->share[i].bytes, start_ns, found_ns);
	return MM_OK;
}

static void add_count(struct mm_tile_count *to, const struct mm_tile_count *c)
{
	to->read += c->read;
	to->kept += c->kept;
	to->thinned += c->thinned;
	to->dropped += c->dropped;
	to->repaired += c->repaired;
	to->lost += c->lost;
}

/* Whether tiles of that zoom have layer `i`. */
static bool is_in_zoom(const struct mm_tile_ask *ask, size_t i)
{
	const struct mm_schema *s = mm_layer_schema(ask->layer[i]);

	return ask->id.z >= s->min_zoom && ask->id.z <= s->max_zoom;
}

static enum mm_code make_all(struct mm_tile_maker *m, struct mm_tile_count *ret_count, struct mm_err *reterr)
{
	const struct mm_tile_ask *ask = m->ask;
	enum mm_code rc = MM_OK;

	*ret_count = (struct mm_tile_count){0};
	m->found = 0;
	m->is_crowded = false;
	for (size_t i = 0; i < ask->layer_count && !rc && !m->is_crowded; i++) {
		if (!is_in_zoom(ask, i))
			continue;
		rc = make_layer(m, i, reterr);
		add_count(ret_count, &m->count);
	}
	return rc;
}

/* Scales what samples took to what all would take; false: nobody needs to look. */
static bool scale_shares(struct mm_tile_maker *m, double *ret_bytes)
{
	size_t found = 0;

	*ret_bytes = 0;
	for (size_t i = 0; i < m->ask->layer_count; i++) {
		struct mm_tile_share *s = &m->share[i];

		if (s->found > MM_TILE_SAMPLE)
			s->bytes = (size_t)((double)s->bytes * (double)s->found / MM_TILE_SAMPLE);
		found += s->found;
		*ret_bytes += (double)s->bytes;
	}
	return found > FORESEE_FROM;
}

/* A tile that would be too heavy is not drawn to find that out: a sample of it says how much to leave out at
 * once. */
static enum mm_code foresee(struct mm_tile_maker *m, size_t budget, struct mm_err *reterr)
{
	const size_t start = m->out->len;
	struct mm_tile_count count;
	size_t weight, bytes;
	double all;
	enum mm_code rc;

	m->is_sampling = true;
	rc = make_all(m, &count, reterr);
	m->is_sampling = false;
	bytes = m->out->len - start;
	m->out->len = start;
	if (rc || !scale_shares(m, &all) || all <= (double)budget)
		return rc;
	weight = mm_tile_weigh(m, m->out->data + start, bytes);
	if (weight == SIZE_MAX)
		return mm_fail_nomem(reterr);
	(void)mm_tile_slim(m, (size_t)((double)weight * all / (double)bytes / FORESEE_HIGH), budget);
	return MM_OK;
}

/* Makes the tile until it fits its budget. */
static enum mm_code make_to_fit(struct mm_tile_maker *m, struct mm_tile_count *count, struct mm_err *reterr)
{
	const size_t start = m->out->len,
		     budget = m->ask->budget_bytes ? m->ask->budget_bytes : MM_TILE_BUDGET_BYTES;
	struct mm_tile_report *report = m->ask->report;
	enum mm_code rc;
	bool is_made;

	m->is_trying = !m->ask->grid && m->ask->id.z <= MM_LEVEL_TOP_PLAIN;
	rc = make_all(m, count, reterr);
	m->is_trying = false;
	is_made = !m->is_crowded;
	if (!rc && !is_made) {
		m->out->len = start;
		rc = foresee(m, budget, reterr);
	}
	for (unsigned round = 1; !rc; round++, is_made = false) {
		size_t bytes, weight = 0;
		int64_t start_ns;

		if (!is_made) {
			m->out->len = start;
			rc = make_all(m, count, reterr);
		}
		bytes = m->out->len - start;
		start_ns = report ? mm_clock_mono_ns() : 0;
		if (!rc && bytes > budget)
			weight = mm_tile_weigh(m, m->out->data + start, bytes);
		if (report) {
			report->bytes = bytes;
			report->weight = weight;
			report->rounds = round;
			report->weigh_ns += mm_clock_mono_ns() - start_ns;
		}
		if (weight == SIZE_MAX)
			return mm_fail_nomem(reterr);
		if (rc || round == ROUNDS_MAX || !mm_tile_slim(m, weight, budget))
			break;
	}
	return rc;
}

/* Adds to the report what became of rows. */
static enum mm_code report_rows(struct mm_tile_maker *m, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < m->ask->layer_count && !rc; i++) {
		if (!is_in_zoom(m->ask, i))
			continue;
		rc = take_layer(m, i, reterr);
		if (!rc)
			rc = mm_tile_census(m, &m->ask->report->layer[i].rows, reterr);
	}
	return rc;
}

static void begin(struct mm_tile_maker *m, const struct mm_tile_ask *ask, struct mm_buf *out)
{
	const uint32_t unit = ask->id.z < 20 ? UINT32_C(1) << (20 - ask->id.z) : 1;

	m->ask = ask;
	m->out = out;
	m->fields = (struct mm_tile_fields){ask->id.z, ask->field, ask->field_count};
	m->window = mm_tile_id_window(ask->id, MM_TILE_BUFFER);
	m->inside = (struct mm_world_box){m->window.min_x + unit, m->window.min_y + unit,
					  m->window.max_x - unit, m->window.max_y - unit};
	m->origin_x = (int64_t)ask->id.x * MM_GRID_EXTENT;
	m->origin_y = (int64_t)ask->id.y * MM_GRID_EXTENT;
	m->steps = 0;
	for (size_t i = 0; i < ask->layer_count; i++)
		m->share[i] = (struct mm_tile_share){.rows = SIZE_MAX};
	if (ask->report)
		*ask->report = (struct mm_tile_report){.layer_count = ask->layer_count};
	mm_shape_begin(&m->shape, ask->id, m->topo);
}

enum mm_code mm_tile_make(struct mm_tile_maker *m, const struct mm_tile_ask *ask, struct mm_buf *out,
			  struct mm_tile_count *ret_count, struct mm_err *reterr)
{
	struct mm_tile_count count = {0};
	enum mm_code rc;

	MM_CHECK(ask->layer_count <= MM_TILE_LAYERS_MAX);
	begin(m, ask, out);
	rc = make_to_fit(m, &count, reterr);
	if (!rc && ask->report)
		rc = report_rows(m, reterr);
	if (!rc)
		*ret_count = count;
	return rc;
}
