#include "base/buf.h"
#include "feed/edit_private.h"

#include <jansson.h>
#include <string.h>

/* Edits as the child is told them. */

enum { WKB_Z = 1000 };

static void put_u32(unsigned char **at, uint32_t v)
{
	memcpy(*at, &v, sizeof(v));
	*at += sizeof(v);
}

/* A geometry while its bytes are written. */
struct pen {
	const struct mm_geom *g;
	unsigned char *at;
	uint32_t vertex, ring;
};

static void put_head(struct pen *p, uint32_t type)
{
	*p->at++ = 1; /* little-endian */
	put_u32(&p->at, type + (p->g->z ? WKB_Z : 0));
}

static void put_vertices(struct pen *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++, p->vertex++) {
		memcpy(p->at, p->g->xy + 2 * (size_t)p->vertex, 16);
		p->at += 16;
		if (!p->g->z)
			continue;
		memcpy(p->at, p->g->z + p->vertex, 8);
		p->at += 8;
	}
}

static void put_ring(struct pen *p)
{
	uint32_t n = p->g->ring[p->ring++];

	put_u32(&p->at, n);
	put_vertices(p, n);
}

/* One part standing for itself. A part of points in a collection is a multipoint, or a point when it is one.
 */
static void put_part(struct pen *p, uint32_t part, bool may_be_point)
{
	uint32_t rings = mm_part_rings(part), n;

	if (mm_part_kind(part) == MM_PART_POINTS) {
		n = p->g->ring[p->ring++];
		if (!may_be_point || n != 1) {
			put_head(p, MM_GEOM_MULTIPOINT);
			put_u32(&p->at, n);
		}
		for (uint32_t i = 0; i < n; i++) {
			put_head(p, MM_GEOM_POINT);
			put_vertices(p, 1);
		}
		return;
	}
	put_head(p, mm_part_kind(part) == MM_PART_LINE ? MM_GEOM_LINE : MM_GEOM_POLYGON);
	if (mm_part_kind(part) == MM_PART_POLYGON)
		put_u32(&p->at, rings);
	for (uint32_t i = 0; i < rings; i++)
		put_ring(p);
}

/* ISO WKB; NULL: out of memory. */
static unsigned char *wkb_of(const struct mm_geom *g, struct mm_arena *mem, size_t *ret_len)
{
	size_t most =
	    9 + (size_t)g->part_count * 18 + (size_t)g->ring_count * 9 + (size_t)g->vertex_count * 29;
	struct pen p = {.g = g, .at = mm_arena_alloc(mem, most)};
	unsigned char *start = p.at;
	bool is_many =
	    g->type == MM_GEOM_MULTILINE || g->type == MM_GEOM_MULTIPOLYGON || g->type == MM_GEOM_COLLECTION;

	if (!start)
		return NULL;
	if (is_many) {
		put_head(&p, g->type);
		put_u32(&p.at, g->part_count);
	}
	for (uint32_t i = 0; i < g->part_count; i++)
		put_part(&p, g->part[i], g->type != MM_GEOM_MULTIPOINT);
	*ret_len = (size_t)(p.at - start);
	MM_CHECK(*ret_len <= most);
	return start;
}

struct mm_job_edit *mm_job_edits(const struct mm_schema *s, const struct mm_edit *edit, size_t count,
				 struct mm_arena *mem)
{
	struct mm_job_edit *ret = mm_arena_array(mem, count, sizeof(*ret));

	for (size_t i = 0; ret && i < count; i++) {
		const struct mm_edit *e = &edit[i];

		ret[i] = (struct mm_job_edit){.kind = e->kind,
					      .id = e->id ? e->id : "",
					      .has_id = e->id != NULL,
					      .makes_id = e->makes_id,
					      .where = e->where ? e->where : "",
					      .value_count = e->value_count,
					      .has_geometry = e->has_geometry};
		ret[i].value = mm_arena_array(mem, e->value_count, sizeof(*ret[i].value));
		if (e->value_count && !ret[i].value)
			return NULL;
		for (size_t k = 0; k < e->value_count; k++)
			ret[i].value[k] =
			    (struct mm_job_value){s->field[e->value[k].field].name, e->value[k].value};
		if (e->geom.type == MM_GEOM_NULL)
			continue;
		ret[i].wkb = wkb_of(&e->geom, mem, &ret[i].wkb_len);
		if (!ret[i].wkb)
			return NULL;
	}
	return ret;
}

