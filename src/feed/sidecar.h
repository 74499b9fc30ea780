#ifndef MM_FEED_SIDECAR_H
#define MM_FEED_SIDECAR_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

/* The files a source consists of. A Shapefile is at least three, a GeoPackage in use has its journal beside
 * it. */
struct mm_sidecars {
	const char *dir; /* folder of the source, as its path says */
	const char *const
	    *path; /* the source first, then what lies beside it, sorted; for a folder source all inside */
	size_t count;
};

/* Lists them: files in the source's folder that share its name and have an extension GDAL looks for.
 *
 * MM_E_NOT_FOUND  no source at `path`
 * MM_E_IO         the folder cannot be listed
 * MM_E_LIMIT      a folder source with more than 4 096 files */
MM_MUST_USE enum mm_code mm_sidecars_find(const char *path, struct mm_arena *mem, struct mm_sidecars *ret,
					  struct mm_err *reterr);

#endif
