#include "geo/topo.h"

#include "base/num.h"
#include "base/stop.h"
#include "geo/topo_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

static void hear(const char *msg, void *ctx)
{
	struct mm_topo *t = ctx;

	(void)snprintf(t->msg, sizeof(t->msg), "%s", msg);
}

/* ---- time ---- */

/* Whose call this thread is in: GEOS tells its callback nothing. */
static _Thread_local struct mm_topo *at_work;
static once_flag registered = ONCE_FLAG_INIT;

/* GEOS looks at its flag right after this; the flag is one for all threads, so each sets it to what is true
 * of itself. */
static void look_at_clock(void)
{
	if (at_work && mm_stop_is_due(at_work->deadline_ns)) {
		at_work->is_cut = true;
		GEOS_interruptRequest();
	} else {
		GEOS_interruptCancel();
	}
}

static void register_clock(void)
{
	(void)GEOS_interruptRegisterCallback(look_at_clock);
}

bool mm_topo_enter(struct mm_topo *t)
{
	if (t->is_cut)
		return false;
	if (mm_stop_is_due(t->deadline_ns)) {
		t->is_cut = true;
		return false;
	}
	t->msg[0] = '\0';
	at_work = t;
	return true;
}

void mm_topo_leave(void)
{
	at_work = NULL;
}

bool mm_topo_is_disturbed(const struct mm_topo *t)
{
	return !t->is_cut && strstr(t->msg, "nterrupt");
}

void mm_topo_limit(struct mm_topo *t, int64_t deadline_ns)
{
	t->deadline_ns = deadline_ns;
	t->is_cut = false;
}

bool mm_topo_is_late(const struct mm_topo *t)
{
	return t->is_cut;
}

struct mm_topo *mm_topo_new(void)
{
	struct mm_topo *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	call_once(&registered, register_clock);
	t->geos = GEOS_init_r();
	if (!t->geos) {
		free(t);
		return NULL;
	}
	(void)GEOSContext_setErrorMessageHandler_r(t->geos, hear, t);
	(void)GEOSContext_setNoticeMessageHandler_r(t->geos, hear, t);
	return t;
}

struct mm_topo *mm_topo_free(struct mm_topo *t)
{
	if (t) {
		GEOS_finish_r(t->geos);
		free(t);
	}
	return NULL;
}

static enum mm_code guard(const struct mm_geom *g, struct mm_err *reterr)
{
	for (size_t i = 0; i < 2 * (size_t)g->vertex_count; i++)
		if (!(fabs(g->xy[i]) < 1e9)) /* NaN fails too */
			return mm_fail(reterr, MM_E_INVALID, "",
				       "a coordinate is not a number below 1e9 in size");
	return MM_OK;
}

static enum mm_code geos_failed(const struct mm_topo *t, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_INVALID, "", "the geometry cannot be processed: %.200s",
		       t->msg[0] ? t->msg : "GEOS gives no reason");
}

/* ---- validity ---- */

static void reason_at(const char *reason, const double *at, char *ret, size_t size)
{
	char x[MM_NUM_MAX], y[MM_NUM_MAX];

	if (!at) {
		(void)snprintf(ret, size, "%s", reason);
		return;
	}
	(void)mm_num_format(at[0], x);
	(void)mm_num_format(at[1], y);
	(void)snprintf(ret, size, "%s at %s %s", reason, x, y);
}

/* What keeps GEOS from taking the rings of a polygon at all; NULL: nothing. *ret_at is the ring's first
 * point. */
static const char *ring_fault(const struct mm_topo_part *p, const double **ret_at)
{
	const double *xy = p->xy;

	for (uint32_t i = 0; i < p->ring_count; xy += 2 * (size_t)p->ring[i], i++) {
		*ret_at = p->ring[i] ? xy : NULL;
		if (p->ring[i] == 0 && i > 0)
			continue; /* an empty hole is no hole */
		if (p->ring[i] < 4)
			return "Ring has fewer than 4 points";
		if (!mm_topo_is_closed(xy, p->ring[i]))
			return "Ring is not closed";
	}
	return NULL;
}

/* GEOS's verdict on g; false: it failed. */
static bool verdict(struct mm_topo *t, const GEOSGeometry *g, char *ret, size_t size)
{
	char *reason = NULL;
	GEOSGeometry *place = NULL;
	double at[2];
	char valid = GEOSisValidDetail_r(t->geos, g, 0, &reason, &place);
	bool placed = place && GEOSGeomGetX_r(t->geos, place, &at[0]) == 1 &&
		      GEOSGeomGetY_r(t->geos, place, &at[1]) == 1;

	if (valid == 1)
		ret[0] = '\0';
	else if (valid == 0)
		reason_at(reason ? reason : "Invalid", placed ? at : NULL, ret, size);
	GEOSFree_r(t->geos, reason);
	GEOSGeom_destroy_r(t->geos, place);
	return valid != 2;
}

/* One polygon on its own: members of collections are not compared with each other. */
static bool polygon_verdict(struct mm_topo *t, const struct mm_topo_part *p, char *ret, size_t size)
{
	GEOSGeometry *made;
	const double *at = NULL;
	const char *fault = ring_fault(p, &at);
	bool ok;

	ret[0] = '\0';
	if (p->vertices == 0)
		return true;
	if (fault) {
		reason_at(fault, at, ret, size);
		return true;
	}
	if (!mm_topo_polygon(t, p, &made))
		return false;
	ok = !made || verdict(t, made, ret, size);
	GEOSGeom_destroy_r(t->geos, made);
	return ok;
}

