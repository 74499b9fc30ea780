#include "check.h"

#include "base/xml.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct mm_xml *parse(const char *text, struct mm_arena *mem, struct mm_err *err)
{
	const struct mm_xml *root = NULL;

	if (mm_xml_parse(text, strlen(text), mem, &root, err))
		assert_null(root);
	return root;
}

static void a_text_becomes_a_tree(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_err err = {0};
	const struct mm_xml *root = parse("<?xml version='1.0' encoding='UTF-8'?>\n"
					  "<!-- a remark --><a:root xmlns:a='urn:a' xmlns='urn:b'>\n"
					  " <one a:id='1 &amp; &#x2f; &#38;#38;' id2=\"'&lt;&quot;\">  x<!-- "
					  "y -->&lt;z<![CDATA[<&]]> </one>\n"
					  " <a:two/><one>2</one></a:root>",
					  &mem, &err),
			    *one, *two;
	size_t n;

	(void)state;
	assert_non_null(root);
	assert_true(mm_xml_is(root, "root"));
	assert_string_equal(root->ns, "urn:a");
	assert_null(root->parent);
	assert_int_equal(root->line, 2);
	assert_int_equal(mm_xml_child_count(root), 3);
	one = mm_xml_child(root, "one");
	assert_string_equal(one->ns, "urn:b");
	assert_string_equal(one->text, "  x<z<& ");
	assert_int_equal(one->text_len, 8);
	assert_int_equal(one->line, 3);
	assert_memory_equal(mm_xml_trimmed(one, &n), "x<z<&", 5);
	assert_int_equal(n, 5);
	assert_string_equal(mm_xml_attribute(one, "id"), "1 & / &#38;");
	assert_string_equal(one->attribute[0].ns, "urn:a");
	assert_string_equal(mm_xml_attribute(one, "id2"), "'<\"");
	assert_string_equal(one->attribute[1].ns, "");
	assert_null(mm_xml_attribute(one, "id3"));
	two = mm_xml_child(root, "two");
	assert_string_equal(two->text, "");
	assert_true(two->parent == root);
	assert_string_equal(mm_xml_beside(one, "one")->text, "2");
	assert_null(mm_xml_beside(two, "two"));
	assert_null(mm_xml_child(root, "three"));
	assert_string_equal(mm_xml_local("app:streets"), "streets");
	assert_string_equal(mm_xml_local("streets"), "streets");
}

static void encodings_that_are_declared_are_read(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	const struct mm_xml *root =
	    parse("<?xml version='1.0' encoding='windows-1251'?><a b='\xce'>\xcb\xe8\xef\xe5\xf6\xea</a>",
		  &mem, NULL);

	(void)state;
	assert_non_null(root);
	assert_string_equal(root->text, "Липецк");
	assert_string_equal(mm_xml_attribute(root, "b"), "О");
	assert_non_null(parse("\xef\xbb\xbf<a>ё</a>", &mem, NULL));
}

static void prefixes_without_a_declaration_pass(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	const struct mm_xml *root = parse("<ogc:Filter gml:id='7'/>", &mem, NULL);

	(void)state;
	assert_non_null(root);
	assert_string_equal(root->name, "Filter");
	assert_string_equal(root->ns, "");
	assert_string_equal(mm_xml_attribute(root, "id"), "7");
}

