#include "base/lang.h"
#include "query/filter_private.h"

#include <string.h>
#include <strings.h>

#include <jansson.h>

/* CQL2 JSON to a tree (OGC 21-065r2, cql2.json). */

static struct mm_filter *read_any(struct mm_filter_maker *m, const json_t *j);

static void *expected(struct mm_filter_maker *m, const char *what)
{
	return mm_filter_fail(m, 0, "expected %s", mm_words(what));
}

/* ---- geometries ---- */

static bool read_vertex(struct mm_filter_shape *s, const json_t *j)
{
	const json_t *x = json_array_get(j, 0), *y = json_array_get(j, 1);

	if (!json_is_number(x) || !json_is_number(y))
		return expected(s->m, "a position of two numbers in a geometry") != NULL;
	return mm_filter_shape_vertex(s, json_number_value(x), json_number_value(y));
}

/* Positions as one ring of at least `least`. */
static bool read_ring(struct mm_filter_shape *s, const json_t *j, size_t least)
{
	const size_t n = json_array_size(j);

	if (n < least)
		return mm_filter_fail(s->m, 0, "at least %zu positions are needed in a geometry", least) !=
		       NULL;
	for (size_t i = 0; i < n; i++)
		if (!read_vertex(s, json_array_get(j, i)))
			return false;
	return mm_filter_shape_ring(s, (uint32_t)n);
}

static bool read_one(struct mm_filter_shape *s, const json_t *j, enum mm_part_kind kind)
{
	const size_t n = json_array_size(j);

	if (kind == MM_PART_LINE)
		return read_ring(s, j, 2) && mm_filter_shape_part(s, kind, 1);
	if (kind == MM_PART_POINTS)
		return read_vertex(s, j) && mm_filter_shape_ring(s, 1) && mm_filter_shape_part(s, kind, 1);
	if (n == 0)
		return expected(s->m, "a ring in a polygon") != NULL;
	for (size_t i = 0; i < n; i++)
		if (!read_ring(s, json_array_get(j, i), 4))
			return false;
	return mm_filter_shape_part(s, kind, (uint32_t)n);
}

static bool read_many(struct mm_filter_shape *s, const json_t *j, enum mm_part_kind kind)
{
	const size_t n = json_array_size(j);

	if (n == 0)
		return expected(s->m, "coordinates in a geometry") != NULL;
	if (kind == MM_PART_POINTS)
		return read_ring(s, j, 1) && mm_filter_shape_part(s, kind, 1);
	for (size_t i = 0; i < n; i++)
		if (!read_one(s, json_array_get(j, i), kind))
			return false;
	return true;
}

/* A geometry that is no collection; its type, or MM_GEOM_NULL: the maker has failed. */
static enum mm_geom_type read_simple(struct mm_filter_shape *s, const json_t *j)
{
	const char *name = json_string_value(json_object_get(j, "type"));
	const json_t *coordinates = json_object_get(j, "coordinates");

	for (size_t i = 0; name && i < MM_FILTER_GEOM_TYPES; i++) {
		const struct mm_filter_geom_type *t = &mm_filter_geom_types[i];

		if (strcmp(t->name, name) != 0)
			continue;
		if (t->is_multi ? read_many(s, coordinates, t->kind) : read_one(s, coordinates, t->kind))
			return t->type;
		return MM_GEOM_NULL;
	}
	(void)mm_filter_fail(s->m, 0, "\"%.40s\" is not a type of geometry", name ? name : "");
	return MM_GEOM_NULL;
}

static enum mm_geom_type read_collection(struct mm_filter_shape *s, const json_t *members)
{
	const size_t n = json_array_size(members);

	if (n == 0) {
		(void)expected(s->m, "geometries in a collection");
		return MM_GEOM_NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (!read_simple(s, json_array_get(members, i)))
			return MM_GEOM_NULL;
	return MM_GEOM_COLLECTION;
}

static struct mm_filter *read_geometry(struct mm_filter_maker *m, const json_t *j)
{
	struct mm_filter *f = mm_filter_new(m, MM_FILTER_GEOMETRY, 0, 0);
	struct mm_filter_shape s = {.m = m};
	const json_t *members = json_object_get(j, "geometries");
	enum mm_geom_type type;

