#include "feed/definition.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"
#include "feed/row_expression.h"

#include <stdio.h>

/* importance:, coverage: and cluster: of a layer. */

enum { RADIUS_PX = 40, LAST_ZOOM = 13 };

static enum mm_code read_names(const struct mm_def_reading *rd, char *const *text, unsigned count,
			       struct mm_names *ret, struct mm_err *reterr)
{
	const char **name = mm_arena_array(rd->mem, count + 1u, sizeof(*name));

	if (!name)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < count; i++)
		name[i] = mm_def_text(rd, text[i]);
	*ret = (struct mm_names){name, count};
	return MM_OK;
}

static enum mm_code check_radius(const struct mm_def_reading *rd, const char *at, unsigned px,
				 struct mm_err *reterr)
{
	return px && px <= MM_CLUSTER_PX_MAX
		   ? MM_OK
		   : mm_def_wrong(rd, at, reterr, "radius %u: write pixels, 1 to %d", px, MM_CLUSTER_PX_MAX);
}

/* `radii:`, after the other radius and the last zoom. */
static enum mm_code read_radii(const struct mm_def_reading *rd, const struct mm_raw_cluster *raw,
			       struct mm_generalize *g, struct mm_err *reterr)
{
	struct mm_zoom_radius *r = mm_arena_array(rd->mem, raw->radii_count + 1u, sizeof(*r));
	char at[40];

	if (!r)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < raw->radii_count; i++) {
		r[i] = (struct mm_zoom_radius){raw->radii[i].max_zoom, raw->radii[i].radius};
		(void)snprintf(at, sizeof(at), "cluster.radii[%u].radius", i);
		if (check_radius(rd, at, r[i].px, reterr))
			return MM_E_INVALID;
		(void)snprintf(at, sizeof(at), "cluster.radii[%u].max_zoom", i);
		if (i && r[i].max_zoom <= r[i - 1].max_zoom)
			return mm_def_wrong(rd, at, reterr,
					    "radii: max_zoom %u comes after %u: write the lowest zoom first, "
					    "each once",
					    r[i].max_zoom, r[i - 1].max_zoom);
		if (r[i].max_zoom >= g->cluster_zoom)
			return mm_def_wrong(
			    rd, at, reterr,
			    "radii: max_zoom %u: write less than that of the cluster (%u), up "
			    "to which its radius holds",
			    r[i].max_zoom, g->cluster_zoom);
	}
	g->cluster_radius = r;
	g->cluster_radius_count = raw->radii_count;
	return MM_OK;
}

/* What is hidden must not come to light as a sum: of two points even the least and the most are exact. */
static enum mm_code check_shown(const struct mm_def_reading *rd, const struct mm_layer_def *d,
				const char *key, const struct mm_names *names, struct mm_err *reterr)
{
	for (size_t i = 0; i < names->count; i++)
		for (size_t f = 0; f < d->field_count; f++)
			if (d->field[f].hidden && strcmp(d->field[f].name, names->name[i]) == 0)
				return mm_def_wrong(rd, key, reterr,
						    "%s: \"%.60s\" is hidden, and clusters would show it: "
						    "take it out, or do not hide it",
						    key, names->name[i]);
	return MM_OK;
}

static enum mm_code check_all_shown(const struct mm_def_reading *rd, const struct mm_layer_def *d,
				    struct mm_err *reterr)
{
	const struct mm_generalize *g = &d->generalize;
	const struct mm_names worst = {&g->worst_field, 1};
	enum mm_code rc = check_shown(rd, d, "cluster.sum", &g->sum, reterr);

	if (!rc)
		rc = check_shown(rd, d, "cluster.min", &g->min, reterr);
	if (!rc)
		rc = check_shown(rd, d, "cluster.max", &g->max, reterr);
	return rc ? rc : check_shown(rd, d, "cluster.worst", &worst, reterr);
}

static enum mm_code read_cluster(const struct mm_def_reading *rd, const struct mm_raw_cluster *raw,
				 struct mm_generalize *g, struct mm_err *reterr)
{
	const struct mm_raw_worst *worst = raw->worst;
	enum mm_code rc;

	g->cluster_px = raw->radius ? *raw->radius : RADIUS_PX;
	g->cluster_zoom = raw->max_zoom ? *raw->max_zoom : LAST_ZOOM;
	rc = check_radius(rd, "cluster.radius", g->cluster_px, reterr);
	if (rc)
		return rc;
	if (g->cluster_zoom > MM_CLUSTER_ZOOM_MAX)
		return mm_def_wrong(rd, "cluster.max_zoom", reterr, "max_zoom %u: write 0 to %d",
				    g->cluster_zoom, MM_CLUSTER_ZOOM_MAX);
	rc = read_radii(rd, raw, g, reterr);
	if (!rc)
		rc = read_names(rd, raw->sum, raw->sum_count, &g->sum, reterr);
	if (!rc)
		rc = read_names(rd, raw->min, raw->min_count, &g->min, reterr);
	if (!rc)
		rc = read_names(rd, raw->max, raw->max_count, &g->max, reterr);
	if (rc || !worst)
		return rc;
	g->worst_field = mm_def_text(rd, worst->field);
	return read_names(rd, worst->order, worst->order_count, &g->worst_order, reterr);
}

static enum mm_code read_importance(const struct mm_def_reading *rd, const struct mm_raw_importance *raw,
				    struct mm_generalize *g, struct mm_err *reterr)
{
	struct mm_err err = {0};
	enum mm_code rc;

	if (raw->field && raw->expression)
		return mm_def_wrong(rd, "importance.expression", reterr,
				    "importance: field and expression: leave one of them");
	if (!raw->field && !raw->expression)
		return mm_def_wrong(rd, "importance", reterr, "importance: add field: or expression:");
	if (raw->order_count && raw->expression)
		return mm_def_wrong(rd, "importance.order", reterr,
				    "importance.order: is of the values of a field: write CASE in the "
				    "expression instead");
	g->importance_field = mm_def_text(rd, raw->field);
	g->importance_expression = mm_def_text(rd, raw->expression);
	if (!raw->expression)
		return read_names(rd, raw->order, raw->order_count, &g->importance_order, reterr);
	rc = mm_row_expression_check(raw->expression, &err);
	return rc ? mm_def_wrong(rd, "importance.expression", reterr, "importance.expression: %s", err.msg)
		  : MM_OK;
}

enum mm_code mm_def_generalize(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
			       struct mm_layer_def *d, struct mm_err *reterr)
{
	struct mm_generalize *g = &d->generalize;
	enum mm_code rc = MM_OK;

	*g = (struct mm_generalize){.importance_field = "", .importance_expression = "", .worst_field = ""};
	if (!mm_def_bool(raw->coverage, &g->is_coverage))
		return mm_def_wrong(rd, "coverage", reterr, "coverage \"%.30s\": write true or false",
				    raw->coverage);
	if (raw->importance)
		rc = read_importance(rd, raw->importance, g, reterr);
	if (!rc && raw->cluster)
		rc = read_cluster(rd, raw->cluster, g, reterr);
	return rc ? rc : check_all_shown(rd, d, reterr);
}
