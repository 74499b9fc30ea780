#include "base/clock.h"
#include "base/num.h"
#include "feed/child/edit_private.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Values and geometries as the table's columns take them. */

enum { TZ_UTC = 100, MS_A_DAY = 86400000, WHERE_MAX = 256, FLAT_TYPES = 18 };

enum mm_code mm_target_wrong(const struct mm_job_edit *e, enum mm_code code, const char *at,
			     struct mm_err *reterr, const char *fmt, ...)
{
	char where[WHERE_MAX], what[400];
	va_list args;

	(void)snprintf(where, sizeof(where), "%s%s", e->where, at);
	va_start(args, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return mm_fail(reterr, code, where, "%s", what);
}

static enum mm_code wrong_value(const struct mm_job_edit *e, const struct mm_job_value *v,
				struct mm_err *reterr, const char *what)
{
	char at[WHERE_MAX];

	(void)snprintf(at, sizeof(at), "/properties/%s", v->field);
	return mm_target_wrong(e, MM_E_INVALID, at, reterr, "%s", what);
}

/* A number without a fraction. */
static bool as_integer(const struct mm_value *v, int64_t *ret)
{
	switch (v->type) {
	case MM_TYPE_INT:
		*ret = v->integer;
		return true;
	case MM_TYPE_BOOL:
		*ret = v->boolean;
		return true;
	case MM_TYPE_REAL:
		if (rint(v->real) != v->real || fabs(v->real) > 9007199254740992.0)
			return false;
		*ret = (int64_t)v->real;
		return true;
	case MM_TYPE_TEXT:
		return mm_num_parse_int(v->text, v->text_len, ret);
	default:
		return false;
	}
}

static bool as_real(const struct mm_value *v, double *ret)
{
	int64_t n;

	if (v->type == MM_TYPE_REAL)
		*ret = v->real;
	else if (v->type == MM_TYPE_TEXT)
		return mm_num_parse(v->text, v->text_len, ret);
	else if (as_integer(v, &n))
		*ret = (double)n;
	else
		return false;
	return true;
}

/* The text that the field is served as. */
static const char *as_text(const struct mm_target *t, const struct mm_value *v)
{
	char text[MM_CLOCK_TEXT_MAX + MM_NUM_MAX];

	switch (v->type) {
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		return v->text;
	case MM_TYPE_BOOL:
		return v->boolean ? "true" : "false";
	case MM_TYPE_INT:
		(void)mm_num_format_int(v->integer, text);
		break;
	case MM_TYPE_REAL:
		(void)mm_num_format(v->real, text);
		break;
	case MM_TYPE_DATE:
		(void)mm_clock_format_date(v->integer, text);
		break;
	case MM_TYPE_TIME:
		(void)mm_clock_format_time(v->integer, text);
		break;
	default:
		(void)mm_clock_format(v->integer, v->offset_min, text);
	}
	return mm_arena_text(t->mem, text, strlen(text));
}

static size_t letters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static enum mm_code set_text(const struct mm_target *t, OGRFeatureH f, int i, const struct mm_job_edit *e,
			     const struct mm_job_value *v, struct mm_err *reterr)
{
	const char *text = as_text(t, &v->value);
	int width = OGR_Fld_GetWidth(OGR_FD_GetFieldDefn(t->defn, i));
	char what[100];

	if (!text)
		return mm_fail_nomem(reterr);
	if (width > 0 && letters(text) > (size_t)width) {
		(void)snprintf(what, sizeof(what), "the text is longer than the %d letters of its column",
			       width);
		return wrong_value(e, v, reterr, what);
	}
	OGR_F_SetFieldString(f, i, text);
	return MM_OK;
}

static enum mm_code set_integer(const struct mm_target *t, OGRFeatureH f, int i, bool is_wide,
				const struct mm_job_edit *e, const struct mm_job_value *v,
				struct mm_err *reterr)
{
	bool is_short = OGR_Fld_GetSubType(OGR_FD_GetFieldDefn(t->defn, i)) == OFSTInt16;
	int64_t n;

