#include "analysis/aggregate_private.h"
#include "base/clock.h"
#include "base/stop.h"

#include <string.h>

enum { DEADLINE_EVERY = 256, KEY_OUTSIDE = 2 /* the mark of a key that no polygon has; a null has 1 */ };

/* ---- groups ---- */

struct key {
	uint64_t code[MM_GROUP_BY_MAX];
	uint8_t mark[8];
};

static struct key key_of(const struct mm_aggregate_job *r, uint32_t row, uint32_t polygon)
{
	struct key k = {0};

	for (size_t i = 0; i < r->ask->by_count; i++) {
		const struct mm_group_by *by = &r->ask->by[i];

		if (!by->polygons)
			k.mark[i] = mm_aggregate_code(r->layer, row, by->field, &k.code[i]);
		else if (polygon == UINT32_MAX)
			k.mark[i] = KEY_OUTSIDE;
		else if (by->field == SIZE_MAX)
			k.code[i] = polygon;
		else
			k.mark[i] = mm_aggregate_code(by->polygons, polygon, by->field, &k.code[i]);
	}
	return k;
}

static enum mm_code more_groups(struct mm_aggregate_job *r)
{
	const size_t cap = r->cap ? r->cap * 2 : 64;
	struct mm_group *more;

	if (r->groups->count == MM_GROUPS_MAX)
		return mm_fail(r->reterr, MM_E_LIMIT, "group-by",
			       "there are more than %d groups: group by a field with fewer values, or "
			       "give a condition",
			       MM_GROUPS_MAX);
	if (r->groups->group && r->groups->count < r->cap)
		return MM_OK;
	more = mm_arena_array(r->mem, cap, sizeof(*more));
	if (!more)
		return mm_fail_nomem(r->reterr);
	if (r->groups->count)
		memcpy(more, r->groups->group, r->groups->count * sizeof(*more));
	r->groups->group = more;
	r->cap = cap;
	return MM_OK;
}

/* The group of these keys, a new one where there is none. */
static enum mm_code find_group(struct mm_aggregate_job *r, uint32_t row, uint32_t polygon, uint32_t *ret)
{
	const struct key k = key_of(r, row, polygon);
	const uint32_t next = (uint32_t)r->groups->count,
		       at = mm_map_add(r->known, (const char *)&k, sizeof(k), next);
	struct mm_group *g;
	enum mm_code rc;

	if (at == MM_MAP_NONE)
		return mm_fail_nomem(r->reterr);
	*ret = at;
	if (at != next)
		return MM_OK;
	rc = more_groups(r);
	if (rc)
		return rc;
	g = &r->groups->group[next];
	*g = (struct mm_group){.row = row, .polygon = polygon, .seen_row = UINT32_MAX};
	g->cell = mm_arena_array(r->mem, r->ask->function_count, sizeof(*g->cell));
	r->groups->count++;
	return g->cell ? MM_OK : mm_fail_nomem(r->reterr);
}

/* A row has so much of a group. Polygons of one value are one group. */
static enum mm_code add_piece(struct mm_aggregate_job *r, uint32_t row, uint32_t polygon, double weight)
{
	uint32_t at;
	struct mm_group *g;
	enum mm_code rc = find_group(r, row, polygon, &at);

	if (rc)
		return rc;
	g = &r->groups->group[at];
	if (g->seen_row != row) {
		g->seen_row = row;
		g->slot = (uint32_t)r->piece_count;
		r->piece[r->piece_count++] = (struct mm_aggregate_piece){at, 0};
		g->count++;
	}
	r->piece[g->slot].weight += weight;
	return MM_OK;
}

/* ---- what a row has of each group ---- */

static enum mm_code fail_row(const struct mm_aggregate_job *r, uint32_t row, const struct mm_err *why)
{
	char id[64];

	(void)mm_layer_id_format(r->layer, row, id, sizeof(id));
	return mm_fail(r->reterr, MM_E_DATA, "group-by", "the feature %.60s: %.300s", id, why->msg);
}

/* Divided anew where its outline, once bent into another system, crosses itself. */
static enum mm_code share_mended(struct mm_aggregate_job *r, uint32_t row, const struct mm_geom *g,
				 const struct mm_world_box *box, const struct mm_share **ret, size_t *count,
				 struct mm_topo_share *sum)
{
	MM_ARENA_SCOPE(mem, (size_t)256 << 20);
	struct mm_err why = {0};
	struct mm_geom mended;
	enum mm_code rc = mm_topo_make_valid(r->kit->topo, g, &mem, &mended, &why);

	if (!rc)
		rc = mm_shares_of(r->shares, &mended, box, r->deadline_ns, ret, count, sum, &why);
	return rc == MM_E_INVALID ? fail_row(r, row, &why)
	       : rc               ? mm_fail(r->reterr, rc, why.where, "%s", why.msg)
				  : MM_OK;
}

