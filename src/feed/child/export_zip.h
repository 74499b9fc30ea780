#ifndef MM_FEED_CHILD_EXPORT_ZIP_H
#define MM_FEED_CHILD_EXPORT_ZIP_H

#include "base/err.h"

/* Packs the files of a folder, in the order of their names.
 *
 * MM_E_IO  it cannot be read or written */
MM_MUST_USE enum mm_code mm_export_zip(const char *folder, const char *out, struct mm_err *reterr);

#endif
