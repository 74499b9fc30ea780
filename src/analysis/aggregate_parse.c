#include "analysis/aggregate.h"

#include <string.h>
#include <strings.h>

/* The parameters of aggregates, read. */

enum { NAME_MAX_BYTES = 255 };

/* Where one member of a list ends: at the next comma that is neither quoted nor in brackets. */
static size_t member_length(const char *at)
{
	bool quoted = false;
	int depth = 0;
	size_t n = 0;

	for (; at[n] && (quoted || depth > 0 || at[n] != ','); n++) {
		quoted ^= at[n] == '"';
		depth += quoted ? 0 : (at[n] == '(') - (at[n] == ')');
	}
	return n;
}

static void trim(const char **at, size_t *n)
{
	while (*n && **at == ' ') {
		++*at;
		--*n;
	}
	while (*n && (*at)[*n - 1] == ' ')
		--*n;
}

/* A name without its quotes; false: it is too long, or its quotes are not right. */
static bool read_name(const char *at, size_t n, char ret[NAME_MAX_BYTES + 1])
{
	size_t k = 0;
	const bool quoted = n >= 2 && at[0] == '"' && at[n - 1] == '"';

	for (size_t i = quoted; i < n - quoted; i++) {
		if (k == NAME_MAX_BYTES)
			return false;
		if (at[i] == '"' && (!quoted || ++i == n - 1 || at[i] != '"'))
			return false;
		ret[k++] = at[i];
	}
	ret[k] = '\0';
	return k > 0;
}

static int shown(size_t n)
{
	return n < 60 ? (int)n : 60;
}

/* ---- functions ---- */

