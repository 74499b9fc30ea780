#include "encode/value.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"

#include <string.h>

enum { TEXT_MAX = 1 << 20 };

void mm_value_put_text(struct mm_buf *out, const struct mm_value *v)
{
	char when[MM_CLOCK_TEXT_MAX];

	if (v->is_null)
		return;
	switch (v->type) {
	case MM_TYPE_BOOL:
		mm_buf_text(out, v->boolean ? "true" : "false");
		break;
	case MM_TYPE_INT:
		mm_buf_int(out, v->integer);
		break;
	case MM_TYPE_REAL:
		mm_buf_double(out, v->real);
		break;
	case MM_TYPE_DATE:
		mm_buf_put(out, when, mm_clock_format_date(v->integer, when));
		break;
	case MM_TYPE_TIME:
		mm_buf_put(out, when, mm_clock_format_time(v->integer, when));
		break;
	case MM_TYPE_DATETIME:
		mm_buf_put(out, when, mm_clock_format(v->integer, v->offset_min, when));
		break;
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
	case MM_TYPE_COUNT:
		mm_buf_put(out, v->text, v->text_len);
		break;
	}
}

const char *mm_value_text(const struct mm_value *v, struct mm_arena *mem)
{
	const char *text;
	struct mm_buf b;

	mm_buf_init(&b, TEXT_MAX);
	mm_value_put_text(&b, v);
	text = b.failed ? NULL : mm_arena_text(mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return text;
}

/* Always with a point or an exponent: clients such as GDAL guess the type of a column from its first numbers,
 * and would cut 10.5 to 10 after a page of whole ones. */
static void put_real(struct mm_buf *out, double v)
{
	char text[MM_NUM_MAX];
	size_t n = mm_num_format(v, text);

	mm_buf_put(out, text, n);
	if (!strpbrk(text, ".en"))
		mm_buf_text(out, ".0");
}

void mm_value_put_json(struct mm_buf *out, const struct mm_value *v)
{
	if (v->is_null) {
		mm_buf_text(out, "null");
	} else if (v->type == MM_TYPE_TEXT) {
		mm_text_put_json(out, v->text, v->text_len);
	} else if (v->type == MM_TYPE_REAL) {
		put_real(out, v->real);
	} else if (v->type == MM_TYPE_DATE || v->type == MM_TYPE_TIME || v->type == MM_TYPE_DATETIME) {
		mm_buf_byte(out, '"');
		mm_value_put_text(out, v);
		mm_buf_byte(out, '"');
	} else {
		mm_value_put_text(out, v);
	}
}
