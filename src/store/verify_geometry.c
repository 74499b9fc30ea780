#include "store/layer_private.h"

#include <string.h>

/* Geometry of a file that nobody vouches for: tables, coordinates, index. */

/* No NaN, no infinity: their exponent bits are all ones. One pass without a branch. */
static bool are_finite(const double *v, size_t count)
{
	const uint64_t exponent = (uint64_t)0x7ff << 52;
	uint64_t bad = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t bits;

		memcpy(&bits, &v[i], sizeof(bits));
		bad |= (bits & exponent) == exponent;
	}
	return !bad;
}

/* What kinds of parts a type may have, as a bit set, and how many. */
static bool parts_fit_type(const struct mm_geom *g, unsigned kinds)
{
	static const unsigned may[MM_GEOM_TYPE_COUNT] = {
	    [MM_GEOM_POINT] = 1u << MM_PART_POINTS,
	    [MM_GEOM_LINE] = 1u << MM_PART_LINE,
	    [MM_GEOM_POLYGON] = 1u << MM_PART_POLYGON,
	    [MM_GEOM_MULTIPOINT] = 1u << MM_PART_POINTS,
	    [MM_GEOM_MULTILINE] = 1u << MM_PART_LINE,
	    [MM_GEOM_MULTIPOLYGON] = 1u << MM_PART_POLYGON,
	    [MM_GEOM_COLLECTION] = 1u << MM_PART_POINTS | 1u << MM_PART_LINE | 1u << MM_PART_POLYGON,
	};
	bool is_one = g->type == MM_GEOM_POINT || g->type == MM_GEOM_LINE || g->type == MM_GEOM_POLYGON ||
		      g->type == MM_GEOM_MULTIPOINT;

	return !(kinds & ~may[g->type]) && (!is_one || g->part_count <= 1) &&
	       !(g->type == MM_GEOM_POINT && g->vertex_count > 1);
}

bool mm_parts_add_up(const struct mm_geom *g, unsigned *ret_kinds)
{
	uint64_t rings = 0, vertices = 0;
	unsigned kinds = 0;

	for (uint32_t i = 0; i < g->part_count; i++) {
		enum mm_part_kind kind = mm_part_kind(g->part[i]);

		if (kind > MM_PART_POLYGON || mm_part_rings(g->part[i]) == 0 ||
		    (kind != MM_PART_POLYGON && mm_part_rings(g->part[i]) != 1))
			return false;
		rings += mm_part_rings(g->part[i]);
		kinds |= 1u << kind;
	}
	if (rings != g->ring_count)
		return false;
	for (uint32_t i = 0; i < g->ring_count; i++) {
		if (g->ring[i] == 0)
			return false;
		vertices += g->ring[i];
	}
	*ret_kinds = kinds;
	return vertices == g->vertex_count;
}

static bool geom_adds_up(const struct mm_geom *g)
{
	unsigned kinds;

	return mm_parts_add_up(g, &kinds) && parts_fit_type(g, kinds);
}

static bool row_ascends(const struct mm_geom_row *row)
{
	return row[0].type < MM_GEOM_TYPE_COUNT && row[0].part <= row[1].part && row[0].ring <= row[1].ring &&
	       row[0].vertex <= row[1].vertex && row[1].vertex - row[0].vertex <= UINT32_MAX;
}

