#ifndef MM_FEED_EXPORT_JOB_H
#define MM_FEED_EXPORT_JOB_H

#include "base/arena.h"
#include "base/json.h"
#include "feed/export.h"

#include <jansson.h>

/* What a child is told of an export, beside mm_job: the snapshot is its descriptor 4, the rows (uint32_t
 * each, in order) are descriptor 5. */
struct mm_export_job {
	enum mm_export_format format;
	uint32_t count;
	const char *crs, *encoding, *lang;
	const uint32_t *left_out; /* numbers of fields */
	size_t left_out_count;
	bool keeps_order;
	uint64_t max_bytes; /* of one file */
};

enum { MM_CHILD_LAYER_FD = 4, MM_CHILD_ROWS_FD = 5 };

/* Under the key "export". */
void mm_export_job_put(const struct mm_export_job *e, struct mm_json *j);

/* From the value of that key; NULL: there is none, or `mem` is exhausted. */
const struct mm_export_job *mm_export_job_take(const json_t *o, struct mm_arena *mem);

#endif
