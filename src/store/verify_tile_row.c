#include "base/text.h"
#include "base/varint.h"
#include "grid/run_zoom.h"
#include "store/tile_row_format.h"

#include <math.h>

/* Tile rows of a file that nobody vouches for. */

/* Visible fields, ascending, each with a value that is there. */
static bool tags_are_good(const struct mm_layer *l, const unsigned char *p, size_t bytes)
{
	const unsigned char *end = p + bytes;
	uint32_t field, value;

	for (int64_t last = -1; p && p < end; last = field) {
		p = mm_varint_read(p, end, &field);
		p = p ? mm_varint_read(p, end, &value) : NULL;
		if (!p || field >= l->schema.field_count || (int64_t)field <= last ||
		    l->schema.field[field].hidden || value >= mm_layer_tile_value_count(l))
			return false;
	}
	return p == end;
}

static size_t run_bytes(const struct mm_tile_row_head *h)
{
	const bool is_line = (h->kind & MM_TILE_ROW_KIND) == MM_PART_LINE;

	return sizeof(struct mm_world) + ((size_t)h->vertex_count - 1) * mm_tile_row_step(h->kind) +
	       (is_line ? mm_tile_row_padded(h->vertex_count) : 0);
}

/* The vertices lie in the row's box, and those of a line are drawn from some zoom on. */
static bool run_is_good(const struct mm_tile_row *r, const struct mm_world_box *b)
{
	const struct mm_world_run *run = &r->run;

	for (uint32_t i = 0; i < run->count; i++) {
		const int64_t x = (int64_t)run->first.x + mm_world_run_off(run, i, 0),
			      y = (int64_t)run->first.y + mm_world_run_off(run, i, 1);

		if (x < b->min_x || y < b->min_y || x > b->max_x || y > b->max_y)
			return false;
	}
	for (uint32_t i = 0; run->from_zoom && i < run->count; i++)
		if (run->from_zoom[i] > MM_TILE_WHOLE_ZOOM)
			return false;
	return true;
}

/* They use each other up, and the bytes. */
static bool parts_are_good(const struct mm_tile_row *r, size_t bytes)
{
	const struct mm_world_geom *g = &r->geom;
	unsigned kinds;

	return bytes == 8 + 4 * ((uint64_t)g->part_count + g->ring_count) + 8 * (uint64_t)g->vertex_count &&
	       mm_parts_add_up(&(struct mm_geom){.part = g->part,
						 .ring = g->ring,
						 .part_count = g->part_count,
						 .ring_count = g->ring_count,
						 .vertex_count = g->vertex_count},
			       &kinds);
}

static bool row_is_good(const struct mm_layer *l, uint32_t place, size_t bytes)
{
	struct mm_tile_row_head h;
	struct mm_tile_row r;
	size_t before;

	if (bytes < sizeof(h))
		return false;
	memcpy(&h, mm_tile_row_at(l, place), sizeof(h));
	before = sizeof(h) + mm_tile_row_padded(h.tags_bytes);
	if (bytes < before + 8 || (h.kind & MM_TILE_ROW_KIND) > MM_PART_POLYGON ||
	    h.kind > (MM_TILE_ROW_KIND | MM_TILE_ROW_IS_RUN | MM_TILE_ROW_IS_FAR) ||
	    (h.kind & (MM_TILE_ROW_IS_RUN | MM_TILE_ROW_IS_FAR)) == MM_TILE_ROW_IS_FAR ||
	    h.id >> MM_TILE_ID_BITS)
		return false;
	if (h.kind & MM_TILE_ROW_IS_RUN &&
	    (h.vertex_count == 0 || h.vertex_count > MM_WORLD_RUN_MAX ||
	     ((h.kind & MM_TILE_ROW_KIND) == MM_PART_POINTS && h.vertex_count > 1) ||
	     bytes != before + run_bytes(&h)))
		return false;
	mm_layer_tile_row(l, place, &r);
	return tags_are_good(l, r.tags, r.tags_bytes) &&
	       (r.is_run ? run_is_good(&r, &l->rtree.box[place]) : parts_are_good(&r, bytes - before));
}

static bool values_are_good(const struct mm_layer *l)
{
	size_t bytes;
	const char *text = mm_layer_section(l, MM_SECTION_TILE_TEXT, 1, &bytes);
	const struct mm_tile_value_row *v = l->at[MM_SECTION_TILE_VALUE];

	for (uint32_t i = 0; i < mm_layer_tile_value_count(l); i++) {
		double real;

		if (v[i].type == MM_TYPE_TEXT) {
			if (v[i].bits > bytes || v[i].text_bytes > bytes - v[i].bits ||
			    mm_text_utf8_valid(text + v[i].bits, v[i].text_bytes) != v[i].text_bytes)
				return false;
			continue;
		}
		memcpy(&real, &v[i].bits, sizeof(real));
		if (v[i].type != MM_TYPE_BOOL && v[i].type != MM_TYPE_INT &&
		    (v[i].type != MM_TYPE_REAL || !isfinite(real)))
			return false;
	}
	return true;
}

bool mm_layer_verify_tile_rows(const struct mm_layer *l)
{
	size_t starts;
	const uint32_t *start = mm_layer_section(l, MM_SECTION_TILE_START, sizeof(*start), &starts);

	if (start[0] != 0 || !values_are_good(l))
		return false;
	for (uint32_t i = 0; i < l->rtree.count; i++)
		if (start[i] > start[i + 1] || start[i + 1] > start[l->rtree.count])
			return false;
	for (uint32_t i = 0; i < l->rtree.count; i++)
		if (!row_is_good(l, i, (size_t)(start[i + 1] - start[i]) * MM_TILE_ROW_UNIT))
			return false;
	return true;
}
