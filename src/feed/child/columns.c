#include "feed/child/columns.h"

#include "base/map.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS_MAX = 1000, NAME_MAX_BYTES = 200 };

struct plan {
	const struct mm_layer_def *def;
	struct mm_arena *mem;
	const char **source; /* names in the source, as UTF-8 */
	struct mm_columns *c;
};

enum mm_type mm_column_type(OGRFieldType type, OGRFieldSubType subtype)
{
	switch (type) {
	case OFTInteger:
		return subtype == OFSTBoolean ? MM_TYPE_BOOL : MM_TYPE_INT;
	case OFTInteger64:
		return MM_TYPE_INT;
	case OFTReal:
		return MM_TYPE_REAL;
	case OFTDate:
		return MM_TYPE_DATE;
	case OFTTime:
		return MM_TYPE_TIME;
	case OFTDateTime:
		return MM_TYPE_DATETIME;
	case OFTString:
		return subtype == OFSTJSON ? MM_TYPE_JSON : MM_TYPE_TEXT;
	case OFTIntegerList:
	case OFTInteger64List:
	case OFTRealList:
	case OFTStringList:
		return MM_TYPE_JSON;
	default:
		return MM_TYPE_TEXT;
	}
}

/* A name as one line of UTF-8: line breaks and other control characters become blanks. */
static const char *clean_name(struct plan *p, struct mm_text_reader *text, const char *raw, size_t number)
{
	size_t n;
	bool bad;
	const char *utf8 = mm_text_read(text, raw, strlen(raw), &n, &bad);
	char *name = mm_arena_text(p->mem, utf8, mm_text_utf8_cut(utf8, n, NAME_MAX_BYTES));
	size_t len = name ? strlen(name) : 0;

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			name[i] = ' ';
	while (len && name[len - 1] == ' ')
		name[--len] = '\0';
	return len || !name ? name : mm_arena_printf(p->mem, "field_%zu", number + 1);
}

static size_t find_source(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->c->count; i++)
		if (strcmp(p->source[i], name) == 0)
			return i;
	for (size_t i = 0; i < p->c->count; i++)
		if (strcasecmp(p->source[i], name) == 0)
			return i;
	return SIZE_MAX;
}

static enum mm_code no_column(const struct plan *p, const char *what, const char *name, struct mm_err *reterr)
{
	const char *near = mm_text_nearest(name, p->source, p->c->count);
	char list[260] = "";
	size_t at = 0;

	for (size_t i = 0; i < p->c->count && at < 200; i++) {
		int n = snprintf(list + at, sizeof(list) - at, "%s%.40s", i ? ", " : "", p->source[i]);

		at += n > 0 ? (size_t)n : 0;
	}
	if (near)
		return mm_fail(reterr, MM_E_INVALID, p->def->file,
			       "%s: the source has no column \"%.60s\"; did you mean \"%s\"?", what, name,
			       near);
	if (!*list)
		return mm_fail(reterr, MM_E_INVALID, p->def->file,
			       "%s: the source has no columns at all: leave \"%.60s\" out", what, name);
	return mm_fail(reterr, MM_E_INVALID, p->def->file,
		       "%s: the source has no column \"%.60s\": write one of %s", what, name, list);
}

static enum mm_code take_type(struct plan *p, const struct mm_field_def *d, size_t i, struct mm_err *reterr)
{
	if (!*d->type)
		return MM_OK;
	for (int t = 0; t < MM_TYPE_COUNT; t++)
		if (strcmp(mm_type_name((enum mm_type)t), d->type) == 0) {
			p->c->column[i].type = p->c->field[i].type = (enum mm_type)t;
			return MM_OK;
		}
	return mm_fail(reterr, MM_E_INVALID, p->def->file, "field \"%.60s\": type \"%.60s\" is not known",
		       d->name, d->type);
}

static enum mm_code take_definition(struct plan *p, const struct mm_field_def *d, const char *fid_name,
				    struct mm_err *reterr)
{
	const char *column = *d->column ? d->column : d->name;
	size_t i = find_source(p, column);
	struct mm_field *f;
	enum mm_code rc;

	if (i == SIZE_MAX && *fid_name && strcasecmp(fid_name, column) == 0)
		return MM_OK; /* the feature number: it is served as id */
	if (i == SIZE_MAX)
		return no_column(p, "fields", column, reterr);
	f = &p->c->field[i];
	f->name = d->name;
	f->title = d->title;
	f->unit = d->unit;
	f->hidden = d->hidden;
	f->is_summed = d->is_summed;
	f->min_zoom = d->min_zoom;
	f->codes = d->codes;
	f->code_count = d->code_count;
	rc = take_type(p, d, i, reterr);
	if (!rc && f->is_summed && f->type != MM_TYPE_INT && f->type != MM_TYPE_REAL)
		rc = mm_fail(
		    reterr, MM_E_INVALID, p->def->file,
		    "field \"%.60s\": sum: true is for integers and reals, and this is %s: leave it out, or "
		    "write type",
		    d->name, mm_type_name(f->type));
	return rc;
}

