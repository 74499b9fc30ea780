#ifndef MM_FEED_CHILD_POUR_H
#define MM_FEED_CHILD_POUR_H

#include "base/arena.h"
#include "base/err.h"
#include "feed/child/gdal.h"
#include "feed/job.h"

/* Reads the job's source and writes its snapshot.
 *
 * MM_E_DATA     GDAL cannot read it, or breaks off half-way: half a layer is never taken for the whole
 * MM_E_INVALID  the definition does not fit the source */
MM_MUST_USE enum mm_code mm_pour(const struct mm_job *job, struct mm_gdal_log *log, struct mm_arena *mem,
				 struct mm_err *reterr);

#endif
