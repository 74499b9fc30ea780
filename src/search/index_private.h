#ifndef MM_SEARCH_INDEX_PRIVATE_H
#define MM_SEARCH_INDEX_PRIVATE_H

/* Private to the index: what is in it, as index_build.c makes it and index.c asks it. */

#include "search/index.h"

#include <pthread.h>
#include <sqlite3.h>

struct mm_search_entry {
	uint32_t row, length; /* of the name in bytes: shorter ones come first */
	struct mm_world_box box;
	bool has_box;
};

struct mm_search_index {
	atomic_int refs;
	struct mm_layer *layer;
	pthread_mutex_t mu; /* guards the database */
	sqlite3 *db;
	sqlite3_stmt *find;
	struct mm_search_entry *entry;
	uint32_t count, cap;
	struct mm_arena words_mem;
	const char **word; /* all that occur, sorted */
	size_t word_count;
	int64_t deadline_ns; /* of the search that is going on */
};

/* Reads all rows of the layer into the database, the entries and the words. Stops with MM_E_BUSY when `stop`
 * says so. */
enum mm_code mm_search_index_build(struct mm_search_index *x, const atomic_bool *stop, struct mm_err *reterr);

#endif
