#include "feed_fixture.h"

#include "archive/writer.h"
#include "feed/loader.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* Definitions and sources change; the catalog follows. Waits are on the catalog, never for a time. */

#define HANG_NS INT64_C(30000000000)

struct watched {
	struct feed *f;
	struct mm_catalog_slot *slot;
	struct mm_loader *loader;
	atomic_uint published, errors;
};

static void on_publish(void *ctx, const struct mm_catalog *c)
{
	struct watched *w = ctx;

	(void)c;
	atomic_fetch_add(&w->published, 1);
}

static void on_error(void *ctx, const struct mm_err *err)
{
	struct watched *w = ctx;

	(void)err;
	atomic_fetch_add(&w->errors, 1);
}

static void start(struct watched *w, struct feed *f)
{
	struct mm_loader_events events = {.ctx = w, .on_publish = on_publish, .on_error = on_error};
	struct mm_err err = {0};

	*w = (struct watched){.f = f, .slot = mm_catalog_slot_new()};
	if (mm_loader_new(f->dir, w->slot, &events, &w->loader, &err))
		fail_msg("%s: %s", err.where, err.msg);
	assert_int_equal(mm_loader_watch(w->loader, &err), MM_OK);
}

static void stop(struct watched *w)
{
	w->loader = mm_loader_free(w->loader);
	w->slot = mm_catalog_slot_free(w->slot);
}

/* Writes a layer of `n` points, in place or by renaming. */
static void put_points(struct feed *f, const char *name, int n, bool rename_it)
{
	char *text = mm_arena_printf(&f->mem, "x,y,version\n");

	for (int i = 0; i < n; i++)
		text = mm_arena_printf(&f->mem, "%s%d,52,%d\n", text, 30 + i % 10, n);
	if (!rename_it) {
		feed_write(f, name, text);
		return;
	}
	feed_write(f, "next.tmp", text);
	assert_int_equal(rename(feed_path(f, "next.tmp"), feed_path(f, name)), 0);
}

static const char points_yaml[] = "source: points.csv\ncrs: EPSG:4326\npoint: {x: x, y: y}\n";

/* What the catalog has for a layer: its row count, -1 no such layer, and whether it is in error. */
static int count_of(struct watched *w, const char *id, bool *ret_error, char *error, size_t size)
{
	const struct mm_catalog *c = mm_catalog_acquire(w->slot);
	int count = -1;

	*ret_error = false;
	for (size_t i = 0; c && i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		if (strcmp(e->id, id) != 0)
			continue;
		count = e->layer ? (int)mm_layer_count(e->layer) : 0;
		*ret_error = *e->error != '\0';
		if (error)
			(void)snprintf(error, size, "%s", e->error);
	}
	(void)mm_catalog_unref(c);
	return count;
}

/* Waits until a layer has that many rows and is in error or not. */
static void wait_until(struct watched *w, const char *id, int count, bool in_error)
{
	const int64_t start_ns = mm_clock_mono_ns();
	const struct timespec pause = {.tv_nsec = 5000000};
	bool error;

	while (count_of(w, id, &error, NULL, 0) != count || error != in_error) {
		if (mm_clock_mono_ns() - start_ns > HANG_NS)
			fail_msg("%s: %d rows, error %d; wanted %d, %d", id, count_of(w, id, &error, NULL, 0),
				 error, count, in_error);
		(void)nanosleep(&pause, NULL);
	}
}

static void changes_are_followed(void **state)
{
	struct feed *f = *state;
	struct watched w;

	put_points(f, "points.csv", 3, false);
	feed_write(f, "points.yaml", points_yaml);
	start(&w, f);
	wait_until(&w, "points", 3, false);
	for (int n = 4; n < 8; n++) {
		put_points(f, "points.csv", n, n % 2);
		wait_until(&w, "points", n, false);
	}
	feed_write(f, "more.yaml", points_yaml);
	wait_until(&w, "more", 7, false);
	assert_int_equal(unlink(feed_path(f, "more.yaml")), 0);
	wait_until(&w, "more", -1, false);
	stop(&w);
}

