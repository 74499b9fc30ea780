#include "query/filter_function.h"

#include "base/hash.h"
#include "query/near/near.h"
#include "store/catalog.h"

#include <math.h>
#include <string.h>

/* near_layer: what is near to any feature of another layer. */

enum { PARTS_MAX = 4096, PART_ROWS = 64 };

bool mm_filter_is_near_layer(const struct mm_filter *f)
{
	return f->op == MM_FILTER_FUNCTION && f->function->value == mm_filter_value_near_layer;
}

static enum mm_code find_layer(const struct mm_filter *f, const struct mm_filter_crs *crs,
			       const struct mm_layer **ret, struct mm_err *reterr)
{
	const char *id = f->child[1]->text;

	*ret = crs && crs->catalog ? mm_catalog_find(crs->catalog, id) : NULL;
	if (!*ret)
		return mm_fail(reterr, MM_E_INVALID, "filter",
			       "near_layer: there is no collection \"%.60s\" with features: see /collections",
			       id);
	return MM_OK;
}

/* The metres stand in the filter: the other layer is made ready for them. */
static enum mm_code read_metres(struct mm_filter_run *run, const struct mm_filter *f, double *ret,
				struct mm_err *reterr)
{
	struct mm_val v = {0};

	if (f->child[2]->is_constant)
		v = mm_filter_value(run, f->child[2], 0);
	if (v.kind != MM_VAL_INT && v.kind != MM_VAL_REAL)
		return mm_fail(reterr, MM_E_INVALID, "filter",
			       "near_layer: the metres are a number, the same for all");
	*ret = mm_val_number(&v);
	return MM_OK;
}

static enum mm_code begin(struct mm_filter_run *run, const struct mm_filter *f,
			  const struct mm_filter_crs *crs, struct mm_kit *kit, struct mm_err *reterr)
{
	const struct mm_filter_system *plane = &run->metric, *own = &run->own;
	const struct mm_box b = mm_layer_box_deg(run->layer);
	struct mm_near_ask ask = {.deadline_ns = run->deadline_ns, .metres_per_unit = plane->metres_per_unit};
	struct mm_filter_system other;
	enum mm_code rc = find_layer(f, crs, &ask.layer, reterr);

	if (!rc)
		rc = read_metres(run, f, &ask.reach_m, reterr);
	if (!rc && plane->metres_per_unit <= 0)
		rc =
		    mm_fail(reterr, MM_E_INVALID, "filter", "near_layer: the map's own system has no metres");
	if (!rc)
		rc = mm_filter_system_find(kit->proj, mm_layer_schema(ask.layer)->crs_definition, &other,
					   reterr);
	if (rc)
		return rc;
	ask.own_to_deg = own->to_deg;
	ask.layer_to_deg = other.to_deg;
	ask.plane_to_deg = plane->to_deg;
	ask.deg_to_plane = plane->from_deg;
	ask.own_is_plane = strcmp(own->definition, plane->definition) == 0;
	ask.layer_is_plane = strcmp(other.definition, plane->definition) == 0;
	ask.own_side = own->square;
	ask.layer_side = other.square;
	ask.own_bulge_m = mm_box_is_empty(&b) ? 0 : mm_filter_bulge(run, fmax(fabs(b.min_y), fabs(b.max_y)));
	run->has_near = true;
	run->others += mm_hash64(&(uint64_t){mm_layer_version(ask.layer) ^ mm_layer_identity(ask.layer)},
				 sizeof(uint64_t), f->node_no + 1);
	return mm_near_new(&ask, &run->note[f->node_no].near, reterr);
}

enum mm_code mm_filter_near_begin(struct mm_filter_run *run, const struct mm_filter *f,
				  const struct mm_filter_crs *crs, struct mm_kit *kit, struct mm_err *reterr)
{
	enum mm_code rc = mm_filter_is_near_layer(f) ? begin(run, f, crs, kit, reterr) : MM_OK;

	for (size_t i = 0; i < f->child_count && !rc; i++)
		rc = mm_filter_near_begin(run, f->child[i], crs, kit, reterr);
	return rc;
}

struct mm_val mm_filter_value_near_layer(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_near *near = run->note[f->node_no].near;
	const struct mm_geom g = mm_filter_geom(run, f->child[0], row);
	const int verdict = mm_near_test(near, &g);

	run->is_late = run->is_late || mm_near_is_cut(near);
	if (verdict < 0)
		return (struct mm_val){0};
	return (struct mm_val){.kind = MM_VAL_BOOL, .integer = verdict};
}

void mm_filter_near_layer_parts(struct mm_filter_run *run, const struct mm_filter *f)
{
	const struct mm_near *near = run->note[f->node_no].near;
	const uint32_t count = mm_layer_count(mm_near_layer(near));
	struct mm_box *box;

	if (count < 2 || count > PARTS_MAX || count > mm_layer_count(run->layer) / PART_ROWS)
		return;
	box = mm_arena_array(&run->kept, count, sizeof(*box));
	if (!box)
		return;
	for (uint32_t i = 0; i < count; i++)
		box[i] = mm_near_feature_box(near, i);
	run->part_box = box;
	run->part_box_count = count;
}
