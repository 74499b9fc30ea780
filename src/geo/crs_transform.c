#include "geo/crs.h"

#include "geo/crs_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum way { WAY_NONE, WAY_TO_MERCATOR, WAY_FROM_MERCATOR, WAY_PROJ };

struct mm_transform {
	struct mm_transform *next;
	char *from, *to;
	enum way way;
	PJ *pj; /* WAY_PROJ */
};

static void transform_free(struct mm_transform *t)
{
	(void)proj_destroy(t->pj);
	free(t->from);
	free(t->to);
	free(t);
}

void mm_transforms_free(struct mm_transform *first)
{
	while (first) {
		struct mm_transform *next = first->next;

		transform_free(first);
		first = next;
	}
}

/* ---- choice of a way ---- */

static enum mm_code no_way(struct mm_proj *p, const char *from, const char *to, struct mm_err *reterr)
{
	return mm_fail(
	    reterr, MM_E_INVALID, "",
	    "no transformation from \"%.80s\" to \"%.80s\" with a known datum shift%s%.120s; a PROJ string "
	    "needs +towgs84=... or +datum=...",
	    from, to, p->msg[0] ? ": " : "", p->msg);
}

/* PROJ's best operation; ballpark ones, which leave the datum shift out and miss by 100 m, are not taken. */
static PJ *operation(struct mm_proj *p, const PJ *from, const PJ *to)
{
	static const char *const options[] = {"ALLOW_BALLPARK=NO", NULL};
	PJ *raw = proj_create_crs_to_crs_from_pj(p->ctx, from, to, NULL, options), *ret = NULL;

	if (raw)
		ret = proj_normalize_for_visualization(p->ctx, raw);
	(void)proj_destroy(raw);
	return ret;
}

static bool is_code(struct mm_proj *p, const PJ *crs, const char *authority, const char *code)
{
	PJ *other = proj_create_from_database(p->ctx, authority, code, PJ_CATEGORY_CRS, 0, NULL);
	bool same = other && proj_get_type(crs) != PJ_TYPE_BOUND_CRS && mm_crs_same(p, crs, other);

	(void)proj_destroy(other);
	return same;
}

static enum way way_of(struct mm_proj *p, const PJ *from, const PJ *to)
{
	if (mm_crs_same(p, from, to))
		return WAY_NONE;
	if (is_code(p, from, "OGC", "CRS84") && is_code(p, to, "EPSG", "3857"))
		return WAY_TO_MERCATOR;
	if (is_code(p, from, "EPSG", "3857") && is_code(p, to, "OGC", "CRS84"))
		return WAY_FROM_MERCATOR;
	return WAY_PROJ;
}

static enum mm_code transform_new(struct mm_proj *p, const char *from_text, const char *to_text,
				  struct mm_transform **ret, struct mm_err *reterr)
{
	struct mm_transform *t = calloc(1, sizeof(*t));
	PJ *from = NULL, *to = NULL;
	enum mm_code rc;

	if (!t)
		return mm_fail_nomem(reterr);
	t->from = strdup(from_text);
	t->to = strdup(to_text);
	rc = t->from && t->to ? mm_crs_open_text(p, from_text, &from, reterr) : mm_fail_nomem(reterr);
	if (rc == MM_OK)
		rc = mm_crs_open_text(p, to_text, &to, reterr);
	if (rc)
		goto out;
	p->msg[0] = '\0';
	t->way = way_of(p, from, to);
	if (t->way == WAY_PROJ) {
		t->pj = operation(p, from, to);
		if (!t->pj)
			rc = no_way(p, from_text, to_text, reterr);
	}
out:
	(void)proj_destroy(from);
	(void)proj_destroy(to);
	if (rc)
		transform_free(t);
	else
		*ret = t;
	return rc;
}

enum mm_code mm_transform_get(struct mm_proj *p, const char *from, const char *to,
			      const struct mm_transform **ret, struct mm_err *reterr)
{
	struct mm_transform *t = p->transforms;
	enum mm_code rc = MM_OK;

	while (t && (strcmp(t->from, from) != 0 || strcmp(t->to, to) != 0))
		t = t->next;
	if (!t) {
		rc = transform_new(p, from, to, &t, reterr);
		if (!t)
			return rc;
		t->next = p->transforms;
		p->transforms = t;
	}
	*ret = t;
	return rc;
}

bool mm_transform_is_identity(const struct mm_transform *t)
{
	return t->way == WAY_NONE;
}

/* ---- use ---- */

static const double mercator_radius_m = 6378137;

static void to_mercator(double *xy, size_t count)
{
	for (size_t i = 0; i < count; i++, xy += 2) {
		double s = sin(xy[1] * (M_PI / 180));

		xy[0] *= mercator_radius_m * M_PI / 180;
		xy[1] = fabs(xy[1]) < 90 ? mercator_radius_m / 2 * log((1 + s) / (1 - s)) : HUGE_VAL;
	}
}

static void from_mercator(double *xy, size_t count)
{
	for (size_t i = 0; i < count; i++, xy += 2) {
		xy[0] /= mercator_radius_m * M_PI / 180;
		xy[1] = atan(sinh(xy[1] / mercator_radius_m)) * (180 / M_PI);
	}
}

/* Both coordinates of what has no finite place become HUGE_VAL. */
static size_t mark_lost(double *xy, size_t count)
{
	size_t lost = 0;

	for (size_t i = 0; i < count; i++, xy += 2) {
		if (isfinite(xy[0]) && isfinite(xy[1]))
			continue;
		xy[0] = HUGE_VAL;
		xy[1] = HUGE_VAL;
		lost++;
	}
	return lost;
}

size_t mm_transform_points(const struct mm_transform *t, double *xy, size_t count)
{
	enum { STRIDE = 2 * sizeof(double) };

	if (t->way == WAY_TO_MERCATOR)
		to_mercator(xy, count);
	else if (t->way == WAY_FROM_MERCATOR)
		from_mercator(xy, count);
	else if (t->way == WAY_PROJ && count > 0)
		(void)proj_trans_generic(t->pj, PJ_FWD, xy, STRIDE, count, xy + 1, STRIDE, count, NULL, 0, 0,
					 NULL, 0, 0);
	return mark_lost(xy, count);
}

struct mm_box mm_transform_box(const struct mm_transform *t, const struct mm_box *b)
{
	enum { STEPS = 20 };
	double xy[4 * (STEPS + 1) * 2], *p = xy;
	struct mm_box ret = mm_box_empty();

	if (mm_box_is_empty(b))
		return ret;
	if (t->way == WAY_NONE)
		return *b;
	for (int i = 0; i <= STEPS; i++) {
		double x = b->min_x + (b->max_x - b->min_x) * i / STEPS;
		double y = b->min_y + (b->max_y - b->min_y) * i / STEPS;
		const double four[8] = {x, b->min_y, x, b->max_y, b->min_x, y, b->max_x, y};

		memcpy(p, four, sizeof(four));
		p += 8;
	}
	(void)mm_transform_points(t, xy, 4 * (STEPS + 1));
	for (p = xy; p < xy + sizeof(xy) / sizeof(xy[0]); p += 2)
		if (isfinite(p[0]))
			mm_box_add(&ret, p[0], p[1]);
	return ret;
}
