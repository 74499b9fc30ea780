#include "geo/topo_relate.h"

#include "geo/topo_private.h"

#include <math.h>
#include <stdlib.h>

static GEOSGeometry *points_to_geos(struct mm_topo *t, const struct mm_topo_part *p)
{
	GEOSGeometry **member, *made;

	if (p->vertices == 1)
		return GEOSGeom_createPointFromXY_r(t->geos, p->xy[0], p->xy[1]);
	member = calloc(p->vertices, sizeof(GEOSGeometry *));
	if (!member)
		return NULL;
	for (size_t i = 0; i < p->vertices; i++)
		member[i] = GEOSGeom_createPointFromXY_r(t->geos, p->xy[2 * i], p->xy[2 * i + 1]);
	made = GEOSGeom_createCollection_r(t->geos, GEOS_MULTIPOINT, member, (unsigned)p->vertices);
	free(member);
	return made;
}

/* One part; *ret NULL: nothing is left of it. False: GEOS failed. */
static bool part_to_geos(struct mm_topo *t, const struct mm_topo_part *p, GEOSGeometry **ret)
{
	GEOSCoordSequence *s;

	*ret = NULL;
	if (p->vertices == 0)
		return true;
	if (p->kind == MM_PART_POLYGON)
		return mm_topo_polygon(t, p, ret);
	if (p->kind == MM_PART_POINTS || p->vertices == 1) {
		*ret = points_to_geos(t, p);
		return *ret;
	}
	s = GEOSCoordSeq_copyFromBuffer_r(t->geos, p->xy, (unsigned)p->vertices, 0, 0);
	*ret = s ? GEOSGeom_createLineString_r(t->geos, s) : NULL;
	return *ret;
}

/* -1: of several kinds, or none. */
static int kind_of(const struct mm_geom *g)
{
	int kind = g->part_count ? (int)mm_part_kind(g->part[0]) : -1;

	for (uint32_t i = 1; i < g->part_count; i++)
		if ((int)mm_part_kind(g->part[i]) != kind)
			return -1;
	return kind;
}

bool mm_topo_to_geos(struct mm_topo *t, const struct mm_geom *g, GEOSGeometry **ret)
{
	static const int types[] = {[MM_PART_POINTS] = GEOS_GEOMETRYCOLLECTION,
				    [MM_PART_LINE] = GEOS_MULTILINESTRING,
				    [MM_PART_POLYGON] = GEOS_MULTIPOLYGON};
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	const int kind = kind_of(g);
	GEOSGeometry **member = calloc((size_t)g->part_count + 1, sizeof(GEOSGeometry *));
	struct mm_topo_part p;
	unsigned count = 0;
	bool fine = member != NULL;

	*ret = NULL;
	while (fine && mm_topo_next(&w, &p)) {
		fine = part_to_geos(t, &p, &member[count]);
		count += member[count] != NULL;
	}
	if (fine && count == 1)
		*ret = member[0];
	else if (fine && count)
		*ret = GEOSGeom_createCollection_r(t->geos, kind < 0 ? GEOS_GEOMETRYCOLLECTION : types[kind],
						   member, count);
	else
		while (count)
			GEOSGeom_destroy_r(t->geos, member[--count]);
	free(member);
	return fine && (*ret || !count);
}

/* Boxes of the members that a collection of one kind has: those that something is far from need not be asked.
 */
static bool box_parts(struct mm_topo *t, const struct mm_geom *g, struct mm_topo_shape *s)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;
	uint32_t count = 0;

	if (s->is_mixed || g->part_count < 2)
		return true;
	s->part_box = calloc(g->part_count, sizeof(*s->part_box));
	if (!s->part_box)
		return false;
	while (mm_topo_next(&w, &p)) {
		struct mm_box *b = &s->part_box[count];

		*b = mm_box_empty();
		for (size_t i = 0; i < p.vertices; i++)
			mm_box_add(b, p.xy[2 * i], p.xy[2 * i + 1]);
		count += !mm_box_is_empty(b);
	}
	if (GEOSGetNumGeometries_r(t->geos, s->g) == (int)count)
		s->part_count = count;
	return true;
}

enum mm_code mm_topo_shape_new(struct mm_topo *t, const struct mm_geom *g, struct mm_topo_shape **ret,
			       struct mm_err *reterr)
{
	struct mm_topo_shape *s;