static void what_is_not_well_formed_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    " ",
	    "a",
	    "<a",
	    "<a>",
	    "<a></b>",
	    "<a/><b/>",
	    "<a b/>",
	    "<a b='1' b='2'/>",
	    "<a>&unknown;</a>",
	    "<a b='&unknown;'/>",
	    "<a>\xff</a>",
	    "<a>\x01</a>",
	    "<a b='<'/>",
	    "<a>]]></a>",
	    "<!-- x -->",
	    "<?xml version='1.0' encoding='UTF-16'?><a/>",
	    "<?xml version='1.0' encoding='UTF-7'?><a/>",
	    "<?xml version='1.0' encoding='IBM037'?><a/>",
	    "<?xml version='1.0' encoding='no such'?><a/>",
	    "<!DOCTYPE a><a/>",
	    "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a/>",
	    "<!DOCTYPE a PUBLIC 'x' 'file:///etc/passwd'><a/>",
	    "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
	    "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
	    "<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///etc/passwd'> %b;]><a/>",
	    "<!DOCTYPE a [<!ENTITY a0 'ha'><!ENTITY a1 '&a0;&a0;'><!ENTITY a2 '&a1;&a1;'>]><a "
	    "b='&a2;'>&a2;</a>",
	    "<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]><a/>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		struct mm_err err = {0};

		if (parse(bad[i], &mem, &err))
			fail_msg("%s", bad[i]);
		assert_int_equal(err.code, MM_E_INVALID);
		assert_true(*err.msg);
		if (strstr(bad[i], "DOCTYPE"))
			assert_string_equal(err.msg, "line 1: leave the document type (DOCTYPE) out");
	}
}

/* A NUL ends no text early, and UTF-16 is not read by half. */
static void other_widths_are_refused(void **state)
{
	static const char wide[] = "<\0a\0/\0>\0", marked[] = "\xff\xfe<\0a\0/\0>\0", cut[] = "<a/>\0<";
	MM_ARENA_SCOPE(mem, 1 << 20);
	const struct mm_xml *root;

	(void)state;
	assert_int_equal(mm_xml_parse(wide, sizeof(wide) - 1, &mem, &root, NULL), MM_E_INVALID);
	assert_int_equal(mm_xml_parse(marked, sizeof(marked) - 1, &mem, &root, NULL), MM_E_INVALID);
	assert_int_equal(mm_xml_parse(cut, sizeof(cut) - 1, &mem, &root, NULL), MM_E_INVALID);
	assert_int_equal(mm_xml_parse("", 0, &mem, &root, NULL), MM_E_INVALID);
}

static void a_message_names_the_line(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	struct mm_err err = {0};

	(void)state;
	assert_null(parse("<a>\n<b>\n</c>\n</a>", &mem, &err));
	assert_true(strncmp(err.msg, "line 3: ", 8) == 0);
}

/* ---- limits ---- */

/* A text of `count` pieces, in which %zu is their number, between a head and a tail. */
static char *many(const char *head, const char *piece, size_t count, const char *tail)
{
	const size_t room = strlen(head) + (strlen(piece) + 20) * count + strlen(tail) + 1;
	char *text = calloc(room, 1), *at = text;
	const char *number = strstr(piece, "%");

	assert_non_null(text);
	at = stpcpy(at, head);
	for (size_t i = 0; i < count; i++) {
		at = mempcpy(at, piece, number ? (size_t)(number - piece) : strlen(piece));
		if (number)
			at += sprintf(at, "%zu%s", i, number + 1);
	}
	strcpy(at, tail);
	return text;
}

/* `ret`: what is wrong, "" nothing. */
static void check(char *text, const char *said)
{
	MM_ARENA_SCOPE(mem, 64 << 20);
	struct mm_err err = {0};
	const struct mm_xml *root = parse(text, &mem, &err);

	free(text);
	if (!*said)
		assert_non_null(root);
	else if (root || !strstr(err.msg, said))
		fail_msg("expected '%s', not '%s'", said, err.msg);
}

static void deep(size_t depth, const char *said)
{
	char *close = many("", "</a>", depth, "");

	check(many("", "<a>", depth, close), said);
	free(close);
}

