#include "print/plan/plan.h"

#include "base/clock.h"
#include "base/json_bounds.h"
#include "base/text.h"
#include "print/plan/plan_reader.h"
#include "style/asset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_DPI = 200, LEVELS_MAX = 100, OBJECTS_MAX = 8192 };

/* ---- template ---- */

static json_t *load(const char *folder, const char *id)
{
	char name[128];
	const struct mm_asset *a;

	if (snprintf(name, sizeof(name), "%s%s.json", folder, id) >= (int)sizeof(name) || strchr(id, '/'))
		return NULL;
	a = mm_asset_find(name);
	return a ? json_loadb((const char *)a->data, a->len, 0, NULL) : NULL;
}

/* All ids of a folder of assets, for messages. */
static const char *ids_of(const char *folder, struct mm_arena *mem)
{
	const char *all = "";

	for (size_t i = 0; i < mm_asset_count && all; i++) {
		const char *name = mm_assets[i].name + strlen(folder);

		if (mm_text_starts(mm_assets[i].name, folder) && !strchr(name, '/') &&
		    mm_text_ends(name, ".json"))
			all = mm_arena_printf(mem, "%s%s%.*s", all, *all ? ", " : "", (int)(strlen(name) - 5),
					      name);
	}
	return all ? all : "";
}

/* Puts what the plan does not say from its template; objects member by member. */
static bool merge(json_t *plan, const json_t *from)
{
	static const char *const groups[] = {"elements", "texts", "filter"};
	bool is_good = true;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		json_t *group = json_object_get(plan, groups[i]), *other = json_object_get(from, groups[i]);

		if (json_is_object(group) && json_is_object(other))
			is_good &= json_object_update_missing(group, other) == 0;
	}
	return json_object_update_missing(plan, (json_t *)(uintptr_t)from) == 0 && is_good;
}

/* Without an object there is nothing to number or to tell of: a template is not to blame for that. */
static void drop_object_parts(const json_t *plan, json_t *from)
{
	json_t *elements = json_object_get(from, "elements");

	const char *by = json_string_value(json_object_get(json_object_get(plan, "atlas"), "by"));

	if (json_object_get(plan, "object") || json_object_get(from, "object") ||
	    (by && !strcmp(by, "features")))
		return;
	(void)json_object_del(elements, "points");
	(void)json_object_del(elements, "passport");
}

/* A place that a plan gives in its own way goes before all of the template's ways. */
static void drop_places(const json_t *plan, json_t *from)
{
	static const char *const places[] = {"center", "extent", "object"};
	bool has_place = false;

	for (size_t i = 0; i < 3; i++)
		has_place |= json_object_get(plan, places[i]) != NULL;
	for (size_t i = 0; i < 3 && has_place; i++)
		(void)json_object_del(from, places[i]);
	/* an extent says at which scale, but that of an atlas */
	if (json_object_get(plan, "extent") && !json_is_object(json_object_get(plan, "atlas")) &&
	    (!json_is_object(json_object_get(from, "atlas")) ||
	     json_is_false(json_object_get(plan, "atlas"))))
		(void)json_object_del(from, "scale");
}

static enum mm_code apply_template(struct mm_print_plan_reader *r, json_t *root, struct mm_print_plan *plan)
{
	const char *id = mm_print_plan_text(r, root, "template", NULL);
	json_t *from;
	enum mm_code rc = r->rc;

	if (rc || !id)
		return rc;
	from = load(MM_PRINT_PLAN_FOLDER, id);
	if (!from)
		return mm_print_plan_wrong(r, MM_E_NOT_FOUND, "template",
					   "there is no template \"%.40s\": there are %s", id,
					   ids_of(MM_PRINT_PLAN_FOLDER, r->mem));
	(void)json_object_del(from, "description");
	drop_places(root, from);
	drop_object_parts(root, from);
	plan->template_id = id;
	plan->has_optional_scale = !json_object_get(root, "scale");
	plan->has_optional_layers = !json_object_get(root, "layers");
	plan->table.is_optional = !json_object_get(json_object_get(root, "elements"), "table");
	plan->index.is_optional = !json_object_get(json_object_get(root, "elements"), "street_index");
	if (!merge(root, from))
		rc = mm_print_plan_wrong(r, MM_E_NOMEM, "", "out of memory");
	json_decref(from);
	return rc;
}

/* ---- parts ---- */

