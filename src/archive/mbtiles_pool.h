#ifndef MM_ARCHIVE_MBTILES_POOL_H
#define MM_ARCHIVE_MBTILES_POOL_H

#include "archive/mbtiles_reader.h"

/* Readers of one MBTiles database, since each serves one thread at a time. Any thread. */
struct mm_mbtiles_pool;

/* Opens as many as there are processors: they go on reading the file when another takes its name. Errors as
 * mm_mbtiles_reader_new, and MM_E_BUSY: another file took its name meanwhile. */
MM_MUST_USE enum mm_code mm_mbtiles_pool_new(const char *path, struct mm_mbtiles_pool **ret,
					     struct mm_err *reterr);
struct mm_mbtiles_pool *mm_mbtiles_pool_free(struct mm_mbtiles_pool *p); /* all are back; NULL allowed */

/* A reader that is free, or a new one. MM_E_BUSY: none is free, and the name is another file's */
MM_MUST_USE enum mm_code mm_mbtiles_pool_take(struct mm_mbtiles_pool *p, struct mm_mbtiles_reader **ret,
					      struct mm_err *reterr);
/* True while nobody has written to the file since it was opened. One that took its name is another file. */
bool mm_mbtiles_pool_is_unchanged(const struct mm_mbtiles_pool *p);
void mm_mbtiles_pool_give(struct mm_mbtiles_pool *p, struct mm_mbtiles_reader *r); /* NULL allowed */

#endif
