#include "geo/topo_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- to GEOS ---- */

bool mm_topo_next(struct mm_topo_walk *w, struct mm_topo_part *ret)
{
	if (w->part == w->g->part_count)
		return false;
	*ret = (struct mm_topo_part){mm_part_kind(w->g->part[w->part]), mm_part_rings(w->g->part[w->part]),
				     w->ring, w->xy, 0};
	for (uint32_t i = 0; i < ret->ring_count; i++)
		ret->vertices += w->ring[i];
	w->ring += ret->ring_count;
	w->xy += 2 * ret->vertices;
	w->part++;
	return true;
}

bool mm_topo_is_closed(const double *xy, uint32_t n)
{
	return n > 0 && xy[0] == xy[2 * (size_t)n - 2] && xy[1] == xy[2 * (size_t)n - 1];
}

/* Ring as GEOS wants it, closed when it was not; NULL: GEOS failed. The ring has at least 3 points. */
static GEOSGeometry *ring_to_geos(struct mm_topo *t, const double *xy, uint32_t n)
{
	bool closed = mm_topo_is_closed(xy, n);
	GEOSCoordSequence *s;

	if (closed) {
		s = GEOSCoordSeq_copyFromBuffer_r(t->geos, xy, n, 0, 0);
		return s ? GEOSGeom_createLinearRing_r(t->geos, s) : NULL;
	}
	s = GEOSCoordSeq_create_r(t->geos, n + 1, 2);
	if (!s)
		return NULL;
	for (uint32_t i = 0; i <= n; i++) {
		const double *p = xy + 2 * (size_t)(i % n);

		if (!GEOSCoordSeq_setXY_r(t->geos, s, i, p[0], p[1])) {
			GEOSCoordSeq_destroy_r(t->geos, s);
			return NULL;
		}
	}
	return GEOSGeom_createLinearRing_r(t->geos, s);
}

static void destroy_all(struct mm_topo *t, GEOSGeometry **g, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		GEOSGeom_destroy_r(t->geos, g[i]);
}

/* Rings that enclose nothing for want of points are left out; false when the shell is one of them. */
static bool is_usable(const double *xy, uint32_t n)
{
	return n >= 4 || (n == 3 && !mm_topo_is_closed(xy, n));
}

bool mm_topo_polygon(struct mm_topo *t, const struct mm_topo_part *p, GEOSGeometry **ret)
{
	GEOSGeometry **ring, *made = NULL;
	const double *xy = p->xy;
	uint32_t count = 0;

	*ret = NULL;
	if (p->ring_count == 0 || !is_usable(xy, p->ring[0]))
		return true;
	ring = calloc(p->ring_count, sizeof(GEOSGeometry *));
	if (!ring)
		return false;
	for (uint32_t i = 0; i < p->ring_count; xy += 2 * (size_t)p->ring[i], i++) {
		if (!is_usable(xy, p->ring[i]))
			continue;
		ring[count] = ring_to_geos(t, xy, p->ring[i]);
		if (!ring[count])
			goto out;
		count++;
	}
	made = GEOSGeom_createPolygon_r(t->geos, ring[0], ring + 1, count - 1);
	count = 0; /* taken, also by a call that fails */
out:
	destroy_all(t, ring, count);
	free(ring);
	*ret = made;
	return made;
}

GEOSGeometry *mm_topo_multipolygon(struct mm_topo *t, const struct mm_geom *g)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	GEOSGeometry **member = calloc(g->part_count ? g->part_count : 1, sizeof(GEOSGeometry *)),
		     *made = NULL;
	struct mm_topo_part p;
	uint32_t count = 0;

	if (!member)
		return NULL;
	while (mm_topo_next(&w, &p)) {
		if (p.kind != MM_PART_POLYGON)
			continue;
		if (!mm_topo_polygon(t, &p, &member[count]))
			goto out;
		count += member[count] != NULL;
	}
	made = GEOSGeom_createCollection_r(t->geos, GEOS_MULTIPOLYGON, member, count);
	count = 0;
out:
	destroy_all(t, member, count);
	free(member);
	return made;
}

/* ---- from GEOS ---- */

