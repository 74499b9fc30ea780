#ifndef MM_FEED_CHILD_COLUMNS_H
#define MM_FEED_CHILD_COLUMNS_H

#include "base/arena.h"
#include "base/err.h"
#include "feed/child/source.h"
#include "feed/child/text.h"
#include "store/schema.h"

#include <stdbool.h>
#include <stddef.h>

/* How a table's columns become fields. */
struct mm_column {
	OGRFieldType ogr;
	enum mm_type native; /* what the driver gives */
	enum mm_type type;   /* what is stored */
};

struct mm_columns {
	struct mm_field *field;   /* for the schema; count entries, in the source's order */
	struct mm_column *column; /* beside it; the index is OGR's field index */
	size_t count;
	size_t id;           /* field of the id; SIZE_MAX: the driver's feature number */
	size_t x, y;         /* fields that make points; SIZE_MAX: none */
	const char *id_name; /* as served; "" for the feature number */
};

/* What the driver's type is to us. Lists are JSON, binary is base64 text. */
enum mm_type mm_column_type(OGRFieldType type, OGRFieldSubType subtype);

/* Joins the table's columns with the definition's fields.
 *
 * MM_E_INVALID  the definition names a column that is not there (the message names the nearest), or two
 * fields would have one name MM_E_LIMIT    more than 1 000 columns */
MM_MUST_USE enum mm_code mm_columns_plan(const struct mm_gdal_source *s, struct mm_text_reader *text,
					 struct mm_arena *mem, struct mm_columns *ret, struct mm_err *reterr);

#endif
