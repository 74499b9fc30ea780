#include "style/document/function.h"

#include <string.h>

/* jansson lets a NULL pass and says so at the end: json_array_append_new gives back what it was handed. */

static void append(json_t *array, json_t *item)
{
	(void)json_array_append_new(array, item);
}

static json_t *text(const char *s)
{
	return json_string(s);
}

static json_t *list1(const char *op, json_t *a)
{
	json_t *list = json_array();

	append(list, text(op));
	append(list, a);
	return list;
}

static json_t *list2(const char *op, json_t *a, json_t *b)
{
	json_t *list = list1(op, a);

	append(list, b);
	return list;
}

/* A new reference to a value as an expression. */
static json_t *literal(const json_t *v)
{
	json_t *copy = json_deep_copy(v);

	return json_is_array(v) || json_is_object(v) ? list1("literal", copy) : copy;
}

json_t *mm_style_tokens_convert(const char *s)
{
	json_t *ret = json_array();
	const char *from = s, *open;

	append(ret, text("concat"));
	for (const char *at = s; (open = strchr(at, '{'));) {
		const size_t n = strcspn(open + 1, "{}");

		if (n == 0 || open[1 + n] != '}') {
			at = open + 1;
			continue;
		}
		if (open > from)
			append(ret, json_stringn(from, (size_t)(open - from)));
		append(ret, list1("get", json_stringn(open + 1, n)));
		from = at = open + n + 2;
	}
	if (json_array_size(ret) == 1) {
		json_decref(ret);
		return text(s);
	}
	if (*from)
		append(ret, text(from));
	else if (json_array_size(ret) == 2)
		(void)json_array_set_new(ret, 0, text("to-string"));
	return ret;
}

struct function {
	const json_t *json, *stops, *fallback; /* fallback: "default" or that of the property; NULL */
	json_t *of_property;                   /* owned */
	const struct mm_style_property_spec *spec;
	const char *property, *type, *space;
	double base;
};

static const char *type_of(const struct function *f)
{
	return f->type ? f->type : f->spec->interpolates ? "exponential" : "interval";
}

static json_t *get(const struct function *f)
{
	return list1("get", text(f->property));
}

static json_t *fallback(const struct function *f)
{
	if (f->fallback)
		return literal(f->fallback);
	return f->spec->kind == MM_STYLE_IMAGE ? text("") : json_null();
}

/* Appends a stop, but not one whose input the last one has already; "step" does not write its first input. */
static void append_stop(json_t *curve, const json_t *input, json_t *output, bool is_step)
{
	const size_t n = json_array_size(curve);

	if (n > 3 && json_equal(input, json_array_get(curve, n - 2))) {
		json_decref(output);
		return;
	}
	if (!is_step || n != 2)
		append(curve, json_deep_copy(input));
	append(curve, output);
}

/* "step" wants two outputs. */
static void complete_step(json_t *curve)
{
	json_t *only = json_array_get(curve, 2);

	if (json_array_size(curve) == 3) {
		append(curve, json_integer(0));
		append(curve, json_incref(only));
	}
}

static json_t *output_of(const struct function *f, const json_t *v, bool tokens)
{
	return tokens && f->spec->has_tokens && json_is_string(v)
		   ? mm_style_tokens_convert(json_string_value(v))
		   : literal(v);
}

static json_t *begin_curve(const struct function *f, double base, json_t *input)
{
	const char *op = "interpolate";
	json_t *curve;

	if (f->space && strcmp(f->space, "hcl") == 0)
		op = "interpolate-hcl";
	else if (f->space && strcmp(f->space, "lab") == 0)
		op = "interpolate-lab";
	curve = list1(op, base == 1 ? json_pack("[s]", "linear") : json_pack("[sf]", "exponential", base));
	append(curve, input);
	return curve;
}

/* A curve or steps over `input` with the stops of the array, whose members are [input, output]. */
static json_t *convert_curve(const struct function *f, const json_t *stops, bool is_step, json_t *input,
			     bool tokens)
{
	json_t *curve = is_step ? list1("step", input) : begin_curve(f, f->base, input);

	for (size_t i = 0; i < json_array_size(stops); i++) {
		const json_t *stop = json_array_get(stops, i);

		append_stop(curve, json_array_get(stop, 0), output_of(f, json_array_get(stop, 1), tokens),
			    is_step);
	}
	if (is_step)
		complete_step(curve);
	return curve;
}

