#include "query/fes_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Filters in XML: the element Filter, logic, and ids. */

/* ---- making nodes ---- */

void *mm_fes_fail(struct mm_fes_reader *r, const struct mm_xml *e, const char *fmt, ...)
{
	char words[300];
	va_list ap;

	if (r->m.rc)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	r->m.rc = mm_fail(r->m.reterr, MM_E_INVALID, "filter", "line %u: %s", e->line, words);
	return NULL;
}

struct mm_filter *mm_fes_named(struct mm_fes_reader *r, enum mm_filter_op op, const char *text, size_t n,
			       size_t children)
{
	struct mm_filter *f = mm_filter_new(&r->m, op, 0, children);

	if (!f)
		return NULL;
	f->text = mm_arena_text(r->m.mem, text, n);
	f->text_len = n;
	return f->text ? f : mm_filter_fail_nomem(&r->m);
}

struct mm_filter *mm_fes_over(struct mm_fes_reader *r, enum mm_filter_op op, const struct mm_xml *e,
			      size_t count, mm_fes_read *read)
{
	struct mm_filter *f;
	size_t i = 0;

	if (mm_xml_child_count(e) != count)
		return mm_fes_fail(r, e, "%.60s takes %zu operand%s", e->name, count, count == 1 ? "" : "s");
	f = mm_filter_new(&r->m, op, 0, count);
	for (const struct mm_xml *c = e->child; c && f; c = c->next) {
		f->child[i] = read(r, c);
		if (!f->child[i++])
			return NULL;
	}
	return f;
}

/* ---- ids ---- */

/* The id that an element stands for; NULL: it is none, or the reader has failed. */
static const char *id_of(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const char *ret = NULL;

	if (mm_xml_is(e, "ResourceId"))
		ret = mm_xml_attribute(e, "rid");
	else if (mm_xml_is(e, "FeatureId"))
		ret = mm_xml_attribute(e, "fid");
	else if (mm_xml_is(e, "GmlObjectId"))
		ret = mm_xml_attribute(e, "id");
	else
		return NULL;
	if (mm_xml_attribute(e, "version") || mm_xml_attribute(e, "startDate") ||
	    mm_xml_attribute(e, "endDate"))
		return mm_fes_fail(r, e, "versions of features are not kept: give an id alone");
	return ret ? ret : mm_fes_fail(r, e, "%s has an id", e->name);
}

static bool is_id(const struct mm_xml *e)
{
	return mm_xml_is(e, "ResourceId") || mm_xml_is(e, "FeatureId") || mm_xml_is(e, "GmlObjectId");
}

/* A text of an id; what is before it, "layer.", is taken off. */
static struct mm_filter *read_id_text(struct mm_fes_reader *r, const char *id, size_t n)
{
	const char *layer = r->how->layer;
	const size_t skip = layer ? strlen(layer) + 1 : 0;

	if (skip && n > skip && strncmp(id, layer, skip - 1) == 0 && id[skip - 1] == '.')
		return mm_fes_named(r, MM_FILTER_TEXT, id + skip, n - skip, 0);
	return mm_fes_named(r, MM_FILTER_TEXT, id, n, 0);
}

/* The first `count` of neighbours. */
static struct mm_filter *read_ids(struct mm_fes_reader *r, const struct mm_xml *e, size_t count)
{
	struct mm_filter *f = mm_filter_new(&r->m, MM_FILTER_IDS, 0, count);

	for (size_t i = 0; e && i < count && f; i++, e = e->next) {
		const char *id = id_of(r, e);

		f->child[i] = id ? read_id_text(r, id, strlen(id)) : NULL;
		if (!f->child[i])
			return NULL;
	}
	return f;
}

/* ---- conditions ---- */

static mm_fes_read read_condition;

/* What is joined by itself alone is itself. */
static struct mm_filter *read_logic(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	const size_t n = mm_xml_child_count(e);

	if (n == 0 || (op == MM_FILTER_NOT && n > 1))
		return mm_fes_fail(r, e, "%s takes %s", e->name,
				   op == MM_FILTER_NOT ? "one condition" : "two conditions or more");
	if (n == 1 && op != MM_FILTER_NOT)
		return read_condition(r, e->child);
	return mm_fes_over(r, op, e, n, read_condition);
}

