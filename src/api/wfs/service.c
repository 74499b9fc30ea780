#include "api/wfs/wfs.h"

#include "api/out.h"
#include "base/log.h"
#include "http/target.h"

#include <string.h>
#include <strings.h>

/* "/wfs": reads the request, and has its operation answered. */

static enum mm_code refuse(struct mm_wfs *w, struct mm_err *reterr)
{
	return mm_wfs_fail(&w->ask, "OperationNotSupported", reterr, "request",
			   "version %s of the service has no %s: ask for 2.0.0",
			   mm_wfs_version_name(w->ask.version), mm_wfs_operation_name(w->ask.operation));
}

static enum mm_code answer(struct mm_wfs *w, struct mm_err *reterr)
{
	static mm_wfs_answer *const answers[MM_WFS_OPERATION_COUNT] = {
	    [MM_WFS_CAPABILITIES] = mm_wfs_capabilities, [MM_WFS_DESCRIBE] = mm_wfs_describe,
	    [MM_WFS_FEATURES] = mm_wfs_features,         [MM_WFS_VALUES] = mm_wfs_values,
	    [MM_WFS_STORED_LIST] = mm_wfs_stored_list,   [MM_WFS_STORED_DESCRIBE] = mm_wfs_stored_describe,
	    [MM_WFS_TRANSACTION] = mm_wfs_transaction,
	};
	const enum mm_wfs_operation o = w->ask.operation;

	if (w->ask.version != MM_WFS_20 && (o == MM_WFS_VALUES || o == MM_WFS_STORED_LIST ||
					    o == MM_WFS_STORED_DESCRIBE || w->ask.stored_id))
		return refuse(w, reterr);
	return answers[o](w, reterr);
}

/* Old clients send XML under many names; a form in parts is none of them. */
static enum mm_code check_body(struct mm_wfs *w, struct mm_err *reterr)
{
	static const char multipart[] = "multipart/";
	const char *media = w->r->method == MM_POST ? mm_request_header(w->r, "Content-Type") : NULL;

	if (!media || strncasecmp(media, multipart, sizeof(multipart) - 1) != 0)
		return MM_OK;
	w->ask.version = MM_WFS_20;
	w->status = 415;
	return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "Content-Type",
			   "send the request as text/xml");
}

/* Parameters in a form, which filters are longer than addresses for. XML goes under that name, too: curl says
 * so of all that it is given. */
static bool is_form(const struct mm_request *r)
{
	static const char form[] = "application/x-www-form-urlencoded";
	const char *media = r->method == MM_POST ? mm_request_header(r, "Content-Type") : NULL;
	const size_t n = media ? strcspn(media, "; \t") : 0;
	const char *body = r->body;
	size_t at = 0;

	if (n != sizeof(form) - 1 || strncasecmp(media, form, n) != 0)
		return false;
	while (at < r->body_len && strchr(" \t\r\n\xef\xbb\xbf", body[at]))
		at++;
	return at < r->body_len && body[at] != '<' && memchr(body, '=', r->body_len);
}

static enum mm_code read_form(struct mm_wfs *w, struct mm_err *reterr)
{
	struct mm_request *r = is_form(w->r) ? mm_arena_alloc(w->r->mem, sizeof(*r)) : NULL;
	struct mm_verdict v;

	if (!is_form(w->r))
		return MM_OK;
	if (!r)
		return mm_fail_nomem(reterr);
	*r = *w->r;
	v = mm_target_parse_params(r->body, r->body_len, r);
	r->body = NULL;
	r->body_len = 0;
	w->r = r;
	w->status = v.status;
	return v.status ? mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "", "%s", v.why) : MM_OK;
}

static enum mm_code serve(struct mm_wfs *w, struct mm_err *reterr)
{
	enum mm_code rc = check_body(w, reterr);

	if (!rc)
		rc = read_form(w, reterr);
	if (!rc)
		rc = mm_wfs_read(w->r, &w->ask, reterr);
	if (!rc)
		rc = mm_out_catalog(w->api, &w->catalog, reterr);
	if (!rc)
		rc = mm_kits_take(w->api->kits, &w->kit, reterr);
	if (!rc)
		rc = answer(w, reterr);
	mm_kits_give(w->api->kits, w->kit);
	(void)mm_catalog_unref(w->catalog);
	if (!rc && w->rs->body.failed)
		rc = mm_fail(reterr, MM_E_LIMIT, "", "the answer is too long: ask for less at a time");
	return rc;
}

/* The words of a failure are in the answer, and not the server's own form of them. */
enum mm_code mm_api_wfs(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	struct mm_wfs w = {.api = ctx, .r = r, .rs = rs};
	struct mm_err err = {0};
	enum mm_code rc = serve(&w, &err);

	(void)reterr;
	if (rc == MM_OK)
		return MM_OK;
	if (rc == MM_E_INTERNAL || rc == MM_E_IO)
		mm_log(MM_LOG_ERROR, "a request to /wfs failed", "error", err.msg, (const char *)NULL);
	mm_wfs_put_exception(&w, rc, &err);
	return MM_OK;
}
