#include "style/document/filter.h"

#include "style/value/type.h"

#include <math.h>
#include <string.h>

enum syntax { NEUTRAL, LEGACY, EXPRESSION };

static enum syntax classify(const json_t *filter, int depth);

static enum syntax classify_all(const json_t *filter, int depth)
{
	enum syntax ret = NEUTRAL;

	for (size_t i = 1; i < json_array_size(filter); i++) {
		const enum syntax one = classify(json_array_get(filter, i), depth + 1);

		if (one == EXPRESSION)
			return one;
		if (one == LEGACY)
			ret = one;
	}
	return ret;
}

static bool is_one_of(const char *op, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(op, *names) == 0)
			return true;
	return false;
}

static const char *const comparisons[] = {"==", "!=", ">", ">=", "<", "<=", NULL};

/* Is ["in", a, b, ...], ["has", a] or ["==", a, b] of the older kind? By what stands where. */
static enum syntax classify_test(const char *op, const json_t *filter)
{
	const size_t n = json_array_size(filter);
	const json_t *first = json_array_get(filter, 1), *second = json_array_get(filter, 2);
	const char *name = json_string_value(first);

	if (strcmp(op, "has") == 0) {
		if (n < 2 || (name && (strcmp(name, "$id") == 0 || strcmp(name, "$type") == 0)))
			return LEGACY;
		return n == 2 ? NEUTRAL : EXPRESSION;
	}
	if (strcmp(op, "in") == 0)
		return n >= 3 && (!name || json_is_array(second)) ? EXPRESSION : LEGACY;
	return n != 3 || json_is_array(first) || json_is_array(second) ? EXPRESSION : LEGACY;
}

static enum syntax classify(const json_t *filter, int depth)
{
	static const char *const tests[] = {"has", "in", "==", "!=", ">", ">=", "<", "<=", NULL};
	static const char *const legacy[] = {"!in", "!has", "none", NULL};
	const char *op = json_string_value(json_array_get(filter, 0));

	if (json_is_boolean(filter))
		return NEUTRAL;
	if (json_array_size(filter) == 0)
		return LEGACY;
	if (!op || depth > MM_STYLE_DEPTH_MAX)
		return EXPRESSION;
	if (is_one_of(op, legacy))
		return LEGACY;
	if (is_one_of(op, tests))
		return classify_test(op, filter);
	return strcmp(op, "any") == 0 || strcmp(op, "all") == 0 ? classify_all(filter, depth) : EXPRESSION;
}

bool mm_style_filter_is_expression(const json_t *filter)
{
	return classify(filter, 0) != LEGACY;
}

static json_t *convert(const json_t *filter, int depth);

static json_t *negate(json_t *filter)
{
	return json_pack("[so]", "!", filter);
}

/* "filter-==" of a property, "filter-id-==", "filter-type-==" */
static json_t *convert_comparison(const char *op, const json_t *filter)
{
	const char *name = json_string_value(json_array_get(filter, 1));
	json_t *value = json_array_get(filter, 2);
	char call[32];

	if (!name || !value || json_is_object(value) || json_is_array(value))
		return json_true();
	if (strcmp(name, "$type") == 0 && (strcmp(op, "==") != 0 || !json_is_string(value)))
		return json_false();
	(void)snprintf(call, sizeof(call), "filter-%s%s",
		       strcmp(name, "$type") == 0 ? "type-"
		       : strcmp(name, "$id") == 0 ? "id-"
						  : "",
		       op);
	if (name[0] == '$' && (strcmp(name, "$type") == 0 || strcmp(name, "$id") == 0))
		return json_pack("[sO]", call, value);
	return json_pack("[ssO]", call, name, value);
}

/* The values without those that are said twice. */
static json_t *texts_once(const json_t *filter)
{
	json_t *seen = json_object(), *list = json_array();

	for (size_t i = 2; i < json_array_size(filter); i++) {
		json_t *v = json_array_get(filter, i);

		if (json_object_get(seen, json_string_value(v)))
			continue;
		(void)json_object_set_new(seen, json_string_value(v), json_true());
		(void)json_array_append(list, v);
	}
	json_decref(seen);
	return list;
}

enum { FEW = 8 }; /* values that are looked through faster one by one */

static json_t *convert_in(const json_t *filter)
{
	const char *name = json_string_value(json_array_get(filter, 1));
	const size_t n = json_array_size(filter);
	bool are_texts = n > FEW;
	json_t *values;

	if (!name || n < 3)
		return json_false();
	for (size_t i = 2; i < n; i++)
		are_texts &= json_is_string(json_array_get(filter, i));
	if (are_texts && name[0] != '$')
		return json_pack("[s[ss]obb]", "match", "get", name, texts_once(filter), 1, 0);
	values = json_array();
	for (size_t i = 2; i < n; i++)
		(void)json_array_append(values, json_array_get(filter, i));
	if (strcmp(name, "$type") == 0)
		return json_pack("[s[so]]", "filter-type-in", "literal", values);
	if (strcmp(name, "$id") == 0)
		return json_pack("[s[so]]", "filter-id-in", "literal", values);
	return json_pack("[ss[so]]", "filter-in-small", name, "literal", values);
}

static json_t *convert_has(const json_t *filter)
{
	const char *name = json_string_value(json_array_get(filter, 1));

	if (!name || strcmp(name, "$type") == 0)
		return json_true();
	return strcmp(name, "$id") == 0 ? json_pack("[s]", "filter-has-id")
					: json_pack("[ss]", "filter-has", name);
}

/* "all", "any", "none" */
static json_t *convert_group(const char *op, const json_t *filter, int depth)
{
	const bool is_none = strcmp(op, "none") == 0;
	json_t *ret = json_pack("[s]", is_none ? "all" : op);

	for (size_t i = 1; i < json_array_size(filter); i++) {
		json_t *one = convert(json_array_get(filter, i), depth + 1);

		if (!one) {
			json_decref(ret);
			return NULL;
		}
		(void)json_array_append_new(ret, is_none ? negate(one) : one);
	}
	return ret;
}

static json_t *negated(json_t *filter)
{
	return filter ? negate(filter) : NULL;
}

static json_t *convert(const json_t *filter, int depth)
{
	const char *op = json_string_value(json_array_get(filter, 0));

	if (depth > MM_STYLE_DEPTH_MAX)
		return NULL;
	if (json_is_boolean(filter))
		return json_boolean(json_is_true(filter));
	if (!op)
		return json_true();
	if (json_array_size(filter) == 1)
		return json_boolean(strcmp(op, "any") != 0);
	if (strcmp(op, "!=") == 0)
		return negated(convert_comparison("==", filter));
	if (is_one_of(op, comparisons))
		return convert_comparison(op, filter);
	if (strcmp(op, "any") == 0 || strcmp(op, "all") == 0 || strcmp(op, "none") == 0)
		return convert_group(op, filter, depth);
	if (strcmp(op, "in") == 0)
		return convert_in(filter);
	if (strcmp(op, "!in") == 0)
		return negated(convert_in(filter));
	if (strcmp(op, "has") == 0)
		return convert_has(filter);
	if (strcmp(op, "!has") == 0)
		return negated(convert_has(filter));
	return json_true();
}

json_t *mm_style_filter_convert(const json_t *filter)
{
	return convert(filter, 0);
}
