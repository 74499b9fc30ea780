#include "made.h"

#include "http/compress.h"
#include "http/etag.h"
#include "http/reply.h"
#include "http/status.h"

/* RFC 9110 13.1.2: weak comparison, lists, "*" */
static void tags_match_in_every_accepted_encoding(void **state)
{
	static const struct {
		const char *header;
		unsigned accepted;
		bool match;
		enum mm_encoding encoding;
	} rows[] = {
	    {NULL, MM_ENCODINGS_ALL, false, MM_ENCODING_COUNT},
	    {"\"v\"", 1, true, MM_ENCODING_NONE},
	    {"W/\"v\"", 1, true, MM_ENCODING_NONE},
	    {"*", 1, true, MM_ENCODING_NONE},
	    {"\"x\", W/\"y\" ,\"v-gz\"", MM_ENCODINGS_ALL, true, MM_ENCODING_GZIP},
	    {"\"v-br\", \"v-gz\"", 1u | 1u << MM_ENCODING_GZIP, true, MM_ENCODING_GZIP},
	    {"\"v-zst\"", MM_ENCODINGS_ALL, true, MM_ENCODING_ZSTD},
	    {"\"v-br\"", 1, false, MM_ENCODING_COUNT},
	    {"\"v-xx\"", MM_ENCODINGS_ALL, false, MM_ENCODING_COUNT},
	    {"\"V\"", MM_ENCODINGS_ALL, false, MM_ENCODING_COUNT},
	    {"v", MM_ENCODINGS_ALL, false, MM_ENCODING_COUNT},
	    {"\"v", MM_ENCODINGS_ALL, false, MM_ENCODING_COUNT},
	    {"", MM_ENCODINGS_ALL, false, MM_ENCODING_COUNT},
	    {"\"\",,\"v\"", MM_ENCODINGS_ALL, true, MM_ENCODING_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum mm_encoding encoding = MM_ENCODING_COUNT;

		if (mm_etag_match(rows[i].header, "v", rows[i].accepted, &encoding) != rows[i].match)
			fail_msg("%s", rows[i].header);
		assert_int_equal(encoding, rows[i].encoding);
	}
	assert_true(mm_etag_is_valid("0a-x"));
	assert_false(mm_etag_is_valid("a\"b"));
	assert_false(mm_etag_is_valid(""));
}

static void what_is_packed_unpacks(void **state)
{
	static unsigned char text[100000];
	static const enum mm_encoding kinds[] = {MM_ENCODING_GZIP, MM_ENCODING_BR, MM_ENCODING_ZSTD};

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)(i % 61 + i / 5000);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct mm_buf packed, back;

		mm_buf_init(&packed, 200000);
		mm_buf_init(&back, sizeof(text));
		assert_int_equal(mm_compress(kinds[i], text, sizeof(text), &packed, NULL), MM_OK);
		assert_true(packed.len < sizeof(text) / 2);
		if (kinds[i] == MM_ENCODING_BR) {
			assert_int_equal(mm_decompress(kinds[i], packed.data, packed.len, &back, NULL),
					 MM_E_INVALID);
		} else {
			assert_int_equal(mm_decompress(kinds[i], packed.data, packed.len, &back, NULL),
					 MM_OK);
			assert_int_equal(back.len, sizeof(text));
			assert_memory_equal(back.data, text, sizeof(text));
			assert_int_not_equal(
			    mm_decompress(kinds[i], packed.data, packed.len - 5, &back, NULL), MM_OK);
			back.max = 1000; /* a bomb stops at the buffer's maximum */
			mm_buf_release(&back);
			assert_int_not_equal(mm_decompress(kinds[i], packed.data, packed.len, &back, NULL),
					     MM_OK);
		}
		assert_int_equal(mm_decompress(kinds[i], "x", 1, &back, NULL), MM_E_INVALID);
		mm_buf_release(&packed);
		mm_buf_release(&back);
	}
}

