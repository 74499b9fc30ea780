#include "encode/xml_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void names_are_written_and_read_back(void **state)
{
	static const struct {
		const char *text, *name;
	} rows[] = {
	    {"street", "street"},
	    {"улица", "улица"},
	    {"имя поля", "имя_x0020_поля"},
	    {"2nd", "_x0032_nd"},
	    {"a.b-c", "a.b-c"},
	    {"-a", "_x002D_a"},
	    {"_x0041_", "_x005F_x0041_"},
	    {"__x", "__x005F_x"},
	    {"a:b/c,d", "a_x003A_b_x002F_c_x002C_d"},
	    {"\xf0\x9f\x8f\xa0", "\xf0\x9f\x8f\xa0"},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_buf b;
		MM_ARENA_SCOPE(mem, 1 << 16);

		mm_buf_init(&b, 1 << 10);
		mm_xml_name_put(&b, rows[i].text, strlen(rows[i].text));
		assert_int_equal(b.len, strlen(rows[i].name));
		if (b.len)
			assert_memory_equal(b.data, rows[i].name, b.len);
		assert_string_equal(mm_xml_name_read(rows[i].name, b.len, &mem), rows[i].text);
		mm_buf_release(&b);
	}
}

static void what_is_no_writing_stands_for_itself(void **state)
{
	static const char *const names[] = {"_x41_",     "_x0041",  "_xD800_", "_x0000_",
					    "_x110000_", "_xZZZZ_", "_x",      "_x00000041_"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		MM_ARENA_SCOPE(mem, 1 << 16);

		assert_string_equal(mm_xml_name_read(names[i], strlen(names[i]), &mem), names[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_written_and_read_back),
	    cmocka_unit_test(what_is_no_writing_stands_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
