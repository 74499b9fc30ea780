#include "sheet.h"

#include "base/file.h"
#include "print/sheet/form.h"
#include "print/sheet/frame.h"
#include "print/sheet/grid.h"
#include "print/sheet/north.h"
#include "print/sheet/point_table.h"
#include "print/sheet/qr.h"
#include "print/sheet/scale_bar.h"

#include <qrencode.h>

/* The unit tests run in the root of the project. */
static struct mm_form *form_of(const char *path)
{
	struct mm_buf text;
	struct mm_form *f = NULL;
	struct mm_err err = {0};

	mm_buf_init(&text, 1 << 20);
	assert_int_equal(mm_file_read(path, &text, &err), MM_OK);
	if (mm_form_parse((const char *)text.data, text.len, &f, &err) != MM_OK)
		fail_msg("%s: %s", err.where, err.msg);
	mm_buf_release(&text);
	return f;
}

static const struct mm_form_value values[] = {
    {"code", "МК-2026-14-ГП"},
    {"object",
     "Реконструкция инженерных сетей и благоустройство дворовых территорий по ул. Липовой, дома 1, 3, 5"},
    {"part", "Наружные сети"},
    {"title", "План сетей. М 1:500"},
    {"organisation", "МКУ «Управление строительства»"},
    {"stage", "П"},
    {"sheet", "3"},
    {"sheets", "12"},
    {"role1", "Разработал"},
    {"name1", "Воробьёва"},
    {"date1", "26.11.26"},
};

enum { VALUES = sizeof(values) / sizeof(values[0]) };

/* GOST R 21.101: 185 x 55 mm; columns of 10, 10, 10, 10, 15 and 10 mm, rows of 5. */
static void lines_of_form_3_are_where_the_standard_has_them(void **state)
{
	static const double upright[] = {0, 10, 20, 30, 40, 55, 65, 185}, across[] = {0, 10, 25, 40, 55};
	struct sheet s = sheet_open(MM_CANVAS_PNG, "200x70");
	struct mm_form *f = form_of("styles/plans/forms/gost-21.101-3.json");
	double size[2];

	(void)state;
	mm_form_size(f, size);
	assert_true(size[0] == 185 && size[1] == 55);
	mm_form_draw(f, true, s.letters, s.cr, (double[]){5, 5}, NULL, 0);
	sheet_look(&s, "form-3-empty");
	for (size_t i = 0; i < sizeof(upright) / sizeof(upright[0]); i++) {
		const struct mm_paper_box ink =
		    sheet_ink(&s, (struct mm_paper_box){5 + upright[i] - 1, 7, 2, 1});

		assert_near(ink.x + ink.width / 2, 5 + upright[i], 0.1);
		assert_near(ink.width, 0.6, 0.1);
	}
	for (size_t i = 0; i < sizeof(across) / sizeof(across[0]); i++) {
		const struct mm_paper_box ink =
		    sheet_ink(&s, (struct mm_paper_box){80, 5 + across[i] - 1, 1, 2});

		assert_near(ink.y + ink.height / 2, 5 + across[i], 0.1);
	}
	for (int row = 1; row <= 10; row++)
		assert_true(sheet_is_dark(&s, 51, 5 + 5 * row));
	f = mm_form_free(f);
	sheet_close(&s);
}

static void a_form_shows_its_words_and_the_values(void **state)
{
	static const char *const paths[] = {"styles/plans/forms/gost-21.101-3.json",
					    "styles/plans/forms/gost-21.101-6.json"};
	static const char *const words[] = {"Кол.уч.",   "№ док.",          "Лист",  "МК-2026-14-ГП",
					    "Воробьёва", "МКУ «Управление", "Стадия"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sheet s = sheet_open(MM_CANVAS_PDF, "200x70");
		struct mm_form *f = form_of(paths[i]);
		struct mm_buf file;
		char *told;

		mm_form_draw(f, true, s.letters, s.cr, (double[]){5, 5}, values, VALUES);
		file = sheet_file(&s);
		told = sheet_told(&file, "pdftotext", "-");
		for (size_t w = 0; w < (i ? 4 : sizeof(words) / sizeof(words[0])); w++)
			if (!strstr(told, words[w]))
				fail_msg("%s: no \"%s\" in \"%s\"", paths[i], words[w], told);
		free(told);
		mm_buf_release(&file);
		f = mm_form_free(f);
		sheet_close(&s);
	}
}

