#ifndef MM_FEED_CHILD_EDIT_H
#define MM_FEED_CHILD_EDIT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "feed/child/gdal.h"
#include "feed/job.h"

/*
 * Writes the job's edits to its source in one transaction, and syncs it. The ids go to `out`, as a JSON array
 * of texts. Errors as mm_edit_apply has them, but MM_E_IO; `where` of MM_E_DATA is "source".
 */
MM_MUST_USE enum mm_code mm_child_edit(const struct mm_job *job, struct mm_gdal_log *log,
				       struct mm_arena *mem, struct mm_buf *out, struct mm_err *reterr);

#endif
