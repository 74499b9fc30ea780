#include "query/filter_function.h"

#include <string.h>

/* Systems of coordinates that functions of geometries need, and the ways between them. */

enum {
	SYSTEMS_MAX = 8,      /* that one filter names */
	SYSTEM_NAME_MAX = 100 /* bytes */
};

enum mm_code mm_filter_system_find(struct mm_proj *p, const char *definition, struct mm_filter_system *ret,
				   struct mm_err *reterr)
{
	struct mm_filter_system s = {.definition = definition};
	struct mm_crs crs;
	enum mm_code rc = mm_crs_parse(p, definition, &crs, reterr);

	if (rc)
		return rc;
	if (!crs.is_geographic && strcmp(crs.code, "EPSG:3857") != 0) /* its metres are none */
		s.metres_per_unit = crs.metres_per_unit;
	s.square = crs.is_geographic ? 0.1 : 10000 / (crs.metres_per_unit > 0 ? crs.metres_per_unit : 1);
	mm_crs_release(&crs);
	rc = mm_transform_get(p, definition, MM_CRS84, &s.to_deg, reterr);
	if (!rc)
		rc = mm_transform_get(p, MM_CRS84, definition, &s.from_deg, reterr);
	if (rc)
		return rc;
	if (mm_transform_is_identity(s.to_deg))
		s.to_deg = s.from_deg = NULL;
	*ret = s;
	return MM_OK;
}

/* What the functions of a tree need. */
struct need {
	bool metric;
	const struct mm_filter *named[SYSTEMS_MAX]; /* transform */
	size_t named_count;
};

bool mm_filter_is_of_geometry(const struct mm_filter *f)
{
	return f->op == MM_FILTER_FUNCTION && f->function->arg[0].kind == MM_KIND_GEOMETRY &&
	       f->function->arg[0].title;
}

/* False: too many systems. */
static bool find_needs(const struct mm_filter *f, struct need *n)
{
	n->metric |= mm_filter_is_of_geometry(f);
	if (mm_filter_is_of_geometry(f) && f->function->geom == mm_filter_geom_transform) {
		if (n->named_count == SYSTEMS_MAX)
			return false;
		n->named[n->named_count++] = f;
	}
	for (size_t i = 0; i < f->child_count; i++)
		if (!find_needs(f->child[i], n))
			return false;
	return true;
}

static enum mm_code name_system(struct mm_filter_run *run, const struct mm_filter *f, struct mm_proj *p,
				struct mm_err *reterr)
{
	struct mm_filter_system *s = mm_arena_alloc(&run->kept, sizeof(*s));
	struct mm_err why = {0};
	enum mm_code rc;

	if (!s)
		return mm_fail_nomem(reterr);
	if (f->child[1]->text_len > SYSTEM_NAME_MAX)
		return mm_fail(reterr, MM_E_INVALID, "filter", "the name of a system has at most %d bytes",
			       SYSTEM_NAME_MAX);
	if (mm_filter_is_late(run))
		return mm_fail(reterr, MM_E_BUSY, "", "the query took too long: name fewer systems");
	rc = mm_filter_system_find(p, f->child[1]->text, s, &why);
	run->note[f->node_no].system = s;
	return rc ? mm_fail(reterr, rc, "filter", "transform: %s", why.msg) : MM_OK;
}

const struct mm_filter_system *mm_filter_system_of(const struct mm_filter_run *run, const struct mm_filter *f)
{
	for (size_t i = 0; i < f->child_count; i++) {
		const struct mm_filter *a = f->child[i];

		if (mm_filter_is_of_geometry(a) && a->function->geom == mm_filter_geom_transform)
			return run->note[a->node_no].system;
	}
	return &run->metric;
}

/* Measures are made where there are metres. */
static enum mm_code check_measures(const struct mm_filter_run *run, const struct mm_filter *f,
				   struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	if (mm_filter_is_of_geometry(f) && f->function->is_measure &&
	    mm_filter_system_of(run, f)->metres_per_unit <= 0)
		return mm_fail(reterr, MM_E_INVALID, "filter",
			       "%s: name a system in transform that has metres and is true to scale",
			       f->function->name);
	for (size_t i = 0; i < f->child_count && !rc; i++)
		rc = check_measures(run, f->child[i], reterr);
	return rc;
}

enum mm_code mm_filter_systems_begin(struct mm_filter_run *run, const struct mm_filter_crs *crs,
				     struct mm_kit *kit, struct mm_err *reterr)
{
	struct need need = {0};
	enum mm_code rc;

	if (!find_needs(run->filter, &need))
		return mm_fail(reterr, MM_E_INVALID, "filter", "at most %d transforms", SYSTEMS_MAX);
	if (!need.metric)
		return MM_OK;
	if (!crs || !crs->metric)
		return mm_fail(reterr, MM_E_INVALID, "filter", "there is no system to measure in here");
	rc = mm_filter_system_find(kit->proj, mm_layer_schema(run->layer)->crs_definition, &run->own, reterr);
	if (!rc)
		rc = mm_filter_system_find(kit->proj, crs->metric, &run->metric, reterr);
	for (size_t i = 0; i < need.named_count && !rc; i++)
		rc = name_system(run, need.named[i], kit->proj, reterr);
	return rc ? rc : check_measures(run, run->filter, reterr);
}

bool mm_filter_bring(const struct mm_filter_system *from, const struct mm_filter_system *to,
		     struct mm_geom *g, struct mm_arena *mem)
{
	double *xy;
	size_t lost = 0;

	if (!g->vertex_count || strcmp(from->definition, to->definition) == 0)
		return true;
	xy = mm_arena_array(mem, g->vertex_count, 2 * sizeof(*xy));
	if (!xy)
		return false;
	memcpy(xy, g->xy, g->vertex_count * 2 * sizeof(*xy));
	if (from->to_deg)
		lost += mm_transform_points(from->to_deg, xy, g->vertex_count);
	if (to->from_deg)
		lost += mm_transform_points(to->from_deg, xy, g->vertex_count);
	g->xy = xy;
	return lost == 0;
}