	if (!f)
		return NULL;
	type = members ? read_collection(&s, members) : read_simple(&s, j);
	f->geom = mm_filter_shape_take(&s, type);
	return type ? f : NULL;
}

static struct mm_filter *read_bbox(struct mm_filter_maker *m, const json_t *j)
{
	struct mm_filter *f = mm_filter_new(m, MM_FILTER_BBOX, 0, 0);
	const size_t n = json_array_size(j);

	if (!f)
		return NULL;
	if (n != 4 && n != 6)
		return expected(m, "four or six numbers in bbox");
	for (size_t i = 0; i < n; i++) {
		if (!json_is_number(json_array_get(j, i)))
			return expected(m, "four or six numbers in bbox");
		f->box[i] = json_number_value(json_array_get(j, i));
	}
	f->box_count = n;
	return f;
}

/* ---- leaves ---- */

static bool keep(struct mm_filter_maker *m, struct mm_filter *f, const json_t *text)
{
	f->text_len = json_string_length(text);
	f->text = mm_arena_text(m->mem, json_string_value(text), f->text_len);
	if (!f->text)
		(void)mm_filter_fail_nomem(m);
	return f->text != NULL;
}

static struct mm_filter *read_named(struct mm_filter_maker *m, enum mm_filter_op op, const json_t *text)
{
	struct mm_filter *f = mm_filter_new(m, op, 0, 0);

	if (!json_is_string(text))
		return expected(m, "a name or a text in quotes");
	return f && keep(m, f, text) ? f : NULL;
}

static struct mm_filter *read_instant(struct mm_filter_maker *m, enum mm_filter_op op, const json_t *j)
{
	if (!json_is_string(j))
		return expected(m, "a date or a time in quotes");
	return mm_filter_instant(m, op, json_string_value(j), json_string_length(j), 0);
}

static struct mm_filter *read_interval(struct mm_filter_maker *m, const json_t *j)
{
	struct mm_filter *f = mm_filter_new(m, MM_FILTER_INTERVAL, 0, 2);

	if (!f)
		return NULL;
	if (json_array_size(j) != 2)
		return expected(m, "a begin and an end in interval");
	for (size_t i = 0; i < 2; i++) {
		const json_t *end = json_array_get(j, i);

		f->child[i] = json_is_string(end) ? read_instant(m, MM_FILTER_OPEN, end) : read_any(m, end);
		if (!f->child[i])
			return NULL;
	}
	return f;
}

static struct mm_filter *read_number(struct mm_filter_maker *m, const json_t *j)
{
	struct mm_filter *f = mm_filter_new(m, json_is_integer(j) ? MM_FILTER_INT : MM_FILTER_REAL, 0, 0);

	if (f) {
		f->integer = json_integer_value(j);
		f->real = json_number_value(j);
	}
	return f;
}

static struct mm_filter *read_bool(struct mm_filter_maker *m, const json_t *j)
{
	struct mm_filter *f = mm_filter_new(m, MM_FILTER_BOOL, 0, 0);

	if (f)
		f->boolean = json_is_true(j);
	return f;
}

/* ---- operations ---- */

/* A node over items of a list, from `first` on. */
static struct mm_filter *over(struct mm_filter_maker *m, enum mm_filter_op op, const json_t *list)
{
	const size_t n = json_array_size(list);
	struct mm_filter *f = mm_filter_new(m, op, 0, n);

	for (size_t i = 0; f && i < n; i++) {
		f->child[i] = read_any(m, json_array_get(list, i));
		if (!f->child[i])
			return NULL;
	}
	return f;
}

static struct mm_filter *read_in(struct mm_filter_maker *m, const json_t *args)
{
	const json_t *list = json_array_get(args, 1);
	const size_t n = json_array_size(list);
	struct mm_filter *f = mm_filter_new(m, MM_FILTER_IN, 0, n + 1);

	if (json_array_size(args) != 2 || n == 0)
		return expected(m, "a value and a list of values for in");
	for (size_t i = 0; f && i <= n; i++) {
		f->child[i] = read_any(m, i ? json_array_get(list, i - 1) : json_array_get(args, 0));
		if (!f->child[i])
			return NULL;
	}
	return f;
}

static enum mm_filter_op op_of(const char *name)
{
	const enum mm_filter_op op = mm_filter_op_find(name, strlen(name));

