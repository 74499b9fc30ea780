#ifndef MM_SEARCH_INDEX_H
#define MM_SEARCH_INDEX_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/box.h"
#include "search/words.h"
#include "store/layer.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The names of one layer, to be found by their words: a full text index of SQLite (FTS5) in a temporary
 * database, of words that have gone through search/words.h. Parts of a street that have one name are one
 * entry.
 *
 * What is indexed of a feature: its name, title, address, number, cadastral number and the like
 * (mm_search_fields), and its id where that is a text.
 */
struct mm_search_index;

/*
 * layer   a reference is kept
 * stop    looked at while it works: true ends it
 *
 * MM_E_BUSY  stopped
 * MM_E_IO    SQLite gave up, for instance because the disk is full
 * MM_E_NOMEM
 *
 * Cost: 4 to 5 s for a million names (tests/bench/search.mjs), in a temporary file of SQLite's.
 */
MM_MUST_USE enum mm_code mm_search_index_new(struct mm_layer *layer, const atomic_bool *stop,
					     struct mm_search_index **ret, struct mm_err *reterr);
struct mm_search_index *mm_search_index_ref(struct mm_search_index *x);
struct mm_search_index *mm_search_index_unref(struct mm_search_index *x); /* NULL allowed; returns NULL */

const struct mm_layer *mm_search_index_layer(const struct mm_search_index *x);
uint32_t mm_search_index_count(const struct mm_search_index *x); /* entries */

enum { MM_SEARCH_FIELDS_MAX = 8, MM_SEARCH_FOUND_MAX = 60 };

/* The fields that are searched, the one that names a feature first; returns how many. */
size_t mm_search_fields(const struct mm_schema *s, size_t ret[MM_SEARCH_FIELDS_MAX]);

/* An entry that fits. */
struct mm_search_found {
	struct mm_search_index *index; /* borrowed */
	uint32_t row;                  /* the first of those that have this name */
	struct mm_box box_deg;         /* of all of them; empty: no place */
	int stage; /* how well it fits: 0 all words whole, 1 the last begun, 2 all begun, 3 with slips */
};

/*
 * Finds entries that have all words, the best ones first; at most MM_SEARCH_FOUND_MAX. Any thread; waits for
 * others.
 *
 * deadline_ns  monotonic clock: what has been found by then is given
 */
size_t mm_search_index_find(struct mm_search_index *x, const struct mm_search_word *word, size_t count,
			    int64_t deadline_ns, struct mm_search_found *ret);

/* The feature whose id the text is: 1 or 0 entries. */
size_t mm_search_index_by_id(struct mm_search_index *x, const char *text, size_t n,
			     struct mm_search_found *ret);

#endif
