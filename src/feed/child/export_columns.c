#include "feed/child/export_columns.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Which columns a file has, and what they are called. */

enum {
	DBF_NAME = 10,    /* bytes */
	TAB_NAME = 31,    /* the same */
	SHEET_NAME = 250, /* Excel takes 255 characters in a heading that others look up */
	TABLE_TEXT = 254  /* bytes of a text in DBF and TAB */
};

static bool is_table(enum mm_export_format f)
{
	return f == MM_EXPORT_SHP || f == MM_EXPORT_TAB;
}

static OGRFieldType type_of(enum mm_type t, enum mm_export_format f)
{
	switch (t) {
	case MM_TYPE_BOOL:
		return OFTInteger;
	case MM_TYPE_INT:
		return OFTInteger64;
	case MM_TYPE_REAL:
		return OFTReal;
	case MM_TYPE_DATE:
		return OFTDate;
	case MM_TYPE_TIME:
		return f == MM_EXPORT_TAB ? OFTTime : OFTString;
	case MM_TYPE_DATETIME:
		return f == MM_EXPORT_SHP ? OFTString : OFTDateTime;
	default:
		return OFTString;
	}
}

/* Whole numbers in TAB are of 32 bits; larger ones become real, exact up to 2^53. */
static OGRFieldType type_in_tab(const struct mm_layer *l, size_t field)
{
	const struct mm_layer_column *c = mm_layer_column(l, field);

	for (uint32_t i = 0; i < mm_layer_count(l); i++)
		if (!mm_layer_column_is_null(c, i) &&
		    (c->integers[i] > INT32_MAX || c->integers[i] < INT32_MIN))
			return OFTReal;
	return OFTInteger;
}

static int longest(const struct mm_layer *l, size_t field)
{
	size_t most = 1, n;

	for (size_t i = 0; i < mm_layer_text_count(l, field); i++) {
		(void)mm_layer_text(l, field, (uint32_t)i, &n);
		most = n > most ? n : most;
	}
	return most < TABLE_TEXT ? (int)most : TABLE_TEXT;
}

/* ---- names ---- */

struct names {
	const struct mm_export_job *job;
	struct mm_export_columns *all;
	size_t max; /* bytes, in the encoding of the file */
	bool is_cp1251;
};

size_t mm_export_cut(const char *text, size_t n, size_t max, bool is_cp1251)
{
	size_t at = 0, taken = 0;

	if (!is_cp1251)
		return mm_text_utf8_cut(text, n, max);
	for (; at < n && taken < max; taken++)
		(void)mm_text_utf8_next(text, n, &at);
	return at;
}

static size_t cut(const struct names *n, const char *text, size_t max)
{
	return mm_export_cut(text, strlen(text), max, n->is_cp1251);
}

static bool is_taken(const struct names *n, const char *name)
{
	for (size_t i = 0; i < n->all->count; i++)
		if (strcasecmp(n->all->column[i].name, name) == 0)
			return true;
	return false;
}

