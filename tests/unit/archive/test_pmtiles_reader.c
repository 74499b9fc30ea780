#include "archive/archive_fixture.h"

#include "archive/gzip.h"
#include "archive/pmtiles_directory.h"
#include "archive/pmtiles_reader.h"
#include "archive/pmtiles_writer.h"
#include "archive/tile_number.h"
#include "base/file.h"

static void expect_tile(const struct mm_pmtiles_reader *r, uint64_t number, const char *text)
{
	struct mm_buf tile;
	enum mm_code rc;

	mm_buf_init(&tile, 1 << 20);
	rc = mm_pmtiles_reader_tile(r, number, &tile, NULL);
	assert_int_equal(rc, text ? MM_OK : MM_E_NOT_FOUND);
	assert_int_equal(tile.len, text ? strlen(text) : 0);
	if (text)
		assert_memory_equal(tile.data, text, tile.len);
	mm_buf_release(&tile);
}

static void what_was_written_is_read(void **state)
{
	enum { MANY = 50000 };
	struct place p = place_new("out.pmtiles");
	struct mm_pmtiles_writer *w = NULL;
	struct mm_pmtiles_reader *r = NULL;
	struct mm_archive_count count;
	struct mm_buf meta;
	char text[64];

	(void)state;
	assert_int_equal(mm_pmtiles_writer_new(p.path, &w, NULL), MM_OK);
	for (uint64_t i = 0; i < MANY; i++) {
		const int n =
		    snprintf(text, sizeof(text), "%0*lu", 12 + (int)(i * 7919 % 31), (unsigned long)i);

		assert_int_equal(mm_pmtiles_writer_put(w, 3 * i + i * i % 3, text, (size_t)n, NULL), MM_OK);
	}
	assert_int_equal(mm_pmtiles_writer_finish(w, &fixture_info, &count, NULL), MM_OK);
	(void)mm_pmtiles_writer_free(w);
	assert_int_equal(mm_pmtiles_reader_new(p.path, &r, NULL), MM_OK);
	assert_true(mm_pmtiles_reader_header(r)->leaves.length > 0);
	assert_int_equal(mm_pmtiles_reader_header(r)->max_zoom, 14);
	assert_int_equal(mm_pmtiles_reader_header(r)->min_lat_e7, -850511287);
	for (uint64_t i = 0; i < MANY; i += 37) {
		const uint64_t id = 3 * i + i * i % 3;

		(void)snprintf(text, sizeof(text), "%0*lu", 12 + (int)(i * 7919 % 31), (unsigned long)i);
		expect_tile(r, id, text);
		expect_tile(r, i % 3 ? id + 1 : id + 2, NULL);
	}
	expect_tile(r, mm_tile_number_first(20), NULL);
	expect_tile(r, UINT64_MAX, NULL);
	mm_buf_init(&meta, 4096);
	assert_int_equal(mm_pmtiles_reader_metadata(r, &meta, NULL), MM_OK);
	assert_memory_equal(meta.data, "{\"name\":\"Город\"", 17);
	mm_buf_release(&meta);
	(void)mm_pmtiles_reader_free(r);
	place_remove(&p);
}

static enum mm_code parse(const char *bytes, size_t n, struct mm_pmtiles_entry **entry, size_t *count)
{
	const struct mm_pmtiles_limits limits = {1000, 100, 5, 5000};

	return mm_pmtiles_directory_parse((const unsigned char *)bytes, n, &limits, entry, count, NULL);
}

#define PARSE(bytes) parse(bytes, sizeof(bytes) - 1, &entry, &count)