static bool multipolygon_verdict(struct mm_topo *t, const struct mm_geom *g, char *ret, size_t size)
{
	GEOSGeometry *made = mm_topo_multipolygon(t, g);
	bool ok = made && verdict(t, made, ret, size);

	GEOSGeom_destroy_r(t->geos, made);
	return ok;
}

enum mm_code mm_topo_why_invalid(struct mm_topo *t, const struct mm_geom *g, char *ret, size_t size,
				 struct mm_err *reterr)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	char words[256] = "";
	struct mm_topo_part p;
	enum mm_code rc = guard(g, reterr);

	if (rc)
		return rc;
	t->msg[0] = '\0';
	while (words[0] == '\0' && mm_topo_next(&w, &p))
		if (p.kind == MM_PART_POLYGON && !polygon_verdict(t, &p, words, sizeof(words)))
			return geos_failed(t, reterr);
	if (words[0] == '\0' && g->type == MM_GEOM_MULTIPOLYGON && g->part_count > 1 &&
	    !multipolygon_verdict(t, g, words, sizeof(words)))
		return geos_failed(t, reterr);
	(void)snprintf(ret, size, "%s", words);
	return MM_OK;
}

/* ---- repair ---- */

/* makeValid gives at most a collection of multipolygons. */
enum { RESULT_DEPTH = 4 };

/* Repairs a GEOS geometry and writes what is left of it. */
static enum mm_code repair(struct mm_topo *t, const GEOSGeometry *g, struct mm_topo_pen *pen,
			   struct mm_err *reterr)
{
	GEOSMakeValidParams *how = GEOSMakeValidParams_create_r(t->geos);
	GEOSGeometry *made = NULL;
	enum mm_code rc = MM_OK;

	if (how && GEOSMakeValidParams_setMethod_r(t->geos, how, GEOS_MAKE_VALID_STRUCTURE) &&
	    GEOSMakeValidParams_setKeepCollapsed_r(t->geos, how, 0))
		made = GEOSMakeValidWithParams_r(t->geos, g, how);
	if (!made)
		rc = geos_failed(t, reterr);
	else if (!mm_topo_write_polygons(t, pen, made, RESULT_DEPTH))
		rc = mm_fail_nomem(reterr);
	GEOSGeom_destroy_r(t->geos, made);
	if (how)
		GEOSMakeValidParams_destroy_r(t->geos, how);
	return rc;
}

/* A polygon on its own: copied when it is valid, else repaired. */
static enum mm_code repair_polygon(struct mm_topo *t, const struct mm_topo_part *p, struct mm_topo_pen *pen,
				   struct mm_err *reterr)
{
	GEOSGeometry *made = NULL;
	char words[8];
	enum mm_code rc = MM_OK;

	if (!polygon_verdict(t, p, words, sizeof(words)))
		return geos_failed(t, reterr);
	if (words[0] == '\0')
		return mm_topo_write_part(pen, p) ? MM_OK : mm_fail_nomem(reterr);
	if (!mm_topo_polygon(t, p, &made))
		return geos_failed(t, reterr);
	if (made)
		rc = repair(t, made, pen, reterr);
	GEOSGeom_destroy_r(t->geos, made);
	return rc;
}

static enum mm_code repair_multipolygon(struct mm_topo *t, const struct mm_geom *g, struct mm_topo_pen *pen,
					struct mm_err *reterr)
{
	GEOSGeometry *made = mm_topo_multipolygon(t, g);
	enum mm_code rc = made ? repair(t, made, pen, reterr) : geos_failed(t, reterr);

	GEOSGeom_destroy_r(t->geos, made);
	return rc;
}

static enum mm_code repair_parts(struct mm_topo *t, const struct mm_geom *g, struct mm_topo_pen *pen,
				 struct mm_err *reterr)
{
	struct mm_topo_walk w = {g, 0, g->ring, g->xy};
	struct mm_topo_part p;
	enum mm_code rc = MM_OK;

	while (rc == MM_OK && mm_topo_next(&w, &p)) {
		if (p.kind == MM_PART_POLYGON)
			rc = repair_polygon(t, &p, pen, reterr);
		else if (!mm_topo_write_part(pen, &p))
			rc = mm_fail_nomem(reterr);
	}
	return rc;
}

enum mm_code mm_topo_make_valid(struct mm_topo *t, const struct mm_geom *g, struct mm_arena *mem,
				struct mm_geom *ret, struct mm_err *reterr)
{
	struct mm_topo_pen pen = {.mem = mem};
	char words[8] = "";
	enum mm_code rc = mm_topo_why_invalid(t, g, words, sizeof(words), reterr);

	if (rc)
		return rc;
	if (words[0] != '\0' && g->type == MM_GEOM_MULTIPOLYGON)
		rc = repair_multipolygon(t, g, &pen, reterr);
	else
		rc = repair_parts(t, g, &pen, reterr);
	if (rc)
		return rc;
	*ret = (struct mm_geom){g->type, pen.part,       pen.ring,       pen.xy,
				NULL,    pen.part_count, pen.ring_count, pen.vertex_count};
	if (g->type == MM_GEOM_POLYGON && pen.part_count > 1)
		ret->type = MM_GEOM_MULTIPOLYGON;
	return MM_OK;
}
