#include "api/features/features.h"
#include "base/text.h"
#include "http/wire.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api_fixture.h"

/* Bodies of searches, as JSON and as forms, to the very page of features: each is answered, or refused in
 * words. */

static struct mm_api api;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return api_fixture(&api) ? 0 : -1;
}

static void answer(struct mm_request *r)
{
	struct mm_response rs = {.status = 200};
	struct mm_err err = {0};
	bool is_done = false;
	enum mm_code rc;

	mm_buf_init(&rs.body, 16 << 20);
	rc = mm_api_items_search(&api, r, &rs, &err);
	MM_CHECK(rc != MM_E_INTERNAL && rc != MM_E_DATA && rc != MM_E_IO);
	if (rc)
		MM_CHECK(*err.msg);
	while (!rc && rs.source.state && !is_done)
		MM_CHECK(rs.source.read(rs.source.state, &rs.body, &is_done));
	if (!rc)
		MM_CHECK(mm_text_utf8_valid((const char *)rs.body.data, rs.body.len) == rs.body.len);
	mm_body_source_close(&rs.source);
	mm_buf_release(&rs.body);
}

/* A JSON body begins with a bracket; all else is a form. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mm_wire json = {.line = {{"Host", "localhost", 4, 9},
					       {"Content-Type", "application/json", 12, 16}},
				      .line_count = 2},
			      form = {.line = {{"Host", "localhost", 4, 9},
					       {"Content-Type", "application/x-www-form-urlencoded", 12, 33}},
				      .line_count = 2};
	struct mm_request r = {.method = MM_POST,
			       .base_url = "http://localhost",
			       .path = "/collections/fixture/search",
			       .segment = {"collections", "fixture", "search"},
			       .segment_count = 3,
			       .query = "",
			       .client = "127.0.0.1",
			       .body = data,
			       .body_len = size,
			       .stop_fd = -1};
	MM_ARENA_SCOPE(mem, 64 << 20);

	if (!size)
		return 0;
	r.mem = &mem;
	r.wire = *data == '{' || *data == '[' ? &json : &form;
	answer(&r);
	return 0;
}