static void directories_that_are_not_in_order_are_refused(void **state)
{
	struct mm_pmtiles_entry *entry = NULL;
	size_t count = 99;

	(void)state;
	assert_int_equal(PARSE(""), MM_E_DATA);
	assert_int_equal(PARSE("\5"), MM_E_DATA);                 /* more than there is */
	assert_int_equal(PARSE("\1\5\1\7\1x"), MM_E_DATA);        /* something behind it */
	assert_int_equal(PARSE("\1\5\1\7"), MM_E_DATA);           /* cut off */
	assert_int_equal(PARSE("\1\5\1\7\0"), MM_E_DATA);         /* behind what? */
	assert_int_equal(PARSE("\1\5\1\0\1"), MM_E_DATA);         /* no bytes */
	assert_int_equal(PARSE("\1\4\1\7\1"), MM_E_DATA);         /* before the first id allowed */
	assert_int_equal(PARSE("\1\5\1\350\7\2"), MM_E_DATA);     /* one byte beyond the tiles */
	assert_int_equal(PARSE("\1\5\0\7\137"), MM_E_DATA);       /* one byte beyond the leaves */
	assert_int_equal(PARSE("\1\5\204\47\7\1"), MM_E_DATA);    /* a run beyond the last id */
	assert_int_equal(PARSE("\2\5\0\1\1\1\1\1\1"), MM_E_DATA); /* one id twice */
	assert_int_equal(PARSE("\2\5\1\2\1\1\1\1\1"), MM_E_DATA); /* a run into the next entry */
	assert_int_equal(PARSE("\1\377\377\377\377\377\377\377\377\377\2\1\1\1"),
			 MM_E_DATA); /* over 64 bits */
	assert_int_equal(PARSE("\2\5\377\377\377\377\377\377\377\377\377\1\1\1\1\1\1\1"), MM_E_DATA);
	assert_true(entry == NULL && count == 99);
	assert_int_equal(PARSE("\0"), MM_OK);
	assert_true(entry == NULL && count == 0);
	assert_int_equal(PARSE("\3\5\2\1\2\1\0\7\7\7\1\0\1"), MM_OK);
	assert_int_equal(count, 3);
	assert_true(entry[1].id == 7 && entry[1].offset == 7 && entry[2].run == 0 && entry[2].offset == 0);
	assert_null(mm_pmtiles_directory_find(entry, count, 4));
	assert_ptr_equal(mm_pmtiles_directory_find(entry, count, 6), entry);
	assert_ptr_equal(mm_pmtiles_directory_find(entry, count, 7), entry + 1);
	assert_ptr_equal(mm_pmtiles_directory_find(entry, count, 4000), entry + 2);
	free(entry);
}

/* Writes an archive by hand: directories are not packed. */
static void write_by_hand(const char *path, const struct mm_pmtiles_entry *root, size_t roots,
			  const struct mm_pmtiles_entry *leaf, size_t leaves)
{
	struct mm_pmtiles_header h = {.packing = MM_PMTILES_PLAIN, .tile_packing = MM_PMTILES_GZIP};
	unsigned char head[MM_PMTILES_HEADER_BYTES];
	struct mm_buf all;

	mm_buf_init(&all, 1 << 20);
	(void)mm_buf_reserve(&all, sizeof(head));
	all.len = sizeof(head);
	h.root.offset = all.len;
	mm_pmtiles_directory_put(root, roots, &all);
	h.root.length = all.len - h.root.offset;
	h.leaves.offset = all.len;
	mm_pmtiles_directory_put(leaf, leaves, &all);
	h.leaves.length = all.len - h.leaves.offset;
	h.tiles = (struct mm_pmtiles_section){all.len, 4};
	mm_buf_put(&all, "tile", 4);
	mm_pmtiles_header_write(&h, head);
	memcpy(all.data, head, sizeof(head));
	assert_int_equal(mm_file_write(path, all.data, all.len, NULL), MM_OK);
	mm_buf_release(&all);
}

