#include "query/fes_private.h"

#include "base/num.h"

#include <string.h>

/* Values in filters in XML: properties, literals, functions and arithmetic. */

/* ---- properties ---- */

const char *mm_fes_property(const char *path, size_t n, struct mm_arena *mem)
{
	const char *begin = path, *end = path + n;

	for (const char *p = path; p < end; p++) {
		if (*p == '[') { /* of a step, a condition or an index */
			end = p;
			break;
		}
		if (*p == '/' || *p == ':')
			begin = p + 1;
	}
	if (begin < end && *begin == '@')
		begin++;
	return mm_arena_text(mem, begin, (size_t)(end - begin));
}

/* What any feature in GML may have (OGC 07-036, 7.2.2.1 and 9.4), and ours have only as a field. */
static bool is_of_any_feature(const char *path, size_t n)
{
	static const char *const names[] = {"gml:name", "gml:description", "gml:descriptionReference",
					    "gml:identifier", "gml:location"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == n && memcmp(names[i], path, n) == 0)
			return true;
	return false;
}

static struct mm_filter *read_property(struct mm_fes_reader *r, const struct mm_xml *e)
{
	struct mm_filter *f;
	size_t n;
	const char *path = mm_xml_trimmed(e, &n), *name;

	if (n == 0 || e->child)
		return mm_fes_fail(r, e, "%s holds the name of a property", e->name);
	name = mm_fes_property(path, n, r->m.mem);
	f = mm_filter_new(&r->m, MM_FILTER_PROPERTY, 0, 0);
	if (!name)
		return mm_filter_fail_nomem(&r->m);
	if (f) {
		f->text = name;
		f->text_len = strlen(name);
		f->is_loose = is_of_any_feature(path, n);
	}
	return f;
}

/* ---- literals ---- */

static struct mm_filter *read_bool(struct mm_fes_reader *r, const struct mm_xml *e, const char *text,
				   size_t n)
{
	struct mm_filter *f = mm_filter_new(&r->m, MM_FILTER_BOOL, 0, 0);
	const bool is_true = (n == 4 && memcmp(text, "true", n) == 0) || (n == 1 && *text == '1'),
		   is_false = (n == 5 && memcmp(text, "false", n) == 0) || (n == 1 && *text == '0');

	if (!is_true && !is_false)
		return mm_fes_fail(r, e, "'%.*s' is not true or false", (int)(n < 40 ? n : 40), text);
	if (f)
		f->boolean = is_true;
	return f;
}

/* A number where it looks like one. */
static struct mm_filter *read_loose(struct mm_fes_reader *r, const struct mm_xml *e)
{
	struct mm_filter *f = mm_fes_named(r, MM_FILTER_TEXT, e->text, e->text_len, 0);
	size_t n;
	const char *text = mm_xml_trimmed(e, &n);

	if (!f)
		return NULL;
	f->is_loose = true;
	if (mm_num_parse_int(text, n, &f->integer)) {
		f->op = MM_FILTER_INT;
		f->real = (double)f->integer;
	} else if (mm_num_parse(text, n, &f->real)) {
		f->op = MM_FILTER_REAL;
	}
	return f;
}

static struct mm_filter *read_typed(struct mm_fes_reader *r, const struct mm_xml *e, const char *type)
{
	static const char *const numbers[] = {"double",  "float", "decimal", "int",
					      "integer", "long",  "short"};
	struct mm_filter *f;
	size_t n;
	const char *text = mm_xml_trimmed(e, &n);

	if (strcmp(type, "string") == 0)
		return mm_fes_named(r, MM_FILTER_TEXT, e->text, e->text_len, 0);
	if (strcmp(type, "boolean") == 0)
		return read_bool(r, e, text, n);
	if (strcmp(type, "date") == 0 || strcmp(type, "dateTime") == 0)
		return mm_fes_time_text(r, e);
	f = read_loose(r, e);
	for (size_t i = 0; f && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(type, numbers[i]) != 0)
			continue;
		f->is_loose = false;
		if (f->op == MM_FILTER_TEXT)
			return mm_fes_fail(r, e, "'%.40s' is not a number", f->text);
	}
	return f;
}

static struct mm_filter *read_literal(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const char *type = mm_xml_attribute(e, "type");

	if (!e->child)
		return type ? read_typed(r, e, mm_xml_local(type)) : read_loose(r, e);
	if (e->child->next || (!mm_fes_is_geometry(e->child) && !mm_fes_is_time(e->child)))
		return mm_fes_fail(r, e->child, "a Literal holds a text, a time or a geometry");
	return mm_fes_value(r, e->child);
}

/* ---- operations ---- */

static enum mm_filter_op arithmetic_of(const char *name)
{
	static const char *const names[] = {"Add", "Sub", "Mul", "Div"};

	for (size_t i = 0; i < 4; i++)
		if (strcmp(names[i], name) == 0)
			return (enum mm_filter_op)(MM_FILTER_ADD + i);
	return MM_FILTER_OP_COUNT;
}

/* Filter Encoding 2.0 has arithmetic and folding as functions. */
static struct mm_filter *read_function(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const char *name = mm_xml_attribute(e, "name");
	struct mm_filter *f;
	enum mm_filter_op op;

	if (!name || !*name)
		return mm_fes_fail(r, e, "a Function has a name");
	name = mm_xml_local(name);
	op = arithmetic_of(name);
	if (op != MM_FILTER_OP_COUNT)
		return mm_fes_over(r, op, e, 2, mm_fes_value);
	op = mm_filter_op_find(name, strlen(name));
	if (op == MM_FILTER_CASEI || op == MM_FILTER_ACCENTI)
		return mm_fes_over(r, op, e, 1, mm_fes_value);
	f = mm_fes_over(r, MM_FILTER_FUNCTION, e, mm_xml_child_count(e), mm_fes_value);
	if (!f)
		return NULL;
	f->text_len = strlen(name);
	f->text = mm_arena_text(r->m.mem, name, f->text_len);
	return f->text ? f : mm_filter_fail_nomem(&r->m);
}

struct mm_filter *mm_fes_value(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const enum mm_filter_op op = arithmetic_of(e->name);

	if (mm_xml_is(e, "ValueReference") || mm_xml_is(e, "PropertyName"))
		return read_property(r, e);
	if (mm_xml_is(e, "Literal"))
		return read_literal(r, e);
	if (mm_xml_is(e, "Function"))
		return read_function(r, e);
	if (op != MM_FILTER_OP_COUNT)
		return mm_fes_over(r, op, e, 2, mm_fes_value);
	if (mm_fes_is_geometry(e))
		return mm_fes_geometry(r, e);
	if (mm_fes_is_time(e))
		return mm_fes_time(r, e);
	return mm_fes_fail(r, e, "%.60s is not a value in a filter", e->name);
}
