#include "base/json.h"

#include "base/text.h"

#include <string.h>

struct mm_json mm_json_on(struct mm_buf *out)
{
	return (struct mm_json){.out = out};
}

void mm_json_key(struct mm_json *j, const char *key)
{
	if (j->comma)
		mm_buf_byte(j->out, ',');
	j->comma = true;
	if (!key)
		return;
	mm_text_put_json(j->out, key, strlen(key));
	mm_buf_byte(j->out, ':');
}

void mm_json_open(struct mm_json *j, const char *key, char bracket)
{
	mm_json_key(j, key);
	mm_buf_byte(j->out, (unsigned char)bracket);
	j->comma = false;
}

void mm_json_close(struct mm_json *j, char bracket)
{
	mm_buf_byte(j->out, (unsigned char)bracket);
	j->comma = true;
}

void mm_json_text_n(struct mm_json *j, const char *key, const char *text, size_t n)
{
	mm_json_key(j, key);
	mm_text_put_json(j->out, text, n);
}

void mm_json_text(struct mm_json *j, const char *key, const char *text)
{
	if (text)
		mm_json_text_n(j, key, text, strlen(text));
	else
		mm_json_null(j, key);
}

void mm_json_int(struct mm_json *j, const char *key, int64_t v)
{
	mm_json_key(j, key);
	mm_buf_int(j->out, v);
}

void mm_json_double(struct mm_json *j, const char *key, double v)
{
	mm_json_key(j, key);
	mm_buf_double(j->out, v);
}

void mm_json_bool(struct mm_json *j, const char *key, bool v)
{
	mm_json_raw(j, key, v ? "true" : "false", v ? 4 : 5);
}

void mm_json_null(struct mm_json *j, const char *key)
{
	mm_json_raw(j, key, "null", 4);
}

void mm_json_raw(struct mm_json *j, const char *key, const char *json, size_t n)
{
	mm_json_key(j, key);
	mm_buf_put(j->out, json, n);
}
