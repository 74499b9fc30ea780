#include "api/wfs/ask.h"
#include "base/text.h"
#include "encode/xml_name.h"
#include "http/wire.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api_fixture.h"

/* Requests to the Web Feature Service, in query strings and as XML: each is answered, in XML, and what is
 * read is within its bounds. Edits are read to the end, and then find that nothing may be written. */

static struct mm_api api;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return api_fixture(&api) ? 0 : -1;
}

/* "a=b&c=d", as it stands: nothing is decoded, so that every byte can be reached. */
static void split(char *text, struct mm_request *r)
{
	for (char *at = text; at && r->param_count < MM_PARAMS_MAX;) {
		char *end = strchr(at, '&'), *value;

		if (end)
			*end = '\0';
		value = strchr(at, '=');
		if (value)
			*value = '\0';
		r->param[r->param_count++] = (struct mm_param){at, value ? value + 1 : ""};
		at = end ? end + 1 : NULL;
	}
}

static void check_ask(const struct mm_request *r)
{
	struct mm_wfs_ask a;
	struct mm_err err = {0};

	if (mm_wfs_read(r, &a, &err)) {
		MM_CHECK(*err.msg);
		return;
	}
	MM_CHECK(a.operation < MM_WFS_OPERATION_COUNT && a.version < MM_WFS_VERSION_COUNT);
	MM_CHECK(a.query_count <= MM_WFS_QUERIES_MAX && a.types.count <= MM_WFS_TYPES_MAX);
	for (size_t i = 0; i < a.query_count; i++)
		MM_CHECK(a.query[i].type || a.stored_id);
}

static void answer(struct mm_request *r)
{
	static struct mm_wire wire = {
	    .line = {{"Host", "localhost", 4, 9}, {"Content-Type", "text/xml", 12, 8}}, .line_count = 2};
	struct mm_response rs = {.status = 200};
	bool is_done = false;

	r->wire = &wire;
	mm_buf_init(&rs.body, 16 << 20);
	MM_CHECK(mm_api_wfs(&api, r, &rs, NULL) == MM_OK);
	MM_CHECK(rs.body.len && rs.content_type && !rs.body.failed);
	MM_CHECK(mm_text_utf8_valid((const char *)rs.body.data, rs.body.len) == rs.body.len);
	while (rs.source.state && !is_done)
		MM_CHECK(rs.source.read(rs.source.state, &rs.body, &is_done));
	mm_body_source_close(&rs.source);
	mm_buf_release(&rs.body);
}

static void check_name(const char *text, size_t n, struct mm_arena *mem)
{
	struct mm_buf b;
	const char *back;

	mm_buf_init(&b, 16 << 20);
	mm_xml_name_put(&b, text, n);
	back = mm_xml_name_read((const char *)b.data, b.len, mem);
	MM_CHECK(!b.failed && back && strcmp(back, text) == 0);
	mm_buf_release(&b);
}

/* An XML body begins with "<". */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mm_request r = {.method = MM_GET,
			       .base_url = "http://localhost",
			       .path = "/wfs",
			       .query = "",
			       .client = "127.0.0.1"};
	char *text;
	MM_ARENA_SCOPE(mem, 64 << 20);

	if (!size || memchr(data, '\0', size) || mm_text_utf8_valid((const char *)data, size) != size)
		return 0;
	text = mm_arena_text(&mem, (const char *)data, size);
	check_name(text, size, &mem);
	r.mem = &mem;
	if (*data == '<') {
		r.method = MM_POST;
		r.body = data;
		r.body_len = size;
	} else {
		split(text, &r);
	}
	check_ask(&r);
	answer(&r);
	return 0;
}
