#include "feed/child/text.h"

#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

enum { TEXT_MAX = 256 << 20 };

enum mm_code mm_text_reader_init(struct mm_text_reader *r, const char *encoding, struct mm_err *reterr)
{
	iconv_t converter = (iconv_t)-1;

	*r = (struct mm_text_reader){.converter = NULL};
	mm_buf_init(&r->out, TEXT_MAX);
	if (!*encoding)
		return MM_OK;
	converter = iconv_open("UTF-8", encoding);
	if ((intptr_t)converter == -1)
		return mm_fail(reterr, MM_E_INVALID, "",
			       "encoding \"%s\" is not known: write CP1251, CP866, KOI8-R or UTF-8",
			       encoding);
	r->converter = converter;
	return MM_OK;
}

void mm_text_reader_release(struct mm_text_reader *r)
{
	if (r->converter)
		(void)iconv_close((iconv_t)r->converter);
	mm_buf_release(&r->out);
}

/* False when some byte is not of the encoding. */
static bool convert(struct mm_text_reader *r, char *text, size_t n)
{
	mm_buf_clear(&r->out);
	(void)iconv((iconv_t)r->converter, NULL, NULL, NULL, NULL);
	while (n) {
		char *to = (char *)mm_buf_reserve(&r->out, 4 * n + 16);
		size_t space = 4 * n + 16, before = space;

		if (!to || iconv((iconv_t)r->converter, &text, &n, &to, &space) == (size_t)-1)
			return false;
		r->out.len += before - space;
	}
	return true;
}

static void replace(struct mm_text_reader *r, const char *text, size_t n)
{
	char bytes[4];

	mm_buf_clear(&r->out);
	for (size_t at = 0; at < n;)
		mm_buf_put(&r->out, bytes, mm_text_utf8_put(mm_text_utf8_next(text, n, &at), bytes));
}

const char *mm_text_read(struct mm_text_reader *r, const char *text, size_t n, size_t *ret_n, bool *ret_bad)
{
	union {
		const char *in;
		char *out;
	} u = {.in = text}; /* iconv does not write there, whatever its prototype says */

	*ret_bad = false;
	if (mm_text_utf8_valid(text, n) == n) {
		*ret_n = n;
		return text;
	}
	if (!r->converter || !convert(r, u.out, n)) {
		*ret_bad = true;
		replace(r, text, n);
	}
	*ret_n = r->out.len;
	return r->out.data ? (const char *)r->out.data : "";
}