static void a_leaf_that_names_itself_is_an_error_not_a_loop(void **state)
{
	/* the directory of one entry with small numbers takes 5 bytes */
	const struct mm_pmtiles_entry self = {5, 0, 5, 0}, tile = {5, 0, 4, 1};
	struct place p = place_new("hand.pmtiles");
	struct mm_pmtiles_reader *r = NULL;
	struct mm_err err = {0};
	struct mm_buf out;

	(void)state;
	mm_buf_init(&out, 100);
	write_by_hand(p.path, &self, 1, &self, 1);
	assert_int_equal(mm_pmtiles_reader_new(p.path, &r, NULL), MM_OK);
	assert_int_equal(mm_pmtiles_reader_tile(r, 6, &out, &err), MM_E_DATA);
	assert_non_null(strstr(err.msg, "too deep"));
	r = mm_pmtiles_reader_free(r);
	write_by_hand(p.path, &self, 1, &tile, 1);
	assert_int_equal(mm_pmtiles_reader_new(p.path, &r, NULL), MM_OK);
	expect_tile(r, 5, "tile");
	expect_tile(r, 6, NULL);
	mm_buf_clear(&out);
	out.max = 3;
	assert_int_equal(mm_pmtiles_reader_tile(r, 5, &out, NULL), MM_E_LIMIT);
	(void)mm_pmtiles_reader_free(r);
	mm_buf_release(&out);
	place_remove(&p);
}

/* A gzip of nothing but zeros: 4 MiB and one byte. */
static void a_directory_that_unpacks_to_too_much_is_refused(void **state)
{
	struct mm_pmtiles_header h = {.packing = MM_PMTILES_GZIP, .tile_packing = MM_PMTILES_GZIP};
	struct place p = place_new("bomb.pmtiles");
	struct mm_pmtiles_reader *r = NULL;
	struct mm_gzip *gzip = mm_gzip_new(6);
	unsigned char head[MM_PMTILES_HEADER_BYTES], *zeros = calloc(1, MM_PMTILES_DIRECTORY_MAX + 1);
	struct mm_err err = {0};
	struct mm_buf all;

	(void)state;
	mm_buf_init(&all, 1 << 24);
	mm_buf_put(&all, zeros, sizeof(head));
	assert_int_equal(mm_gzip_put(gzip, zeros, MM_PMTILES_DIRECTORY_MAX + 1, &all, NULL), MM_OK);
	h.root = (struct mm_pmtiles_section){sizeof(head), all.len - sizeof(head)};
	assert_true(all.len < 16384);
	mm_pmtiles_header_write(&h, head);
	memcpy(all.data, head, sizeof(head));
	assert_int_equal(mm_file_write(p.path, all.data, all.len, NULL), MM_OK);
	assert_int_equal(mm_pmtiles_reader_new(p.path, &r, &err), MM_E_LIMIT);
	assert_non_null(strstr(err.msg, "unpacks to more"));
	mm_buf_release(&all);
	free(zeros);
	(void)mm_gzip_free(gzip);
	place_remove(&p);
}

/* Foreign archives of ../shared; false: they are not there. */
static bool read_shared(const char *name, struct mm_buf *out)
{
	const char *shared = getenv("MM_SHARED") ? getenv("MM_SHARED") : "../shared";
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/fixtures/pmtiles/%s", shared, name);
	mm_buf_init(out, 1 << 20);
	if (mm_file_read(path, out, NULL) == MM_OK)
		return true;
	print_message("no %s; set MM_SHARED\n", path);
	mm_buf_release(out);
	return false;
}

