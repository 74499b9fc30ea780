#include "style/value/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct mm_style_value mm_style_number_value(double v)
{
	return (struct mm_style_value){.kind = MM_STYLE_NUMBER, .number = v};
}

struct mm_style_value mm_style_boolean_value(bool v)
{
	return (struct mm_style_value){.kind = MM_STYLE_BOOLEAN, .boolean = v};
}

struct mm_style_value mm_style_text_value(const char *text, size_t n)
{
	return (struct mm_style_value){.kind = MM_STYLE_TEXT, .n = (uint32_t)n, .text = text};
}

static bool read_value(const json_t *json, struct mm_arena *mem, int depth, struct mm_style_value *ret);

static bool read_array(const json_t *json, struct mm_arena *mem, int depth, struct mm_style_value *ret)
{
	const size_t n = json_array_size(json);
	struct mm_style_value *items = mm_arena_array(mem, n, sizeof(*items));

	if (n && !items)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!read_value(json_array_get(json, i), mem, depth + 1, &items[i]))
			return false;
	*ret = (struct mm_style_value){.kind = MM_STYLE_ARRAY, .n = (uint32_t)n, .items = items};
	return true;
}

static bool read_object(const json_t *json, struct mm_arena *mem, int depth, struct mm_style_value *ret)
{
	const size_t n = json_object_size(json);
	struct mm_style_member *members = mm_arena_array(mem, n, sizeof(*members)), *m = members;
	const char *key;
	json_t *item;

	if (n && !members)
		return false;
	json_object_foreach((json_t *)(uintptr_t)json, key, item)
	{
		m->key_len = (uint32_t)strlen(key);
		m->key = mm_arena_text(mem, key, m->key_len);
		if (!m->key || !read_value(item, mem, depth + 1, &m->value))
			return false;
		m++;
	}
	*ret = (struct mm_style_value){.kind = MM_STYLE_OBJECT, .n = (uint32_t)n, .members = members};
	return true;
}

static bool read_value(const json_t *json, struct mm_arena *mem, int depth, struct mm_style_value *ret)
{
	const char *text;

	if (depth > MM_STYLE_DEPTH_MAX)
		return false;
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return read_object(json, mem, depth, ret);
	case JSON_ARRAY:
		return read_array(json, mem, depth, ret);
	case JSON_STRING:
		text = mm_arena_text(mem, json_string_value(json), json_string_length(json));
		*ret = mm_style_text_value(text, json_string_length(json));
		return text != NULL;
	case JSON_INTEGER:
	case JSON_REAL:
		*ret = mm_style_number_value(json_number_value(json));
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		*ret = mm_style_boolean_value(json_is_true(json));
		return true;
	case JSON_NULL:
		break;
	}
	*ret = MM_STYLE_NULL_VALUE;
	return true;
}

bool mm_style_value_read(const json_t *json, struct mm_arena *mem, struct mm_style_value *ret)
{
	return read_value(json, mem, 0, ret);
}

/* The kind all items have; MM_STYLE_VALUE when they differ, or when they are arrays themselves (whose types
 * are not compared). */
static enum mm_style_kind item_kind(const struct mm_style_value *v)
{
	const enum mm_style_kind first = v->n ? (enum mm_style_kind)v->items[0].kind : MM_STYLE_VALUE;

	for (uint32_t i = 1; i < v->n; i++)
		if (v->items[i].kind != first || first == MM_STYLE_ARRAY)
			return MM_STYLE_VALUE;
	return first;
}

const struct mm_style_type *mm_style_value_type(const struct mm_style_value *v, struct mm_arena *mem)
{
	const struct mm_style_type *item;

	if (v->kind != MM_STYLE_ARRAY)
		return &mm_style_types[v->kind];
	item = &mm_style_types[item_kind(v)];
	if (item->kind == MM_STYLE_ARRAY)
		item = mm_style_value_type(&v->items[0], mem);
	return item ? mm_style_array_type(mem, item, v->n) : NULL;
}

