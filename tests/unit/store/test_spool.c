#include "check.h"

#include "store/spool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PIECE = 100003, PIECES = 40 }; /* four megabytes, each piece with bytes of its own */

static void put_pieces(struct mm_spool *s, int first, int count)
{
	static unsigned char piece[PIECE];

	for (int i = first; i < first + count; i++) {
		memset(piece, i + 1, sizeof(piece));
		mm_buf_put(&s->tail, piece, sizeof(piece));
		mm_spool_file(s);
	}
}

static void check_pieces(struct mm_spool *s, int count)
{
	const unsigned char *bytes = mm_spool_bytes(s);

	assert_non_null(bytes);
	assert_false(s->failed);
	assert_int_equal(mm_spool_len(s), (uint64_t)count * PIECE);
	for (size_t at = 0; at < (size_t)count * PIECE; at++)
		assert_int_equal(bytes[at], (unsigned char)(at / PIECE + 1));
}

static void bytes_wait_in_a_file_and_come_back(void **state)
{
	struct mm_spool s;

	(void)state;
	mm_spool_init(&s);
	mm_spool_open_beside(&s, "/tmp/a-snapshot-of-which-only-the-folder-counts");
	assert_true(s.fd >= 0);
	put_pieces(&s, 0, PIECES / 2);
	assert_true(s.filed > 0);
	check_pieces(&s, PIECES / 2);
	mm_spool_let_go(&s);
	check_pieces(&s, PIECES / 2);
	put_pieces(&s, PIECES / 2, PIECES / 2); /* and more */
	check_pieces(&s, PIECES);
	mm_spool_release(&s);
	assert_int_equal(mm_spool_len(&s), 0);
}

static void without_a_file_they_wait_in_memory(void **state)
{
	struct mm_spool s;

	(void)state;
	mm_spool_init(&s);
	assert_null(mm_spool_bytes(&s));
	assert_false(s.failed);
	mm_spool_open_beside(&s, "/no/such/folder/x");
	put_pieces(&s, 0, PIECES);
	assert_int_equal(s.filed, 0);
	check_pieces(&s, PIECES);
	mm_spool_let_go(&s);
	mm_spool_release(&s);
}

static void a_file_that_cannot_grow_is_a_failure(void **state)
{
	struct rlimit before, little;
	struct mm_spool s;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = before;
	little.rlim_cur = 1 << 20;
	(void)signal(SIGXFSZ, SIG_IGN);
	mm_spool_init(&s);
	mm_spool_open_beside(&s, "/tmp/x");
	assert_true(s.fd >= 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	put_pieces(&s, 0, PIECES);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_true(s.failed);
	assert_null(mm_spool_bytes(&s));
	mm_spool_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_wait_in_a_file_and_come_back),
	    cmocka_unit_test(without_a_file_they_wait_in_memory),
	    cmocka_unit_test(a_file_that_cannot_grow_is_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