static void a_linked_source_is_followed(void **state)
{
	struct feed *f = *state;
	struct watched w;

	feed_run(f, "mkdir data");
	put_points(f, "data/real.csv", 3, false);
	feed_run(f, "ln -s data/real.csv points.csv");
	feed_write(f, "points.yaml", points_yaml);
	start(&w, f);
	put_points(f, "data/real.csv", 4, false);
	wait_until(&w, "points", 4, false);
	stop(&w);
}

static void what_breaks_keeps_its_last_good_version(void **state)
{
	struct feed *f = *state;
	struct watched w;
	char error[1024];
	bool is_error;

	put_points(f, "points.csv", 3, false);
	feed_write(f, "points.yaml", points_yaml);
	feed_write(f, "never.yaml", "source: missing.csv\n");
	feed_write(f, "wrong.yaml", "sorce: points.csv\n");
	start(&w, f);
	assert_int_equal(count_of(&w, "points", &is_error, NULL, 0), 3);
	assert_int_equal(count_of(&w, "never", &is_error, error, sizeof(error)), 0);
	assert_true(is_error && strstr(error, "missing.csv"));
	assert_int_equal(count_of(&w, "wrong", &is_error, error, sizeof(error)), 0);
	assert_true(is_error);
	feed_run(f, "head -c 100 /dev/zero > next.tmp && printf '\\n' >> next.tmp && rm points.csv");
	wait_until(&w, "points", 3, true);
	put_points(f, "points.csv", 5, false);
	wait_until(&w, "points", 5, false);
	feed_write(f, "points.yaml", "source: points.csv\ntabel: x\n");
	wait_until(&w, "points", 5, true);
	feed_write(f, "points.yaml", points_yaml);
	wait_until(&w, "points", 5, false);
	stop(&w);
}

/* An archive whose only tile has one layer of this name of one letter. */
static void put_archive(struct feed *f, const char *file, const char *layer)
{
	const struct mm_archive_info info = {.name = "",
					     .description = "",
					     .attribution = "",
					     .vector_layers = "[]",
					     .vector_layers_len = 2,
					     .box_deg = {38, 52, 40, 53},
					     .max_zoom = 4};
	const char tile[] = {0x1a, 3, 0x0a, 1, *layer};
	struct mm_archive_count count;
	struct mm_archive_writer w;

	assert_int_equal(mm_archive_writer_open(&w, feed_path(f, file), NULL), MM_OK);
	assert_int_equal(mm_archive_writer_put(&w, 0, tile, sizeof(tile), NULL), MM_OK);
	assert_int_equal(mm_archive_writer_finish(&w, &info, &count, NULL), MM_OK);
	mm_archive_writer_close(&w);
}

/* The layer of an archive that the catalog has, and whether it is in error: "a", "a!", "!", "". */
static const char *archive_of(struct watched *w, const char *id)
{
	const struct mm_catalog *c = mm_catalog_acquire(w->slot);
	const char *text = "";

	for (size_t i = 0; c && i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		if (strcmp(e->id, id) == 0)
			text =
			    mm_arena_printf(&w->f->mem, "%s%s",
					    e->archive ? mm_tile_archive_about(e->archive)->layer[0].id : "",
					    *e->error ? "!" : "");
	}
	(void)mm_catalog_unref(c);
	return text;
}

static void wait_for_archive(struct watched *w, const char *id, const char *text)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	const int64_t start_ns = mm_clock_mono_ns();

	while (strcmp(archive_of(w, id), text) != 0) {
		if (mm_clock_mono_ns() - start_ns > HANG_NS)
			fail_msg("%s: \"%s\"; wanted \"%s\"", id, archive_of(w, id), text);
		(void)nanosleep(&pause, NULL);
	}
}

