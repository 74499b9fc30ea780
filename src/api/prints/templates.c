#include "api/out.h"
#include "api/prints/prints.h"
#include "base/text.h"
#include "style/asset.h"

#include <jansson.h>
#include <string.h>

/* "/print/templates", "/print/templates/{id}" and "/print/schema": plans that are ready, and what a plan may
 * say. They are files built into the program (styles/plans). */

static const char folder[] = "styles/plans/", schema_name[] = "styles/plans/schema/plan.json";

/* The id of a template, in the request's memory; NULL: the asset is none. */
static const char *id_of(const struct mm_request *r, const struct mm_asset *a)
{
	const char *name = a->name + sizeof(folder) - 1;

	if (!mm_text_starts(a->name, folder) || strchr(name, '/') || !mm_text_ends(name, ".json"))
		return NULL;
	return mm_arena_text(r->mem, name, strlen(name) - strlen(".json"));
}

/* A text that may be one for each language. */
static void put_words(struct mm_json *j, const json_t *template, const char *key, const char *lang)
{
	const json_t *v = json_object_get(template, key), *said = v;

	if (json_is_object(v)) {
		said = json_object_get(v, lang);
		said = said ? said : json_object_get(v, "ru");
	}
	if (json_is_string(said))
		mm_json_text_n(j, key, json_string_value(said), json_string_length(said));
}

static void put_template(struct mm_json *j, const struct mm_request *r, const char *id,
			 const struct mm_asset *a)
{
	json_t *t = json_loadb((const char *)a->data, a->len, 0, NULL);
	const char *lang = mm_request_lang(r, "ru"),
		   *path = mm_arena_printf(r->mem, "/print/templates/%s", id);

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", id);
	put_words(j, t, "title", lang);
	put_words(j, t, "description", lang);
	put_words(j, t, "format", lang);
	put_words(j, t, "orientation", lang);
	if (json_is_number(json_object_get(t, "scale")))
		mm_json_double(j, "scale", json_number_value(json_object_get(t, "scale")));
	mm_json_open(j, "links", '[');
	mm_out_link(j, r, path ? path : "", "item", MM_TYPE_JSON_MEDIA, NULL);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
	json_decref(t);
}

enum mm_code mm_api_print_templates(void *ctx, const struct mm_request *r, struct mm_response *rs,
				    struct mm_err *reterr)
{
	static const char *const known[] = {"lang"};
	struct mm_json j = mm_json_on(&rs->body);
	enum mm_code rc = mm_request_only(r, known, 1, reterr);

	(void)ctx;
	if (rc)
		return rc;
	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "templates", '[');
	for (size_t i = 0; i < mm_asset_count; i++) {
		const char *id = id_of(r, &mm_assets[i]);

		if (id)
			put_template(&j, r, id, &mm_assets[i]);
	}
	mm_json_close(&j, ']');
	mm_json_open(&j, "links", '[');
	mm_out_link(&j, r, "/print/templates", "self", MM_TYPE_JSON_MEDIA, NULL);
	mm_out_link(&j, r, "/print/schema", "describedby", MM_TYPE_SCHEMA_MEDIA, "What a plan may say");
	mm_out_link(&j, r, "/print", "create-form", MM_TYPE_JSON_MEDIA, "POST a plan here");
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}

static enum mm_code give_asset(const struct mm_asset *a, const char *type, struct mm_response *rs,
			       struct mm_err *reterr)
{
	mm_buf_put(&rs->body, a->data, a->len);
	return mm_out_done(rs, type, reterr);
}

enum mm_code mm_api_print_template(void *ctx, const struct mm_request *r, struct mm_response *rs,
				   struct mm_err *reterr)
{
	enum mm_code rc = mm_request_only(r, NULL, 0, reterr);

	(void)ctx;
	if (rc)
		return rc;
	for (size_t i = 0; i < mm_asset_count; i++) {
		const char *id = id_of(r, &mm_assets[i]);

		if (id && strcmp(id, mm_out_segment(r, 2)) == 0)
			return give_asset(&mm_assets[i], MM_TYPE_JSON_MEDIA, rs, reterr);
	}
	return mm_fail(reterr, MM_E_NOT_FOUND, "", "there is no such template: see %s/print/templates",
		       r->base_url);
}

enum mm_code mm_api_print_schema(void *ctx, const struct mm_request *r, struct mm_response *rs,
				 struct mm_err *reterr)
{
	const struct mm_asset *a = mm_asset_find(schema_name);
	enum mm_code rc = mm_request_only(r, NULL, 0, reterr);

	(void)ctx;
	MM_CHECK(a != NULL);
	return rc ? rc : give_asset(a, MM_TYPE_SCHEMA_MEDIA, rs, reterr);
}
