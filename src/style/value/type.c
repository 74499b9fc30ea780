#include "style/value/type.h"

#include <inttypes.h>
#include <string.h>

static const char *const names[MM_STYLE_KIND_COUNT] = {
    [MM_STYLE_NULL] = "null",           [MM_STYLE_NUMBER] = "number",
    [MM_STYLE_TEXT] = "string",         [MM_STYLE_BOOLEAN] = "boolean",
    [MM_STYLE_COLOR] = "color",         [MM_STYLE_PROJECTION] = "projectionDefinition",
    [MM_STYLE_FORMATTED] = "formatted", [MM_STYLE_OBJECT] = "object",
    [MM_STYLE_ARRAY] = "array",         [MM_STYLE_PADDING] = "padding",
    [MM_STYLE_NUMBERS] = "numberArray", [MM_STYLE_COLORS] = "colorArray",
    [MM_STYLE_IMAGE] = "resolvedImage", [MM_STYLE_ANCHORS] = "variableAnchorOffsetCollection",
    [MM_STYLE_COLLATOR] = "collator",   [MM_STYLE_VALUE] = "value",
    [MM_STYLE_ERROR] = "error",
};

#define PLAIN(k) [k] = {k, NULL, MM_STYLE_ANY_LENGTH}
const struct mm_style_type mm_style_types[MM_STYLE_KIND_COUNT] = {
    PLAIN(MM_STYLE_NULL),
    PLAIN(MM_STYLE_NUMBER),
    PLAIN(MM_STYLE_TEXT),
    PLAIN(MM_STYLE_BOOLEAN),
    PLAIN(MM_STYLE_COLOR),
    PLAIN(MM_STYLE_PROJECTION),
    PLAIN(MM_STYLE_FORMATTED),
    PLAIN(MM_STYLE_OBJECT),
    PLAIN(MM_STYLE_PADDING),
    PLAIN(MM_STYLE_NUMBERS),
    PLAIN(MM_STYLE_COLORS),
    PLAIN(MM_STYLE_IMAGE),
    PLAIN(MM_STYLE_ANCHORS),
    PLAIN(MM_STYLE_COLLATOR),
    PLAIN(MM_STYLE_VALUE),
    PLAIN(MM_STYLE_ERROR),
    [MM_STYLE_ARRAY] = {MM_STYLE_ARRAY, &mm_style_types[MM_STYLE_VALUE], MM_STYLE_ANY_LENGTH},
};

const struct mm_style_type *mm_style_array_type(struct mm_arena *mem, const struct mm_style_type *item,
						int64_t n)
{
	struct mm_style_type *t = mm_arena_alloc(mem, sizeof(*t));

	if (t)
		*t = (struct mm_style_type){MM_STYLE_ARRAY, item, n};
	return t;
}

const char *mm_style_type_text(struct mm_arena *mem, const struct mm_style_type *t)
{
	const char *item, *text;

	if (t->kind != MM_STYLE_ARRAY)
		return names[t->kind];
	if (t->n == MM_STYLE_ANY_LENGTH && t->item->kind == MM_STYLE_VALUE)
		return "array";
	item = mm_style_type_text(mem, t->item);
	text = t->n == MM_STYLE_ANY_LENGTH ? mm_arena_printf(mem, "array<%s>", item)
					   : mm_arena_printf(mem, "array<%s, %" PRId64 ">", item, t->n);
	return text ? text : "";
}

bool mm_style_type_fits(const struct mm_style_type *expected, const struct mm_style_type *t)
{
	if (t->kind == MM_STYLE_ERROR)
		return true;
	if (expected->kind == MM_STYLE_ARRAY)
		return t->kind == MM_STYLE_ARRAY &&
		       ((t->n == 0 && t->item->kind == MM_STYLE_VALUE) ||
			mm_style_type_fits(expected->item, t->item)) &&
		       (expected->n == MM_STYLE_ANY_LENGTH || expected->n == t->n);
	if (expected->kind == MM_STYLE_VALUE && t->kind == MM_STYLE_ARRAY)
		return t->n == 0 || mm_style_type_fits(expected, t->item);
	return expected->kind == t->kind || (expected->kind == MM_STYLE_VALUE && t->kind < MM_STYLE_COLLATOR);
}

enum mm_style_kind mm_style_kind_find(const char *name)
{
	for (int i = 0; i < MM_STYLE_KIND_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return (enum mm_style_kind)i;
	return MM_STYLE_KIND_COUNT;
}
