#include "geo/crs.h"

#include "base/text.h"
#include "geo/crs_private.h"

#include <proj_experimental.h> /* proj_crs_demote_to_2D */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void hear(void *ctx, int level, const char *msg)
{
	struct mm_proj *p = ctx;

	(void)level;
	(void)snprintf(p->msg, sizeof(p->msg), "%s", msg);
}

struct mm_proj *mm_proj_new(void)
{
	struct mm_proj *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->ctx = proj_context_create();
	if (!p->ctx) {
		free(p);
		return NULL;
	}
	proj_log_func(p->ctx, p, hear);
	(void)proj_context_set_enable_network(p->ctx, 0);
	return p;
}

struct mm_proj *mm_proj_free(struct mm_proj *p)
{
	if (p) {
		mm_transforms_free(p->transforms);
		(void)proj_context_destroy(p->ctx);
		free(p);
	}
	return NULL;
}

void mm_crs_release(struct mm_crs *c)
{
	free(c->definition);
	c->definition = NULL;
}

/* ---- from text to object ---- */

static enum mm_code refused(const char *definition, const char *why, struct mm_err *reterr)
{
	size_t n = mm_text_utf8_cut(definition, strlen(definition), 60);

	return mm_fail(reterr, MM_E_INVALID, "", "crs \"%.*s%s\": %s", (int)n, definition,
		       definition[n] ? "..." : "", why);
}

static PJ *from_code(struct mm_proj *p, const char *authority, const char *code)
{
	return proj_create_from_database(p->ctx, authority, code, PJ_CATEGORY_CRS, 0, NULL);
}

static PJ *from_definition(struct mm_proj *p, const char *definition)
{
	static const char *const authority[] = {"EPSG", "ESRI", "OGC"};

	for (size_t i = 0; i < sizeof(authority) / sizeof(authority[0]); i++) {
		size_t n = strlen(authority[i]);

		if (strncmp(definition, authority[i], n) == 0 && definition[n] == ':')
			return from_code(p, authority[i], definition + n + 1);
	}
	if (definition[0] == '+')
		return proj_create(p->ctx, definition);
	return proj_create_from_wkt(p->ctx, definition, NULL, NULL, NULL);
}

/* The next simpler object: the horizontal part of a compound, two of three axes; NULL: there is nothing to
 * take off. */
static PJ *reduced(struct mm_proj *p, const PJ *crs)
{
	PJ_TYPE type = proj_get_type(crs);
	PJ *cs;
	int axes;

	if (type == PJ_TYPE_COMPOUND_CRS)
		return proj_crs_get_sub_crs(p->ctx, crs, 0);
	if (type == PJ_TYPE_GEOGRAPHIC_3D_CRS)
		return proj_crs_demote_to_2D(p->ctx, NULL, crs);
	if (type != PJ_TYPE_PROJECTED_CRS)
		return NULL;
	cs = proj_crs_get_coordinate_system(p->ctx, crs);
	axes = cs ? proj_cs_get_axis_count(p->ctx, cs) : 2;
	(void)proj_destroy(cs);
	return axes > 2 ? proj_crs_demote_to_2D(p->ctx, NULL, crs) : NULL;
}

/* What a bound CRS is bound to a datum shift, else the CRS itself again; proj_destroy() it. */
static PJ *unbound(struct mm_proj *p, const PJ *crs)
{
	return proj_get_type(crs) == PJ_TYPE_BOUND_CRS ? proj_get_source_crs(p->ctx, crs)
						       : proj_clone(p->ctx, crs);
}

/* Axes of a horizontal CRS. */
struct axes {
	bool geographic, north_first, sane; /* sane: east and north, or two radii at a pole */
	double unit;                        /* metres or radians */
};

static bool axes_of(struct mm_proj *p, const PJ *base, struct axes *ret)
{
	PJ *cs = proj_crs_get_coordinate_system(p->ctx, base);
	const char *name[2], *direction[2];
	double unit[2];
	bool ok = cs != NULL, polar;

	for (int i = 0; ok && i < 2; i++)
		ok = proj_cs_get_axis_info(p->ctx, cs, i, &name[i], NULL, &direction[i], &unit[i], NULL, NULL,
					   NULL);
	if (ok) {
		/* the same rule as proj_normalize_for_visualization */
		polar = strcasecmp(direction[0], direction[1]) == 0 &&
			(strcasecmp(direction[0], "south") == 0 || strcasecmp(direction[0], "north") == 0);
		ret->north_first =
		    polar ? strncasecmp(name[0], "northing", 8) == 0
			  : strcasecmp(direction[0], "north") == 0 && strcasecmp(direction[1], "east") == 0;
		ret->sane = polar || ret->north_first ||
			    (strcasecmp(direction[0], "east") == 0 && strcasecmp(direction[1], "north") == 0);
		ret->unit = unit[0];
		ret->geographic = proj_get_type(base) != PJ_TYPE_PROJECTED_CRS;
	}
	(void)proj_destroy(cs);
	return ok;
}

