#include "feed/child/export_columns.h"

#include "base/clock.h"
#include "base/text.h"

/* The values of one row. */

enum { TZ_UNKNOWN = 0, TZ_UTC = 100, TZ_STEP_MIN = 15, DAY_MS = 86400000 };

/* The upper half of CP1251 before its letters; 0x98 is not used. */
static const uint16_t cp1251_signs[] = {
    0x0402, 0x0403, 0x201a, 0x0453, 0x201e, 0x2026, 0x2020, 0x2021, 0x20ac, 0x2030, 0x0409, 0x2039, 0x040a,
    0x040c, 0x040b, 0x040f, 0x0452, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2122, 0x0459,
    0x203a, 0x045a, 0x045c, 0x045b, 0x045f, 0x00a0, 0x040e, 0x045e, 0x0408, 0x00a4, 0x0490, 0x00a6, 0x00a7,
    0x0401, 0x00a9, 0x0404, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x0407, 0x00b0, 0x00b1, 0x0406, 0x0456, 0x0491,
    0x00b5, 0x00b6, 0x00b7, 0x0451, 0x2116, 0x0454, 0x00bb, 0x0458, 0x0405, 0x0455, 0x0457};
enum { CYRILLIC_FIRST = 0x410, CYRILLIC_LAST = 0x44f };

static bool is_in_cp1251(uint32_t c)
{
	if (c < 0x80 || (c >= CYRILLIC_FIRST && c <= CYRILLIC_LAST))
		return true;
	for (size_t i = 0; i < sizeof(cp1251_signs) / sizeof(cp1251_signs[0]); i++)
		if (cp1251_signs[i] == c)
			return true;
	return false;
}

/* GDAL gives a text up from the first character that an encoding lacks: here it becomes a question mark. */
static void put_cp1251(struct mm_buf *to, const char *text, size_t n)
{
	for (size_t at = 0; at < n;) {
		const size_t from = at;

		if (is_in_cp1251(mm_text_utf8_next(text, n, &at)))
			mm_buf_put(to, text + from, at - from);
		else
			mm_buf_byte(to, '?');
	}
}

static void put_text(const struct mm_export_column *c, const char *text, size_t n, int i, OGRFeatureH f,
		     struct mm_buf *scratch)
{
	if (c->width)
		n = mm_export_cut(text, n, (size_t)c->width, c->is_cp1251);
	mm_buf_clear(scratch);
	if (c->is_cp1251)
		put_cp1251(scratch, text, n);
	else
		mm_buf_put(scratch, text, n);
	mm_buf_byte(scratch, 0);
	if (!scratch->failed)
		OGR_F_SetFieldString(f, i, (const char *)scratch->data);
}

static void put_clock(int64_t days, int64_t ms, int zone, int i, OGRFeatureH f)
{
	enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
	int year = 0, month = 0, day = 0;

	mm_clock_civil(days, &year, &month, &day);
	OGR_F_SetFieldDateTimeEx(f, i, year, month, day, (int)(ms / HOUR), (int)(ms % HOUR / MINUTE),
				 (float)(ms % MINUTE) / SECOND, zone);
}

/* Offsets are quarters of an hour in GDAL, and GeoPackage has none: others are given in UTC. */
static void put_moment(const struct mm_export_column *c, const struct mm_value *v, int i, OGRFeatureH f)
{
	const bool has_zone = v->offset_min != MM_CLOCK_NO_ZONE,
		   fits = has_zone && !c->is_utc && v->offset_min % TZ_STEP_MIN == 0;
	const int64_t local = v->integer + (fits ? v->offset_min * (int64_t)60000 : 0);
	const int64_t days = local >= 0 ? local / DAY_MS : -((-local + DAY_MS - 1) / DAY_MS);

	put_clock(days, local - days * DAY_MS,
		  !has_zone ? TZ_UNKNOWN : TZ_UTC + (fits ? v->offset_min / TZ_STEP_MIN : 0), i, f);
}

static void put_as_text(const struct mm_export_column *c, const struct mm_value *v, int i, OGRFeatureH f,
			struct mm_buf *scratch)
{
	char text[MM_CLOCK_TEXT_MAX];
	size_t n;

	if (v->type == MM_TYPE_TEXT || v->type == MM_TYPE_JSON) {
		put_text(c, v->text, v->text_len, i, f, scratch);
		return;
	}
	n = v->type == MM_TYPE_TIME ? mm_clock_format_time(v->integer, text)
				    : mm_clock_format(v->integer, v->offset_min, text);
	put_text(c, text, n, i, f, scratch);
}

static void put_value(const struct mm_export_column *c, const struct mm_value *v, int i, OGRFeatureH f,
		      struct mm_buf *scratch)
{
	if (c->as == OFTString)
		put_as_text(c, v, i, f, scratch);
	else if (v->type == MM_TYPE_BOOL)
		OGR_F_SetFieldInteger(f, i, v->boolean);
	else if (v->type == MM_TYPE_REAL)
		OGR_F_SetFieldDouble(f, i, v->real);
	else if (v->type == MM_TYPE_DATE)
		put_clock(v->integer, 0, TZ_UNKNOWN, i, f);
	else if (v->type == MM_TYPE_TIME)
		put_clock(0, v->integer, TZ_UNKNOWN, i, f);
	else if (v->type == MM_TYPE_DATETIME)
		put_moment(c, v, i, f);
	else if (c->as == OFTReal)
		OGR_F_SetFieldDouble(f, i, (double)v->integer);
	else
		OGR_F_SetFieldInteger64(f, i, v->integer);
}

static void get_id(const struct mm_layer *l, uint32_t row, struct mm_value *ret)
{
	*ret = (struct mm_value){.type = MM_TYPE_INT};
	if (mm_layer_schema(l)->has_text_ids) {
		ret->type = MM_TYPE_TEXT;
		ret->text = mm_layer_id_text(l, row, &ret->text_len);
	} else {
		ret->integer = mm_layer_id_int(l, row);
	}
}

void mm_export_column_get(const struct mm_export_column *c, const struct mm_layer *l, uint32_t row,
			  struct mm_value *ret)
{
	if (c->what >= 0)
		mm_layer_value(l, row, (size_t)c->what, ret);
	else if (c->what == MM_EXPORT_ID)
		get_id(l, row, ret);
	else
		*ret = (struct mm_value){.is_null = true};
}

void mm_export_columns_put(const struct mm_export_columns *c, const struct mm_layer *l, uint32_t row,
			   OGRFeatureH f, struct mm_buf *scratch)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct mm_export_column *k = &c->column[i];
		struct mm_value v;

		mm_export_column_get(k, l, row, &v);
		if (v.is_null)
			OGR_F_SetFieldNull(f, (int)i);
		else
			put_value(k, &v, (int)i, f, scratch);
	}
	OGR_F_SetFID(f, c->has_fid ? mm_layer_id_int(l, row) : OGRNullFID);
}
