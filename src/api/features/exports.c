#include "api/features/exports.h"

#include "api/features/download.h"
#include "api/features/features.h"
#include "api/out.h"
#include "base/text.h"
#include "feed/export.h"
#include "http/accept.h"

#include <string.h>
#include <strings.h>

static const struct mm_offer offers[MM_EXPORT_FORMAT_COUNT] = {
    [MM_EXPORT_FGB] = {"application/flatgeobuf", "fgb"},
    [MM_EXPORT_GPKG] = {"application/geopackage+sqlite3", "gpkg"},
    [MM_EXPORT_SHP] = {"application/zip", "shp"},
    [MM_EXPORT_TAB] = {"application/zip", "tab"},
    [MM_EXPORT_DXF] = {"image/vnd.dxf", "dxf"},
    [MM_EXPORT_XLSX] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
};

const struct mm_offer *mm_export_offers(size_t *ret_count)
{
	*ret_count = MM_EXPORT_FORMAT_COUNT;
	return offers;
}

static const char *const format_name[MM_EXPORT_FORMAT_COUNT] = {"FlatGeobuf",  "GeoPackage", "Shapefile",
								"MapInfo TAB", "DXF",        "Excel"};

static const char *path_of(const struct mm_request *r, const struct mm_schema *s, const char *f)
{
	return mm_arena_printf(r->mem, "/collections/%s/items?f=%s", s->id, f);
}

/* The files there are: first those that are streamed. */
struct listed {
	const char *f, *media_type, *name;
};

static bool list(size_t i, struct listed *ret)
{
	if (i < MM_ENCODERS) {
		*ret = (struct listed){mm_encoders[i]->f, mm_encoders[i]->media_type, mm_encoders[i]->title};
		return !mm_encoders[i]->is_page;
	}
	i -= MM_ENCODERS;
	*ret = (struct listed){offers[i].f, offers[i].media_type, format_name[i]};
	return true;
}

void mm_export_put_links(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s)
{
	struct listed one;

	for (size_t i = 0; i < MM_ENCODERS + MM_EXPORT_FORMAT_COUNT; i++) {
		const char *path = list(i, &one) ? path_of(r, s, one.f) : "";

		if (path && *path)
			mm_out_link(j, r, path, "enclosure", one.media_type, one.name);
		else if (!path)
			j->out->failed = true;
	}
}

void mm_export_put_html(struct mm_html *h, const struct mm_request *r, const struct mm_schema *s)
{
	struct listed one;

	for (size_t i = 0; i < MM_ENCODERS + MM_EXPORT_FORMAT_COUNT; i++) {
		const char *path = list(i, &one) ? path_of(r, s, one.f) : NULL;

		if (!path)
			continue;
		mm_html_raw(h, " · ");
		mm_html_link(h, path, one.name);
	}
}

/* ---- which format ---- */

/* What is streamed wins where a client takes both alike. */
static int quality_of_streams(const char *accept)
{
	static const char *const types[] = {MM_TYPE_GEOJSON_MEDIA, MM_TYPE_JSON_MEDIA, "text/html"};
	int best = 0;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const int q = mm_accept_media(accept, types[i]);

		best = q > best ? q : best;
	}
	for (size_t i = 0; i < MM_ENCODERS; i++) {
		const int q = mm_accept_media(accept, mm_encoders[i]->media_type);

		best = q > best ? q : best;
	}
	return best;
}

/* MM_EXPORT_FORMAT_COUNT: none of ours. */
static enum mm_export_format format_of(const struct mm_request *r)
{
	const char *f = mm_request_param(r, "f"), *accept = mm_request_header(r, "Accept");
	int best;

	for (int i = 0; f && i < MM_EXPORT_FORMAT_COUNT; i++)
		if (strcmp(f, offers[i].f) == 0)
			return (enum mm_export_format)i;
	if (f || !accept)
		return MM_EXPORT_FORMAT_COUNT;
	best = quality_of_streams(accept);
	for (int i = 0; i < MM_EXPORT_FORMAT_COUNT; i++)
		if (mm_accept_media(accept, offers[i].media_type) > best)
			return (enum mm_export_format)i;
	return MM_EXPORT_FORMAT_COUNT;
}

bool mm_export_is_asked(const struct mm_request *r)
{
	return format_of(r) != MM_EXPORT_FORMAT_COUNT;
}

/* ---- one download ---- */

static bool is_table(enum mm_export_format f)
{
	return f == MM_EXPORT_SHP || f == MM_EXPORT_TAB;
}

/* Of the tables in a zip: Shapefiles are UTF-8 unless asked otherwise; of MapInfo files and drawings GDAL can
 * name only the older encodings. Characters that CP1251 lacks become question marks. */
static enum mm_code choose_encoding(const struct mm_request *r, enum mm_export_format f, const char **ret,
				    struct mm_err *reterr)
{
	const char *text = mm_request_param(r, "encoding");

