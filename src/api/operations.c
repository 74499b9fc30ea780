#include "api/html.h"
#include "api/out.h"
#include "api/prints/jobs.h"
#include "api/tiles/tile_cache.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/events.h"
#include "http/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What those who run the server look at: /healthz, /readyz, /metrics, /status. */

enum mm_code mm_api_healthz(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	(void)ctx;
	(void)r;
	mm_buf_text(&rs->body, "{\"status\":\"ok\"}");
	rs->cache_control = "no-store";
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}

enum mm_code mm_api_readyz(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	const struct mm_catalog *c = NULL;
	enum mm_code rc;

	(void)r;
	if (atomic_load(&api->stopping))
		return mm_fail(reterr, MM_E_BUSY, "", "the server is stopping");
	rc = mm_out_catalog(api, &c, reterr);
	if (rc)
		return rc;
	mm_buf_printf(&rs->body, "{\"status\":\"ready\",\"version\":\"%" PRIx64 "\"}", mm_catalog_version(c));
	(void)mm_catalog_unref(c);
	rs->cache_control = "no-store";
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}

/* Resident bytes of the process; 0 when /proc does not say. */
static long long resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long long pages = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%*d %lld", &pages) != 1)
		pages = 0;
	(void)fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static void put_gauge(struct mm_buf *out, const char *name, const char *help)
{
	mm_buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void put_sample(struct mm_buf *out, const char *name, const char *layer, uint32_t v)
{
	mm_buf_printf(out, "%s{layer=", name);
	mm_text_put_json(out, layer, strlen(layer));
	mm_buf_printf(out, "} %u\n", v);
}

static void put_layer_metrics(const struct mm_catalog *c, struct mm_buf *out)
{
	put_gauge(out, "munimap_layer_features", "Features of a layer.");
	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		if (e->layer)
			put_sample(out, "munimap_layer_features", e->id, mm_layer_count(e->layer));
	}
	put_gauge(out, "munimap_layer_error", "1 when the last load of a layer failed.");
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		put_sample(out, "munimap_layer_error", mm_catalog_entry(c, i)->id,
			   *mm_catalog_entry(c, i)->error != '\0');
}

enum mm_code mm_api_metrics(void *ctx, const struct mm_request *r, struct mm_response *rs,
			    struct mm_err *reterr)
{
	const struct mm_api *api = ctx;
	const struct mm_catalog *c = mm_catalog_acquire(api->catalog);

	(void)r;
	put_gauge(&rs->body, "munimap_uptime_seconds", "Seconds since start.");
	mm_buf_printf(&rs->body, "munimap_uptime_seconds %.0f\n",
		      (double)mm_clock_mono_ns() / 1e9 - api->started_s);
	put_gauge(&rs->body, "process_resident_memory_bytes", "Resident memory.");
	mm_buf_printf(&rs->body, "process_resident_memory_bytes %lld\n", resident_bytes());
	mm_tile_cache_metrics(api->tiles, &rs->body);
	if (c)
		put_layer_metrics(c, &rs->body);
	mm_events_metrics(api->events, &rs->body);
	mm_jobs_metrics(api->prints, &rs->body);
	if (api->server)
		mm_server_metrics(api->server, &rs->body);
	(void)mm_catalog_unref(c);
	rs->cache_control = "no-store";
	return mm_out_done(rs, "text/plain; version=0.0.4; charset=utf-8", reterr);
}

static void put_quality_json(struct mm_json *j, const struct mm_layer *l)
{
	char id[1100];

	mm_json_open(j, "quality", '{');
	for (int k = 0; k < MM_QUALITY_KIND_COUNT; k++)
		if (mm_layer_quality_count(l, (enum mm_quality_kind)k))
			mm_json_int(j, mm_quality_name((enum mm_quality_kind)k),
				    (int64_t)mm_layer_quality_count(l, (enum mm_quality_kind)k));
	mm_json_close(j, '}');
	mm_json_open(j, "notes", '[');
	for (size_t i = 0; i < mm_layer_quality_kept(l); i++) {
		struct mm_quality q;

		mm_layer_quality(l, i, &q);
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "kind", mm_quality_name(q.kind));
		if (q.row != UINT32_MAX)
			mm_json_text_n(j, "id", id, mm_layer_id_format(l, q.row, id, sizeof(id)));
		if (*q.note)
			mm_json_text(j, "note", q.note);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
}

