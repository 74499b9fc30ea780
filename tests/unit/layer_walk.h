#ifndef TESTS_LAYER_WALK_H
#define TESTS_LAYER_WALK_H

#include "base/clock.h"
#include "base/hash.h"
#include "base/varint.h"
#include "store/format.h"
#include "store/layer.h"
#include "store/tile_row.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* All that a reader may ask of an opened layer, whoever wrote its snapshot: what the getters promise must
 * hold, and is insisted on. */

static void insist(bool promise)
{
	if (!promise)
		abort();
}

static uint64_t sum_of(const void *bytes, size_t n)
{
	return n ? mm_hash64(bytes, n, 0) : 0;
}

static uint64_t read_geom(const struct mm_geom *g)
{
	uint64_t rings = 0, vertices = 0;

	for (uint32_t i = 0; i < g->part_count; i++)
		rings += mm_part_rings(g->part[i]);
	for (uint32_t i = 0; i < g->ring_count; i++)
		vertices += g->ring[i];
	insist(rings == g->ring_count && vertices == g->vertex_count && g->type < MM_GEOM_TYPE_COUNT);
	for (uint32_t i = 0; i < 2 * g->vertex_count; i++)
		insist(isfinite(g->xy[i]));
	return sum_of(g->xy, g->vertex_count * 2 * sizeof(double)) +
	       (g->z ? sum_of(g->z, g->vertex_count * sizeof(double)) : 0) + (uint64_t)mm_geom_dimension(g);
}

static uint64_t read_places(const struct mm_layer *l, uint32_t row)
{
	struct mm_world_box box;
	struct mm_world_geom w;
	struct mm_geom g;
	uint64_t sum;

	mm_layer_geom(l, row, &g);
	sum = read_geom(&g);
	mm_layer_geom_valid(l, row, &g);
	sum += read_geom(&g);
	mm_layer_geom_world(l, row, &w);
	insist(w.vertex_count == g.vertex_count && w.part_count == g.part_count);
	return sum + sum_of(w.point, w.vertex_count * sizeof(*w.point)) + mm_layer_box_world(l, row, &box);
}

static uint64_t read_values(const struct mm_layer *l, uint32_t row)
{
	uint64_t sum = 0;

	for (size_t f = 0; f < mm_layer_schema(l)->field_count; f++) {
		struct mm_value v;
		char when[MM_CLOCK_TEXT_MAX];

		mm_layer_value(l, row, f, &v);
		if (v.type == MM_TYPE_TEXT || v.type == MM_TYPE_JSON)
			insist(v.is_null || mm_layer_text_code(l, row, f) < mm_layer_text_count(l, f));
		if (v.is_null)
			continue;
		if (v.type == MM_TYPE_DATE)
			sum += mm_clock_format_date(v.integer, when);
		else if (v.type == MM_TYPE_TIME)
			sum += mm_clock_format_time(v.integer, when);
		else if (v.type == MM_TYPE_DATETIME)
			sum += mm_clock_format(v.integer, v.offset_min, when);
		sum += sum_of(v.text, v.text_len) + (uint64_t)v.integer + v.boolean;
	}
	return sum;
}

static uint64_t read_row(const struct mm_layer *l, uint32_t row)
{
	char id[2 * MM_ID_MAX];
	size_t n = mm_layer_id_format(l, row, id, sizeof(id));

	insist(n < sizeof(id) && mm_layer_find_id(l, id, n) == row);
	return read_places(l, row) + read_values(l, row);
}

static bool count_one(void *ctx, uint32_t number)
{
	*(uint64_t *)ctx += number;
	return true;
}

static uint64_t read_tile_row(const struct mm_layer *l, uint32_t place)
{
	const struct mm_world_box *b = &mm_layer_rtree(l)->box[place];
	struct mm_tile_row r;
	uint64_t sum;

	mm_layer_tile_row(l, place, &r);
	sum = r.id + r.plain_zoom;
	for (const unsigned char *p = r.tags; p < r.tags + r.tags_bytes;) {
		uint32_t field, number;
		struct mm_value v;

		p = mm_varint_get(p, &field);
		p = mm_varint_get(p, &number);
		insist(field < mm_layer_schema(l)->field_count && !mm_layer_schema(l)->field[field].hidden);
		mm_layer_tile_value(l, number, &v);
		sum += sum_of(v.text, v.text_len) + (uint64_t)v.integer + v.boolean;
	}
	for (uint32_t i = 0; i < r.vertex_count; i++) {
		const struct mm_world w = r.is_run ? mm_world_run_at(&r.run, i) : r.geom.point[i];

		insist(!r.is_run ||
		       (w.x >= b->min_x && w.x <= b->max_x && w.y >= b->min_y && w.y <= b->max_y));
		sum += w.x + (r.is_run && r.run.from_zoom ? r.run.from_zoom[i] : 0);
	}
	return sum;
}

/* Reads the layer to the last byte; the sum keeps the reading alive. */
static uint64_t walk_layer(const struct mm_layer *l)
{
	const struct mm_world_box all = {0, 0, UINT32_MAX, UINT32_MAX};
	uint64_t sum = strlen(mm_layer_source_stamp(l));

	for (uint32_t row = 0; row < mm_layer_count(l); row++)
		sum += read_row(l, row);
	for (size_t f = 0; f < mm_layer_schema(l)->field_count; f++)
		for (size_t i = 0; i < mm_layer_text_count(l, f); i++) {
			size_t n;
			const char *text = mm_layer_text(l, f, (uint32_t)i, &n);

			sum += sum_of(text, n);
		}
	for (uint32_t i = 0; i < mm_layer_rtree(l)->count; i++)
		sum += read_tile_row(l, i);
	mm_rtree_search(mm_layer_rtree(l), &all, count_one, &sum);
	for (size_t i = 0; i < mm_layer_quality_kept(l); i++) {
		struct mm_quality q;

		mm_layer_quality(l, i, &q);
		sum += strlen(q.note) + strlen(mm_quality_name(q.kind));
	}
	return sum;
}

#endif