static void size_is_bounded(void **state)
{
	(void)state;
	deep(MM_XML_DEPTH_MAX, "");
	deep(MM_XML_DEPTH_MAX + 1, "elements in each other");
	deep(100000, "elements in each other");
	check(many("<a>", "<b/>", MM_XML_ELEMENTS_MAX - 1, "</a>"), "");
	check(many("<a>", "<b/>", MM_XML_ELEMENTS_MAX, "</a>"), "65536 elements");
	check(many("<a", " b%='1'", MM_XML_ATTRIBUTES_MAX, "/>"), "");
	check(many("<a", " b%='1'", MM_XML_ATTRIBUTES_MAX + 1, "/>"), "attributes of an element");
	check(many("<a", " b%=''", 80000, "/>"), "attributes of an element");
	check(many("<a", " b%=\t''", 80000, "/>"), "attributes of an element");
	check(many("<a", " xmlns:b%='u'", 257, "/>"), "namespaces");
	check(many("<a>", "<b xmlns='u%'/>", MM_XML_NAMESPACES_MAX, "</a>"), "");
	check(many("<a>", "<b xmlns='u%'/>", MM_XML_NAMESPACES_MAX + 1, "</a>"), "namespaces");
	check(many("<a>", "x", MM_XML_BYTES_MAX - 7, "</a>"), "");
	check(many("<a>", "x", MM_XML_BYTES_MAX - 6, "</a>"), "bytes");
	check(many("<a b='", "x", MM_XML_BYTES_MAX - 9, "'/>"), "");
	check(many("<", "x", MM_XML_BYTES_MAX - 4, "/>"), "line 1");
	check(many("<a>", "&amp;", 200000, "</a>"), "");
	check(many("<a b='", "&amp;", 200000, "'/>"), "");
}

static void memory_that_runs_out_is_said(void **state)
{
	char *text = many("<a>", "<b c='d'>text</b>", 1000, "</a>");

	(void)state;
	for (size_t cap = 64; cap < 200000; cap = cap * 5 / 4) {
		MM_ARENA_SCOPE(mem, cap);
		struct mm_err err = {0};

		if (!parse(text, &mem, &err))
			assert_int_equal(err.code, MM_E_NOMEM);
	}
	free(text);
}

/* What libxml2 would print goes nowhere. */
static void nothing_is_printed(void **state)
{
	MM_ARENA_SCOPE(mem, 1 << 20);
	FILE *file = tmpfile();
	int kept = dup(STDERR_FILENO);

	(void)state;
	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	(void)parse("<a><b></a>", &mem, NULL);
	(void)parse("<x:a>&b;</x:a>", &mem, NULL);
	assert_null(parse("<?xml version='1.0' encoding='windows-1251'?><a>\x98</a>", &mem, NULL));
	assert_null(parse("<?xml version='1.0' encoding='ISO-8859-99'?><a>\x98</a>", &mem, NULL));
	(void)parse("<!DOCTYPE a SYSTEM 'file:///no/such/file'><a/>", &mem, NULL);
	(void)fflush(stderr);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	(void)close(kept);
	assert_int_equal(lseek(fileno(file), 0, SEEK_END), 0);
	(void)fclose(file);
}

/* ---- threads ---- */

static void *parse_often(void *ctx)
{
	size_t *wrong = ctx;

	for (int i = 0; i < 300; i++) {
		MM_ARENA_SCOPE(mem, 1 << 20);
		struct mm_err err = {0};
		const struct mm_xml *root =
		    parse("<?xml version='1.0' encoding='windows-1251'?><a b='&amp;'>\xcb</a>", &mem, NULL);

		*wrong += !root || strcmp(root->text, "Л") != 0;
		*wrong += parse("<a>\n</b>", &mem, &err) || strncmp(err.msg, "line 2", 6) != 0;
	}
	return NULL;
}

static void threads_do_not_meet(void **state)
{
	enum { THREADS = 4 };
	pthread_t thread[THREADS];
	size_t wrong[THREADS] = {0};

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, parse_often, &wrong[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], NULL), 0);
		assert_int_equal(wrong[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_becomes_a_tree),
	    cmocka_unit_test(encodings_that_are_declared_are_read),
	    cmocka_unit_test(prefixes_without_a_declaration_pass),
	    cmocka_unit_test(what_is_not_well_formed_is_refused),
	    cmocka_unit_test(other_widths_are_refused),
	    cmocka_unit_test(a_message_names_the_line),
	    cmocka_unit_test(size_is_bounded),
	    cmocka_unit_test(memory_that_runs_out_is_said),
	    cmocka_unit_test(nothing_is_printed),
	    cmocka_unit_test(threads_do_not_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