static void a_wrong_form_is_refused_by_place(void **state)
{
#define SIZE "\"width\":100,\"height\":50"
	static const struct {
		const char *json, *where;
	} rows[] = {
	    {"", ""},
	    {"{", ""},
	    {"[]", "width"},
	    {"{\"width\":0,\"height\":5}", "width"},
	    {"{\"width\":1e9,\"height\":5}", "width"},
	    {"{\"width\":5,\"height\":\"5\"}", "height"},
	    {"{" SIZE "}", "cells"},
	    {"{" SIZE ",\"width\":3,\"cells\":[]}", ""},
	    {"{" SIZE ",\"thin\":5,\"cells\":[]}", "thin"},
	    {"{" SIZE ",\"thick\":[[1,2,3,4],[1,2,3]],\"cells\":[]}", "thick[1]"},
	    {"{" SIZE ",\"thick\":[[1,2,3,-4]],\"cells\":[]}", "thick[0]"},
	    {"{" SIZE ",\"cells\":[5]}", "cells[0].box"},
	    {"{" SIZE ",\"cells\":[{\"box\":[90,0,20,5],\"text\":\"a\"}]}", "cells[0].box"},
	    {"{" SIZE ",\"cells\":[{\"box\":[0,0,20,5]}]}", "cells[0]"},
	    {"{" SIZE ",\"cells\":[{\"box\":[0,0,20,5],\"text\":\"a\",\"field\":\"b\"}]}", "cells[0]"},
	    {"{" SIZE ",\"cells\":[{\"box\":[0,0,20,5],\"text\":\"a\",\"height\":900}]}", "cells[0].height"},
	    {"{" SIZE ",\"cells\":[{\"box\":[0,0,20,5],\"text\":\"a\",\"across\":\"up\"}]}",
	     "cells[0].across"},
	    {"{" SIZE ",\"cells\":[{\"box\":[0,0,20,5],\"text\":\"a\",\"down\":1}]}", "cells[0].down"},
	    {"{" SIZE ",\"cells\":[{\"box\":[0,0,20,5],\"text\":\"a\",\"bold\":1}]}", "cells[0].bold"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_form *f = NULL;
		struct mm_err err = {0};

		assert_int_equal(mm_form_parse(rows[i].json, strlen(rows[i].json), &f, &err), MM_E_INVALID);
		assert_string_equal(err.where, rows[i].where);
		assert_null(f);
	}
}

static void a_form_is_bounded(void **state)
{
	struct mm_buf json;
	struct mm_form *f = NULL;
	struct mm_err err = {0};

	(void)state;
	mm_buf_init(&json, 1 << 20);
	mm_buf_text(&json, "{" SIZE ",\"cells\":[],\"thin\":[");
	for (int i = 0; i < 513; i++)
		mm_buf_printf(&json, "%s[0,0,1,1]", i ? "," : "");
	mm_buf_text(&json, "]}");
	assert_int_equal(mm_form_parse((const char *)json.data, json.len, &f, &err), MM_E_LIMIT);
	assert_string_equal(err.where, "thin");
	mm_buf_clear(&json);
	mm_buf_text(&json, "{" SIZE ",\"cells\":[");
	for (int i = 0; i < 257; i++)
		mm_buf_printf(&json, "%s{\"box\":[0,0,1,1],\"text\":\"a\"}", i ? "," : "");
	mm_buf_text(&json, "]}");
	err = (struct mm_err){0};
	assert_int_equal(mm_form_parse((const char *)json.data, json.len, &f, &err), MM_E_LIMIT);
	assert_string_equal(err.where, "cells");
	mm_buf_clear(&json);
	for (int i = 0; i < 70000; i++)
		mm_buf_byte(&json, '[');
	assert_int_equal(mm_form_parse((const char *)json.data, json.len, &f, NULL), MM_E_LIMIT);
	assert_int_equal(mm_form_parse((const char *)json.data, 60000, &f, NULL), MM_E_INVALID);
	mm_buf_release(&json);
}

/* PR6 of domain.md: X north, Y east, two decimals, closed on point 1. */
static void the_table_of_points_closes_on_the_first(void **state)
{
	static const double xy[] = {1292000.004, 390000.5, 1292100.126, 390000.25, -0.001, 390099.999};
	struct sheet s = sheet_open(MM_CANVAS_PDF, "100x100");
	const struct mm_paper_box box = {10, 10, 80, 60};
	struct mm_buf file;
	char *told;

	(void)state;
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, mm_print_words(true), xy, 3, true, 0, &box), 4);
	file = sheet_file(&s);
	told = sheet_told(&file, "pdftotext -layout", "- | tr -s ' \\n' ' '");
	assert_non_null(
	    strstr(told, "№ точки X, м Y, м 1 390000.50 1292000.00 2 390000.25 1292100.13 3 390100.00 0.00 1 "
			 "390000.50 1292000.00"));
	free(told);
	mm_buf_release(&file);
	sheet_close(&s);
}

