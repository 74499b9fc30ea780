#include "api/analysis/inside.h"
#include "api/analysis/shape.h"
#include "geo/measure.h"
#include "geo/topo_measure.h"

#include <string.h>

/* Of a question: the area that it means, and what is looked into. */

static const char *const names[] = {"geometry",    "collection", "id", "alike", "distance",
				    "collections", "filters",    "f",  "lang"};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static enum mm_code make_area(const json_t *o, struct mm_inside_report *rep, struct mm_err *reterr)
{
	struct mm_shape s = {
	    .catalog = rep->catalog, .kit = rep->kit, .mem = &rep->mem, .definition = rep->definition};
	enum mm_code rc = mm_shape_read(o, &s, reterr);

	if (!rc && mm_geom_dimension(&s.geom) < 2 && !(s.distance_m > 0))
		rc = mm_fail(reterr, MM_E_INVALID, "distance",
			     "a point or a line has nothing inside: write how many metres around it");
	if (!rc)
		rc = mm_shape_mend(&s, reterr);
	if (!rc && s.distance_m > 0)
		rc = mm_topo_buffer(rep->kit->topo, &s.geom, s.distance_m, &rep->mem, &rep->area, reterr);
	else if (!rc)
		rep->area = s.geom;
	if (rc)
		return rc;
	rep->distance_m = s.distance_m;
	rep->of_collection = s.of_collection;
	rep->of_id = s.of_id;
	rep->mended = s.mended;
	rep->area_m2 = mm_measure_area(&rep->area);
	if (mm_geom_dimension(&rep->area) != 2 || !(rep->area_m2 > 0))
		return mm_fail(reterr, MM_E_INVALID, "geometry", "the area has no size");
	rc = mm_shape_degrees(&s, &rep->area, &rep->area_deg, &rep->box_deg, reterr);
	return rc ? rc : mm_topo_shape_new(rep->kit->topo, &rep->area, &rep->shape, reterr);
}

static enum mm_code add_layer(struct mm_inside_report *rep, const struct mm_layer *l, const json_t *filters,
			      struct mm_err *reterr)
{
	const json_t *filter = json_object_get(filters, mm_layer_schema(l)->id);
	const char *text = filter ? json_string_value(filter) : "";

	if (rep->layer_count == MM_INSIDE_LAYERS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "collections",
			       "at most %d at a time: name those that matter", MM_INSIDE_LAYERS_MAX);
	if (!text)
		return mm_fail(reterr, MM_E_INVALID, "filters", "a filter is a CQL2 text");
	text = mm_arena_text(&rep->mem, text, strlen(text));
	if (!text)
		return mm_fail_nomem(reterr);
	rep->layer[rep->layer_count] = l;
	rep->filter[rep->layer_count++] = text;
	return MM_OK;
}

static enum mm_code check_filters(const json_t *filters, const struct mm_catalog *c, struct mm_err *reterr)
{
	const char *id;
	json_t *v;

	if (filters && !json_is_object(filters))
		return mm_fail(reterr, MM_E_INVALID, "filters", "write {\"COLLECTION\": \"CQL2 text\"}");
	json_object_foreach((json_t *)(uintptr_t)filters, id, v) if (!mm_catalog_find(c, id)) return mm_fail(
	    reterr, MM_E_INVALID, "filters", "there is no collection \"%.64s\"", id);
	return MM_OK;
}

static enum mm_code choose_layers(const json_t *o, struct mm_inside_report *rep, struct mm_err *reterr)
{
	const json_t *list = json_object_get(o, "collections"), *filters = json_object_get(o, "filters");
	enum mm_code rc = check_filters(filters, rep->catalog, reterr);

	if (!rc && list && !json_is_array(list))
		rc = mm_fail(reterr, MM_E_INVALID, "collections", "write a list of their ids");
	for (size_t i = 0; !rc && list && i < json_array_size(list); i++) {
		const char *id = json_string_value(json_array_get(list, i));

		if (!id || !mm_catalog_find(rep->catalog, id))
			rc = mm_fail(reterr, MM_E_INVALID, "collections", "there is no collection \"%.64s\"",
				     id ? id : "");
	}
	for (size_t i = 0; !rc && i < mm_catalog_count(rep->catalog); i++) {
		const struct mm_layer *l = mm_catalog_entry(rep->catalog, i)->layer;
		bool is_asked = !list;

		for (size_t k = 0; l && list && k < json_array_size(list); k++)
			is_asked |=
			    strcmp(json_string_value(json_array_get(list, k)), mm_layer_schema(l)->id) == 0;
		if (l && is_asked && mm_layer_geom_types(l))
			rc = add_layer(rep, l, filters, reterr);
	}
	return rc;
}

enum mm_code mm_inside_ask(const struct mm_request *r, struct mm_inside_report *rep, struct mm_err *reterr)
{
	json_t *o = NULL;
	enum mm_code rc = mm_shape_question(r, names, NAMES, &o, reterr);

	if (!rc)
		rc = choose_layers(o, rep, reterr);
	if (!rc)
		rc = make_area(o, rep, reterr);
	json_decref(o);
	return rc;
}