/* Letters, digits and underscores are what all readers of tables take. */
static void clean(const struct names *n, char *name)
{
	if (!is_table(n->job->format))
		return;
	for (char *p = name; *p; p++)
		if (!((unsigned char)*p >= 0x80 || *p == '_' || (*p >= '0' && *p <= '9') ||
		      (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')))
			*p = '_';
}

static void choose_name(const struct names *n, const char *wanted, char ret[MM_EXPORT_NAME_MAX])
{
	char suffix[16] = "", base[MM_EXPORT_NAME_MAX];

	(void)snprintf(base, sizeof(base), "%.*s", (int)cut(n, wanted, n->max), *wanted ? wanted : "field");
	clean(n, base);
	(void)snprintf(ret, MM_EXPORT_NAME_MAX, "%s", base);
	for (unsigned i = 2; is_taken(n, ret); i++) {
		(void)snprintf(suffix, sizeof(suffix), "_%u", i);
		(void)snprintf(ret, MM_EXPORT_NAME_MAX, "%.*s%s", (int)cut(n, base, n->max - strlen(suffix)),
			       base, suffix);
	}
}

static void add(struct names *n, int what, enum mm_type type, OGRFieldType as, const char *wanted)
{
	struct mm_export_column *c = &n->all->column[n->all->count];

	*c = (struct mm_export_column){.what = what,
				       .type = type,
				       .as = as,
				       .is_cp1251 = n->is_cp1251,
				       .is_utc = n->job->format == MM_EXPORT_GPKG};
	choose_name(n, wanted, c->name);
	n->all->count++;
}

/* "fid" and "geom", unless a column is called so. */
static const char *free_name(const struct names *n, const char *const *list)
{
	while (list[1] && is_taken(n, *list))
		list++;
	return *list;
}

/* ---- columns ---- */

static bool is_left_out(const struct mm_export_job *job, const struct mm_schema *s, size_t field)
{
	for (size_t i = 0; i < job->left_out_count; i++)
		if (job->left_out[i] == field)
			return true;
	return s->field[field].hidden;
}

/* A feature number is not negative: -1 stands for none in GDAL. */
static bool ids_are_numbers(const struct mm_layer *l, const uint32_t *row, uint32_t count)
{
	if (mm_layer_schema(l)->has_text_ids)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (mm_layer_id_int(l, row[i]) < 0)
			return false;
	return true;
}

static void add_field(struct names *n, const struct mm_layer *l, size_t i)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const struct mm_field *f = &s->field[i];
	const enum mm_export_format format = n->job->format;
	OGRFieldType as = type_of(f->type, format);
	const char *name = format == MM_EXPORT_XLSX ? mm_title_in(&f->title, n->job->lang, f->name) : f->name;

	if (format == MM_EXPORT_TAB && as == OFTInteger64)
		as = type_in_tab(l, i);
	add(n, (int)i, f->type, as, name);
	if (is_table(format) && (f->type == MM_TYPE_TEXT || f->type == MM_TYPE_JSON))
		n->all->column[n->all->count - 1].width = longest(l, i);
}

static void add_id(struct names *n, const struct mm_layer *l)
{
	const bool is_text = mm_layer_schema(l)->has_text_ids;
	OGRFieldType as = is_text ? OFTString : OFTInteger64;

	if (n->job->format == MM_EXPORT_TAB && !is_text) {
		as = OFTInteger;
		for (uint32_t i = 0; i < mm_layer_count(l) && as == OFTInteger; i++)
			if (mm_layer_id_int(l, i) > INT32_MAX || mm_layer_id_int(l, i) < INT32_MIN)
				as = OFTReal;
	}
	add(n, MM_EXPORT_ID, is_text ? MM_TYPE_TEXT : MM_TYPE_INT, as, "id");
	if (is_table(n->job->format) && is_text)
		n->all->column[n->all->count - 1].width = TABLE_TEXT;
}

static void add_geometry(struct names *n, bool has_points, bool has_z)
{
	if (!has_points) {
		add(n, MM_EXPORT_WKT, MM_TYPE_TEXT, OFTString, "WKT");
		return;
	}
	add(n, MM_EXPORT_X, MM_TYPE_REAL, OFTReal, "X");
	add(n, MM_EXPORT_Y, MM_TYPE_REAL, OFTReal, "Y");
	if (has_z)
		add(n, MM_EXPORT_Z, MM_TYPE_REAL, OFTReal, "Z");
}

enum mm_code mm_export_columns_choose(const struct mm_layer *l, const uint32_t *row,
				      const struct mm_export_job *job, bool has_points, bool has_z,
				      struct mm_arena *mem, struct mm_export_columns *ret,
				      struct mm_err *reterr)
{
	static const char *const fid[] = {"fid", "ogc_fid", "mm_fid", NULL}, *const geom[] = {
										 "geom", "geometry",
										 "mm_geom", NULL};
	const struct mm_schema *s = mm_layer_schema(l);
	const size_t id = *s->id_field ? mm_schema_find(s, s->id_field) : SIZE_MAX;
	struct names n = {.job = job,
			  .all = ret,
			  .max = SHEET_NAME,
			  .is_cp1251 = is_table(job->format) && strcmp(job->encoding, "CP1251") == 0};
	enum { BESIDE = 4 };

	*ret = (struct mm_export_columns){.has_fid = job->format == MM_EXPORT_GPKG &&
						     ids_are_numbers(l, row, job->count)};
	ret->column = mm_arena_array(mem, s->field_count + BESIDE, sizeof(*ret->column));
	if (!ret->column)
		return mm_fail_nomem(reterr);
	if (is_table(job->format))
		n.max = job->format == MM_EXPORT_SHP ? DBF_NAME : TAB_NAME;
	if (job->format == MM_EXPORT_DXF)
		return MM_OK;
	if (!ret->has_fid && (id == SIZE_MAX || is_left_out(job, s, id)))
		add_id(&n, l);
	for (size_t i = 0; i < s->field_count; i++)
		if (!is_left_out(job, s, i))
			add_field(&n, l, i);
	if (job->format == MM_EXPORT_XLSX && mm_layer_geom_types(l) & ~(1u << MM_GEOM_NULL))
		add_geometry(&n, has_points, has_z);
	ret->fid = free_name(&n, fid);
	ret->geometry = free_name(&n, geom);
	return MM_OK;
}

enum mm_code mm_export_columns_create(const struct mm_export_columns *c, OGRLayerH layer,
				      struct mm_err *reterr)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct mm_export_column *k = &c->column[i];
		OGRFieldDefnH d = OGR_Fld_Create(k->name, k->as);
		OGRErr failed;

		if (k->type == MM_TYPE_BOOL)
			OGR_Fld_SetSubType(d, OFSTBoolean);
		if (k->width)
			OGR_Fld_SetWidth(d, k->width);
		failed = OGR_L_CreateField(layer, d, TRUE);
		OGR_Fld_Destroy(d);
		if (failed)
			return mm_fail(reterr, MM_E_INVALID, k->name,
				       "this format has no room for the field");
	}
	return MM_OK;
}