/* ["match", ...]; with labels of several types or that are no integers ["case", ["==", ...], ...]. */
static json_t *convert_categories(const struct function *f, const json_t *stops)
{
	const json_t *first = json_array_get(json_array_get(stops, 0), 0);
	bool is_match = !json_is_boolean(first);
	json_t *ret;

	for (size_t i = 0; i < json_array_size(stops); i++) {
		const json_t *label = json_array_get(json_array_get(stops, i), 0);
		const double v = json_number_value(label);

		is_match &= json_is_string(label) == json_is_string(first) && !json_is_boolean(label) &&
			    (double)(int64_t)v == v;
	}
	ret = is_match ? list1("match", get(f)) : json_array();
	if (!is_match)
		append(ret, text("case"));
	for (size_t i = 0; i < json_array_size(stops); i++) {
		const json_t *stop = json_array_get(stops, i), *label = json_array_get(stop, 0);

		if (is_match) {
			append_stop(ret, label, literal(json_array_get(stop, 1)), false);
			continue;
		}
		append(ret, list2("==", get(f), json_deep_copy(label)));
		append(ret, literal(json_array_get(stop, 1)));
	}
	append(ret, fallback(f));
	return ret;
}

static json_t *convert_property(const struct function *f, const json_t *stops)
{
	const char *type = type_of(f);
	const json_t *given = json_object_get(f->json, "default");
	json_t *curve, *ret;

	if (strcmp(type, "categorical") == 0)
		return convert_categories(f, stops);
	curve = convert_curve(f, stops, strcmp(type, "interval") == 0, list1("number", get(f)), false);
	if (!given)
		return curve;
	ret = list2("case", list2("==", list1("typeof", get(f)), text("number")), curve);
	append(ret, literal(given));
	return ret;
}

/* Stops whose inputs are {"zoom", "value"}: a curve over the zoom, of functions of the property. */
static json_t *convert_zoom_and_property(const struct function *f)
{
	const bool is_step = !f->spec->interpolates;
	json_t *input = json_pack("[s]", "zoom"),
	       *curve = is_step ? list1("step", input) : begin_curve(f, 1, input);

	for (size_t i = 0; i < json_array_size(f->stops);) {
		const json_t *zoom = json_object_get(json_array_get(json_array_get(f->stops, i), 0), "zoom");
		json_t *stops = json_array();

		for (; i < json_array_size(f->stops); i++) {
			const json_t *stop = json_array_get(f->stops, i), *at = json_array_get(stop, 0);

			if (json_number_value(json_object_get(at, "zoom")) != json_number_value(zoom))
				break;
			append(stops,
			       json_pack("[OO]", json_object_get(at, "value"), json_array_get(stop, 1)));
		}
		append_stop(curve, zoom, convert_property(f, stops), is_step);
		json_decref(stops);
	}
	if (is_step)
		complete_step(curve);
	return curve;
}

static json_t *value_names(const char *const *values)
{
	json_t *names = json_array();

	for (; *values; values++)
		append(names, text(*values));
	return names;
}

/* The property itself. */
static json_t *convert_identity(const struct function *f)
{
	static const struct {
		enum mm_style_kind kind;
		const char *op;
	} ops[] = {{MM_STYLE_COLOR, "to-color"},
		   {MM_STYLE_NUMBER, "number"},
		   {MM_STYLE_TEXT, "string"},
		   {MM_STYLE_BOOLEAN, "boolean"},
		   {MM_STYLE_ARRAY, "array"}};
	const json_t *given = json_object_get(f->json, "default");
	json_t *ret;
	size_t i = 0;

	if (!given)
		return f->spec->kind == MM_STYLE_TEXT && !f->spec->values ? list1("string", get(f)) : get(f);
	if (f->spec->values) {
		ret = list2("match", get(f), value_names(f->spec->values));
		append(ret, get(f));
		append(ret, literal(given));
		return ret;
	}
	while (i < sizeof(ops) / sizeof(*ops) && ops[i].kind != f->spec->kind)
		i++;
	if (i == sizeof(ops) / sizeof(*ops))
		return list2("coalesce", get(f), literal(given));
	ret = list2(ops[i].op, get(f), literal(given));
	if (f->spec->kind == MM_STYLE_ARRAY) {
		const bool is_text = f->spec->item == MM_STYLE_TEXT;

		(void)json_array_insert_new(ret, 1, text(is_text ? "string" : "number"));
		(void)json_array_insert_new(
		    ret, 2, f->spec->length > 0 ? json_integer(f->spec->length) : json_null());
	}
	return ret;
}

