#include "encode/coords.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A step between two systems, NULL when there is none to make. */
static enum mm_code step(struct mm_proj *proj, const char *from, const char *to,
			 const struct mm_transform **ret, struct mm_err *reterr)
{
	enum mm_code rc = mm_transform_get(proj, from, to, ret, reterr);

	if (!rc && mm_transform_is_identity(*ret))
		*ret = NULL;
	return rc;
}

/* By way of WGS 84: PROJ goes astray between some pairs of systems, but not there. */
enum mm_code mm_coords_init(struct mm_coords *c, const struct mm_layer *l, const struct mm_coords_crs *crs,
			    struct mm_proj *proj, struct mm_err *reterr)
{
	const char *own = mm_layer_schema(l)->crs_definition;
	enum mm_code rc;

	*c = (struct mm_coords){.layer = l,
				.is_north_first = crs && crs->is_north_first,
				.parts = !crs || crs->is_degrees ? 1e9 : 1e5};
	if (crs && strcmp(own, crs->definition) == 0)
		return MM_OK;
	rc = step(proj, own, MM_CRS84, &c->to_deg, reterr);
	if (!rc && crs)
		rc = step(proj, MM_CRS84, crs->definition, &c->from_deg, reterr);
	return rc;
}

void mm_coords_release(struct mm_coords *c)
{
	free(c->scratch);
	c->scratch = NULL;
	c->scratch_cap = 0;
}

static bool has_room(struct mm_coords *c, size_t n)
{
	if (n <= c->scratch_cap)
		return true;
	free(c->scratch);
	c->scratch_cap = n + 1024;
	c->scratch = calloc(c->scratch_cap, 2 * sizeof(double));
	if (!c->scratch)
		c->scratch_cap = 0;
	return c->scratch != NULL;
}

static void turn(double *xy, size_t n)
{
	for (size_t i = 0; i < n; i++, xy += 2) {
		const double x = xy[0];

		xy[0] = xy[1];
		xy[1] = x;
	}
}

/* Replaces the coordinates by those to write, in scratch; what was computed is rounded. */
static bool to_wanted(struct mm_coords *c, struct mm_geom *g)
{
	const size_t n = g->vertex_count;

	if ((!c->to_deg && !c->from_deg && !c->is_north_first) || n == 0)
		return true;
	if (!has_room(c, n))
		return false;
	memcpy(c->scratch, g->xy, n * 2 * sizeof(double));
	if (c->to_deg)
		(void)mm_transform_points(c->to_deg, c->scratch, n);
	if (c->from_deg)
		(void)mm_transform_points(c->from_deg, c->scratch, n);
	for (size_t i = 0; (c->to_deg || c->from_deg) && i < 2 * n; i++)
		c->scratch[i] = nearbyint(c->scratch[i] * c->parts) / c->parts;
	if (c->is_north_first)
		turn(c->scratch, n);
	g->xy = c->scratch;
	return true;
}

bool mm_coords_geom(struct mm_coords *c, uint32_t row, struct mm_geom *ret)
{
	mm_layer_geom(c->layer, row, ret);
	return to_wanted(c, ret);
}