static void read_paper(struct mm_print_plan_reader *r, const json_t *root, struct mm_print_plan *p)
{
	static const char *const ways[] = {"landscape", "portrait", NULL};
	const char *format = mm_print_plan_text(r, root, "format", "A4");
	const size_t way = mm_print_plan_choice(r, root, "orientation", ways, 0);
	struct mm_err err = {0};

	if (!r->rc && mm_paper_parse(format, way == 0, &p->paper, &err))
		(void)mm_print_plan_wrong(r, err.code, "format", "%s", err.msg);
}

static void read_place(struct mm_print_plan_reader *r, const json_t *root, struct mm_print_plan *p)
{
	p->crs = mm_print_plan_text(r, root, "crs", NULL);
	p->has_center = mm_print_plan_numbers(r, root, "center", p->center, 2);
	p->has_extent = mm_print_plan_numbers(r, root, "extent", p->extent, 4);
	p->scale = mm_print_plan_number(r, root, "scale", 50, 5e6, 0);
	p->rotation_deg = mm_print_plan_number(r, root, "rotation", -360, 360, 0);
	if (mm_print_plan_numbers(r, root, "field", p->field_mm, 2) &&
	    !(p->field_mm[0] >= 50 && p->field_mm[1] >= 50 && p->field_mm[0] <= 2600 &&
	      p->field_mm[1] <= 2600))
		(void)mm_print_plan_wrong(
		    r, MM_E_INVALID, "field",
		    "write width and height of the map in millimetres, 50 to 2600: [500, 500]");
	p->has_whole_sheets = mm_print_plan_flag(r, root, "whole_sheets", false);
	if (p->has_whole_sheets && (!(p->field_mm[0] > 0) || p->rotation_deg != 0))
		(void)mm_print_plan_wrong(
		    r, MM_E_INVALID, "whole_sheets",
		    "whole sheets have a field of a fixed size, \"field\": [500, 500], and no rotation");
	if (p->has_center && p->has_extent)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "extent", "give either a center or an extent");
	if (p->has_extent && !(p->extent[0] < p->extent[2] && p->extent[1] < p->extent[3]))
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "extent",
					  "write the smaller numbers first: [39.08, 52.34, "
					  "39.12, 52.36]");
	if (p->has_center && p->scale == 0)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "scale", "say at which scale: 2000 is 1:2000");
}

static void read_filters(struct mm_print_plan_reader *r, json_t *root, struct mm_print_plan *p)
{
	json_t *filters = mm_print_plan_object(r, root, "filter"), *value;
	const char *key;
	struct mm_print_plan_filter *list =
	    mm_arena_array(r->mem, json_object_size(filters) + 1, sizeof(struct mm_print_plan_filter));

	if (json_object_size(filters) > MM_PRINT_PLAN_LAYERS_MAX)
		(void)mm_print_plan_wrong(r, MM_E_LIMIT, "filter", "at most %d layers",
					  MM_PRINT_PLAN_LAYERS_MAX);
	if (r->rc || !list || !filters)
		return;
	mm_print_plan_enter(r, "filter", filters, NULL);
	json_object_foreach(filters, key, value)
	{
		const char *text = mm_print_plan_text(r, filters, key, NULL);

		if (text)
			list[p->filter_count++] =
			    (struct mm_print_plan_filter){mm_arena_text(r->mem, key, strlen(key)), text};
	}
	mm_print_plan_leave(r);
	p->filter = list;
}

static void read_texts(struct mm_print_plan_reader *r, json_t *root, struct mm_print_plan *p)
{
	json_t *texts = mm_print_plan_object(r, root, "texts"), *value;
	const char *key;
	struct mm_form_value *list = mm_arena_array(r->mem, MM_PRINT_PLAN_TEXTS_MAX, sizeof(*list));

	if (json_object_size(texts) > MM_PRINT_PLAN_TEXTS_MAX)
		(void)mm_print_plan_wrong(r, MM_E_LIMIT, "texts", "at most %d", MM_PRINT_PLAN_TEXTS_MAX);
	if (r->rc || !list || !texts)
		return;
	mm_print_plan_enter(r, "texts", texts, NULL);
	json_object_foreach(texts, key, value)
	{
		const char *text = mm_print_plan_words(r, texts, key, p->language, NULL);

		if (text)
			list[p->text_count++] =
			    (struct mm_form_value){mm_arena_text(r->mem, key, strlen(key)), text};
	}
	mm_print_plan_leave(r);
	p->text = list;
}

