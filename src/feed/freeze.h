#ifndef MM_FEED_FREEZE_H
#define MM_FEED_FREEZE_H

#include "base/buf.h"
#include "base/err.h"
#include "feed/definition.h"
#include "store/layer.h"
#include "store/tile_archive.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Bringing one source in. GDAL runs only in a child process: this program started again with a hidden command
 * (mm_feed_child_main), walled in by rlimits, Landlock and seccomp (no sockets for file sources). The child
 * writes a snapshot under a temporary name in the cache folder and a report; the parent verifies the snapshot
 * as untrusted input and renames it.
 */

/* What a source is now: changes whenever a new freeze is due. Covers definition, format version, and path,
 * size and mtime of the source and its sidecar files. 0 when the source is not there. */
uint64_t mm_source_identity(const struct mm_layer_def *def);

struct mm_freeze_result {
	struct mm_layer *layer;          /* one reference, the caller's; NULL: an archive or a raster */
	struct mm_tile_archive *archive; /* of a definition with `tiles:`; the same */
	struct mm_raster *raster;        /* of a definition with `raster:`; the same */
	bool from_cache;
	double seconds;
};

/*
 * Gives the layer of a definition: an archive of tiles is opened and looked into as it lies there (the child
 * is for GDAL: nothing of it reads archives); a source comes from the cache when its identity matches, else
 * by freezing it in a child.
 *
 * MM_E_INVALID, MM_E_DATA  the definition or the source is at fault: where = "layers/x.yaml:3" or the source
 * MM_E_NOT_FOUND           there is no such source
 * MM_E_LIMIT               the child ran over its CPU, memory, or file size, or was killed
 * MM_E_BUSY                the source kept changing while it was read, five times
 * MM_E_IO                  the cache folder cannot be written, or the child cannot be started
 */
MM_MUST_USE enum mm_code mm_freeze(const struct mm_map_def *map, const struct mm_layer_def *def,
				   struct mm_freeze_result *ret, struct mm_err *reterr);

/* Describes the tables of a source for `munimap inspect`, also in a child: JSON text (see probe.c for its
 * form). */
MM_MUST_USE enum mm_code mm_probe(const char *path, struct mm_buf *ret_json, struct mm_err *reterr);

/* The walls this kernel lets the child stand behind, in words for the log and /status: "limits, files,
 * calls"; "files" (Landlock) or "calls" (seccomp) is missing where the kernel has none. */
const char *mm_feed_walls(void);

/* True when argv is that of a child of mm_freeze or mm_probe; main() then returns mm_feed_child_main(argc,
 * argv). */
bool mm_feed_is_child(int argc, char **argv);
int mm_feed_child_main(int argc, char **argv);

#endif
