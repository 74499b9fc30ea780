#include "store/build_private.h"
#include "store/freeze_private.h"
#include "store/valid_ring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The steps of a freeze that look at geometry: what is valid, where it lies in the world, the index. */

static bool is_polygon(const struct mm_geom *g)
{
	return mm_geom_dimension(g) == 2;
}

/* A valid copy behind the rows; an empty one when nothing valid can be made, so that GEOS never meets the
 * original. */
static void repair(struct mm_layer_build *b, struct mm_topo *topo, uint32_t row, const char *why,
		   struct mm_buf *rows)
{
	struct mm_geom g = mm_build_geom(b, row), fixed = {.type = g.type};
	struct mm_err err = {0};
	MM_ARENA_SCOPE(mem, 0);

	if (mm_topo_make_valid(topo, &g, &mem, &fixed, &err))
		fixed = (struct mm_geom){.type = g.type};
	mm_build_note(b, MM_QUALITY_REPAIRED, row, why);
	if (fixed.part_count == 0)
		mm_build_note(b, MM_QUALITY_ZERO_AREA, row, "");
	mm_build_add_geom(b, &fixed);
	mm_buf_put(rows, &row, sizeof(row));
}

static void look_at(struct mm_layer_build *b, struct mm_topo *topo, uint32_t row, struct mm_buf *repaired)
{
	struct mm_geom g = mm_build_geom(b, row);
	char why[256] = "";

	if (g.part_count == 0) {
		if (g.type != MM_GEOM_NULL)
			mm_build_note(b, MM_QUALITY_EMPTY_GEOMETRY, row, "");
	} else if (is_polygon(&g) && !mm_ring_is_surely_valid(&g)) {
		if (mm_topo_why_invalid(topo, &g, why, sizeof(why), NULL))
			(void)strcpy(why, "not a geometry that can be checked");
		if (*why)
			repair(b, topo, row, why, repaired);
	} else if (g.vertex_count == 1 && g.xy[0] == 0 && g.xy[1] == 0) {
		mm_build_note(b, MM_QUALITY_NULL_ISLAND, row, "");
	}
}

enum mm_code mm_freeze_vet(struct mm_layer_build *b, struct mm_buf *ret_repaired, struct mm_err *reterr)
{
	struct mm_topo *topo = mm_topo_new();

	if (!topo)
		return mm_fail_nomem(reterr);
	for (uint32_t row = 0; row < b->rows; row++)
		look_at(b, topo, row, ret_repaired);
	(void)mm_topo_free(topo);
	return b->failed || mm_build_notes_failed(b) || ret_repaired->failed ? mm_fail_nomem(reterr) : MM_OK;
}

enum { CHUNK = 1 << 16 };

/* A place on the globe, generously: some sources run beyond the antimeridian. */
static bool is_on_globe(const double *deg)
{
	return fabs(deg[0]) <= 540 && fabs(deg[1]) <= 90;
}

/* World coordinates and box of one geometry; no box, and nothing added to `all`, when a vertex is not on the
 * globe. */
static bool place(const double *deg, uint32_t n, struct mm_world *ret, struct mm_world_box *box,
		  struct mm_box *all)
{
	struct mm_box own = mm_box_empty();

	*box = (struct mm_world_box){UINT32_MAX, UINT32_MAX, 0, 0};
	for (uint32_t i = 0; i < n; i++)
		if (!is_on_globe(deg + 2 * (size_t)i))
			return false;
	for (uint32_t i = 0; i < n; i++) {
		const double *at = deg + 2 * (size_t)i;
		struct mm_world w = mm_world_from_lonlat(at[0], at[1]);

		ret[i] = w;
		mm_box_add(&own, at[0], at[1]);
		box->min_x = w.x < box->min_x ? w.x : box->min_x;
		box->max_x = w.x > box->max_x ? w.x : box->max_x;
		box->min_y = w.y < box->min_y ? w.y : box->min_y;
		box->max_y = w.y > box->max_y ? w.y : box->max_y;
	}
	mm_box_merge(all, &own);
	return true;
}

