#include "api/wfs/ask.h"

#include "base/num.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#undef mm_wfs_fail

static const char *const version_names[MM_WFS_VERSION_COUNT] = {"1.0.0", "1.1.0", "2.0.0"};

static const char *const operation_names[MM_WFS_OPERATION_COUNT] = {
    "GetCapabilities",   "DescribeFeatureType",   "GetFeature", "GetPropertyValue",
    "ListStoredQueries", "DescribeStoredQueries", "Transaction"};

const char *mm_wfs_version_name(enum mm_wfs_version v)
{
	return version_names[v];
}

bool mm_wfs_version_find(const char *name, enum mm_wfs_version *ret)
{
	for (int v = 0; v < MM_WFS_VERSION_COUNT; v++) {
		if (strncmp(name, version_names[v], 3) != 0 || (name[3] && name[3] != '.'))
			continue;
		*ret = (enum mm_wfs_version)v;
		return true;
	}
	return false;
}

const char *mm_wfs_operation_name(enum mm_wfs_operation o)
{
	return operation_names[o];
}

enum mm_wfs_operation mm_wfs_operation_find(const char *name)
{
	int o = 0;

	while (o < MM_WFS_OPERATION_COUNT && strcasecmp(name, operation_names[o]) != 0)
		o++;
	return (enum mm_wfs_operation)o;
}

enum mm_code mm_wfs_fail(struct mm_wfs_ask *a, const char *exception, struct mm_err *reterr,
			 const char *locator, const char *fmt, ...)
{
	char words[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	a->exception = exception;
	return mm_fail(reterr, MM_E_INVALID, locator, "%.*s",
		       (int)mm_text_utf8_cut(words, strlen(words), sizeof(words) - 5), words);
}

enum mm_code mm_wfs_negotiate(struct mm_wfs_ask *a, const char *accepted, struct mm_err *reterr)
{
	for (const char *at = accepted; *at; at += *at == ',') {
		at += strspn(at, " ");
		if (mm_wfs_version_find(at, &a->version))
			return MM_OK;
		at += strcspn(at, ",");
	}
	return mm_wfs_fail(a, "VersionNegotiationFailed", reterr, "acceptVersions",
			   "this server speaks 2.0.0, 1.1.0 and 1.0.0");
}

enum mm_code mm_wfs_read_number(struct mm_wfs_ask *a, const char *name, const char *text, uint32_t *ret,
				struct mm_err *reterr)
{
	int64_t v;

	if (!text)
		return MM_OK;
	if (!mm_num_parse_int(text, strlen(text), &v) || v < 0)
		return mm_wfs_fail(a, "InvalidParameterValue", reterr, name,
				   "write a whole number from 0 on");
	*ret = v > INT32_MAX ? INT32_MAX : (uint32_t)v;
	return MM_OK;
}

enum mm_code mm_wfs_read_result_type(struct mm_wfs_ask *a, const char *text, struct mm_err *reterr)
{
	a->is_hits = text && strcasecmp(text, "hits") == 0;
	if (text && !a->is_hits && strcasecmp(text, "results") != 0)
		return mm_wfs_fail(a, "InvalidParameterValue", reterr, "resultType", "write results or hits");
	return MM_OK;
}

static size_t count_parts(const char *text, const char *separators)
{
	size_t count = 1;

	for (; *text; text++)
		count += strchr(separators, *text) != NULL;
	return count;
}

enum mm_code mm_wfs_split(const struct mm_request *r, struct mm_wfs_ask *a, const char *name,
			  const char *text, const char *separators, size_t max, struct mm_wfs_names *ret,
			  struct mm_err *reterr)
{
	const size_t most = count_parts(text, separators);
	const char **part = most <= max ? mm_arena_array(r->mem, most, sizeof(*part)) : NULL;
	size_t count = 0;

	if (most > max)
		return mm_wfs_fail(a, "InvalidParameterValue", reterr, name, "name at most %zu", max);
	for (const char *at = text; part && *at;) {
		const char *begin = at + strspn(at, " \t\r\n");
		size_t n = strcspn(begin, separators);

		at = begin + n + (begin[n] != '\0');
		while (n && strchr(" \t\r\n", begin[n - 1]))
			n--;
		if (!n)
			continue;
		part[count] = mm_arena_text(r->mem, begin, n);
		if (!part[count++])
			return mm_fail_nomem(reterr);
	}
	*ret = (struct mm_wfs_names){part, count};
	return part ? MM_OK : mm_fail_nomem(reterr);
}

struct mm_wfs_query *mm_wfs_add_query(struct mm_wfs_ask *a, struct mm_err *reterr)
{
	if (a->query_count < MM_WFS_QUERIES_MAX)
		return &a->query[a->query_count++];
	(void)mm_wfs_fail(a, "OperationProcessingFailed", reterr, "Query",
			  "ask for at most %d layers at a time", MM_WFS_QUERIES_MAX);
	return NULL;
}

enum mm_code mm_wfs_read(const struct mm_request *r, struct mm_wfs_ask *ret, struct mm_err *reterr)
{
	*ret = (struct mm_wfs_ask){.version = MM_WFS_20, .operation = MM_WFS_OPERATION_COUNT};
	return r->method == MM_POST && (r->body_len || !r->param_count) ? mm_wfs_read_body(r, ret, reterr)
									: mm_wfs_read_kvp(r, ret, reterr);
}