	if (!as_integer(&v->value, &n))
		return wrong_value(e, v, reterr, "write a whole number");
	if (!is_wide && (n < (is_short ? SHRT_MIN : INT_MIN) || n > (is_short ? SHRT_MAX : INT_MAX)))
		return wrong_value(e, v, reterr,
				   is_short ? "the column holds -32768 to 32767"
					    : "the column holds -2147483648 to 2147483647");
	OGR_F_SetFieldInteger64(f, i, n);
	return MM_OK;
}

/* GeoPackage has moments in UTC; elsewhere the zone that was written stays, if GDAL can say it. */
static bool set_clock(const struct mm_target *t, OGRFeatureH f, int i, OGRFieldType type,
		      const struct mm_value *v)
{
	bool has_zone = v->type == MM_TYPE_DATETIME && v->offset_min != MM_CLOCK_NO_ZONE;
	int offset = has_zone && !t->is_gpkg && v->offset_min % 15 == 0 ? v->offset_min : 0, y, m, d;
	int64_t ms = v->type == MM_TYPE_DATE   ? v->integer * MS_A_DAY
		     : v->type == MM_TYPE_TIME ? v->integer
					       : v->integer + offset * (int64_t)60000,
		days = ms >= 0 ? ms / MS_A_DAY : -((MS_A_DAY - 1 - ms) / MS_A_DAY),
		rest = ms - days * MS_A_DAY;

	if ((type == OFTDate && v->type != MM_TYPE_DATE) || (type == OFTTime && v->type != MM_TYPE_TIME) ||
	    (type == OFTDateTime && v->type != MM_TYPE_DATETIME && v->type != MM_TYPE_DATE))
		return false;
	mm_clock_civil(days, &y, &m, &d);
	if (type == OFTTime)
		y = m = d = 0;
	OGR_F_SetFieldDateTimeEx(f, i, y, m, d, (int)(rest / 3600000), (int)(rest / 60000 % 60),
				 (float)(rest % 60000) / 1000, has_zone ? TZ_UTC + offset / 15 : 0);
	return true;
}

static enum mm_code set_value(const struct mm_target *t, OGRFeatureH f, int i, const struct mm_job_edit *e,
			      const struct mm_job_value *v, struct mm_err *reterr)
{
	OGRFieldType type = OGR_Fld_GetType(OGR_FD_GetFieldDefn(t->defn, i));
	double real;

	switch (type) {
	case OFTInteger:
	case OFTInteger64:
		return set_integer(t, f, i, type == OFTInteger64, e, v, reterr);
	case OFTReal:
		if (!as_real(&v->value, &real))
			return wrong_value(e, v, reterr, "write a number");
		OGR_F_SetFieldDouble(f, i, real);
		return MM_OK;
	case OFTString:
		return set_text(t, f, i, e, v, reterr);
	case OFTDate:
	case OFTTime:
	case OFTDateTime:
		if (!set_clock(t, f, i, type, &v->value))
			return wrong_value(e, v, reterr, "the column holds another kind of date or time");
		return MM_OK;
	default:
		return wrong_value(e, v, reterr, "lists and binary columns cannot be written: leave it out");
	}
}

enum mm_code mm_target_set(const struct mm_target *t, OGRFeatureH f, size_t i, const struct mm_job_edit *e,
			   const struct mm_job_value *v, struct mm_err *reterr)
{
	if (!v->value.is_null)
		return set_value(t, f, (int)i, e, v, reterr);
	if (!OGR_Fld_IsNullable(OGR_FD_GetFieldDefn(t->defn, (int)i)))
		return wrong_value(e, v, reterr, "the property is required: write a value");
	OGR_F_SetFieldNull(f, (int)i);
	return MM_OK;
}

/* ---- geometry ---- */

static const char *const plain_type[] = {
    "any",        "Point",           "LineString",   "Polygon",
    "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"};

/* Of one type, or made into the table's where nothing changes by that. Takes `g` over; NULL: another type. */
static OGRGeometryH fit_type(OGRGeometryH g, OGRwkbGeometryType table)
{
	static const OGRwkbGeometryType promoted[][2] = {
	    {wkbPoint, wkbMultiPoint},          {wkbLineString, wkbMultiLineString},
	    {wkbPolygon, wkbMultiPolygon},      {wkbPolygon, wkbMultiSurface},
	    {wkbPolygon, wkbCurvePolygon},      {wkbLineString, wkbMultiCurve},
	    {wkbMultiPolygon, wkbMultiSurface}, {wkbMultiLineString, wkbMultiCurve},
	    {wkbLineString, wkbCompoundCurve}};
	OGRwkbGeometryType has = wkbFlatten(OGR_G_GetGeometryType(g)), wants = wkbFlatten(table);

	if (wants == wkbUnknown || wants == has)
		return g;
	for (size_t i = 0; i < sizeof(promoted) / sizeof(promoted[0]); i++)
		if (has == promoted[i][0] && wants == promoted[i][1])
			return OGR_G_ForceTo(g, wants, NULL);
	OGR_G_DestroyGeometry(g);
	return NULL;
}

static enum mm_code set_null_geometry(const struct mm_target *t, OGRFeatureH f, const struct mm_job_edit *e,
				      struct mm_err *reterr)
{
	OGRGeomFieldDefnH d =
	    OGR_FD_GetGeomFieldCount(t->defn) > 0 ? OGR_FD_GetGeomFieldDefn(t->defn, 0) : NULL;

	if (d && !OGR_GFld_IsNullable(d))
		return mm_target_wrong(e, MM_E_INVALID, "/geometry", reterr,
				       "the geometry is required: write one");
	(void)OGR_F_SetGeometryDirectly(f, NULL);
	return MM_OK;
}

enum mm_code mm_target_set_geometry(const struct mm_target *t, OGRFeatureH f, const struct mm_job_edit *e,
				    struct mm_err *reterr)
{
	OGRwkbGeometryType table = OGR_L_GetGeomType(t->source.table);
	OGRGeometryH g = NULL;
	int flat = (int)wkbFlatten(table);

	if (!e->wkb)
		return set_null_geometry(t, f, e, reterr);
	if (table == wkbNone)
		return mm_target_wrong(e, MM_E_INVALID, "/geometry", reterr,
				       "the layer has no geometries: write null");
	if (OGR_G_CreateFromWkb(e->wkb, NULL, &g, (int)e->wkb_len) != OGRERR_NONE || !g)
		return mm_target_wrong(e, MM_E_INVALID, "/geometry", reterr, "the geometry cannot be read");
	if (OGR_G_Is3D(g) && !wkbHasZ(table) && flat != wkbUnknown) {
		OGR_G_DestroyGeometry(g);
		return mm_target_wrong(e, MM_E_INVALID, "/geometry", reterr,
				       "the layer has no heights: leave the third coordinate out");
	}
	if (t->swap)
		OGR_G_SwapXY(g);
	g = fit_type(g, table);
	if (!g)
		return mm_target_wrong(e, MM_E_INVALID, "/geometry", reterr,
				       "the layer holds geometries of type %s only",
				       flat < 8 ? plain_type[flat] : OGRGeometryTypeToName(table));
	if (wkbHasZ(table) && !OGR_G_Is3D(g))
		OGR_G_Set3D(g, TRUE);
	(void)OGR_F_SetGeometryDirectly(f, g);
	return MM_OK;
}