/* NULL: we can work with it; else why not. */
static const char *fault_of(struct mm_proj *p, const PJ *crs)
{
	PJ *base = unbound(p, crs);
	PJ_TYPE type = base ? proj_get_type(base) : PJ_TYPE_UNKNOWN;
	struct axes a = {0};
	const char *why = NULL;

	if (type == PJ_TYPE_GEOCENTRIC_CRS)
		why = "is geocentric (x, y, z from the centre of the earth); a map needs a projected or "
		      "geographic system";
	else if (type == PJ_TYPE_VERTICAL_CRS)
		why = "is a system of heights only; name the horizontal one";
	else if (type == PJ_TYPE_ENGINEERING_CRS)
		why = "is a local system without a link to the earth; write a PROJ string that places it";
	else if (type != PJ_TYPE_PROJECTED_CRS && type != PJ_TYPE_GEOGRAPHIC_2D_CRS)
		why = "is not a projected or geographic system";
	else if (!axes_of(p, base, &a))
		why = "has no readable axes";
	else if (!a.sane)
		why = "has axes that run to the west or south; write the same system with axes to the east "
		      "and north";
	else if (a.geographic && fabs(a.unit - M_PI / 180) > 1e-12)
		why = "does not count in degrees; transform the data to a system that does";
	(void)proj_destroy(base);
	return why;
}

enum mm_code mm_crs_open(struct mm_proj *p, const char *definition, PJ **ret, bool *ret_reduced,
			 struct mm_err *reterr)
{
	PJ *crs, *next;
	const char *why;

	p->msg[0] = '\0';
	crs = from_definition(p, definition);
	*ret_reduced = false;
	if (!crs && !proj_context_get_database_metadata(p->ctx, "EPSG.VERSION"))
		return mm_fail(reterr, MM_E_INTERNAL, "",
			       "proj.db is not found or cannot be read; set PROJ_DATA");
	if (!crs && definition[0] != '+' && strchr(definition, ':') && !strchr(definition, '['))
		return refused(definition, "no such code in proj.db", reterr);
	if (!crs)
		return refused(definition, p->msg[0] ? p->msg : "PROJ cannot read it", reterr);
	while ((next = reduced(p, crs)) != NULL) {
		(void)proj_destroy(crs);
		crs = next;
		*ret_reduced = true;
	}
	why = fault_of(p, crs);
	if (why) {
		(void)proj_destroy(crs);
		return refused(definition, why, reterr);
	}
	*ret = crs;
	return MM_OK;
}

bool mm_crs_same(struct mm_proj *p, const PJ *a, const PJ *b)
{
	PJ *left = proj_normalize_for_visualization(p->ctx, a),
	   *right = proj_normalize_for_visualization(p->ctx, b);
	bool same =
	    left && right &&
	    proj_is_equivalent_to_with_ctx(p->ctx, left, right, PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS);

	(void)proj_destroy(left);
	(void)proj_destroy(right);
	return same;
}

/* ---- the code it has, or deserves ---- */

/* The database's object for the code that `named` carries; NULL when it carries none, or the code stands for
 * something else than `crs`. */
static PJ *by_code_of(struct mm_proj *p, const PJ *named, const PJ *crs)
{
	const char *authority = proj_get_id_auth_name(named, 0), *code = proj_get_id_code(named, 0);
	PJ *found;

	if (!authority || !code)
		return NULL;
	found = from_code(p, authority, code);
	if (found && !mm_crs_same(p, crs, found)) {
		(void)proj_destroy(found);
		found = NULL;
	}
	return found;
}

/* The one EPSG system with the same datum, projection and parameters; NULL: none, or several. */
static PJ *by_parameters(struct mm_proj *p, const PJ *crs)
{
	int *confidence = NULL;
	PJ_OBJ_LIST *list = proj_identify(p->ctx, crs, "EPSG", NULL, &confidence);
	int count = list ? proj_list_get_count(list) : 0;
	PJ *found = NULL, *best = NULL;

	if (count > 0 && confidence[0] >= 90 && (count == 1 || confidence[1] < confidence[0]))
		best = proj_list_get(p->ctx, list, 0);
	if (best)
		found = by_code_of(p, best, crs);
	(void)proj_destroy(best);
	proj_int_list_destroy(confidence);
	proj_list_destroy(list);
	return found;
}

/*
 * A datum shift that comes along (TOWGS84) gives way to the database's when the CRS carries its code, as in
 * GDAL: WKT 1 writers add it by habit. Without a code it is what the user wants and stays.
 */
