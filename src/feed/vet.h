#ifndef MM_FEED_VET_H
#define MM_FEED_VET_H

#include "base/arena.h"
#include "base/err.h"
#include "feed/definition.h"
#include "feed/drivers.h"

#include <stdbool.h>
#include <stddef.h>

/* What the child may touch for one source, decided before GDAL sees it. */
struct mm_vetted {
	const struct mm_driver *driver[MM_DRIVER_CANDIDATES]; /* to try in order */
	size_t driver_count;
	const char *open;            /* what GDAL is given */
	const char *const *readable; /* real paths of files and folders the child may read */
	size_t readable_count;
	const char *list_dir; /* folder it may list, "" for none */
	uint64_t bytes;       /* of the files */
	int64_t changed_ms;   /* their latest change, 0 unknown */
	uint64_t identity;    /* as mm_source_identity */
};

/*
 * Checks a definition's source against the map's rules: a driver of our list; no network path and no GDAL
 * virtual path; symbolic links followed, the file and all beside it within map->allow; a database or VRT only
 * as the operator wrote it.
 *
 * ret            texts live in `mem` or in `def`
 * MM_E_INVALID   against the rules: where = "layers/x.yaml:3"; the message says what to write
 * MM_E_NOT_FOUND there is no such file
 */
MM_MUST_USE enum mm_code mm_vet(const struct mm_map_def *map, const struct mm_layer_def *def,
				struct mm_arena *mem, struct mm_vetted *ret, struct mm_err *reterr);

/* The same for a path or a connection that an operator names at the command line: any will do. */
MM_MUST_USE enum mm_code mm_vet_path(const char *path, struct mm_arena *mem, struct mm_vetted *ret,
				     struct mm_err *reterr);

/* "layers/x.yaml:3" (line 0: without). */
void mm_vet_where(const struct mm_layer_def *def, unsigned line, char *ret, size_t size);

/* True for what names a network place or a GDAL virtual file: "/vsicurl/...", "http://...", "\\host",
 * "//host". */
bool mm_vet_is_remote(const char *path);

#endif
