#ifndef MM_FEED_CHILD_EXPORT_COLUMNS_H
#define MM_FEED_CHILD_EXPORT_COLUMNS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "feed/export_job.h"
#include "store/layer.h"

#include <ogr_api.h>

enum { MM_EXPORT_NAME_MAX = 256 };

/* What a column of the file holds: a field of the layer by its number, or: */
enum { MM_EXPORT_ID = -1, MM_EXPORT_X = -2, MM_EXPORT_Y = -3, MM_EXPORT_Z = -4, MM_EXPORT_WKT = -5 };

struct mm_export_column {
	int what;
	enum mm_type type; /* of the value */
	OGRFieldType as;   /* as it is written */
	char name[MM_EXPORT_NAME_MAX];
	int width;      /* of texts in tables with fixed widths, bytes; 0: as long as they are */
	bool is_cp1251; /* where a character is a byte */
	bool is_utc;    /* moments have no offset */
};

struct mm_export_columns {
	struct mm_export_column *column;
	size_t count;
	bool has_fid;               /* ids are the file's own feature numbers (GeoPackage) */
	const char *fid, *geometry; /* names for those two that no column has */
};

/*
 * Chooses the columns of the file: the fields that are asked for, under names the format allows, no two
 * alike, and the id where no field has it.
 *
 * has_points, has_z  of the rows: what columns a sheet has for them
 *
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_export_columns_choose(const struct mm_layer *l, const uint32_t *row,
						  const struct mm_export_job *job, bool has_points,
						  bool has_z, struct mm_arena *mem,
						  struct mm_export_columns *ret, struct mm_err *reterr);

/* Bytes of UTF-8 whose first characters take at most `max` bytes in the file. */
size_t mm_export_cut(const char *text, size_t n, size_t max, bool is_cp1251);

/* Creates them in a layer, in order: column i is OGR field i. */
MM_MUST_USE enum mm_code mm_export_columns_create(const struct mm_export_columns *c, OGRLayerH layer,
						  struct mm_err *reterr);

/* The value of a row; null for columns of the geometry. */
void mm_export_column_get(const struct mm_export_column *c, const struct mm_layer *l, uint32_t row,
			  struct mm_value *ret);

/* Puts the values of a row; columns of the geometry are left null. `scratch` holds texts meanwhile. */
void mm_export_columns_put(const struct mm_export_columns *c, const struct mm_layer *l, uint32_t row,
			   OGRFeatureH f, struct mm_buf *scratch);

#endif
