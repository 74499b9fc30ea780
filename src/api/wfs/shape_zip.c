#include "api/wfs/wfs.h"

#include "api/features/download.h"
#include "feed/export.h"

#include <string.h>
#include <strings.h>

/* GetFeature as Shapefiles in a zip, which GDAL writes in a child: slow, and given as a whole. */

#define SHAPE_ZIP "SHAPE-ZIP"

bool mm_wfs_is_shape_zip(const char *format)
{
	return format && (strcasecmp(format, SHAPE_ZIP) == 0 || strcasecmp(format, "application/zip") == 0);
}

bool mm_wfs_asks_shape_zip(const struct mm_request *r)
{
	for (size_t i = 0; i < r->param_count; i++)
		if (strcasecmp(r->param[i].name, "outputFormat") == 0 &&
		    mm_wfs_is_shape_zip(r->param[i].value))
			return true;
	return false;
}

static enum mm_code put_file(struct mm_wfs *w, const struct mm_wfs_rows *rows, struct mm_err *reterr)
{
	const struct mm_cache *cache = atomic_load(&w->api->exports);
	struct mm_response_file *file = mm_arena_alloc(w->r->mem, sizeof(*file));
	const struct mm_schema *s = mm_layer_schema(rows->layer);
	const char *lang = mm_request_lang(w->r, "ru");
	const struct mm_export e = {.layer = rows->layer,
				    .row = rows->page.row,
				    .count = rows->page.count,
				    .leaves_out = rows->leaves_out,
				    .format = MM_EXPORT_SHP,
				    .crs = rows->srs.crs.definition,
				    .encoding = "UTF-8",
				    .lang = lang,
				    .keeps_order = true};
	struct mm_export_file made;
	enum mm_code rc;

	if (!cache)
		return mm_fail(reterr, MM_E_BUSY, "", "the layers are still being loaded: try again");
	if (!file)
		return mm_fail_nomem(reterr);
	rc = mm_export_run(&e, cache, w->r->stop_fd, &made, reterr);
	if (rc)
		return rc;
	*file = (struct mm_response_file){made.fd, made.size};
	w->rs->file = file;
	w->rs->content_type = "application/zip";
	w->rs->no_compress = true;
	mm_response_header(w->rs, "Content-Disposition", mm_download_disposition(w->r, s, "zip", lang));
	return MM_OK;
}

enum mm_code mm_wfs_shape_zip(struct mm_wfs *w, struct mm_err *reterr)
{
	const uint32_t limit = w->ask.has_count ? w->ask.count : INT32_MAX;
	const struct mm_layer *l = NULL;
	struct mm_wfs_rows rows;
	enum mm_code rc;

	if (w->r->method == MM_POST) /* the query string says beforehand that it takes long */
		return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "outputFormat",
				   "ask for " SHAPE_ZIP " by GET");
	rc = mm_wfs_query_layer(w, &w->ask.query[0], &l, reterr);
	if (!rc)
		rc = mm_wfs_select(w, &w->ask.query[0], l, w->ask.start, limit, w->r->mem, &rows, reterr);
	return rc ? rc : put_file(w, &rows, reterr);
}