static const struct {
	const char *name;
	enum mm_function_kind kind;
} kinds[] = {
    {"count", MM_FUNCTION_COUNT}, {"sum", MM_FUNCTION_SUM}, {"avg", MM_FUNCTION_AVG},
    {"min", MM_FUNCTION_MIN},     {"max", MM_FUNCTION_MAX},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct reader {
	const struct mm_schema *s;
	unsigned types;
	struct mm_arena *mem;
	struct mm_err *reterr;
};

static enum mm_code of_measure(const struct reader *rd, const char *name, struct mm_function *f)
{
	const bool is_area = strstr(name, "area") != NULL;

	if (f->kind == MM_FUNCTION_DISTINCT)
		return mm_fail(rd->reterr, MM_E_INVALID, "functions",
			       "different values are counted of fields only, not of \"%s\"", name);
	if (!(is_area ? mm_geom_types_have_polygons(rd->types) : mm_geom_types_have_lines(rd->types)))
		return mm_fail(rd->reterr, MM_E_INVALID, "functions",
			       "the collection has no %s to measure: \"%.60s\" is null everywhere",
			       is_area ? "polygons" : "lines", f->name);
	f->of = is_area ? MM_OF_AREA : MM_OF_LENGTH;
	return MM_OK;
}

static enum mm_code of_field(const struct reader *rd, struct mm_function *f)
{
	const struct mm_field *field = &rd->s->field[f->field];
	const enum mm_type t = field->type;

	f->of = MM_OF_FIELD;
	if ((f->kind == MM_FUNCTION_SUM || f->kind == MM_FUNCTION_AVG) && t != MM_TYPE_INT &&
	    t != MM_TYPE_REAL)
		return mm_fail(rd->reterr, MM_E_INVALID, "functions",
			       "%.60s: \"%.60s\" is of type %s: sums and averages are of numbers; write "
			       "count, count(distinct), min or max",
			       f->name, field->name, mm_type_name(t));
	if (t == MM_TYPE_JSON && f->kind != MM_FUNCTION_COUNT)
		return mm_fail(rd->reterr, MM_E_INVALID, "functions",
			       "%.60s: \"%.60s\" holds lists or objects, which have no order and no equality",
			       f->name, field->name);
	return MM_OK;
}

/* What stands in the brackets. */
static enum mm_code read_argument(const struct reader *rd, const char *at, size_t n, struct mm_function *f)
{
	static const char distinct[] = "distinct ";
	const size_t word = sizeof(distinct) - 1;
	char name[NAME_MAX_BYTES + 1];
	bool is_quoted;

	if (f->kind == MM_FUNCTION_COUNT && n > word && strncasecmp(at, distinct, word) == 0) {
		f->kind = MM_FUNCTION_DISTINCT;
		at += word;
		n -= word;
		trim(&at, &n);
	}
	is_quoted = n && *at == '"';
	if (!read_name(at, n, name))
		return mm_fail(rd->reterr, MM_E_INVALID, "functions",
			       "\"%.*s\" is not the name of a field: a name with quotes, commas or brackets "
			       "is written \"in \"\"quotes\"\"\"",
			       shown(n), at);
	if (!is_quoted && (strcmp(name, "geometry.length") == 0 || strcmp(name, "geometry.area") == 0))
		return of_measure(rd, name, f);
	f->field = mm_schema_find(rd->s, name);
	if (f->field != SIZE_MAX)
		return of_field(rd, f);
	if (!is_quoted && (strcmp(name, "length") == 0 || strcmp(name, "area") == 0))
		return of_measure(rd, name, f);
	return mm_fail(rd->reterr, MM_E_INVALID, "functions",
		       "there is no field \"%.60s\": see /collections/%s/schema", name, rd->s->id);
}

/* "sum(length)", at most n bytes. */
static enum mm_code read_function(const struct reader *rd, const char *at, size_t n, struct mm_function *f)
{
	const char *open = memchr(at, '(', n);
	const char *name = at, *inside = open ? open + 1 : at + n;
	size_t name_n = open ? (size_t)(open - at) : n, inside_n = n - (size_t)(inside - at), k = 0;

	trim(&name, &name_n);
	while (k < KINDS &&
	       (strlen(kinds[k].name) != name_n || strncasecmp(kinds[k].name, name, name_n) != 0))
		k++;
	if (k == KINDS || (open && (inside_n == 0 || at[n - 1] != ')')))
		return mm_fail(rd->reterr, MM_E_INVALID, "functions",
			       "\"%.*s\" is not a function: write count, count(FIELD), count(distinct "
			       "FIELD), sum(FIELD), avg(FIELD), min(FIELD) or max(FIELD)",
			       shown(n), at);
	inside_n -= open ? 1 : 0;
	trim(&inside, &inside_n);
	*f = (struct mm_function){.kind = kinds[k].kind, .field = SIZE_MAX};
	if (f->kind == MM_FUNCTION_COUNT && (inside_n == 0 || (inside_n == 1 && *inside == '*'))) {
		f->name = "count";
		return MM_OK;
	}
	f->name = mm_arena_printf(rd->mem, "%s(%.*s)", kinds[k].name, (int)inside_n, inside);
	if (!f->name)
		return mm_fail_nomem(rd->reterr);
	return read_argument(rd, inside, inside_n, f);
}

enum mm_code mm_functions_parse(const char *text, const struct mm_schema *s, unsigned types,
				struct mm_arena *mem, struct mm_aggregate *ret, struct mm_err *reterr)
{
	const struct reader rd = {s, types, mem, reterr};
	size_t count = 0;

	for (const char *at = text ? text : "count";; at++) {
		const char *member = at;
		size_t n = member_length(at);
		enum mm_code rc;

		at += n;
		trim(&member, &n);
		if (count == MM_FUNCTIONS_MAX)
			return mm_fail(reterr, MM_E_LIMIT, "functions", "at most %d functions",
				       MM_FUNCTIONS_MAX);
		rc = read_function(&rd, member, n, &ret->function[count]);
		if (rc)
			return rc;
		for (size_t i = 0; i < count; i++)
			if (strcmp(ret->function[i].name, ret->function[count].name) == 0)
				return mm_fail(reterr, MM_E_INVALID, "functions",
					       "%.100s stands there twice: leave one out",
					       ret->function[i].name);
		count++;
		if (!*at)
			break;
	}
	ret->function_count = count;
	return MM_OK;
}

/* ---- groups ---- */

static enum mm_code find_key(const struct mm_schema *s, const char *name, size_t *ret, struct mm_err *reterr)
{
	*ret = mm_schema_find(s, name);
	if (*ret == SIZE_MAX)
		return mm_fail(reterr, MM_E_INVALID, "group-by",
			       "there is no field \"%.60s\": see /collections/%s/schema; polygons of another "
			       "collection are written @COLLECTION or @COLLECTION.FIELD",
			       name, s->id);
	if (s->field[*ret].type == MM_TYPE_JSON)
		return mm_fail(reterr, MM_E_INVALID, "group-by",
			       "\"%.60s\" holds lists or objects, which make no groups", name);
	return MM_OK;
}

/* "@districts" and "@districts.name", without the @. */
static enum mm_code find_polygons(const struct mm_catalog *c, const char *at, size_t n,
				  struct mm_group_by *ret, struct mm_err *reterr)
{
	const char *dot = memchr(at, '.', n);
	const size_t id_n = dot ? (size_t)(dot - at) : n;
	char name[NAME_MAX_BYTES + 1], id[NAME_MAX_BYTES + 1];

	ret->field = SIZE_MAX;
	if (!read_name(at, id_n, id) || !c || !mm_catalog_find(c, id))
		return mm_fail(
		    reterr, MM_E_INVALID, "group-by",
		    "there is no collection \"%.*s\" whose polygons could be groups: see /collections",
		    shown(id_n), at);
	ret->polygons = mm_catalog_find(c, id);
	if (!mm_geom_types_have_polygons(mm_layer_geom_types(ret->polygons)))
		return mm_fail(reterr, MM_E_INVALID, "group-by",
			       "the collection \"%.60s\" has no polygons: name one that has", id);
	if (!dot)
		return MM_OK;
	if (!read_name(dot + 1, n - id_n - 1, name))
		return mm_fail(reterr, MM_E_INVALID, "group-by",
			       "write @%.60s or, with a field of it, @%.60s.FIELD", id, id);
	return find_key(mm_layer_schema(ret->polygons), name, &ret->field, reterr);
}

static enum mm_code read_key(const struct mm_schema *s, const struct mm_catalog *c, const char *at, size_t n,
			     struct mm_group_by *ret, struct mm_err *reterr)
{
	char name[NAME_MAX_BYTES + 1];

	if (n && *at == '@')
		return find_polygons(c, at + 1, n - 1, ret, reterr);
	if (!read_name(at, n, name))
		return mm_fail(reterr, MM_E_INVALID, "group-by",
			       "write fields joined by commas, or @COLLECTION");
	return find_key(s, name, &ret->field, reterr);
}

enum mm_code mm_group_by_parse(const char *text, const struct mm_schema *s, const struct mm_catalog *c,
			       struct mm_arena *mem, struct mm_aggregate *ret, struct mm_err *reterr)
{
	size_t count = 0, layers = 0;

	for (const char *at = text; text && *text; at++) {
		struct mm_group_by *by = &ret->by[count];
		const char *member = at;
		size_t n = member_length(at);
		enum mm_code rc;

		at += n;
		trim(&member, &n);
		if (count == MM_GROUP_BY_MAX)
			return mm_fail(reterr, MM_E_INVALID, "group-by", "at most %d keys", MM_GROUP_BY_MAX);
		*by = (struct mm_group_by){.name = mm_arena_text(mem, member, n)};
		if (!by->name)
			return mm_fail_nomem(reterr);
		rc = read_key(s, c, member, n, by, reterr);
		if (rc)
			return rc;
		layers += by->polygons != NULL;
		for (size_t i = 0; i < count; i++)
			if (strcmp(ret->by[i].name, by->name) == 0)
				return mm_fail(reterr, MM_E_INVALID, "group-by",
					       "%.100s stands there twice: leave one out", by->name);
		count++;
		if (!*at)
			break;
	}
	if (layers > 1)
		return mm_fail(reterr, MM_E_INVALID, "group-by",
			       "polygons of one other collection, not of several");
	ret->by_count = count;
	return MM_OK;
}

/* ---- order ---- */

static bool find_order(const struct mm_aggregate *a, const char *at, size_t n, struct mm_group_order *ret)
{
	for (size_t i = 0; i < a->function_count; i++)
		if (strlen(a->function[i].name) == n && memcmp(a->function[i].name, at, n) == 0) {
			ret->is_function = true;
			ret->index = i;
			return true;
		}
	for (size_t i = 0; i < a->by_count; i++)
		if (strlen(a->by[i].name) == n && memcmp(a->by[i].name, at, n) == 0) {
			ret->is_function = false;
			ret->index = i;
			return true;
		}
	return false;
}

enum mm_code mm_group_order_parse(const char *text, struct mm_aggregate *ret, struct mm_err *reterr)
{
	size_t count = 0;

	for (const char *at = text; text && *text; at++) {
		struct mm_group_order o = {.is_descending = *at == '-'};
		const char *member;
		size_t n;

		at += *at == '-' || *at == '+' || *at == ' '; /* a bare + in a URL is a space */
		member = at;
		n = member_length(at);
		at += n;
		if (count == MM_GROUP_ORDERS_MAX)
			return mm_fail(reterr, MM_E_INVALID, "sortby", "at most %d orders",
				       MM_GROUP_ORDERS_MAX);
		trim(&member, &n);
		if (!find_order(ret, member, n, &o))
			return mm_fail(
			    reterr, MM_E_INVALID, "sortby",
			    "\"%.*s\" is neither a key of group-by nor one of functions: write it as "
			    "it stands there, - before it for descending",
			    shown(n), member);
		ret->order[count++] = o;
		if (!*at)
			break;
	}
	ret->order_count = count;
	return MM_OK;
}
