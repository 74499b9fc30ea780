#include "api/features/search_body.h"

#include "base/json_bounds.h"
#include "base/num.h"
#include "base/text.h"
#include "http/target.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BODY_MAX = 256 << 10, LEVELS_MAX = 64, OBJECTS_MAX = 8192 };

/* A text, a number or a truth, as it stands in an address; NULL: it is none of them, or has a NUL. */
static const char *scalar(const json_t *v, struct mm_arena *mem)
{
	char number[MM_NUM_MAX];

	if (json_is_string(v))
		return strlen(json_string_value(v)) == json_string_length(v)
			   ? mm_arena_text(mem, json_string_value(v), json_string_length(v))
			   : NULL;
	if (json_is_integer(v))
		return mm_arena_printf(mem, "%lld", (long long)json_integer_value(v));
	if (json_is_real(v))
		return mm_arena_text(mem, number, mm_num_format(json_real_value(v), number));
	return json_is_boolean(v) ? (json_is_true(v) ? "true" : "false") : NULL;
}

/* Members of a list joined by commas; NULL: one is no scalar, or has a comma itself. */
static const char *joined(const json_t *list, struct mm_arena *mem)
{
	struct mm_buf b;
	const char *text = NULL;
	bool fine = true;

	mm_buf_init(&b, 2 * BODY_MAX);
	for (size_t i = 0; fine && i < json_array_size(list); i++) {
		const char *one = scalar(json_array_get(list, i), mem);

		fine = one && !strchr(one, ',');
		mm_buf_text(&b, i ? "," : "");
		mm_buf_text(&b, fine ? one : "");
	}
	if (fine && !b.failed)
		text = mm_arena_text(mem, b.len ? (const char *)b.data : "", b.len);
	mm_buf_release(&b);
	return text;
}

/* A condition in CQL2 JSON that stands there as what it is. */
static const char *written(const json_t *v, struct mm_arena *mem)
{
	char *text = json_dumps(v, JSON_COMPACT | JSON_REAL_PRECISION(17));
	const char *copy = text ? mm_arena_text(mem, text, strlen(text)) : NULL;

	free(text);
	return copy;
}

static enum mm_code add(struct mm_request *r, const char *name, const char *value, struct mm_err *reterr)
{
	if (r->param_count == MM_PARAMS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "at most %d parameters", MM_PARAMS_MAX);
	r->param[r->param_count++] = (struct mm_param){name, value};
	return MM_OK;
}

/* null is as if it were not there: so a link takes out what was sent. */
static enum mm_code add_member(struct mm_request *r, const char *key, const json_t *v, bool *ret_is_json,
			       struct mm_err *reterr)
{
	const char *name = mm_arena_text(r->mem, key, strlen(key)), *value;
	const bool is_condition = strcmp(key, "filter") == 0 && json_is_object(v);

	if (json_is_null(v))
		return MM_OK;
	value = is_condition ? written(v, r->mem) : json_is_array(v) ? joined(v, r->mem) : scalar(v, r->mem);
	*ret_is_json |= is_condition;
	if (r->mem->exhausted || !name)
		return mm_fail_nomem(reterr);
	if (!value)
		return mm_fail(reterr, MM_E_INVALID, name,
			       "write a text, a number, true or false, or a list of such without commas in "
			       "them%s",
			       strcmp(key, "filter") == 0 ? ", or a condition in CQL2 JSON" : "");
	return add(r, name, value, reterr);
}

static enum mm_code read_json(struct mm_request *r, struct mm_err *reterr)
{
	enum mm_code rc = mm_json_bounds_check(r->body, r->body_len, LEVELS_MAX, OBJECTS_MAX, "", reterr);
	bool is_json = false;
	json_error_t e;
	const char *key;
	json_t *o, *v;

	if (rc)
		return rc;
	o = json_loadb(r->body, r->body_len, JSON_REJECT_DUPLICATES, &e);
	if (!o)
		return mm_fail(reterr, MM_E_INVALID, "", "the body is not JSON: line %d, column %d: %.150s",
			       e.line, e.column, e.text);
	if (!json_is_object(o))
		rc = mm_fail(reterr, MM_E_INVALID, "", "the body is a JSON object");
	json_object_foreach(o, key, v)
	{
		rc = rc ? rc : add_member(r, key, v, &is_json, reterr);
	}
	json_decref(o);
	if (!rc && is_json && !mm_request_param(r, "filter-lang"))
		rc = add(r, "filter-lang", "cql2-json", reterr);
	return rc;
}

static bool is_media(const char *media, const char *type)
{
	const size_t n = strcspn(media, "; \t");

	return n == strlen(type) && strncasecmp(media, type, n) == 0;
}

static enum mm_code read_params(struct mm_request *r, int *ret_status, struct mm_err *reterr)
{
	const char *media = mm_request_header(r, "Content-Type");
	struct mm_verdict v;

	if (r->body_len > BODY_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "the body has more than %d kB", BODY_MAX >> 10);
	if (media && is_media(media, "application/x-www-form-urlencoded")) {
		v = mm_target_parse_params(r->body ? r->body : "", r->body_len, r);
		*ret_status = v.status;
		return v.status ? mm_fail(reterr, MM_E_INVALID, "", "%s", v.why) : MM_OK;
	}
	if (media && (is_media(media, "application/json") || is_media(media, "application/query+json")))
		return r->body ? read_json(r, reterr) : MM_OK;
	*ret_status = 415;
	return mm_fail(reterr, MM_E_INVALID, "Content-Type",
		       "write application/json, with an object of the parameters of items, or "
		       "application/x-www-form-urlencoded");
}

/* Those of the body must be of the body. */
static enum mm_code check_address(const struct mm_request *r, struct mm_err *reterr)
{
	for (size_t i = 0; i < r->param_count; i++)
		if (strcmp(r->param[i].name, "f") != 0 && strcmp(r->param[i].name, "lang") != 0)
			return mm_fail(reterr, MM_E_INVALID, r->param[i].name,
				       "only f and lang stand in the address: write all else in the body");
	return MM_OK;
}

static enum mm_code check_body(const struct mm_request *r, size_t in_address, struct mm_err *reterr)
{
	for (size_t i = in_address; i < r->param_count; i++)
		if (strcmp(r->param[i].name, "f") == 0 || strcmp(r->param[i].name, "lang") == 0)
			return mm_fail(reterr, MM_E_INVALID, r->param[i].name,
				       "write it in the address: /search?%s=%.40s", r->param[i].name,
				       r->param[i].value);
	return MM_OK;
}

enum mm_code mm_search_body_read(struct mm_request *r, int *ret_status, struct mm_err *reterr)
{
	const size_t in_address = r->param_count;
	enum mm_code rc = check_address(r, reterr);

	*ret_status = 0;
	if (!rc)
		rc = read_params(r, ret_status, reterr);
	return rc ? rc : check_body(r, in_address, reterr);
}