/* Room for one more piece: the array grows by half, the old one stays in the arena until it dies. */
static void *room(struct mm_arena *mem, void *old, size_t used, size_t more, size_t *cap, size_t size)
{
	size_t want = used + more;
	void *p;

	if (want <= *cap)
		return old;
	want += want / 2 + 8;
	if (want > UINT32_MAX)
		return NULL;
	p = mm_arena_array(mem, want, size);
	if (!p)
		return NULL;
	if (used)
		memcpy(p, old, used * size);
	*cap = want;
	return p;
}

static bool pen_room(struct mm_topo_pen *p, size_t parts, size_t rings, size_t vertices)
{
	void *part = room(p->mem, p->part, p->part_count, parts, &p->part_cap, sizeof(*p->part));
	void *ring = room(p->mem, p->ring, p->ring_count, rings, &p->ring_cap, sizeof(*p->ring));
	void *xy = room(p->mem, p->xy, p->vertex_count, vertices, &p->vertex_cap, 2 * sizeof(*p->xy));

	p->part = part ? part : p->part;
	p->ring = ring ? ring : p->ring;
	p->xy = xy ? xy : p->xy;
	return p->part_cap >= p->part_count + parts && p->ring_cap >= p->ring_count + rings &&
	       p->vertex_cap >= p->vertex_count + vertices;
}

bool mm_topo_write_part(struct mm_topo_pen *pen, const struct mm_topo_part *p)
{
	uint32_t rings = 0;

	if (p->vertices == 0)
		return true;
	if (!pen_room(pen, 1, p->ring_count, p->vertices))
		return false;
	for (uint32_t i = 0; i < p->ring_count; i++) {
		if (p->ring[i] == 0)
			continue;
		pen->ring[pen->ring_count++] = p->ring[i];
		rings++;
	}
	memcpy(pen->xy + 2 * (size_t)pen->vertex_count, p->xy, 2 * p->vertices * sizeof(*p->xy));
	pen->vertex_count += (uint32_t)p->vertices;
	pen->part[pen->part_count++] = (uint32_t)p->kind << 30 | rings;
	return true;
}

static bool write_ring(struct mm_topo *t, struct mm_topo_pen *pen, const GEOSGeometry *ring)
{
	const GEOSCoordSequence *s = GEOSGeom_getCoordSeq_r(t->geos, ring);
	unsigned n = 0;

	if (!s || !GEOSCoordSeq_getSize_r(t->geos, s, &n) || !pen_room(pen, 0, 1, n))
		return false;
	if (!GEOSCoordSeq_copyToBuffer_r(t->geos, s, pen->xy + 2 * (size_t)pen->vertex_count, 0, 0))
		return false;
	pen->ring[pen->ring_count++] = n;
	pen->vertex_count += n;
	return true;
}

static bool write_polygon(struct mm_topo *t, struct mm_topo_pen *pen, const GEOSGeometry *g)
{
	int holes = GEOSGetNumInteriorRings_r(t->geos, g);

	if (holes < 0 || !pen_room(pen, 1, 0, 0) || !write_ring(t, pen, GEOSGetExteriorRing_r(t->geos, g)))
		return false;
	for (int i = 0; i < holes; i++)
		if (!write_ring(t, pen, GEOSGetInteriorRingN_r(t->geos, g, i)))
			return false;
	pen->part[pen->part_count++] = (uint32_t)MM_PART_POLYGON << 30 | (uint32_t)(holes + 1);
	return true;
}

bool mm_topo_write_polygons(struct mm_topo *t, struct mm_topo_pen *pen, const GEOSGeometry *g, int depth)
{
	int type = GEOSGeomTypeId_r(t->geos, g);
	int count;

	if (GEOSisEmpty_r(t->geos, g) == 1)
		return true;
	if (type == GEOS_POLYGON)
		return write_polygon(t, pen, g);
	if ((type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION) || depth == 0)
		return true;
	count = GEOSGetNumGeometries_r(t->geos, g);
	for (int i = 0; i < count; i++)
		if (!mm_topo_write_polygons(t, pen, GEOSGetGeometryN_r(t->geos, g, i), depth - 1))
			return false;
	return true;
}