bool mm_style_value_is(const struct mm_style_value *v, const struct mm_style_type *t)
{
	enum mm_style_kind kind;

	if (t->kind != MM_STYLE_ARRAY || v->kind != MM_STYLE_ARRAY)
		return t->kind == v->kind || (t->kind == MM_STYLE_VALUE && v->kind < MM_STYLE_COLLATOR);
	if (t->n != MM_STYLE_ANY_LENGTH && t->n != v->n)
		return false;
	kind = item_kind(v);
	if (!v->n || t->item->kind == MM_STYLE_VALUE)
		return true;
	return kind == MM_STYLE_ARRAY ? mm_style_value_is(&v->items[0], t->item) : kind == t->item->kind;
}

bool mm_style_value_same(const struct mm_style_value *a, const struct mm_style_value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case MM_STYLE_NULL:
		return true;
	case MM_STYLE_NUMBER:
		return a->number == b->number;
	case MM_STYLE_BOOLEAN:
		return a->boolean == b->boolean;
	case MM_STYLE_TEXT:
		return a->n == b->n && (a->n == 0 || memcmp(a->text, b->text, a->n) == 0);
	default:
		return false;
	}
}

int mm_style_value_order(const struct mm_style_value *a, const struct mm_style_value *b)
{
	const uint32_t n = a->n < b->n ? a->n : b->n;
	int order;

	if (a->kind == MM_STYLE_BOOLEAN)
		return a->boolean - b->boolean;
	if (a->kind == MM_STYLE_NUMBER)
		return (a->number > b->number) - (a->number < b->number);
	order = n ? memcmp(a->text, b->text, n) : 0;
	return order ? order : (a->n > b->n) - (a->n < b->n);
}

const struct mm_style_value *mm_style_value_member(const struct mm_style_value *object, const char *key,
						   size_t n)
{
	for (uint32_t i = 0; i < object->n; i++)
		if (object->members[i].key_len == n && memcmp(object->members[i].key, key, n) == 0)
			return &object->members[i].value;
	return NULL;
}

bool mm_style_value_truth(const struct mm_style_value *v)
{
	switch (v->kind) {
	case MM_STYLE_NULL:
		return false;
	case MM_STYLE_NUMBER:
		return v->number != 0 && !isnan(v->number);
	case MM_STYLE_BOOLEAN:
		return v->boolean;
	case MM_STYLE_TEXT:
		return v->n > 0;
	default:
		return true;
	}
}

/* Number("..."): blanks around it, an empty text is 0, hexadecimal and "Infinity" are numbers. */
static double number_of_text(const char *text, size_t n)
{
	char *end, plain[400];
	double v;

	while (n && (*text == ' ' || (*text >= '\t' && *text <= '\r'))) {
		text++;
		n--;
	}
	while (n && (text[n - 1] == ' ' || (text[n - 1] >= '\t' && text[n - 1] <= '\r')))
		n--;
	if (!n)
		return 0;
	if (n >= sizeof(plain) || memchr(text, '\0', n))
		return (double)NAN;
	memcpy(plain, text, n);
	plain[n] = '\0';
	if (strcmp(plain, "Infinity") == 0 || strcmp(plain, "+Infinity") == 0)
		return HUGE_VAL;
	if (strcmp(plain, "-Infinity") == 0)
		return -HUGE_VAL;
	if (plain[0] == '0' && (plain[1] == 'x' || plain[1] == 'X')) {
		v = plain[2 + strspn(plain + 2, "0123456789abcdefABCDEF")] || !plain[2] ? (double)NAN
											: strtod(plain, NULL);
		return v;
	}
	if (strspn(plain, "0123456789eE.+-") != n)
		return (double)NAN;
	v = strtod(plain, &end); /* the program runs in the C locale for numbers */
	return *end ? (double)NAN : v;
}

double mm_style_value_number(const struct mm_style_value *v)
{
	switch (v->kind) {
	case MM_STYLE_NULL:
		return 0;
	case MM_STYLE_NUMBER:
		return v->number;
	case MM_STYLE_BOOLEAN:
		return v->boolean;
	case MM_STYLE_TEXT:
	case MM_STYLE_IMAGE:
		return number_of_text(v->text, v->n);
	case MM_STYLE_ARRAY: /* a script joins the items first */
		if (v->n == 0)
			return 0;
		if (v->n == 1 && v->items[0].kind != MM_STYLE_BOOLEAN)
			return mm_style_value_number(&v->items[0]);
		return (double)NAN;
	default:
		return (double)NAN;
	}
}
