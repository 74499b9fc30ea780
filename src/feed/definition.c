#include "feed/definition.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"
#include "feed/yaml_load.h"
#include "geo/crs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One layer file: from what libcyaml gives to a definition, with every text in the arena and every path
 * absolute. */

enum { YAML_MAX = 1 << 20, CRS_FILE_MAX = 64 << 10, ID_MAX = 64, ZOOM_MAX = 22 };

/* What the steps below need to know of the file they read. */
struct reading {
	const char *path;
	struct mm_arena *mem;
	struct mm_yaml_keys keys;
};

static enum mm_code wrong(const struct reading *rd, const char *key, struct mm_err *reterr, const char *fmt,
			  ...) MM_PRINTF(4, 5);

static enum mm_code wrong(const struct reading *rd, const char *key, struct mm_err *reterr, const char *fmt,
			  ...)
{
	unsigned line = mm_yaml_keys_line(&rd->keys, key);
	char where[256], msg[512];
	va_list ap;

	(void)snprintf(where, sizeof(where), "%s:%u", rd->path, line ? line : 1);
	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return mm_fail(reterr, MM_E_INVALID, where, "%s", msg);
}

static const char *text(struct reading *rd, const char *t)
{
	return mm_arena_text(rd->mem, t ? t : "", t ? strlen(t) : 0);
}

static struct mm_title title(struct reading *rd, const struct mm_raw_title *t)
{
	return (struct mm_title){text(rd, t ? t->ru : NULL), text(rd, t ? t->en : NULL)};
}

bool mm_def_id_is_good(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n >= 1 && n <= ID_MAX && id[n] == '\0';
}

const char *mm_def_path(const char *file, const char *relative, struct mm_arena *mem)
{
	const char *slash = strrchr(file, '/');

	if (relative[0] == '/' || !slash)
		return mm_arena_text(mem, relative, strlen(relative));
	return mm_arena_printf(mem, "%.*s/%s", (int)(slash - file), file, relative);
}

/* "PG:", "https://" and the like: letters or digits and a colon, not a path. */
static bool is_connection(const char *source)
{
	size_t n = strspn(source, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n >= 2 && source[n] == ':';
}

static enum mm_code read_source(struct reading *rd, const struct mm_raw_layer *raw, struct mm_layer_def *d,
				struct mm_err *reterr)
{
	d->source_is_path = !is_connection(raw->source) && !mm_text_starts(raw->source, "/vsi");
	d->source = d->source_is_path ? mm_def_path(rd->path, raw->source, rd->mem) : text(rd, raw->source);
	d->driver = text(rd, raw->driver);
	d->table = text(rd, raw->table);
	d->sql = text(rd, raw->sql);
	d->encoding = text(rd, raw->encoding);
	if (*d->table && *d->sql)
		return wrong(rd, "sql", reterr, "table and sql exclude each other: keep one");
	return MM_OK;
}

static enum mm_code read_crs(struct reading *rd, const char *crs, struct mm_layer_def *d,
			     struct mm_err *reterr)
{
	struct mm_proj *proj;
	struct mm_crs parsed;
	struct mm_err err = {0};
	enum mm_code rc;

	d->crs = text(rd, crs);
	d->crs_file = text(rd, NULL);
	if (!*d->crs)
		return MM_OK;
	if (mm_text_ends(d->crs, ".wkt") || mm_text_ends(d->crs, ".prj")) {
		struct mm_buf file;

		d->crs_file = mm_def_path(rd->path, d->crs, rd->mem);
		mm_buf_init(&file, CRS_FILE_MAX);
		rc = mm_file_read(d->crs_file, &file, &err);
		if (!rc)
			d->crs = mm_arena_text(rd->mem, (const char *)file.data, file.len);
		mm_buf_release(&file);
		if (rc)
			return wrong(rd, "crs", reterr, "crs file \"%.120s\" %s", crs, err.msg);
	}
	proj = mm_proj_new();
	if (!proj)
		return mm_fail_nomem(reterr);
	rc = mm_crs_parse(proj, d->crs, &parsed, &err);
	if (!rc)
		mm_crs_release(&parsed);
	(void)mm_proj_free(proj);
	return rc ? wrong(rd, "crs", reterr, "crs \"%.60s\": %s", crs, err.msg) : MM_OK;
}

static enum mm_code read_codes(struct reading *rd, const struct mm_raw_field *raw, struct mm_field_def *f,
			       struct mm_err *reterr)
{
	f->code_count = raw->codes_count;
	f->codes = mm_arena_array(rd->mem, raw->codes_count ? raw->codes_count : 1, sizeof(*f->codes));
	if (!f->codes)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < raw->codes_count; i++)
		f->codes[i] =
		    (struct mm_code_entry){text(rd, raw->codes[i].value), title(rd, raw->codes[i].title)};
	return MM_OK;
}

