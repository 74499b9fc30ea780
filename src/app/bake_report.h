#ifndef MM_APP_BAKE_REPORT_H
#define MM_APP_BAKE_REPORT_H

#include "app/bake_run.h"
#include "archive/info.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What baking says: on a terminal a bar on one line of stderr, else a line for each zoom that is done; and at
 * the end a table. */
struct mm_bake_report {
	bool is_terminal;
	int64_t start_ns;
	unsigned zoom; /* the first that has not been told of */
};

void mm_bake_report_begin(struct mm_bake_report *r);
void mm_bake_report_progress(struct mm_bake_report *r, const struct mm_bake_progress *p);
void mm_bake_report_end(struct mm_bake_report *r, const struct mm_bake_progress *p); /* all is made */
void mm_bake_report_stop(const struct mm_bake_report *r);
void mm_bake_report_summary(const struct mm_bake_report *r, FILE *out, const char *path,
			    const struct mm_bake_progress *p, const struct mm_archive_count *count);

#endif
