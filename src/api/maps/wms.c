#include "api/maps/wms.h"
#include "api/maps/maps.h"

#include "api/out.h"
#include "base/log.h"
#include "base/text.h"
#include "http/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* "/wms": reads the request, and has its operation answered. */

const char *mm_wms_param(const struct mm_request *r, const char *name)
{
	for (size_t i = 0; i < r->param_count; i++)
		if (strcasecmp(r->param[i].name, name) == 0)
			return r->param[i].value;
	return NULL;
}

static bool is_111(const struct mm_request *r)
{
	const char *version = mm_wms_param(r, "VERSION");

	return version && strncmp(version, "1.1", 3) == 0;
}

enum mm_code mm_wms_fail(struct mm_wms *w, const char *exception, struct mm_err *reterr, const char *locator,
			 const char *fmt, ...)
{
	char text[sizeof(reterr->msg)];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	w->exception = exception;
	return mm_fail(reterr, MM_E_INVALID, locator, "%s", text);
}

static enum mm_code get_map(struct mm_wms *w, struct mm_err *reterr)
{
	enum mm_code rc = mm_wms_read_map(w, reterr);

	return rc ? rc : mm_picture_make(&w->picture, w->rs, reterr);
}

static enum mm_code answer(struct mm_wms *w, struct mm_err *reterr)
{
	const struct mm_request *r = w->picture.r;
	const char *service = mm_wms_param(r, "SERVICE"), *request = mm_wms_param(r, "REQUEST");

	w->is_111 = is_111(r);
	if (service && strcasecmp(service, "WMS") != 0)
		return mm_wms_fail(w, "InvalidParameterValue", reterr, "SERVICE",
				   "this is a WMS: write SERVICE=WMS");
	if (!request)
		return mm_wms_fail(
		    w, "MissingParameterValue", reterr, "REQUEST",
		    "write REQUEST=GetCapabilities, GetMap, GetFeatureInfo or GetLegendGraphic");
	if (strcasecmp(request, "GetCapabilities") == 0 || strcasecmp(request, "capabilities") == 0) {
		mm_wms_capabilities(w);
		return MM_OK;
	}
	if (strcasecmp(request, "GetMap") == 0 || strcasecmp(request, "map") == 0)
		return get_map(w, reterr);
	if (strcasecmp(request, "GetFeatureInfo") == 0 || strcasecmp(request, "feature_info") == 0)
		return mm_wms_info(w, reterr);
	if (strcasecmp(request, "GetLegendGraphic") == 0)
		return mm_wms_legend(w, reterr);
	return mm_wms_fail(w, "OperationNotSupported", reterr, "REQUEST",
			   "\"%.40s\": write GetCapabilities, GetMap, GetFeatureInfo or GetLegendGraphic",
			   request);
}

/* ---- failures ---- */

/* Clients of the service read their own form of a failure, never problem+json. `code` and `locator` may be
 * "".
 */
static void put_exception(struct mm_response *rs, bool is_111, const char *code, const char *locator,
			  const char *words)
{
	struct mm_buf *out = &rs->body;

	mm_buf_clear(out);
	mm_buf_printf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ServiceExceptionReport version=\"%s\"%s>"
		      "<ServiceException",
		      is_111 ? "1.1.1" : "1.3.0", is_111 ? "" : " xmlns=\"http://www.opengis.net/ogc\"");
	if (*code)
		mm_buf_printf(out, " code=\"%s\"", code);
	if (*locator) {
		mm_buf_text(out, " locator=\"");
		mm_text_put_html(out, locator, strlen(locator));
		mm_buf_byte(out, '"');
	}
	mm_buf_byte(out, '>');
	mm_text_put_html(out, words, strlen(words));
	mm_buf_text(out, "</ServiceException></ServiceExceptionReport>\n");
	rs->content_type = is_111 ? "application/vnd.ogc.se_xml" : "text/xml";
	rs->etag = NULL;
	rs->no_compress = false;
}

static void put_failure(struct mm_wms *w, enum mm_code rc, const struct mm_err *err)
{
	put_exception(w->rs, w->is_111, w->exception ? w->exception : "", err->where,
		      rc == MM_E_INTERNAL || rc == MM_E_IO ? "the server failed; its log says why"
							   : err->msg);
	w->rs->status = mm_status_of(rc);
}

void mm_wms_refuse(const struct mm_request *r, int status, const char *why, struct mm_response *rs)
{
	const bool is_method = status == 405;

	put_exception(rs, is_111(r), is_method ? "OperationNotSupported" : "", is_method ? "REQUEST" : "",
		      why);
	rs->status = status;
	rs->cache_control = "no-store";
}

enum mm_code mm_api_wms(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	struct mm_wms w = {.picture = {.api = ctx, .r = r, .style = "day", .dpi = 96, .rgb = -1}, .rs = rs};
	struct mm_err err = {0};
	enum mm_code rc = mm_out_catalog(ctx, &w.picture.catalog, &err);

	(void)reterr;
	if (!rc)
		rc = mm_kits_take(w.picture.api->kits, &w.picture.kit, &err);
	if (!rc)
		rc = answer(&w, &err);
	if (!rc && rs->body.failed)
		rc = mm_fail(&err, MM_E_LIMIT, "", "the answer is too long: ask for less at a time");
	mm_wms_release_conditions(&w);
	mm_crs_release(&w.crs);
	mm_kits_give(w.picture.api->kits, w.picture.kit);
	(void)mm_catalog_unref(w.picture.catalog);
	if (rc == MM_E_INTERNAL || rc == MM_E_IO)
		mm_log(MM_LOG_ERROR, "a request to /wms failed", "error", err.msg, (const char *)NULL);
	if (rc)
		put_failure(&w, rc, &err);
	return MM_OK;
}
