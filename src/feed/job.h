#ifndef MM_FEED_JOB_H
#define MM_FEED_JOB_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "feed/definition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mm_export_job;
struct mm_raster_job;

/* What a child is told on its standard input, as JSON, and what it says on descriptor 3 when it is done. */
struct mm_job_edit;
struct mm_job {
	bool is_probe, is_edit;   /* neither: a freeze */
	struct mm_job_edit *edit; /* feed/edit_private.h */
	size_t edit_count;
	struct mm_layer_def def;   /* a probe needs only `source` */
	const char *const *driver; /* names to try in order */
	size_t driver_count;
	const char *open;            /* what GDAL is given */
	const char *const *readable; /* files and folders it may read */
	size_t readable_count;
	const char *list_dir; /* folder it may list, "" none */
	const char *
	    temp; /* folder it may write in: a private one; of an edit that of the source, see child/main.c */
	const char *out;   /* snapshot to write, within temp */
	const char *stamp; /* RFC 3339 or "" */
	uint64_t identity;
	uint64_t bytes;                     /* of the source, for the memory limit */
	bool has_network;                   /* a database */
	const struct mm_export_job *export; /* NULL: the job is to read, not to write */
	const struct mm_raster_job *raster; /* NULL: it is of features */
	const int *fd;                      /* descriptors the child gets as 4, 5 ...; not in the JSON */
	size_t fd_count;
	unsigned wall_s; /* the same; 0: 1200 */
};

enum { MM_CHILD_REPORT_FD = 3 };

void mm_job_write(const struct mm_job *job, struct mm_buf *out);
MM_MUST_USE enum mm_code mm_job_read(const char *json, size_t n, struct mm_arena *mem, struct mm_job *ret,
				     struct mm_err *reterr);

/* A report: {"code":"ok"} or {"code":"data","where":...,"message":...}, and for a probe its JSON under
 * "probe". */
struct mm_report {
	struct mm_buf *probe; /* borrowed; NULL for a freeze. Of an edit: the ids, as a JSON array of texts */
	uint64_t inode; /* of the file the driver opened, when it is known to have opened that one; else 0 */
	uint64_t left_out; /* rows that an export has no place for */
};

void mm_report_write(const struct mm_err *err, const struct mm_report *report, struct mm_buf *out);
/* Returns the child's own verdict; *ret is filled when it is MM_OK. MM_E_INTERNAL: no report. */
MM_MUST_USE enum mm_code mm_report_read(const char *json, size_t n, struct mm_report *ret,
					struct mm_err *reterr);

#endif
