#include "api/openapi/write.h"

#include <string.h>

/* Pieces that all paths of the definition are made of. */

void mm_openapi_put_text(struct mm_json *j)
{
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "string");
	mm_json_close(j, '}');
}

void mm_openapi_put_media(struct mm_json *j, const char *media)
{
	mm_json_open(j, media, '{');
	mm_json_open(j, "schema", '{');
	mm_json_text(j, "type", "object");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

void mm_openapi_open_param(struct mm_json *j, const char *key, const char *name, const char *in,
			   const char *description)
{
	mm_json_open(j, key, '{');
	mm_json_text(j, "name", name);
	mm_json_text(j, "in", in);
	mm_json_text(j, "description", description);
	mm_json_bool(j, "required", strcmp(in, "path") == 0);
	mm_json_text(j, "style", strcmp(in, "query") == 0 ? "form" : "simple");
	mm_json_bool(j, "explode", false);
}

void mm_openapi_put_refs(struct mm_json *j, const char *const *name, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_key(j, "$ref");
		mm_buf_printf(j->out, "\"#/components/parameters/%s\"", name[i]);
		mm_json_close(j, '}');
	}
}

void mm_openapi_put_path_arg(struct mm_json *j, const char *name, const char *description)
{
	mm_openapi_open_param(j, NULL, name, "path", description);
	mm_openapi_put_text(j);
	mm_json_close(j, '}');
}

void mm_openapi_put_response(struct mm_json *j, const char *status, const char *what, const char *media)
{
	mm_json_open(j, status, '{');
	mm_json_text(j, "description", what);
	mm_json_open(j, "content", '{');
	mm_openapi_put_media(j, media);
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

void mm_openapi_open_get(struct mm_json *j, const char *path, const char *id, const char *summary)
{
	mm_json_open(j, path, '{');
	mm_json_open(j, "get", '{');
	mm_json_text(j, "operationId", id);
	mm_json_text(j, "summary", summary);
	mm_json_open(j, "parameters", '[');
}

void mm_openapi_end_get(struct mm_json *j, const char *media, bool has_id)
{
	mm_json_close(j, ']');
	mm_json_open(j, "responses", '{');
	mm_openapi_put_response(j, "200", "The answer", media);
	mm_openapi_put_response(j, "400", "A parameter is unknown or its value is not right",
				"application/problem+json");
	if (has_id)
		mm_openapi_put_response(j, "404", "There is no such thing", "application/problem+json");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

void mm_openapi_close_get(struct mm_json *j, const char *media, bool has_id)
{
	mm_openapi_end_get(j, media, has_id);
	mm_json_close(j, '}');
}

void mm_openapi_put_plain(struct mm_json *j, const char *path, const char *id, const char *summary,
			  const char *media)
{
	static const char *const refs[] = {"f", "lang"};

	mm_openapi_open_get(j, path, id, summary);
	mm_openapi_put_refs(j, refs, 2);
	mm_openapi_close_get(j, media, false);
}
