#include "api/wfs/wfs.h"

#include "api/features/pages.h"
#include "api/wfs/stream.h"
#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* GetFeature: which features, in which format, and on which page. */

enum format { FORMAT_GML, FORMAT_JSON, FORMAT_CSV, FORMAT_SHAPE_ZIP, FORMAT_COUNT };

/* ---- formats ---- */

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcasecmp(name, *names) == 0)
			return true;
	return false;
}

/* Older clients ask for the GML of another version; they get that of the version they speak. */
static enum mm_code choose_format(struct mm_wfs *w, enum format *ret, struct mm_err *reterr)
{
	static const char *const gml[] = {"gml2",
					  "gml3",
					  "gml32",
					  "text/gml",
					  "text/xml",
					  "xmlschema",
					  "application/xml",
					  "text/xml; subtype=gml/2.1.2",
					  "text/xml; subtype=gml/3.1.1",
					  "text/xml; subtype=gml/3.2",
					  "text/xml; subtype=gml/3.2.1",
					  "text/xml;subtype=gml/2.1.2",
					  "text/xml;subtype=gml/3.1.1",
					  "text/xml;subtype=gml/3.2",
					  "application/gml+xml",
					  "application/gml+xml;version=3.2",
					  "application/gml+xml; version=3.2",
					  NULL};
	static const char *const json[] = {"application/json", "application/geo+json", "json", "geojson",
					   NULL};
	static const char *const csv[] = {"csv", "text/csv", NULL};
	const char *name = w->ask.format;

	*ret = FORMAT_GML;
	if (!name || is_one_of(name, gml))
		return MM_OK;
	*ret = is_one_of(name, json)       ? FORMAT_JSON
	       : is_one_of(name, csv)      ? FORMAT_CSV
	       : mm_wfs_is_shape_zip(name) ? FORMAT_SHAPE_ZIP
					   : FORMAT_COUNT;
	if (*ret == FORMAT_COUNT)
		return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "outputFormat",
				   "write %s, application/json, csv or SHAPE-ZIP",
				   mm_wfs_media_type(w->ask.version));
	if (w->ask.query_count > 1 || w->ask.is_hits)
		return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "outputFormat",
				   "this format has the features of one layer: ask for %s",
				   mm_wfs_media_type(w->ask.version));
	return MM_OK;
}

/* ---- pages ---- */

/* This request with another beginning, bound to the version of the data that it is answered of. */
static const char *page_url(struct mm_wfs *w, const struct mm_layer *l, uint64_t start)
{
	static const char *const own[] = {"startindex", "count",       "maxfeatures",
					  "resulttype", "dataversion", NULL};
	struct mm_buf b;
	const char *url;

	mm_buf_init(&b, 64 << 10);
	mm_buf_printf(&b, "%s/wfs?", w->r->base_url);
	for (size_t i = 0; i < w->r->param_count; i++) {
		const struct mm_param *p = &w->r->param[i];

		if (is_one_of(p->name, own))
			continue;
		mm_text_put_url(&b, p->name, strlen(p->name));
		mm_buf_byte(&b, '=');
		mm_text_put_url(&b, p->value, strlen(p->value));
		mm_buf_byte(&b, '&');
	}
	mm_buf_printf(&b, "startIndex=%" PRIu64 "&count=%u", start, w->ask.count);
	if (l)
		mm_buf_printf(&b, "&dataVersion=%016" PRIx64, mm_layer_version(l));
	url = b.failed ? NULL : mm_arena_text(w->r->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return url;
}

static bool read_hex(const char *text, uint64_t *ret)
{
	char *end = NULL;

	if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
		return false;
	*ret = strtoull(text, &end, 16);
	return *end == '\0';
}

/* The version of a layer that is asked: the current one, or that of the page before. One reference. */
static enum mm_code find_version(struct mm_wfs *w, const struct mm_layer *current, struct mm_layer **ret,
				 struct mm_err *reterr)
{
	const struct mm_entry *e = mm_catalog_find_entry(w->catalog, mm_layer_schema(current)->id);
	uint64_t version = mm_layer_version(current);
	enum mm_code rc;

	if (w->ask.page && (w->ask.query_count > 1 || !read_hex(w->ask.page, &version)))
		return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "dataVersion",
				   "follow the links of a page as they are");
	rc = mm_pages_find(w->api->pages, e, version, ret, reterr);
	if (rc == MM_E_GONE)
		w->ask.exception = "OperationProcessingFailed";
	return rc;
}

static void keep_version(struct mm_wfs *w, const struct mm_layer *l)
{
	const struct mm_entry *e = mm_catalog_find_entry(w->catalog, mm_layer_schema(l)->id);

	if (e && e->layer == l)
		mm_pages_keep(w->api->pages, e);
}

/* "next" and "previous", which only what came in the query string has: a body cannot be linked to. */
static void put_links(struct mm_wfs *w, struct mm_wfs_stream *s, const struct mm_layer *l)
{
	const uint64_t end = (uint64_t)w->ask.start + s->returned;
	const char *next, *previous;

	if (w->ask.version != MM_WFS_20 || w->r->method == MM_POST || w->ask.stored_id)
		return;
	next = end < s->matched && w->ask.count ? page_url(w, l, w->ask.is_hits ? 0 : end) : NULL;
	previous = w->ask.start && w->ask.count && !w->ask.is_hits
		       ? page_url(w, l, w->ask.start > w->ask.count ? w->ask.start - w->ask.count : 0)
		       : NULL;
	s->next = next ? mm_arena_text(&s->mem, next, strlen(next)) : NULL;
	s->previous = previous ? mm_arena_text(&s->mem, previous, strlen(previous)) : NULL;
	if (s->next && l)
		keep_version(w, l);
}

