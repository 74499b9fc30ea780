#include "base/json.h"
#include "base/map.h"
#include "base/num.h"
#include "base/text.h"
#include "feed/definition.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"
#include "feed/yaml_keys.h"

#include <stdio.h>
#include <string.h>

/* `fields:` and `style:` of a layer file. */

enum { AT_MAX = 64, WIDTH_MAX_PX = 100 };

/* Adds a name to `seen`; false: it is there already (or memory is out, and *ret_rc says so). */
static bool is_new(struct mm_map *seen, const char *name, enum mm_code *ret_rc, struct mm_err *reterr)
{
	uint32_t own = (uint32_t)mm_map_count(seen), first = mm_map_add(seen, name, strlen(name), own);

	if (first == MM_MAP_NONE)
		*ret_rc = mm_fail_nomem(reterr);
	return first == own;
}

static enum mm_code fill_codes(const struct mm_def_reading *rd, const struct mm_raw_field *raw,
			       unsigned field, struct mm_map *seen, struct mm_field_def *f,
			       struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (unsigned i = 0; i < raw->codes_count; i++) {
		const char *value = raw->codes[i].value;
		char at[AT_MAX];

		(void)snprintf(at, sizeof(at), "fields[%u].codes[%u].value", field, i);
		if (!is_new(seen, value, &rc, reterr))
			return rc ? rc
				  : mm_def_wrong(rd, at, reterr,
						 "field \"%.60s\": code \"%.60s\" stands twice: keep one",
						 f->name, value);
		f->codes[i] =
		    (struct mm_code_entry){mm_def_text(rd, value), mm_def_title(rd, raw->codes[i].title)};
	}
	f->code_count = raw->codes_count;
	return MM_OK;
}

static enum mm_code read_codes(const struct mm_def_reading *rd, const struct mm_raw_field *raw,
			       unsigned field, struct mm_field_def *f, struct mm_err *reterr)
{
	struct mm_map *seen;
	enum mm_code rc;

	if (!raw->codes_count)
		return MM_OK;
	f->codes = mm_arena_array(rd->mem, raw->codes_count, sizeof(*f->codes));
	seen = f->codes ? mm_map_new() : NULL;
	rc = seen ? fill_codes(rd, raw, field, seen, f, reterr) : mm_fail_nomem(reterr);
	(void)mm_map_free(seen);
	return rc;
}

static enum mm_code read_type(const struct mm_def_reading *rd, const char *type, unsigned field,
			      const char *name, struct mm_err *reterr)
{
	const char *known[MM_TYPE_COUNT], *near;
	char at[AT_MAX];

	for (int t = 0; t < MM_TYPE_COUNT; t++) {
		known[t] = mm_type_name((enum mm_type)t);
		if (!*type || strcmp(type, known[t]) == 0)
			return MM_OK;
	}
	near = mm_text_nearest(type, known, MM_TYPE_COUNT);
	(void)snprintf(at, sizeof(at), "fields[%u].type", field);
	if (near)
		return mm_def_wrong(rd, at, reterr,
				    "field \"%.60s\": unknown type \"%.30s\": did you mean \"%s\"?", name,
				    type, near);
	return mm_def_wrong(rd, at, reterr,
			    "field \"%.60s\": unknown type \"%.30s\": write bool, integer, real, text, "
			    "date, time, datetime or json",
			    name, type);
}

static enum mm_code read_field(const struct mm_def_reading *rd, const struct mm_raw_field *r, unsigned i,
			       struct mm_field_def *f, struct mm_err *reterr)
{
	enum mm_code rc;
	char at[AT_MAX];

	*f = (struct mm_field_def){.name = mm_def_text(rd, r->name),
				   .column = mm_def_text(rd, r->column && *r->column ? r->column : r->name),
				   .type = mm_def_text(rd, r->type),
				   .title = mm_def_title(rd, r->title),
				   .unit = mm_def_title(rd, NULL)};
	if (rd->mem->exhausted)
		return mm_fail_nomem(reterr);
	if (!mm_def_bool(r->hidden, &f->hidden)) {
		(void)snprintf(at, sizeof(at), "fields[%u].hidden", i);
		return mm_def_wrong(rd, at, reterr, "hidden \"%.30s\": write true or false", r->hidden);
	}
	if (!mm_def_bool(r->sum, &f->is_summed)) {
		(void)snprintf(at, sizeof(at), "fields[%u].sum", i);
		return mm_def_wrong(rd, at, reterr, "sum \"%.30s\": write true or false", r->sum);
	}
	f->min_zoom = r->min_zoom ? *r->min_zoom : 0;
	if (f->min_zoom > MM_DEF_ZOOM_MAX) {
		(void)snprintf(at, sizeof(at), "fields[%u].min_zoom", i);
		return mm_def_wrong(rd, at, reterr, "min_zoom %u: write 0 to %d", f->min_zoom,
				    MM_DEF_ZOOM_MAX);
	}
	rc = read_type(rd, f->type, i, f->name, reterr);
	return rc ? rc : read_codes(rd, r, i, f, reterr);
}

/* One text for all languages, or {ru: ..., en: ...}; which, libcyaml cannot be told, so that the place of
 * every key says it. */
static enum mm_code take_unit(const struct mm_def_reading *rd, const struct mm_yaml_key *k,
			      struct mm_title *unit, struct mm_err *reterr)
{
	const struct mm_yaml_key *of = &rd->keys->key[k->parent];
	const size_t field = rd->keys->key[of->parent].index;
	const bool is_ru = k->name && strcmp(k->name, "ru") == 0;
	char at[AT_MAX];

