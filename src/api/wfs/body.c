#include "api/wfs/ask.h"

#include "base/buf.h"

#include <string.h>
#include <strings.h>

/* Requests as an XML body. Elements are known by their names; the namespace of the body tells 2.0 from
 * older versions, and the attribute "version" those from each other. */

#define WFS_20 "http://www.opengis.net/wfs/2.0"

static const char *text_of(const struct mm_request *r, const struct mm_xml *e)
{
	size_t n;
	const char *text = mm_xml_trimmed(e, &n);

	return mm_arena_text(r->mem, text, n);
}

static const char *either(const struct mm_xml *e, const char *name, const char *other)
{
	const char *value = mm_xml_attribute(e, name);

	return value ? value : mm_xml_attribute(e, other);
}

/* Texts of all children of a name. */
static enum mm_code read_texts(const struct mm_request *r, struct mm_wfs_ask *a, const struct mm_xml *e,
			       const char *name, size_t max, struct mm_wfs_names *ret, struct mm_err *reterr)
{
	const char **text;
	size_t count = 0;

	for (const struct mm_xml *c = mm_xml_child(e, name); c; c = mm_xml_beside(c, name))
		count++;
	if (count > max)
		return mm_wfs_fail(a, "InvalidParameterValue", reterr, name, "name at most %zu", max);
	text = mm_arena_array(r->mem, count, sizeof(*text));
	if (count && !text)
		return mm_fail_nomem(reterr);
	*ret = (struct mm_wfs_names){text, count};
	count = 0;
	for (const struct mm_xml *c = mm_xml_child(e, name); c; c = mm_xml_beside(c, name)) {
		text[count] = text_of(r, c);
		if (!text[count++])
			return mm_fail_nomem(reterr);
	}
	return MM_OK;
}

/* ---- queries ---- */

/* As KVP has it: "a ASC,b DESC". */
static enum mm_code read_sort(const struct mm_request *r, const struct mm_xml *e, const char **ret,
			      struct mm_err *reterr)
{
	struct mm_buf b;