	for (size_t i = 0; i < 2 * (size_t)g->vertex_count; i++)
		if (!(fabs(g->xy[i]) < 1e9)) /* NaN fails too */
			return mm_fail(reterr, MM_E_INVALID, "",
				       "a coordinate is not a number below 1e9 in size");
	s = calloc(1, sizeof(*s));
	if (!s)
		return mm_fail_nomem(reterr);
	s->box = mm_geom_box(g);
	s->is_mixed = kind_of(g) < 0;
	t->msg[0] = '\0';
	if (mm_topo_to_geos(t, g, &s->g) && s->g)
		s->prepared = GEOSPrepare_r(t->geos, s->g);
	if (!s->prepared) {
		mm_topo_shape_free(t, s);
		return mm_fail(reterr, MM_E_INVALID, "", "the geometry cannot be processed: %.200s",
			       t->msg[0] ? t->msg : "it is empty");
	}
	if (!box_parts(t, g, s)) {
		mm_topo_shape_free(t, s);
		return mm_fail_nomem(reterr);
	}
	*ret = s;
	return MM_OK;
}

void mm_topo_shape_free(struct mm_topo *t, struct mm_topo_shape *s)
{
	if (!s)
		return;
	GEOSPreparedGeom_destroy_r(t->geos, s->prepared);
	GEOSGeom_destroy_r(t->geos, s->g);
	free(s->part_box);
	free(s);
}

/* "g r other" asked of the other, which is the one that is prepared. */
static char ask_once(struct mm_topo *t, const GEOSGeometry *g, enum mm_relation r,
		     const struct mm_topo_shape *other)
{
	switch (r) {
	case MM_RELATION_INTERSECTS:
		return GEOSPreparedIntersects_r(t->geos, other->prepared, g);
	case MM_RELATION_EQUALS:
		return GEOSEquals_r(t->geos, other->g, g);
	case MM_RELATION_DISJOINT:
		return GEOSPreparedDisjoint_r(t->geos, other->prepared, g);
	case MM_RELATION_TOUCHES:
		return GEOSPreparedTouches_r(t->geos, other->prepared, g);
	case MM_RELATION_WITHIN:
		return GEOSPreparedContains_r(t->geos, other->prepared, g);
	case MM_RELATION_OVERLAPS:
		return GEOSPreparedOverlaps_r(t->geos, other->prepared, g);
	case MM_RELATION_CROSSES:
		return GEOSPreparedCrosses_r(t->geos, other->prepared, g);
	case MM_RELATION_CONTAINS:
		return GEOSPreparedWithin_r(t->geos, other->prepared, g);
	}
	return 2;
}

static char ask(struct mm_topo *t, const GEOSGeometry *g, enum mm_relation r,
		const struct mm_topo_shape *other)
{
	char answer = 2;

	do {
		if (!mm_topo_enter(t))
			return 2;
		answer = ask_once(t, g, r, other);
		mm_topo_leave();
	} while (answer > 1 && mm_topo_is_disturbed(t));
	return answer;
}

/* A collection of several dimensions, which GEOS does not take: part by part. */
static int any_intersects(struct mm_topo *t, const struct mm_geom *g, const struct mm_topo_shape *other)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;
	int found = 0;

	while (found == 0 && mm_topo_next(&w, &p)) {
		GEOSGeometry *part = NULL;
		char answer = 0;

		if (!part_to_geos(t, &p, &part))
			return -1;
		if (part)
			answer = ask(t, part, MM_RELATION_INTERSECTS, other);
		GEOSGeom_destroy_r(t->geos, part);
		found = answer > 1 ? -1 : answer;
	}
	return found;
}

int mm_topo_relate(struct mm_topo *t, const struct mm_geom *g, enum mm_relation r,
		   const struct mm_topo_shape *other)
{
	GEOSGeometry *made = NULL;
	char answer = 2;

	if (g->vertex_count == 0)
		return -1;
	if (kind_of(g) < 0) {
		const int meets = any_intersects(t, g, other);

		if (r == MM_RELATION_INTERSECTS)
			return meets;
		return r == MM_RELATION_DISJOINT && meets >= 0 ? !meets : -1;
	}
	if (mm_topo_to_geos(t, g, &made) && made)
		answer = ask(t, made, r, other);
	GEOSGeom_destroy_r(t->geos, made);
	return answer > 1 ? -1 : answer;
}

int mm_topo_relate_shapes(struct mm_topo *t, const struct mm_topo_shape *s, enum mm_relation r,
			  const struct mm_topo_shape *other)
{
	const char answer = ask(t, s->g, r, other);

	return answer > 1 ? -1 : answer;
}
