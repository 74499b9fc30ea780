#include "api/geometry.h"

#include "base/buf.h"
#include "base/lang.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BYTES_MAX = 64 << 20, WHERE_MAX = 256 };

/* One geometry while it is read. */
struct shape {
	const struct mm_geometry_way *way;
	struct mm_arena *mem;
	char where[WHERE_MAX];
	struct mm_err *err;
	struct mm_buf xy, z, ring, part;
	bool has_z, is_malformed;
};

static bool fail(struct shape *s, const char *what)
{
	s->is_malformed = true;
	(void)mm_fail(s->err, MM_E_INVALID, s->where, "%s", mm_words(what));
	return false;
}

static bool put_u32(struct mm_buf *b, uint32_t v)
{
	mm_buf_put(b, &v, sizeof(v));
	return true;
}

static bool put_part(struct shape *s, enum mm_part_kind kind, size_t rings)
{
	return put_u32(&s->part, (uint32_t)kind << 30 | (uint32_t)rings);
}

static bool read_position(struct shape *s, const json_t *j)
{
	size_t n = json_array_size(j);
	double at[3] = {0, 0, HUGE_VAL}; /* a height that is missing is not finite */

	if (n < 2 || n > 3)
		return fail(s, "a position is two or three numbers");
	for (size_t i = 0; i < n; i++) {
		if (!json_is_number(json_array_get(j, i)))
			return fail(s, "a position is two or three numbers");
		at[i] = json_number_value(json_array_get(j, i));
	}
	s->has_z = s->has_z || n == 3;
	mm_buf_put(&s->xy, s->way->is_north_first ? (double[]){at[1], at[0]} : at, 2 * sizeof(double));
	mm_buf_put(&s->z, at + 2, sizeof(double));
	return true;
}

static bool read_ring(struct shape *s, const json_t *j)
{
	size_t n = json_array_size(j);

	if (!json_is_array(j))
		return fail(s, "the coordinates are not nested as the type wants");
	for (size_t i = 0; i < n; i++)
		if (!read_position(s, json_array_get(j, i)))
			return false;
	return put_u32(&s->ring, (uint32_t)n);
}

static bool read_line(struct shape *s, const json_t *j)
{
	return read_ring(s, j) && put_part(s, MM_PART_LINE, 1);
}

static bool read_points(struct shape *s, const json_t *j)
{
	if (json_is_array(j) && !json_array_size(j))
		return true;
	return read_ring(s, j) && put_part(s, MM_PART_POINTS, 1);
}

static bool read_point(struct shape *s, const json_t *j)
{
	return read_position(s, j) && put_u32(&s->ring, 1) && put_part(s, MM_PART_POINTS, 1);
}

static bool read_polygon(struct shape *s, const json_t *j)
{
	size_t n = json_array_size(j);

	if (!json_is_array(j))
		return fail(s, "the coordinates are not nested as the type wants");
	for (size_t i = 0; i < n; i++)
		if (!read_ring(s, json_array_get(j, i)))
			return false;
	return n ? put_part(s, MM_PART_POLYGON, n) : true;
}

static bool read_many(struct shape *s, const json_t *j, bool (*one)(struct shape *, const json_t *))
{
	if (!json_is_array(j))
		return fail(s, "the coordinates are not nested as the type wants");
	for (size_t i = 0; i < json_array_size(j); i++)
		if (!one(s, json_array_get(j, i)))
			return false;
	return true;
}

static bool read_coordinates(struct shape *s, enum mm_geom_type type, const json_t *j)
{
	switch (type) {
	case MM_GEOM_POINT:
		return json_is_array(j) && !json_array_size(j) ? true : read_point(s, j);
	case MM_GEOM_LINE:
		return json_is_array(j) && !json_array_size(j) ? true : read_line(s, j);
	case MM_GEOM_POLYGON:
		return read_polygon(s, j);
	case MM_GEOM_MULTIPOINT:
		return read_points(s, j);
	case MM_GEOM_MULTILINE:
		return read_many(s, j, read_line);
	default:
		return read_many(s, j, read_polygon);
	}
}

