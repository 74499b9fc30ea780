#include "encode/mlt_geometry.h"

/* Types of the specification; those of several parts are 3 more than those of one. */
enum { TYPE_POINT, TYPE_LINE, TYPE_POLYGON, TYPE_MULTI };

void mm_mlt_geometry_init(struct mm_mlt_geometry *m, size_t bytes_max)
{
	*m = (struct mm_mlt_geometry){0};
	mm_buf_init(&m->vertices, bytes_max);
}

void mm_mlt_geometry_release(struct mm_mlt_geometry *m)
{
	mm_mlt_ints_release(&m->types);
	mm_mlt_ints_release(&m->geometries);
	mm_mlt_ints_release(&m->parts);
	mm_mlt_ints_release(&m->rings);
	mm_buf_release(&m->vertices);
}

static void add_vertices(struct mm_mlt_geometry *m, const int32_t *xy, size_t count)
{
	for (size_t i = 0; i < 2 * count; i++) {
		mm_mlt_put_varint(&m->vertices, mm_mlt_zigzag((int64_t)xy[i] - m->last[i % 2]));
		m->last[i % 2] = xy[i];
	}
	m->vertex_count += count;
}

static void add_type(struct mm_mlt_geometry *m, int64_t type, size_t parts)
{
	mm_mlt_ints_add(&m->types, parts > 1 ? type + TYPE_MULTI : type);
	if (parts > 1)
		mm_mlt_ints_add(&m->geometries, (int64_t)parts);
}

static void add_runs(struct mm_mlt_geometry *m, const struct mm_grid_geom *g)
{
	const int32_t *xy = g->xy;

	for (size_t i = 0; i < g->ring_count; i++) {
		mm_mlt_ints_add(&m->rings, g->ring[i]);
		add_vertices(m, xy, g->ring[i]);
		xy += 2 * (size_t)g->ring[i];
	}
}

/* Shells have a positive area, holes a negative one. */
static bool is_shell(const int32_t *xy, uint32_t n)
{
	int64_t sum = 0;

	for (uint32_t i = 0, k = n - 1; i < n; k = i++)
		sum += (int64_t)xy[2 * k] * xy[2 * i + 1] - (int64_t)xy[2 * i] * xy[2 * k + 1];
	return sum > 0;
}

/* Rings of each polygon; returns the number of polygons. */
static size_t add_parts(struct mm_mlt_geometry *m, const struct mm_grid_geom *g)
{
	const int32_t *xy = g->xy;
	size_t polygons = 0, rings = 0;

	for (size_t i = 0; i < g->ring_count; i++) {
		if (i && is_shell(xy, g->ring[i])) {
			mm_mlt_ints_add(&m->parts, (int64_t)rings);
			polygons++;
			rings = 0;
		}
		rings++;
		xy += 2 * (size_t)g->ring[i];
	}
	mm_mlt_ints_add(&m->parts, (int64_t)rings);
	return polygons + 1;
}

void mm_mlt_geometry_add(struct mm_mlt_geometry *m, const struct mm_grid_geom *g)
{
	switch (g->kind) {
	case MM_GRID_POINT:
		add_type(m, TYPE_POINT, g->ring[0]);
		add_vertices(m, g->xy, g->ring[0]);
		break;
	case MM_GRID_LINE:
		add_type(m, TYPE_LINE, g->ring_count);
		add_runs(m, g);
		break;
	case MM_GRID_POLYGON:
		add_type(m, TYPE_POLYGON, add_parts(m, g));
		add_runs(m, g);
		break;
	}
}

size_t mm_mlt_geometry_bytes(const struct mm_mlt_geometry *m)
{
	return m->vertices.len + m->types.n / 8 + m->geometries.n + m->parts.n / 8 + m->rings.n;
}

static size_t put_counts(struct mm_buf *out, enum mm_mlt_stream what, const struct mm_mlt_ints *a)
{
	out->failed |= a->failed;
	if (!a->n)
		return 0;
	mm_mlt_put_ints(out, what, MM_MLT_U32, a);
	return 1;
}

void mm_mlt_geometry_put(const struct mm_mlt_geometry *m, struct mm_buf *out)
{
	struct mm_buf streams;
	size_t count = 1;

	mm_buf_init(&streams, out->max);
	mm_mlt_put_ints(&streams, MM_MLT_TYPES, MM_MLT_U32, &m->types);
	count += put_counts(&streams, MM_MLT_LENGTH_GEOMETRIES, &m->geometries);
	count += put_counts(&streams, MM_MLT_LENGTH_PARTS, &m->parts);
	/* without polygons the vertices of lines stand one level higher */
	count += put_counts(&streams, m->parts.n ? MM_MLT_LENGTH_RINGS : MM_MLT_LENGTH_PARTS, &m->rings);
	mm_mlt_put_varint(out, count + 1);
	mm_buf_put(out, streams.data, streams.len);
	mm_mlt_put_vertices(out, m->vertex_count * 2, &m->vertices);
	out->failed |= streams.failed;
	mm_buf_release(&streams);
}
