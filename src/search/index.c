#include "base/buf.h"
#include "base/clock.h"
#include "geo/mercator.h"
#include "search/index_private.h"

#include <stdlib.h>
#include <string.h>

enum {
	NEAR_MAX = 6,   /* words that one with a slip may be */
	SLIP_LEAST = 4, /* letters of a word that may have one */
	MATCH_BYTES_MAX = 16384,
	PROGRESS_STEPS = 2000,
	CLOCK_EVERY = 1024 /* words */
};

/* ---- its life ---- */

static int look_at_clock(void *ctx)
{
	const struct mm_search_index *x = ctx;

	return x->deadline_ns && mm_clock_mono_ns() > x->deadline_ns;
}

enum mm_code mm_search_index_new(struct mm_layer *layer, const atomic_bool *stop,
				 struct mm_search_index **ret, struct mm_err *reterr)
{
	struct mm_search_index *x = calloc(1, sizeof(*x));
	enum mm_code rc;

	if (!x || pthread_mutex_init(&x->mu, NULL) != 0) {
		free(x);
		return mm_fail_nomem(reterr);
	}
	atomic_init(&x->refs, 1);
	mm_arena_init(&x->words_mem, 0);
	x->layer = mm_layer_ref(layer);
	rc = mm_search_index_build(x, stop, reterr);
	if (rc) {
		(void)mm_search_index_unref(x);
		return rc;
	}
	sqlite3_progress_handler(x->db, PROGRESS_STEPS, look_at_clock, x);
	*ret = x;
	return MM_OK;
}

struct mm_search_index *mm_search_index_ref(struct mm_search_index *x)
{
	(void)atomic_fetch_add(&x->refs, 1);
	return x;
}

struct mm_search_index *mm_search_index_unref(struct mm_search_index *x)
{
	if (!x || atomic_fetch_sub(&x->refs, 1) != 1)
		return NULL;
	(void)sqlite3_finalize(x->find);
	(void)sqlite3_close(x->db);
	(void)mm_layer_unref(x->layer);
	mm_arena_release(&x->words_mem);
	free(x->word);
	free(x->entry);
	(void)pthread_mutex_destroy(&x->mu);
	free(x);
	return NULL;
}

const struct mm_layer *mm_search_index_layer(const struct mm_search_index *x)
{
	return x->layer;
}

uint32_t mm_search_index_count(const struct mm_search_index *x)
{
	return x->count;
}

/* ---- finding ---- */

struct finding {
	struct mm_search_index *x;
	struct mm_search_found *found;
	size_t count;
};

static bool is_found(const struct finding *f, uint32_t row)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->found[i].row == row)
			return true;
	return false;
}

static struct mm_box box_of(const struct mm_search_entry *e)
{
	struct mm_box b = mm_box_empty();
	double lon, lat;

	if (!e->has_box)
		return b;
	mm_world_to_lonlat((struct mm_world){e->box.min_x, e->box.min_y}, &lon, &lat);
	mm_box_add(&b, lon, lat);
	mm_world_to_lonlat((struct mm_world){e->box.max_x, e->box.max_y}, &lon, &lat);
	mm_box_add(&b, lon, lat);
	return b;
}