static bool shapes_are_good(const struct mm_layer *l, size_t worlds, size_t heights)
{
	size_t rows, parts, rings, boxes;
	const struct mm_geom_row *row = mm_layer_section(l, MM_SECTION_GEOM, sizeof(*row), &rows);
	const uint32_t *part = mm_layer_section(l, MM_SECTION_PART, 4, &parts);
	const uint32_t *ring = mm_layer_section(l, MM_SECTION_RING, 4, &rings);
	unsigned types = 0;

	(void)mm_layer_section(l, MM_SECTION_BOX, sizeof(struct mm_world_box), &boxes);
	if (rows != (size_t)l->head->geom_rows + 1 || boxes != l->head->rows ||
	    (heights && heights != worlds))
		return false;
	for (size_t i = 0; i + 1 < rows; i++)
		if (!row_ascends(&row[i]))
			return false;
	if (row[0].vertex || row[0].part || row[0].ring || row[rows - 1].vertex != worlds ||
	    row[rows - 1].part != parts || row[rows - 1].ring != rings)
		return false;
	for (size_t i = 0; i + 1 < rows; i++) {
		struct mm_geom g = {.type = (enum mm_geom_type)row[i].type,
				    .part = part + row[i].part,
				    .ring = ring + row[i].ring,
				    .part_count = row[i + 1].part - row[i].part,
				    .ring_count = row[i + 1].ring - row[i].ring,
				    .vertex_count = (uint32_t)(row[i + 1].vertex - row[i].vertex)};

		if (!geom_adds_up(&g) || (row[i].has_z && !heights))
			return false;
		if (i < l->head->rows)
			types |= 1u << g.type;
	}
	return types == l->head->geom_types;
}

static bool points_are_good(const struct mm_layer *l, size_t worlds, size_t heights)
{
	size_t rows, parts, rings, boxes;
	const uint8_t *state = mm_layer_section(l, MM_SECTION_GEOM, 1, &rows);
	unsigned types = 0;

	(void)mm_layer_section(l, MM_SECTION_PART, 1, &parts);
	(void)mm_layer_section(l, MM_SECTION_RING, 1, &rings);
	(void)mm_layer_section(l, MM_SECTION_BOX, 1, &boxes);
	if (rows != l->head->rows || l->head->geom_rows != rows || worlds != rows || parts || rings ||
	    boxes || (heights && heights != rows))
		return false;
	for (size_t i = 0; i < rows; i++) {
		bool has_z = state[i] & MM_POINT_HAS_Z;

		if (state[i] > (MM_POINT_PLACED | MM_POINT_HAS_Z) ||
		    (has_z && (!heights || (state[i] & ~MM_POINT_HAS_Z) < MM_POINT_OUTSIDE)))
			return false;
		types |= state[i] == MM_POINT_NULL ? 1u << MM_GEOM_NULL : 1u << MM_GEOM_POINT;
	}
	return types == l->head->geom_types;
}

static bool repaired_are_good(const struct mm_layer *l)
{
	size_t count;
	const uint32_t *row = mm_layer_section(l, MM_SECTION_REPAIRED, 4, &count);
	const struct mm_geom_row *g = l->at[MM_SECTION_GEOM];

	for (size_t i = 0; i < count; i++)
		if (row[i] >= l->head->rows || (i && row[i] <= row[i - 1]) || l->head->is_points ||
		    !g[row[i]].is_repaired)
			return false;
	return count == l->head->geom_rows - l->head->rows;
}

/* The largest section, piece by piece. */
static bool xy_is_finite(const struct mm_layer *l, size_t *ret_vertices)
{
	enum { PIECE = 1 << 22 /* numbers */ };
	size_t numbers;
	const double *xy = mm_layer_section(l, MM_SECTION_XY, sizeof(*xy), &numbers);
	bool good = numbers % 2 == 0;

	for (size_t at = 0; at < numbers && good; at += PIECE) {
		good = are_finite(xy + at, numbers - at < PIECE ? numbers - at : PIECE);
		mm_layer_let_go(l);
	}
	*ret_vertices = numbers / 2;
	return good;
}

bool mm_layer_verify_geometry(const struct mm_layer *l)
{
	size_t vertices, heights, worlds;

	(void)mm_layer_section(l, MM_SECTION_Z, sizeof(double), &heights);
	(void)mm_layer_section(l, MM_SECTION_WORLD, sizeof(struct mm_world), &worlds);
	return xy_is_finite(l, &vertices) && vertices == worlds &&
	       (l->head->is_points ? points_are_good(l, worlds, heights)
				   : shapes_are_good(l, worlds, heights)) &&
	       repaired_are_good(l) && mm_rtree_verify(&l->rtree, l->head->rows);
}
