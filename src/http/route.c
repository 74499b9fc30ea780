#include "http/route.h"

#include "http/wire.h"

#include <string.h>

/* One segment of a pattern: literal text around at most one {name}. */
struct piece {
	const char *prefix, *name, *suffix;
	size_t prefix_len, name_len, suffix_len;
	bool any_text; /* {name*}: may hold a decoded slash */
};

static struct piece piece_of(const char *p, size_t n)
{
	const char *open = memchr(p, '{', n), *close = memchr(p, '}', n);
	struct piece s = {.prefix = p, .prefix_len = n};

	if (!open || !close)
		return s;
	s.prefix_len = (size_t)(open - p);
	s.name = open + 1;
	s.name_len = (size_t)(close - open) - 1;
	s.suffix = close + 1;
	s.suffix_len = n - (size_t)(close + 1 - p);
	if (s.name_len && s.name[s.name_len - 1] == '*') {
		s.any_text = true;
		s.name_len--;
	}
	return s;
}

/* Next segment of a pattern; false at its end. "/" has none. */
static bool next_piece(const char **at, struct piece *ret)
{
	const char *p = *at;
	size_t n;

	if (p[0] != '/' || p[1] == '\0')
		return false;
	n = strcspn(p + 1, "/");
	*ret = piece_of(p + 1, n);
	*at = p + 1 + n;
	return true;
}

static bool matches_piece(const struct piece *s, const char *text)
{
	size_t n = strlen(text);

	if (!s->any_text && strchr(text, '/'))
		return false;
	if (!s->name)
		return n == s->prefix_len && !memcmp(text, s->prefix, n);
	return n > s->prefix_len + s->suffix_len && !memcmp(text, s->prefix, s->prefix_len) &&
	       !memcmp(text + n - s->suffix_len, s->suffix, s->suffix_len);
}

static bool matches(const char *pattern, const struct mm_request *r)
{
	struct piece s;
	size_t i = 0;

	/* most routes fall at their first word */
	if (r->segment_count) {
		const char *p = pattern + 1, *text = r->segment[0];

		while (*p == *text && *p) {
			p++;
			text++;
		}
		if (*p != '{' && *p != '/' && *p)
			return false;
	}
	for (; next_piece(&pattern, &s); i++) {
		if (i == r->segment_count || !matches_piece(&s, r->segment[i]))
			return false;
	}
	return i == r->segment_count;
}

const struct mm_route *mm_route_find(const struct mm_route *table, size_t count, const struct mm_request *r,
				     unsigned *ret_allow)
{
	const struct mm_route *found = NULL;
	unsigned want = 1u << (r->method == MM_HEAD ? MM_GET : r->method), allow = 0;

	for (size_t i = 0; i < count; i++) {
		if (!matches(table[i].pattern, r))
			continue;
		allow |= table[i].methods;
		if (!found && table[i].methods & want)
			found = &table[i];
	}
	*ret_allow = allow;
	return found;
}

bool mm_route_has_slash(const struct mm_request *r)
{
	for (size_t i = 0; i < r->segment_count; i++) {
		if (strchr(r->segment[i], '/'))
			return true;
	}
	return false;
}

const char *mm_route_arg(const struct mm_route *route, const struct mm_request *r, const char *name)
{
	const char *pattern = route->pattern;
	struct piece s;

	for (size_t i = 0; i < r->segment_count && next_piece(&pattern, &s); i++) {
		const char *text = r->segment[i];

		if (!s.name || strlen(name) != s.name_len || memcmp(name, s.name, s.name_len) != 0)
			continue;
		if (!s.prefix_len && !s.suffix_len)
			return text;
		return mm_arena_text(r->mem, text + s.prefix_len, strlen(text) - s.prefix_len - s.suffix_len);
	}
	return NULL;
}

const char *mm_request_arg(const struct mm_request *r, const char *name)
{
	const struct mm_wire *w = r->wire;

	return w && w->route ? mm_route_arg(w->route, r, name) : NULL;
}
