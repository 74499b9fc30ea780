#include "feed/child/export_columns.h"

#include "base/clock.h"
#include "base/text.h"

/* The values of one row. */

enum { TZ_UNKNOWN = 0, TZ_UTC = 100, TZ_STEP_MIN = 15, DAY_MS = 86400000 };

static void put_text(const struct mm_export_column *c, const char *text, size_t n, int i, OGRFeatureH f,
		     struct mm_buf *scratch)
{
	if (c->width)
		n = mm_export_cut(text, n, (size_t)c->width, c->is_cp1251);
	mm_buf_clear(scratch);
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

/* Offsets are quarters of an hour in GDAL; others are given in UTC. */
static void put_moment(const struct mm_value *v, int i, OGRFeatureH f)
{
	const bool has_zone = v->offset_min != MM_CLOCK_NO_ZONE,
		   fits = has_zone && v->offset_min % TZ_STEP_MIN == 0;
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
		put_moment(v, i, f);
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

void mm_export_columns_put(const struct mm_export_columns *c, const struct mm_layer *l, uint32_t row,
			   OGRFeatureH f, struct mm_buf *scratch)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct mm_export_column *k = &c->column[i];
		struct mm_value v = {.is_null = true};

		if (k->what >= 0)
			mm_layer_value(l, row, (size_t)k->what, &v);
		else if (k->what == MM_EXPORT_ID)
			get_id(l, row, &v);
		if (v.is_null)
			OGR_F_SetFieldNull(f, (int)i);
		else
			put_value(k, &v, (int)i, f, scratch);
	}
	OGR_F_SetFID(f, c->has_fid ? mm_layer_id_int(l, row) : OGRNullFID);
}