static void write_value(struct mm_json *j, const struct mm_job_value *v)
{
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "field", v->field);
	mm_json_int(j, "type", v->value.type);
	if (v->value.is_null) {
		mm_json_close(j, '}');
		return;
	}
	if (v->value.type == MM_TYPE_TEXT || v->value.type == MM_TYPE_JSON)
		mm_json_text_n(j, "value", v->value.text, v->value.text_len);
	else if (v->value.type == MM_TYPE_REAL)
		mm_json_double(j, "value", v->value.real);
	else
		mm_json_int(j, "value", v->value.type == MM_TYPE_BOOL ? v->value.boolean : v->value.integer);
	if (v->value.type == MM_TYPE_DATETIME)
		mm_json_int(j, "offset", v->value.offset_min);
	mm_json_close(j, '}');
}

static void write_wkb(struct mm_json *j, const struct mm_job_edit *e)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char *at;

	mm_json_key(j, "wkb");
	at = mm_buf_reserve(j->out, 2 * e->wkb_len + 2);
	if (!at)
		return;
	*at++ = '"';
	for (size_t i = 0; i < e->wkb_len; i++) {
		*at++ = (unsigned char)digit[e->wkb[i] >> 4];
		*at++ = (unsigned char)digit[e->wkb[i] & 15];
	}
	*at = '"';
	j->out->len += 2 * e->wkb_len + 2;
}

void mm_job_edits_write(struct mm_json *j, const struct mm_job_edit *edit, size_t count)
{
	mm_json_open(j, "edits", '[');
	for (size_t i = 0; i < count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_int(j, "kind", edit[i].kind);
		mm_json_text(j, "where", edit[i].where);
		if (edit[i].has_id)
			mm_json_text(j, "id", edit[i].id);
		mm_json_bool(j, "makes_id", edit[i].makes_id);
		mm_json_bool(j, "geometry", edit[i].has_geometry);
		if (edit[i].wkb)
			write_wkb(j, &edit[i]);
		mm_json_open(j, "values", '[');
		for (size_t k = 0; k < edit[i].value_count; k++)
			write_value(j, &edit[i].value[k]);
		mm_json_close(j, ']');
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

static const char *copy(const json_t *v, struct mm_arena *mem)
{
	return json_is_string(v) ? mm_arena_text(mem, json_string_value(v), json_string_length(v)) : NULL;
}

static void read_value(const json_t *o, struct mm_arena *mem, struct mm_job_value *v)
{
	const json_t *value = json_object_get(o, "value");

	v->field = copy(json_object_get(o, "field"), mem);
	v->value = (struct mm_value){.type = (enum mm_type)json_integer_value(json_object_get(o, "type")),
				     .is_null = !value,
				     .integer = json_integer_value(value),
				     .boolean = json_integer_value(value) != 0,
				     .real = json_number_value(value),
				     .offset_min = (int)json_integer_value(json_object_get(o, "offset")),
				     .text = copy(value, mem),
				     .text_len = json_string_length(value)};
}

static unsigned nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10) & 15;
}

static void read_wkb(const json_t *o, struct mm_arena *mem, struct mm_job_edit *e)
{
	const char *hex = json_string_value(o);
	size_t n = json_string_length(o) / 2;
	unsigned char *bytes = hex ? mm_arena_alloc(mem, n) : NULL;

	for (size_t i = 0; bytes && i < n; i++)
		bytes[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
	e->wkb = bytes;
	e->wkb_len = bytes ? n : 0;
}

struct mm_job_edit *mm_job_edits_read(const void *json, struct mm_arena *mem, size_t *ret_count)
{
	const json_t *a = json;
	size_t count = json_array_size(a);
	struct mm_job_edit *ret = mm_arena_array(mem, count, sizeof(*ret));

	*ret_count = ret ? count : 0;
	for (size_t i = 0; ret && i < count; i++) {
		const json_t *o = json_array_get(a, i), *values = json_object_get(o, "values");
		struct mm_job_edit *e = &ret[i];

		e->kind = (enum mm_edit_kind)json_integer_value(json_object_get(o, "kind"));
		e->where = copy(json_object_get(o, "where"), mem);
		e->id = copy(json_object_get(o, "id"), mem);
		e->has_id = e->id != NULL;
		e->makes_id = json_is_true(json_object_get(o, "makes_id"));
		e->has_geometry = json_is_true(json_object_get(o, "geometry"));
		read_wkb(json_object_get(o, "wkb"), mem, e);
		e->value = mm_arena_array(mem, json_array_size(values), sizeof(*e->value));
		e->value_count = e->value ? json_array_size(values) : 0;
		for (size_t k = 0; k < e->value_count; k++)
			read_value(json_array_get(values, k), mem, &e->value[k]);
	}
	return ret;
}
