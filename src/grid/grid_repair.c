#include "grid/grid_repair.h"

#include "base/arena.h"
#include "geo/topo.h"
#include "grid/shape.h"
#include "grid/shape_out.h"

#include <stdlib.h>

enum { ROUNDS_MAX = 3, REPAIR_BYTES_MAX = 256 << 20 };

static void give(const struct mm_grid_polygon *p, struct mm_shape *s)
{
	const int32_t *xy = p->runs.xy;

	for (size_t r = 0; r < p->runs.ring_count; r++) {
		mm_shape_add_run(s, xy, p->runs.ring[r]);
		xy += 2 * (size_t)p->runs.ring[r];
	}
}

/* The polygon as GEOS wants it: doubles, rings closed. */
static bool to_geom(const struct mm_grid_polygon *p, struct mm_arena *mem, struct mm_geom *ret)
{
	double *out = mm_arena_array(mem, p->runs.count + p->runs.ring_count, 2 * sizeof(*out));
	uint32_t *ring = mm_arena_array(mem, p->runs.ring_count, sizeof(*ring)),
		 *part = mm_arena_alloc(mem, sizeof(*part));
	const int32_t *xy = p->runs.xy;
	size_t n = 0;

	if (!out || !ring || !part)
		return false;
	for (size_t r = 0; r < p->runs.ring_count; r++) {
		for (uint32_t i = 0; i <= p->runs.ring[r]; i++, n++) {
			out[2 * n] = xy[2 * (size_t)(i % p->runs.ring[r])];
			out[2 * n + 1] = xy[2 * (size_t)(i % p->runs.ring[r]) + 1];
		}
		ring[r] = p->runs.ring[r] + 1;
		xy += 2 * (size_t)p->runs.ring[r];
	}
	*part = (uint32_t)MM_PART_POLYGON << 30 | (uint32_t)p->runs.ring_count;
	*ret = (struct mm_geom){.type = MM_GEOM_POLYGON,
				.part = part,
				.ring = ring,
				.xy = out,
				.part_count = 1,
				.ring_count = (uint32_t)p->runs.ring_count,
				.vertex_count = (uint32_t)n};
	return true;
}

static void put_round(struct mm_grid_polygon *p, struct mm_shape *s, int round);

/* Each polygon that GEOS made of a broken one, rounded again. */
static void put_repaired(const struct mm_geom *fixed, struct mm_shape *s, int round)
{
	struct mm_grid_polygon next = {0};
	const double *xy = fixed->xy;
	const uint32_t *ring = fixed->ring;

	for (uint32_t i = 0; i < fixed->part_count; i++) {
		uint32_t rings = mm_part_rings(fixed->part[i]);

		mm_grid_polygon_clear(&next);
		for (uint32_t r = 0; r < rings; r++) {
			size_t count = mm_shape_round(s, xy, ring[r]);

			if (r == 0 || next.runs.ring_count)
				mm_grid_polygon_add(&next, s->grid, count);
			xy += 2 * (size_t)ring[r];
		}
		ring += rings;
		put_round(&next, s, round + 1);
		s->failed |= next.failed;
	}
	mm_grid_polygon_release(&next);
}

/* A polygon that is not simple: valid all the same, since rings may touch in a point, or to be repaired. */
static void put_doubtful(struct mm_grid_polygon *p, struct mm_shape *s, int round)
{
	struct mm_geom g, fixed;
	char why[200] = "";
	enum mm_code rc = MM_E_NOMEM;
	MM_ARENA_SCOPE(mem, REPAIR_BYTES_MAX);

	if (to_geom(p, &mem, &g))
		rc = mm_topo_why_invalid(s->topo, &g, why, sizeof(why), NULL);
	if (!rc && !*why) {
		give(p, s);
		return;
	}
	s->repaired += round == 0;
	if (rc != MM_E_NOMEM && round < ROUNDS_MAX)
		rc = mm_topo_make_valid(s->topo, &g, &mem, &fixed, NULL);
	else if (!rc)
		rc = MM_E_LIMIT;
	if (!rc)
		put_repaired(&fixed, s, round);
	else if (rc == MM_E_NOMEM)
		s->failed = true;
	else
		s->lost++;
}

static void put_round(struct mm_grid_polygon *p, struct mm_shape *s, int round)
{
	if (p->runs.ring_count == 0 || p->failed)
		return;
	if (mm_grid_polygon_is_simple(p))
		give(p, s);
	else if (!p->failed)
		put_doubtful(p, s, round);
}

void mm_grid_repair_put(struct mm_grid_polygon *p, struct mm_shape *s)
{
	s->lost += p->left_out;
	put_round(p, s, 0);
	s->failed |= p->failed;
}
