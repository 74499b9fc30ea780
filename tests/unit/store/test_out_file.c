#include "check.h"

#include "base/file.h"
#include "base/hash.h"
#include "store/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What is put is in the file, in order, however it comes; what fails says so, and nothing hangs. */

enum { HEAD = 4096, MANY = 20 << 20 };

static char path[] = "/tmp/munimap-out-XXXXXX";

static int open_file(void)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

static unsigned char *noise(size_t n)
{
	unsigned char *p = malloc(n);
	uint32_t x = 7;

	assert_non_null(p);
	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = (unsigned char)(x >> 24);
	}
	return p;
}

static void assert_file(const unsigned char *want, size_t n, uint64_t sum)
{
	struct mm_buf have;

	mm_buf_init(&have, 64 << 20);
	assert_int_equal(mm_file_read(path, &have, NULL), MM_OK);
	assert_int_equal(have.len, HEAD + n);
	for (size_t i = 0; i < HEAD; i++)
		assert_int_equal(have.data[i], 0);
	assert_memory_equal(have.data + HEAD, want, n);
	assert_true(sum == mm_hash64(want, n, 0));
	mm_buf_release(&have);
}

static void what_is_put_is_there(void **state)
{
	static const size_t steps[] = {1, 1000, 1 << 20, (1 << 20) + 1, 5 << 20, MANY};
	unsigned char *bytes = noise(MANY);

	(void)state;
	for (size_t k = 0; k < sizeof(steps) / sizeof(*steps); k++) {
		const size_t n = steps[k] == 1 ? 100 : MANY;
		struct mm_out_file o;
		uint64_t sum;

		mm_out_file_begin(&o, open_file(), HEAD);
		for (size_t at = 0; at < n; at += steps[k])
			mm_out_file_put(&o, bytes + at, steps[k] < n - at ? steps[k] : n - at);
		assert_int_equal(o.at, HEAD + n);
		mm_out_file_settle(&o, HEAD + n / 2);
		sum = mm_out_file_checksum(&o);
		assert_int_equal(o.error, 0);
		mm_out_file_end(&o);
		mm_out_file_end(&o);
		assert_file(bytes, n, sum);
	}
	free(bytes);
}

static void a_part_is_there_when_it_has_settled(void **state)
{
	unsigned char *bytes = noise(MANY), have[100];
	struct mm_out_file o;

	(void)state;
	mm_out_file_begin(&o, open_file(), HEAD);
	for (size_t at = 0; at + 100 <= 3 << 20; at += 100) {
		mm_out_file_put(&o, bytes + at, 100);
		if (at % 300000)
			continue;
		mm_out_file_settle(&o, o.at);
		assert_int_equal(pread(o.fd, have, 100, (off_t)(HEAD + at)), 100);
		assert_memory_equal(have, bytes + at, 100);
	}
	mm_out_file_end(&o);
	free(bytes);
}

static void sections_are_aligned_and_a_file_begins_anew(void **state)
{
	unsigned char *bytes = noise(MANY);
	struct mm_out_file o;
	struct mm_span span;
	uint64_t sum;

	(void)state;
	mm_out_file_begin(&o, open_file(), HEAD);
	mm_out_file_put(&o, bytes, MANY);
	mm_out_file_restart(&o, HEAD);
	mm_out_file_put(&o, bytes, 64);
	span = mm_out_file_span(&o, bytes + 64, 3 << 20);
	assert_true(span.offset == HEAD + 64 && span.bytes == 3 << 20);
	mm_out_file_put(&o, "x", 1);
	span = mm_out_file_span(&o, NULL, 0);
	assert_true(span.offset % MM_FORMAT_ALIGN == 0 && span.offset > o.at - MM_FORMAT_ALIGN &&
		    span.bytes == 0);
	sum = mm_out_file_checksum(&o);
	mm_out_file_end(&o);
	memset(bytes + 64 + (3 << 20), 0, MM_FORMAT_ALIGN);
	bytes[64 + (3 << 20)] = 'x';
	assert_file(bytes, 64 + (3 << 20) + MM_FORMAT_ALIGN, sum);
	free(bytes);
}

static void a_full_disk_is_told_of(void **state)
{
	const struct rlimit small = {6 << 20, RLIM_INFINITY};
	unsigned char *bytes = noise(MANY);
	struct rlimit was;
	struct mm_out_file o;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	mm_out_file_begin(&o, open_file(), HEAD);
	for (size_t at = 0; at < MANY; at += 1000)
		mm_out_file_put(&o, bytes + at, 1000);
	mm_out_file_settle(&o, o.at);
	assert_int_equal(o.error, EFBIG);
	(void)mm_out_file_checksum(&o);
	mm_out_file_end(&o);
	mm_out_file_begin(&o, open_file(), HEAD); /* what makes it says it cannot */
	mm_out_file_fail(&o, ENOMEM);
	mm_out_file_fail(&o, EIO);
	mm_out_file_put(&o, bytes, MANY);
	assert_int_equal(o.error, ENOMEM);
	mm_out_file_end(&o);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_put_is_there),
	    cmocka_unit_test(a_part_is_there_when_it_has_settled),
	    cmocka_unit_test(sections_are_aligned_and_a_file_begins_anew),
	    cmocka_unit_test(a_full_disk_is_told_of),
	};
	int fd = mkstemp(path), failed;

	if (fd < 0)
		return 1;
	(void)close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(path);
	return failed;
}