static enum mm_code share_row(struct mm_aggregate_job *r, uint32_t row, const struct mm_geom *g)
{
	const struct mm_share *share = NULL;
	struct mm_topo_share sum = {.outside = 1};
	struct mm_world_box box;
	struct mm_err why = {0};
	size_t count = 0;
	enum mm_code rc = MM_OK;

	if (g && mm_layer_box_world(r->layer, row, &box)) {
		rc = mm_shares_of(r->shares, g, &box, r->deadline_ns, &share, &count, &sum, &why);
		if (rc == MM_E_INVALID)
			rc = share_mended(r, row, g, &box, &share, &count, &sum);
		else if (rc)
			rc = mm_fail(r->reterr, rc, why.where, "%s", why.msg);
	}
	r->groups->contested += sum.is_contested;
	for (size_t i = 0; i < count && !rc; i++)
		rc = add_piece(r, row, share[i].row, share[i].part);
	if (!rc && (sum.outside > 0 || count == 0))
		rc = add_piece(r, row, UINT32_MAX, count ? sum.outside : 1);
	return rc;
}

/* ---- rows ---- */

const struct mm_layer *mm_aggregate_polygons(const struct mm_aggregate *a)
{
	const struct mm_layer *found = NULL;

	for (size_t i = 0; i < a->by_count; i++)
		if (a->by[i].polygons)
			found = a->by[i].polygons;
	return found;
}

bool mm_aggregate_is_measured(const struct mm_aggregate *a)
{
	bool is_measured = mm_aggregate_polygons(a);

	for (size_t i = 0; i < a->function_count; i++)
		is_measured |= a->function[i].of == MM_OF_LENGTH || a->function[i].of == MM_OF_AREA;
	return is_measured;
}

static enum mm_code add_row(struct mm_aggregate_job *r, uint32_t row)
{
	struct mm_geom geom;
	const struct mm_geom *g = NULL;
	enum mm_code rc = MM_OK;

	if (r->is_measured) {
		rc = mm_metric_geom(&r->metric, row, &geom);
		if (rc == MM_E_NOMEM)
			return mm_fail_nomem(r->reterr);
		g = rc ? NULL : &geom;
		r->groups->no_place += g == NULL;
	}
	r->piece_count = 0;
	rc = r->shares ? share_row(r, row, g) : add_piece(r, row, UINT32_MAX, 1);
	return rc ? rc : mm_aggregate_add(r, row, g);
}

static enum mm_code prepare(struct mm_aggregate_job *r, const char *definition)
{
	const struct mm_layer *polygons = mm_aggregate_polygons(r->ask);
	enum mm_code rc = MM_OK;

	r->known = mm_map_new();
	r->distinct = mm_map_new();
	if (!r->known || !r->distinct)
		return mm_fail_nomem(r->reterr);
	r->is_measured = mm_aggregate_is_measured(r->ask);
	if (polygons)
		rc = mm_shares_new(polygons, definition, r->kit, r->mem, &r->shares, r->reterr);
	if (!rc && r->is_measured)
		rc = mm_metric_init(&r->metric, r->layer, definition, r->kit->proj, r->reterr);
	return rc;
}

static enum mm_code add_rows(struct mm_aggregate_job *r, const uint32_t *row, uint32_t count)
{
	enum mm_code rc = MM_OK;

	for (uint32_t i = 0; i < count && !rc; i++) {
		rc = add_row(r, row[i]);
		if (!rc && (r->shares || i % DEADLINE_EVERY == 0) && mm_stop_is_due(r->deadline_ns))
			rc = mm_fail(r->reterr, MM_E_BUSY, "",
				     "the query took too long: ask for a smaller area or a condition");
	}
	return rc;
}

/* Without keys there is one group, also of nothing. */
static enum mm_code add_whole(struct mm_aggregate_job *r)
{
	uint32_t at;

	return r->ask->by_count || r->groups->count ? MM_OK : find_group(r, UINT32_MAX, UINT32_MAX, &at);
}

enum mm_code mm_aggregate_run(const struct mm_aggregate *ask, const struct mm_layer *layer,
			      const uint32_t *row, uint32_t row_count, const char *definition,
			      struct mm_kit *kit, int64_t deadline_ns, struct mm_arena *mem,
			      struct mm_groups *ret, struct mm_err *reterr)
{
	struct mm_groups groups = {.ask = ask, .layer = layer};
	struct mm_aggregate_job *r = mm_arena_alloc(mem, sizeof(*r));
	enum mm_code rc;

	if (!r)
		return mm_fail_nomem(reterr);
	r->ask = ask;
	r->layer = layer;
	r->kit = kit;
	r->mem = mem;
	r->groups = &groups;
	r->deadline_ns = deadline_ns;
	r->reterr = reterr;
	rc = prepare(r, definition);
	if (!rc)
		rc = add_rows(r, row, row_count);
	if (!rc)
		rc = add_whole(r);
	mm_shares_free(r->shares);
	mm_metric_release(&r->metric);
	(void)mm_map_free(r->known);
	(void)mm_map_free(r->distinct);
	if (rc)
		return rc;
	mm_groups_sort(&groups);
	*ret = groups;
	return MM_OK;
}
