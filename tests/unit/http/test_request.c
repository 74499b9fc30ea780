#include "made.h"

#include "http/compress.h"

/* RFC 9110 12.5.1 and what browsers, QGIS and curl send */
static void accept_chooses_the_best_offer(void **state)
{
	static const struct mm_offer offers[] = {
	    {"application/geo+json", "json"}, {"text/html; charset=utf-8", "html"}, {"text/csv", "csv"}};
	static const struct {
		const char *target, *accept;
		enum mm_code code;
		size_t chosen;
	} rows[] = {
	    {"/", NULL, MM_OK, 0},
	    {"/", "Accept: */*", MM_OK, 0},
	    {"/", "Accept: ", MM_OK, 0},
	    {"/", "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", MM_OK, 1},
	    {"/", "Accept: text/*", MM_OK, 1},
	    {"/", "Accept: text/*;q=0.5, text/csv", MM_OK, 2},
	    {"/", "Accept: text/csv;q=0.1, */*;q=0", MM_OK, 2},
	    {"/", "Accept: TEXT/HTML ; level=1 ; Q=0.3 , application/geo+json;q=0.2", MM_OK, 1},
	    {"/", "Accept: a/b;x=\"q=1,text/html\", text/csv;q=0.001", MM_OK, 2},
	    {"/", "Accept: image/png", MM_E_NOT_FOUND, 9},
	    {"/", "Accept: text/html;q=0", MM_E_NOT_FOUND, 9},
	    {"/", "Accept: text/html;q=2", MM_E_NOT_FOUND, 9},
	    {"/", "Accept: ,,;;,", MM_E_NOT_FOUND, 9},
	    {"/?f=csv", "Accept: text/html", MM_OK, 2},
	    {"/?f=xml", "Accept: text/html", MM_E_INVALID, 9},
	    {"/?f=", NULL, MM_E_INVALID, 9},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *lines[] = {rows[i].accept, NULL};
		size_t chosen = 9;
		struct mm_err err = {0};
		struct made m;

		make(&m, rows[i].target, lines);
		if (mm_negotiate(&m.r, offers, 3, &chosen, &err) != rows[i].code || chosen != rows[i].chosen)
			fail_msg("row %zu: %zu", i, chosen);
		assert_int_equal(m.wire.not_acceptable, rows[i].code == MM_E_NOT_FOUND);
		assert_int_equal(m.wire.vary, mm_request_param(&m.r, "f") ? 0 : MM_VARY_ACCEPT);
		if (rows[i].code == MM_E_INVALID)
			assert_string_equal(err.msg, "write one of: json, html, csv");
		unmake(&m);
	}
}

static void languages_are_ru_or_en(void **state)
{
	static const struct {
		const char *target, *accept, *lang;
	} rows[] = {
	    {"/", NULL, "ru"},
	    {"/", "Accept-Language: en-US,en;q=0.9", "en"},
	    {"/", "Accept-Language: ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"},
	    {"/", "Accept-Language: de, en;q=0.5, ru;q=0.4", "en"},
	    {"/", "Accept-Language: de", "ru"},
	    {"/", "Accept-Language: *", "ru"},
	    {"/", "Accept-Language: eng", "ru"},
	    {"/?lang=en", "Accept-Language: ru", "en"},
	    {"/?lang=tt", "Accept-Language: en", "en"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *lines[] = {rows[i].accept, NULL};
		struct made m;

		make(&m, rows[i].target, lines);
		assert_string_equal(mm_request_lang(&m.r, "ru"), rows[i].lang);
		unmake(&m);
	}
}

static void only_known_parameters_once(void **state)
{
	static const char *const known[] = {"limit", "bbox", "f"};
	static const struct {
		const char *target;
		enum mm_code code;
		const char *where;
	} rows[] = {
	    {"/?limit=1&f=json", MM_OK, ""},      {"/", MM_OK, ""},
	    {"/?limt=1", MM_E_INVALID, "limt"},   {"/?f=json&f=html", MM_E_INVALID, "f"},
	    {"/?LIMIT=1", MM_E_INVALID, "LIMIT"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mm_err err = {0};
		struct made m;

		make(&m, rows[i].target, NULL);
		assert_int_equal(mm_request_only(&m.r, known, 3, &err), rows[i].code);
		assert_string_equal(err.where, rows[i].where);
		if (!strcmp(rows[i].where, "limt"))
			assert_non_null(strstr(err.msg, "limit"));
		unmake(&m);
	}
}

static void headers_of_one_name_are_one_list(void **state)
{
	static const char *const lines[] = {"Host: h", "X-A: 1", "x-a: 2", "X-B: 3", NULL};
	struct made m;

	(void)state;
	make(&m, "/", lines);
	assert_string_equal(mm_request_header(&m.r, "X-a"), "1, 2");
	assert_string_equal(mm_request_header(&m.r, "x-b"), "3");
	assert_null(mm_request_header(&m.r, "x"));
	m.r.wire = NULL;
	assert_null(mm_request_header(&m.r, "Host"));
	unmake(&m);
}

static void encodings_follow_the_quality(void **state)
{
	static const struct {
		const char *accept;
		enum mm_encoding chosen;
	} rows[] = {
	    {NULL, MM_ENCODING_NONE},
	    {"", MM_ENCODING_NONE},
	    {"gzip", MM_ENCODING_GZIP},
	    {"GZIP;q=0.1", MM_ENCODING_GZIP},
	    {"gzip, deflate", MM_ENCODING_GZIP},
	    {"gzip, deflate, br", MM_ENCODING_BR},
	    {"gzip, deflate, br, zstd", MM_ENCODING_ZSTD},
	    {"gzip;q=1, br;q=0.9, zstd;q=0.8", MM_ENCODING_GZIP},
	    {"gzip;q=0, br;q=0", MM_ENCODING_NONE},
	    {"*", MM_ENCODING_ZSTD},
	    {"*;q=0", MM_ENCODING_NONE},
	    {"zstd;q=0, *;q=0.5", MM_ENCODING_BR},
	    {"identity, gzip;q=0.5", MM_ENCODING_NONE},
	    {"identity;q=0.5, gzip;q=0.5", MM_ENCODING_GZIP},
	    {"identity;q=0", MM_ENCODING_NONE},
	    {"deflate, compress", MM_ENCODING_NONE},
	    {"gzipped", MM_ENCODING_NONE},
	};
	struct mm_codings all, some;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mm_codings c = mm_codings_read(rows[i].accept);

		if (mm_codings_choose(&c, MM_ENCODINGS_ALL) != rows[i].chosen)
			fail_msg("%s", rows[i].accept);
	}
	all = mm_codings_read("gzip, br, zstd");
	assert_int_equal(mm_codings_choose(&all, 1u << MM_ENCODING_GZIP), MM_ENCODING_GZIP);
	some = mm_codings_read("gzip, zstd;q=0");
	assert_int_equal(mm_codings_accepted(&some), 1u << MM_ENCODING_NONE | 1u << MM_ENCODING_GZIP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(accept_chooses_the_best_offer),
	    cmocka_unit_test(languages_are_ru_or_en),
	    cmocka_unit_test(only_known_parameters_once),
	    cmocka_unit_test(headers_of_one_name_are_one_list),
	    cmocka_unit_test(encodings_follow_the_quality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
