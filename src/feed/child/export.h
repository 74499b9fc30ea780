#ifndef MM_FEED_CHILD_EXPORT_H
#define MM_FEED_CHILD_EXPORT_H

#include "base/arena.h"
#include "base/err.h"
#include "feed/child/gdal.h"
#include "feed/job.h"

/*
 * The child's side of an export: writes job->out from the snapshot and the rows it was handed.
 *
 * ret_left_out  rows without geometry, where the format has no place for them
 *
 * MM_E_INVALID   the format cannot hold it
 * MM_E_INTERNAL  GDAL cannot write it, in its words
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_export_write(const struct mm_job *job, const struct mm_gdal_log *log,
					 struct mm_arena *mem, uint64_t *ret_left_out, struct mm_err *reterr);

#endif
