#include "analysis/aggregate.h"

#include "analysis/metric.h"
#include "analysis/shares.h"
#include "base/clock.h"
#include "base/map.h"
#include "geo/measure.h"

#include <string.h>

enum {
	DEADLINE_EVERY = 256,
	MONEY_DECIMALS = 2,
	/* what polygons leave of a feature has no polygon; more marks of keys */
	KEY_NULL = 1,
	KEY_OUTSIDE = 2
};

/* What one group has of the row that is being added. */
struct piece {
	uint32_t group;
	double weight;
};

struct run {
	const struct mm_aggregate *ask;
	const struct mm_layer *layer;
	struct mm_kit *kit;
	struct mm_arena *mem;
	struct mm_groups *groups;
	struct mm_map *known;    /* keys -> groups */
	struct mm_map *distinct; /* group, function, value */
	struct mm_metric metric;
	struct mm_shares *shares; /* NULL: keys are fields only */
	int64_t deadline_ns;
	bool is_measured; /* some function or key needs the geometry */
	size_t cap;       /* of groups */
	struct piece piece[MM_GROUPS_MAX + 1];
	double weight[MM_GROUPS_MAX + 1];
	struct mm_amount part[MM_GROUPS_MAX + 1];
	size_t piece_count;
	struct mm_err *reterr;
};

/* ---- groups ---- */

/* A value as a number that is the same for equal values of the field. */
static uint8_t code_of(const struct mm_layer *l, uint32_t row, size_t field, uint64_t *ret)
{
	struct mm_value v;

	*ret = 0;
	mm_layer_value(l, row, field, &v);
	if (v.is_null)
		return KEY_NULL;
	if (v.type == MM_TYPE_TEXT || v.type == MM_TYPE_JSON) {
		*ret = mm_layer_text_code(l, row, field);
	} else if (v.type == MM_TYPE_REAL) {
		v.real += 0.0; /* -0 is 0 */
		memcpy(ret, &v.real, sizeof(*ret));
	} else {
		*ret = v.type == MM_TYPE_BOOL ? v.boolean : (uint64_t)v.integer;
	}
	return 0;
}

struct key {
	uint64_t code[MM_GROUP_BY_MAX];
	uint8_t mark[8];
};

static struct key key_of(const struct run *r, uint32_t row, uint32_t polygon)
{
	struct key k = {0};

	for (size_t i = 0; i < r->ask->by_count; i++) {
		const struct mm_group_by *by = &r->ask->by[i];

		if (!by->polygons)
			k.mark[i] = code_of(r->layer, row, by->field, &k.code[i]);
		else if (polygon == UINT32_MAX)
			k.mark[i] = KEY_OUTSIDE;
		else if (by->field == SIZE_MAX)
			k.code[i] = polygon;
		else
			k.mark[i] = code_of(by->polygons, polygon, by->field, &k.code[i]);
	}
	return k;
}

static enum mm_code more_groups(struct run *r)
{
	const size_t cap = r->cap ? r->cap * 2 : 64;
	struct mm_group *more;

	if (r->groups->count == MM_GROUPS_MAX)
		return mm_fail(r->reterr, MM_E_LIMIT, "group-by",
			       "there are more than %d groups: group by a field with fewer values, or "
			       "give a condition",
			       MM_GROUPS_MAX);
	if (r->groups->count < r->cap)
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
static enum mm_code find_group(struct run *r, uint32_t row, uint32_t polygon, uint32_t *ret)
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
static enum mm_code add_piece(struct run *r, uint32_t row, uint32_t polygon, double weight)
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
		r->piece[r->piece_count++] = (struct piece){at, 0};
		g->count++;
	}
	r->piece[g->slot].weight += weight;
	return MM_OK;
}

/* ---- what a row has of each group ---- */

static enum mm_code fail_row(const struct run *r, uint32_t row, const struct mm_err *why)
{
	char id[64];

	(void)mm_layer_id_format(r->layer, row, id, sizeof(id));
	return mm_fail(r->reterr, MM_E_DATA, "group-by", "the feature %.60s: %.300s", id, why->msg);
}

/* Divided anew where its outline, once bent into another system, crosses itself. */
static enum mm_code share_mended(struct run *r, uint32_t row, const struct mm_geom *g,
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

static enum mm_code share_row(struct run *r, uint32_t row, const struct mm_geom *g)
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

/* ---- functions ---- */

/* Units of which there are no parts. */
static bool is_counted(const char *unit)
{
	static const char *const units[] = {"чел.", "чел",  "человек", "шт.", "шт",     "ед.",   "ед",
					    "мест", "коп.", "коп",     "pcs", "people", "units", "kopecks"};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit, units[i]) == 0)
			return true;
	return false;
}

/* The number that a row has for a function, and how many decimals parts of it have; false: none. */
static bool amount_of(const struct run *r, const struct mm_function *f, uint32_t row, const struct mm_geom *g,
		      struct mm_amount *ret, unsigned *ret_decimals)
{
	struct mm_value v;

	*ret_decimals = MM_AMOUNT_DECIMALS;
	if (f->of != MM_OF_FIELD) {
		const double measure = !g                    ? 0
				       : f->of == MM_OF_AREA ? mm_measure_area(g)
							     : mm_measure_length(g);

		*ret = mm_amount_of_measure(measure);
		return measure > 0;
	}
	mm_layer_value(r->layer, row, f->field, &v);
	if (v.is_null)
		return false;
	*ret_decimals = 0;
	*ret = v.type == MM_TYPE_INT ? mm_amount_of_int(v.integer) : mm_amount_of_real(v.real);
	if (v.type == MM_TYPE_REAL && !is_counted(mm_layer_schema(r->layer)->field[f->field].unit))
		*ret_decimals = MONEY_DECIMALS;
	return true;
}

