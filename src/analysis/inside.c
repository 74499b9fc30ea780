#include "analysis/inside.h"

#include "analysis/metric.h"
#include "analysis/quantity.h"
#include "base/clock.h"
#include "encode/value.h"
#include "geo/topo_share.h"

#include <string.h>

enum { CLASS_BYTES_MAX = 1 << 16 };

struct mm_inside_job {
	struct mm_inside found;
	struct mm_metric metric;
	struct mm_topo *topo;
	const struct mm_topo_shape *area;
	const uint32_t *row;
	uint32_t row_count, seen;
	struct mm_buf text; /* of one value */
};

static void choose_fields(struct mm_inside *f)
{
	const struct mm_schema *s = mm_layer_schema(f->layer);

	f->class_field = SIZE_MAX;
	for (size_t i = 0; i < s->field_count; i++) {
		if (s->field[i].hidden)
			continue;
		if (s->field[i].is_summed && f->sum_count < MM_INSIDE_SUMS_MAX)
			f->sum[f->sum_count++].field = i;
		if (f->class_field == SIZE_MAX && s->field[i].code_count > 0 &&
		    s->field[i].code_count <= MM_INSIDE_CLASSES_MAX)
			f->class_field = i;
	}
}

enum mm_code mm_inside_begin(const struct mm_layer *layer, const struct mm_topo_shape *area,
			     const uint32_t *row, uint32_t row_count, const char *definition,
			     struct mm_kit *kit, struct mm_arena *mem, struct mm_inside_job **ret,
			     struct mm_err *reterr)
{
	struct mm_inside_job *j = mm_arena_alloc(mem, sizeof(*j));
	enum mm_code rc;

	if (!j)
		return mm_fail_nomem(reterr);
	*j = (struct mm_inside_job){
	    .found.layer = layer, .topo = kit->topo, .area = area, .row = row, .row_count = row_count};
	mm_buf_init(&j->text, CLASS_BYTES_MAX);
	choose_fields(&j->found);
	rc = mm_metric_init(&j->metric, layer, definition, kit->proj, reterr);
	if (!rc)
		*ret = j;
	return rc;
}

void mm_inside_end(struct mm_inside_job *j)
{
	if (!j)
		return;
	mm_metric_release(&j->metric);
	mm_buf_release(&j->text);
}

/* ---- one feature ---- */

static enum mm_code fail_row(const struct mm_inside_job *j, uint32_t row, const struct mm_err *why,
			     struct mm_err *reterr)
{
	char id[64];

	if (mm_topo_is_late(j->topo))
		return mm_fail(reterr, MM_E_BUSY, "",
			       "it took too long: ask for a smaller area or for fewer layers");
	(void)mm_layer_id_format(j->found.layer, row, id, sizeof(id));
	return mm_fail(reterr, MM_E_DATA, mm_layer_schema(j->found.layer)->id, "the feature %.60s: %.300s",
		       id, why->msg);
}

/* The part of a geometry that is inside; mended first where its outline, once bent into another system,
 * crosses itself. */
static enum mm_code share_of(const struct mm_inside_job *j, uint32_t row, const struct mm_geom *g,
			     double *ret_part, struct mm_topo_share *ret, struct mm_err *reterr)
{
	struct mm_err why = {0};
	enum mm_code rc = mm_topo_share(j->topo, g, &j->area, 1, ret_part, ret, &why);

	if (rc == MM_E_INVALID && !mm_topo_is_late(j->topo)) {
		MM_ARENA_SCOPE(mem, (size_t)256 << 20);
		struct mm_geom mended;

		why = (struct mm_err){0};
		rc = mm_topo_make_valid(j->topo, g, &mem, &mended, &why);
		if (!rc && mended.vertex_count == 0)
			return MM_OK;
		if (!rc)
			rc = mm_topo_share(j->topo, &mended, &j->area, 1, ret_part, ret, &why);
	}
	if (rc == MM_E_NOMEM)
		return mm_fail_nomem(reterr);
	return rc ? fail_row(j, row, &why, reterr) : MM_OK;
}

static enum mm_code add_sum(struct mm_inside_sum *s, const struct mm_layer *l, uint32_t row, double part,
			    double outside, struct mm_err *reterr)
{
	const double weight[2] = {part, outside};
	struct mm_amount whole, piece[2];
	unsigned decimals;
	enum mm_code rc = MM_OK;

	if (!mm_quantity_of(l, row, s->field, &whole, &decimals))
		return MM_OK;
	s->count++;
	mm_sum_add(&s->whole, &whole);
	if (outside > 0)
		rc = mm_amount_split(&whole, decimals, weight, 2, piece, reterr);
	mm_sum_add(&s->part, outside > 0 && !rc ? &piece[0] : &whole);
	return rc;
}

static void add_class(struct mm_inside_job *j, uint32_t row)
{
	struct mm_inside *f = &j->found;
	const struct mm_field *field = &mm_layer_schema(f->layer)->field[f->class_field];
	size_t at = SIZE_MAX;
	struct mm_value v;

	mm_layer_value(f->layer, row, f->class_field, &v);
	mm_buf_clear(&j->text);
	mm_value_put_text(&j->text, &v);
	if (j->text.len)
		at = mm_field_code(field, (const char *)j->text.data, j->text.len);
	f->of_class[at < MM_INSIDE_CLASSES_MAX ? at : MM_INSIDE_CLASSES_MAX]++;
}

static enum mm_code add_row(struct mm_inside_job *j, uint32_t row, struct mm_err *reterr)
{
	struct mm_inside *f = &j->found;
	struct mm_topo_share share = {0};
	struct mm_geom g;
	double part = 0;
	int dimension;
	enum mm_code rc = mm_metric_geom(&j->metric, row, &g);

	if (rc == MM_E_NOMEM)
		return mm_fail_nomem(reterr);
	if (rc) {
		f->no_place++;
		return MM_OK;
	}
	if (mm_topo_relate(j->topo, &g, MM_RELATION_INTERSECTS, j->area) == 0)
		return MM_OK;
	rc = share_of(j, row, &g, &part, &share, reterr);
	if (rc || !(part > 0))
		return rc;
	dimension = mm_geom_dimension(&g);
	f->count++;
	f->crossing += share.outside > 0;
	f->of_dimension[dimension < 0 ? 0 : dimension]++;
	f->length_m += dimension == 1 ? part : 0;
	f->area_m2 += dimension == 2 ? part : 0;
	if (f->class_field != SIZE_MAX)
		add_class(j, row);
	for (size_t i = 0; i < f->sum_count && !rc; i++)
		rc = add_sum(&f->sum[i], f->layer, row, part, share.outside, reterr);
	return rc;
}

enum mm_code mm_inside_step(struct mm_inside_job *j, int64_t until_ns, bool *ret_is_done,
			    struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	while (!rc && j->seen < j->row_count) {
		rc = add_row(j, j->row[j->seen++], reterr);
		if (mm_clock_mono_ns() >= until_ns)
			break;
	}
	*ret_is_done = j->seen == j->row_count;
	return rc;
}

const struct mm_inside *mm_inside_result(const struct mm_inside_job *j)
{
	return &j->found;
}

uint32_t mm_inside_seen(const struct mm_inside_job *j)
{
	return j->seen;
}
