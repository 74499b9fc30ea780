#ifndef MM_API_WFS_CAPABILITIES_H
#define MM_API_WFS_CAPABILITIES_H

#include "api/wfs/wfs.h"

/* Parts of the capabilities document: OperationsMetadata, or Capability in 1.0 (operations.c), and
 * Filter_Capabilities (capabilities_filter.c). */
void mm_wfs_put_operations(struct mm_wfs *w, struct mm_buf *out);
void mm_wfs_put_filters(const struct mm_wfs *w, struct mm_buf *out);

/* True when this client, once it shows what it has to, may edit the layer. */
bool mm_wfs_may_edit(const struct mm_wfs *w, const struct mm_entry *e);

#endif
