#ifndef MM_ARCHIVE_ABOUT_H
#define MM_ARCHIVE_ABOUT_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/box.h"

#include <stddef.h>
#include <stdint.h>

enum mm_archive_encoding { MM_ARCHIVE_MVT, MM_ARCHIVE_MLT };

enum {
	MM_ARCHIVE_METADATA_MAX = 2 << 20, /* bytes of JSON */
	MM_ARCHIVE_LAYERS_MAX = 500
};

/* One layer of the tiles of an archive. */
struct mm_archive_layer {
	const char *id;
	const char *json; /* as an element of `vector_layers` in TileJSON 3.0.0 */
};

/* What an archive from anywhere says of itself, verified. Texts live as long as the reader. */
struct mm_archive_about {
	enum mm_archive_encoding encoding;
	const char *description, *attribution; /* "" when there is none */
	struct mm_archive_layer *layer;        /* room for MM_ARCHIVE_LAYERS_MAX; NULL: none */
	size_t layer_count;
	struct mm_box box_deg; /* within the world */
	unsigned min_zoom, max_zoom;
	uint64_t bytes; /* of the file */
};

/* Reads what JSON metadata tell: description, attribution, vector_layers. What is not as it should be is left
 * out; a layer without `fields` gets none. n 0: there are no metadata.
 *
 * MM_E_DATA   not JSON, or not an object
 * MM_E_LIMIT  more than MM_ARCHIVE_LAYERS_MAX layers
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_archive_about_read(const char *json, size_t n, struct mm_arena *mem,
					       struct mm_archive_about *ret, struct mm_err *reterr);

/* A text without what stands between < and >, since nobody knows who wrote it; "" when it is not UTF-8. NULL:
 * `mem` is full. */
const char *mm_archive_about_words(const char *text, size_t n, struct mm_arena *mem);

/* Adds a layer of which only the name is known, unless it is there already or is not UTF-8. */
MM_MUST_USE enum mm_code mm_archive_about_add(const char *id, size_t n, struct mm_arena *mem,
					      struct mm_archive_about *about, struct mm_err *reterr);

/* "west,south,east,north" in degrees into the box; the box is left alone when it is not that. */
void mm_archive_about_bounds(const char *text, size_t n, struct mm_archive_about *about);

#endif