/* Around the length from which another library packs, and of bytes that do not shrink. */
static void quick_packing_unpacks(void **state)
{
	static const size_t lengths[] = {0, 1, 1024, 4095, 4096, 4097, 70000, 1000000};
	static unsigned char bytes[1000000];
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(lengths); i++) {
		const size_t n = lengths[i / 2];
		struct mm_buf packed, again, back;

		mm_buf_init(&packed, 2000000);
		mm_buf_init(&again, 2000000);
		mm_buf_init(&back, sizeof(bytes));
		for (size_t k = 0; k < n; k++) {
			random = random * 1664525 + 1013904223;
			bytes[k] = (unsigned char)(i % 2 ? random >> 24 : k % 61 + k / 5000);
		}
		assert_int_equal(mm_compress_quick(MM_ENCODING_GZIP, bytes, n, &packed, NULL), MM_OK);
		assert_true(packed.len < (i % 2 || n < 1000 ? n + n / 64 + 100 : n / 2));
		assert_int_equal(mm_decompress(MM_ENCODING_GZIP, packed.data, packed.len, &back, NULL),
				 MM_OK);
		assert_int_equal(back.len, n);
		assert_true(n == 0 || !memcmp(back.data, bytes, n));
		assert_int_equal(mm_compress_quick(MM_ENCODING_GZIP, bytes, n, &again, NULL), MM_OK);
		assert_int_equal(again.len, packed.len);
		assert_memory_equal(again.data, packed.data, packed.len);
		mm_buf_release(&packed);
		mm_buf_release(&again);
		mm_buf_release(&back);
	}
}

static void media_types_that_shrink(void **state)
{
	(void)state;
	assert_true(mm_compressible("application/geo+json"));
	assert_true(mm_compressible("text/html; charset=utf-8"));
	assert_true(mm_compressible("application/vnd.oai.openapi+json;version=3.0"));
	assert_true(mm_compressible("application/vnd.mapbox-vector-tile"));
	assert_true(mm_compressible("image/svg+xml"));
	assert_false(mm_compressible("image/png"));
	assert_false(mm_compressible("application/pdf"));
	assert_false(mm_compressible(""));
}

static void fill(struct mm_response *rs, size_t n)
{
	*rs = (struct mm_response){.status = 200, .content_type = "application/json", .etag = "v"};
	mm_buf_init(&rs->body, 1 << 20);
	for (size_t i = 0; i < n; i++)
		mm_buf_byte(&rs->body, (unsigned char)('a' + i % 3));
}

static void answers_are_packed_when_it_pays(void **state)
{
	static const struct {
		const char *accept;
		size_t n;
		bool no_compress;
		const char *encoding, *etag, *vary;
	} rows[] = {
	    {"Accept-Encoding: gzip", 5000, false, "gzip", "\"v-gz\"", "Accept-Encoding"},
	    {"Accept-Encoding: gzip, br", 5000, false, "br", "\"v-br\"", "Accept-Encoding"},
	    {"Accept-Encoding: gzip", 500, false, NULL, "\"v\"", "Accept-Encoding"},
	    {"Accept-Encoding: gzip", 5000, true, NULL, "\"v\"", NULL},
	    {"Accept-Encoding: deflate", 5000, false, NULL, "\"v\"", "Accept-Encoding"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *lines[] = {rows[i].accept, NULL};
		struct mm_response rs;
		struct mm_reply p;
		struct made m;

		make(&m, "/", lines);
		fill(&rs, rows[i].n);
		rs.no_compress = rows[i].no_compress;
		mm_reply_finish(&p, &rs, &m.r);
		assert_int_equal(p.status, 200);
		if (rows[i].encoding)
			assert_string_equal(mm_reply_header(&p, "Content-Encoding"), rows[i].encoding);
		else
			assert_null(mm_reply_header(&p, "Content-Encoding"));
		assert_string_equal(mm_reply_header(&p, "ETag"), rows[i].etag);
		if (rows[i].vary)
			assert_string_equal(mm_reply_header(&p, "Vary"), rows[i].vary);
		assert_int_equal(p.body.len < rows[i].n, rows[i].encoding != NULL);
		assert_string_equal(mm_reply_header(&p, "cache-control"), "no-cache");
		assert_string_equal(mm_reply_header(&p, "Access-Control-Allow-Origin"), "*");
		assert_string_equal(mm_reply_header(&p, "X-Content-Type-Options"), "nosniff");
		mm_reply_release(&p);
		unmake(&m);
	}
}

static void a_client_that_holds_it_gets_304(void **state)
{
	static const char *const lines[] = {"If-None-Match: \"v-gz\"", "Accept-Encoding: gzip", NULL};
	static const enum mm_method methods[] = {MM_GET, MM_HEAD, MM_POST};

	(void)state;
	for (size_t i = 0; i < COUNT(methods); i++) {
		struct mm_response rs;
		struct mm_reply p;
		struct made m;

		make(&m, "/", lines);
		m.r.method = methods[i];
		assert_true(mm_request_is_fresh(&m.r, "v") == (methods[i] != MM_POST)); /* RFC 9110, 13.1.2 */
		assert_false(mm_request_is_fresh(&m.r, "w"));
		fill(&rs, 5000);
		mm_reply_finish(&p, &rs, &m.r);
		assert_int_equal(p.status, methods[i] == MM_POST ? 200 : 304);
		if (p.status == 304) {
			assert_int_equal(p.body.len, 0);
			assert_string_equal(mm_reply_header(&p, "ETag"), "\"v-gz\"");
			assert_null(mm_reply_header(&p, "Content-Encoding"));
		}
		mm_reply_release(&p);
		unmake(&m);
	}
}

static void shared_bytes_go_as_they_are_or_unpacked(void **state)
{
	static const char *const rows[] = {"Accept-Encoding: gzip", "Accept-Encoding: br", NULL};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *lines[] = {rows[i], NULL};
		struct mm_response rs = {
		    .status = 200, .content_type = "x/y", .shared_encoding = "gzip", .etag = "t"};
		struct mm_buf packed;
		struct mm_reply p;
		struct made m;

		mm_buf_init(&packed, 4096);
		assert_int_equal(mm_compress(MM_ENCODING_GZIP, "hello", 5, &packed, NULL), MM_OK);
		rs.shared = mm_shared_from_buf(&packed);
		mm_buf_init(&rs.body, 1000);
		make(&m, "/", lines);
		mm_reply_finish(&p, &rs, &m.r);
		assert_int_equal(p.shared != NULL, i == 0);
		assert_string_equal(mm_reply_header(&p, "ETag"), i == 0 ? "\"t-gz\"" : "\"t\"");
		assert_string_equal(mm_reply_header(&p, "Vary"), "Accept-Encoding");
		if (i)
			assert_memory_equal(p.body.data, "hello", 5);
		mm_reply_release(&p);
		unmake(&m);
	}
}