static void archives_are_followed_and_the_last_good_one_stays(void **state)
{
	static const char *const files[] = {"out.pmtiles", "out.mbtiles"};

	for (size_t i = 0; i < 2; i++) {
		struct feed *f = *state;
		struct watched w;

		put_archive(f, files[i], "a");
		feed_write(f, "bad.yaml", "tiles: none.pmtiles\n");
		feed_write(f, "tiles.yaml", mm_arena_printf(&f->mem, "tiles: %s\n", files[i]));
		start(&w, f);
		assert_string_equal(archive_of(&w, "tiles"), "a");
		assert_string_equal(archive_of(&w, "bad"), "!");
		put_archive(f, files[i], "b"); /* takes the name of the other */
		wait_for_archive(&w, "tiles", "b");
		feed_write(f, "next.tmp", "this is no archive");
		assert_int_equal(rename(feed_path(f, "next.tmp"), feed_path(f, files[i])), 0);
		wait_for_archive(&w, "tiles", "b!");
		put_archive(f, files[i], "c");
		wait_for_archive(&w, "tiles", "c");
		/* a layer of features takes its place, and gives it back */
		put_points(f, "points.csv", 3, false);
		feed_write(f, "tiles.yaml", points_yaml);
		wait_until(&w, "tiles", 3, false);
		assert_string_equal(archive_of(&w, "tiles"), "");
		feed_write(f, "tiles.yaml", mm_arena_printf(&f->mem, "tiles: %s\n", files[i]));
		wait_for_archive(&w, "tiles", "c");
		stop(&w);
	}
}

static void an_archive_outside_the_allowed_folders_is_not_opened(void **state)
{
	struct feed *f = *state;
	struct watched w;

	feed_run(f, "mkdir map");
	put_archive(f, "out.pmtiles", "a");
	feed_run(f, "ln -s ../out.pmtiles map/link.pmtiles");
	feed_write(f, "map/link.yaml", "tiles: link.pmtiles\n");
	feed_write(f, "map/up.yaml", "tiles: ../out.pmtiles\n");
	(void)snprintf(f->dir + strlen(f->dir), sizeof(f->dir) - strlen(f->dir), "/map");
	start(&w, f);
	assert_string_equal(archive_of(&w, "link"), "!");
	assert_string_equal(archive_of(&w, "up"), "!");
	stop(&w);
	f->dir[strlen(f->dir) - strlen("/map")] = '\0';
}

static void the_last_good_version_outlives_a_restart(void **state)
{
	struct feed *f = *state;
	struct watched w;
	bool is_error;

	put_points(f, "points.csv", 3, false);
	feed_write(f, "points.yaml", points_yaml);
	start(&w, f);
	stop(&w);
	assert_int_equal(unlink(feed_path(f, "points.csv")), 0);
	start(&w, f);
	assert_int_equal(count_of(&w, "points", &is_error, NULL, 0), 3);
	assert_true(is_error);
	stop(&w);
	feed_write(f, "points.yaml", "sorce: x\n");
	start(&w, f);
	assert_int_equal(count_of(&w, "points", &is_error, NULL, 0), 3);
	assert_true(is_error);
	stop(&w);
}

static void a_broken_map_yaml_keeps_the_last_catalog(void **state)
{
	struct feed *f = *state;
	struct watched w;
	const struct timespec pause = {.tv_nsec = 5000000};
	bool is_error;

	put_points(f, "points.csv", 3, false);
	feed_write(f, "points.yaml", points_yaml);
	start(&w, f);
	feed_write(f, "map.yaml", "tytle: x\n");
	for (int64_t end_ns = mm_clock_mono_ns() + HANG_NS;
	     mm_clock_mono_ns() < end_ns && !atomic_load(&w.errors);)
		(void)nanosleep(&pause, NULL);
	assert_int_equal(atomic_load(&w.errors), 1);
	assert_int_equal(count_of(&w, "points", &is_error, NULL, 0), 3);
	assert_false(is_error);
	stop(&w);
}

