#include "analysis/metric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum mm_code mm_metric_init(struct mm_metric *m, const struct mm_layer *layer, const char *definition,
			    struct mm_proj *proj, struct mm_err *reterr)
{
	const char *own = mm_layer_schema(layer)->crs_definition;
	enum mm_code rc;

	*m = (struct mm_metric){.layer = layer};
	if (strcmp(own, definition) == 0)
		return MM_OK;
	/* by WGS 84: PROJ goes astray between some pairs of systems */
	rc = mm_transform_get(proj, own, MM_CRS84, &m->to_deg, reterr);
	return rc ? rc : mm_transform_get(proj, MM_CRS84, definition, &m->to_map, reterr);
}

void mm_metric_release(struct mm_metric *m)
{
	free(m->xy);
	m->xy = NULL;
	m->cap = 0;
}

bool mm_metric_is_own(const struct mm_metric *m)
{
	return !m->to_deg;
}

enum mm_code mm_metric_geom(struct mm_metric *m, uint32_t row, struct mm_geom *ret)
{
	struct mm_geom g;

	mm_layer_geom_valid(m->layer, row, &g);
	if (g.vertex_count == 0)
		return MM_E_NOT_FOUND;
	if (m->to_deg) {
		if (g.vertex_count > m->cap) {
			const size_t cap = (size_t)g.vertex_count + 1024;

			mm_metric_release(m);
			m->xy = calloc(cap, 2 * sizeof(*m->xy));
			if (!m->xy)
				return MM_E_NOMEM;
			m->cap = cap;
		}
		memcpy(m->xy, g.xy, g.vertex_count * 2 * sizeof(*m->xy));
		if (mm_transform_points(m->to_deg, m->xy, g.vertex_count) ||
		    mm_transform_points(m->to_map, m->xy, g.vertex_count))
			return MM_E_NOT_FOUND;
		g.xy = m->xy;
	}
	for (size_t i = 0; i < 2 * (size_t)g.vertex_count; i++)
		if (!(fabs(g.xy[i]) < 1e9))
			return MM_E_NOT_FOUND;
	*ret = g;
	return MM_OK;
}
