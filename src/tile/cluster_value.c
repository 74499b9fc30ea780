#include "tile/cluster_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mm_cluster_names_release(struct mm_cluster_names *n)
{
	free(n->text);
	(void)mm_layer_unref((struct mm_layer *)(uintptr_t)n->layer);
	*n = (struct mm_cluster_names){0};
}

struct suffixed {
	const struct mm_names *field;
	const char *suffix;
};

bool mm_cluster_names_of(struct mm_cluster_names *n, const struct mm_layer *l)
{
	const struct mm_generalize *g = &mm_layer_schema(l)->generalize;
	const struct mm_names worst = {&g->worst_field, g->worst_order.count > 0};
	const struct suffixed list[] = {
	    {&g->sum, "sum"}, {&g->min, "min"}, {&g->max, "max"}, {&worst, "worst"}};
	size_t bytes = 1, at = 0, count = MM_CLUSTER_NAMES_FIXED;

	if (n->layer == l)
		return true;
	mm_cluster_names_release(n);
	for (size_t k = 0; k < 4; k++)
		for (size_t i = 0; i < list[k].field->count; i++)
			bytes += strlen(list[k].field->name[i]) + sizeof("_worst");
	n->text = malloc(bytes);
	if (!n->text)
		return false;
	n->name[0] = "cluster";
	n->name[1] = "point_count";
	for (size_t k = 0; k < 4; k++)
		for (size_t i = 0; i < list[k].field->count; i++) {
			n->name[count++] = n->text + at;
			at += (size_t)snprintf(n->text + at, bytes - at, "%s_%s", list[k].field->name[i],
					       list[k].suffix) +
			      1;
		}
	n->layer = mm_layer_ref((struct mm_layer *)(uintptr_t)l);
	return true;
}

/* Whether the attribute `name`, FIELD_sum or the like, was asked for. */
static bool is_wanted(const struct mm_tile_fields *fields, const char *name)
{
	const size_t field_len = (size_t)(strrchr(name, '_') - name);

	for (size_t i = 0; fields->name && i < fields->count; i++)
		if (strcmp(fields->name[i], name) == 0 ||
		    (strncmp(fields->name[i], name, field_len) == 0 && !fields->name[i][field_len]))
			return true;
	return !fields->name;
}

size_t mm_cluster_values(const struct mm_cluster_names *n, const struct mm_tile_fields *fields,
			 const struct mm_level *v, uint32_t number,
			 struct mm_tile_value ret[MM_TILE_VALUES_MAX])
{
	const struct mm_generalize *g = &mm_layer_schema(n->layer)->generalize;
	const double *value = v->value + (size_t)number * v->values;
	size_t count = MM_CLUSTER_NAMES_FIXED;

	ret[0] = (struct mm_tile_value){n->name[0], {.type = MM_TYPE_BOOL, .boolean = true}};
	ret[1] = (struct mm_tile_value){n->name[1], {.type = MM_TYPE_INT, .integer = v->members[number]}};
	for (size_t i = 0; i < v->values; i++) {
		struct mm_tile_value *to = &ret[count];
		size_t worst = g->worst_order.count;

		if (!isfinite(value[i]) || !is_wanted(fields, n->name[MM_CLUSTER_NAMES_FIXED + i]))
			continue;
		*to = (struct mm_tile_value){n->name[MM_CLUSTER_NAMES_FIXED + i],
					     {.type = MM_TYPE_REAL, .real = value[i]}};
		if (worst && i + 1 == v->values) {
			if (!(value[i] >= 1 && value[i] <= (double)worst))
				continue;
			to->value.type = MM_TYPE_TEXT;
			to->value.text = g->worst_order.name[worst - (size_t)value[i]];
			to->value.text_len = strlen(to->value.text);
		}
		count++;
	}
	return count;
}
