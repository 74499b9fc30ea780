#include "archive/archive_fixture.h"

#include "archive/gzip.h"
#include "archive/pmtiles_writer.h"
#include "base/file.h"

/* What a finished archive holds, read by hand after the specification. */
struct seen {
	struct mm_buf file;
	uint64_t root, root_len, meta, meta_len, leaf, leaf_len, data, data_len, tiles, entries, contents;
};

static uint64_t number64(const struct seen *s, size_t at)
{
	uint64_t v = 0;

	for (size_t i = 8; i-- > 0;)
		v = v << 8 | s->file.data[at + i];
	return v;
}

static int32_t number32(const struct seen *s, size_t at)
{
	return (int32_t)(uint32_t)(number64(s, at) & 0xffffffff);
}

static struct seen open_file(const char *path)
{
	struct seen s = {0};

	mm_buf_init(&s.file, 1 << 28);
	assert_int_equal(mm_file_read(path, &s.file, NULL), MM_OK);
	assert_true(s.file.len >= 16384);
	assert_memory_equal(s.file.data, "PMTiles\3", 8);
	s.root = number64(&s, 8);
	s.root_len = number64(&s, 16);
	s.meta = number64(&s, 24);
	s.meta_len = number64(&s, 32);
	s.leaf = number64(&s, 40);
	s.leaf_len = number64(&s, 48);
	s.data = number64(&s, 56);
	s.data_len = number64(&s, 64);
	s.tiles = number64(&s, 72);
	s.entries = number64(&s, 80);
	s.contents = number64(&s, 88);
	assert_true(s.root == 127 && s.root + s.root_len <= 16384);
	/* what go-pmtiles verify asks of an archive whose head is filled up */
	assert_true(s.file.len == 16384 + s.meta_len + s.leaf_len + s.data_len);
	return s;
}

struct row {
	uint64_t id, run, length, offset;
};

static uint64_t varint(const struct mm_buf *b, size_t *at)
{
	uint64_t v = 0;

	for (unsigned shift = 0;; shift += 7) {
		assert_true(*at < b->len && shift < 64);
		v |= (uint64_t)(b->data[*at] & 127) << shift;
		if (b->data[(*at)++] < 128)
			return v;
	}
}

static struct row *directory(const struct seen *s, uint64_t offset, uint64_t length, size_t *ret)
{
	struct mm_buf b;
	struct row *row;
	size_t at = 0;

	mm_buf_init(&b, 1 << 26);
	assert_int_equal(mm_gunzip(s->file.data + offset, length, &b, NULL), MM_OK);
	*ret = varint(&b, &at);
	row = calloc(*ret + 1, sizeof(*row));
	for (size_t i = 0; i < *ret; i++)
		row[i].id = (i ? row[i - 1].id : 0) + varint(&b, &at);
	for (size_t i = 0; i < *ret; i++)
		row[i].run = varint(&b, &at);
	for (size_t i = 0; i < *ret; i++)
		row[i].length = varint(&b, &at);
	for (size_t i = 0; i < *ret; i++) {
		const uint64_t v = varint(&b, &at);

		row[i].offset = v ? v - 1 : row[i - 1].offset + row[i - 1].length;
	}
	assert_true(at == b.len);
	mm_buf_release(&b);
	return row;
}

static void put(struct mm_pmtiles_writer *w, uint64_t number, const char *text)
{
	assert_int_equal(mm_pmtiles_writer_put(w, number, text, strlen(text), NULL), MM_OK);
}

static struct mm_archive_count finish(struct mm_pmtiles_writer *w)
{
	struct mm_archive_count count = {0};

	assert_int_equal(mm_pmtiles_writer_finish(w, &fixture_info, &count, NULL), MM_OK);
	(void)mm_pmtiles_writer_free(w);
	return count;
}

