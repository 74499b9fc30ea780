#include "encode/csv_cell.h"

#include "base/num.h"

#include <string.h>

static bool is_number(const char *text, size_t n)
{
	double v;

	return mm_num_parse(text, n, &v);
}

/* `set` has no NUL, and strchr would find one. */
static bool is_in(const char *set, char c)
{
	return c && strchr(set, c);
}

void mm_csv_put_cell(struct mm_buf *out, const char *text, size_t n)
{
	const bool is_formula = n && is_in("=+-@\t\r", text[0]) && !is_number(text, n);
	bool is_quoted = false;

	for (size_t i = 0; i < n && !is_quoted; i++)
		is_quoted = is_in(",\";\r\n\t", text[i]);
	if (is_quoted)
		mm_buf_byte(out, '"');
	if (is_formula)
		mm_buf_byte(out, '\'');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"')
			mm_buf_byte(out, '"');
		mm_buf_byte(out, (unsigned char)text[i]);
	}
	if (is_quoted)
		mm_buf_byte(out, '"');
}
