#include "api/crs.h"

#include "api/api.h"
#include "api/html.h"
#include "api/out.h"
#include "geo/crs_json.h"
#include "geo/kit.h"

#include <string.h>

/* Systems of coordinates: which there are, and "/crs" and "/crs/{id}" for those that are ours. */

#define OGC_URI  "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
#define EPSG_URI "http://www.opengis.net/def/crs/EPSG/0/"

/* ---- the list of a collection ---- */

struct list {
	const struct mm_request *r;
	struct mm_out_crs *crs;
	size_t count;
	bool failed;
};

static const char *epsg_uri(const struct mm_request *r, const char *code)
{
	return mm_arena_printf(r->mem, EPSG_URI "%s", code + strlen("EPSG:"));
}

static bool is_epsg(const char *code)
{
	return strncmp(code, "EPSG:", 5) == 0;
}

/* The address of a system: its own, or one of ours by the name it has here. */
static const char *uri_of(const struct mm_request *r, const char *code, const char *uri, const char *name)
{
	if (uri && *uri)
		return uri;
	if (is_epsg(code))
		return epsg_uri(r, code);
	return mm_arena_printf(r->mem, "%s/crs/%s", r->base_url, *code ? code : name);
}

/* Adds it unless it is there; its place. */
static size_t add(struct list *l, const char *uri, const char *definition)
{
	for (size_t i = 0; uri && i < l->count; i++)
		if (strcmp(l->crs[i].uri, uri) == 0 || strcmp(l->crs[i].definition, definition) == 0)
			return i;
	if (!uri) {
		l->failed = true;
		return 0;
	}
	l->crs[l->count] = (struct mm_out_crs){.uri = uri, .definition = definition};
	return l->count++;
}

enum mm_code mm_out_crs_list(const struct mm_request *r, const struct mm_catalog *c,
			     const struct mm_schema *s, struct mm_out_crs ret[MM_OUT_CRS_MAX],
			     size_t *ret_count, size_t *ret_storage, struct mm_err *reterr)
{
	const struct mm_map_info *map = mm_catalog_map(c);
	struct list l = {.r = r, .crs = ret};

	(void)add(&l, OGC_URI, MM_CRS84);
	ret[0].is_degrees = true;
	(void)add(&l, EPSG_URI "4326", "EPSG:4326");
	(void)add(&l, EPSG_URI "3857", "EPSG:3857");
	(void)add(&l, uri_of(r, map->crs_code, NULL, "map"), map->crs_definition);
	*ret_storage = add(&l, uri_of(r, s->crs_code, s->crs_uri, s->id), s->crs_definition);
	*ret_count = l.count;
	return l.failed ? mm_fail_nomem(reterr) : MM_OK;
}

/* ---- a parameter ---- */

/* The address that an abbreviation ("[EPSG:4326]", "EPSG:4326") stands for; else the text itself. */
static const char *long_form(const struct mm_request *r, const char *text)
{
	const size_t n = strlen(text);
	const char *bare =
	    n > 2 && text[0] == '[' && text[n - 1] == ']' ? mm_arena_text(r->mem, text + 1, n - 2) : text;

	if (!bare)
		return text;
	if (strcmp(bare, "OGC:CRS84") == 0 || strcmp(bare, "CRS84") == 0)
		return OGC_URI;
	return is_epsg(bare) ? epsg_uri(r, bare) : bare;
}

static enum mm_code refuse(const struct mm_request *r, const char *name, const struct mm_out_crs *crs,
			   size_t count, struct mm_err *reterr)
{
	const char *all = "";

	for (size_t i = 0; i < count && all; i++)
		all = mm_arena_printf(r->mem, "%s%s%s", all, i ? ", " : "", crs[i].uri);
	return mm_fail(reterr, MM_E_INVALID, name, "the collection is given in %s", all ? all : "CRS84");
}

/* How its coordinates stand on the wire. */
static enum mm_code look_up_axes(struct mm_proj *p, struct mm_out_crs *crs, struct mm_err *reterr)
{
	struct mm_crs known;
	enum mm_code rc = mm_crs_parse(p, crs->definition, &known, reterr);

	if (rc)
		return rc;
	/* the authority's order holds for its own address only */
	crs->is_north_first = known.is_north_first && strncmp(crs->uri, EPSG_URI, strlen(EPSG_URI)) == 0;
	crs->is_degrees = known.is_geographic;
	mm_crs_release(&known);
	return MM_OK;
}

enum mm_code mm_out_crs_named(const struct mm_request *r, const char *name, const char *text,
			      const struct mm_catalog *c, const struct mm_schema *s, struct mm_proj *p,
			      struct mm_out_crs *ret, struct mm_err *reterr)
{
	const char *uri = text ? long_form(r, text) : OGC_URI;
	struct mm_out_crs crs[MM_OUT_CRS_MAX];
	size_t count, storage;
	enum mm_code rc = mm_out_crs_list(r, c, s, crs, &count, &storage, reterr);