/* Adds what a query of FTS5 gives. */
static void search(struct finding *f, const char *match, int stage)
{
	struct mm_search_index *x = f->x;

	(void)sqlite3_bind_text(x->find, 1, match, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(x->find, 2, MM_SEARCH_FOUND_MAX);
	while (f->count < MM_SEARCH_FOUND_MAX && sqlite3_step(x->find) == SQLITE_ROW) {
		const sqlite3_int64 id = sqlite3_column_int64(x->find, 0);
		const struct mm_search_entry *e;

		if (id < 1 || id > (sqlite3_int64)x->count)
			continue;
		e = &x->entry[id - 1];
		if (!is_found(f, e->row))
			f->found[f->count++] = (struct mm_search_found){
			    .index = x, .row = e->row, .box_deg = box_of(e), .stage = stage};
	}
	(void)sqlite3_reset(x->find);
}

/* Words of the layer that a word may have been meant for. */
static size_t find_near(const struct mm_search_index *x, const struct mm_search_word *w, int64_t deadline_ns,
			const char *near[NEAR_MAX])
{
	const size_t bytes = strlen(w->text), letters = (unsigned char)*w->text >= 0xc0 ? bytes / 2 : bytes;
	const unsigned most = letters < 7 ? 1 : 2;
	unsigned slips[NEAR_MAX];
	size_t count = 0;

	if (w->is_number || letters < SLIP_LEAST)
		return 0;
	for (size_t i = 0; i < x->word_count; i++) {
		const bool holds = strstr(x->word[i], w->text) != NULL;
		const unsigned s = holds ? 0 : mm_search_slips(w->text, x->word[i], most);
		size_t at = count;

		if (i % CLOCK_EVERY == 0 && mm_clock_mono_ns() > deadline_ns)
			break;
		if (s > most)
			continue;
		while (at > 0 && slips[at - 1] > s)
			at--;
		if (at == NEAR_MAX)
			continue;
		count += count < NEAR_MAX;
		for (size_t k = count - 1; k > at; k--) {
			slips[k] = slips[k - 1];
			near[k] = near[k - 1];
		}
		slips[at] = s;
		near[at] = x->word[i];
	}
	return count;
}

static void put_term(struct mm_buf *match, const char *text, bool is_begun)
{
	mm_buf_printf(match, "\"%s\"%s", text, is_begun ? "*" : "");
}

/* The query of a stage; false: there is none. */
static bool put_match(const struct mm_search_index *x, const struct mm_search_word *word, size_t count,
		      int stage, int64_t deadline_ns, struct mm_buf *match)
{
	mm_buf_clear(match);
	for (size_t i = 0; i < count; i++) {
		const char *near[NEAR_MAX];
		const size_t near_count = stage == 3 ? find_near(x, &word[i], deadline_ns, near) : 0;

		if (i)
			mm_buf_text(match, " AND ");
		mm_buf_byte(match, '(');
		put_term(match, word[i].text, stage >= 2 || (stage == 1 && i + 1 == count));
		for (size_t k = 0; k < near_count; k++) {
			mm_buf_text(match, " OR ");
			put_term(match, near[k], false);
		}
		mm_buf_byte(match, ')');
	}
	mm_buf_byte(match, '\0');
	return !match->failed;
}

size_t mm_search_index_find(struct mm_search_index *x, const struct mm_search_word *word, size_t count,
			    int64_t deadline_ns, struct mm_search_found *ret)
{
	struct finding f = {.x = x, .found = ret};
	struct mm_buf match;

	if (!x->count || !count)
		return 0;
	mm_buf_init(&match, MATCH_BYTES_MAX);
	for (int stage = 0; stage <= 3 && f.count < MM_SEARCH_FOUND_MAX / 2; stage++) {
		if (stage == 3 && (f.count || mm_clock_mono_ns() >= deadline_ns))
			break;
		if (!put_match(x, word, count, stage, deadline_ns,
			       &match)) /* slips are looked for without the lock */
			continue;
		(void)pthread_mutex_lock(&x->mu);
		x->deadline_ns = deadline_ns;
		search(&f, (const char *)match.data, stage);
		(void)pthread_mutex_unlock(&x->mu);
	}
	mm_buf_release(&match);
	return f.count;
}

size_t mm_search_index_by_id(struct mm_search_index *x, const char *text, size_t n,
			     struct mm_search_found *ret)
{
	const uint32_t row =
	    mm_layer_schema(x->layer)->has_text_ids ? mm_layer_find_id(x->layer, text, n) : UINT32_MAX;
	struct mm_search_entry e = {.row = row};

	if (row == UINT32_MAX || !x->count)
		return 0;
	e.has_box = mm_layer_box_world(x->layer, row, &e.box);
	*ret = (struct mm_search_found){.index = x, .row = row, .box_deg = box_of(&e)};
	return 1;
}
