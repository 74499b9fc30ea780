#ifndef MM_STORE_LAYER_BUILD_H
#define MM_STORE_LAYER_BUILD_H

#include "base/err.h"
#include "geo/crs.h"
#include "geo/geom.h"
#include "geo/topo.h"
#include "store/layer.h"
#include "store/schema.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Gathers rows and freezes them into a snapshot file. One thread. A row is: begin, id, values, geometry, end.
 * Values not set are null.
 */
struct mm_layer_build;

/* Copies the schema (has_text_ids is decided by the builder: integer unless a text id comes or two ids are
 * equal). */
MM_MUST_USE enum mm_code mm_layer_build_new(const struct mm_schema *schema, struct mm_layer_build **ret,
					    struct mm_err *reterr);
struct mm_layer_build *mm_layer_build_free(struct mm_layer_build *b); /* NULL allowed; returns NULL */

/*
 * Begins the snapshot at `path`, the one that mm_layer_build_freeze will be given: from now on coordinates go
 * there and not into memory. Without it freezing does so. `path` is borrowed until then.
 *
 * MM_E_IO     the file cannot be made
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_layer_build_begin_file(struct mm_layer_build *b, const char *path,
						   struct mm_err *reterr);

void mm_layer_build_begin(struct mm_layer_build *b);

/* At most one id a row; without one the row gets its number. Two equal ids: the later ones get "~2", "~3" ...
 * behind them. Text: UTF-8 of at most 1 024 bytes; longer ones are cut, and both that and bad bytes are
 * noted. */
void mm_layer_build_id_int(struct mm_layer_build *b, int64_t id);
void mm_layer_build_id_text(struct mm_layer_build *b, const char *text, size_t n);

/* `v` of the field's type. What no reader could write out is null instead, and noted: JSON that is none,
 * dates outside the years -9999 to 9999, times outside a day, zones a day or more off. Bytes that are not
 * UTF-8 become U+FFFD. */
void mm_layer_build_value(struct mm_layer_build *b, size_t field, const struct mm_value *v);

/* What the schema's importance_expression gives for the row, the greater the more important; NaN, or not
 * called: none, the least important. At most once a row. */
void mm_layer_build_importance(struct mm_layer_build *b, double v);

/* Geometry in the source CRS, copied. Coordinates need not be finite: the freeze notes them. */
void mm_layer_build_geom(struct mm_layer_build *b, const struct mm_geom *g);

/* Notes something about the current row, or about the layer when no row is begun. */
void mm_layer_build_note(struct mm_layer_build *b, enum mm_quality_kind kind, const char *note);

/* MM_E_NOMEM when anything since begin could not be kept; MM_E_LIMIT past 2^32 - 2 rows or vertices of one
 * row. */
MM_MUST_USE enum mm_code mm_layer_build_end(struct mm_layer_build *b, struct mm_err *reterr);

/*
 * Transforms to the world square, repairs polygons, indexes, and writes the snapshot to `path` (truncated,
 * synced, checksummed; the caller renames it). The builder is spent afterwards.
 *
 * identity      hash of source and definition, see mm_layer_identity
 * source_stamp  RFC 3339 or ""
 */
MM_MUST_USE enum mm_code mm_layer_build_freeze(struct mm_layer_build *b, uint64_t identity,
					       const char *source_stamp, const char *path,
					       struct mm_err *reterr);

#endif
