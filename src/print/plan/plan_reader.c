#include "print/plan/plan_reader.h"

#include "base/lang.h"
#include "base/text.h"
#include "print/plan/plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum mm_code mm_print_plan_wrong(struct mm_print_plan_reader *r, enum mm_code code, const char *member,
				 const char *fmt, ...)
{
	char where[192], text[384];
	va_list args;
	size_t n;

	if (r->rc)
		return r->rc;
	if (r->mem->exhausted) { /* what was found wrong may be but that */
		r->rc = mm_fail_nomem(r->reterr);
		return r->rc;
	}
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), mm_words(fmt), args);
	va_end(args);
	(void)snprintf(where, sizeof(where), "%s%s", r->path, member);
	n = strlen(where);
	if (n && where[n - 1] == '.') /* the object itself */
		where[n - 1] = '\0';
	r->rc = mm_fail(r->reterr, code, where, "%s", text);
	return r->rc;
}

static void check_members(struct mm_print_plan_reader *r, const json_t *object, const char *const *known)
{
	const char *key;
	json_t *value;
	size_t n = 0;

	while (known[n])
		n++;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		size_t i = 0;
		const char *near;

		while (i < n && strcmp(known[i], key) != 0)
			i++;
		if (i < n)
			continue;
		near = mm_text_nearest(key, known, n);
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "", "unknown member \"%.60s\"%s%s%s", key,
					  near ? mm_words(": did you mean \"") : "", near ? near : "",
					  near ? "\"?" : "");
	}
}

void mm_print_plan_enter(struct mm_print_plan_reader *r, const char *member, const json_t *object,
			 const char *const *known)
{
	const size_t n = strlen(r->path);

	if (*member)
		(void)snprintf(r->path + n, sizeof(r->path) - n, "%s.", member);
	if (!json_is_object(object))
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "",
					  "write an object: {\"format\": \"A3\", \"scale\": 2000}");
	else if (known)
		check_members(r, object, known);
}

void mm_print_plan_leave(struct mm_print_plan_reader *r)
{
	size_t n = strlen(r->path);

	n -= n > 0;
	while (n > 0 && r->path[n - 1] != '.')
		n--;
	r->path[n] = 0;
}

static const char *copy(struct mm_print_plan_reader *r, const char *member, const json_t *v)
{
	const size_t n = json_string_length(v);

	if (!json_is_string(v)) {
		(void)mm_print_plan_wrong(r, MM_E_INVALID, member, "write a text");
		return NULL;
	}
	if (n > MM_PRINT_PLAN_TEXT_BYTES_MAX) {
		(void)mm_print_plan_wrong(r, MM_E_LIMIT, member, "a text has at most %d bytes",
					  MM_PRINT_PLAN_TEXT_BYTES_MAX);
		return NULL;
	}
	return mm_arena_text(r->mem, json_string_value(v), strlen(json_string_value(v)));
}

const char *mm_print_plan_text(struct mm_print_plan_reader *r, const json_t *o, const char *member,
			       const char *fallback)
{
	const json_t *v = json_object_get(o, member);
	const char *text = v && !json_is_null(v) ? copy(r, member, v) : NULL;

	return text ? text : fallback;
}

const char *mm_print_plan_words(struct mm_print_plan_reader *r, const json_t *o, const char *member,
				const char *language, const char *fallback)
{
	const json_t *v = json_object_get(o, member);
	const char *text[2] = {NULL, NULL}; /* in that language, in the other */
	const bool is_russian = strcmp(language, "ru") == 0;

	if (!json_is_object(v))
		return mm_print_plan_text(r, o, member, fallback);
	for (int i = 0; i < 2; i++) {
		const json_t *said = json_object_get(v, (i == 0) == is_russian ? "ru" : "en");

		text[i] = said ? copy(r, member, said) : NULL;
	}
	if (!text[0] && !text[1]) {
		(void)mm_print_plan_wrong(r, MM_E_INVALID, member,
					  "write a text, or {\"ru\": ..., \"en\": ...}");
		return fallback;
	}
	return text[0] ? text[0] : text[1];
}

const char *const *mm_print_plan_texts(struct mm_print_plan_reader *r, const json_t *o, const char *member,
				       size_t most, size_t *ret_count)
{
	const json_t *list = json_object_get(o, member);
	const char **ret;

	*ret_count = 0;
	if (!list || json_is_null(list))
		return NULL;
	if (!json_is_array(list) || json_array_size(list) > most) {
		(void)mm_print_plan_wrong(r, MM_E_INVALID, member, "write a list of at most %zu texts", most);
		return NULL;
	}
	ret = mm_arena_array(r->mem, json_array_size(list) + 1, sizeof(*ret));
	for (size_t i = 0; ret && i < json_array_size(list); i++) {
		ret[i] = copy(r, member, json_array_get(list, i));
		if (!ret[i])
			return NULL;
	}
	*ret_count = ret ? json_array_size(list) : 0;
	return ret;
}

size_t mm_print_plan_choice(struct mm_print_plan_reader *r, const json_t *o, const char *member,
			    const char *const *names, size_t fallback)
{
	const char *text = mm_print_plan_text(r, o, member, NULL), *all = "";

	for (size_t i = 0; text && names[i]; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	if (!text)
		return fallback;
	for (size_t i = 0; names[i] && all; i++)
		all = mm_arena_printf(r->mem, "%s%s%s", all, i ? ", " : "", names[i]);
	(void)mm_print_plan_wrong(r, MM_E_INVALID, member, "\"%.40s\": write one of %s", text,
				  all ? all : "");
	return fallback;
}

double mm_print_plan_number(struct mm_print_plan_reader *r, const json_t *o, const char *member, double least,
			    double most, double fallback)
{
	const json_t *v = json_object_get(o, member);

	if (!v || json_is_null(v))
		return fallback;
	if (json_is_number(v) && json_number_value(v) >= least && json_number_value(v) <= most)
		return json_number_value(v);
	(void)mm_print_plan_wrong(r, MM_E_INVALID, member, "write a number from %.7g to %.7g", least, most);
	return fallback;
}

bool mm_print_plan_numbers(struct mm_print_plan_reader *r, const json_t *o, const char *member, double *ret,
			   size_t count)
{
	const json_t *list = json_object_get(o, member);
	bool is_good = json_is_array(list) && json_array_size(list) == count;

	if (!list || json_is_null(list))
		return false;
	for (size_t i = 0; is_good && i < count; i++) {
		ret[i] = json_number_value(json_array_get(list, i));
		is_good = json_is_number(json_array_get(list, i)) && isfinite(ret[i]);
	}
	if (!is_good)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, member, "write a list of %zu numbers", count);
	return is_good;
}

bool mm_print_plan_flag(struct mm_print_plan_reader *r, const json_t *o, const char *member, bool fallback)
{
	const json_t *v = json_object_get(o, member);

	if (!v || json_is_null(v))
		return fallback;
	if (!json_is_boolean(v))
		(void)mm_print_plan_wrong(r, MM_E_INVALID, member, "write true or false");
	return json_is_true(v);
}

json_t *mm_print_plan_object(struct mm_print_plan_reader *r, const json_t *o, const char *member)
{
	json_t *v = json_object_get(o, member);

	if (!v || json_is_null(v))
		return NULL;
	if (json_is_object(v))
		return v;
	(void)mm_print_plan_wrong(r, MM_E_INVALID, member, "write an object: {...}");
	return NULL;
}
