#include "geo/wkt.h"

#include <math.h>

static const char *const names[MM_GEOM_TYPE_COUNT] = {
    "",           "POINT",           "LINESTRING",   "POLYGON",
    "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"};

/* A cursor over the rings of one geometry while it is written. */
struct pen {
	struct mm_buf *out;
	const struct mm_geom *g;
	uint32_t ring, vertex;
};

static void put_position(struct pen *p)
{
	const uint32_t i = p->vertex++;

	mm_buf_double(p->out, p->g->xy[2 * i]);
	mm_buf_byte(p->out, ' ');
	mm_buf_double(p->out, p->g->xy[2 * i + 1]);
	if (p->g->z) {
		mm_buf_byte(p->out, ' ');
		mm_buf_double(p->out, isfinite(p->g->z[i]) ? p->g->z[i] : 0);
	}
}

/* The positions of a ring, each in brackets of its own for points of a multipoint. */
static void put_ring(struct pen *p, bool has_points)
{
	const uint32_t n = p->g->ring[p->ring++];

	mm_buf_byte(p->out, '(');
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			mm_buf_byte(p->out, ',');
		if (has_points)
			mm_buf_byte(p->out, '(');
		put_position(p);
		if (has_points)
			mm_buf_byte(p->out, ')');
	}
	mm_buf_byte(p->out, ')');
}

static void put_part(struct pen *p, uint32_t part, bool is_multipoint)
{
	if (mm_part_kind(part) != MM_PART_POLYGON) {
		put_ring(p, is_multipoint);
		return;
	}
	mm_buf_byte(p->out, '(');
	for (uint32_t i = 0; i < mm_part_rings(part); i++) {
		if (i)
			mm_buf_byte(p->out, ',');
		put_ring(p, false);
	}
	mm_buf_byte(p->out, ')');
}

static void put_name(struct pen *p, enum mm_geom_type type)
{
	mm_buf_text(p->out, names[type]);
	mm_buf_text(p->out, p->g->z ? " Z " : " ");
}

static void put_member(struct pen *p, uint32_t part)
{
	const enum mm_part_kind kind = mm_part_kind(part);
	const bool is_many = kind == MM_PART_POINTS && p->g->ring[p->ring] > 1;

	put_name(p, kind == MM_PART_POLYGON ? MM_GEOM_POLYGON
		    : kind == MM_PART_LINE  ? MM_GEOM_LINE
		    : is_many               ? MM_GEOM_MULTIPOINT
					    : MM_GEOM_POINT);
	put_part(p, part, is_many);
}

void mm_wkt_put(struct mm_buf *out, const struct mm_geom *g)
{
	struct pen p = {.out = out, .g = g};
	const bool is_list =
	    g->type == MM_GEOM_MULTILINE || g->type == MM_GEOM_MULTIPOLYGON || g->type == MM_GEOM_COLLECTION;

	if (g->type == MM_GEOM_NULL)
		return;
	put_name(&p, g->type);
	if (g->part_count == 0) {
		mm_buf_text(out, "EMPTY");
		return;
	}
	if (is_list)
		mm_buf_byte(out, '(');
	for (uint32_t i = 0; i < g->part_count; i++) {
		if (i)
			mm_buf_byte(out, ',');
		if (g->type == MM_GEOM_COLLECTION)
			put_member(&p, g->part[i]);
		else
			put_part(&p, g->part[i], g->type == MM_GEOM_MULTIPOINT);
	}
	if (is_list)
		mm_buf_byte(out, ')');
}
