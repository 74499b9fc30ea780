#include "feed/child/schema_check.h"

#include "store/generalize.h"

#include <stdint.h>
#include <string.h>

static enum mm_code check_field(const struct mm_schema *s, const char *key, const char *name, bool is_number,
				struct mm_err *reterr)
{
	size_t i = name && *name ? mm_schema_find_any(s, name) : SIZE_MAX;

	if (!name || !*name)
		return MM_OK;
	if (i == SIZE_MAX)
		return mm_fail(reterr, MM_E_INVALID, "", "%s: there is no field \"%.60s\" in the source", key,
			       name);
	if (is_number && s->field[i].type != MM_TYPE_INT && s->field[i].type != MM_TYPE_REAL)
		return mm_fail(reterr, MM_E_INVALID, "", "%s: field \"%.60s\" is no number but %s", key, name,
			       mm_type_name(s->field[i].type));
	return MM_OK;
}

static enum mm_code check_fields(const struct mm_schema *s, const char *key, const struct mm_names *names,
				 struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < names->count && !rc; i++)
		rc = check_field(s, key, names->name[i], true, reterr);
	return rc;
}

/* Who reads a tile would take a point with such an attribute for a cluster, or its value for that of one. */
static enum mm_code check_cluster_names(const struct mm_schema *s, struct mm_err *reterr)
{
	for (size_t i = 0; i < s->field_count && s->generalize.cluster_px; i++)
		if (!s->field[i].hidden && mm_generalize_names(&s->generalize, s->field[i].name))
			return mm_fail(reterr, MM_E_INVALID, "",
				       "cluster: field \"%.60s\" is called as an attribute of clusters: give "
				       "it another name in fields: (name: ..., column: ...), or hide it",
				       s->field[i].name);
	return MM_OK;
}

/* The fields that generalising needs are there, and of the right kind. */
static enum mm_code check_generalize(const struct mm_schema *s, struct mm_err *reterr)
{
	const struct mm_generalize *g = &s->generalize;
	enum mm_code rc =
	    check_field(s, "importance", g->importance_field, g->importance_order.count == 0, reterr);

	if (!rc)
		rc = check_fields(s, "cluster.sum", &g->sum, reterr);
	if (!rc)
		rc = check_fields(s, "cluster.min", &g->min, reterr);
	if (!rc)
		rc = check_fields(s, "cluster.max", &g->max, reterr);
	if (!rc)
		rc = check_field(s, "cluster.worst", g->worst_field, false, reterr);
	return rc ? rc : check_cluster_names(s, reterr);
}

/* A day or a time that the source has, and that clients may know of. */
static enum mm_code check_time_field(const struct mm_schema *s, const char *key, const char *name,
				     struct mm_err *reterr)
{
	enum mm_code rc = check_field(s, key, name, false, reterr);
	const struct mm_field *f = !rc && name && *name ? &s->field[mm_schema_find_any(s, name)] : NULL;

	if (f && (f->hidden || (f->type != MM_TYPE_DATE && f->type != MM_TYPE_DATETIME)))
		return mm_fail(reterr, MM_E_INVALID, "",
			       "%s: field \"%.60s\" is %s: write one of type date or datetime", key, name,
			       f->hidden ? "hidden" : mm_type_name(f->type));
	return rc;
}

static enum mm_code check_time(const struct mm_schema *s, struct mm_err *reterr)
{
	enum mm_code rc = check_time_field(s, "time.begin", s->time_begin, reterr);

	if (!rc)
		rc = check_time_field(s, "time.end", s->time_end, reterr);
	if (!rc)
		rc = check_time_field(s, "time.begin_fact", s->time_begin_fact, reterr);
	return rc ? rc : check_time_field(s, "time.end_fact", s->time_end_fact, reterr);
}

enum mm_code mm_schema_check(const struct mm_schema *s, struct mm_err *reterr)
{
	const enum mm_code rc = check_generalize(s, reterr);

	return rc ? rc : check_time(s, reterr);
}