static void put_status_json(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);
	char version[20];

	(void)r;
	(void)snprintf(version, sizeof(version), "%" PRIx64, mm_catalog_version(c));
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "version", version);
	mm_json_text(&j, "crs", mm_catalog_map(c)->crs_name);
	mm_json_open(&j, "layers", '[');
	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		mm_json_open(&j, NULL, '{');
		mm_json_text(&j, "id", e->id);
		mm_json_text(&j, "state", !mm_entry_serves(e) ? "failed" : *e->error ? "stale" : "ok");
		if (*e->error)
			mm_json_text(&j, "error", e->error);
		if (mm_catalog_hides_labels_of(c, e))
			mm_json_text(&j, "hidesLabelsOf",
				     mm_layer_schema(mm_catalog_hides_labels_of(c, e))->id);
		if (e->layer) {
			mm_json_int(&j, "features", mm_layer_count(e->layer));
			mm_json_int(&j, "bytes", (int64_t)mm_layer_bytes(e->layer));
			mm_json_bool(&j, "fromCache", e->from_cache);
			mm_json_double(&j, "loadSeconds", e->load_seconds);
			put_quality_json(&j, e->layer);
		}
		if (e->archive) {
			mm_json_bool(&j, "tiles", true);
			mm_json_int(&j, "bytes", (int64_t)mm_tile_archive_about(e->archive)->bytes);
			mm_json_int(&j, "minzoom", mm_tile_archive_info(e->archive)->min_zoom);
			mm_json_int(&j, "maxzoom", mm_tile_archive_info(e->archive)->max_zoom);
		}
		if (e->raster) {
			mm_json_bool(&j, "raster", true);
			mm_json_int(&j, "bytes", (int64_t)mm_raster_info(e->raster)->source.bytes);
		}
		mm_json_close(&j, '}');
	}
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

static void put_quality_html(struct mm_html *h, const struct mm_layer *l)
{
	bool any = false;

	for (int k = 0; k < MM_QUALITY_KIND_COUNT; k++) {
		size_t n = mm_layer_quality_count(l, (enum mm_quality_kind)k);

		if (!n)
			continue;
		mm_buf_printf(h->out, "%s%s: %zu", any ? ", " : "", mm_quality_name((enum mm_quality_kind)k),
			      n);
		any = true;
	}
}

static void put_status_html(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	struct mm_html h = mm_html_on(out, r);
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, h.ru ? "ru" : "en", "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Состояние слоёв", "State of the layers"), ""}};

	mm_html_begin(&h, crumb, 2);
	mm_buf_printf(out,
		      "<table>\n<thead><tr><th>%s</th><th>%s</th><th "
		      "class=\"number\">%s</th><th>%s</th></tr></thead>\n<tbody>\n",
		      mm_html_say(&h, "Слой", "Layer"), mm_html_say(&h, "Состояние", "State"),
		      mm_html_say(&h, "Объектов", "Features"),
		      mm_html_say(&h, "Качество данных", "Quality of data"));
	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		mm_html_raw(&h, "<tr><td><code>");
		mm_html_text(&h, e->id);
		mm_buf_printf(out, "</code></td><td%s>", *e->error ? " class=\"error\"" : "");
		mm_html_text(&h, *e->error ? e->error : mm_html_say(&h, "в порядке", "fine"));
		if (mm_catalog_hides_labels_of(c, e)) {
			mm_html_text(&h, mm_html_say(&h, "; так же называются подписи слоя ",
						     "; has the name of the labels of "));
			mm_html_text(&h, mm_layer_schema(mm_catalog_hides_labels_of(c, e))->id);
		}
		mm_html_raw(&h, "</td><td class=\"number\">");
		if (e->layer)
			mm_buf_printf(out, "%u", mm_layer_count(e->layer));
		mm_html_raw(&h, "</td><td>");
		if (e->layer)
			put_quality_html(&h, e->layer);
		mm_html_raw(&h, "</td></tr>\n");
	}
	mm_html_raw(&h, "</tbody>\n</table>\n");
	mm_html_end(&h);
}

enum mm_code mm_api_status(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	const enum mm_code rc =
	    mm_out_page(ctx, r, MM_TYPE_JSON_MEDIA, put_status_json, put_status_html, rs, reterr);

	rs->etag = NULL; /* the state of a layer changes without a new version of the catalog */
	rs->cache_control = "no-store";
	return rc;
}