static void an_archive_of_no_tiles_is_an_archive(void **state)
{
	struct place p = place_new("out.pmtiles");
	struct mm_pmtiles_writer *w = NULL;
	struct mm_archive_count count;
	struct seen s;
	size_t n = 9;

	(void)state;
	assert_int_equal(mm_pmtiles_writer_new(p.path, &w, NULL), MM_OK);
	count = finish(w);
	s = open_file(p.path);
	free(directory(&s, s.root, s.root_len, &n));
	assert_true(n == 0 && s.tiles == 0 && s.data_len == 0 && s.leaf_len == 0);
	assert_true(count.tiles == 0 && count.bytes == s.file.len);
	mm_buf_release(&s.file);
	assert_int_equal(place_files(&p), 1);
	place_remove(&p);
}

static void the_header_says_what_it_was_told(void **state)
{
	static const char text[] = "{\"name\":\"Город\",\"attribution\":\"© \\\"Данные\\\"\","
				   "\"type\":\"overlay\",\"vector_layers\":[{\"id\":\"a\",\"fields\":{}}]}";
	struct place p = place_new("out.pmtiles");
	struct mm_pmtiles_writer *w = NULL;
	struct mm_buf meta;
	struct seen s;
	struct row *row;
	size_t n = 0;

	(void)state;
	assert_int_equal(mm_pmtiles_writer_new(p.path, &w, NULL), MM_OK);
	put(w, 21, "one tile");
	assert_false(mm_file_exists(p.path));
	(void)finish(w);
	s = open_file(p.path);
	assert_memory_equal(s.file.data + 96, "\1\2\2\1\3\16", 6);
	assert_int_equal(number32(&s, 102), -1800000000);
	assert_int_equal(number32(&s, 106), -850511287);
	assert_int_equal(number32(&s, 110), 396000000);
	assert_int_equal(number32(&s, 114), 526000000);
	assert_int_equal(s.file.data[118], 12);
	assert_int_equal(number32(&s, 119), 391000000);
	assert_int_equal(number32(&s, 123), 523000000);
	mm_buf_init(&meta, 4096);
	assert_int_equal(mm_gunzip(s.file.data + s.meta, s.meta_len, &meta, NULL), MM_OK);
	assert_int_equal(meta.len, strlen(text));
	assert_memory_equal(meta.data, text, meta.len);
	row = directory(&s, s.root, s.root_len, &n);
	assert_true(n == 1 && row[0].id == 21 && row[0].run == 1 && row[0].offset == 0 && row[0].length == 8);
	assert_memory_equal(s.file.data + s.data, "one tile", 8);
	free(row);
	mm_buf_release(&meta);
	mm_buf_release(&s.file);
	place_remove(&p);
}

static void equal_tiles_are_kept_once_and_runs_are_joined(void **state)
{
	struct place p = place_new("out.pmtiles");
	struct mm_pmtiles_writer *w = NULL;
	struct mm_archive_count count;
	struct row *row;
	struct seen s;
	size_t n = 0;

	(void)state;
	assert_int_equal(mm_pmtiles_writer_new(p.path, &w, NULL), MM_OK);
	put(w, 5, "water");
	put(w, 6, "water");
	put(w, 7, "water");
	put(w, 8, "land");
	put(w, 9, "water");  /* again, not next to the others */
	put(w, 11, "water"); /* after a gap */
	put(w, 12, "coast");
	count = finish(w);
	assert_true(count.tiles == 7 && count.entries == 5 && count.contents == 3);
	s = open_file(p.path);
	assert_true(s.tiles == 7 && s.entries == 5 && s.contents == 3 && s.data_len == 14);
	row = directory(&s, s.root, s.root_len, &n);
	assert_int_equal(n, 5);
	assert_memory_equal(
	    row,
	    ((const struct row[]){{5, 3, 5, 0}, {8, 1, 4, 5}, {9, 1, 5, 0}, {11, 1, 5, 0}, {12, 1, 5, 9}}),
	    5 * sizeof(*row));
	assert_memory_equal(s.file.data + s.data, "waterlandcoast", 14);
	free(row);
	mm_buf_release(&s.file);
	place_remove(&p);
}