static void a_long_table_goes_on_in_the_next_box(void **state)
{
	double xy[2 * 30] = {0};
	struct sheet s = sheet_open(MM_CANVAS_PDF, "A4");
	const struct mm_paper_box two = {10, 10, 140, 55}, low = {10, 10, 100, 9.9},
				  narrow = {10, 10, 67, 100}, thin = {10, 10, 49, 100};
	const struct mm_print_words *words = mm_print_words(false);

	(void)state;
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 30, true, 0, &two), 20);
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 30, true, 20, &two), 11);
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 30, true, 31, &two), 0);
	/* a line does not come back to where it began */
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 30, false, 20, &two), 10);
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 1, false, 0, &two), 1);
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 30, true, 0, &low), 0);
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 30, true, 0, &narrow), 19);
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 30, true, 0, &thin), 0);
	assert_int_equal(mm_point_table_draw(s.letters, s.cr, words, xy, 0, true, 0, &two), 0);
	sheet_close(&s);
}

static void a_qr_code_is_drawn_module_by_module(void **state)
{
	static const char text[] = "https://karta.example.ru/?l=streets,projects&c=52.6,39.6&z=14&lang=ru";
	struct sheet s = sheet_open(MM_CANVAS_PNG, "60x50");
	const struct mm_paper_box box = {10, 5, 45, 40};
	QRcode *code = QRcode_encodeData((int)strlen(text), (const unsigned char *)text, 0, QR_ECLEVEL_M);
	const double module = 40.0 / (code->width + 8);

	(void)state;
	assert_int_equal(mm_qr_draw(s.cr, text, &box, NULL), MM_OK);
	sheet_look(&s, "qr");
	for (int row = -4; row < code->width + 4; row++)
		for (int column = -4; column < code->width + 4; column++) {
			const bool is_in =
			    row >= 0 && column >= 0 && row < code->width && column < code->width;

			assert_int_equal(
			    sheet_is_dark(&s, 12.5 + (column + 4.5) * module, 5 + (row + 4.5) * module),
			    is_in && (code->data[row * code->width + column] & 1));
		}
	QRcode_free(code);
	sheet_close(&s);
}