static void foreign_archives_are_read_or_refused_with_words(void **state)
{
	static const struct {
		const char *name, *words, *metadata;
		size_t tile; /* bytes of tile 0/0/0 */
	} rows[] = {
	    {"empty.pmtiles", "is empty", NULL, 0},
	    {"invalid.pmtiles", "is not a PMTiles archive", NULL, 0},
	    {"invalid_v4.pmtiles", "version 4: convert it to version 3", NULL, 0},
	    {"test_fixture_1.pmtiles", NULL, "\"name\": \"test_fixture_1.pmtiles\"", 69},
	    {"test_fixture_2.pmtiles", NULL, "\"name\": \"test_fixture_2.pmtiles\"", 67},
	    {"test_fixture_mlt.pmtiles", NULL, "\"vector_layers\"", 0},
	};
	struct place p = place_new("foreign.pmtiles");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_pmtiles_reader *r = NULL;
		struct mm_err err = {0};
		struct mm_buf file, out;

		if (!read_shared(rows[i].name, &file)) {
			place_remove(&p);
			skip();
		}
		assert_int_equal(mm_file_write(p.path, file.data, file.len, NULL), MM_OK);
		mm_buf_release(&file);
		assert_int_equal(mm_pmtiles_reader_new(p.path, &r, &err), rows[i].words ? MM_E_DATA : MM_OK);
		if (rows[i].words) {
			assert_non_null(strstr(err.msg, rows[i].words));
			assert_string_equal(err.where, p.path);
			continue;
		}
		mm_buf_init(&out, 1 << 16);
		assert_int_equal(mm_pmtiles_reader_metadata(r, &out, NULL), MM_OK);
		mm_buf_byte(&out, 0);
		assert_non_null(strstr((const char *)out.data, rows[i].metadata));
		mm_buf_clear(&out);
		assert_int_equal(mm_pmtiles_reader_tile(r, 0, &out, NULL),
				 rows[i].tile ? MM_OK : MM_E_NOT_FOUND);
		assert_int_equal(out.len, rows[i].tile);
		mm_buf_release(&out);
		(void)mm_pmtiles_reader_free(r);
	}
	place_remove(&p);
}

/* Cut off anywhere, an archive is refused; with any byte changed it is read or refused, never more. */
static void cut_off_and_damaged_archives_do_no_harm(void **state)
{
	static const unsigned char marks[] = {0, 1, 0x7f, 0x80, 0xff};
	struct place p = place_new("damaged.pmtiles");
	struct mm_buf file;

	(void)state;
	if (!read_shared("test_fixture_1.pmtiles", &file)) {
		place_remove(&p);
		skip();
	}
	for (size_t n = 0; n < file.len; n++) {
		struct mm_pmtiles_reader *r = NULL;
		struct mm_err err = {0};

		assert_int_equal(mm_file_write(p.path, file.data, n, NULL), MM_OK);
		assert_int_equal(mm_pmtiles_reader_new(p.path, &r, &err), MM_E_DATA);
		assert_true(strstr(err.msg, n == 0  ? "empty"
					    : n < 8 ? "is not a PMTiles"
						    : "cut off") != NULL);
	}
	for (size_t i = 0; i < 152 * sizeof(marks); i++) {
		const size_t at = i / sizeof(marks);
		const unsigned char was = file.data[at];
		struct mm_pmtiles_reader *r = NULL;
		struct mm_buf out;

		file.data[at] = marks[i % sizeof(marks)];
		assert_int_equal(mm_file_write(p.path, file.data, file.len, NULL), MM_OK);
		file.data[at] = was;
		mm_buf_init(&out, 1 << 20);
		if (mm_pmtiles_reader_new(p.path, &r, NULL) == MM_OK) {
			enum mm_code rc = mm_pmtiles_reader_metadata(r, &out, NULL);

			assert_true(rc == MM_OK || rc == MM_E_DATA || rc == MM_E_LIMIT);
			rc = mm_pmtiles_reader_tile(r, 0, &out, NULL);
			assert_true(rc == MM_OK || rc == MM_E_DATA || rc == MM_E_NOT_FOUND ||
				    rc == MM_E_LIMIT);
		}
		(void)mm_pmtiles_reader_free(r);
		mm_buf_release(&out);
	}
	mm_buf_release(&file);
	place_remove(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_written_is_read),
	    cmocka_unit_test(directories_that_are_not_in_order_are_refused),
	    cmocka_unit_test(a_leaf_that_names_itself_is_an_error_not_a_loop),
	    cmocka_unit_test(a_directory_that_unpacks_to_too_much_is_refused),
	    cmocka_unit_test(foreign_archives_are_read_or_refused_with_words),
	    cmocka_unit_test(cut_off_and_damaged_archives_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
