#ifndef MM_FEED_CHILD_SANDBOX_H
#define MM_FEED_CHILD_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The walls around the process that runs GDAL. Each stands by itself; a kernel without one of them leaves the
 * others.
 */
struct mm_sandbox {
	const char *const *readable; /* files, and folders with all below them */
	size_t readable_count;
	const char *list_dir; /* folder that may be listed but not read, "" none */
	const char
	    *writable; /* folder, "" none: a private one; for an edit in a write-ahead log the source's */
	const char *const *writable_file; /* for an edit: the source and its journal, which are there */
	size_t writable_file_count;
	bool has_network; /* sockets may be opened: the database profile */
};

enum mm_wall { MM_WALL_LIMITS = 1, MM_WALL_FILES = 2, MM_WALL_CALLS = 4 };

/* The walls this kernel has, found out without entering them. */
unsigned mm_sandbox_available(void);

/* By the size of the source, 0 when that is not known: memory (4 GiB, or 8 times its size), CPU time (60 s
 * and 2 s a megabyte, 600 s at most), file size, descriptors; no core file; dies with its parent. First,
 * before GDAL starts. */
bool mm_sandbox_limit(uint64_t source_bytes);

/* A smaller limit on the size of each file that is written. */
bool mm_sandbox_limit_file(uint64_t bytes);

/* No new privileges; Landlock: reads only what is listed and the data of GDAL, PROJ and the C library, writes
 * only the one folder; seccomp: no sockets, no exec, no fork, no ptrace, no signals to others. For good.
 * Returns the set of walls that stand. */
unsigned mm_sandbox_enter(const struct mm_sandbox *s);

#endif
