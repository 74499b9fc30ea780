#ifndef MM_FEED_CHILD_SOURCE_H
#define MM_FEED_CHILD_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "feed/child/gdal.h"
#include "feed/job.h"
#include "geo/crs.h"

#include <stdbool.h>

#include <gdal.h>
#include <ogr_api.h>

/* One opened source. */
struct mm_gdal_source {
	const struct mm_job *job;
	struct mm_gdal_log *log;
	const char *open; /* the job's path, or a private copy of a database in use */
	GDALDatasetH dataset;
	OGRLayerH table;      /* chosen by mm_gdal_source_choose */
	bool table_is_result; /* of SQL */
	bool text_is_raw;     /* opened without recoding */
	bool is_one_stream;   /* rows of all tables come mixed (OSM) */
	bool is_copy; /* `open` is a private copy: SQLite may finish or take back what it finds begun */
};

/* SQLite's file header says whether it keeps a write-ahead log. */
bool mm_gdal_source_is_wal(const char *path);

/* Opens the job's source with the job's drivers.
 *
 * MM_E_DATA  GDAL cannot; the message is GDAL's
 * MM_E_IO    a copy of a database in use cannot be made */
MM_MUST_USE enum mm_code mm_gdal_source_open(const struct mm_job *job, struct mm_gdal_log *log,
					     struct mm_arena *mem, struct mm_gdal_source *ret,
					     struct mm_err *reterr);
void mm_gdal_source_close(struct mm_gdal_source *s);

/* The table the definition names, or the only one, or the answer of its SQL.
 *
 * MM_E_INVALID  none of that name, several and none named, or SQL that fails */
MM_MUST_USE enum mm_code mm_gdal_source_choose(struct mm_gdal_source *s, struct mm_err *reterr);

/* The next row of the table; NULL at the end. Free it with OGR_F_Destroy. */
OGRFeatureH mm_gdal_source_next(struct mm_gdal_source *s);

/* Opens a Shapefile again with its text as it is; others stay. */
MM_MUST_USE enum mm_code mm_gdal_source_open_raw(struct mm_gdal_source *s, struct mm_err *reterr);

/* True for the place-holders of GeoPackage ("Undefined geographic SRS") and the like: the source states
 * nothing. */
bool mm_gdal_srs_is_undefined(OGRSpatialReferenceH srs);

/* The system that a source states, its axes as x east, y north.
 *
 * MM_E_INVALID  it states none, or none that we know; the message is what to say of the source */
MM_MUST_USE enum mm_code mm_gdal_srs_read(OGRSpatialReferenceH srs, struct mm_proj *proj, struct mm_crs *ret,
					  struct mm_err *reterr);

/* True when the table can have geometries: a geometry column, or the definition's point columns. */
bool mm_gdal_source_has_geometry(const struct mm_gdal_source *s);

/*
 * The CRS of the table: what the definition says, else what the source says. A table without geometry gets
 * CRS84.
 *
 * ret_swap      the source's coordinates come north first
 * MM_E_INVALID  none stated, or not one we know: the message says what to write
 */
MM_MUST_USE enum mm_code mm_gdal_source_crs(const struct mm_gdal_source *s, struct mm_proj *proj,
					    struct mm_crs *ret, bool *ret_swap, struct mm_err *reterr);

#endif
