#include "http/route.h"

#include "http/wire.h"

#include <stdlib.h>
#include <string.h>

/* The end of a segment of a pattern that begins at p. */
static const char *segment_end(const char *p)
{
	while (*p && *p != '/')
		p++;
	return p;
}

/* Whether the text is what "{name}" at `open`, and what stands behind it in the segment, may be. Moves *at to
 * the end of the segment. */
static bool matches_name(const char *open, const char *text, const char **at)
{
	const char *close = open;
	size_t n = strlen(text), more;

	while (*close != '}')
		close++;
	*at = segment_end(close);
	more = (size_t)(*at - close) - 1;
	/* {name*}: may hold a decoded slash */
	return n > more && !memcmp(text + n - more, close + 1, more) &&
	       (close[-1] == '*' || !strchr(text, '/'));
}

/* One look at each character: every request is held against all patterns of its depth. */
static bool matches(const char *pattern, const struct mm_request *r)
{
	const char *p = pattern;

	for (size_t i = 0; i < r->segment_count; i++) {
		const char *text = r->segment[i];

		if (*p++ != '/' || !*p)
			return false;
		while (*p == *text && *p && *p != '/' && *p != '{') {
			p++;
			text++;
		}
		if (*p == '{' ? !matches_name(p, text, &p) : *text || (*p && *p != '/'))
			return false;
	}
	return !*p || (r->segment_count == 0 && !strcmp(p, "/"));
}

struct mm_routes {
	const struct mm_route *table;
	size_t begin[MM_SEGMENTS_MAX + 2]; /* of the rows with so many segments, in `row` */
	size_t row[];                      /* numbers of rows, in order */
};

static size_t depth_of(const char *pattern)
{
	size_t depth = 0;

	for (const char *p = pattern; *p; p++)
		depth += *p == '/' && p[1];
	MM_CHECK(depth <= MM_SEGMENTS_MAX);
	return depth;
}

struct mm_routes *mm_routes_new(const struct mm_route *table, size_t count)
{
	struct mm_routes *s = calloc(1, sizeof(*s) + count * sizeof(s->row[0]));
	size_t at = 0;

	if (!s)
		return NULL;
	s->table = table;
	for (size_t depth = 0; depth <= MM_SEGMENTS_MAX; depth++) {
		s->begin[depth] = at;
		for (size_t i = 0; i < count; i++)
			if (depth_of(table[i].pattern) == depth)
				s->row[at++] = i;
	}
	s->begin[MM_SEGMENTS_MAX + 1] = at;
	return s;
}

struct mm_routes *mm_routes_free(struct mm_routes *s)
{
	free(s);
	return NULL;
}

const struct mm_route *mm_routes_find(const struct mm_routes *s, const struct mm_request *r,
				      unsigned *ret_allow)
{
	const size_t depth = r->segment_count;
	const char first = depth ? r->segment[0][0] : '\0';
	unsigned want = 1u << (r->method == MM_HEAD ? MM_GET : r->method), allow = 0;

	*ret_allow = 0;
	for (size_t i = s->begin[depth]; i < s->begin[depth + 1]; i++) {
		const struct mm_route *route = &s->table[s->row[i]];

		/* most fall at once */
		if ((route->pattern[1] != first && route->pattern[1] != '{') || !matches(route->pattern, r))
			continue;
		if (route->methods & want)
			return route;
		allow |= route->methods;
	}
	*ret_allow = allow;
	return NULL;
}

bool mm_route_has_slash(const struct mm_request *r)
{
	for (size_t i = 0; i < r->segment_count; i++) {
		if (strchr(r->segment[i], '/'))
			return true;
	}
	return false;
}

/* "{name}" in a segment of a pattern, between p and end. */
static bool is_named(const char *open, const char *end, const char *name)
{
	const size_t n = strlen(name);

	return (size_t)(end - open) >= n + 2 && !memcmp(open + 1, name, n) &&
	       (open[n + 1] == '}' || (open[n + 1] == '*' && open[n + 2] == '}'));
}

const char *mm_route_arg(const struct mm_route *route, const struct mm_request *r, const char *name)
{
	const char *p = route->pattern;

	for (size_t i = 0; i < r->segment_count && *p == '/'; i++) {
		const char *begin = p + 1, *end = segment_end(begin),
			   *open = memchr(begin, '{', (size_t)(end - begin));
		const char *text = r->segment[i];
		size_t before, after;

		p = end;
		if (!open || !is_named(open, end, name))
			continue;
		before = (size_t)(open - begin);
		after = (size_t)(end - strchr(open, '}')) - 1;
		if (!before && !after)
			return text;
		return mm_arena_text(r->mem, text + before, strlen(text) - before - after);
	}
	return NULL;
}

const struct mm_route *mm_request_route(const struct mm_request *r)
{
	const struct mm_wire *w = r->wire;

	return w ? w->route : NULL;
}

const char *mm_request_arg(const struct mm_request *r, const char *name)
{
	const struct mm_wire *w = r->wire;

	return w && w->route ? mm_route_arg(w->route, r, name) : NULL;
}