	if (strcmp(name, "isNull") == 0)
		return MM_FILTER_IS_NULL;
	return op < MM_FILTER_FUNCTION ? op : MM_FILTER_FUNCTION;
}

static bool takes(enum mm_filter_op op, size_t n)
{
	if (op <= MM_FILTER_OR)
		return n >= 2;
	if (op == MM_FILTER_NOT || op == MM_FILTER_IS_NULL || op == MM_FILTER_CASEI ||
	    op == MM_FILTER_ACCENTI)
		return n == 1;
	return op == MM_FILTER_FUNCTION || n == (op == MM_FILTER_BETWEEN ? 3 : 2);
}

static struct mm_filter *read_operation(struct mm_filter_maker *m, const json_t *j)
{
	const json_t *name = json_object_get(j, "op"), *args = json_object_get(j, "args");
	struct mm_filter *f;
	enum mm_filter_op op;

	if (!json_is_string(name) || !json_is_array(args))
		return expected(m, "\"op\", a text, and \"args\", a list");
	op = op_of(json_string_value(name));
	if (op == MM_FILTER_IN)
		return read_in(m, args);
	if (!takes(op, json_array_size(args)))
		return mm_filter_fail(m, 0, "\"%.40s\" takes another number of arguments",
				      json_string_value(name));
	f = over(m, op, args);
	return f && (op != MM_FILTER_FUNCTION || keep(m, f, name)) ? f : NULL;
}

static struct mm_filter *read_object(struct mm_filter_maker *m, const json_t *j)
{
	const json_t *value;

	if (json_object_get(j, "op"))
		return read_operation(m, j);
	if ((value = json_object_get(j, "property")) != NULL)
		return read_named(m, MM_FILTER_PROPERTY, value);
	if ((value = json_object_get(j, "date")) != NULL)
		return read_instant(m, MM_FILTER_DATE, value);
	if ((value = json_object_get(j, "timestamp")) != NULL)
		return read_instant(m, MM_FILTER_TIMESTAMP, value);
	if ((value = json_object_get(j, "interval")) != NULL)
		return read_interval(m, value);
	if (json_object_get(j, "type"))
		return read_geometry(m, j);
	if ((value = json_object_get(j, "bbox")) != NULL)
		return read_bbox(m, value);
	return expected(m, "an object with op, property, date, timestamp, interval, bbox, or a geometry");
}

static struct mm_filter *read_any(struct mm_filter_maker *m, const json_t *j)
{
	struct mm_filter *f;

	if (++m->depth > MM_FILTER_DEPTH_MAX)
		return mm_filter_fail_limit(m, "levels of operations", MM_FILTER_DEPTH_MAX);
	if (json_is_object(j))
		f = read_object(m, j);
	else if (json_is_array(j))
		f = over(m, MM_FILTER_ARRAY, j);
	else if (json_is_string(j))
		f = read_named(m, MM_FILTER_TEXT, j);
	else if (json_is_number(j))
		f = read_number(m, j);
	else if (json_is_boolean(j))
		f = read_bool(m, j);
	else
		f = expected(m, "a value, not null");
	m->depth--;
	return f;
}

enum mm_code mm_cql2_json_parse(const char *text, struct mm_arena *mem, struct mm_filter **ret,
				struct mm_err *reterr)
{
	struct mm_filter_maker m = {.mem = mem, .reterr = reterr};
	json_error_t e;
	struct mm_filter *f;
	json_t *j;

	if (strlen(text) > MM_FILTER_TEXT_MAX)
		return mm_fail(reterr, MM_E_INVALID, "filter", "at most %d bytes", MM_FILTER_TEXT_MAX);
	j = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
	if (!j)
		return mm_fail(reterr, MM_E_INVALID, "filter", "line %d, column %d: not JSON: %.100s", e.line,
			       e.column, e.text);
	f = read_any(&m, j);
	json_decref(j);
	if (!f)
		return m.rc;
	*ret = f;
	return MM_OK;
}
