#ifndef MM_BASE_JSON_H
#define MM_BASE_JSON_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes JSON into a buffer, minding the commas. Keys belong to members of objects, NULL stands for an
 * element of an array:
 *
 *     struct mm_json j = mm_json_on(&buf);
 *     mm_json_open(&j, NULL, '{');
 *     mm_json_text(&j, "id", "streets");
 *     mm_json_close(&j, '}');
 *
 * Nothing fails on its own: the buffer's `failed` tells at the end. Not thread-safe.
 */
struct mm_json {
	struct mm_buf *out;
	bool comma; /* something stands before the next member */
};

struct mm_json mm_json_on(struct mm_buf *out);
void mm_json_open(struct mm_json *j, const char *key, char bracket);     /* '{' or '[' */
void mm_json_close(struct mm_json *j, char bracket);                     /* '}' or ']' */
void mm_json_text(struct mm_json *j, const char *key, const char *text); /* NULL text: null */
void mm_json_text_n(struct mm_json *j, const char *key, const char *text, size_t n);
void mm_json_int(struct mm_json *j, const char *key, int64_t v);
void mm_json_double(struct mm_json *j, const char *key, double v);
void mm_json_bool(struct mm_json *j, const char *key, bool v);
void mm_json_null(struct mm_json *j, const char *key);

/* A value whose JSON text is there already. */
void mm_json_raw(struct mm_json *j, const char *key, const char *json, size_t n);

/* Comma and key only: the caller writes the value itself, straight into the buffer. */
void mm_json_key(struct mm_json *j, const char *key);

#endif
