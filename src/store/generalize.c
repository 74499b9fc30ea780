#include "store/generalize.h"

#include <string.h>

static void put_names(struct mm_json *j, const char *key, const struct mm_names *n)
{
	mm_json_open(j, key, '[');
	for (size_t i = 0; i < n->count; i++)
		mm_json_text(j, NULL, n->name[i]);
	mm_json_close(j, ']');
}

void mm_generalize_put(struct mm_json *j, const char *key, const struct mm_generalize *g)
{
	mm_json_open(j, key, '{');
	mm_json_text(j, "importance_field", g->importance_field ? g->importance_field : "");
	put_names(j, "importance_order", &g->importance_order);
	mm_json_text(j, "importance_expression", g->importance_expression ? g->importance_expression : "");
	mm_json_bool(j, "coverage", g->is_coverage);
	mm_json_int(j, "cluster_px", g->cluster_px);
	mm_json_int(j, "cluster_zoom", g->cluster_zoom);
	mm_json_open(j, "cluster_radius", '[');
	for (size_t i = 0; i < g->cluster_radius_count; i++) {
		mm_json_int(j, NULL, g->cluster_radius[i].max_zoom);
		mm_json_int(j, NULL, g->cluster_radius[i].px);
	}
	mm_json_close(j, ']');
	put_names(j, "sum", &g->sum);
	put_names(j, "min", &g->min);
	put_names(j, "max", &g->max);
	mm_json_text(j, "worst_field", g->worst_field ? g->worst_field : "");
	put_names(j, "worst_order", &g->worst_order);
	mm_json_close(j, '}');
}

static const char *take_text(const json_t *text, struct mm_arena *mem)
{
	return json_is_string(text) ? mm_arena_text(mem, json_string_value(text), json_string_length(text))
				    : NULL;
}

static bool take_names(const json_t *object, const char *key, struct mm_arena *mem, struct mm_names *ret)
{
	const json_t *list = json_object_get(object, key);
	size_t count = json_array_size(list);
	const char **name = mm_arena_array(mem, count + 1, sizeof(*name));

	if (!json_is_array(list) || !name || count > MM_GENERALIZE_NAMES_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		name[i] = take_text(json_array_get(list, i), mem);
		if (!name[i])
			return false;
	}
	*ret = (struct mm_names){name, count};
	return true;
}

static bool take_number(const json_t *object, const char *key, unsigned most, unsigned *ret)
{
	json_int_t v = json_integer_value(json_object_get(object, key));

	*ret = (unsigned)v;
	return v >= 0 && v <= most;
}

/* Pairs of zoom and pixels, as they follow each other. */
static bool take_radii(const json_t *object, struct mm_arena *mem, struct mm_generalize *g)
{
	const json_t *list = json_object_get(object, "cluster_radius");
	const size_t count = json_array_size(list) / 2;
	struct mm_zoom_radius *r = mm_arena_array(mem, count + 1, sizeof(*r));

	if (!json_is_array(list) || json_array_size(list) % 2 || count > MM_CLUSTER_ZOOM_MAX || !r)
		return false;
	for (size_t i = 0; i < count; i++) {
		const json_int_t zoom = json_integer_value(json_array_get(list, 2 * i)),
				 px = json_integer_value(json_array_get(list, 2 * i + 1));

		if (zoom < 0 || zoom >= g->cluster_zoom || px < 1 || px > MM_CLUSTER_PX_MAX ||
		    (i && zoom <= r[i - 1].max_zoom))
			return false;
		r[i] = (struct mm_zoom_radius){(unsigned)zoom, (unsigned)px};
	}
	g->cluster_radius = r;
	g->cluster_radius_count = count;
	return true;
}

bool mm_generalize_take(const json_t *object, struct mm_arena *mem, struct mm_generalize *ret)
{
	struct mm_generalize g = {.is_coverage = json_is_true(json_object_get(object, "coverage"))};

	g.importance_field = take_text(json_object_get(object, "importance_field"), mem);
	g.importance_expression = take_text(json_object_get(object, "importance_expression"), mem);
	g.worst_field = take_text(json_object_get(object, "worst_field"), mem);
	if (!g.importance_field || !g.importance_expression || !g.worst_field ||
	    !take_number(object, "cluster_px", MM_CLUSTER_PX_MAX, &g.cluster_px) ||
	    !take_number(object, "cluster_zoom", MM_CLUSTER_ZOOM_MAX, &g.cluster_zoom) ||
	    !take_radii(object, mem, &g) ||
	    !take_names(object, "importance_order", mem, &g.importance_order) ||
	    !take_names(object, "sum", mem, &g.sum) || !take_names(object, "min", mem, &g.min) ||
	    !take_names(object, "max", mem, &g.max) ||
	    !take_names(object, "worst_order", mem, &g.worst_order))
		return false;
	*ret = g;
	return true;
}

size_t mm_names_rank(const struct mm_names *order, const char *text, size_t n)
{
	for (size_t i = 0; i < order->count; i++)
		if (strlen(order->name[i]) == n && memcmp(order->name[i], text, n) == 0)
			return order->count - i;
	return 0;
}

static bool is_of(const struct mm_names *fields, const char *suffix, const char *name)
{
	for (size_t i = 0; i < fields->count; i++) {
		const size_t n = strlen(fields->name[i]);

		if (strncmp(name, fields->name[i], n) == 0 && name[n] == '_' &&
		    strcmp(name + n + 1, suffix) == 0)
			return true;
	}
	return false;
}

bool mm_generalize_names(const struct mm_generalize *g, const char *name)
{
	const struct mm_names worst = {&g->worst_field, g->worst_order.count > 0};

	return g->cluster_px && (strcmp(name, "cluster") == 0 || strcmp(name, "point_count") == 0 ||
				 is_of(&g->sum, "sum", name) || is_of(&g->min, "min", name) ||
				 is_of(&g->max, "max", name) || is_of(&worst, "worst", name));
}
