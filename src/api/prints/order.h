#ifndef MM_API_PRINTS_ORDER_H
#define MM_API_PRINTS_ORDER_H

#include "api/prints/jobs.h"
#include "feed/cache.h"
#include "geo/kit.h"
#include "store/catalog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is said beside the plan, and goes before it. Zeroed: nothing. */
struct mm_order_instead {
	const char *template_id, *format, *output; /* NULL: as the plan says */
	double scale, dpi;                         /* 0: likewise */
	bool is_single;                            /* one sheet, and no atlas */
};

/* A plan that is to be made into a file, by POST /print or the command. All borrowed. */
struct mm_order {
	struct mm_kits *kits;
	const struct mm_catalog *catalog;
	const char *json; /* the plan (print/plan/plan.h) */
	size_t n;
	struct mm_order_instead instead;
	const char *base_url; /* for the address of the map on the sheet */
	int64_t moment_s;     /* when it is made, as sheets say it; the same moment gives the same bytes */
	int64_t deadline_ns;  /* monotonic clock; 0: none */
	const struct mm_cache *cache; /* where pixels of rasters are read to; NULL: rasters fail */
	int stop_fd; /* of a client that may go: reading them ends when this is readable; -1: none */

	/* Both are called on the thread that makes it; NULL allowed. */
	bool (*is_unwanted)(void *ctx);
	void (*progress)(void *ctx, unsigned done, unsigned sheets);
	void *ctx;
};

/*
 * Reads the plan and its style, so that what is wrong is said before it is queued.
 *
 * MM_E_INVALID  the plan or its style is wrong, or names what is not there; `where` is the member
 * MM_E_LIMIT    too long, or too much in it
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_order_check(const struct mm_order *o, struct mm_err *reterr);

/* Makes it; the caller releases *ret and the bytes of *ret_about are not set. The same errors, those of
 * mm_print_make, and
 *
 * MM_E_BUSY     it took too long, or nobody wants it
 */
MM_MUST_USE enum mm_code mm_order_make(const struct mm_order *o, struct mm_buf *ret,
				       struct mm_job_result *ret_about, struct mm_err *reterr);

/* Where the map of its first sheet lies, without drawing it. The same errors. */
struct mm_print_frame;
MM_MUST_USE enum mm_code mm_order_find_frame(const struct mm_order *o, struct mm_print_frame *ret,
					     struct mm_err *reterr);

/* Midnight of today, where this machine is: what a sheet says of the day on which it was made. */
int64_t mm_order_today_s(void);

/* A name for a file from a title: "Улица Липовая: 1/2" is "Улица Липовая 1 2.pdf". */
void mm_order_file_name(const char *title, const char *extension, char ret[MM_JOB_NAME_MAX]);

#endif
