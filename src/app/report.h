#ifndef MM_APP_REPORT_H
#define MM_APP_REPORT_H

#include "store/catalog.h"

#include <stdbool.h>
#include <stdio.h>

/* What has been loaded, for a terminal. */

/* One line when a layer is done: name, features, time, or the error. */
void mm_report_line(FILE *out, const struct mm_entry *e);

/* "24 layers, 31 204 features; coordinates in ..." and the layers that failed. */
void mm_report_summary(FILE *out, struct mm_catalog_slot *slot);

/* The table of `munimap check`; false when a layer failed. */
bool mm_report_table(FILE *out, struct mm_catalog_slot *slot);

#endif