static bool is_type(const char *name)
{
	for (int t = 0; t < MM_TYPE_COUNT; t++)
		if (strcmp(name, mm_type_name((enum mm_type)t)) == 0)
			return true;
	return false;
}

static enum mm_code read_fields(struct reading *rd, const struct mm_raw_layer *raw, struct mm_layer_def *d,
				struct mm_err *reterr)
{
	d->field_count = raw->fields_count;
	d->field = mm_arena_array(rd->mem, raw->fields_count ? raw->fields_count : 1, sizeof(*d->field));
	if (!d->field)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < raw->fields_count; i++) {
		const struct mm_raw_field *r = &raw->fields[i];
		struct mm_field_def *f = &d->field[i];
		enum mm_code rc;

		*f = (struct mm_field_def){.name = text(rd, r->name),
					   .column = text(rd, r->column ? r->column : r->name),
					   .type = text(rd, r->type),
					   .title = title(rd, r->title),
					   .unit = text(rd, r->unit),
					   .hidden = r->hidden};
		for (unsigned k = 0; k < i; k++)
			if (strcmp(d->field[k].name, f->name) == 0)
				return wrong(rd, "fields", reterr,
					     "field \"%.60s\" is described twice: keep one", f->name);
		if (*f->type && !is_type(f->type))
			return wrong(rd, "type", reterr,
				     "field \"%.60s\": type \"%.30s\" is none: write bool, integer, real, "
				     "text, date, time, "
				     "datetime or json",
				     f->name, f->type);
		rc = read_codes(rd, r, f, reterr);
		if (rc)
			return rc;
	}
	return MM_OK;
}

static enum mm_code read_zoom(struct reading *rd, const struct mm_raw_zoom *raw, struct mm_layer_def *d,
			      struct mm_err *reterr)
{
	d->min_zoom = raw && raw->min ? *raw->min : 0;
	d->max_zoom = raw && raw->max ? *raw->max : ZOOM_MAX;
	if (d->min_zoom > d->max_zoom || d->max_zoom > ZOOM_MAX)
		return wrong(rd, "zoom", reterr, "zoom: min %u and max %u: write 0 <= min <= max <= %d",
			     d->min_zoom, d->max_zoom, ZOOM_MAX);
	return MM_OK;
}

static enum mm_code read_style(struct reading *rd, const struct mm_raw_style *raw, struct mm_layer_def *d,
			       struct mm_err *reterr)
{
	const struct {
		const char *key, *value;
	} rows[] = {{"kind", raw ? raw->kind : NULL},
		    {"color", raw ? raw->color : NULL},
		    {"icon", raw ? raw->icon : NULL},
		    {"label", raw ? raw->label : NULL},
		    {"width", raw ? raw->width : NULL}};
	struct mm_buf out;
	struct mm_json j;

	if (raw && raw->kind && strcmp(raw->kind, "fill") != 0 && strcmp(raw->kind, "line") != 0 &&
	    strcmp(raw->kind, "circle") != 0 && strcmp(raw->kind, "symbol") != 0)
		return wrong(rd, "kind", reterr, "style kind \"%.30s\": write fill, line, circle or symbol",
			     raw->kind);
	mm_buf_init(&out, 64 << 10);
	j = mm_json_on(&out);
	mm_json_open(&j, NULL, '{');
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].value)
			mm_json_text(&j, rows[i].key, rows[i].value);
	mm_json_close(&j, '}');
	d->style_json = out.failed ? NULL : mm_arena_text(rd->mem, (const char *)out.data, out.len);
	mm_buf_release(&out);
	return d->style_json ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code read_names(struct reading *rd, const struct mm_map_def *map,
			       const struct mm_raw_layer *raw, struct mm_layer_def *d, struct mm_err *reterr)
{
	const char *slash = strrchr(rd->path, '/'), *name = slash ? slash + 1 : rd->path;
	bool known = map->theme_count == 0 || !raw->theme;

	d->id = raw->id ? text(rd, raw->id) : mm_arena_text(rd->mem, name, strlen(name) - strlen(".yaml"));
	if (!mm_def_id_is_good(d->id))
		return wrong(rd, "id", reterr,
			     "id \"%.70s\": write 1 to %d small Latin letters, digits, _ or - (id: may "
			     "differ from the file's "
			     "name)",
			     d->id, ID_MAX);
	d->theme = text(rd, raw->theme);
	for (size_t i = 0; i < map->theme_count && !known; i++)
		known = strcmp(map->theme[i].id, raw->theme) == 0;
	if (!known) {
		const char **ids = mm_arena_array(rd->mem, map->theme_count, sizeof(*ids));
		const char *near;

		for (size_t i = 0; i < map->theme_count && ids; i++)
			ids[i] = map->theme[i].id;
		near = ids ? mm_text_nearest(raw->theme, ids, map->theme_count) : NULL;
		return wrong(rd, "theme", reterr,
			     "theme \"%.60s\" is not in map.yaml%s%s%s: add it there or name another",
			     raw->theme, near ? " (did you mean \"" : "", near ? near : "",
			     near ? "\"?)" : "");
	}
	d->title = title(rd, raw->title);
	d->description = title(rd, raw->description);
	d->owner = title(rd, raw->owner);
	d->license = text(rd, raw->license);
	d->id_field = text(rd, raw->id_field);
	return MM_OK;
}

