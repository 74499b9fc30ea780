#ifndef MM_STORE_OUT_FILE_H
#define MM_STORE_OUT_FILE_H

#include "base/buf.h"
#include "store/format.h"

#include <stdatomic.h>
#include <stdint.h>

/*
 * A snapshot file while it is written, from its beginning on: bytes are put by one thread at a time, and a
 * thread of the file's own, once there is a megabyte of them, takes their checksum and writes them. At most 8
 * MB are on their way.
 */
struct mm_out_file {
	int fd;
	uint64_t at;      /* of the next byte that is put */
	atomic_int error; /* errno of the first failure of the file, or of whoever makes what goes into it */
	struct mm_out_queue *queue;
};

/* What is put goes behind the first `at` bytes, which are zeros. `fd` is the file's from then on; where `o`
 * lies, it stays. */
void mm_out_file_begin(struct mm_out_file *o, int fd, uint64_t at);

void mm_out_file_put(struct mm_out_file *o, const void *bytes, size_t n);

/* The same at the next place where a section may begin. */
struct mm_span mm_out_file_span(struct mm_out_file *o, const void *bytes, size_t n);
struct mm_span mm_out_file_buf(struct mm_out_file *o, const struct mm_buf *b);

/* Notes a failure: ENOMEM for what could not be made. */
void mm_out_file_fail(struct mm_out_file *o, int error);

/* Waits until all that lies before `end` is in the file, or it has failed. */
void mm_out_file_settle(struct mm_out_file *o, uint64_t end);

/* Begins the file anew behind its first `at` bytes, and the checksum with what is put from now on. */
void mm_out_file_restart(struct mm_out_file *o, uint64_t at);

/* Waits for all of it; the checksum (XXH3, 64 bits) of what was put since it was begun. */
uint64_t mm_out_file_checksum(struct mm_out_file *o);

/* Closes the file. May be called again. */
void mm_out_file_end(struct mm_out_file *o);

#endif
