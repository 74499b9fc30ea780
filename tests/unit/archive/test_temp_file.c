#include "archive/archive_fixture.h"

#include "archive/temp_file.h"
#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

/* What a writer leaves, and what becomes of what killed ones left. */

static const char *beside(const struct place *p, const char *more)
{
	static char path[200];

	(void)snprintf(path, sizeof(path), "%s%s", p->path, more);
	return path;
}

static void make(const char *path)
{
	const int fd = open(path, O_CREAT | O_WRONLY | O_EXCL, 0600);

	assert_true(fd >= 0 && write(fd, "old", 3) == 3 && close(fd) == 0);
}

static void what_killed_writers_left_is_removed(void **state)
{
	struct place p = place_new("out.pmtiles");
	struct mm_temp_file f;

	(void)state;
	make(beside(&p, ".1.tmp")); /* a process that lives: but it does not hold the file */
	make(beside(&p, ".4000000.tmp"));
	assert_int_equal(mm_temp_file_open(&f, p.path, NULL), MM_OK);
	assert_int_equal(place_files(&p), 1);
	assert_int_equal(mm_temp_file_put(&f, "new", 3, NULL), MM_OK);
	assert_int_equal(mm_temp_file_commit(&f, NULL), MM_OK);
	assert_int_equal(place_files(&p), 1);
	assert_true(mm_file_exists(p.path));
	place_remove(&p);
}

static void what_others_write_or_own_stays(void **state)
{
	static const char *const others[] = {".tmp", ".12a.tmp", ".12.tmp2", ".12.tm", "x.12.tmp", "..tmp"};
	struct place p = place_new("out.pmtiles");
	struct mm_temp_file f, second;
	char held[200], link[200], folder[200];
	const size_t count = sizeof(others) / sizeof(others[0]);
	int fd;

	(void)state;
	for (size_t i = 0; i < count; i++)
		make(beside(&p, others[i]));
	(void)snprintf(held, sizeof(held), "%s", beside(&p, ".5000000.tmp"));
	(void)snprintf(link, sizeof(link), "%s", beside(&p, ".5000001.tmp"));
	(void)snprintf(folder, sizeof(folder), "%s", beside(&p, ".5000002.tmp"));
	make(held);
	fd = open(held, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && flock(fd, LOCK_EX) == 0);
	assert_int_equal(symlink(beside(&p, others[0]), link), 0);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(mm_temp_file_open(&f, p.path, NULL), MM_OK);
	assert_int_equal(place_files(&p), count + 4);
	/* of one process two at once would write into one file */
	assert_int_equal(mm_temp_file_open(&second, p.path, NULL), MM_E_IO);
	mm_temp_file_discard(&f);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(held) + unlink(link) + rmdir(folder), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(unlink(beside(&p, others[i])), 0);
	place_remove(&p);
}

static void an_old_file_of_its_own_number_is_begun_anew(void **state)
{
	struct place p = place_new("out.pmtiles");
	struct mm_temp_file f;
	struct mm_buf all;
	char own[32];

	(void)state;
	(void)snprintf(own, sizeof(own), ".%ld.tmp", (long)getpid());
	make(beside(&p, own));
	assert_int_equal(mm_temp_file_open(&f, p.path, NULL), MM_OK);
	assert_int_equal(mm_temp_file_put(&f, "n", 1, NULL), MM_OK);
	assert_int_equal(mm_temp_file_commit(&f, NULL), MM_OK);
	mm_buf_init(&all, 100);
	assert_int_equal(mm_file_read(p.path, &all, NULL), MM_OK);
	assert_int_equal(all.len, 1);
	mm_buf_release(&all);
	place_remove(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_killed_writers_left_is_removed),
	    cmocka_unit_test(what_others_write_or_own_stays),
	    cmocka_unit_test(an_old_file_of_its_own_number_is_begun_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