	if (rc)
		return rc;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(crs[i].uri, uri) != 0)
			continue;
		rc = i > 0 ? look_up_axes(p, &crs[i], reterr) : MM_OK;
		if (!rc)
			*ret = crs[i];
		return rc;
	}
	return refuse(r, name, crs, count, reterr);
}

enum mm_code mm_out_crs_param(const struct mm_request *r, const char *name, const struct mm_catalog *c,
			      const struct mm_schema *s, struct mm_proj *p, struct mm_out_crs *ret,
			      struct mm_err *reterr)
{
	return mm_out_crs_named(r, name, mm_request_param(r, name), c, s, p, ret, reterr);
}

/* ---- "/crs" ---- */

/* The systems that have their address here: of the map and of sources, each once. */
struct own {
	const char *id, *name, *definition;
};

static const char *own_id(const char *code, const char *uri, const char *name)
{
	if ((uri && *uri) || is_epsg(code) || strncmp(code, "OGC:", 4) == 0)
		return NULL;
	return *code ? code : name;
}

static void add_own(struct own *own, size_t *count, const char *id, const char *name, const char *definition)
{
	for (size_t i = 0; id && i < *count; i++)
		if (strcmp(own[i].id, id) == 0)
			return;
	if (id)
		own[(*count)++] = (struct own){id, name, definition};
}

/* All of them, in the request's memory; NULL: out of memory. */
static struct own *find_own(const struct mm_request *r, const struct mm_catalog *c, size_t *ret_count)
{
	const struct mm_map_info *map = mm_catalog_map(c);
	struct own *own = mm_arena_array(r->mem, mm_catalog_count(c) + 1, sizeof(*own));

	*ret_count = 0;
	if (!own)
		return NULL;
	add_own(own, ret_count, own_id(map->crs_code, NULL, "map"), map->crs_name, map->crs_definition);
	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		const struct mm_layer *l = mm_catalog_entry(c, i)->layer;
		const struct mm_schema *s = l ? mm_layer_schema(l) : NULL;

		if (s)
			add_own(own, ret_count, own_id(s->crs_code, s->crs_uri, s->id), s->crs_name,
				s->crs_definition);
	}
	return own;
}

enum mm_code mm_api_crs_list(void *ctx, const struct mm_request *r, struct mm_response *rs,
			     struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang"};
	struct mm_json j = mm_json_on(&rs->body);
	const struct mm_catalog *c = NULL;
	const struct own *own;
	size_t count;
	enum mm_code rc = mm_request_only(r, known, 2, reterr);

	if (!rc)
		rc = mm_out_catalog(ctx, &c, reterr);
	if (rc)
		return rc;
	own = find_own(r, c, &count);
	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "crs", '[');
	for (size_t i = 0; own && i < count; i++) {
		mm_json_open(&j, NULL, '{');
		mm_json_text(&j, "uri", mm_arena_printf(r->mem, "%s/crs/%s", r->base_url, own[i].id));
		mm_json_text(&j, "title", own[i].name);
		mm_json_close(&j, '}');
	}
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
	rs->etag = mm_out_etag(r, mm_catalog_version(c), "");
	(void)mm_catalog_unref(c);
	return own ? mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr) : mm_fail_nomem(reterr);
}

static enum mm_code put_definition(const struct mm_api *api, const struct own *own,
				   const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	struct mm_kit *kit = NULL;
	const char *json = NULL;
	enum mm_code rc = mm_kits_take(api->kits, &kit, reterr);

	if (!rc)
		rc = mm_crs_json(kit->proj, own->definition, r->mem, &json, reterr);
	mm_kits_give(api->kits, kit);
	if (!rc)
		mm_buf_text(&rs->body, json);
	return rc;
}

/* The definition as PROJJSON: x is east and y is north in all of them. */
enum mm_code mm_api_crs(void *ctx, const struct mm_request *r, struct mm_response *rs, struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang"};
	const char *id = mm_out_segment(r, 1);
	const struct mm_catalog *c = NULL;
	const struct own *own;
	size_t count, i = 0;
	enum mm_code rc = mm_request_only(r, known, 2, reterr);

	if (!rc)
		rc = mm_out_catalog(ctx, &c, reterr);
	if (rc)
		return rc;
	own = find_own(r, c, &count);
	while (own && i < count && strcmp(own[i].id, id) != 0)
		i++;
	if (!own)
		rc = mm_fail_nomem(reterr);
	else if (i == count)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "crs", "there is no system \"%.64s\": see %s/crs", id,
			     r->base_url);
	else
		rc = put_definition(ctx, &own[i], r, rs, reterr);
	if (!rc)
		rs->etag = mm_out_etag(r, mm_catalog_version(c), id);
	(void)mm_catalog_unref(c);
	return rc ? rc : mm_out_done(rs, "application/projjson+json", reterr);
}
