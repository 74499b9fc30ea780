#ifndef MM_API_PAGES_H
#define MM_API_PAGES_H

#include "base/err.h"
#include "store/catalog.h"

#include <stdint.h>

/*
 * Versions of layers that somebody is paging through. A page's link to the next one names the version it
 * comes from, so that a download has neither gaps nor repeats while the data change; that version is kept
 * until nobody has asked for a page of it for ten minutes, or MM_PAGES_MAX others have been asked for since.
 * It goes when, after that, something is published or somebody pages.
 */
struct mm_pages;

enum { MM_PAGES_MAX = 16, MM_PAGES_KEEP_S = 600 };

struct mm_pages *mm_pages_new(void);               /* NULL: out of memory */
struct mm_pages *mm_pages_free(struct mm_pages *); /* NULL allowed; returns NULL */

/* Keeps a layer of the catalog as it is there, from now on. Any thread. */
void mm_pages_keep(struct mm_pages *p, const struct mm_entry *entry);

/*
 * The version of a layer that a page is asked of: the current one, or one that is kept.
 *
 * current  as it is in the catalog
 * ret      a reference for the caller
 *
 * MM_E_GONE  that version is kept no more; the message tells how to begin anew
 */
MM_MUST_USE enum mm_code mm_pages_find(struct mm_pages *p, const struct mm_entry *current, uint64_t version,
				       struct mm_layer **ret, struct mm_err *reterr);

/* Lets go of what nobody has asked for lately; where layers are published, too. */
void mm_pages_sweep(struct mm_pages *p);

#endif
