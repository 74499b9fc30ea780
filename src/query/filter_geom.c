#include "query/filter_function.h"

#include "geo/topo_measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Values that are geometries, and what is measured of them. Between functions they are in the layer's system;
 * each function takes them to the system in which it measures, vertex by vertex, and back.
 */

bool mm_filter_is_geometry(const struct mm_filter *f)
{
	if (f->op == MM_FILTER_FUNCTION)
		return f->function->ret == MM_KIND_GEOMETRY;
	return f->op == MM_FILTER_GEOMETRY || f->op == MM_FILTER_BBOX ||
	       (f->op == MM_FILTER_PROPERTY && f->field == SIZE_MAX);
}

static bool is_one_place(const double *xy, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		if (xy[2 * i] != xy[0] || xy[2 * i + 1] != xy[1])
			return false;
	return true;
}

/* Outlines that hold no area (three points there and back, or all in one place) are what they look like:
 * lines and points. Whoever looks there finds them, as a window does. */
static struct mm_geom outlines(struct mm_filter_run *run, const struct mm_geom *g)
{
	struct mm_geom made = *g;
	uint32_t *part = mm_arena_array(&run->scratch, g->ring_count, sizeof(*part)),
		 *ring = mm_arena_array(&run->scratch, g->ring_count, sizeof(*ring)), n = 0;
	double *xy = mm_arena_array(&run->scratch, g->vertex_count, 2 * sizeof(*xy));
	uint32_t from = 0, to = 0;

	if (!part || !ring || !xy)
		return (struct mm_geom){.type = g->type};
	for (uint32_t i = 0; i < g->ring_count; from += g->ring[i++]) {
		const bool is_point = is_one_place(g->xy + 2 * (size_t)from, g->ring[i]);

		if (g->ring[i] == 0)
			continue;
		ring[n] = is_point ? 1 : g->ring[i];
		part[n] = (uint32_t)(is_point ? MM_PART_POINTS : MM_PART_LINE) << 30 | 1;
		memcpy(xy + 2 * (size_t)to, g->xy + 2 * (size_t)from, ring[n] * 2 * sizeof(*xy));
		to += ring[n++];
	}
	made.type = MM_GEOM_COLLECTION;
	made.part = part;
	made.ring = ring;
	made.xy = xy;
	made.z = NULL;
	made.part_count = made.ring_count = n;
	made.vertex_count = to;
	return made;
}

struct mm_geom mm_filter_geom(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_geom g;

	if (f->is_constant)
		return run->note[f->node_no].geom;
	if (f->op == MM_FILTER_FUNCTION)
		return f->function->geom(run, f, row);
	mm_layer_geom_valid(run->layer, row, &g);
	if (g.part_count)
		return g;
	mm_layer_geom(run->layer, row, &g);
	return g.part_count ? outlines(run, &g) : g;
}

/* ---- functions that give geometries ---- */

struct mm_geom mm_filter_geom_buffer(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_geom none = {.type = MM_GEOM_NULL};
	const struct mm_val metres = mm_filter_value(run, f->child[1], row);
	const double distance =
	    (metres.kind == MM_VAL_INT ? (double)metres.integer : metres.real) / run->metric.metres_per_unit;
	struct mm_geom g = mm_filter_geom(run, f->child[0], row), made;

	if (metres.kind == MM_VAL_NULL || !isfinite(distance) || !g.vertex_count ||
	    !mm_filter_bring(&run->own, &run->metric, &g, &run->scratch) ||
	    mm_topo_buffer(run->topo, &g, distance, &run->scratch, &made, NULL) ||
	    !mm_filter_bring(&run->metric, &run->own, &made, &run->scratch))
		return none;
	return made;
}

struct mm_geom mm_filter_geom_centroid(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	const struct mm_geom none = {.type = MM_GEOM_NULL};
	struct mm_geom g = mm_filter_geom(run, f->child[0], row), made = {.type = MM_GEOM_POINT,
									  .part = &part,
									  .ring = &ring,
									  .part_count = 1,
									  .ring_count = 1,
									  .vertex_count = 1};
	double *xy = mm_arena_array(&run->scratch, 2, sizeof(*xy));

	made.xy = xy;
	if (!xy || !g.vertex_count || !mm_filter_bring(&run->own, &run->metric, &g, &run->scratch) ||
	    !mm_topo_centroid(run->topo, &g, xy) ||
	    !mm_filter_bring(&run->metric, &run->own, &made, &run->scratch))
		return none;
	return made;
}

struct mm_geom mm_filter_geom_transform(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_filter_system *s = run->note[f->node_no].system;
	struct mm_geom g = mm_filter_geom(run, f->child[0], row), there = g;

	if (!mm_filter_bring(&run->own, s, &there, &run->scratch))
		return (struct mm_geom){.type = MM_GEOM_NULL};
	return g;
}

/* ---- measures ---- */

static struct mm_val real(double v)
{
	return (struct mm_val){.kind = isfinite(v) ? MM_VAL_REAL : MM_VAL_NULL, .real = v};
}

