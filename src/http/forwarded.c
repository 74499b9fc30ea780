#include "http/forwarded.h"

#include "base/num.h"
#include "base/text.h"
#include "http/gate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

static const unsigned char v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static struct mm_address from_v4(const void *four)
{
	struct mm_address a;

	memcpy(a.byte, v4_prefix, sizeof(v4_prefix));
	memcpy(a.byte + sizeof(v4_prefix), four, 4);
	return a;
}

struct mm_address mm_address_of(const struct sockaddr *sa)
{
	struct mm_address a = {{0}};

	if (sa && sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		return from_v4(&in.sin_addr);
	}
	if (sa && sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(a.byte, &in6.sin6_addr, sizeof(a.byte));
	}
	return a;
}

/* [v6], [v6]:port and v4:port lose what is not the address. */
static void strip_port(const char **text, size_t *n)
{
	const char *end;

	if (*n && **text == '[') {
		end = memchr(*text, ']', *n);
		if (end) {
			*n = (size_t)(end - *text) - 1;
			(*text)++;
		}
		return;
	}
	end = memchr(*text, ':', *n);
	if (end && memchr(*text, '.', (size_t)(end - *text)))
		*n = (size_t)(end - *text);
}

bool mm_address_parse(const char *text, size_t n, struct mm_address *ret)
{
	char copy[MM_ADDRESS_TEXT_MAX];
	struct in_addr in;

	strip_port(&text, &n);
	if (n == 0 || n >= sizeof(copy) || memchr(text, '\0', n))
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	if (inet_pton(AF_INET, copy, &in) == 1) {
		*ret = from_v4(&in);
		return true;
	}
	return inet_pton(AF_INET6, copy, ret->byte) == 1;
}

static bool is_v4(const struct mm_address *a)
{
	return !memcmp(a->byte, v4_prefix, sizeof(v4_prefix));
}

void mm_address_format(const struct mm_address *a, char ret[MM_ADDRESS_TEXT_MAX])
{
	ret[0] = '\0';
	if (is_v4(a))
		(void)inet_ntop(AF_INET, a->byte + sizeof(v4_prefix), ret, MM_ADDRESS_TEXT_MAX);
	else
		(void)inet_ntop(AF_INET6, a->byte, ret, MM_ADDRESS_TEXT_MAX);
}

bool mm_address_is_loopback(const struct mm_address *a)
{
	static const unsigned char one[MM_ADDRESS_BYTES] = {[15] = 1};

	return is_v4(a) ? a->byte[12] == 127 : !memcmp(a->byte, one, sizeof(one));
}

static bool parse_block(const char *text, struct mm_address *ret_base, unsigned *ret_bits)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	int64_t bits = 128, most;

	if (!mm_address_parse(text, n, ret_base))
		return false;
	most = is_v4(ret_base) ? 32 : 128;
	bits = most;
	if (slash && !mm_num_parse_int(slash + 1, strlen(slash + 1), &bits))
		return false;
	if (bits < 0 || bits > most)
		return false;
	*ret_bits = (unsigned)(bits + 128 - most);
	return true;
}

enum mm_code mm_proxies_parse(const char *const *blocks, size_t count, struct mm_proxies *ret,
			      struct mm_err *reterr)
{
	struct mm_proxies p = {.count = count};

	if (count > MM_PROXIES_MAX)
		return mm_fail(reterr, MM_E_INVALID, "trusted_proxies", "at most %d blocks", MM_PROXIES_MAX);
	for (size_t i = 0; i < count; i++) {
		if (!parse_block(blocks[i], &p.block[i].base, &p.block[i].bits))
			return mm_fail(reterr, MM_E_INVALID, "trusted_proxies",
				       "\"%.60s\" is not an address; write 10.0.0.5 or 10.0.0.0/8",
				       blocks[i]);
	}
	*ret = p;
	return MM_OK;
}

static bool in_block(const struct mm_address *base, unsigned bits, const struct mm_address *a)
{
	size_t whole = bits / 8;
	unsigned rest = bits % 8;

	if (memcmp(base->byte, a->byte, whole) != 0)
		return false;
	return rest == 0 || ((base->byte[whole] ^ a->byte[whole]) >> (8 - rest)) == 0;
}

bool mm_proxies_has(const struct mm_proxies *p, const struct mm_address *a)
{
	for (size_t i = 0; i < p->count; i++) {
		if (in_block(&p->block[i].base, p->block[i].bits, a))
			return true;
	}
	return false;
}

/* "/a/b": what may stand between the host and our own paths. */
static bool is_prefix(const char *text, size_t n)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~./";

	if (n < 2 || n > 200 || text[0] != '/' || text[n - 1] == '/')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!text[i] || !strchr(fine, text[i]))
			return false;
		if (text[i] == '/' && (text[i + 1] == '/' || text[i + 1] == '.'))
			return false; /* no empty and no dot segments */
	}
	return true;
}

