#include "api/edits/edits.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

static const char loopback[] = "127.";

/* Same length and letters, in a time that does not tell how many of them. */
static bool is_same(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	unsigned char diff = n != m;

	for (size_t i = 0; i < n; i++)
		diff |= (unsigned char)(a[i] ^ b[i < m ? i : 0]);
	return diff == 0;
}

static bool has_token(const struct mm_api *api, const struct mm_request *r)
{
	const char *a = mm_request_header(r, "Authorization");

	return api->edit_token && a && strncasecmp(a, "Bearer ", 7) == 0 && is_same(a + 7, api->edit_token);
}

/* "localhost", "127.0.0.1:8080", "[::1]:8080": a name that no other site can have pointed here. */
static bool is_loopback_host(const char *host)
{
	size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");

	return (n == 9 && strncasecmp(host, "localhost", 9) == 0) ||
	       (n == 5 && strncmp(host, "[::1]", 5) == 0) ||
	       (mm_text_starts(host, loopback) && strspn(host, "0123456789.") == n);
}

/* The client sits at this machine, and the request came straight from it. */
static bool is_local(const struct mm_request *r)
{
	const char *host = mm_request_header(r, "Host");

	if (!mm_text_starts(r->client, loopback) && strcmp(r->client, "::1") != 0 &&
	    !mm_text_starts(r->client, "::ffff:127."))
		return false;
	return host && is_loopback_host(host) && !mm_request_header(r, "X-Forwarded-For") &&
	       !mm_request_header(r, "Forwarded");
}

/* A browser says from which site a request comes; other programs say nothing. */
static bool is_of_other_site(const struct mm_request *r)
{
	const char *origin = mm_request_header(r, "Origin"), *site = mm_request_header(r, "Sec-Fetch-Site");
	const char *scheme = strstr(r->base_url, "://"), *slash = scheme ? strchr(scheme + 3, '/') : NULL;
	size_t n = slash ? (size_t)(slash - r->base_url) : strlen(r->base_url); /* without the prefix */

	if (site && strcasecmp(site, "same-origin") != 0 && strcasecmp(site, "none") != 0)
		return true;
	return origin && (strlen(origin) != n || strncasecmp(origin, r->base_url, n) != 0);
}

static struct mm_edit_answer no(int status, const char *why)
{
	return (struct mm_edit_answer){status, why};
}

struct mm_edit_answer mm_edit_may(const struct mm_api *api, const struct mm_request *r,
				  const struct mm_entry *entry)
{
	if (entry && !entry->is_editable)
		return no(405, "the layer cannot be edited: write editable: true in its YAML, if its source "
			       "is a GeoPackage or a PostGIS table");
	if (is_of_other_site(r))
		return no(403, "edits from pages of other sites are refused");
	if (!api->edit_is_local && !api->edit_token)
		return no(403,
			  "editing is off: start the server with --edit for programs on this machine, or "
			  "with MUNIMAP_EDIT_TOKEN in its environment");
	if (has_token(api, r) || (api->edit_is_local && is_local(r)))
		return no(0, NULL);
	if (!api->edit_token)
		return no(403, "only programs on the server's machine may edit: ask its keeper for "
			       "MUNIMAP_EDIT_TOKEN");
	return no(401, "send the header Authorization: Bearer with the token of this server");
}

/* A client that looks before it writes may not send its token yet. */
static bool may_show(const struct mm_api *api, const struct mm_request *r, const struct mm_entry *entry)
{
	return entry && (mm_edit_may(api, r, entry).status == 0 || mm_edit_may(api, r, entry).status == 401);
}

unsigned mm_api_allow(void *ctx, const struct mm_request *r, unsigned methods)
{
	const unsigned edits = 1u << MM_POST | 1u << MM_PUT | 1u << MM_PATCH | 1u << MM_DELETE;
	const struct mm_api *api = ctx;
	const struct mm_catalog *c;

	if (!(methods & edits) || r->segment_count < 3 || strcmp(r->segment[0], "collections") != 0 ||
	    strcmp(r->segment[2], "items") != 0)
		return methods;
	c = mm_catalog_acquire(api->catalog);
	if (!c || !may_show(api, r, mm_catalog_find_entry(c, r->segment[1])))
		methods &= ~edits;
	(void)mm_catalog_unref(c);
	return methods;
}
