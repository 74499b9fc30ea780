#include "feed/definition.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"

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

static enum mm_code read_cluster(const struct mm_def_reading *rd, const struct mm_raw_cluster *raw,
				 struct mm_generalize *g, struct mm_err *reterr)
{
	const struct mm_raw_worst *worst = raw->worst;
	enum mm_code rc;

	g->cluster_px = raw->radius ? *raw->radius : RADIUS_PX;
	g->cluster_zoom = raw->max_zoom ? *raw->max_zoom : LAST_ZOOM;
	if (g->cluster_px == 0 || g->cluster_px > MM_CLUSTER_PX_MAX)
		return mm_def_wrong(rd, "cluster.radius", reterr, "radius %u: write pixels, 1 to %d",
				    g->cluster_px, MM_CLUSTER_PX_MAX);
	if (g->cluster_zoom > MM_CLUSTER_ZOOM_MAX)
		return mm_def_wrong(rd, "cluster.max_zoom", reterr, "max_zoom %u: write 0 to %d",
				    g->cluster_zoom, MM_CLUSTER_ZOOM_MAX);
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

enum mm_code mm_def_generalize(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
			       struct mm_layer_def *d, struct mm_err *reterr)
{
	struct mm_generalize *g = &d->generalize;
	const struct mm_raw_importance *importance = raw->importance;
	enum mm_code rc = MM_OK;

	*g = (struct mm_generalize){.importance_field = "", .worst_field = ""};
	if (!mm_def_bool(raw->coverage, &g->is_coverage))
		return mm_def_wrong(rd, "coverage", reterr, "coverage \"%.30s\": write true or false",
				    raw->coverage);
	if (importance) {
		g->importance_field = mm_def_text(rd, importance->field);
		rc = read_names(rd, importance->order, importance->order_count, &g->importance_order, reterr);
	}
	if (!rc && raw->cluster)
		rc = read_cluster(rd, raw->cluster, g, reterr);
	return rc;
}
