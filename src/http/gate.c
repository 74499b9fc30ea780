#include "http/gate.h"

#include <string.h>
#include <strings.h>

static const char *const method_names[MM_METHOD_COUNT] = {"GET", "HEAD",  "OPTIONS", "POST",
							  "PUT", "PATCH", "DELETE"};

static struct mm_verdict refuse(int status, const char *why)
{
	return (struct mm_verdict){status, why};
}

static struct mm_verdict passed(void)
{
	return refuse(0, NULL);
}

const char *mm_method_name(enum mm_method method)
{
	return method < MM_METHOD_COUNT ? method_names[method] : "?";
}

const char *mm_gate_allow(unsigned methods, struct mm_arena *mem)
{
	char text[64]; /* all seven names and their commas take 45 bytes */
	size_t at = 0;

	methods |= 1u << MM_OPTIONS;
	if (methods & 1u << MM_GET)
		methods |= 1u << MM_HEAD;
	for (size_t i = 0; i < MM_METHOD_COUNT; i++) {
		size_t n = strlen(method_names[i]);

		if (!(methods & 1u << i))
			continue;
		if (at) {
			memcpy(text + at, ", ", 2);
			at += 2;
		}
		memcpy(text + at, method_names[i], n);
		at += n;
	}
	return mm_arena_text(mem, text, at);
}

/* Letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 5.6.2), a bit each. */
static const uint64_t in_token[2] = {0x3ff6cfa00000000u, 0x57ffffffc7fffffeu};

/* Letters, digits and -._ . */
static const uint64_t in_name[2] = {0x03ff600000000000u, 0x07fffffe87fffffeu};

/* Hexadecimal digits, ':' and '.'. */
static const uint64_t in_v6[2] = {0x07ff400000000000u, 0x0000007e0000007eu};

/* How many of the n bytes, from the first, are in the set. */
static size_t span(const char *text, size_t n, const uint64_t set[2])
{
	size_t i = 0;

	while (i < n && (unsigned char)text[i] < 128 && set[text[i] >> 6] >> (text[i] & 63) & 1)
		i++;
	return i;
}

static bool is_token(const char *text, size_t n)
{
	return n > 0 && span(text, n, in_token) == n;
}

/* Whether one of eight bytes is below 0x20 or is 0x7f (Bit Twiddling Hacks, "hasless" and "haszero"). */
static bool has_control(const char *eight)
{
	const uint64_t ones = 0x0101010101010101u, tops = ones * 0x80;
	uint64_t v, del;

	memcpy(&v, eight, 8);
	del = v ^ ones * 0x7f;
	return (((v - ones * 0x20) & ~v) | ((del - ones) & ~del)) & tops;
}