static void problems_say_what_the_client_may_know(void **state)
{
	static const struct {
		enum mm_code code;
		int status;
		const char *detail;
	} rows[] = {
	    {MM_E_INVALID, 400, "\"detail\":\"limit: from 1 to 10\""},
	    {MM_E_NOT_FOUND, 404, "\"detail\":\"limit: from 1 to 10\""},
	    {MM_E_LIMIT, 413, "from 1 to 10"},
	    {MM_E_DATA, 500, "\"detail\":\"from 1 to 10\""},
	    {MM_E_IO, 500, NULL},
	    {MM_E_NOMEM, 503, "from"},
	    {MM_E_BUSY, 503, "from"},
	    {MM_E_INTERNAL, 500, NULL},
	    {MM_E_GONE, 410, "from"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mm_err err = {0};
		struct mm_response rs;
		struct mm_reply p;
		struct made m;
		char text[1000] = "";

		make(&m, "/a%2Fb/%D1%83/?x=1", NULL);
		fill(&rs, 100);
		(void)mm_fail(&err, rows[i].code, "limit", "from 1 to 10");
		mm_response_problem(&rs, &m.r, &err);
		mm_reply_finish(&p, &rs, &m.r);
		assert_int_equal(p.status, rows[i].status);
		memcpy(text, p.body.data, p.body.len);
		assert_non_null(strstr(text, "\"type\":\"about:blank\""));
		assert_non_null(strstr(text, "\"instance\":\"/a%2Fb/%D1%83/\""));
		assert_non_null(strstr(text, mm_status_title(rows[i].status)));
		if (rows[i].detail)
			assert_non_null(strstr(text, rows[i].detail));
		else
			assert_null(strstr(text, "from"));
		assert_null(mm_reply_header(&p, "ETag"));
		assert_string_equal(mm_reply_header(&p, "Content-Type"), "application/problem+json");
		assert_string_equal(mm_reply_header(&p, "Cache-Control"), "no-store");
		assert_int_equal(mm_reply_header(&p, "Retry-After") != NULL, rows[i].status == 503);
		mm_reply_release(&p);
		unmake(&m);
	}
}

static void a_body_over_its_maximum_is_413(void **state)
{
	struct mm_response rs;
	struct mm_reply p;
	struct made m;

	(void)state;
	make(&m, "/", NULL);
	fill(&rs, 100);
	rs.body.failed = true;
	mm_reply_finish(&p, &rs, &m.r);
	assert_int_equal(p.status, 413);
	mm_reply_release(&p);
	unmake(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tags_match_in_every_accepted_encoding),
	    cmocka_unit_test(what_is_packed_unpacks),
	    cmocka_unit_test(quick_packing_unpacks),
	    cmocka_unit_test(media_types_that_shrink),
	    cmocka_unit_test(answers_are_packed_when_it_pays),
	    cmocka_unit_test(a_client_that_holds_it_gets_304),
	    cmocka_unit_test(shared_bytes_go_as_they_are_or_unpacked),
	    cmocka_unit_test(problems_say_what_the_client_may_know),
	    cmocka_unit_test(a_body_over_its_maximum_is_413),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
