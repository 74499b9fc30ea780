#include "http/exchange_private.h"

#include "http/target.h"

#include <string.h>

/* The head of a request: is it what it seems, and may it pass? */

static struct mm_verdict refuse(int status, const char *why)
{
	return (struct mm_verdict){status, why};
}

static enum MHD_Result add_line(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
				const char *value, size_t value_len)
{
	struct mm_wire *w = cls;

	(void)kind;
	if (w->line_count < MM_HEADER_LINES_MAX)
		w->line[w->line_count] = (struct mm_header_line){
		    .name = name,
		    .name_len = name_len,
		    .value = value ? value : "",
		    .value_len = value ? value_len : 0,
		};
	w->line_count++;
	return MHD_YES;
}

/*
 * True when the pieces of the head lie in the library's buffer as they do in a clean request: one space, CRLF
 * and "name:" apart, nothing between. libmicrohttpd 0.9 cuts texts at a NUL, joins folded lines, and takes
 * bare LF and any number of spaces without a word; here the gaps tell. 1.0 is strict itself and lays out
 * differently, so the check is for 0.9 only.
 */
static bool is_laid_out(const struct exchange *x, const char *method, const char *version)
{
	uintptr_t at = (uintptr_t)method + strlen(method) + 1;
	const char *end = version + strlen(version);

	if (at != x->target_at || (uintptr_t)version != at + x->target_len + 1)
		return false;
	for (size_t i = 0; i < x->wire->line_count; i++) {
		const struct mm_header_line *h = &x->wire->line[i];
		const char *p = h->name + h->name_len + 1;

		while (p < h->value && (*p == ' ' || *p == '\t'))
			p++;
		if (h->name != end + 2 || h->value != p)
			return false;
		end = h->value + h->value_len;
	}
	/* after the last line: its CRLF and that of the empty line, all four overwritten with NUL */
	return x->wire->line_count == 0 || (!end[1] && !end[2] && !end[3]);
}

/* Blanks after a value are no part of it (RFC 9110 5.5); the library leaves them. False: no memory. */
static bool trim_values(struct exchange *x)
{
	for (size_t i = 0; i < x->wire->line_count; i++) {
		struct mm_header_line *h = &x->wire->line[i];
		size_t n = h->value_len;

		while (n && (h->value[n - 1] == ' ' || h->value[n - 1] == '\t'))
			n--;
		if (n == h->value_len)
			continue;
		h->value = mm_arena_text(x->mem, h->value, n);
		h->value_len = n;
		if (!h->value)
			return false;
	}
	return true;
}

static struct mm_verdict check_lines(struct exchange *x, const char *method, const char *version)
{
	(void)MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, add_line, x->wire);
	if (x->wire->line_count > MM_HEADER_LINES_MAX) {
		x->wire->line_count = MM_HEADER_LINES_MAX;
		return refuse(431, "at most 64 header lines are read");
	}
	if (x->server->knows_layout && !is_laid_out(x, method, version))
		return refuse(400, "the request head is malformed: NUL, folded line, bare LF or extra space");
	return trim_values(x) ? refuse(0, NULL) : refuse(503, "out of memory for this request");
}

struct mm_verdict mm_exchange_check_head(struct exchange *x, const char *method, const char *version)
{
	struct mm_head head = {.method = method, .version = version, .line = x->wire->line};
	struct mm_verdict v = check_lines(x, method, version);

	(void)mm_method_find(method, &x->r->method); /* for the log, should the gate refuse */
	head.line_count = x->wire->line_count;
	if (!v.status)
		v = mm_gate_head(&head, &x->r->method, &x->plan);
	if (v.status)
		return v;
	if (x->target_len > MM_TARGET_MAX)
		return refuse(414, "the URL is longer than 8192 bytes");
	return x->target.len ? v : refuse(503, "out of memory for this request");
}

struct mm_verdict mm_exchange_read_target(struct exchange *x)
{
	struct mm_verdict v = mm_target_parse((const char *)x->target.data, x->target_len, x->r);

	if (!v.status && !mm_forwarded_apply(&x->server->proxies, x->server->public_url,
					     mm_connection_address(x->connection), x->r))
		v = refuse(503, "out of memory for this request");
	return v;
}
