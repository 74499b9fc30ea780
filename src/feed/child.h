#ifndef MM_FEED_CHILD_H
#define MM_FEED_CHILD_H

#include "base/buf.h"
#include "base/err.h"
#include "feed/job.h"

/*
 * Starts the walled-in child for a job, waits for it, and gives its verdict. What the child does to itself -
 * crash, run over a limit, fall silent - becomes an error here.
 *
 * stop_fd    the child is killed when this becomes readable; -1: none
 * ret        probe must be set for a probe job
 *
 * MM_E_LIMIT  over its CPU time, memory, file size, or report size
 * MM_E_DATA   GDAL crashed
 * MM_E_BUSY   stopped by stop_fd
 * MM_E_IO     the child could not be started
 *
 * Any thread. The child dies with the calling thread.
 */
MM_MUST_USE enum mm_code mm_child_run(const struct mm_job *job, int stop_fd, struct mm_report *ret,
				      struct mm_err *reterr);

#endif