bool mm_filter_operand(struct mm_filter_run *run, const struct mm_filter *f, size_t i, uint32_t row,
		       struct mm_geom *ret)
{
	*ret = mm_filter_geom(run, f->child[i], row);
	return ret->type != MM_GEOM_NULL &&
	       mm_filter_bring(&run->own, mm_filter_system_of(run, f), ret, &run->scratch);
}

struct mm_val mm_filter_value_area(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const double unit = mm_filter_system_of(run, f)->metres_per_unit;
	struct mm_geom g;

	return mm_filter_operand(run, f, 0, row, &g) ? real(mm_geom_area(&g) * unit * unit)
						     : (struct mm_val){0};
}

struct mm_val mm_filter_value_length(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct mm_geom g;

	return mm_filter_operand(run, f, 0, row, &g)
		   ? real(mm_geom_length(&g) * mm_filter_system_of(run, f)->metres_per_unit)
		   : (struct mm_val){0};
}

/* Two operands: one as it is, the other made ready. */
struct pair {
	struct mm_geom g;
	const struct mm_topo_shape *other;
	struct mm_topo_shape *made; /* other, when it is of this row only */
};

size_t mm_filter_constant_of(const struct mm_filter *f)
{
	return f->child[1]->is_constant ? 1 : f->child[0]->is_constant ? 0 : 2;
}

static bool pair_of(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row, struct pair *ret)
{
	const size_t constant = mm_filter_constant_of(f);
	struct mm_geom g;

	*ret = (struct pair){.other = run->note[f->node_no].shape};
	if (!mm_filter_operand(run, f, constant == 0, row, &ret->g) || !ret->g.vertex_count)
		return false;
	if (constant < 2)
		return ret->other;
	if (!mm_filter_operand(run, f, 1, row, &g) || mm_topo_shape_new(run->topo, &g, &ret->made, NULL))
		return false;
	ret->other = ret->made;
	return true;
}

struct mm_val mm_filter_value_distance(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	struct pair p;
	double d;

	if (!pair_of(run, f, row, &p))
		return (struct mm_val){0};
	d = mm_topo_distance(run->topo, &p.g, p.other);
	mm_topo_shape_free(run->topo, p.made);
	if (d < 0)
		return (struct mm_val){0};
	return real(d * mm_filter_system_of(run, f)->metres_per_unit);
}

struct mm_val mm_filter_value_within_distance(struct mm_filter_run *run, const struct mm_filter *f,
					      uint32_t row)
{
	const struct mm_val metres = mm_filter_value(run, f->child[2], row);
	struct pair p;
	int verdict;

	if (metres.kind == MM_VAL_NULL || !pair_of(run, f, row, &p))
		return (struct mm_val){0};
	verdict = mm_topo_is_within(run->topo, &p.g, p.other,
				    mm_val_number(&metres) / mm_filter_system_of(run, f)->metres_per_unit);
	mm_topo_shape_free(run->topo, p.made);
	if (verdict < 0)
		return (struct mm_val){0};
	return (struct mm_val){.kind = MM_VAL_BOOL, .integer = verdict};
}

/* ---- constants ---- */

static void *keep(struct mm_arena *mem, const void *from, size_t bytes)
{
	void *kept = mm_arena_alloc(mem, bytes);

	if (kept)
		memcpy(kept, from, bytes);
	return kept;
}

static bool keep_geom(struct mm_arena *mem, struct mm_geom *g)
{
	if (!g->vertex_count)
		return true;
	g->part = keep(mem, g->part, g->part_count * sizeof(*g->part));
	g->ring = keep(mem, g->ring, g->ring_count * sizeof(*g->ring));
	g->xy = keep(mem, g->xy, g->vertex_count * 2 * sizeof(*g->xy));
	return g->part && g->ring && g->xy;
}

static enum mm_code late(struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_BUSY, "", "the query took too long: its geometries are too large");
}

static enum mm_code begin_geom(struct mm_filter_run *run, const struct mm_filter *f, struct mm_err *reterr)
{
	struct mm_filter_note *note = &run->note[f->node_no];
	struct mm_geom g = f->function->geom(run, f, 0);

	if (mm_filter_is_late(run))
		return late(reterr);
	if (!keep_geom(&run->kept, &g))
		return mm_fail_nomem(reterr);
	note->geom = g;
	return g.vertex_count ? mm_topo_shape_new(run->topo, &g, &note->shape, reterr) : MM_OK;
}

static enum mm_code begin_measure(struct mm_filter_run *run, const struct mm_filter *f, struct mm_err *reterr)
{
	const size_t constant = f->child_count > 1 ? mm_filter_constant_of(f) : 2;
	struct mm_geom g;

	if (constant == 2 || !mm_filter_operand(run, f, constant, 0, &g) || !g.vertex_count)
		return MM_OK;
	return mm_topo_shape_new(run->topo, &g, &run->note[f->node_no].shape, reterr);
}

enum mm_code mm_filter_geom_begin(struct mm_filter_run *run, const struct mm_filter *f, struct mm_err *reterr)
{
	if (f->function->is_measure)
		return begin_measure(run, f, reterr);
	return f->is_constant && f->function->geom ? begin_geom(run, f, reterr) : MM_OK;
}
