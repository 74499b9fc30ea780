#ifndef MM_FEED_RASTER_JOB_H
#define MM_FEED_RASTER_JOB_H

#include "base/arena.h"
#include "base/json.h"
#include "store/raster.h"

#include <jansson.h>

/* What a child is told of a raster, beside mm_job: to look into it (what it finds goes into the report), or
 * to write the pixels of a window to mm_job.out, RGBA, 8 bits each, row by row, colours not multiplied. */
struct mm_raster_job {
	bool is_look;
	bool has_range;
	double range[2];
	const char *source_crs;         /* of a window */
	struct mm_raster_window window; /* the same */
};

/* What a look finds. */
struct mm_raster_look {
	const char *crs, *crs_code, *crs_name;
	uint32_t width_px, height_px;
	double resolution_m;
	struct mm_box box_deg;
	double range[2]; /* equal: bytes, as they are */
	bool is_opaque;
};

/* Under the key "raster". */
void mm_raster_job_put(const struct mm_raster_job *r, struct mm_json *j);

/* From the value of that key; NULL: there is none, or `mem` is exhausted. */
const struct mm_raster_job *mm_raster_job_take(const json_t *o, struct mm_arena *mem);

void mm_raster_look_put(const struct mm_raster_look *l, struct mm_json *j);

/* Texts live in `mem`. MM_E_DATA: it is not what a look can find. */
MM_MUST_USE enum mm_code mm_raster_look_take(const char *json, size_t n, struct mm_arena *mem,
					     struct mm_raster_look *ret, struct mm_err *reterr);

#endif
