#include "api/wfs/wfs.h"

#include "http/status.h"

#include <string.h>
#include <strings.h>

/* Failures as the clients of the service read them: never problem+json. */

static const char *code_of(const struct mm_wfs *w, enum mm_code rc)
{
	if (w->ask.exception)
		return w->ask.exception;
	switch (rc) {
	case MM_E_INVALID:
		return "InvalidParameterValue";
	case MM_E_NOT_FOUND:
		return "NotFound";
	case MM_E_LIMIT:
	case MM_E_DATA:
	case MM_E_CONFLICT:
	case MM_E_GONE:
		return "OperationProcessingFailed";
	default:
		return "NoApplicableCode";
	}
}

static void put_attribute(struct mm_buf *out, const char *name, const char *value)
{
	mm_buf_printf(out, " %s=\"", name);
	mm_wfs_put_xml(out, value);
	mm_buf_byte(out, '"');
}

static void put_ows(struct mm_wfs *w, const char *code, const char *locator, const char *text)
{
	const bool is_20 = w->ask.version == MM_WFS_20;
	struct mm_buf *out = &w->rs->body;

	mm_buf_printf(out,
		      "<ows:ExceptionReport xmlns:ows=\"http://www.opengis.net/ows%s\" version=\"%s\">"
		      "<ows:Exception",
		      is_20 ? "/1.1" : "", is_20 ? "2.0.0" : "1.1.0");
	put_attribute(out, "exceptionCode", code);
	if (*locator)
		put_attribute(out, "locator", locator);
	mm_buf_text(out, "><ows:ExceptionText>");
	mm_wfs_put_xml(out, text);
	mm_buf_text(out, "</ows:ExceptionText></ows:Exception></ows:ExceptionReport>\n");
}

static void put_service(struct mm_wfs *w, const char *code, const char *locator, const char *text)
{
	struct mm_buf *out = &w->rs->body;

	mm_buf_text(out, "<ServiceExceptionReport xmlns=\"http://www.opengis.net/ogc\" version=\"1.2.0\">"
			 "<ServiceException");
	put_attribute(out, "code", code);
	if (*locator)
		put_attribute(out, "locator", locator);
	mm_buf_byte(out, '>');
	mm_wfs_put_xml(out, text);
	mm_buf_text(out, "</ServiceException></ServiceExceptionReport>\n");
}

/* The version that a request names in its address, whose body may not have been read. */
static enum mm_wfs_version version_of(const struct mm_request *r)
{
	enum mm_wfs_version v = MM_WFS_20;

	for (size_t i = 0; i < r->param_count; i++)
		if (strcasecmp(r->param[i].name, "version") == 0)
			(void)mm_wfs_version_find(r->param[i].value, &v);
	return v;
}

void mm_wfs_refuse(const struct mm_api *api, const struct mm_request *r, int status, const char *why,
		   struct mm_response *rs)
{
	struct mm_wfs w = {.api = api, .r = r, .rs = rs, .status = status};
	struct mm_err err = {0};

	w.ask.version = version_of(r);
	w.ask.exception = status == 405 ? "OperationNotSupported" : NULL;
	mm_wfs_put_exception(
	    &w,
	    mm_fail(&err, status < 500 ? MM_E_LIMIT : MM_E_BUSY, status == 405 ? "request" : "", "%s", why),
	    &err);
}

void mm_wfs_put_exception(struct mm_wfs *w, enum mm_code rc, const struct mm_err *err)
{
	const char *text = mm_status_shows_words(rc) ? err->msg : "something went wrong in the server";
	struct mm_buf *out = &w->rs->body;

	mm_body_source_close(&w->rs->source);
	mm_buf_clear(out);
	w->rs->header_count = 0;
	w->rs->etag = NULL;
	w->rs->cache_control = "no-store";
	w->rs->status = w->status ? w->status : mm_status_of(rc);
	w->rs->content_type = "text/xml";
	mm_buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (w->ask.version == MM_WFS_10)
		put_service(w, code_of(w, rc), err->where, text);
	else
		put_ows(w, code_of(w, rc), err->where, text);
	if (w->rs->status == 401)
		mm_response_header(w->rs, "WWW-Authenticate", "Bearer realm=\"munimap\"");
}
