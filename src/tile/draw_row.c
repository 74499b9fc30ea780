#include "grid/run_zoom.h"
#include "store/tile_row.h"
#include "tile/maker.h"

/* Rows that are drawn themselves, where no level has an item for them. */

/* ---- shapes ---- */

bool mm_tile_is_small(const struct mm_shape *s, const struct mm_world_box *b)
{
	return (b->max_x - b->min_x) * s->scale < MM_TILE_PIXEL &&
	       (b->max_y - b->min_y) * s->scale < MM_TILE_PIXEL;
}

/* As large as a pixel, or drawn as it is however small. */
static bool is_no_dot(const struct mm_shape *s, const struct mm_world_box *b)
{
	return s->tolerance <= 0 || !mm_tile_is_small(s, b);
}

static bool is_in(const struct mm_world_box *outer, const struct mm_world_box *b)
{
	return b->min_x >= outer->min_x && b->min_y >= outer->min_y && b->max_x <= outer->max_x &&
	       b->max_y <= outer->max_y;
}

static bool has_vertex_in(const struct mm_world_box *b, const struct mm_world_run *r)
{
	for (uint32_t i = 0; i < r->count; i++) {
		const struct mm_world w = mm_world_run_at(r, i);

		if (w.x >= b->min_x && w.x <= b->max_x && w.y >= b->min_y && w.y <= b->max_y)
			return true;
	}
	return false;
}

/* The run need not be cut; one in a corner when a vertex shows that some of it is inside. */
static bool stays_whole(const struct mm_tile_maker *m, const struct mm_world_run *r,
			const struct mm_world_box *box)
{
	return mm_tile_stays_whole(box, &m->window, &m->spill) ||
	       (is_in(&m->spill, box) && has_vertex_in(&m->window, r));
}

/* The run needs neither cutting nor simplifying but for its vertices' own zooms. */
static bool is_plain(const struct mm_tile_maker *m, const struct mm_tile_row *r,
		     const struct mm_world_box *box)
{
	return (r->kind != MM_PART_POLYGON || r->plain_zoom <= m->ask->id.z) &&
	       (r->kind == MM_PART_POINTS || is_no_dot(&m->shape, box)) && stays_whole(m, &r->run, box);
}

/* Shapes a run as any geometry, without the vertices that are not drawn at this zoom. */
static bool shape_unrolled(struct mm_tile_maker *m, const struct mm_tile_row *r,
			   const struct mm_world_box *box)
{
	const struct mm_world_run *run = &r->run;
	const bool all = !run->from_zoom || m->ask->id.z >= MM_TILE_WHOLE_ZOOM;
	const uint32_t part = (uint32_t)r->kind << 30 | 1;
	uint32_t n = 0;
	bool is_there;

	for (uint32_t i = 0; i < run->count; i++)
		if (all || run->from_zoom[i] <= m->ask->id.z)
			m->unrolled[n++] = mm_world_run_at(run, i);
	m->shape.is_plain = run->from_zoom || r->plain_zoom <= m->ask->id.z;
	is_there = mm_shape_make(&m->shape,
				 &(struct mm_world_geom){.part = &part,
							 .ring = &n,
							 .point = m->unrolled,
							 .part_count = 1,
							 .ring_count = 1,
							 .vertex_count = n},
				 box);
	m->shape.is_plain = false;
	return is_there;
}

/* In a tile of the world square. */
static bool shape_world(struct mm_tile_maker *m, uint32_t place, const struct mm_tile_row *r)
{
	const struct mm_world_box *box = &mm_layer_rtree(m->layer)->box[place];

	m->steps += 1 + r->vertex_count / 32;
	if (!r->is_run)
		return mm_shape_make(&m->shape, &r->geom, box);
	if (m->ask->id.z >= MM_SHAPE_RUN_ZOOM && is_plain(m, r, box))
		return mm_shape_make_run(&m->shape, r->kind, &r->run);
	return shape_unrolled(m, r, box);
}

/* In a tile of another grid. */
static bool shape_grid(struct mm_tile_maker *m, uint32_t place)
{
	struct mm_geom g;
	struct mm_box box;
	bool is_near = mm_grid_source_place(&m->source, mm_layer_rtree(m->layer)->index[place], &g, &box);

	m->steps += 1 + m->source.xy.count / 2; /* transforming takes longer than shaping */
	m->shape.failed |= m->source.failed;
	return is_near && mm_shape_make_placed(&m->shape, &g, &box);
}

bool mm_tile_is_off_square(const struct mm_tile_maker *m, uint32_t place)
{
	struct mm_tile_row r;

	if (m->ask->grid || !mm_world_is_off(mm_layer_rtree(m->layer)->box[place].min_y))
		return false;
	mm_layer_tile_row(m->layer, place, &r);
	return r.kind == MM_PART_POINTS && r.vertex_count == 1;
}

void mm_tile_draw_row(struct mm_tile_maker *m, uint32_t place)
{
	struct mm_tile_row r;

	m->count.read++;
	mm_layer_tile_row(m->layer, place, &r);
	if (mm_tile_is_off_square(m, place) ||
	    !(m->ask->grid ? shape_grid(m, place) : shape_world(m, place, &r)))
		return;
	if (!mm_tile_is_seen(m)) {
		m->count.thinned++;
		return;
	}
	mm_tile_layer_add_row(&m->made, place, &r, &m->shape.geom);
	m->count.kept++;
}