/* ---- queries ---- */

/* What is left to skip and to give, query by query. */
struct window {
	uint64_t skip, left;
};

static enum mm_code add_query(struct mm_wfs *w, const struct mm_wfs_query *q, struct window *in,
			      struct mm_wfs_stream *s, struct mm_err *reterr)
{
	const struct mm_layer *current;
	struct mm_layer *layer = NULL;
	struct mm_wfs_rows rows = {0};
	enum mm_code rc = mm_wfs_query_layer(w, q, &current, reterr);
	uint64_t skipped;

	if (!rc)
		rc = find_version(w, current, &layer, reterr);
	if (!rc)
		rc = mm_wfs_select(w, q, layer, (uint32_t)in->skip, w->ask.is_hits ? 0 : (uint32_t)in->left,
				   &s->mem, &rows, reterr);
	if (!rc)
		rc = mm_wfs_stream_add(s, layer, &rows, reterr); /* has a reference of its own */
	(void)mm_layer_unref(layer);
	if (rc)
		return rc;
	skipped = rows.page.matched < in->skip ? rows.page.matched : in->skip;
	in->skip -= skipped;
	in->left -= rows.page.count;
	return MM_OK;
}

static enum mm_code add_queries(struct mm_wfs *w, struct mm_wfs_stream *s, struct mm_err *reterr)
{
	struct window in = {w->ask.start, w->ask.has_count ? w->ask.count : INT32_MAX};
	enum mm_code rc = MM_OK;

	for (size_t i = 0; !rc && i < w->ask.query_count; i++)
		rc = add_query(w, &w->ask.query[i], &in, s, reterr);
	return rc;
}

/* The feature itself is the answer. */
static enum mm_code answer_by_id(struct mm_wfs *w, struct mm_err *reterr)
{
	const struct mm_layer *l;
	struct mm_gml_writer g;
	struct mm_wfs_srs srs;
	uint32_t row;
	enum mm_code rc;

	if (strcmp(w->ask.stored_id, MM_WFS_BY_ID) != 0 &&
	    strcmp(w->ask.stored_id, "http://www.opengis.net/def/query/OGC-WFS/0/GetFeatureById") != 0)
		return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "storedQuery_Id",
				   "there is no such stored query: ListStoredQueries lists those there are");
	if (!w->ask.feature_id)
		return mm_wfs_fail(&w->ask, "MissingParameterValue", reterr, "id",
				   "give the id of a feature, as in id=name.number");
	rc = mm_wfs_feature(w, w->ask.feature_id, &l, &row, reterr);
	if (!rc)
		rc = mm_wfs_srs(w, mm_layer_schema(l), w->ask.query[0].srs_name, &srs, reterr);
	if (rc)
		return rc;
	rc = mm_gml_init(
	    &g, mm_wfs_gml(w->ask.version), l,
	    &(struct mm_coords_crs){srs.crs.definition, srs.crs.is_north_first, srs.crs.is_degrees}, srs.name,
	    w->kit->proj, reterr);
	if (!rc) {
		mm_buf_text(&w->rs->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
		mm_gml_put(&g, row, true, &w->rs->body);
		mm_gml_release(&g);
	}
	w->rs->content_type = mm_wfs_media_type(w->ask.version);
	return rc;
}

static const struct mm_encoder *encoder_of(enum format f)
{
	return f == FORMAT_JSON ? &mm_encoder_geojson : f == FORMAT_CSV ? &mm_encoder_csv : NULL;
}

static enum mm_code answer(struct mm_wfs *w, enum format f, struct mm_wfs_stream *s, struct mm_err *reterr)
{
	const struct mm_encoder *e = encoder_of(f);
	enum mm_code rc;

	/* who speaks 1.x, or takes a file, cannot ask for a next page: all of it, as it is streamed */
	if (!e && !w->ask.has_count && w->ask.version == MM_WFS_20) {
		w->ask.has_count = true;
		w->ask.count = MM_WFS_COUNT_DEFAULT;
	}
	if (e && !w->ask.query[0].srs_name) /* the way of these formats */
		w->ask.query[0].srs_name = "urn:ogc:def:crs:OGC:1.3:CRS84";
	rc = add_queries(w, s, reterr);
	if (rc)
		return rc;
	put_links(w, s, s->part_count == 1 ? s->part[0].layer : NULL);
	w->rs->content_type = e ? e->media_type : mm_wfs_media_type(w->ask.version);
	return mm_wfs_stream_begin(s, w, e, reterr);
}

enum mm_code mm_wfs_features(struct mm_wfs *w, struct mm_err *reterr)
{
	struct mm_wfs_stream *s;
	enum format f;
	enum mm_code rc;

	if (w->ask.stored_id)
		return answer_by_id(w, reterr);
	rc = choose_format(w, &f, reterr);
	if (rc)
		return rc;
	if (f == FORMAT_SHAPE_ZIP)
		return mm_wfs_shape_zip(w, reterr);
	s = mm_wfs_stream_new(w);
	if (!s)
		return mm_fail_nomem(reterr);
	rc = answer(w, f, s, reterr);
	if (rc)
		mm_wfs_stream_free(s);
	return rc;
}
