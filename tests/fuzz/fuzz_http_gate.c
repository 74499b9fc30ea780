/*
 * libFuzzer: request line and header lines through the gate, then everything that reads them. The input is
 * "METHOD target version" and "Name: value" lines, apart by '\n'.
 */
#include "base/text.h"
#include "http/compress.h"
#include "http/etag.h"
#include "http/forwarded.h"
#include "http/target.h"
#include "http/wire.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Next piece up to `stop`, NUL-terminated in the arena; moves the rest on. */
static const char *cut(struct mm_arena *mem, const char **at, size_t *left, char stop, size_t *ret_len)
{
	const char *end = *left ? memchr(*at, stop, *left) : NULL, *text;
	size_t n = end ? (size_t)(end - *at) : *left;

	text = mm_arena_text(mem, *at, n);
	*at += end ? n + 1 : n;
	*left -= end ? n + 1 : n;
	*ret_len = n;
	return text ? text : "";
}

static void read_lines(struct mm_arena *mem, const char *at, size_t left, struct mm_wire *w)
{
	while (left && w->line_count < MM_HEADER_LINES_MAX) {
		struct mm_header_line *h = &w->line[w->line_count];
		const char *line;
		size_t n;

		line = cut(mem, &at, &left, '\n', &n);
		h->name = cut(mem, &line, &n, ':', &h->name_len);
		while (n && (*line == ' ' || *line == '\t')) {
			line++;
			n--;
		}
		h->value = mm_arena_text(mem, line, n);
		if (!h->value)
			return;
		h->value_len = n;
		w->line_count++;
	}
}

/* What every passed request promises. */
static void check_request(const struct mm_request *r)
{
	MM_CHECK(r->path[0] == '/');
	for (size_t i = 0; i < r->segment_count; i++) {
		size_t n = strlen(r->segment[i]);

		MM_CHECK(mm_text_utf8_valid(r->segment[i], n) == n);
		MM_CHECK(strcmp(r->segment[i], ".") != 0 && strcmp(r->segment[i], "..") != 0);
	}
	for (size_t i = 0; i < r->param_count; i++) {
		for (const char *p = r->param[i].value; *p; p++)
			MM_CHECK((unsigned char)*p >= 0x20);
	}
}

static void use(struct mm_request *r)
{
	static const char *const known[] = {"limit", "bbox", "f"};
	static const struct mm_offer offers[] = {{"application/json", "json"}, {"text/html", "html"}};
	static const char *const blocks[] = {"10.0.0.0/8", "::/1"};
	struct mm_address peer = {{0}};
	struct mm_proxies proxies;
	size_t chosen = 0;

	(void)!mm_request_only(r, known, 3, NULL);
	(void)!mm_negotiate(r, offers, 2, &chosen, NULL);
	MM_CHECK(chosen < 2);
	(void)mm_request_lang(r, "ru");
	(void)mm_request_encoding(r, MM_ENCODINGS_ALL);
	(void)mm_request_is_fresh(r, "v");
	if (mm_proxies_parse(blocks, 2, &proxies, NULL) != MM_OK)
		return;
	if (mm_forwarded_apply(&proxies, NULL, &peer, r))
		MM_CHECK(strpbrk(r->base_url, " \"<>\r\n\\") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *target;
	struct mm_head head = {0};
	struct mm_body_plan plan = {0};
	struct mm_request r = {0};
	struct mm_wire wire = {0};
	size_t target_len, n;
	MM_ARENA_SCOPE(mem, 1 << 20);

	r.mem = &mem;
	r.wire = &wire;
	head.method = cut(&mem, &at, &size, ' ', &n);
	target = cut(&mem, &at, &size, ' ', &target_len);
	head.version = cut(&mem, &at, &size, '\n', &n);
	read_lines(&mem, at, size, &wire);
	head.line = wire.line;
	head.line_count = wire.line_count;
	if (mm_target_parse(target, target_len, &r).status == 0) {
		check_request(&r);
		if (mm_gate_head(&head, &r.method, &plan).status == 0)
			use(&r);
	}
	return 0;
}
