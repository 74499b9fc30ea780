#include "feed/child/value.h"

#include "base/clock.h"
#include "base/json.h"
#include "feed/child/convert.h"

#include <math.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>

enum { VALUE_MAX = 256 << 20, TZ_UTC = 100, TZ_STEP_MIN = 15 };

void mm_value_reader_init(struct mm_value_reader *r, struct mm_text_reader *text)
{
	r->text = text;
	mm_buf_init(&r->made, VALUE_MAX);
	mm_buf_init(&r->converted, VALUE_MAX);
}

void mm_value_reader_release(struct mm_value_reader *r)
{
	mm_buf_release(&r->made);
	mm_buf_release(&r->converted);
}

static bool read_clock(OGRFeatureH f, int i, struct mm_value *v)
{
	int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
	int64_t days, ms;
	float second = 0;

	if (!OGR_F_GetFieldAsDateTimeEx(f, i, &year, &month, &day, &hour, &minute, &second, &zone))
		return false;
	if (v->type != MM_TYPE_TIME &&
	    (month < 1 || month > 12 || day < 1 || day > 31 || year < -9999 || year > 9999))
		return false;
	days = v->type == MM_TYPE_TIME ? 0 : mm_clock_days(year, month, day);
	ms = (hour * 60 + minute) * (int64_t)60000 + llround((double)second * 1000);
	v->offset_min = zone > 1 ? (zone - TZ_UTC) * TZ_STEP_MIN : MM_CLOCK_NO_ZONE;
	if (v->type == MM_TYPE_DATE)
		v->integer = days;
	else if (v->type == MM_TYPE_TIME)
		v->integer = ms;
	else
		v->integer = days * 86400000 + ms -
			     (v->offset_min == MM_CLOCK_NO_ZONE ? 0 : v->offset_min * (int64_t)60000);
	return true;
}

static void put_text(struct mm_value_reader *r, struct mm_json *j, const char *text, bool *ret_bad)
{
	size_t n;
	bool bad;
	const char *utf8 = mm_text_read(r->text, text, strlen(text), &n, &bad);

	mm_json_text_n(j, NULL, utf8, n);
	*ret_bad = *ret_bad || bad;
}

/* Lists as JSON arrays. */
static void put_list(struct mm_value_reader *r, OGRFeatureH f, int i, OGRFieldType type, bool *ret_bad)
{
	struct mm_json j = mm_json_on(&r->made);
	int n = 0;

	mm_json_open(&j, NULL, '[');
	if (type == OFTIntegerList) {
		const int *v = OGR_F_GetFieldAsIntegerList(f, i, &n);

		for (int k = 0; k < n; k++)
			mm_json_int(&j, NULL, v[k]);
	} else if (type == OFTInteger64List) {
		const GIntBig *v = OGR_F_GetFieldAsInteger64List(f, i, &n);

		for (int k = 0; k < n; k++)
			mm_json_int(&j, NULL, v[k]);
	} else if (type == OFTRealList) {
		const double *v = OGR_F_GetFieldAsDoubleList(f, i, &n);

		for (int k = 0; k < n; k++)
			mm_json_double(&j, NULL, v[k]);
	} else {
		char **v = OGR_F_GetFieldAsStringList(f, i);

		for (int k = 0; v && v[k]; k++)
			put_text(r, &j, v[k], ret_bad);
	}
	mm_json_close(&j, ']');
}

static enum mm_value_state read_text(struct mm_value_reader *r, OGRFeatureH f, int i, struct mm_value *v)
{
	const char *raw = OGR_F_GetFieldAsString(f, i);
	bool bad;

	v->text = mm_text_read(r->text, raw, strlen(raw), &v->text_len, &bad);
	if (v->type == MM_TYPE_JSON && !mm_convert_is_json(v->text, v->text_len)) {
		struct mm_json j = mm_json_on(&r->made); /* not JSON after all: its text, quoted */

		mm_json_text_n(&j, NULL, v->text, v->text_len);
		v->text = (const char *)r->made.data;
		v->text_len = r->made.len;
	}
	return bad ? MM_VALUE_BAD_TEXT : MM_VALUE_FINE;
}

static void read_binary(struct mm_value_reader *r, OGRFeatureH f, int i)
{
	int n = 0;
	const GByte *bytes = OGR_F_GetFieldAsBinary(f, i, &n);
	char *text = CPLBase64Encode(n, bytes);

	mm_buf_text(&r->made, text);
	CPLFree(text);
}

static enum mm_value_state read_native(struct mm_value_reader *r, OGRFeatureH f, int i, OGRFieldType type,
				       struct mm_value *v)
{
	bool bad = false;

	switch (type) {
	case OFTInteger:
	case OFTInteger64:
		v->integer = OGR_F_GetFieldAsInteger64(f, i);
		v->boolean = v->integer != 0;
		return MM_VALUE_FINE;
	case OFTReal:
		v->real = OGR_F_GetFieldAsDouble(f, i);
		return MM_VALUE_FINE;
	case OFTDate:
	case OFTTime:
	case OFTDateTime:
		return read_clock(f, i, v) ? MM_VALUE_FINE : MM_VALUE_BAD;
	case OFTString:
		return read_text(r, f, i, v);
	case OFTBinary:
		mm_buf_clear(&r->made);
		read_binary(r, f, i);
		break;
	default:
		mm_buf_clear(&r->made);
		put_list(r, f, i, type, &bad);
	}
	v->text = r->made.data ? (const char *)r->made.data : "";
	v->text_len = r->made.len;
	return r->made.failed ? MM_VALUE_BAD : bad ? MM_VALUE_BAD_TEXT : MM_VALUE_FINE;
}

enum mm_value_state mm_value_read(struct mm_value_reader *r, OGRFeatureH f, size_t i,
				  const struct mm_column *c, struct mm_value *ret)
{
	struct mm_value v = {.type = c->native};
	enum mm_value_state state;
	bool blank;

	*ret = (struct mm_value){.type = c->type, .is_null = true};
	if (!OGR_F_IsFieldSetAndNotNull(f, (int)i))
		return MM_VALUE_NULL;
	mm_buf_clear(&r->made);
	state = read_native(r, f, (int)i, c->ogr, &v);
	if (state == MM_VALUE_BAD)
		return state;
	blank = v.type == MM_TYPE_TEXT && v.text && c->type != MM_TYPE_TEXT &&
		strspn(v.text, " \t") >= v.text_len;
	if (blank)
		return MM_VALUE_NULL;
	if (!mm_convert(&v, c->type, &r->converted))
		return MM_VALUE_BAD;
	*ret = v;
	return state;
}
