#ifndef MM_FEED_CHILD_EXPORT_PRIVATE_H
#define MM_FEED_CHILD_EXPORT_PRIVATE_H

#include "feed/child/export.h"
#include "feed/child/export_columns.h"
#include "feed/child/export_index.h"
#include "feed/child/export_shape.h"
#include "feed/export_job.h"

#include <limits.h>

#include <gdal.h>
#include <ogr_srs_api.h>

/* Shared by export.c, export_layers.c, export_rows.c, export_sheet.c and export_dxf.c. */

enum { MM_EXPORT_KINDS = 3 /* points, lines, polygons: enum mm_part_kind */ };

/* One export under way. */
struct mm_export_writer {
	const struct mm_job *job;
	const struct mm_export_job *x;
	const struct mm_gdal_log *log;
	struct mm_layer *layer;
	const struct mm_schema *schema;
	const uint32_t *row;
	uint32_t from, to; /* those that mm_export_rows writes; all, unless the file is written in pieces */
	struct mm_proj *proj;
	const struct mm_transform *transform; /* NULL: the rows are in that system */
	OGRSpatialReferenceH srs;
	struct mm_export_columns columns;
	unsigned kinds; /* bits of those that rows have */
	bool has_z, has_many[MM_EXPORT_KINDS], has_single[MM_EXPORT_KINDS];
	char path[PATH_MAX + 16]; /* what GDAL writes */
	GDALDatasetH ds;
	struct mm_buf text;
	uint32_t left_out;
	struct mm_box extent; /* of what was written */
	bool is_indexed;      /* the file gets its index from us */
	struct mm_export_index index;
	uint32_t *order; /* owned; NULL: the rows are in the order they came in */
};

/* True for formats whose files lie in a folder, one for each kind of geometry, and are packed in the end. */
static inline bool mm_export_is_folder(enum mm_export_format f)
{
	return f == MM_EXPORT_SHP || f == MM_EXPORT_TAB;
}

/* MM_E_INTERNAL: our words, and GDAL's if it has any. */
MM_MUST_USE enum mm_code mm_export_failed(const struct mm_export_writer *w, const char *what,
					  struct mm_err *reterr);

/* export_layers.c: makes the layers of the file, and writes all rows. */
MM_MUST_USE enum mm_code mm_export_layers(struct mm_export_writer *w, struct mm_err *reterr);

/* export_sheet.c: the whole file of a sheet. */
MM_MUST_USE enum mm_code mm_export_sheet(struct mm_export_writer *w, struct mm_err *reterr);

/* export_dxf.c: the whole file of a drawing. */
MM_MUST_USE enum mm_code mm_export_dxf(struct mm_export_writer *w, struct mm_err *reterr);

/*
 * export_rows.c: writes the rows to a layer.
 *
 * kind      only rows with such parts, and only those parts; -1: all
 * first     rows without geometry are written here
 * to_multi  see mm_export_shape
 */
MM_MUST_USE enum mm_code mm_export_rows(struct mm_export_writer *w, OGRLayerH layer, int kind, bool first,
					bool to_multi, struct mm_err *reterr);

#endif