	*ret = f == MM_EXPORT_TAB || f == MM_EXPORT_DXF ? "CP1251" : "UTF-8";
	if (!text)
		return MM_OK;
	if (!is_table(f) && f != MM_EXPORT_DXF)
		return mm_fail(reterr, MM_E_INVALID, "encoding", "only shp, tab and dxf have one");
	if (strcasecmp(text, "cp1251") == 0 || strcasecmp(text, "windows-1251") == 0)
		*ret = "CP1251";
	else if (strcasecmp(text, "utf-8") == 0)
		*ret = "UTF-8";
	else
		return mm_fail(reterr, MM_E_INVALID, "encoding", "write utf-8 or cp1251");
	if (f != MM_EXPORT_SHP && strcmp(*ret, "CP1251") != 0)
		return mm_fail(reterr, MM_E_INVALID, "encoding", "this format is made in cp1251 only");
	return MM_OK;
}

/* A drawing is in the map's own system where none is asked for. */
static enum mm_code choose_crs(const struct mm_request *r, enum mm_export_format f, struct mm_items *it,
			       struct mm_err *reterr)
{
	const char *map = mm_catalog_map(it->catalog)->crs_definition;
	struct mm_out_crs list[MM_OUT_CRS_MAX];
	size_t count = 0, storage;
	enum mm_code rc;

	if (f != MM_EXPORT_DXF)
		return MM_OK;
	if (mm_request_param(r, "crs"))
		return it->crs.is_degrees ? mm_fail(reterr, MM_E_INVALID, "crs",
						    "a drawing is in metres: ask for a projected system")
					  : MM_OK;
	rc = mm_out_crs_list(r, it->catalog, mm_layer_schema(it->layer), list, &count, &storage, reterr);
	for (size_t i = 0; !rc && i < count; i++)
		if (strcmp(list[i].definition, map) == 0)
			it->crs = list[i];
	return rc;
}

static void put_headers(const struct mm_request *r, const struct mm_items *it, enum mm_export_format f,
			const char *lang, struct mm_response *rs)
{
	mm_response_header(
	    rs, "Content-Disposition",
	    mm_download_disposition(r, mm_layer_schema(it->layer), is_table(f) ? "zip" : offers[f].f, lang));
	mm_response_header(rs, "Content-Crs", mm_arena_printf(r->mem, "<%s>", it->crs.uri));
	mm_response_header(rs, "OGC-NumberMatched", mm_arena_printf(r->mem, "%u", it->page.matched));
	mm_response_header(rs, "OGC-NumberReturned", mm_arena_printf(r->mem, "%u", it->page.count));
	mm_response_header(rs, "Accept-Ranges", "none"); /* it is made anew each time */
}

static enum mm_code run(const struct mm_api *api, const struct mm_request *r, enum mm_export_format f,
			struct mm_items *it, struct mm_response *rs, struct mm_err *reterr)
{
	const struct mm_cache *cache = atomic_load(&api->exports);
	struct mm_response_file *file = mm_arena_alloc(r->mem, sizeof(*file));
	struct mm_export e = {.layer = it->layer,
			      .row = it->page.row,
			      .count = it->page.count,
			      .leaves_out = it->leaves_out,
			      .format = f,
			      .crs = it->crs.definition,
			      .lang = mm_request_lang(r, "ru"),
			      .keeps_order = it->query.sort_count > 0};
	struct mm_export_file made;
	enum mm_code rc = choose_encoding(r, f, &e.encoding, reterr);

	if (!rc && !cache)
		rc = mm_fail(reterr, MM_E_BUSY, "", "the layers are still being loaded: try again");
	if (!rc && !file)
		rc = mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_export_run(&e, cache, r->stop_fd, &made, reterr);
	if (rc)
		return rc;
	*file = (struct mm_response_file){made.fd, made.size};
	rs->file = file;
	rs->content_type = offers[f].media_type;
	rs->no_compress = true;
	it->page.count -= made.left_out < it->page.count ? made.left_out : it->page.count;
	put_headers(r, it, f, e.lang, rs);
	if (made.left_out)
		mm_response_header(rs, "X-Munimap-Dropped", mm_arena_printf(r->mem, "%u", made.left_out));
	return MM_OK;
}

static enum mm_code answer(const struct mm_api *api, const struct mm_request *r, enum mm_export_format f,
			   struct mm_items *it, struct mm_response *rs, struct mm_err *reterr)
{
	enum mm_code rc = mm_items_ask(r, false, it, reterr);

	if (!rc)
		rc = choose_crs(r, f, it, reterr);
	if (rc)
		return rc;
	rs->etag = mm_out_etag(
	    r, mm_layer_version(it->layer) ^ mm_layer_identity(it->layer) ^ mm_filter_run_others(it->filter),
	    mm_arena_printf(r->mem, "%s%s", offers[f].f, mm_request_lang(r, "ru")));
	if (mm_request_is_fresh(r, rs->etag))
		return MM_OK;
	rc = mm_query_run(it->layer, &it->query, it->kit->proj, it->offset, it->limit, r->mem, &it->page,
			  reterr);
	return rc ? rc : run(api, r, f, it, rs, reterr);
}

enum mm_code mm_api_export(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	struct mm_items it = {.is_whole = true};
	const enum mm_export_format f = format_of(r);
	enum mm_code rc = mm_items_version(api, r, &it, reterr);

	if (!rc)
		rc = mm_kits_take(api->kits, &it.kit, reterr);
	if (!rc)
		rc = answer(api, r, f, &it, rs, reterr);
	mm_filter_run_free(it.filter);
	mm_kits_give(api->kits, it.kit);
	(void)mm_layer_unref(it.layer);
	(void)mm_catalog_unref(it.catalog);
	return rc;
}