/* Geometry rows from `first` on whose vertices fill about one chunk. */
static uint32_t chunk_end(const struct mm_geom_row *row, uint32_t first, uint32_t count)
{
	uint32_t end = first + 1;

	while (end < count && row[end + 1].vertex - row[first].vertex <= CHUNK)
		end++;
	return end;
}

struct placing {
	struct mm_layer_build *b;
	const struct mm_transform *to_deg;
	struct mm_frozen *f;
	double *scratch;
	size_t scratch_cap;
};

static bool reserve(struct placing *p, size_t vertices)
{
	if (vertices <= p->scratch_cap)
		return true;
	free(p->scratch);
	p->scratch_cap = vertices;
	p->scratch = calloc(vertices, 2 * sizeof(double));
	return p->scratch != NULL;
}

static bool place_chunk(struct placing *p, const struct mm_geom_row *row, uint32_t first, uint32_t end)
{
	size_t n = row[end].vertex - row[first].vertex;
	const double *xy = (const double *)(const void *)p->b->xy.data + 2 * row[first].vertex;

	if (!reserve(p, n ? n : 1))
		return false;
	if (n)
		memcpy(p->scratch, xy, n * 2 * sizeof(double));
	(void)mm_transform_points(p->to_deg, p->scratch, n);
	for (uint32_t i = first; i < end; i++) {
		struct mm_world_box box;
		bool placed = place(p->scratch + 2 * (row[i].vertex - row[first].vertex),
				    (uint32_t)(row[i + 1].vertex - row[i].vertex),
				    p->f->world + row[i].vertex, &box, &p->f->box_deg);
		if (i < p->b->rows)
			p->f->box[i] = box;
		if (!placed && i < p->b->rows)
			mm_build_note(p->b, MM_QUALITY_OUTSIDE, i,
				      "lies outside the area of its coordinate system");
	}
	return true;
}

enum mm_code mm_freeze_place(struct mm_layer_build *b, struct mm_frozen *f, struct mm_err *reterr)
{
	const struct mm_geom_row *row = (const struct mm_geom_row *)(const void *)b->geom.data;
	uint32_t count = f->geom_rows;
	struct mm_proj *proj = mm_proj_new();
	struct placing p = {.b = b, .f = f};
	enum mm_code rc = proj ? MM_OK : mm_fail_nomem(reterr);

	if (!rc)
		rc = mm_transform_get(proj, b->schema.crs_definition, MM_CRS84, &p.to_deg, reterr);
	f->world = calloc(b->xy.len / 16 + 1, sizeof(*f->world));
	f->box = calloc((size_t)b->rows + 1, sizeof(*f->box));
	if (!rc && (!f->world || !f->box))
		rc = mm_fail_nomem(reterr);
	for (uint32_t first = 0, end; first < count && !rc; first = end) {
		end = chunk_end(row, first, count);
		if (!place_chunk(&p, row, first, end))
			rc = mm_fail_nomem(reterr);
	}
	free(p.scratch);
	(void)mm_proj_free(proj);
	return rc;
}

enum mm_code mm_freeze_index(const struct mm_layer_build *b, struct mm_frozen *f, struct mm_err *reterr)
{
	struct mm_world_box *item = calloc((size_t)b->rows + 1, sizeof(*item));
	uint32_t *number = calloc((size_t)b->rows + 1, sizeof(*number)), n = 0;
	enum mm_code rc = MM_OK;

	for (uint32_t row = 0; row < b->rows && item && number; row++)
		if (f->box[row].min_x <= f->box[row].max_x) {
			item[n] = f->box[row];
			number[n++] = row;
		}
	f->tree_count = n;
	f->tree_box = calloc(mm_rtree_box_count(n) + 1, sizeof(*f->tree_box));
	f->tree_index = calloc((size_t)n + 1, sizeof(*f->tree_index));
	if (!item || !number || !f->tree_box || !f->tree_index)
		rc = mm_fail_nomem(reterr);
	else
		rc = mm_rtree_build(item, number, n, f->tree_box, f->tree_index, reterr);
	free(item);
	free(number);
	return rc;
}
