#include "made.h"

#include "http/forwarded.h"

static struct mm_address address(const char *text)
{
	struct mm_address a = {{0}};

	assert_true(mm_address_parse(text, strlen(text), &a));
	return a;
}

static void addresses_are_read_as_proxies_write_them(void **state)
{
	static const struct {
		const char *text, *out;
	} rows[] = {
	    {"192.0.2.1", "192.0.2.1"},      {"192.0.2.1:4711", "192.0.2.1"},
	    {"2001:DB8::1", "2001:db8::1"},  {"[2001:db8::1]:443", "2001:db8::1"},
	    {"::ffff:10.0.0.1", "10.0.0.1"}, {"[::1]", "::1"},
	};
	static const char *const bad[] = {"",   "unknown", "10.0.0",   "10.0.0.256",
					  "_x", "[::1",    "1.2.3.4 ", "::g"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mm_address a = address(rows[i].text);
		char text[MM_ADDRESS_TEXT_MAX];

		mm_address_format(&a, text);
		assert_string_equal(text, rows[i].out);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct mm_address a;

		if (mm_address_parse(bad[i], strlen(bad[i]), &a))
			fail_msg("%s", bad[i]);
	}
}

static void blocks_hold_their_addresses(void **state)
{
	static const char *const blocks[] = {"10.0.0.0/8", "192.0.2.7", "2001:db8::/33"};
	static const char *const in[] = {"10.255.0.1", "192.0.2.7", "2001:db8:7fff::1", "::ffff:10.1.1.1"};
	static const char *const out[] = {"11.0.0.1", "192.0.2.8", "2001:db8:8000::1", "::1"};
	static const char *const bad[] = {"10.0.0.0/33", "10.0.0.0/-1", "::/129", "x", "10.0.0.0/", ""};
	struct mm_proxies p;
	struct mm_err err = {0};

	(void)state;
	assert_int_equal(mm_proxies_parse(blocks, 3, &p, NULL), MM_OK);
	for (size_t i = 0; i < COUNT(in); i++) {
		struct mm_address a = address(in[i]), b = address(out[i]);

		assert_true(mm_proxies_has(&p, &a));
		assert_false(mm_proxies_has(&p, &b));
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(mm_proxies_parse(&bad[i], 1, &p, &err), MM_E_INVALID);
	assert_int_equal(p.count, 3); /* untouched */
}

static void public_urls_are_absolute_without_a_slash_at_the_end(void **state)
{
	static const char *const good[] = {"https://map.example.org", "http://h:8080/maps",
					   "https://[::1]/a/b"};
	static const char *const bad[] = {"",
					  "map.example.org",
					  "ftp://h",
					  "https://",
					  "https://h/",
					  "https://h/a/",
					  "https://h/?x",
					  "https://h/a/../b",
					  "https://u@h",
					  "https://h//a",
					  "https://h/%41"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(mm_public_url_check(good[i], NULL), MM_OK);
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (!mm_public_url_check(bad[i], NULL))
			fail_msg("%s", bad[i]);
	}
}

/* X-Forwarded-* of a peer that is no listed proxy changes nothing; a fixed public URL beats all of them. */
static void only_trusted_peers_change_who_we_are(void **state)
{
	static const char *const blocks[] = {"10.0.0.0/8"};
	static const struct {
		const char *peer, *public_url;
		const char *line[5];
		const char *base, *client;
	} rows[] = {
	    {"192.0.2.9", NULL, {"Host: h:81"}, "http://h:81", "192.0.2.9"},
	    {"192.0.2.9",
	     NULL,
	     {"Host: h", "X-Forwarded-Host: evil", "X-Forwarded-Proto: https", "X-Forwarded-For: 1.1.1.1"},
	     "http://h",
	     "192.0.2.9"},
	    {"10.0.0.1",
	     NULL,
	     {"Host: h", "X-Forwarded-Host: map.org", "X-Forwarded-Proto: https", "X-Forwarded-Prefix: /m/"},
	     "https://map.org/m",
	     "10.0.0.1"},
	    {"10.0.0.1", NULL, {"Host: h", "X-Forwarded-Host: e\"vil"}, "http://h", "10.0.0.1"},
	    {"10.0.0.1", NULL, {"Host: h", "X-Forwarded-Host: evil, good"}, "http://good", "10.0.0.1"},
	    {"10.0.0.1", NULL, {"Host: h", "X-Forwarded-Prefix: /a/../b"}, "http://h", "10.0.0.1"},
	    {"10.0.0.1", NULL, {"Host: h", "X-Forwarded-Prefix: //evil"}, "http://h", "10.0.0.1"},
	    {"10.0.0.1", NULL, {"Host: h", "X-Forwarded-Prefix: /"}, "http://h", "10.0.0.1"},
	    {"10.0.0.1", "https://p/x", {"Host: h", "X-Forwarded-Host: m"}, "https://p/x", "10.0.0.1"},
	    {"10.0.0.1",
	     NULL,
	     {"Host: h", "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.2"},
	     "http://h",
	     "1.2.3.4"},
	    {"10.0.0.1",
	     NULL,
	     {"Host: h", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 1.2.3.4"},
	     "http://h",
	     "1.2.3.4"},
	    {"10.0.0.1", NULL, {"Host: h", "X-Forwarded-For: unknown, 10.0.0.2"}, "http://h", "10.0.0.2"},
	    {"10.0.0.1", NULL, {"Host: h", "X-Forwarded-For: 10.0.0.3"}, "http://h", "10.0.0.3"},
	};
	struct mm_proxies p;

	(void)state;
	assert_int_equal(mm_proxies_parse(blocks, 1, &p, NULL), MM_OK);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mm_address peer = address(rows[i].peer);
		struct made m;

		make(&m, "/", rows[i].line);
		m.r.client = rows[i].peer;
		assert_true(mm_forwarded_apply(&p, rows[i].public_url, &peer, &m.r));
		assert_string_equal(m.r.base_url, rows[i].base);
		assert_string_equal(m.r.client, rows[i].client);
		unmake(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_are_read_as_proxies_write_them),
	    cmocka_unit_test(blocks_hold_their_addresses),
	    cmocka_unit_test(public_urls_are_absolute_without_a_slash_at_the_end),
	    cmocka_unit_test(only_trusted_peers_change_who_we_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
