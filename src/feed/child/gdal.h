#ifndef MM_FEED_CHILD_GDAL_H
#define MM_FEED_CHILD_GDAL_H

#include "base/err.h"
#include "feed/job.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* GDAL, set up for files that nobody has looked at: only the drivers of feed/drivers.h, no network, nothing
 * written outside the private folder. Once a process. */

enum { MM_GDAL_MESSAGES = 20 };

/* What GDAL said. */
struct mm_gdal_log {
	char message[MM_GDAL_MESSAGES][300];
	size_t count;           /* kept */
	unsigned long failures; /* said in all, warnings apart */
	char last_failure[300];
	char *hidden;       /* text that is not told; set by mm_gdal_start */
	bool is_connection; /* it is one, and no piece of it is told either */
	uint64_t inode;     /* see mm_report */
};

void mm_gdal_start(const struct mm_job *job, struct mm_gdal_log *log);

/* The last failure since `failures` was this count, else `otherwise`. */
const char *mm_gdal_why(const struct mm_gdal_log *log, unsigned long failures, const char *otherwise);

#endif
