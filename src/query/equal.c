#include "query/equal.h"

#include "base/clock.h"
#include "base/num.h"

#include <string.h>

/* "Property equals value", ready for a tight loop. */

enum { DAY_MS = 86400000 };

static uint32_t find_code(const struct mm_layer *l, size_t field, const char *text)
{
	size_t n = strlen(text);

	for (size_t code = 0; code < mm_layer_text_count(l, field); code++) {
		size_t len;
		const char *have = mm_layer_text(l, field, (uint32_t)code, &len);

		if (len == n && memcmp(have, text, n) == 0)
			return (uint32_t)code;
	}
	return UINT32_MAX;
}

static bool read_time(const char *text, enum mm_type type, int64_t *ret)
{
	bool is_date;
	int64_t ms;

	if (!mm_clock_parse(text, strlen(text), &ms, &is_date) || (type == MM_TYPE_DATE && !is_date))
		return false;
	*ret = type == MM_TYPE_DATE ? (ms >= 0 ? ms / DAY_MS : -((DAY_MS - 1 - ms) / DAY_MS)) : ms;
	return true;
}

enum mm_code mm_wanted_read(const struct mm_layer *l, const struct mm_equal *e, struct mm_wanted *w,
			    struct mm_err *reterr)
{
	const struct mm_field *f = &mm_layer_schema(l)->field[e->field];
	bool good = true;

	*w = (struct mm_wanted){.field = e->field, .type = f->type};
	switch (f->type) {
	case MM_TYPE_INT:
		good = mm_num_parse_int(e->text, strlen(e->text), &w->integer);
		break;
	case MM_TYPE_REAL:
		good = mm_num_parse(e->text, strlen(e->text), &w->real);
		break;
	case MM_TYPE_BOOL:
		w->boolean = strcmp(e->text, "true") == 0;
		good = w->boolean || strcmp(e->text, "false") == 0;
		break;
	case MM_TYPE_DATE:
	case MM_TYPE_DATETIME:
		good = read_time(e->text, f->type, &w->integer);
		break;
	case MM_TYPE_TEXT:
		w->code = find_code(l, e->field, e->text);
		break;
	case MM_TYPE_TIME:
	case MM_TYPE_JSON:
	case MM_TYPE_COUNT:
		return mm_fail(reterr, MM_E_INVALID, f->name,
			       "a field of type %s cannot be compared by equality", mm_type_name(f->type));
	}
	if (!good)
		return mm_fail(reterr, MM_E_INVALID, f->name, "\"%.60s\" is not a value of type %s", e->text,
			       mm_type_name(f->type));
	return MM_OK;
}

bool mm_wanted_equals(const struct mm_layer *l, const struct mm_wanted *w, uint32_t row)
{
	struct mm_value v;

	if (w->type == MM_TYPE_TEXT)
		return w->code != UINT32_MAX && mm_layer_text_code(l, row, w->field) == w->code;
	mm_layer_value(l, row, w->field, &v);
	if (v.is_null)
		return false;
	if (w->type == MM_TYPE_REAL)
		return v.real == w->real;
	if (w->type == MM_TYPE_BOOL)
		return v.boolean == w->boolean;
	return v.integer == w->integer;
}
