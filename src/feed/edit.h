#ifndef MM_FEED_EDIT_H
#define MM_FEED_EDIT_H

#include "base/arena.h"
#include "base/err.h"
#include "feed/loader.h"
#include "geo/geom.h"
#include "geo/kit.h"
#include "store/catalog.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Changes to the source of a layer that says `editable: true`: a list of edits is written by GDAL, in a
 * walled-in child, in one transaction, or none of it is. OGC API Features Part 4 and WFS Transaction both end
 * here.
 */

enum mm_edit_kind { MM_EDIT_INSERT, MM_EDIT_REPLACE, MM_EDIT_UPDATE, MM_EDIT_DELETE };

enum { MM_EDITS_MAX = 1000, MM_EDIT_VERTICES_MAX = 200000, MM_EDIT_TEXT_MAX = 1 << 20 };

/* A visible field, and what it is to be: of the field's type, or null. */
struct mm_edit_value {
	size_t field; /* of the layer's schema */
	struct mm_value value;
};

struct mm_edit {
	enum mm_edit_kind kind;
	const char *id; /* as served. INSERT: NULL, or the id that the client wants, where ids are not the
			   source's own numbers */
	bool makes_id;  /* INSERT: a number that is taken, where numbers are made for those that come without,
			   gives way to a new one */
	const struct mm_edit_value *value; /* each field once. REPLACE: fields left out become null */
	size_t value_count;
	bool has_geometry;   /* UPDATE: false leaves the geometry as it is */
	struct mm_geom geom; /* the layer's own CRS, x east, y north; MM_GEOM_NULL: none */
	const char *where;   /* begins the JSON pointers of messages: "", or "/features/3" */
};

struct mm_editor;

/* `catalog` is borrowed. NULL: out of memory. */
struct mm_editor *mm_editor_new(struct mm_catalog_slot *catalog);
struct mm_editor *mm_editor_free(struct mm_editor *e); /* no edit is under way; NULL allowed; returns NULL */

/* From now on edits are taken; `loader` is borrowed for the life of the editor. */
void mm_editor_open(struct mm_editor *e, struct mm_loader *loader);

/* What is to be done to one layer. */
struct mm_edit_order {
	const struct mm_layer *layer; /* the version that fields are numbered by */
	const struct mm_edit *edit;
	size_t count;        /* 1 to MM_EDITS_MAX */
	const char *map_crs; /* definition of the map's system: edits lie where it is of use */

	/* Asked, unless NULL, when no other edit of this source can come between: `now` is the layer with
	 * all edits that were answered. What it returns, if not MM_OK, ends the order. */
	enum mm_code (*check)(void *ctx, const struct mm_layer *now, struct mm_err *reterr);
	void *ctx;
};

/*
 * Checks the edits against the schema, writes them, and has the layer read again; answers when the catalog
 * has the new layer, or 5 s after the commit. What is written stays written whatever happens to the machine:
 * the GeoPackage is synced, PostgreSQL has committed.
 *
 * One order at a time for each source; others wait, some, and not for ever.
 *
 * ret_ids         an id for each edit, as it will be served; in `mem`
 *
 * MM_E_INVALID    does not fit the schema or the source: where is a JSON pointer, the message says what to
 *                 write
 * MM_E_NOT_FOUND  there is no feature of that id, or the layer is not editable
 * MM_E_CONFLICT   the id, or another value that must be unique, is taken
 * MM_E_LIMIT      too many edits, vertices, or letters
 * MM_E_BUSY       too many wait, another program has the source locked, or nothing is loaded yet: nothing is
 *                 written
 * MM_E_DATA       the source cannot be written to: the message says why
 * MM_E_IO         the child ended without a word: it is not known whether the edit was written
 *
 * Blocks for tens of milliseconds, and up to half a minute. Any thread but the loader's.
 */
MM_MUST_USE enum mm_code mm_edit_apply(struct mm_editor *e, struct mm_kits *kits,
				       const struct mm_edit_order *order, struct mm_arena *mem,
				       const char *const **ret_ids, struct mm_err *reterr);

#endif
