#ifndef MM_FEED_CHILD_EDIT_PRIVATE_H
#define MM_FEED_CHILD_EDIT_PRIVATE_H

#include "feed/child/columns.h"
#include "feed/child/edit.h"
#include "feed/child/source.h"
#include "feed/edit_private.h"

#include <ogr_api.h>

/* The table that edits are written to. */
struct mm_target {
	const struct mm_job *job;
	struct mm_gdal_log *log;
	struct mm_arena *mem;
	struct mm_gdal_source source;
	struct mm_columns columns;
	OGRFeatureDefnH defn;
	const char *fid_column; /* "" when there is none */
	bool is_gpkg, swap;     /* swap: the source has y before x */
};

/* A failure that is of the edit: `at` ("/geometry") is put behind the edit's own place. */
enum mm_code mm_target_wrong(const struct mm_job_edit *e, enum mm_code code, const char *at,
			     struct mm_err *reterr, const char *fmt, ...) MM_PRINTF(5, 6);

/* Sets field `i` of a feature; MM_E_INVALID: the column does not take the value. */
MM_MUST_USE enum mm_code mm_target_set(const struct mm_target *t, OGRFeatureH f, size_t i,
				       const struct mm_job_edit *e, const struct mm_job_value *v,
				       struct mm_err *reterr);

/* Sets the geometry, null too: of the table's type, with heights where the table has them. */
MM_MUST_USE enum mm_code mm_target_set_geometry(const struct mm_target *t, OGRFeatureH f,
						const struct mm_job_edit *e, struct mm_err *reterr);

/* Finds the feature number that a served id is of. MM_E_NOT_FOUND: none. */
MM_MUST_USE enum mm_code mm_target_find(const struct mm_target *t, const struct mm_job_edit *e, GIntBig *ret,
					struct mm_err *reterr);

/* Gives a new feature the id that the client wants, or one that nobody has, or leaves it to the source. */
MM_MUST_USE enum mm_code mm_target_name(const struct mm_target *t, OGRFeatureH f, const struct mm_job_edit *e,
					struct mm_err *reterr);

/* The id of a feature that has been written, as it will be served; in the arena. NULL: out of memory. */
const char *mm_target_id(const struct mm_target *t, GIntBig fid);

#endif