static PJ *coded(struct mm_proj *p, const PJ *crs)
{
	PJ *base = unbound(p, crs), *found = NULL;

	if (base)
		found = by_code_of(p, base, base);
	if (!found && proj_get_type(crs) != PJ_TYPE_BOUND_CRS)
		found = by_parameters(p, crs);
	(void)proj_destroy(base);
	return found;
}

/* ---- description ---- */

static void put_text(char *ret, size_t size, const char *text)
{
	(void)snprintf(ret, size, "%.*s", (int)mm_text_utf8_cut(text, strlen(text), size - 1), text);
}

static struct mm_box area_of(struct mm_proj *p, const PJ *base)
{
	struct mm_box b;

	if (!proj_get_area_of_use(p->ctx, base, &b.min_x, &b.min_y, &b.max_x, &b.max_y, NULL) ||
	    b.min_x < -180)
		return mm_box_empty();
	if (b.min_x > b.max_x) { /* across the date line */
		b.min_x = -180;
		b.max_x = 180;
	}
	return b;
}

static void describe(struct mm_proj *p, const PJ *base, const char *definition, struct mm_crs *ret)
{
	const char *authority = proj_get_id_auth_name(base, 0), *code = proj_get_id_code(base, 0);
	const char *name = proj_get_name(base);
	struct axes a = {0};

	(void)axes_of(p, base, &a);
	ret->is_geographic = a.geographic;
	ret->is_north_first = a.north_first;
	ret->metres_per_unit = a.geographic ? 0 : a.unit;
	ret->area_deg = area_of(p, base);
	if (!name || strcmp(name, "unknown") == 0 || strcmp(name, "unnamed") == 0)
		name = definition;
	put_text(ret->name, sizeof(ret->name), name);
	if (!authority || !code)
		return;
	(void)snprintf(ret->code, sizeof(ret->code), "%s:%s", authority, code);
	if (strcmp(authority, "EPSG") == 0)
		(void)snprintf(ret->uri, sizeof(ret->uri), "http://www.opengis.net/def/crs/EPSG/0/%s", code);
	else if (strcmp(ret->code, MM_CRS84) == 0)
		put_text(ret->uri, sizeof(ret->uri), "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
}

static void describe_msk(const struct mm_msk *m, struct mm_crs *ret)
{
	char *remark;

	put_text(ret->name, sizeof(ret->name), m->title);
	remark = strstr(ret->name, " (");
	if (remark)
		*remark = '\0';
	put_text(ret->code, sizeof(ret->code), m->code);
	ret->area_deg = (struct mm_box){m->west_deg, m->south_deg, m->east_deg, m->north_deg};
}

/* Fills all of *ret; takes `definition` unless it fails. */
static enum mm_code fill(struct mm_proj *p, const PJ *crs, bool is_reduced, char *definition,
			 struct mm_crs *ret, struct mm_err *reterr)
{
	PJ *found = coded(p, crs);
	PJ *base = found ? proj_clone(p->ctx, found) : unbound(p, crs);
	struct mm_crs made = {.area_deg = mm_box_empty()};
	const char *text = is_reduced ? proj_as_wkt(p->ctx, crs, PJ_WKT2_2019, NULL) : definition;

	if (base)
		describe(p, base, definition, &made);
	if (!found) {
		made.code[0] = '\0'; /* a code whose parameters these are not */
		made.uri[0] = '\0';
	}
	made.definition = found ? strdup(made.code) : text ? strdup(text) : NULL;
	(void)proj_destroy(found);
	(void)proj_destroy(base);
	if (!base || !made.definition) {
		mm_crs_release(&made);
		return mm_fail_nomem(reterr);
	}
	free(definition);
	*ret = made;
	return MM_OK;
}

enum mm_code mm_crs_open_text(struct mm_proj *p, const char *text, PJ **ret, struct mm_err *reterr)
{
	const struct mm_msk *msk;
	char *definition;
	bool is_reduced;
	enum mm_code rc = mm_crs_text_read(text, &definition, &msk, reterr);

	if (rc)
		return rc;
	rc = mm_crs_open(p, definition, ret, &is_reduced, reterr);
	free(definition);
	return rc;
}

enum mm_code mm_crs_parse(struct mm_proj *p, const char *text, struct mm_crs *ret, struct mm_err *reterr)
{
	const struct mm_msk *msk;
	char *definition;
	PJ *crs = NULL;
	bool is_reduced;
	enum mm_code rc = mm_crs_text_read(text, &definition, &msk, reterr);

	if (rc)
		return rc;
	rc = mm_crs_open(p, definition, &crs, &is_reduced, reterr);
	if (rc == MM_OK)
		rc = fill(p, crs, is_reduced, definition, ret, reterr);
	(void)proj_destroy(crs);
	if (rc)
		free(definition);
	else if (msk)
		describe_msk(msk, ret);
	return rc;
}