static void take_amount(struct mm_group_cell *c, enum mm_function_kind kind, const struct mm_amount *a)
{
	struct mm_sum one = {0};

	mm_sum_add(&one, a);
	if (kind != MM_FUNCTION_MIN && kind != MM_FUNCTION_MAX)
		mm_sum_add(&c->sum, a);
	else if (c->count == 0 || mm_sum_compare(&one, &c->sum) == (kind == MM_FUNCTION_MIN ? -1 : 1))
		c->sum = one;
	c->count++;
}

/* Sums, averages, and all of measures. */
static enum mm_code add_amount(struct run *r, size_t i, uint32_t row, const struct mm_geom *g)
{
	const struct mm_function *f = &r->ask->function[i];
	const bool is_divided = f->of != MM_OF_FIELD || f->kind == MM_FUNCTION_SUM;
	struct mm_amount whole;
	unsigned decimals;
	enum mm_code rc = MM_OK;

	if (!amount_of(r, f, row, g, &whole, &decimals))
		return MM_OK;
	if (is_divided && r->piece_count > 1)
		rc = mm_amount_split(&whole, decimals, r->weight, r->piece_count, r->part, r->reterr);
	for (size_t k = 0; k < r->piece_count && !rc; k++)
		take_amount(&r->groups->group[r->piece[k].group].cell[i], f->kind,
			    is_divided && r->piece_count > 1 ? &r->part[k] : &whole);
	return rc;
}

static enum mm_code add_distinct(struct run *r, size_t i, uint32_t row)
{
	struct {
		uint64_t code;
		uint32_t group, function;
	} key = {.function = (uint32_t)i};

	if (code_of(r->layer, row, r->ask->function[i].field, &key.code))
		return MM_OK;
	for (size_t k = 0; k < r->piece_count; k++) {
		const size_t before = mm_map_count(r->distinct);

		key.group = r->piece[k].group;
		if (before >= MM_DISTINCT_MAX)
			return mm_fail(r->reterr, MM_E_LIMIT, "functions",
				       "there are more than %d different values to count: give a condition",
				       MM_DISTINCT_MAX);
		if (mm_map_add(r->distinct, (const char *)&key, sizeof(key), 0) == MM_MAP_NONE)
			return mm_fail_nomem(r->reterr);
		r->groups->group[key.group].cell[i].count += mm_map_count(r->distinct) > before;
	}
	return MM_OK;
}

/* Least and most of a field, and how many have a value. */
static void add_value(struct run *r, size_t i, uint32_t row)
{
	const struct mm_function *f = &r->ask->function[i];
	const int wanted = f->kind == MM_FUNCTION_MIN ? -1 : 1;
	struct mm_value v, best;

	mm_layer_value(r->layer, row, f->field, &v);
	for (size_t k = 0; k < r->piece_count && !v.is_null; k++) {
		struct mm_group_cell *c = &r->groups->group[r->piece[k].group].cell[i];

		if (f->kind != MM_FUNCTION_COUNT && c->count)
			mm_layer_value(r->layer, c->row, f->field, &best);
		if (f->kind != MM_FUNCTION_COUNT && (c->count == 0 || mm_value_compare(&v, &best) == wanted))
			c->row = row;
		c->count++;
	}
}

static enum mm_code add_functions(struct run *r, uint32_t row, const struct mm_geom *g)
{
	enum mm_code rc = MM_OK;

	for (size_t k = 0; k < r->piece_count; k++)
		r->weight[k] = r->piece[k].weight;
	for (size_t i = 0; i < r->ask->function_count && !rc; i++) {
		const struct mm_function *f = &r->ask->function[i];

		if (f->of == MM_OF_FEATURE)
			continue;
		if (f->kind == MM_FUNCTION_DISTINCT)
			rc = add_distinct(r, i, row);
		else if (f->of != MM_OF_FIELD || f->kind == MM_FUNCTION_SUM || f->kind == MM_FUNCTION_AVG)
			rc = add_amount(r, i, row, g);
		else
			add_value(r, i, row);
	}
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

static enum mm_code add_row(struct run *r, uint32_t row)
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
		rc = MM_OK;
	}
	r->piece_count = 0;
	rc = r->shares ? share_row(r, row, g) : add_piece(r, row, UINT32_MAX, 1);
	return rc ? rc : add_functions(r, row, g);
}

static enum mm_code prepare(struct run *r, const char *definition)
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

static enum mm_code add_rows(struct run *r, const uint32_t *row, uint32_t count)
{
	enum mm_code rc = MM_OK;

	for (uint32_t i = 0; i < count && !rc; i++) {
		rc = add_row(r, row[i]);
		if (!rc && r->deadline_ns && (r->shares || i % DEADLINE_EVERY == 0) &&
		    mm_clock_mono_ns() > r->deadline_ns)
			rc = mm_fail(r->reterr, MM_E_BUSY, "",
				     "the query took too long: ask for a smaller area or a condition");
	}
	return rc;
}

/* Without keys there is one group, also of nothing. */
static enum mm_code add_whole(struct run *r)
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
	struct run *r = mm_arena_alloc(mem, sizeof(*r));
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
