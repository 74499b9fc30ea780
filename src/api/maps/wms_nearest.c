#include "api/maps/wms.h"

#include "base/clock.h"
#include "geo/measure.h"

#include <stdlib.h>
#include <string.h>

/* Which of the features about a pixel are the nearest. */

struct hit {
	uint32_t row;
	double distance, area; /* in pixels of the picture */
};

struct measure {
	const struct mm_layer *layer;
	const struct mm_transform *to_deg, *to_picture; /* NULL: it is in the system of the picture */
	const struct mm_wms_spot *spot;
	double *xy; /* vertices of one feature */
	size_t xy_cap;
};

/* Nearest first, then the smallest, then in source order. */
static int by_distance(const void *a, const void *b)
{
	const struct hit *one = a, *other = b;

	if (one->distance < other->distance || one->distance > other->distance)
		return one->distance < other->distance ? -1 : 1;
	if (one->area < other->area || one->area > other->area)
		return one->area < other->area ? -1 : 1;
	return (one->row > other->row) - (one->row < other->row);
}

/* The ways to the system of the picture: by WGS 84, as PROJ goes astray between some pairs of systems. */
static enum mm_code find_ways(struct measure *m, const struct mm_picture *p, struct mm_err *reterr)
{
	const char *own = mm_layer_schema(m->layer)->crs_definition;
	enum mm_code rc;

	if (!strcmp(own, p->crs))
		return MM_OK;
	rc = mm_transform_get(p->kit->proj, own, MM_CRS84, &m->to_deg, reterr);
	return rc ? rc : mm_transform_get(p->kit->proj, MM_CRS84, p->crs, &m->to_picture, reterr);
}

static enum mm_code make_room(struct measure *m, size_t vertices, struct mm_err *reterr)
{
	if (vertices <= m->xy_cap)
		return MM_OK;
	free(m->xy);
	m->xy_cap = vertices + 1024;
	m->xy = calloc(m->xy_cap, 2 * sizeof(double));
	if (m->xy)
		return MM_OK;
	m->xy_cap = 0;
	return mm_fail_nomem(reterr);
}

/* In pixels from the spot. */
static enum mm_code measure(struct measure *m, struct hit *hit, struct mm_err *reterr)
{
	const struct mm_wms_spot *s = m->spot;
	struct mm_geom g;
	enum mm_code rc;

	mm_layer_geom(m->layer, hit->row, &g);
	rc = make_room(m, g.vertex_count, reterr);
	if (rc)
		return rc;
	if (g.vertex_count)
		memcpy(m->xy, g.xy, g.vertex_count * 2 * sizeof(double));
	if (m->to_deg) {
		(void)mm_transform_points(m->to_deg, m->xy, g.vertex_count);
		(void)mm_transform_points(m->to_picture, m->xy, g.vertex_count);
	}
	for (size_t i = 0; i < g.vertex_count; i++) {
		m->xy[2 * i] = (m->xy[2 * i] - s->x) / s->a_pixel_x;
		m->xy[2 * i + 1] = (m->xy[2 * i + 1] - s->y) / s->a_pixel_y;
	}
	g.xy = m->xy;
	hit->distance = mm_measure_distance(&g, 0, 0);
	hit->area = mm_measure_area(&g);
	return MM_OK;
}

enum mm_code mm_wms_nearest(const struct mm_wms *w, const struct mm_layer *l, const struct mm_wms_spot *spot,
			    int64_t deadline_ns, struct mm_page *page, struct mm_err *reterr)
{
	struct measure m = {.layer = l, .spot = spot};
	struct hit *hit = mm_arena_array(w->picture.r->mem, page->count + 1, sizeof(*hit));
	enum mm_code rc = hit ? find_ways(&m, &w->picture, reterr) : mm_fail_nomem(reterr);

	for (uint32_t i = 0; i < page->count && !rc; i++) {
		hit[i].row = page->row[i];
		rc = mm_clock_mono_ns() > deadline_ns
			 ? mm_fail(reterr, MM_E_BUSY, "", "measuring what is at the pixel takes too long")
			 : measure(&m, &hit[i], reterr);
	}
	free(m.xy);
	if (rc)
		return rc;
	qsort(hit, page->count, sizeof(*hit), by_distance);
	for (uint32_t i = 0; i < page->count; i++)
		page->row[i] = hit[i].row;
	return MM_OK;
}
