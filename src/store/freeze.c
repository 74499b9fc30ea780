#include "store/build_private.h"
#include "store/freeze_private.h"
#include "store/valid_ring.h"

#include <stdlib.h>
#include <string.h>

/* What is valid, and the index; where things lie in the world is freeze_place.c. */

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
