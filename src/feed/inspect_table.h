#ifndef MM_FEED_INSPECT_TABLE_H
#define MM_FEED_INSPECT_TABLE_H

#include "base/buf.h"
#include "geo/crs.h"

#include <jansson.h>
#include <stdbool.h>

/* One table of a probe (its form stands in probe.c) as the YAML of a layer.
 *
 * source       as it is to stand in the file
 * is_only      the source has no other table: `table:` is not needed
 * known_deg    see mm_crs_guess */
void mm_inspect_table(const json_t *probe, const json_t *table, const char *source, bool is_only,
		      struct mm_proj *proj, const struct mm_box *known_deg, struct mm_buf *out);

/* Adds to `known_deg` where the table lies when its source states a system. */
void mm_inspect_place(const json_t *table, struct mm_proj *proj, struct mm_box *known_deg);

#endif