static enum mm_geom_type type_of(const json_t *j)
{
	const char *name = json_string_value(json_object_get(j, "type"));

	for (int t = MM_GEOM_POINT; name && t < MM_GEOM_TYPE_COUNT; t++)
		if (strcmp(name, mm_geom_type_name((enum mm_geom_type)t)) == 0)
			return (enum mm_geom_type)t;
	return MM_GEOM_NULL;
}

static bool read_one(struct shape *s, const json_t *j, bool may_be_collection)
{
	enum mm_geom_type type = type_of(j);
	const json_t *members = json_object_get(j, "geometries"),
		     *coordinates = json_object_get(j, "coordinates");

	if (type == MM_GEOM_NULL || (type == MM_GEOM_COLLECTION && !may_be_collection))
		return fail(s, "write \"type\": Point, LineString, Polygon, MultiPoint, MultiLineString, "
			       "MultiPolygon or, not nested, GeometryCollection");
	if (type != MM_GEOM_COLLECTION)
		return coordinates ? read_coordinates(s, type, coordinates)
				   : fail(s, "write \"coordinates\"");
	if (!json_is_array(members))
		return fail(s, "write \"geometries\"");
	for (size_t i = 0; i < json_array_size(members); i++)
		if (!read_one(s, json_array_get(members, i), false))
			return false;
	return true;
}

/* By way of WGS 84, as answers are. What cannot be transformed is infinite afterwards, and refused. */
static enum mm_code transform(const struct mm_geometry_way *w, double *xy, size_t count,
			      struct mm_err *reterr)
{
	const char *way[] = {w->from, MM_CRS84, w->to};
	enum mm_code rc = MM_OK;

	for (int i = 0; i < 2 && !rc && strcmp(w->from, w->to) != 0; i++) {
		const struct mm_transform *t;

		rc = mm_transform_get(w->proj, way[i], way[i + 1], &t, reterr);
		if (!rc && !mm_transform_is_identity(t))
			(void)mm_transform_points(t, xy, count);
	}
	return rc;
}

static const void *keep(struct mm_arena *mem, const struct mm_buf *b)
{
	void *copy = mm_arena_alloc(mem, b->len);

	if (copy)
		memcpy(copy, b->data, b->len);
	return copy;
}

static enum mm_code finish(struct shape *s, enum mm_geom_type type, struct mm_geom *ret)
{
	struct mm_arena *mem = s->mem;

	if (s->xy.failed || s->z.failed || s->ring.failed || s->part.failed)
		return mm_fail_nomem(s->err);
	*ret = (struct mm_geom){.type = type,
				.part = keep(mem, &s->part),
				.ring = keep(mem, &s->ring),
				.z = s->has_z ? keep(mem, &s->z) : NULL,
				.part_count = (uint32_t)(s->part.len / sizeof(uint32_t)),
				.ring_count = (uint32_t)(s->ring.len / sizeof(uint32_t)),
				.vertex_count = (uint32_t)(s->z.len / sizeof(double))};
	if (ret->vertex_count) {
		double *xy = (double *)(void *)s->xy.data;
		enum mm_code rc = transform(s->way, xy, ret->vertex_count, s->err);

		if (rc)
			return rc;
		ret->xy = keep(mem, &s->xy);
	}
	return mem->exhausted ? mm_fail_nomem(s->err) : MM_OK;
}

enum mm_code mm_geometry_read(const json_t *json, const char *where, const struct mm_geometry_way *way,
			      struct mm_arena *mem, struct mm_geom *ret, bool *ret_is_malformed,
			      struct mm_err *reterr)
{
	struct shape s = {.way = way, .mem = mem, .err = reterr};
	struct mm_buf *all[] = {&s.xy, &s.z, &s.ring, &s.part};
	enum mm_code rc = MM_E_INVALID;

	(void)snprintf(s.where, sizeof(s.where), "%s", where);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		mm_buf_init(all[i], BYTES_MAX);
	if (read_one(&s, json, true))
		rc = finish(&s, type_of(json), ret);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		mm_buf_release(all[i]);
	*ret_is_malformed = s.is_malformed;
	return rc;
}