/* Two columns of one name: those of the source get a number, those of the definition are its author's to
 * mend. */
static enum mm_code make_names_unique(struct plan *p, struct mm_err *reterr)
{
	struct mm_map *seen = mm_map_new();
	enum mm_code rc = seen ? MM_OK : mm_fail_nomem(reterr);

	for (size_t i = 0; !rc && i < p->c->count; i++) {
		struct mm_field *f = &p->c->field[i];

		for (unsigned k = 2; f->name && mm_map_add(seen, f->name, strlen(f->name), (uint32_t)i) != i;
		     k++) {
			if (f->name != p->source[i] && k == 2) {
				rc =
				    mm_fail(reterr, MM_E_INVALID, p->def->file,
					    "fields: two of them are named \"%.60s\": give one another name:",
					    f->name);
				break;
			}
			f->name = p->source[i] = mm_arena_printf(p->mem, "%s_%u", p->source[i], k);
		}
		if (!f->name)
			rc = mm_fail_nomem(reterr);
	}
	(void)mm_map_free(seen);
	return rc;
}

/* By the name served or the name in the source. */
static enum mm_code find_field(const struct plan *p, const char *what, const char *name, size_t *ret,
			       struct mm_err *reterr)
{
	*ret = SIZE_MAX;
	if (!*name)
		return MM_OK;
	for (size_t i = 0; i < p->c->count; i++)
		if (strcmp(p->c->field[i].name, name) == 0)
			*ret = i;
	if (*ret == SIZE_MAX)
		*ret = find_source(p, name);
	return *ret == SIZE_MAX ? no_column(p, what, name, reterr) : MM_OK;
}

static enum mm_code read_columns(struct plan *p, OGRFeatureDefnH defn, struct mm_text_reader *text,
				 struct mm_err *reterr)
{
	for (size_t i = 0; i < p->c->count; i++) {
		OGRFieldDefnH f = OGR_FD_GetFieldDefn(defn, (int)i);
		OGRFieldType type = OGR_Fld_GetType(f);
		enum mm_type native = mm_column_type(type, OGR_Fld_GetSubType(f));

		p->source[i] = clean_name(p, text, OGR_Fld_GetNameRef(f), i);
		if (!p->source[i])
			return mm_fail_nomem(reterr);
		p->c->column[i] = (struct mm_column){.ogr = type, .native = native, .type = native};
		p->c->field[i] = (struct mm_field){
		    .name = p->source[i], .type = native, .title = {"", ""}, .unit = {"", ""}};
	}
	return MM_OK;
}

static enum mm_code find_special(struct plan *p, const char *fid_name, struct mm_err *reterr)
{
	bool id_is_fid = *p->def->id_field && *fid_name && strcasecmp(p->def->id_field, fid_name) == 0;
	enum mm_code rc = find_field(p, "id_field", id_is_fid ? "" : p->def->id_field, &p->c->id, reterr);

	if (!rc)
		rc = find_field(p, "point", p->def->point_x, &p->c->x, reterr);
	if (!rc)
		rc = find_field(p, "point", p->def->point_y, &p->c->y, reterr);
	p->c->id_name = p->c->id == SIZE_MAX ? "" : p->c->field[p->c->id].name;
	return rc;
}

enum mm_code mm_columns_plan(const struct mm_gdal_source *s, struct mm_text_reader *text,
			     struct mm_arena *mem, struct mm_columns *ret, struct mm_err *reterr)
{
	const unsigned long before = s->log->failures; /* a database is asked for them now */
	OGRFeatureDefnH defn = OGR_L_GetLayerDefn(s->table);
	int count = OGR_FD_GetFieldCount(defn);
	struct mm_columns c = {.count = count > 0 ? (size_t)count : 0};
	struct plan p = {.def = &s->job->def, .mem = mem, .c = &c};
	const char *fid_name = OGR_L_GetFIDColumn(s->table);
	enum mm_code rc;

	if (!count && s->log->failures > before)
		return mm_fail(reterr, MM_E_DATA, "", "the columns cannot be read: %s", s->log->last_failure);
	if (count > COLUMNS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, p.def->file,
			       "the source has %d columns, more than %d: name those you need with sql:",
			       count, COLUMNS_MAX);
	c.field = mm_arena_array(mem, c.count + 1, sizeof(*c.field));
	c.column = mm_arena_array(mem, c.count + 1, sizeof(*c.column));
	p.source = mm_arena_array(mem, c.count + 1, sizeof(*p.source));
	if (!c.field || !c.column || !p.source)
		return mm_fail_nomem(reterr);
	rc = read_columns(&p, defn, text, reterr);
	for (size_t i = 0; !rc && i < p.def->field_count; i++)
		rc = take_definition(&p, &p.def->field[i], fid_name ? fid_name : "", reterr);
	if (!rc)
		rc = make_names_unique(&p, reterr);
	if (!rc)
		rc = find_special(&p, fid_name ? fid_name : "", reterr);
	if (!rc)
		*ret = c;
	return rc;
}
