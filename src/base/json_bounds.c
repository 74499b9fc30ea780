#include "base/json_bounds.h"

#include <stdbool.h>

enum mm_code mm_json_bounds_check(const char *text, size_t n, size_t levels, size_t objects,
				  const char *where, struct mm_err *reterr)
{
	size_t depth = 0, count = 0;
	bool in_text = false;

	for (size_t i = 0; i < n; i++) {
		const char c = text[i];

		if (in_text) {
			i += c == '\\';
			in_text = c != '"';
			continue;
		}
		in_text = c == '"';
		depth += c == '{' || c == '[';
		depth -= depth && (c == '}' || c == ']');
		count += c == '{';
		if (depth > levels || count > objects)
			return mm_fail(
			    reterr, MM_E_LIMIT, where,
			    "nested more than %zu levels, or more than %zu objects: send less at a time",
			    levels, objects);
	}
	return MM_OK;
}