static const struct {
	const char *name;
	mm_fes_condition *read;
	enum mm_filter_op op;
} conditions[] = {
    {"And", read_logic, MM_FILTER_AND},
    {"Or", read_logic, MM_FILTER_OR},
    {"Not", read_logic, MM_FILTER_NOT},
    {"PropertyIsEqualTo", mm_fes_comparison, MM_FILTER_EQ},
    {"PropertyIsNotEqualTo", mm_fes_comparison, MM_FILTER_NE},
    {"PropertyIsLessThan", mm_fes_comparison, MM_FILTER_LT},
    {"PropertyIsGreaterThan", mm_fes_comparison, MM_FILTER_GT},
    {"PropertyIsLessThanOrEqualTo", mm_fes_comparison, MM_FILTER_LE},
    {"PropertyIsGreaterThanOrEqualTo", mm_fes_comparison, MM_FILTER_GE},
    {"PropertyIsLike", mm_fes_like, MM_FILTER_LIKE},
    {"PropertyIsBetween", mm_fes_between, MM_FILTER_BETWEEN},
    {"PropertyIsNull", mm_fes_null, MM_FILTER_IS_NULL},
    {"PropertyIsNil", mm_fes_null, MM_FILTER_IS_NULL},
    {"BBOX", mm_fes_bbox, MM_FILTER_S_INTERSECTS},
    {"Equals", mm_fes_spatial, MM_FILTER_S_EQUALS},
    {"Disjoint", mm_fes_spatial, MM_FILTER_S_DISJOINT},
    {"Intersects", mm_fes_spatial, MM_FILTER_S_INTERSECTS},
    {"Touches", mm_fes_spatial, MM_FILTER_S_TOUCHES},
    {"Crosses", mm_fes_spatial, MM_FILTER_S_CROSSES},
    {"Within", mm_fes_spatial, MM_FILTER_S_WITHIN},
    {"Contains", mm_fes_spatial, MM_FILTER_S_CONTAINS},
    {"Overlaps", mm_fes_spatial, MM_FILTER_S_OVERLAPS},
    {"DWithin", mm_fes_near, MM_FILTER_FUNCTION},
    {"Beyond", mm_fes_near, MM_FILTER_NOT},
    {"After", mm_fes_temporal, MM_FILTER_T_AFTER},
    {"Before", mm_fes_temporal, MM_FILTER_T_BEFORE},
    {"Begins", mm_fes_temporal, MM_FILTER_T_STARTS},
    {"BegunBy", mm_fes_temporal, MM_FILTER_T_STARTEDBY},
    {"TContains", mm_fes_temporal, MM_FILTER_T_CONTAINS},
    {"During", mm_fes_temporal, MM_FILTER_T_DURING},
    {"TEquals", mm_fes_temporal, MM_FILTER_T_EQUALS},
    {"TOverlaps", mm_fes_temporal, MM_FILTER_T_OVERLAPS},
    {"Meets", mm_fes_temporal, MM_FILTER_T_MEETS},
    {"OverlappedBy", mm_fes_temporal, MM_FILTER_T_OVERLAPPEDBY},
    {"MetBy", mm_fes_temporal, MM_FILTER_T_METBY},
    {"EndedBy", mm_fes_temporal, MM_FILTER_T_FINISHEDBY},
    {"Ends", mm_fes_temporal, MM_FILTER_T_FINISHES},
    {"AnyInteracts", mm_fes_temporal, MM_FILTER_T_INTERSECTS},
};

static struct mm_filter *read_condition(struct mm_fes_reader *r, const struct mm_xml *e)
{
	if (is_id(e))
		return read_ids(r, e, 1);
	if (mm_xml_is(e, "Function"))
		return mm_fes_value(r, e);
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (mm_xml_is(e, conditions[i].name))
			return conditions[i].read(r, e, conditions[i].op);
	return mm_fes_fail(r, e, "%.60s is not a condition of a filter", e->name);
}

/* ---- the whole ---- */

static struct mm_filter *read_filter(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const size_t n = mm_xml_child_count(e);
	size_t ids = 0;

	if (!mm_xml_is(e, "Filter"))
		return read_condition(r, e);
	for (const struct mm_xml *c = e->child; c; c = c->next)
		ids += is_id(c);
	if (n && ids == n)
		return read_ids(r, e->child, n);
	if (n != 1)
		return mm_fes_fail(r, e, "a Filter has one condition: join several by And or Or");
	return read_condition(r, e->child);
}

enum mm_code mm_fes_parse_element(const struct mm_xml *e, const struct mm_fes *how, struct mm_arena *mem,
				  struct mm_filter **ret, struct mm_err *reterr)
{
	struct mm_fes_reader r = {.m = {.mem = mem, .reterr = reterr}, .how = how};
	struct mm_filter *f = read_filter(&r, e);

	if (!f)
		return r.m.rc;
	*ret = f;
	return MM_OK;
}

enum mm_code mm_fes_parse(const char *text, size_t n, const struct mm_fes *how, struct mm_arena *mem,
			  struct mm_filter **ret, struct mm_err *reterr)
{
	const struct mm_xml *root;
	enum mm_code rc = mm_xml_parse(text, n, mem, &root, reterr);

	return rc ? rc : mm_fes_parse_element(root, how, mem, ret, reterr);
}

enum mm_code mm_fes_parse_ids(const char *list, const struct mm_fes *how, struct mm_arena *mem,
			      struct mm_filter **ret, struct mm_err *reterr)
{
	struct mm_fes_reader r = {.m = {.mem = mem, .reterr = reterr}, .how = how};
	struct mm_filter *f;
	size_t count = 1, i = 0;

	for (const char *p = list; *p; p++)
		count += *p == ',';
	f = count < MM_FILTER_NODES_MAX ? mm_filter_new(&r.m, MM_FILTER_IDS, 0, count)
					: mm_filter_fail_limit(&r.m, "ids", MM_FILTER_NODES_MAX - 1);
	for (const char *p = list; f && i < count; i++) {
		const size_t n = strcspn(p, ",");

		f->child[i] = n ? read_id_text(&r, p, n)
				: mm_filter_fail(&r.m, 0, "write ids with commas between them");
		if (!f->child[i])
			return r.m.rc;
		p += n + 1;
	}
	if (!f)
		return r.m.rc;
	*ret = f;
	return MM_OK;
}