enum mm_code mm_public_url_check(const char *url, struct mm_err *reterr)
{
	const char *host = mm_text_starts(url, "https://")  ? url + 8
			   : mm_text_starts(url, "http://") ? url + 7
							    : NULL;
	size_t n = host ? strcspn(host, "/") : 0;

	if (!host || !mm_gate_is_host(host, n) || (host[n] && !is_prefix(host + n, strlen(host + n))))
		return mm_fail(reterr, MM_E_INVALID, "public_url",
			       "write https://host or https://host/prefix, without a slash at the end");
	return MM_OK;
}

/* The last element of a list: the one that the proxy nearest to us wrote; what stands before it may come from
 * anybody. */
static const char *last_element(const char *list, size_t *ret_len)
{
	const char *comma = strrchr(list, ',');
	const char *p = comma ? comma + 1 : list;
	size_t n;

	p += strspn(p, " \t");
	n = strlen(p);
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	*ret_len = n;
	return p;
}

/* scheme://host/prefix. By hand: every request needs it, and printf takes longer than the rest of its head.
 */
static const char *join(struct mm_arena *mem, const char *scheme, const char *host, size_t host_len,
			const char *prefix, size_t prefix_len)
{
	size_t n = strlen(scheme);
	char *text = mm_arena_alloc(mem, n + 3 + host_len + prefix_len + 1);

	if (!text)
		return NULL;
	memcpy(text, scheme, n);
	memcpy(text + n, "://", 3);
	memcpy(text + n + 3, host, host_len);
	memcpy(text + n + 3 + host_len, prefix, prefix_len);
	return text;
}

static const char *base_from_headers(bool trusted, struct mm_request *r)
{
	const char *host = mm_request_header(r, "Host"), *list, *text, *prefix = "", *scheme = "http";
	size_t n, host_len, prefix_len = 0;

	if (!host)
		host = "localhost";
	host_len = strlen(host);
	if (trusted && (list = mm_request_header(r, "X-Forwarded-Proto")) != NULL) {
		text = last_element(list, &n);
		if (n == 5 && !strncasecmp(text, "https", 5))
			scheme = "https";
	}
	if (trusted && (list = mm_request_header(r, "X-Forwarded-Host")) != NULL) {
		text = last_element(list, &n);
		if (mm_gate_is_host(text, n)) {
			host = text;
			host_len = n;
		}
	}
	if (trusted && (list = mm_request_header(r, "X-Forwarded-Prefix")) != NULL) {
		text = last_element(list, &n);
		while (n > 1 && text[n - 1] == '/')
			n--;
		if (is_prefix(text, n)) {
			prefix = text;
			prefix_len = n;
		}
	}
	return join(r->mem, scheme, host, host_len, prefix, prefix_len);
}

/* Walks X-Forwarded-For from the right while the hops are trusted. */
static struct mm_address client_of(const struct mm_proxies *p, struct mm_address peer, const char *list)
{
	size_t end = list ? strlen(list) : 0;

	while (end && mm_proxies_has(p, &peer)) {
		size_t begin = end;
		struct mm_address hop;
		const char *text;
		size_t n;

		while (begin && list[begin - 1] != ',')
			begin--;
		text = list + begin;
		n = end - begin;
		while (n && (*text == ' ' || *text == '\t')) {
			text++;
			n--;
		}
		while (n && (text[n - 1] == ' ' || text[n - 1] == '\t'))
			n--;
		if (!mm_address_parse(text, n, &hop))
			break;
		peer = hop;
		end = begin ? begin - 1 : 0;
	}
	return peer;
}

bool mm_forwarded_apply(const struct mm_proxies *p, const char *public_url, const struct mm_address *peer,
			struct mm_request *r)
{
	bool trusted = mm_proxies_has(p, peer);
	struct mm_address client;
	char text[MM_ADDRESS_TEXT_MAX];

	if (trusted) {
		client = client_of(p, *peer, mm_request_header(r, "X-Forwarded-For"));
		mm_address_format(&client, text);
		r->client = mm_arena_text(r->mem, text, strlen(text));
	}
	r->base_url = public_url ? public_url : base_from_headers(trusted, r);
	return r->client && r->base_url;
}

const char *mm_request_client_name(const struct mm_request *r)
{
	enum { HOST = MM_ADDRESS_BYTES / 2 };
	struct mm_address a;
	char text[MM_ADDRESS_TEXT_MAX];

	if (!mm_address_parse(r->client, strlen(r->client), &a))
		return r->client;
	if (mm_address_is_loopback(&a))
		return "";
	if (!is_v4(&a))
		memset(a.byte + HOST, 0, HOST);
	mm_address_format(&a, text);
	return mm_arena_text(r->mem, text, strlen(text));
}