/* Tiles whose number is their content, so that each can be told from all others. */
static void write_many(const char *path, uint64_t count)
{
	struct mm_pmtiles_writer *w = NULL;

	assert_int_equal(mm_pmtiles_writer_new(path, &w, NULL), MM_OK);
	for (uint64_t i = 0; i < count; i++) {
		char text[64];
		/* lengths and gaps of no order, so that the directory does not shrink much */
		const int n =
		    snprintf(text, sizeof(text), "%0*lu", 12 + (int)(i * 7919 % 31), (unsigned long)i);

		assert_int_equal(mm_pmtiles_writer_put(w, 3 * i + i * i % 3, text, (size_t)n, NULL), MM_OK);
	}
	(void)finish(w);
}

static void many_entries_go_into_leaves(void **state)
{
	enum { MANY = 50000 };
	struct place p = place_new("out.pmtiles");
	size_t leaves = 0, at = 0;
	struct row *root;
	struct seen s;

	(void)state;
	write_many(p.path, MANY);
	s = open_file(p.path);
	root = directory(&s, s.root, s.root_len, &leaves);
	assert_true(leaves > 1 && s.leaf_len > 0 && s.entries == MANY);
	for (size_t k = 0; k < leaves; k++) {
		size_t n = 0;
		struct row *row = directory(&s, s.leaf + root[k].offset, root[k].length, &n);

		assert_true(root[k].run == 0 && n > 0 && root[k].id == row[0].id);
		for (size_t i = 0; i < n; i++, at++) {
			char text[64];

			(void)snprintf(text, sizeof(text), "%.*s", (int)row[i].length,
				       (const char *)s.file.data + s.data + row[i].offset);
			assert_true(row[i].id == 3 * at + at * at % 3);
			assert_true(strtoull(text, NULL, 10) == at);
		}
		free(row);
	}
	assert_true(at == MANY);
	free(root);
	mm_buf_release(&s.file);
	place_remove(&p);
}

static void the_same_tiles_give_the_same_bytes(void **state)
{
	struct place a = place_new("a"), b = place_new("b");
	struct seen one, two;

	(void)state;
	write_many(a.path, 20001);
	write_many(b.path, 20001);
	one = open_file(a.path);
	two = open_file(b.path);
	assert_int_equal(one.file.len, two.file.len);
	assert_memory_equal(one.file.data, two.file.data, one.file.len);
	mm_buf_release(&one.file);
	mm_buf_release(&two.file);
	place_remove(&a);
	place_remove(&b);
}

static void an_unfinished_archive_leaves_what_was_there(void **state)
{
	struct place p = place_new("out.pmtiles");
	struct mm_pmtiles_writer *w = NULL;
	struct mm_buf old;

	(void)state;
	assert_int_equal(mm_file_write(p.path, "old", 3, NULL), MM_OK);
	assert_int_equal(mm_pmtiles_writer_new(p.path, &w, NULL), MM_OK);
	put(w, 0, "new");
	assert_int_equal(place_files(&p), 2);
	(void)mm_pmtiles_writer_free(w);
	assert_int_equal(place_files(&p), 1);
	mm_buf_init(&old, 100);
	assert_int_equal(mm_file_read(p.path, &old, NULL), MM_OK);
	assert_memory_equal(old.data, "old", 3);
	mm_buf_release(&old);
	place_remove(&p);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
	struct mm_pmtiles_writer *w = NULL;
	struct mm_err err = {0};

	(void)state;
	assert_int_equal(mm_pmtiles_writer_new("/nowhere/at/all/out.pmtiles", &w, &err), MM_E_IO);
	assert_null(w);
	assert_string_equal(err.where, "/nowhere/at/all/out.pmtiles");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_archive_of_no_tiles_is_an_archive),
	    cmocka_unit_test(the_header_says_what_it_was_told),
	    cmocka_unit_test(equal_tiles_are_kept_once_and_runs_are_joined),
	    cmocka_unit_test(many_entries_go_into_leaves),
	    cmocka_unit_test(the_same_tiles_give_the_same_bytes),
	    cmocka_unit_test(an_unfinished_archive_leaves_what_was_there),
	    cmocka_unit_test(a_folder_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