static enum mm_code read_options(struct reading *rd, const struct mm_raw_layer *raw, struct mm_layer_def *d,
				 struct mm_err *reterr)
{
	const char **option = mm_arena_array(rd->mem, raw->open_options_count + 1u, sizeof(*option));

	if (!option)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < raw->open_options_count; i++) {
		option[i] = text(rd, raw->open_options[i]);
		if (!strchr(raw->open_options[i], '='))
			return wrong(rd, "open_options", reterr, "open_options: \"%.60s\": write NAME=VALUE",
				     raw->open_options[i]);
	}
	d->open_options = option;
	d->open_option_count = raw->open_options_count;
	d->swap_axes = raw->swap_axes;
	d->point_x = text(rd, raw->point ? raw->point->x : NULL);
	d->point_y = text(rd, raw->point ? raw->point->y : NULL);
	return MM_OK;
}

static enum mm_code read_all(struct reading *rd, const struct mm_map_def *map, const struct mm_raw_layer *raw,
			     struct mm_layer_def *d, struct mm_err *reterr)
{
	enum mm_code rc = read_names(rd, map, raw, d, reterr);

	if (!rc)
		rc = read_source(rd, raw, d, reterr);
	if (!rc)
		rc = read_crs(rd, raw->crs, d, reterr);
	if (!rc)
		rc = read_options(rd, raw, d, reterr);
	if (!rc)
		rc = read_fields(rd, raw, d, reterr);
	if (!rc)
		rc = read_zoom(rd, raw->zoom, d, reterr);
	if (!rc)
		rc = read_style(rd, raw->style, d, reterr);
	if (!rc && rd->mem->exhausted)
		rc = mm_fail_nomem(reterr);
	return rc;
}

enum mm_code mm_layer_def_parse(const struct mm_map_def *map, const char *path, const char *yaml, size_t n,
				struct mm_arena *mem, struct mm_layer_def *ret, struct mm_err *reterr)
{
	struct reading rd = {.path = path, .mem = mem};
	struct mm_layer_def d = {.file = mm_arena_text(mem, path, strlen(path))};
	void *raw = NULL;
	enum mm_code rc;

	if (n > YAML_MAX)
		return mm_fail(reterr, MM_E_LIMIT, path, "larger than 1 MiB: this is no layer file");
	rc = mm_yaml_load(path, yaml, n, &mm_layer_yaml, mm_layer_yaml_keys, mm_layer_yaml_key_count, mem,
			  &rd.keys, &raw, reterr);
	if (rc)
		return rc;
	if (!raw)
		return mm_fail(reterr, MM_E_INVALID, path, "empty: write at least source: FILE");
	rc = read_all(&rd, map, raw, &d, reterr);
	mm_yaml_free(&mm_layer_yaml, raw);
	if (rc)
		return rc;
	d.source_line = mm_yaml_keys_line(&rd.keys, "source");
	d.crs_line = mm_yaml_keys_line(&rd.keys, "crs");
	d.table_line = mm_yaml_keys_line(&rd.keys, "table");
	d.hash = mm_hash64(d.crs, strlen(d.crs), mm_hash64(yaml, n, mm_hash64(path, strlen(path), 0)));
	*ret = d;
	return MM_OK;
}
