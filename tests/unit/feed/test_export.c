#include "feed_fixture.h"

#include "feed/export.h"

#include <sys/eventfd.h>

/* Exports: limits, stopping, and that nothing stays behind. What the files hold is compared by
 * tests/http/exports.test.mjs. */

enum { ROWS = 2000 };

struct world {
	struct feed *feed;
	struct mm_layer *layer;
	struct mm_cache cache;
	uint32_t row[ROWS];
	struct mm_export ask;
	struct mm_export_file file;
	struct mm_err err;
};

static void set_up(struct world *w, struct feed *f)
{
	struct mm_buf text;
	struct mm_err err = {0};

	mm_buf_init(&text, 1 << 20);
	mm_buf_text(&text, "name,x,y\n");
	for (uint32_t i = 0; i < ROWS; i++) {
		mm_buf_printf(&text, "place number %u,%f,52.5\n", i, 39 + i * 1e-4);
		w->row[i] = ROWS - 1 - i;
	}
	mm_buf_byte(&text, 0);
	feed_write(f, "a.csv", (const char *)text.data);
	mm_buf_release(&text);
	w->feed = f;
	w->layer = feed_layer(f, "source: a.csv\ncrs: EPSG:4326\nopen_options: [X_POSSIBLE_NAMES=x, "
				 "Y_POSSIBLE_NAMES=y, KEEP_GEOM_COLUMNS=NO]\n");
	assert_int_equal(mm_cache_open(f->map.cache, &w->cache, &err), MM_OK);
	w->ask = (struct mm_export){.layer = w->layer,
				    .row = w->row,
				    .count = ROWS,
				    .crs = "EPSG:4326",
				    .encoding = "UTF-8",
				    .lang = "ru"};
	w->err = (struct mm_err){0};
}

static void tear_down(struct world *w)
{
	DIR *d = opendir(w->cache.dir);
	const struct dirent *e;

	while (d && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, "tmp-", 4) == 0)
			fail_msg("%s stays behind", e->d_name);
	if (d)
		(void)closedir(d);
	mm_cache_close(&w->cache);
	(void)mm_layer_unref(w->layer);
}

static enum mm_code export(struct world *w, int stop_fd) {
	return mm_export_run(&w->ask, &w->cache, stop_fd, &w->file, &w->err);
}

static void a_file_has_no_name_and_all_its_bytes(void **state)
{
	static const char magic[] = "fgb\x03"
				    "fgb";
	struct world w;
	char head[8] = "";

	set_up(&w, *state);
	w.ask.keeps_order = true;
	assert_int_equal(export(&w, -1), MM_OK);
	assert_int_equal(read(w.file.fd, head, 7), 7);
	assert_memory_equal(head, magic, 7);
	assert_int_equal(lseek(w.file.fd, 0, SEEK_END), (off_t)w.file.size);
	assert_int_equal(w.file.left_out, 0);
	(void)close(w.file.fd);
	tear_down(&w);
}

/* A new version has taken the place of the one that is paged through. */
static void a_layer_whose_file_is_gone_is_still_there(void **state)
{
	struct world w;

	set_up(&w, *state);
	feed_run(w.feed, "find . -name '*.mms' -delete");
	for (int f = 0; f < MM_EXPORT_FORMAT_COUNT; f++) {
		w.ask.format = (enum mm_export_format)f;
		w.ask.crs = f == MM_EXPORT_DXF ? "EPSG:3857" : "EPSG:4326";
		if (export(&w, -1))
			fail_msg("%d: %s", f, w.err.msg);
		assert_true(w.file.size > 1000);
		(void)close(w.file.fd);
	}
	tear_down(&w);
}

static void a_file_that_grows_too_large_is_given_up(void **state)
{
	struct world w;

	set_up(&w, *state);
	for (int f = 0; f < MM_EXPORT_FORMAT_COUNT; f++) {
		w.ask.format = (enum mm_export_format)f;
		w.ask.crs = f == MM_EXPORT_DXF ? "EPSG:3857" : "EPSG:4326";
		w.ask.max_bytes = 8192;
		assert_int_equal(export(&w, -1), MM_E_LIMIT);
		assert_non_null(strstr(w.err.msg, "ask for fewer features"));
	}
	tear_down(&w);
}

static void it_stops_when_told_to(void **state)
{
	struct world w;
	int stop = eventfd(1, EFD_CLOEXEC);

	set_up(&w, *state);
	assert_int_equal(export(&w, stop), MM_E_BUSY);
	(void)close(stop);
	tear_down(&w);
}

static void what_a_format_cannot_hold_is_refused(void **state)
{
	struct world w;

	set_up(&w, *state);
	w.ask.format = MM_EXPORT_DXF;
	assert_int_equal(export(&w, -1), MM_E_INVALID);
	assert_string_equal(w.err.where, "crs");
	w.ask.crs = "EPSG:28407; DROP TABLE";
	assert_int_equal(export(&w, -1), MM_E_INVALID);
	w.ask.crs = "EPSG:3857";
	w.row[7] = ROWS; /* no row of the layer */
	assert_int_equal(export(&w, -1), MM_E_INTERNAL);
	tear_down(&w);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_file_has_no_name_and_all_its_bytes, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_layer_whose_file_is_gone_is_still_there, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_file_that_grows_too_large_is_given_up, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(it_stops_when_told_to, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(what_a_format_cannot_hold_is_refused, feed_begin, feed_end),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
