#include "api/aggregates/aggregate.h"

#include "api/out.h"
#include "base/text.h"
#include "encode/value.h"

#include <inttypes.h>
#include <string.h>

/* "/collections/{id}/aggregate": counts, sums and measures of features by groups. */

#define TYPE_CSV "text/csv; charset=utf-8"

enum format { FORMAT_JSON, FORMAT_CSV, FORMAT_HTML };

static const char *const own_params[] = {"functions",   "group-by",   "sortby",   "limit",
					 "bbox",        "bbox-crs",   "datetime", "filter",
					 "filter-lang", "filter-crs", "f",        "lang"};

size_t mm_aggregate_given(const struct mm_aggregate_page *p)
{
	return p->groups.count < p->limit ? p->groups.count : p->limit;
}

const char *mm_aggregate_path(const struct mm_request *r, const struct mm_schema *s, const char *f)
{
	struct mm_buf b;
	char *path;

	mm_buf_init(&b, 65536);
	mm_buf_printf(&b, "/collections/%s/aggregate?", s->id);
	for (size_t i = 0; i < r->param_count; i++) {
		if (strcmp(r->param[i].name, "f") == 0)
			continue;
		mm_text_put_url(&b, r->param[i].name, strlen(r->param[i].name));
		mm_buf_byte(&b, '=');
		mm_text_put_url(&b, r->param[i].value, strlen(r->param[i].value));
		mm_buf_byte(&b, '&');
	}
	mm_buf_printf(&b, "f=%s", f);
	path = b.failed ? NULL : mm_arena_text(r->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return path;
}

/* ---- JSON ---- */

static void put_value(struct mm_json *j, const char *name, const struct mm_group_value *v)
{
	if (v->is_null) {
		mm_json_null(j, name);
	} else if (v->is_number) {
		mm_json_raw(j, name, v->text, strlen(v->text));
	} else {
		mm_json_key(j, name);
		mm_value_put_json(j->out, &v->value);
	}
}

static void put_group(struct mm_json *j, const struct mm_aggregate_page *p, const struct mm_group *g)
{
	struct mm_group_value v;

	mm_json_open(j, NULL, '{');
	mm_json_open(j, "key", '{');
	for (size_t i = 0; i < p->ask.by_count; i++) {
		mm_group_key(&p->groups, g, i, &v);
		put_value(j, p->ask.by[i].name, &v);
	}
	mm_json_close(j, '}');
	if (mm_group_is_outside(&p->groups, g))
		mm_json_bool(j, "outside", true);
	for (size_t i = 0; i < p->ask.function_count; i++) {
		mm_group_result(&p->groups, g, i, &v);
		put_value(j, p->ask.function[i].name, &v);
	}
	mm_json_close(j, '}');
}

static void put_units(struct mm_json *j, const struct mm_request *r, const struct mm_aggregate_page *p)
{
	const char *lang = mm_request_lang(r, "ru");
	const struct mm_schema *s = mm_layer_schema(p->it->layer);

	mm_json_open(j, "units", '{');
	for (size_t i = 0; i < p->ask.function_count; i++) {
		const struct mm_function *f = &p->ask.function[i];
		const char *unit = f->of == MM_OF_FIELD  ? mm_title_in(&s->field[f->field].unit, lang, "")
				   : f->of == MM_OF_AREA ? "m2"
							 : "m";

		if (f->kind == MM_FUNCTION_COUNT || f->kind == MM_FUNCTION_DISTINCT)
			continue;
		if (*unit)
			mm_json_text(j, f->name, unit);
	}
	mm_json_close(j, '}');
}

/* In which system metres are measured. */
static void put_crs(struct mm_json *j, const struct mm_request *r, const struct mm_aggregate_page *p)
{
	const char *own = mm_catalog_map(p->it->catalog)->crs_definition;
	struct mm_out_crs crs[MM_OUT_CRS_MAX];
	size_t count, storage;

	if (mm_out_crs_list(r, p->it->catalog, mm_layer_schema(p->it->layer), crs, &count, &storage, NULL)) {
		j->out->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (strcmp(crs[i].definition, own) == 0) {
			mm_json_text(j, "crs", crs[i].uri);
			break;
		}
	mm_json_int(j, "notMeasured", (int64_t)p->groups.no_place);
}

static void put_shares(struct mm_json *j, const struct mm_aggregate_page *p, const struct mm_layer *polygons)
{
	mm_json_open(j, "shares", '{');
	mm_json_text(j, "collection", mm_layer_schema(polygons)->id);
	mm_json_text(j, "overlap", "first");
	mm_json_int(j, "contested", (int64_t)p->groups.contested);
	mm_json_text(
	    j, "description",
	    "A feature counts in each polygon that has a part of its length or area, and its numbers "
	    "are divided by these parts; what several polygons have (contested) is the first one's "
	    "alone, so that all groups, with that outside, add up to the whole.");
	mm_json_close(j, '}');
}

static void put_link(struct mm_json *j, const struct mm_request *r, const char *path, const char *rel,
		     const char *type)
{
	if (path)
		mm_out_link(j, r, path, rel, type, NULL);
	else
		j->out->failed = true;
}

static void put_links(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s)
{
	mm_json_open(j, "links", '[');
	put_link(j, r, mm_aggregate_path(r, s, "json"), "self", MM_TYPE_JSON_MEDIA);
	put_link(j, r, mm_aggregate_path(r, s, "csv"), "alternate", "text/csv");
	put_link(j, r, mm_aggregate_path(r, s, "html"), "alternate", "text/html");
	put_link(j, r, mm_arena_printf(r->mem, "/collections/%s", s->id), "collection", MM_TYPE_JSON_MEDIA);
	mm_json_close(j, ']');
}

static void put_json(const struct mm_aggregate_page *p, const struct mm_request *r, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(p->it->layer);
	const struct mm_layer *polygons = mm_aggregate_polygons(&p->ask);
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "collection", s->id);
	mm_json_int(&j, "numberMatched", p->it->page.matched);
	mm_json_int(&j, "numberOfGroups", (int64_t)p->groups.count);
	mm_json_int(&j, "numberReturned", (int64_t)mm_aggregate_given(p));
	mm_json_open(&j, "groupBy", '[');
	for (size_t i = 0; i < p->ask.by_count; i++)
		mm_json_text(&j, NULL, p->ask.by[i].name);
	mm_json_close(&j, ']');
	mm_json_open(&j, "functions", '[');
	for (size_t i = 0; i < p->ask.function_count; i++)
		mm_json_text(&j, NULL, p->ask.function[i].name);
	mm_json_close(&j, ']');
	put_units(&j, r, p);
	if (mm_aggregate_is_measured(&p->ask))
		put_crs(&j, r, p);
	if (polygons)
		put_shares(&j, p, polygons);
	mm_json_open(&j, "groups", '[');
	for (size_t i = 0; i < mm_aggregate_given(p) && !out->failed; i++)
		put_group(&j, p, &p->groups.group[i]);
	mm_json_close(&j, ']');
	put_links(&j, r, s);
	mm_json_close(&j, '}');
}

/* ---- asking ---- */

static enum mm_code ask(const struct mm_request *r, struct mm_items *it, struct mm_aggregate_page *p,
			struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);
	enum mm_code rc =
	    mm_items_conditions(r, own_params, sizeof(own_params) / sizeof(own_params[0]), it, reterr);

	p->limit = MM_GROUPS_MAX;
	if (!rc)
		rc = mm_items_count(r, "limit", 1, MM_GROUPS_MAX, true, &p->limit, reterr);
	if (!rc)
		rc = mm_functions_parse(mm_request_param(r, "functions"), s, mm_layer_geom_types(it->layer),
					r->mem, &p->ask, reterr);
	if (!rc)
		rc = mm_group_by_parse(mm_request_param(r, "group-by"), s, it->catalog, r->mem, &p->ask,
				       reterr);
	if (!rc)
		rc = mm_group_order_parse(mm_request_param(r, "sortby"), &p->ask, reterr);
	return rc;
}