	if (!e)
		return MM_OK;
	mm_buf_init(&b, 64 << 10);
	for (const struct mm_xml *p = mm_xml_child(e, "SortProperty"); p;
	     p = mm_xml_beside(p, "SortProperty")) {
		const struct mm_xml *name = mm_xml_child(p, "ValueReference"),
				    *order = mm_xml_child(p, "SortOrder");
		size_t n;
		const char *text;

		name = name ? name : mm_xml_child(p, "PropertyName");
		text = name ? mm_xml_trimmed(name, &n) : "";
		mm_buf_text(&b, b.len ? "," : "");
		mm_buf_put(&b, text, name ? n : 0);
		text = order ? mm_xml_trimmed(order, &n) : "ASC";
		mm_buf_text(&b, order && n == 4 && strncasecmp(text, "DESC", n) == 0 ? " DESC" : " ASC");
	}
	*ret = b.failed ? NULL : mm_arena_text(r->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return *ret ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code read_query(const struct mm_request *r, struct mm_wfs_ask *a, const struct mm_xml *e,
			       struct mm_err *reterr)
{
	const char *types = either(e, "typeNames", "typeName");
	struct mm_wfs_names names;
	enum mm_code rc;

	if (!types)
		return mm_wfs_fail(a, "MissingParameterValue", reterr, "typeNames",
				   "line %u: a Query names a feature type", e->line);
	rc = mm_wfs_split(r, a, "typeNames", types, " ,", MM_WFS_QUERIES_MAX, &names, reterr);
	for (size_t i = 0; !rc && i < names.count; i++) {
		struct mm_wfs_query *q = mm_wfs_add_query(a, reterr);

		if (!q)
			return MM_E_INVALID;
		*q = (struct mm_wfs_query){.type = names.name[i],
					   .filter = mm_xml_child(e, "Filter"),
					   .srs_name = mm_xml_attribute(e, "srsName")};
		rc = read_texts(r, a, e, "PropertyName", MM_WFS_PROPERTIES_MAX, &q->properties, reterr);
		if (!rc)
			rc = read_sort(r, mm_xml_child(e, "SortBy"), &q->sort, reterr);
	}
	return rc;
}

static enum mm_code read_stored_query(const struct mm_request *r, struct mm_wfs_ask *a,
				      const struct mm_xml *e, struct mm_err *reterr)
{
	if (!mm_wfs_add_query(a, reterr))
		return MM_E_INVALID;
	a->stored_id = mm_xml_attribute(e, "id");
	for (const struct mm_xml *p = mm_xml_child(e, "Parameter"); p; p = mm_xml_beside(p, "Parameter")) {
		const char *name = mm_xml_attribute(p, "name");

		if (!name || strcasecmp(name, "id") != 0)
			continue;
		a->feature_id = text_of(r, p);
		if (!a->feature_id)
			return mm_fail_nomem(reterr);
	}
	return a->stored_id ? MM_OK
			    : mm_wfs_fail(a, "MissingParameterValue", reterr, "id",
					  "line %u: a StoredQuery has an id", e->line);
}

static enum mm_code read_queries(const struct mm_request *r, struct mm_wfs_ask *a, const struct mm_xml *root,
				 struct mm_err *reterr)
{
	const char *count = either(root, "count", "maxFeatures");
	enum mm_code rc = mm_wfs_read_number(a, "count", count, &a->count, reterr);

	a->has_count = count != NULL;
	if (!rc)
		rc = mm_wfs_read_number(a, "startIndex", mm_xml_attribute(root, "startIndex"), &a->start,
					reterr);
	if (!rc)
		rc = mm_wfs_read_result_type(a, mm_xml_attribute(root, "resultType"), reterr);
	a->value_reference = mm_xml_attribute(root, "valueReference");
	for (const struct mm_xml *e = root->child; e && !rc; e = e->next)
		if (mm_xml_is(e, "Query"))
			rc = read_query(r, a, e, reterr);
		else if (mm_xml_is(e, "StoredQuery"))
			rc = read_stored_query(r, a, e, reterr);
	if (!rc && !a->query_count)
		rc = mm_wfs_fail(a, "MissingParameterValue", reterr, "Query", "ask a Query or a StoredQuery");
	if (!rc && a->stored_id && a->query_count > 1)
		rc = mm_wfs_fail(a, "OperationProcessingFailed", reterr, "StoredQuery",
				 "ask a stored query alone");
	return rc;
}

/* ---- the request ---- */

static enum mm_code read_accepted(const struct mm_request *r, struct mm_wfs_ask *a, const struct mm_xml *root,
				  struct mm_err *reterr)
{
	const struct mm_xml *e = mm_xml_child(root, "AcceptVersions"), *s = mm_xml_child(root, "Sections");
	struct mm_wfs_names names = {NULL, 0};
	const char *all = "";
	enum mm_code rc = e ? read_texts(r, a, e, "Version", MM_WFS_TYPES_MAX, &names, reterr) : MM_OK;

	for (size_t i = 0; all && i < names.count; i++)
		all = mm_arena_printf(r->mem, "%s%s%s", all, i ? "," : "", names.name[i]);
	if (!rc && !all)
		return mm_fail_nomem(reterr);
	if (!rc && e)
		rc = mm_wfs_negotiate(a, all, reterr);
	if (rc || !s)
		return rc;
	rc = read_texts(r, a, s, "Section", MM_WFS_OPERATION_COUNT, &names, reterr);
	a->sections = "";
	for (size_t i = 0; !rc && a->sections && i < names.count; i++)
		a->sections = mm_arena_printf(r->mem, "%s%s%s", a->sections, i ? "," : "", names.name[i]);
	return !rc && !a->sections ? mm_fail_nomem(reterr) : rc;
}

static void read_version(struct mm_wfs_ask *a, const struct mm_xml *root)
{
	const char *version = mm_xml_attribute(root, "version");

	a->version = strcmp(root->ns, WFS_20) == 0 || !*root->ns ? MM_WFS_20 : MM_WFS_11;
	if (version && (a->version != MM_WFS_20 || !*root->ns))
		(void)mm_wfs_version_find(version, &a->version);
	if (*root->ns && a->version == MM_WFS_20 && strcmp(root->ns, WFS_20) != 0)
		a->version = MM_WFS_11;
}

static enum mm_code read_root(const struct mm_request *r, struct mm_wfs_ask *a, const struct mm_xml *root,
			      struct mm_err *reterr)
{
	const char *service = mm_xml_attribute(root, "service");

	read_version(a, root);
	a->operation = mm_wfs_operation_find(root->name);
	a->format = mm_xml_attribute(root, "outputFormat");
	if (service && strcasecmp(service, "WFS") != 0)
		return mm_wfs_fail(a, "InvalidParameterValue", reterr, "service", "write service=\"WFS\"");
	switch (a->operation) {
	case MM_WFS_CAPABILITIES:
		a->version = mm_xml_attribute(root, "version") ? a->version : MM_WFS_20;
		return read_accepted(r, a, root, reterr);
	case MM_WFS_DESCRIBE:
		return read_texts(r, a, root, "TypeName", MM_WFS_TYPES_MAX, &a->types, reterr);
	case MM_WFS_FEATURES:
	case MM_WFS_VALUES:
		return read_queries(r, a, root, reterr);
	case MM_WFS_STORED_DESCRIBE:
		return read_texts(r, a, root, "StoredQueryId", MM_WFS_TYPES_MAX, &a->stored, reterr);
	case MM_WFS_TRANSACTION:
		a->transaction = root;
		return MM_OK;
	case MM_WFS_STORED_LIST:
		return MM_OK;
	default:
		return mm_wfs_fail(a, "OperationNotSupported", reterr, root->name,
				   "there is no operation %.60s here: GetCapabilities lists those there are",
				   root->name);
	}
}

enum mm_code mm_wfs_read_body(const struct mm_request *r, struct mm_wfs_ask *a, struct mm_err *reterr)
{
	const struct mm_xml *root;
	enum mm_code rc;

	if (!r->body_len)
		return mm_wfs_fail(a, "OperationParsingFailed", reterr, "",
				   "the body is empty: send an XML request, or ask by GET");
	rc = mm_xml_parse(r->body, r->body_len, r->mem, &root, reterr);
	if (rc == MM_E_INVALID)
		a->exception = "OperationParsingFailed";
	return rc ? rc : read_root(r, a, root, reterr);
}