static void addresses_that_no_code_holds_are_refused(void **state)
{
	char longest[1002];
	struct sheet s = sheet_open(MM_CANVAS_PDF, "60x60");
	const struct mm_paper_box box = {10, 10, 40, 40}, none = {10, 10, 0, 40};

	(void)state;
	memset(longest, '\xd0', sizeof(longest));
	longest[1001] = '\0';
	assert_int_equal(mm_qr_draw(s.cr, longest, &box, NULL), MM_E_LIMIT);
	longest[1000] = '\0';
	assert_int_equal(mm_qr_draw(s.cr, longest, &box, NULL), MM_OK);
	assert_int_equal(mm_qr_draw(s.cr, "", &box, NULL), MM_E_INVALID);
	assert_int_equal(mm_qr_draw(s.cr, "x", &none, NULL), MM_OK);
	sheet_close(&s);
}

static struct mm_buf whole_sheet(void)
{
	static const double xy[] = {1292000, 390000, 1292050, 390000, 1292050, 390040, 1292000, 390040};
	struct sheet s = sheet_open(MM_CANVAS_PDF, "A3");
	const struct mm_paper_box frame = mm_paper_frame(&s.paper);
	const struct mm_paper_box field = {frame.x, frame.y, frame.width - 185, frame.height};
	const double right = frame.x + frame.width, foot = frame.y + frame.height;
	const struct mm_print_words *words = mm_print_words(true);
	struct mm_form *f = form_of("styles/plans/forms/gost-21.101-3.json");
	struct mm_ground g;
	struct mm_buf file;

	assert_int_equal(mm_ground_init(&g, &field, 1292025, 390020, 500, 0, NULL), MM_OK);
	mm_grid_draw(s.letters, s.cr, &g);
	mm_frame_draw(s.letters, s.cr, &s.paper, words);
	mm_form_draw(f, true, s.letters, s.cr, (double[]){right - 185, foot - 55}, values, VALUES);
	(void)mm_scale_bar_draw(s.letters, s.cr, &g, words, (double[]){right - 175, foot - 80}, 100);
	mm_north_draw(s.letters, s.cr, &g, -0.75, words, (double[]){right - 30, frame.y + 25}, 25, 100);
	(void)mm_point_table_draw(s.letters, s.cr, words, xy, 4, true, 0,
				  &(struct mm_paper_box){right - 175, frame.y + 10, 80, 60});
	assert_int_equal(mm_qr_draw(s.cr, "https://karta.example.ru/?z=14",
				    &(struct mm_paper_box){right - 45, foot - 100, 35, 35}, NULL),
			 MM_OK);
	file = sheet_file(&s);
	f = mm_form_free(f);
	sheet_close(&s);
	return file;
}

/* PR9 of domain.md */
static void a_whole_sheet_has_the_same_bytes_twice(void **state)
{
	struct mm_buf a = whole_sheet(), b = whole_sheet();
	char *told = sheet_told(&a, "pdftotext", "-");

	(void)state;
	assert_non_null(strstr(told, "–0°45′"));
	assert_non_null(strstr(told, "Формат A3"));
	free(told);
	sheet_keep("whole", "pdf", &a);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	mm_buf_release(&a);
	mm_buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_of_form_3_are_where_the_standard_has_them),
	    cmocka_unit_test(a_form_shows_its_words_and_the_values),
	    cmocka_unit_test(a_wrong_form_is_refused_by_place),
	    cmocka_unit_test(a_form_is_bounded),
	    cmocka_unit_test(the_table_of_points_closes_on_the_first),
	    cmocka_unit_test(a_long_table_goes_on_in_the_next_box),
	    cmocka_unit_test(a_qr_code_is_drawn_module_by_module),
	    cmocka_unit_test(addresses_that_no_code_holds_are_refused),
	    cmocka_unit_test(a_whole_sheet_has_the_same_bytes_twice),
	};

	return cmocka_run_group_tests_name("print_form", tests, NULL, NULL);
}
