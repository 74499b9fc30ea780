#include "http/accept.h"

#include <string.h>
#include <strings.h>

/* "q" values have at most three decimals (RFC 9110 12.4.2). */
static int parse_quality(const char *text, size_t n)
{
	int q = 0, digits = 0;

	if (n == 0 || (text[0] != '0' && text[0] != '1'))
		return 0;
	q = text[0] - '0';
	if (n > 1 && (text[1] != '.' || n > 5))
		return 0;
	for (size_t i = 2; i < n; i++, digits++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		q = q * 10 + (text[i] - '0');
	}
	while (digits++ < 3)
		q *= 10;
	return q > 1000 ? 0 : q;
}

static void trim(const char **text, size_t *n)
{
	while (*n && (**text == ' ' || **text == '\t')) {
		(*text)++;
		(*n)--;
	}
	while (*n && ((*text)[*n - 1] == ' ' || (*text)[*n - 1] == '\t'))
		(*n)--;
}

/* Bytes up to the next `stop` or ',' that is not inside quotes, or up to the end. */
static size_t piece(const char *text, char stop)
{
	bool quoted = false;
	size_t i = 0;

	for (; text[i]; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		else if (text[i] == '\\' && quoted && text[i + 1])
			i++;
		else if (!quoted && (text[i] == stop || text[i] == ','))
			break;
	}
	return i;
}

bool mm_accept_next(const char **at, struct mm_accept_item *ret)
{
	const char *p = *at;

	while (*p == ' ' || *p == '\t' || *p == ',')
		p++;
	*at = p;
	if (!*p)
		return false;
	*ret = (struct mm_accept_item){.name = p, .len = piece(p, ';'), .quality = 1000};
	p += ret->len;
	trim(&ret->name, &ret->len);
	while (*p == ';') {
		const char *param = ++p;
		size_t n = piece(p, ';');

		p += n;
		trim(&param, &n);
		if (n >= 2 && (param[0] == 'q' || param[0] == 'Q') && param[1] == '=')
			ret->quality = parse_quality(param + 2, n - 2);
	}
	*at = p;
	return true;
}

/* How closely a range names the type: 3 exactly, 2 by "type/\*", 1 by "*\/\*", 0 not. */
static int closeness(const struct mm_accept_item *range, const char *type, size_t n)
{
	const char *slash = memchr(type, '/', n);
	size_t major = slash ? (size_t)(slash - type) : n;

	if (range->len == n && !strncasecmp(range->name, type, n))
		return 3;
	if (range->len == major + 2 && !strncasecmp(range->name, type, major + 1) &&
	    range->name[major + 1] == '*')
		return 2;
	return range->len == 3 && !strncmp(range->name, "*/*", 3);
}

int mm_accept_media(const char *header, const char *media_type)
{
	struct mm_accept_item range;
	size_t n = strcspn(media_type, "; ");
	int best = 0, quality = 0;

	if (!header)
		return 1000;
	while (mm_accept_next(&header, &range)) {
		int close = closeness(&range, media_type, n);

		if (close > best || (close && close == best && range.quality > quality)) {
			best = close;
			quality = range.quality;
		}
	}
	return quality;
}

void mm_accept_codings(const char *header, const char *const *name, size_t count, int *ret)
{
	struct mm_accept_item item;
	int any = -1;

	for (size_t i = 0; i < count; i++)
		ret[i] = -1;
	while (header && mm_accept_next(&header, &item)) {
		for (size_t i = 0; i < count; i++)
			if (ret[i] < 0 && (*item.name | 0x20) == *name[i] && item.len == strlen(name[i]) &&
			    !strncasecmp(item.name, name[i], item.len))
				ret[i] = item.quality;
		if (item.len == 1 && item.name[0] == '*')
			any = item.quality;
	}
	for (size_t i = 0; i < count; i++)
		if (ret[i] < 0)
			ret[i] = any;
}

int mm_accept_language(const char *header, const char *tag)
{
	struct mm_accept_item item;
	size_t n = strlen(tag);
	int best = -1, any = -1;

	while (header && mm_accept_next(&header, &item)) {
		bool named = item.len >= n && !strncasecmp(item.name, tag, n) &&
			     (item.len == n || item.name[n] == '-');

		if (named && item.quality > best)
			best = item.quality;
		if (item.len == 1 && item.name[0] == '*')
			any = item.quality;
	}
	return best >= 0 ? best : any;
}