static void read_style(struct mm_print_plan_reader *r, const json_t *root, struct mm_print_plan *p)
{
	const json_t *style = json_object_get(root, "style");

	if (!json_is_object(style)) {
		p->style = mm_print_plan_text(r, root, "style", NULL);
		return;
	}
	char *text = json_dumps(style, JSON_COMPACT);

	p->style_len = text ? strlen(text) : 0;
	p->style_json = text ? mm_arena_text(r->mem, text, p->style_len) : NULL;
	free(text);
	if (!p->style_json)
		(void)mm_print_plan_wrong(r, MM_E_NOMEM, "style", "out of memory");
}

static void read_object(struct mm_print_plan_reader *r, json_t *root, struct mm_print_plan *p)
{
	static const char *const known[] = {"layer", "id", NULL};
	json_t *object = mm_print_plan_object(r, root, "object");

	if (!object)
		return;
	mm_print_plan_enter(r, "object", object, known);
	p->object_layer = mm_print_plan_text(r, object, "layer", NULL);
	p->object_id = json_is_integer(json_object_get(object, "id"))
			   ? mm_arena_printf(r->mem, "%lld",
					     (long long)json_integer_value(json_object_get(object, "id")))
			   : mm_print_plan_text(r, object, "id", NULL);
	if (!p->object_layer || !p->object_id)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "id",
					  "name a layer and the id of one of its objects");
	mm_print_plan_leave(r);
}

static void read_table(struct mm_print_plan_reader *r, json_t *elements, struct mm_print_plan *p)
{
	static const char *const known[] = {"layer", "fields", "title", "numbers", NULL};
	json_t *table = json_object_get(elements, "table");
	struct mm_print_plan_table *t = &p->table;
	const char *const *field;
	size_t n = 0;

	if (!table || json_is_null(table) || json_is_false(table))
		return;
	if (!json_is_object(table)) {
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "table",
					  "write {\"layer\": ..., \"fields\": [...]}, or false for none");
		return;
	}
	mm_print_plan_enter(r, "table", table, known);
	t->layer = mm_print_plan_text(r, table, "layer", NULL);
	t->title = mm_print_plan_words(r, table, "title", p->language, NULL);
	t->has_numbers = mm_print_plan_flag(r, table, "numbers", true);
	field = mm_print_plan_texts(r, table, "fields", MM_PRINT_PLAN_FIELDS_MAX, &n);
	for (size_t i = 0; field && i < n; i++)
		t->field[t->field_count++] = field[i];
	if (!t->layer)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "layer", "name the layer of the objects");
	mm_print_plan_leave(r);
}

static void read_form(struct mm_print_plan_reader *r, const json_t *elements, struct mm_print_plan *p)
{
	const json_t *form = json_object_get(elements, "form");
	json_t *there;

	if (!form || json_is_false(form))
		return;
	p->form = json_is_true(form) ? "gost-21.101-3" : mm_print_plan_text(r, elements, "form", NULL);
	if (!p->form)
		return;
	there = load(MM_PRINT_PLAN_FORMS, p->form);
	if (!there)
		(void)mm_print_plan_wrong(r, MM_E_NOT_FOUND, "form",
					  "there is no form \"%.40s\": there are %s", p->form,
					  ids_of(MM_PRINT_PLAN_FORMS, r->mem));
	json_decref(there);
}

static void read_elements(struct mm_print_plan_reader *r, json_t *root, struct mm_print_plan *p)
{
	static const char *const known[] = {"frame",        "grid",     "legend", "scale_bar", "north",
					    "overview",     "qr",       "points", "table",     "form",
					    "street_index", "passport", NULL};
	json_t *given = mm_print_plan_object(r, root, "elements"), *none = NULL;
	json_t *elements = given ? given : (none = json_object());

	mm_print_plan_enter(r, "elements", elements, known);
	p->has_frame = mm_print_plan_flag(r, elements, "frame", true);
	p->has_grid = mm_print_plan_flag(r, elements, "grid", true);
	p->has_legend = mm_print_plan_flag(r, elements, "legend", true);
	p->has_scale_bar = mm_print_plan_flag(r, elements, "scale_bar", true);
	p->has_north = mm_print_plan_flag(r, elements, "north", true);
	p->has_overview = mm_print_plan_flag(r, elements, "overview", false);
	p->has_qr = mm_print_plan_flag(r, elements, "qr", false);
	p->has_points = mm_print_plan_flag(r, elements, "points", false);
	p->has_passport = mm_print_plan_flag(r, elements, "passport", false);
	read_table(r, elements, p);
	mm_print_plan_read_index(r, elements, p);
	read_form(r, elements, p);
	mm_print_plan_leave(r);
	json_decref(none);
}

