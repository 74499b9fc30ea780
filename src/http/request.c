#include "http/request.h"

#include "base/text.h"
#include "http/accept.h"
#include "http/compress.h"
#include "http/etag.h"
#include "http/wire.h"

#include <string.h>
#include <strings.h>

/* Several lines of one name are one list (RFC 9110 5.3). */
static const char *joined(struct mm_arena *mem, const char *a, const char *b)
{
	const char *both = mm_arena_printf(mem, "%s, %s", a, b);

	return both ? both : a;
}

const char *mm_request_header(const struct mm_request *r, const char *name)
{
	const struct mm_wire *w = r->wire;
	const char *found = NULL;
	const size_t n = strlen(name);

	for (size_t i = 0; w && i < w->line_count; i++) {
		if (w->line[i].name_len != n || strncasecmp(w->line[i].name, name, n) != 0)
			continue;
		found = found ? joined(r->mem, found, w->line[i].value) : w->line[i].value;
	}
	return found;
}

const char *mm_request_param(const struct mm_request *r, const char *name)
{
	for (size_t i = 0; i < r->param_count; i++) {
		if (!strcmp(r->param[i].name, name))
			return r->param[i].value;
	}
	return NULL;
}

static bool is_known(const char *name, const char *const *known, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(name, known[i]))
			return true;
	}
	return false;
}

static enum mm_code unknown_param(const char *name, const char *const *known, size_t count,
				  struct mm_err *reterr)
{
	const char *near = mm_text_nearest(name, known, count);

	if (near)
		return mm_fail(reterr, MM_E_INVALID, name, "there is no such parameter here; did you mean %s",
			       near);
	return mm_fail(reterr, MM_E_INVALID, name, "there is no such parameter here");
}

enum mm_code mm_request_only(const struct mm_request *r, const char *const *known, size_t count,
			     struct mm_err *reterr)
{
	for (size_t i = 0; i < r->param_count; i++) {
		const char *name = r->param[i].name;

		if (!is_known(name, known, count))
			return unknown_param(name, known, count, reterr);
		for (size_t j = 0; j < i; j++) {
			if (!strcmp(name, r->param[j].name))
				return mm_fail(reterr, MM_E_INVALID, name, "the parameter is given twice");
		}
	}
	return MM_OK;
}

static void depends_on(const struct mm_request *r, unsigned vary)
{
	struct mm_wire *w = r->wire;

	if (w)
		w->vary |= vary;
}

/* Among the first `count`. */
static bool is_offered(const struct mm_offer *offers, size_t count, const char *f)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(offers[i].f, f))
			return true;
	return false;
}

static enum mm_code negotiate_by_name(const char *f, const struct mm_offer *offers, size_t count, size_t *ret,
				      struct mm_err *reterr)
{
	char names[200] = "";
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(offers[i].f);

		if (!strcmp(f, offers[i].f)) {
			*ret = i;
			return MM_OK;
		}
		if (at + n + 3 > sizeof(names) || is_offered(offers, i, offers[i].f))
			continue;
		memcpy(names + at, at ? ", " : "", at ? 2 : 0);
		at += at ? 2 : 0;
		memcpy(names + at, offers[i].f, n + 1);
		at += n;
	}
	return mm_fail(reterr, MM_E_INVALID, "f", "write one of: %s", names);
}

enum mm_code mm_negotiate(const struct mm_request *r, const struct mm_offer *offers, size_t count,
			  size_t *ret, struct mm_err *reterr)
{
	const char *f = mm_request_param(r, "f"), *accept;
	struct mm_wire *w = r->wire;
	int best = 0;

	MM_CHECK(count > 0);
	if (f)
		return negotiate_by_name(f, offers, count, ret, reterr);
	depends_on(r, MM_VARY_ACCEPT);
	accept = mm_request_header(r, "Accept");
	if (accept && !*accept) /* an empty list says nothing */
		accept = NULL;
	for (size_t i = 0; i < count; i++) {
		int quality = mm_accept_media(accept, offers[i].media_type);

		if (quality > best) {
			best = quality;
			*ret = i;
		}
	}
	if (best)
		return MM_OK;
	if (w)
		w->not_acceptable = true;
	return mm_fail(reterr, MM_E_NOT_FOUND, "Accept", "none of the accepted media types is offered here");
}

/* What lang= says; NULL: nothing. */
static const char *named_lang(const struct mm_request *r)
{
	const char *lang = mm_request_param(r, "lang");

	return lang && (!strcmp(lang, "ru") || !strcmp(lang, "en")) ? lang : NULL;
}

static const char *preferred_lang(const struct mm_request *r, const char *fallback)
{
	const char *accept = mm_request_header(r, "Accept-Language");
	const int ru = mm_accept_language(accept, "ru"), en = mm_accept_language(accept, "en");

	if ((ru <= 0 && en <= 0) || ru == en)
		return fallback;
	return ru > en ? "ru" : "en";
}

const char *mm_request_lang(const struct mm_request *r, const char *fallback)
{
	const char *lang = named_lang(r);

	if (lang)
		return lang;
	depends_on(r, MM_VARY_LANGUAGE);
	return preferred_lang(r, fallback);
}

enum mm_lang mm_request_speaks(const void *request)
{
	const struct mm_request *r = request;
	const char *lang = named_lang(r);

	return strcmp(lang ? lang : preferred_lang(r, "en"), "ru") == 0 ? MM_LANG_RU : MM_LANG_EN;
}

static struct mm_codings read_codings(const char *text, struct mm_codings_memo *memo)
{
	const size_t n = text ? strlen(text) : 0;

	if (!memo || n == 0 || n >= sizeof(memo->text))
		return mm_codings_read(text);
	if (strcmp(text, memo->text) != 0) {
		memcpy(memo->text, text, n + 1);
		memo->codings = mm_codings_read(text);
	}
	return memo->codings;
}

const struct mm_codings *mm_request_codings(const struct mm_request *r)
{
	static const struct mm_codings nothing = {.quality = {-1, -1, -1, -1}, .any = -1};
	struct mm_wire *w = r->wire;

	if (!w) /* made by hand: no headers */
		return &nothing;
	if (!w->has_codings)
		w->codings = read_codings(mm_request_header(r, "Accept-Encoding"), w->memo);
	w->has_codings = true;
	return &w->codings;
}

enum mm_encoding mm_request_encoding(const struct mm_request *r, unsigned available)
{
	return mm_codings_choose(mm_request_codings(r), available);
}

bool mm_request_held(const struct mm_request *r, const char *etag, enum mm_encoding *ret)
{
	struct mm_wire *w = r->wire;

	if (!w || (r->method != MM_GET && r->method != MM_HEAD))
		return false;
	if (w->judged != etag)
		w->is_held = mm_etag_match(mm_request_header(r, "If-None-Match"), etag,
					   mm_codings_accepted(mm_request_codings(r)), &w->held_as);
	w->judged = etag;
	if (w->is_held)
		*ret = w->held_as;
	return w->is_held;
}

bool mm_request_is_fresh(const struct mm_request *r, const char *etag)
{
	enum mm_encoding encoding;

	return mm_request_held(r, etag, &encoding);
}
