#ifndef MM_SEARCH_SEARCH_H
#define MM_SEARCH_SEARCH_H

#include "base/arena.h"
#include "base/err.h"
#include "geo/box.h"
#include "search/words.h"
#include "store/catalog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Search by name in all layers of the map. One index a layer (search/index.h), made on a thread of its own
 * after a layer has been published, so that neither loading nor an answer waits; until it is there the
 * layer's names are not found, or those of its last version are.
 */
struct mm_search;

MM_MUST_USE enum mm_code mm_search_new(struct mm_search **ret, struct mm_err *reterr); /* MM_E_NOMEM */
struct mm_search *mm_search_free(struct mm_search *s); /* ends its thread; NULL allowed; returns NULL */

/* The map is now this one; takes over the reference. Any thread, returns at once. */
void mm_search_update(struct mm_search *s, const struct mm_catalog *catalog);

/* True when every layer of the newest map is indexed. */
bool mm_search_is_ready(struct mm_search *s);

enum { MM_SEARCH_RESULTS_MAX = 50, MM_SEARCH_MARKS_MAX = 16, MM_SEARCH_NAME_MAX = 400 };

/* What was found. */
struct mm_search_result {
	const struct mm_layer *layer; /* borrowed of `hold` */
	uint32_t row;
	struct mm_box box_deg; /* empty: it has no place */
	char name[MM_SEARCH_NAME_MAX];
	char detail[MM_SEARCH_NAME_MAX];     /* what else is known of it; "" */
	size_t mark[MM_SEARCH_MARKS_MAX][2]; /* bytes of `name` that were asked for */
	size_t mark_count;
	double score;
};

struct mm_search_ask {
	const char *text; /* UTF-8 */
	size_t len;
	size_t limit;  /* 1 to MM_SEARCH_RESULTS_MAX */
	bool has_near; /* what is near comes first among equals */
	double near_lon, near_lat;
	const char *layers;  /* ids joined by commas; NULL: all */
	int64_t deadline_ns; /* monotonic clock */
};

struct mm_search_answer {
	struct mm_search_result *result; /* in `mem`, the best first */
	size_t count;
	struct mm_search_index **hold; /* keeps layers until mm_search_release */
	size_t hold_count;
	bool is_complete; /* every layer was searched */
};

/* MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_search_run(struct mm_search *s, const struct mm_search_ask *ask,
				       struct mm_arena *mem, struct mm_search_answer *ret,
				       struct mm_err *reterr);
void mm_search_release(struct mm_search_answer *a); /* also of one that is {0} */

#endif