	if (k->text && (is_ru || (k->name && strcmp(k->name, "en") == 0))) {
		*(is_ru ? &unit->ru : &unit->en) = mm_def_text(rd, k->text);
		return MM_OK;
	}
	(void)snprintf(at, sizeof(at), "fields[%zu].unit", field);
	return mm_def_wrong(rd, at, reterr, "unit: write one text, or {ru: ..., en: ...}");
}

static bool is_field_unit(const struct mm_yaml_keys *keys, size_t i)
{
	const struct mm_yaml_key *k = keys->key;
	size_t field, list;

	if (i == MM_YAML_ROOT || !k[i].name || strcmp(k[i].name, "unit") != 0)
		return false;
	field = k[i].parent;
	list = field == MM_YAML_ROOT || k[field].name ? MM_YAML_ROOT : k[field].parent;
	return list != MM_YAML_ROOT && k[list].parent == MM_YAML_ROOT && k[list].name &&
	       strcmp(k[list].name, "fields") == 0;
}

static enum mm_code read_units(const struct mm_def_reading *rd, struct mm_layer_def *d, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < rd->keys->count && !rc; i++) {
		const struct mm_yaml_key *k = &rd->keys->key[i];
		const bool is_whole = is_field_unit(rd->keys, i) && k->text;

		if (is_whole)
			d->field[rd->keys->key[k->parent].index].unit = MM_TITLE_OF(mm_def_text(rd, k->text));
		else if (k->parent != MM_YAML_ROOT && is_field_unit(rd->keys, k->parent))
			rc = take_unit(rd, k,
				       &d->field[rd->keys->key[rd->keys->key[k->parent].parent].index].unit,
				       reterr);
	}
	return rc;
}

enum mm_code mm_def_fields(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
			   struct mm_layer_def *d, struct mm_err *reterr)
{
	struct mm_map *seen = mm_map_new();
	enum mm_code rc = seen ? MM_OK : mm_fail_nomem(reterr);

	if (raw->fields_count && !rc) {
		d->field = mm_arena_array(rd->mem, raw->fields_count, sizeof(*d->field));
		rc = d->field ? MM_OK : mm_fail_nomem(reterr);
	}
	for (unsigned i = 0; i < raw->fields_count && !rc; i++) {
		char at[AT_MAX];

		rc = read_field(rd, &raw->fields[i], i, &d->field[i], reterr);
		if (rc || is_new(seen, raw->fields[i].name, &rc, reterr) || rc)
			continue;
		(void)snprintf(at, sizeof(at), "fields[%u].name", i);
		rc = mm_def_wrong(rd, at, reterr, "field \"%.60s\" is described twice: keep one",
				  raw->fields[i].name);
	}
	d->field_count = raw->fields_count;
	if (!rc)
		rc = read_units(rd, d, reterr);
	(void)mm_map_free(seen);
	return rc;
}

/* "#rgb", "#rrggbb" and with alpha; "steelblue"; "rgba(1, 2, 3, 0.5)". */
static bool is_color(const char *c)
{
	size_t n = strlen(c);

	if (*c == '#')
		return strspn(c + 1, "0123456789abcdefABCDEF") == n - 1 &&
		       (n == 4 || n == 5 || n == 7 || n == 9);
	return ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')) && n <= 64 &&
	       strspn(c, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789(),.% -") == n;
}

static enum mm_code check_style(const struct mm_def_reading *rd, const struct mm_raw_style *raw,
				struct mm_err *reterr)
{
	static const char *const kinds[] = {"fill", "line", "circle", "symbol"};
	bool good = !raw->kind;
	double width = 1;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !good; i++)
		good = strcmp(raw->kind, kinds[i]) == 0;
	if (!good)
		return mm_def_wrong(rd, "style.kind", reterr,
				    "style kind \"%.30s\": write fill, line, circle or symbol", raw->kind);
	if (raw->color && !is_color(raw->color))
		return mm_def_wrong(rd, "style.color", reterr,
				    "color \"%.30s\": write it as \"#d8c8b0\", with the quotes, or as a name "
				    "such as steelblue",
				    raw->color);
	if (raw->width &&
	    (!mm_num_parse(raw->width, strlen(raw->width), &width) || width < 0 || width > WIDTH_MAX_PX))
		return mm_def_wrong(rd, "style.width", reterr,
				    "width \"%.30s\": write a number of pixels from 0 to %d", raw->width,
				    WIDTH_MAX_PX);
	return MM_OK;
}

enum mm_code mm_def_style(const struct mm_def_reading *rd, const struct mm_raw_style *raw,
			  struct mm_layer_def *d, struct mm_err *reterr)
{
	static const struct mm_raw_style none;
	enum mm_code rc = raw ? check_style(rd, raw, reterr) : MM_OK;
	const struct mm_raw_style *s = raw ? raw : &none;
	const char *const rows[][2] = {{"kind", s->kind},
				       {"color", s->color},
				       {"icon", s->icon},
				       {"label", s->label},
				       {"width", s->width}};
	struct mm_buf out;
	struct mm_json j;

	if (rc)
		return rc;
	mm_buf_init(&out, MM_DEF_YAML_MAX * 8);
	j = mm_json_on(&out);
	mm_json_open(&j, NULL, '{');
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i][1])
			mm_json_text(&j, rows[i][0], rows[i][1]);
	mm_json_close(&j, '}');
	d->style_json = out.failed ? NULL : mm_arena_text(rd->mem, (const char *)out.data, out.len);
	mm_buf_release(&out);
	return d->style_json ? MM_OK : mm_fail_nomem(reterr);
}