static const char *etag_of(const struct mm_request *r, const struct mm_aggregate_page *p, enum format f)
{
	const struct mm_layer *l = p->it->layer, *other = mm_aggregate_polygons(&p->ask);
	const uint64_t version =
	    mm_layer_version(l) ^ mm_layer_identity(l) ^ mm_filter_run_others(p->it->filter);
	const char *more = mm_arena_printf(r->mem, "%016" PRIx64 " %d %s %s",
					   other ? mm_layer_version(other) ^ mm_layer_identity(other) : 0,
					   (int)f, f == FORMAT_CSV ? "" : mm_request_lang(r, "ru"),
					   mm_catalog_map(p->it->catalog)->crs_definition);

	return more ? mm_out_etag(r, version, more) : NULL;
}

static enum mm_code answer(const struct mm_request *r, enum format f, struct mm_items *it,
			   struct mm_response *rs, struct mm_err *reterr)
{
	static const char *const types[] = {MM_TYPE_JSON_MEDIA, TYPE_CSV, MM_TYPE_HTML_MEDIA};
	struct mm_aggregate_page p = {.it = it};
	enum mm_code rc = ask(r, it, &p, reterr);

	if (!rc)
		rc = mm_query_run(it->layer, &it->query, it->kit->proj, 0, UINT32_MAX, r->mem, &it->page,
				  reterr);
	if (!rc)
		rc = mm_aggregate_run(&p.ask, it->layer, it->page.row, it->page.count,
				      mm_catalog_map(it->catalog)->crs_definition, it->kit,
				      it->query.deadline_ns, r->mem, &p.groups, reterr);
	if (rc)
		return rc;
	if (f == FORMAT_HTML)
		mm_aggregate_put_html(&p, r, &rs->body);
	else if (f == FORMAT_CSV)
		mm_aggregate_put_csv(&p, &rs->body);
	else
		put_json(&p, r, &rs->body);
	rs->etag = etag_of(r, &p, f);
	return mm_out_done(rs, types[f], reterr);
}

enum mm_code mm_api_aggregate(void *ctx, const struct mm_request *r, struct mm_response *rs,
			      struct mm_err *reterr)
{
	static const struct mm_offer offers[] = {
	    {MM_TYPE_JSON_MEDIA, "json"}, {"text/csv", "csv"}, {"text/html", "html"}};
	const struct mm_api *api = ctx;
	struct mm_items it = {0};
	size_t f = 0;
	enum mm_code rc = mm_negotiate(r, offers, 3, &f, reterr);

	if (!rc)
		rc = mm_items_version(api, r, &it, reterr);
	if (!rc)
		rc = mm_kits_take(api->kits, &it.kit, reterr);
	if (!rc)
		rc = answer(r, (enum format)f, &it, rs, reterr);
	mm_filter_run_free(it.filter);
	mm_kits_give(api->kits, it.kit);
	(void)mm_layer_unref(it.layer);
	(void)mm_catalog_unref(it.catalog);
	return rc;
}
