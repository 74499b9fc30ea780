#ifndef MM_STORE_BUILD_PRIVATE_H
#define MM_STORE_BUILD_PRIVATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "store/ahead.h"
#include "store/format.h"
#include "store/layer_build.h"

/* A column while it grows. */
struct mm_build_column {
	struct mm_buf data;   /* elements as in the file */
	struct mm_buf offset; /* DATETIME: int16 a row; TEXT, JSON: uint64 starts */
	struct mm_buf text;
	struct mm_map *words; /* TEXT, JSON: text to code */
	uint32_t word_count;
	uint8_t *nulls; /* one byte a row while building */
	size_t nulls_cap;
	bool has_nulls;
};

struct mm_layer_build {
	struct mm_arena mem; /* schema and notes */
	struct mm_schema schema;
	struct mm_build_column *column;
	uint32_t rows;
	bool in_row; /* between begin and end */
	bool failed; /* out of memory since the last end */
	bool row_has_id;
	bool *is_set; /* of the current row, one a field */

	bool has_text_ids;
	struct mm_buf id_int;            /* int64 a row, 0 where the id is text */
	struct mm_buf id_start, id_text; /* text ids: start of each row's; only once has_text_ids */
	struct mm_map *ids;              /* every id as text; NULL while integers ascend */
	struct mm_map *repeated;         /* ids that came twice, to their place in next_number */
	struct mm_buf next_number;       /* uint32: what the next duplicate gets behind its "~" */
	struct mm_buf clean;             /* the last text that mm_build_clean_text mended */

	struct mm_buf geom, part, ring, z; /* as in the file; z NaN where there is none */
	struct mm_buf xy;                  /* of the vertices that are not in the file yet */
	struct mm_freeze_file *file;       /* NULL: not begun */
	uint64_t filed;                    /* vertices that are in it */
	const double *filed_xy;            /* of those, once they are mapped (mm_build_map_filed) */
	size_t mapped_bytes;
	uint32_t row_part, row_ring; /* of the current row */
	bool has_z;
	struct mm_ahead *ahead;
	uint32_t ahead_rows; /* that `ahead` was given */

	struct mm_buf importance; /* double a row, as far as any was given; NaN: none */

	uint64_t quality[MM_QUALITY_KIND_COUNT];
	struct mm_buf note, note_text;
	uint32_t kept[MM_QUALITY_KIND_COUNT];
};

void mm_build_release_column(struct mm_build_column *c);

/* Notes something about a row (UINT32_MAX: the layer). */
void mm_build_note(struct mm_layer_build *b, enum mm_quality_kind kind, uint32_t row, const char *note);

/* True when a note could not be kept. */
bool mm_build_notes_failed(const struct mm_layer_build *b);

/* The text itself when it is UTF-8; else a copy with U+FFFD for what is not, noted, good until the next call.
 */
const char *mm_build_clean_text(struct mm_layer_build *b, const char *text, size_t *n);

/* Appends one geometry row after those there are. */
void mm_build_add_geom(struct mm_layer_build *b, const struct mm_geom *g);

/* The geometry row `i` as it stands now. */
struct mm_geom mm_build_geom(const struct mm_layer_build *b, uint32_t i);

/* A field's value as a number, with `order` its place in that from the end, the last 1; false: null, no
 * number, or not in the order. */
bool mm_build_number(const struct mm_layer_build *b, size_t field, const struct mm_names *order, uint32_t row,
		     double *ret);

uint32_t mm_build_geom_count(const struct mm_layer_build *b);

/* Vertices of all geometry rows. */
uint64_t mm_build_vertices(const struct mm_layer_build *b);

/* Has the file take the vertices before one, which no row may straddle. */
void mm_build_file_xy(struct mm_layer_build *b, uint64_t end);

/* Makes the vertices in the file readable. Must be called before any of them is asked for, and again when
 * more were put there.
 *
 * MM_E_IO, MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_build_map_filed(struct mm_layer_build *b, struct mm_err *reterr);
void mm_build_unmap_filed(struct mm_layer_build *b);
void mm_build_let_go_filed(const struct mm_layer_build *b); /* from memory; they stay readable */

/* Closes the file if freezing has not, and frees what is known of it. */
void mm_build_release_file(struct mm_layer_build *b);

/* Geometry rows as `ahead` takes them; row `end` must begin already. */
struct mm_ahead_rows mm_build_rows(const struct mm_layer_build *b, uint32_t first, uint32_t end);

#endif
