#ifndef MM_FEED_CHILD_DESCRIBE_H
#define MM_FEED_CHILD_DESCRIBE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "feed/child/gdal.h"
#include "feed/job.h"

/* Writes the JSON of feed/probe.c for the job's source.
 *
 * MM_E_DATA   GDAL cannot read it
 * MM_E_LIMIT  the description is larger than `out` may be */
MM_MUST_USE enum mm_code mm_describe(const struct mm_job *job, struct mm_gdal_log *log, struct mm_arena *mem,
				     struct mm_buf *out, struct mm_err *reterr);

#endif
