#include "style/document/filter.h"
#include "style/document/reader.h"

#include <string.h>

static bool is_one_of(const char *op, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(op, *names) == 0)
			return true;
	return false;
}

static const char *const orders[] = {"<", "<=", ">", ">=", NULL};
static const char *const equals[] = {"==", "!=", NULL};
static const char *const lists[] = {"in", "!in", NULL};
static const char *const presences[] = {"has", "!has", NULL};
static const char *const groups[] = {"all", "any", "none", NULL};

static const char *item_path(struct mm_style_reader *r, const char *path, size_t i)
{
	const char *ret = mm_arena_printf(r->mem, "%s[%zu]", path, i);

	return ret ? ret : path;
}

/* What a property, or with "$type" a geometry, is compared with. */
static void check_values(struct mm_style_reader *r, const json_t *filter, const char *path)
{
	static const char *const types[] = {"Point", "LineString", "Polygon", NULL};
	const char *name = json_string_value(json_array_get(filter, 1));
	const bool by_type = name && strcmp(name, "$type") == 0;

	if (!name)
		mm_style_wrong(r, item_path(r, path, 1), "string expected");
	for (size_t i = 2; i < json_array_size(filter); i++) {
		const json_t *v = json_array_get(filter, i);

		if (by_type && (!json_is_string(v) || !is_one_of(json_string_value(v), types)))
			mm_style_wrong(r, item_path(r, path, i),
				       "expected one of [Point, LineString, Polygon]");
		else if (json_is_array(v) || json_is_object(v))
			mm_style_wrong(r, item_path(r, path, i), "string, number, boolean or null expected");
	}
}

void mm_style_check_filter(struct mm_style_reader *r, const json_t *filter, const char *path, int depth)
{
	const char *op = json_string_value(json_array_get(filter, 0)), *name;
	const size_t n = json_array_size(filter);

	if (json_is_boolean(filter) || depth > MM_STYLE_DEPTH_MAX)
		return;
	if (!op) {
		mm_style_wrong(r, path, "a filter is an array that begins with an operator");
		return;
	}
	name = json_string_value(json_array_get(filter, 1));
	if (is_one_of(op, orders) && name && strcmp(name, "$type") == 0) {
		mm_style_wrong(r, path, "\"$type\" cannot be used with operator \"%s\"", op);
	} else if (is_one_of(op, orders) || is_one_of(op, equals)) {
		if (n != 3)
			mm_style_wrong(r, path, "filter array for operator \"%s\" must have 3 elements", op);
		else
			check_values(r, filter, path);
	} else if (is_one_of(op, lists)) {
		check_values(r, filter, path);
	} else if (is_one_of(op, presences)) {
		if (n != 2)
			mm_style_wrong(r, path, "filter array for \"%s\" operator must have 2 elements", op);
		else if (!name)
			mm_style_wrong(r, item_path(r, path, 1), "string expected");
	} else if (is_one_of(op, groups)) {
		for (size_t i = 1; i < n; i++)
			mm_style_check_filter(r, json_array_get(filter, i), item_path(r, path, i), depth + 1);
	} else {
		mm_style_wrong(
		    r, item_path(r, path, 0),
		    "\"%.60s\": expected one of [==, !=, >, >=, <, <=, in, !in, all, any, none, has, !has]",
		    op);
	}
}

/* Which arguments of an operator are filters themselves: from the second on, each `step`. */
static size_t filter_step(const char *op, size_t n, size_t *end)
{
	*end = n;
	if (is_one_of(op, groups))
		return 1;
	if (strcmp(op, "!") == 0) {
		*end = n < 2 ? n : 2;
		return 1;
	}
	*end = n - 1;
	return strcmp(op, "case") == 0 ? 2 : 0;
}

void mm_style_check_mixed(struct mm_style_reader *r, const json_t *filter, const char *path, int depth)
{
	const char *op = json_string_value(json_array_get(filter, 0));
	size_t end = 0;
	const size_t step = op ? filter_step(op, json_array_size(filter), &end) : 0;

	for (size_t i = 1; step && i < end && depth <= MM_STYLE_DEPTH_MAX; i += step) {
		const json_t *inner = json_array_get(filter, i);
		const char *name = json_string_value(json_array_get(inner, 1));

		if (!json_is_array(inner))
			continue;
		if (mm_style_filter_is_expression(inner))
			mm_style_check_mixed(r, inner, item_path(r, path, i), depth + 1);
		else
			mm_style_warn(
			    r, item_path(r, path, i),
			    "an older filter inside an expression compares the text \"%.60s\"; write "
			    "[\"get\", \"%.60s\"]",
			    name ? name : "", name ? name : "");
	}
}
