#include "query/filter_function.h"
#include "query/near/near.h"

#include <math.h>

/* Where what functions of geometries ask for can lie, for the index. */

enum {
	BOXED_MAX_M = 1000000, /* what is larger has no box: a plane means little there */
	EDGE_MAX_M = 100000,   /* of features that are near: see mm_filter_bulge() */
	EARTH_RADIUS_M = 6371000
};

static struct mm_box box_in_degrees(const struct mm_filter_system *s, struct mm_box b)
{
	if (s->to_deg)
		b = mm_transform_box(s->to_deg, &b);
	if (b.max_x - b.min_x > 180) { /* across the antimeridian */
		b.min_x = -180;
		b.max_x = 180;
	}
	return b;
}

/* Straight edges of one system are bent in another. */
static struct mm_box widened(struct mm_box b)
{
	const double x = (b.max_x - b.min_x) / 10, y = (b.max_y - b.min_y) / 10;

	if (mm_box_is_empty(&b))
		return b;
	return (struct mm_box){fmax(b.min_x - x, -180), fmax(b.min_y - y, -90), fmin(b.max_x + x, 180),
			       fmin(b.max_y + y, 90)};
}

struct mm_box mm_filter_geom_box(const struct mm_filter_run *run, const struct mm_filter *f)
{
	const struct mm_box b = mm_geom_box(&run->note[f->node_no].geom);

	return mm_box_is_empty(&b) ? b : widened(box_in_degrees(&run->own, b));
}

/* How far an edge that is straight in metres may leave the box of its ends in degrees: what an arc rises over
 * its chord, of an edge as long as the layer is wide. */
double mm_filter_bulge(const struct mm_filter_run *run, double lat_deg)
{
	const struct mm_box b = mm_layer_box_deg(run->layer);
	const double wide_m = mm_box_is_empty(&b) ? 0 : hypot(b.max_x - b.min_x, b.max_y - b.min_y) * 111320;
	const double edge_m = fmin(wide_m, EDGE_MAX_M), slope = fabs(tan(lat_deg * acos(-1) / 180));

	return edge_m * edge_m / (8.0 * EARTH_RADIUS_M) * fmin(fmax(slope, 1), 10);
}

/* What lies within `metres` of the constant operand of a measure. */
static bool near(struct mm_filter_run *run, const struct mm_filter *f, double metres, struct mm_box *ret)
{
	const size_t constant = mm_filter_constant_of(f);
	const struct mm_filter_system *s = mm_filter_system_of(run, f);
	struct mm_geom g;
	struct mm_box b;
	double more;

	if (constant == 2 || f->is_constant || !(metres >= 0) ||
	    f->child[!constant]->op != MM_FILTER_PROPERTY)
		return false;
	*ret = mm_box_empty();
	if (!mm_filter_operand(run, f, constant, 0, &g) || !g.vertex_count)
		return true; /* missing: nothing is near */
	b = mm_geom_box(&g);
	*ret = box_in_degrees(s, b);
	more = (metres + mm_filter_bulge(run, fmax(fabs(ret->min_y), fabs(ret->max_y)))) / s->metres_per_unit;
	b = (struct mm_box){b.min_x - more, b.min_y - more, b.max_x + more, b.max_y + more};
	if (hypot(b.max_x - b.min_x, b.max_y - b.min_y) * s->metres_per_unit > BOXED_MAX_M)
		return false;
	*ret = widened(box_in_degrees(s, b));
	return !mm_box_is_empty(ret);
}

static bool is_distance(const struct mm_filter *f)
{
	return f->op == MM_FILTER_FUNCTION && f->function->value == mm_filter_value_distance;
}

static bool near_value(struct mm_filter_run *run, const struct mm_filter *measure,
		       const struct mm_filter *metres, struct mm_box *ret)
{
	struct mm_val v;

	if (!metres->is_constant)
		return false;
	v = mm_filter_value(run, metres, 0);
	return (v.kind == MM_VAL_INT || v.kind == MM_VAL_REAL) && near(run, measure, mm_val_number(&v), ret);
}

bool mm_filter_near_box(struct mm_filter_run *run, const struct mm_filter *f, struct mm_box *ret)
{
	const enum mm_filter_op op = f->op;

	if (mm_filter_is_near_layer(f))
		return f->child[0]->op == MM_FILTER_PROPERTY && mm_near_box(run->note[f->node_no].near, ret);
	if (op == MM_FILTER_FUNCTION && f->function->value == mm_filter_value_within_distance)
		return near_value(run, f, f->child[2], ret);
	if ((op == MM_FILTER_LT || op == MM_FILTER_LE || op == MM_FILTER_EQ) && is_distance(f->child[0]))
		return near_value(run, f->child[0], f->child[1], ret);
	if ((op == MM_FILTER_GT || op == MM_FILTER_GE || op == MM_FILTER_EQ) && is_distance(f->child[1]))
		return near_value(run, f->child[1], f->child[0], ret);
	if (op == MM_FILTER_BETWEEN && is_distance(f->child[0]))
		return near_value(run, f->child[0], f->child[2], ret);
	return false;
}

/* The box of one part, as near() makes that of all. */
static struct mm_box near_part(const struct mm_filter_run *run, const struct mm_filter_system *s,
			       const struct mm_box *part, double metres)
{
	const struct mm_box deg = box_in_degrees(s, *part);
	const double more =
	    (metres + mm_filter_bulge(run, fmax(fabs(deg.min_y), fabs(deg.max_y)))) / s->metres_per_unit;

	return widened(box_in_degrees(s, (struct mm_box){part->min_x - more, part->min_y - more,
							 part->max_x + more, part->max_y + more}));
}

void mm_filter_near_parts(struct mm_filter_run *run, const struct mm_filter *f)
{
	const struct mm_filter_system *s;
	const uint32_t *ring;
	const double *xy;
	struct mm_geom g;
	struct mm_box *box;
	struct mm_val metres;

	if (mm_filter_is_near_layer(f)) {
		mm_filter_near_layer_parts(run, f);
		return;
	}
	if (f->op != MM_FILTER_FUNCTION || f->function->value != mm_filter_value_within_distance)
		return;
	metres = mm_filter_value(run, f->child[2], 0);
	s = mm_filter_system_of(run, f);
	if (!mm_filter_operand(run, f, mm_filter_constant_of(f), 0, &g) || g.part_count < 2)
		return;
	box = mm_arena_array(&run->kept, g.part_count, sizeof(*box));
	if (!box)
		return;
	ring = g.ring;
	xy = g.xy;
	for (uint32_t i = 0; i < g.part_count; i++) {
		box[i] = mm_box_empty();
		for (uint32_t r = mm_part_rings(g.part[i]); r; r--, ring++)
			for (uint32_t n = *ring; n; n--, xy += 2)
				mm_box_add(&box[i], xy[0], xy[1]);
		if (!mm_box_is_empty(&box[i]))
			box[i] = near_part(run, s, &box[i], mm_val_number(&metres));
	}
	run->part_box = box;
	run->part_box_count = g.part_count;
}