static bool is_value(const char *text, size_t n)
{
	size_t i = 0;

	while (i + 8 <= n && !has_control(text + i))
		i += 8;
	for (; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool is_port(const char *text, size_t n)
{
	unsigned port = 0;

	if (n < 1 || n > 5)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	return port >= 1 && port <= 65535;
}

bool mm_gate_is_host(const char *text, size_t n)
{
	size_t at = 0;

	if (n == 0 || n > MM_HOST_MAX + 6 || memchr(text, '\0', n))
		return false;
	if (text[0] == '[') {
		at = 1 + span(text + 1, n - 1, in_v6);
		if (at < 4 || at >= n || text[at] != ']') /* "[::" is the shortest beginning */
			return false;
		at++;
	} else {
		at = span(text, n, in_name);
		if (at == 0 || at > MM_HOST_MAX)
			return false;
	}
	if (at == n)
		return true;
	return text[at] == ':' && is_port(text + at + 1, n - at - 1);
}

/* What is counted while walking the header lines. */
struct tally {
	unsigned hosts, lengths, encodings;
	const struct mm_header_line *length, *encoding;
};

static struct mm_verdict check_length(const struct mm_header_line *h, uint64_t *ret)
{
	uint64_t v = 0;

	if (h->value_len < 1 || h->value_len > 18) /* 10^18 fits 64 bits */
		return refuse(400, "Content-Length is not a number");
	for (size_t i = 0; i < h->value_len; i++) {
		if (h->value[i] < '0' || h->value[i] > '9')
			return refuse(400, "Content-Length is not a number");
		v = v * 10 + (uint64_t)(h->value[i] - '0');
	}
	*ret = v;
	return passed();
}

static bool is_named(const struct mm_header_line *h, const char *name)
{
	return h->name_len == strlen(name) && !strncasecmp(h->name, name, h->name_len);
}

static struct mm_verdict check_line(const struct mm_header_line *h, struct tally *t)
{
	if (!is_token(h->name, h->name_len))
		return refuse(400, "a header name has characters that are not allowed");
	if (!is_value(h->value, h->value_len))
		return refuse(400, "a header value has control characters");
	if (is_named(h, "Host")) {
		t->hosts++;
		if (!mm_gate_is_host(h->value, h->value_len))
			return refuse(400, "Host is not a host name with an optional port");
	} else if (is_named(h, "Content-Length")) {
		t->lengths++;
		t->length = h;
	} else if (is_named(h, "Transfer-Encoding")) {
		t->encodings++;
		t->encoding = h;
	} else if (is_named(h, "Content-Encoding")) {
		/* a body of 1 MiB could unpack to gigabytes */
		return refuse(415, "send the body without Content-Encoding");
	} else if (is_named(h, "Expect") && strcasecmp(h->value, "100-continue") != 0) {
		return refuse(417, "only Expect: 100-continue is known");
	}
	return passed();
}

static struct mm_verdict check_framing(const struct tally *t, const char *version, struct mm_body_plan *plan)
{
	struct mm_verdict v = passed();

	if (t->hosts != 1)
		return refuse(400, "exactly one Host header is needed");
	if (t->lengths > 1 || t->encodings > 1 || (t->lengths && t->encodings))
		return refuse(400, "the length of the body is stated more than once");
	if (t->encodings) {
		if (strcasecmp(t->encoding->value, "chunked") != 0 || strcmp(version, "HTTP/1.1") != 0)
			return refuse(400, "the only Transfer-Encoding is chunked, in HTTP/1.1");
		*plan = (struct mm_body_plan){.expected = true, .chunked = true};
	}
	if (t->lengths) {
		v = check_length(t->length, &plan->bytes);
		plan->expected = !v.status && plan->bytes > 0;
	}
	return v;
}

bool mm_method_find(const char *text, enum mm_method *ret)
{
	for (size_t i = 0; i < MM_METHOD_COUNT; i++) {
		if (!strcmp(text, method_names[i])) {
			*ret = (enum mm_method)i;
			return true;
		}
	}
	return false;
}

struct mm_verdict mm_gate_head(const struct mm_head *head, enum mm_method *ret_method,
			       struct mm_body_plan *ret_body)
{
	struct tally t = {0};
	struct mm_body_plan plan = {0};
	enum mm_method method = MM_GET;
	struct mm_verdict v;

	if (strcmp(head->version, "HTTP/1.1") != 0 && strcmp(head->version, "HTTP/1.0") != 0)
		return refuse(505, "speak HTTP/1.1 or HTTP/1.0");
	if (head->line_count > MM_HEADER_LINES_MAX)
		return refuse(431, "at most 64 header lines are read");
	for (size_t i = 0; i < head->line_count; i++) {
		v = check_line(&head->line[i], &t);
		if (v.status)
			return v;
	}
	v = check_framing(&t, head->version, &plan);
	if (!v.status && !mm_method_find(head->method, &method))
		return refuse(501, "this method is not known here");
	if (v.status)
		return v;
	if (plan.expected && method != MM_POST && method != MM_PUT && method != MM_PATCH)
		return refuse(400, "a request with this method has no body");
	*ret_method = method;
	*ret_body = plan;
	return passed();
}