static void two_loaders_of_one_folder_do_not_fight(void **state)
{
	struct feed *f = *state;
	struct watched a, b;
	bool is_error;

	put_points(f, "points.csv", 3, false);
	feed_write(f, "points.yaml", points_yaml);
	start(&a, f);
	start(&b, f);
	assert_int_equal(count_of(&b, "points", &is_error, NULL, 0), 3);
	put_points(f, "points.csv", 4, true);
	wait_until(&a, "points", 4, false);
	wait_until(&b, "points", 4, false);
	stop(&b);
	stop(&a);
	assert_int_equal(feed_count_files(feed_path(f, ".munimap"), ".mms"), 1);
}

struct reader {
	struct watched *w;
	atomic_bool stop;
	unsigned long answers, mixed, missing;
};

/* As a request does: one catalog, all rows; each row says how many there are. */
static void *read_all(void *ctx)
{
	struct reader *r = ctx;

	while (!atomic_load(&r->stop)) {
		const struct mm_catalog *c = mm_catalog_acquire(r->w->slot);
		const struct mm_layer *l = mm_catalog_find(c, "points");
		size_t field = l ? mm_schema_find(mm_layer_schema(l), "version") : 0;

		r->missing += l == NULL;
		for (uint32_t i = 0; l && i < mm_layer_count(l); i++) {
			char want[16];
			struct mm_value v;

			(void)snprintf(want, sizeof(want), "%u", mm_layer_count(l));
			mm_layer_value(l, i, field, &v);
			r->mixed += strlen(want) != v.text_len || memcmp(v.text, want, v.text_len) != 0;
		}
		r->answers++;
		(void)mm_catalog_unref(c);
	}
	return NULL;
}

static void readers_never_see_half_a_change(void **state)
{
	struct feed *f = *state;
	struct watched w;
	struct reader r = {.w = &w};
	pthread_t thread;

	put_points(f, "points.csv", 3, false);
	feed_write(f, "points.yaml", points_yaml);
	start(&w, f);
	assert_int_equal(pthread_create(&thread, NULL, read_all, &r), 0);
	for (int n = 4; n < 34; n++) {
		const struct timespec pause = {.tv_nsec = 60000000};

		put_points(f, "points.csv", n, n % 3);
		(void)nanosleep(&pause, NULL);
	}
	wait_until(&w, "points", 33, false);
	atomic_store(&r.stop, true);
	(void)pthread_join(thread, NULL);
	print_message("%lu answers, %u catalogs\n", r.answers, atomic_load(&w.published));
	assert_int_equal(r.mixed + r.missing, 0);
	stop(&w);
}

static void on_hang(int number)
{
	static const char said[] = "ERROR: the stop waits for a read that never ends\n";

	(void)number;
	(void)!write(STDERR_FILENO, said, sizeof(said) - 1);
	_exit(1);
}

static void stopping_does_not_wait_for_a_long_read(void **state)
{
	struct feed *f = *state;
	struct watched w;

	put_points(f, "points.csv", 3, false);
	feed_write(f, "points.yaml", points_yaml);
	feed_run(f, "printf \"CREATE TABLE t(a);\\nCREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 "
		    "UNION ALL SELECT "
		    "x+1 FROM c) SELECT count(*) AS n FROM c;\\n\" | sqlite3 e.sqlite");
	start(&w, f);
	feed_write(f, "endless.yaml", "source: e.sqlite\nsql: SELECT n FROM endless\n");
	wait_until(&w, "endless", 0, false);
	(void)signal(SIGALRM, on_hang);
	(void)alarm(30);
	stop(&w);
	(void)alarm(0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(changes_are_followed, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_linked_source_is_followed, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(what_breaks_keeps_its_last_good_version, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(archives_are_followed_and_the_last_good_one_stays, feed_begin,
					    feed_end),
	    cmocka_unit_test_setup_teardown(an_archive_outside_the_allowed_folders_is_not_opened, feed_begin,
					    feed_end),
	    cmocka_unit_test_setup_teardown(the_last_good_version_outlives_a_restart, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(a_broken_map_yaml_keeps_the_last_catalog, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(two_loaders_of_one_folder_do_not_fight, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(readers_never_see_half_a_change, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(stopping_does_not_wait_for_a_long_read, feed_begin, feed_end),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
