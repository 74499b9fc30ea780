#ifndef MM_API_OPENAPI_WRITE_H
#define MM_API_OPENAPI_WRITE_H

#include "api/out.h"
#include "http/request.h"
#include "store/catalog.h"

/* Writers of the OpenAPI definition; like those of JSON, they fail through the buffer. */

/* "schema": {"type": "string"} */
void mm_openapi_put_text(struct mm_json *j);

/* `media`: {"schema": {"type": "object"}}, a member of "content" */
void mm_openapi_put_media(struct mm_json *j, const char *media);

/* A parameter up to its schema; the caller writes that and closes it. `in` is query, path or header. */
void mm_openapi_open_param(struct mm_json *j, const char *key, const char *name, const char *in,
			   const char *description);
void mm_openapi_put_path_arg(struct mm_json *j, const char *name, const char *description);

/* Parameters of params.c by their names. */
void mm_openapi_put_refs(struct mm_json *j, const char *const *name, size_t count);
void mm_openapi_put_params(struct mm_json *j);

void mm_openapi_put_response(struct mm_json *j, const char *status, const char *what, const char *media);

/* Opens a path with its GET up to and including "parameters": [ */
void mm_openapi_open_get(struct mm_json *j, const char *path, const char *id, const char *summary);

/* Ends the parameters and the GET; `close` its path as well. has_id: it may be 404. */
void mm_openapi_end_get(struct mm_json *j, const char *media, bool has_id);
void mm_openapi_close_get(struct mm_json *j, const char *media, bool has_id);

/* A path with nothing but a GET with f and lang. */
void mm_openapi_put_plain(struct mm_json *j, const char *path, const char *id, const char *summary,
			  const char *media);

/* ---- paths ---- */

void mm_openapi_put_collection(struct mm_json *j, const struct mm_request *r, const struct mm_schema *s,
			       bool is_editable);

/* The tilesets below one path, of the dataset or of a collection; `id` begins the operations' names. */
void mm_openapi_put_tilesets(struct mm_json *j, const struct mm_request *r, const char *path, const char *id);
void mm_openapi_put_tile_matrix_sets(struct mm_json *j);
void mm_openapi_put_tiles(struct mm_json *j);

/* "schemas" of the components: what answers are that paths refer to. */
void mm_openapi_put_schemas(struct mm_json *j);

/* ---- for people ---- */

void mm_openapi_put_page(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out);

#endif
