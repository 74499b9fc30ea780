#include "api/wfs/ask.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Requests in the query string. Names of parameters are taken in any case, those of other versions, too;
 * what is not known is passed over, as clients add parameters of their own. */

/* "" when it is there without a value; NULL: it is not there. */
static const char *given(const struct mm_request *r, const char *name)
{
	for (size_t i = 0; i < r->param_count; i++)
		if (strcasecmp(r->param[i].name, name) == 0)
			return r->param[i].value;
	return NULL;
}

static const char *value_of(const struct mm_request *r, const char *name)
{
	const char *value = given(r, name);

	return value && *value ? value : NULL;
}

/* One of two names. */
static const char *either(const struct mm_request *r, const char *name, const char *other)
{
	const char *value = value_of(r, name);

	return value ? value : value_of(r, other);
}

/* ---- lists in lists ---- */

/* "(a,b)(c)" or "a,b": a part for each query; a text without brackets is one part. */
static enum mm_code read_groups(const struct mm_request *r, struct mm_wfs_ask *a, const char *name,
				const char *text, struct mm_wfs_names *ret, struct mm_err *reterr)
{
	const char **part;

	*ret = (struct mm_wfs_names){NULL, 0};
	if (!text)
		return MM_OK;
	part = mm_arena_array(r->mem, MM_WFS_QUERIES_MAX, sizeof(*part));
	if (!part)
		return mm_fail_nomem(reterr);
	if (*text != '(') {
		part[0] = text;
		*ret = (struct mm_wfs_names){part, 1};
		return MM_OK;
	}
	for (const char *at = text; *at == '(';) {
		const char *end = strstr(at, ")(");
		const size_t n = end ? (size_t)(end - at) : strlen(at) - (at[strlen(at) - 1] == ')');

		if (ret->count == MM_WFS_QUERIES_MAX)
			return mm_wfs_fail(a, "InvalidParameterValue", reterr, name, "give at most %d lists",
					   MM_WFS_QUERIES_MAX);
		part[ret->count] = mm_arena_text(r->mem, at + 1, n - 1);
		if (!part[ret->count++])
			return mm_fail_nomem(reterr);
		at += n + (end != NULL);
		if (!end)
			break;
	}
	ret->name = part;
	return MM_OK;
}

/* The part for a query: its own, or the only one. */
static const char *part_of(const struct mm_wfs_names *groups, size_t i)
{
	if (groups->count == 1)
		return groups->name[0];
	return i < groups->count ? groups->name[i] : NULL;
}

/* ---- queries ---- */

struct lists {
	struct mm_wfs_names types, filters, properties, sorts;
};

/* "a,b", "(a)(b)" and "(a,b)" are all two types. */
static enum mm_code read_types(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_wfs_names *ret,
			       size_t max, struct mm_err *reterr)
{
	const char *text = either(r, "TYPENAMES", "TYPENAME");

	*ret = (struct mm_wfs_names){NULL, 0};
	if (!text)
		return MM_OK;
	if (strncasecmp(text, "schema-element(", 15) == 0)
		return mm_wfs_split(r, a, "typeNames", text + 15, "),", max, ret, reterr);
	return mm_wfs_split(r, a, "typeNames", text, "(),", max, ret, reterr);
}

static enum mm_code read_lists(const struct mm_request *r, struct mm_wfs_ask *a, struct lists *l,
			       struct mm_err *reterr)
{
	enum mm_code rc = read_types(r, a, &l->types, MM_WFS_QUERIES_MAX, reterr);

	/* OWSLib up to 0.27 calls it query, and would be given everything */
	if (!rc)
		rc = read_groups(r, a, "filter", either(r, "FILTER", "QUERY"), &l->filters, reterr);
	if (!rc)
		rc = read_groups(r, a, "propertyName", value_of(r, "PROPERTYNAME"), &l->properties, reterr);
	if (!rc)
		rc = read_groups(r, a, "sortBy", value_of(r, "SORTBY"), &l->sorts, reterr);
	return rc;
}

static enum mm_code read_filter(const struct mm_request *r, struct mm_wfs_ask *a, const char *text,
				struct mm_wfs_query *q, struct mm_err *reterr)
{
	enum mm_code rc = text ? mm_xml_parse(text, strlen(text), r->mem, &q->filter, reterr) : MM_OK;

	if (rc == MM_E_INVALID) {
		a->exception = "OperationParsingFailed";
		if (reterr)
			(void)snprintf(reterr->where, sizeof(reterr->where), "filter");
	}
	return rc;
}

static enum mm_code read_query(const struct mm_request *r, struct mm_wfs_ask *a, const struct lists *l,
			       size_t i, struct mm_err *reterr)
{
	struct mm_wfs_query *q = mm_wfs_add_query(a, reterr);
	const char *properties = part_of(&l->properties, i);
	enum mm_code rc;

	if (!q)
		return MM_E_INVALID;
	q->type = i < l->types.count ? l->types.name[i] : NULL;
	q->ids = either(r, "RESOURCEID", "FEATUREID");
	q->bbox = value_of(r, "BBOX");
	q->sort = part_of(&l->sorts, i);
	q->srs_name = value_of(r, "SRSNAME");
	q->cql = value_of(r, "CQL_FILTER");
	if (q->cql && part_of(&l->filters, i))
		return mm_wfs_fail(a, "InvalidParameterValue", reterr, "CQL_FILTER",
				   "write one condition, in FILTER or in CQL_FILTER");
	rc = read_filter(r, a, part_of(&l->filters, i), q, reterr);
	if (!rc && properties && strcmp(properties, "*") != 0)
		rc = mm_wfs_split(r, a, "propertyName", properties, ",", MM_WFS_PROPERTIES_MAX,
				  &q->properties, reterr);
	return rc;
}

