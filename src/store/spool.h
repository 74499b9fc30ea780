#ifndef MM_STORE_SPOOL_H
#define MM_STORE_SPOOL_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Bytes that are made early and read late: they wait in a file without a name, and are read from there. A few
 * of them, or all where no file can be made, wait in memory. One thread at a time.
 */
struct mm_spool {
	struct mm_buf tail; /* what is not in the file; new bytes go here */
	int fd;             /* -1: none */
	uint64_t filed;     /* bytes in the file */
	unsigned char *map;
	uint64_t mapped; /* bytes */
	bool failed;     /* the file could not take them, or memory ran out */
};

void mm_spool_init(struct mm_spool *s);

/* Has bytes that are put from now on wait in the folder of a file that is being written. */
void mm_spool_open_beside(struct mm_spool *s, const char *path);

/* Bytes so far. */
static inline uint64_t mm_spool_len(const struct mm_spool *s)
{
	return s->filed + s->tail.len;
}

/* Writes what has gathered, once it is worth it. */
void mm_spool_file(struct mm_spool *s);

/* All of them, until it is released or more are put; NULL when it has failed (`failed`), or there are none.
 */
const unsigned char *mm_spool_bytes(struct mm_spool *s);

/* Lets go of what is in memory of the file; it stays readable. Any thread. */
void mm_spool_let_go(const struct mm_spool *s);

void mm_spool_release(struct mm_spool *s);

#endif