static void check_object(struct mm_print_plan_reader *r, const struct mm_print_plan *p)
{
	if ((p->has_points || p->has_passport) && !p->object_layer &&
	    p->atlas.by != MM_PRINT_PLAN_ATLAS_FEATURES)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "object",
					  "turning points and a passport are those of an object: name it, "
					  "{\"layer\": ..., \"id\": ...}");
}

static void read_output(struct mm_print_plan_reader *r, const json_t *root, struct mm_print_plan *p)
{
	static const char *const kinds[] = {
	    [MM_CANVAS_PDF] = "pdf", [MM_CANVAS_SVG] = "svg", [MM_CANVAS_PNG] = "png", NULL};
	bool is_date = false;
	int64_t ms;

	p->output = (enum mm_canvas_kind)mm_print_plan_choice(r, root, "output", kinds, MM_CANVAS_PDF);
	p->dpi = mm_print_plan_number(r, root, "dpi", 36, 1200, DEFAULT_DPI);
	p->date = mm_print_plan_text(r, root, "date", NULL);
	if (p->date && !(mm_clock_parse(p->date, strlen(p->date), &ms, &is_date) && is_date))
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "date", "write a day: 2026-06-15");
}

static void read_all(struct mm_print_plan_reader *r, json_t *root, struct mm_print_plan *p)
{
	static const char *const languages[] = {"ru", "en", NULL};
	const char *const *layers;

	p->language = languages[mm_print_plan_choice(r, root, "language", languages, 0)];
	read_output(r, root, p);
	read_paper(r, root, p);
	read_place(r, root, p);
	layers = mm_print_plan_texts(r, root, "layers", MM_PRINT_PLAN_LAYERS_MAX, &p->layer_count);
	p->layer = layers;
	read_filters(r, root, p);
	p->datetime = mm_print_plan_text(r, root, "datetime", NULL);
	read_style(r, root, p);
	p->title = mm_print_plan_words(r, root, "title", p->language, "");
	p->subtitle = mm_print_plan_words(r, root, "subtitle", p->language, "");
	p->notes = mm_print_plan_words(r, root, "notes", p->language, "");
	p->access = mm_print_plan_words(r, root, "access", p->language, "");
	read_texts(r, root, p);
	read_object(r, root, p);
	read_elements(r, root, p);
	mm_print_plan_read_atlas(r, root, p);
	check_object(r, p);
}

static const char *const members[] = {
    "template", "format",   "orientation",  "scale",  "extent", "center",   "crs",
    "rotation", "field",    "whole_sheets", "layers", "filter", "datetime", "style",
    "title",    "subtitle", "texts",        "notes",  "object", "elements", "access",
    "language", "output",   "dpi",          "date",   "atlas",  NULL};

enum mm_code mm_print_plan_check_size(const char *json, size_t n, struct mm_err *reterr)
{
	if (n > MM_PRINT_PLAN_BYTES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "a plan has at most %d kB",
			       MM_PRINT_PLAN_BYTES_MAX >> 10);
	return mm_json_bounds_check(json, n, LEVELS_MAX, OBJECTS_MAX, "", reterr);
}

enum mm_code mm_print_plan_read(const char *json, size_t n, struct mm_arena *mem, struct mm_print_plan **ret,
				struct mm_err *reterr)
{
	struct mm_print_plan_reader r = {.mem = mem, .reterr = reterr};
	struct mm_print_plan *plan = mm_arena_alloc(mem, sizeof(*plan));
	enum mm_code rc;
	json_error_t error;
	json_t *root;

	if (!plan)
		return mm_fail_nomem(reterr);
	rc = mm_print_plan_check_size(json, n, reterr);
	if (rc)
		return rc;
	root = json_loadb(json, n, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return mm_fail(reterr, MM_E_INVALID, "", "line %d: not JSON: %s", error.line, error.text);
	mm_print_plan_enter(&r, "", root, members);
	if (!r.rc)
		r.rc = apply_template(&r, root, plan);
	if (!r.rc)
		read_all(&r, root, plan);
	json_decref(root);
	if (!r.rc && mem->exhausted)
		return mm_fail_nomem(reterr);
	if (!r.rc)
		*ret = plan;
	return r.rc;
}
