#ifndef MM_STORE_TILE_ARCHIVE_H
#define MM_STORE_TILE_ARCHIVE_H

#include "archive/reader.h"
#include "base/err.h"
#include "store/schema.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A layer that comes as tiles: an archive (`tiles:` of a definition), and what the definition says about it.
 * Immutable, counted. All reads are safe on any number of threads; all pointers live as long as the
 * reference.
 */
struct mm_tile_archive;

struct mm_tile_archive_info {
	const char *id; /* [a-z0-9_-]{1,64} */
	struct mm_title title, description, owner;
	const char *license, *theme;
	const char *style_json;      /* style hint as a JSON object, "{}" when none */
	unsigned min_zoom, max_zoom; /* of tiles that are served, 0..22 */
	uint64_t identity;           /* hash of file and definition: another file, another number */
};

/* Takes copies of the texts of `info`, and the reader over when it succeeds. Zooms become those that both the
 * definition and the archive have.
 *
 * MM_E_INVALID  there are none
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_tile_archive_new(struct mm_archive_reader *reader,
					     const struct mm_tile_archive_info *info,
					     struct mm_tile_archive **ret, struct mm_err *reterr);
struct mm_tile_archive *mm_tile_archive_ref(struct mm_tile_archive *a);
struct mm_tile_archive *mm_tile_archive_unref(struct mm_tile_archive *a); /* NULL allowed; returns NULL */

const struct mm_tile_archive_info *mm_tile_archive_info(const struct mm_tile_archive *a);
const struct mm_archive_about *mm_tile_archive_about(const struct mm_tile_archive *a);

/* Appends a tile as it is stored (archive/reader.h, whose errors it has), with the layer's id as their place.
 *
 * MM_E_NOT_FOUND  also outside the layer's zooms */
MM_MUST_USE enum mm_code mm_tile_archive_tile(const struct mm_tile_archive *a, uint32_t z, uint32_t x,
					      uint32_t y, struct mm_buf *out, struct mm_err *reterr);

/* False: somebody writes to its file, and it gives no tiles any more (archive/reader.h). */
bool mm_tile_archive_is_whole(const struct mm_tile_archive *a);

#endif