/* Where only ids are given: the types that they begin with, each once. */
static enum mm_code types_of_ids(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_wfs_names *ret,
				 struct mm_err *reterr)
{
	const char *ids = either(r, "RESOURCEID", "FEATUREID");
	const char **type = mm_arena_array(r->mem, MM_WFS_QUERIES_MAX, sizeof(*type));
	size_t count = 0;

	if (!type)
		return mm_fail_nomem(reterr);
	for (const char *at = ids; at && *at; at += strcspn(at, ","), at += *at == ',') {
		const char *name = mm_arena_text(r->mem, at, strcspn(at, ".,"));
		size_t i = 0;

		if (!name)
			return mm_fail_nomem(reterr);
		while (i < count && strcmp(type[i], name) != 0)
			i++;
		if (i == MM_WFS_QUERIES_MAX)
			return mm_wfs_fail(a, "InvalidParameterValue", reterr, "resourceId",
					   "ask for at most %d layers at a time", MM_WFS_QUERIES_MAX);
		type[i] = name;
		count += i == count;
	}
	*ret = (struct mm_wfs_names){type, count};
	return MM_OK;
}

static enum mm_code read_queries(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_err *reterr)
{
	struct lists l;
	enum mm_code rc;

	a->stored_id = either(r, "STOREDQUERY_ID", "STOREDQUERYID");
	a->feature_id = value_of(r, "ID");
	rc = read_lists(r, a, &l, reterr);
	if (rc || a->stored_id)
		return rc ? rc : read_query(r, a, &l, 0, reterr);
	if (!l.types.count)
		rc = types_of_ids(r, a, &l.types, reterr);
	if (!rc && !l.types.count)
		return mm_wfs_fail(a, "MissingParameterValue", reterr,
				   a->version == MM_WFS_20 ? "typeNames" : "typeName",
				   "name a feature type, such as those that GetCapabilities lists");
	for (size_t i = 0; !rc && i < l.types.count; i++)
		rc = read_query(r, a, &l, i, reterr);
	return rc;
}

static enum mm_code read_numbers(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_err *reterr)
{
	const char *count = either(r, "COUNT", "MAXFEATURES");
	enum mm_code rc = mm_wfs_read_number(a, "count", count, &a->count, reterr);

	a->has_count = count != NULL;
	if (!rc)
		rc = mm_wfs_read_number(a, "startIndex", value_of(r, "STARTINDEX"), &a->start, reterr);
	if (!rc)
		rc = mm_wfs_read_result_type(a, value_of(r, "RESULTTYPE"), reterr);
	return rc;
}

/* ---- the request ---- */

static enum mm_code read_version(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_err *reterr)
{
	const char *version = value_of(r, "VERSION"), *accepted = value_of(r, "ACCEPTVERSIONS");

	if (a->operation != MM_WFS_CAPABILITIES) {
		if (!version || mm_wfs_version_find(version, &a->version))
			return MM_OK;
		return mm_wfs_fail(a, "InvalidParameterValue", reterr, "version",
				   "write 2.0.0, 1.1.0 or 1.0.0");
	}
	if (accepted)
		return mm_wfs_negotiate(a, accepted, reterr);
	if (version) /* one that is not known gets the newest */
		(void)mm_wfs_version_find(version, &a->version);
	return MM_OK;
}

static enum mm_code read_operation(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_err *reterr)
{
	const char *service = value_of(r, "SERVICE"), *request = value_of(r, "REQUEST");
	const char *version = value_of(r, "VERSION");

	if (version)
		(void)mm_wfs_version_find(version, &a->version);
	if (!service)
		return mm_wfs_fail(a, "MissingParameterValue", reterr, "service", "write service=WFS");
	if (strcasecmp(service, "WFS") != 0)
		return mm_wfs_fail(a, "InvalidParameterValue", reterr, "service", "write service=WFS");
	if (!request)
		return mm_wfs_fail(a, "MissingParameterValue", reterr, "request",
				   "write request=GetCapabilities, or another operation");
	a->operation = mm_wfs_operation_find(request);
	if (a->operation == MM_WFS_TRANSACTION)
		return mm_wfs_fail(a, "OperationNotSupported", reterr, "request",
				   "send transactions as XML by POST");
	if (a->operation == MM_WFS_OPERATION_COUNT)
		return mm_wfs_fail(a, "OperationNotSupported", reterr, "request",
				   "there is no operation %.60s here: GetCapabilities lists those there are",
				   request);
	return MM_OK;
}

static enum mm_code read_names(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_err *reterr)
{
	const char *ids = either(r, "STOREDQUERY_ID", "STOREDQUERYID");

	if (a->operation == MM_WFS_DESCRIBE)
		return read_types(r, a, &a->types, MM_WFS_TYPES_MAX, reterr);
	if (a->operation == MM_WFS_STORED_DESCRIBE && ids)
		return mm_wfs_split(r, a, "storedQuery_Id", ids, ",", MM_WFS_TYPES_MAX, &a->stored, reterr);
	return MM_OK;
}

enum mm_code mm_wfs_read_kvp(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_err *reterr)
{
	enum mm_code rc = read_operation(r, a, reterr);

	if (!rc)
		rc = read_version(r, a, reterr);
	a->format = value_of(r, "OUTPUTFORMAT");
	a->sections = value_of(r, "SECTIONS");
	a->page = value_of(r, "DATAVERSION");
	if (!rc)
		rc = read_names(r, a, reterr);
	if (rc || (a->operation != MM_WFS_FEATURES && a->operation != MM_WFS_VALUES))
		return rc;
	a->value_reference = given(r, "VALUEREFERENCE");
	rc = read_numbers(r, a, reterr);
	return rc ? rc : read_queries(r, a, reterr);
}