static enum mm_code check_stops(const struct function *f, bool by_zoom, struct mm_err *reterr)
{
	for (size_t i = 0; i < json_array_size(f->stops); i++) {
		const json_t *stop = json_array_get(f->stops, i), *input = json_array_get(stop, 0);

		if (json_array_size(stop) != 2)
			return mm_fail(reterr, MM_E_INVALID, "", "stops[%zu]: write [input, output]", i);
		if (json_is_object(input) != by_zoom ||
		    (by_zoom &&
		     (!json_is_number(json_object_get(input, "zoom")) || !json_object_get(input, "value"))))
			return mm_fail(
			    reterr, MM_E_INVALID, "",
			    "stops[%zu]: all inputs are of one form, a value or {\"zoom\", \"value\"}", i);
		if (json_is_array(by_zoom ? json_object_get(input, "value") : input))
			return mm_fail(reterr, MM_E_INVALID, "", "stops[%zu]: an input cannot be an array",
				       i);
	}
	return MM_OK;
}

static enum mm_code check(const struct function *f, struct mm_err *reterr)
{
	static const char *const types[] = {"exponential", "interval", "categorical", "identity"};
	const json_t *first = json_array_get(json_array_get(f->stops, 0), 0);
	bool known = !f->type;

	for (size_t i = 0; i < 4 && f->type; i++)
		known |= strcmp(types[i], f->type) == 0;
	if (!known)
		return mm_fail(reterr, MM_E_INVALID, "",
			       "type: one of exponential, interval, categorical, identity");
	if (f->space && strcmp(f->space, "rgb") != 0 && strcmp(f->space, "hcl") != 0 &&
	    strcmp(f->space, "lab") != 0)
		return mm_fail(reterr, MM_E_INVALID, "", "colorSpace: one of rgb, hcl, lab");
	if (!json_object_get(f->json, "stops"))
		return f->property
			   ? MM_OK
			   : mm_fail(reterr, MM_E_INVALID, "",
				     "a function needs \"stops\", or \"property\" when it is identity");
	if (json_array_size(f->stops) == 0)
		return mm_fail(reterr, MM_E_INVALID, "", "stops: an array of at least one stop");
	if (f->type && strcmp(f->type, "identity") == 0)
		return mm_fail(reterr, MM_E_INVALID, "", "stops: an identity function has none");
	if (json_is_object(first) && !f->property)
		return mm_fail(reterr, MM_E_INVALID, "", "property: stops by zoom and value need one");
	if (f->type && strcmp(f->type, "categorical") == 0 && !f->property)
		return mm_fail(reterr, MM_E_INVALID, "", "property: a categorical function needs one");
	return check_stops(f, json_is_object(first), reterr);
}

enum mm_code mm_style_function_convert(const json_t *function, const struct mm_style_property_spec *spec,
				       json_t **ret, struct mm_err *reterr)
{
	const json_t *base = json_object_get(function, "base");
	struct function f = {.json = function,
			     .stops = json_object_get(function, "stops"),
			     .fallback = json_object_get(function, "default"),
			     .spec = spec,
			     .property = json_string_value(json_object_get(function, "property")),
			     .type = json_string_value(json_object_get(function, "type")),
			     .space = json_string_value(json_object_get(function, "colorSpace")),
			     .base = json_is_number(base) ? json_number_value(base) : 1};
	enum mm_code code = check(&f, reterr);
	json_t *made;

	if (code)
		return code;
	if (!f.fallback && spec->fallback)
		f.fallback = f.of_property = json_loads(spec->fallback, JSON_DECODE_ANY, NULL);
	if (!f.stops)
		made = convert_identity(&f);
	else if (json_is_object(json_array_get(json_array_get(f.stops, 0), 0)))
		made = convert_zoom_and_property(&f);
	else if (f.property)
		made = convert_property(&f, f.stops);
	else
		made = convert_curve(&f, f.stops, strcmp(type_of(&f), "interval") == 0,
				     json_pack("[s]", "zoom"), true);
	json_decref(f.of_property);
	if (!made)
		return mm_fail_nomem(reterr);
	*ret = made;
	return MM_OK;
}
