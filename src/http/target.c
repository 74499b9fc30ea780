#include "http/target.h"

#include "base/text.h"

#include <string.h>

static struct mm_verdict refuse(int status, const char *why)
{
	return (struct mm_verdict){status, why};
}

static struct mm_verdict passed(void)
{
	return refuse(0, NULL);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum part { IN_PATH, IN_NAME, IN_VALUE };

/* Filters in XML have line breaks and tabs: QGIS sends them so. */
static bool is_allowed(int c, enum part part)
{
	const bool is_control = c < 0x20 || c == 0x7f;

	return !is_control || (part == IN_VALUE && (c == '\t' || c == '\n' || c == '\r'));
}

/* Decoded text of n raw bytes; a '+' of the query stands for a space. */
static struct mm_verdict decode(struct mm_arena *mem, const char *raw, size_t n, enum part part,
				const char **ret)
{
	char *out = mm_arena_room(mem, n + 1);
	size_t at = 0;

	if (!out)
		return refuse(503, "out of memory for this request");
	if (part == IN_PATH && !memchr(raw, '%', n)) { /* its bytes have been looked at */
		memcpy(out, raw, n);
		out[n] = '\0';
		*ret = out;
		return passed();
	}
	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)raw[i];

		if (c == '%') {
			int high = i + 2 < n ? hex_digit(raw[i + 1]) : -1;
			int low = i + 2 < n ? hex_digit(raw[i + 2]) : -1;

			if (high < 0 || low < 0)
				return refuse(400,
					      "a percent sign is not followed by two hexadecimal digits");
			c = high * 16 + low;
			i += 2;
		} else if (c == '+' && part != IN_PATH) {
			c = ' ';
		}
		if (!is_allowed(c, part))
			return refuse(400, "control characters are not allowed in a URL");
		out[at++] = (char)c;
	}
	out[at] = '\0';
	if (mm_text_utf8_valid(out, at) != at)
		return refuse(400, "the URL is not UTF-8");
	*ret = out;
	return passed();
}

static struct mm_verdict check_bytes(const char *target, size_t n)
{
	bool are_fine = true;

	if (n > MM_TARGET_MAX)
		return refuse(414, "the URL is longer than 8192 bytes");
	if (n == 0 || target[0] != '/')
		return refuse(400, "the request target does not begin with a slash");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)target[i];

		are_fine &= (unsigned char)(c - 0x21) < 0x7f - 0x21 && c != '#';
	}
	return are_fine ? passed() : refuse(400, "the URL has characters that must be percent-encoded");
}

static bool is_dots(const char *text)
{
	return text[0] == '.' && (!text[1] || (text[1] == '.' && !text[2]));
}

static struct mm_verdict add_segment(struct mm_request *r, const char *text)
{
	if (r->segment_count == MM_SEGMENTS_MAX)
		return refuse(404, "there is nothing at this path");
	if (is_dots(text))
		return refuse(400, "the path has a dot segment");
	r->segment[r->segment_count++] = text;
	return passed();
}

/* path[0] is '/'. A slash at the end adds no segment. Most paths have no escapes: their segments are pieces
 * of one copy. */
static struct mm_verdict split_path(struct mm_request *r, const char *path, size_t n)
{
	char *pieces = memchr(path, '%', n) ? NULL : mm_arena_text(r->mem, path, n);
	struct mm_verdict v = passed();
	size_t at = 1;

	while (at < n && !v.status) {
		const char *slash = memchr(path + at, '/', n - at), *text = "";
		size_t end = slash ? (size_t)(slash - path) : n;

		if (pieces) {
			pieces[end] = '\0';
			text = pieces + at;
		} else {
			v = decode(r->mem, path + at, end - at, IN_PATH, &text);
		}
		if (!v.status)
			v = add_segment(r, text);
		r->trailing_slash = slash && end + 1 == n;
		at = end + 1;
	}
	return v;
}

static struct mm_verdict add_param(struct mm_request *r, const char *raw, size_t n)
{
	const char *equals = memchr(raw, '=', n);
	size_t name_len = equals ? (size_t)(equals - raw) : n;
	struct mm_param p = {.name = "", .value = ""};
	struct mm_verdict v;

	if (n == 0)
		return passed();
	if (r->param_count == MM_PARAMS_MAX)
		return refuse(400, "a query has at most 64 parameters");
	v = decode(r->mem, raw, name_len, IN_NAME, &p.name);
	if (!v.status && equals)
		v = decode(r->mem, equals + 1, n - name_len - 1, IN_VALUE, &p.value);
	if (!v.status)
		r->param[r->param_count++] = p;
	return v;
}

static struct mm_verdict split_query(struct mm_request *r, const char *query, size_t n)
{
	struct mm_verdict v = passed();
	size_t at = 0;

	while (at < n && !v.status) {
		const char *amp = memchr(query + at, '&', n - at);
		size_t end = amp ? (size_t)(amp - query) : n;

		v = add_param(r, query + at, end - at);
		at = end + 1;
	}
	return v;
}

struct mm_verdict mm_target_parse_params(const char *text, size_t n, struct mm_request *r)
{
	return split_query(r, text, n);
}

struct mm_verdict mm_target_parse(const char *target, size_t n, struct mm_request *r)
{
	const char *question = memchr(target, '?', n);
	size_t path_len = question ? (size_t)(question - target) : n;
	struct mm_verdict v = check_bytes(target, n);

	if (v.status)
		return v;
	v = decode(r->mem, target, path_len, IN_PATH, &r->path);
	if (!v.status)
		v = split_path(r, target, path_len);
	if (v.status)
		return v;
	r->query = question ? mm_arena_text(r->mem, question + 1, n - path_len - 1) : "";
	if (!r->query)
		return refuse(503, "out of memory for this request");
	return split_query(r, r->query, strlen(r->query));
}
