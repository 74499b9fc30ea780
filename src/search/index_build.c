#include "base/buf.h"
#include "base/map.h"
#include "encode/value.h"
#include "search/index_private.h"

#include <stdlib.h>
#include <string.h>

/* The rows of a layer become an index of their names. */

enum {
	TEXT_BYTES_MAX = 4096, /* of one field */
	NAME_BYTES_MAX = MM_SEARCH_FIELDS_MAX * MM_SEARCH_WORDS_MAX * (MM_SEARCH_WORD_BYTES_MAX + 1),
	SCRATCH_BYTES = 1 << 20,
	STOP_EVERY = 1024,
	WORDS_MAX = 400000 /* different ones, of which slips are looked for */
};

/* ---- what is indexed ---- */

size_t mm_search_fields(const struct mm_schema *s, size_t ret[MM_SEARCH_FIELDS_MAX])
{
	static const char *const names[] = {
	    "name", "title", "address", "street", "number",  "cad_no",  "cadastral_number", "label",
	    "code", "inn",   "imei",    "serial", "caption", "name_ru", "name_en",          "contract"};
	size_t count = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && count + 1 < MM_SEARCH_FIELDS_MAX; i++) {
		const size_t at = mm_schema_find(s, names[i]);

		if (at == SIZE_MAX || s->field[at].code_count)
			continue;
		/* a number tells more of what has a name: "School 12" */
		if (s->field[at].type == MM_TYPE_TEXT || (s->field[at].type == MM_TYPE_INT && count))
			ret[count++] = at;
	}
	if (s->has_text_ids && *s->id_field) {
		const size_t at = mm_schema_find(s, s->id_field);
		bool is_there = at == SIZE_MAX;

		for (size_t i = 0; i < count; i++)
			is_there |= ret[i] == at;
		if (!is_there)
			ret[count++] = at;
	}
	return count;
}

static void put_words(struct mm_buf *text, struct mm_arena *mem, struct mm_buf *ret)
{
	struct mm_search_word word[MM_SEARCH_WORDS_MAX];
	const size_t n = mm_search_words((const char *)text->data, text->len, mem, word);

	for (size_t i = 0; i < n; i++) {
		if (ret->len)
			mm_buf_byte(ret, ' ');
		mm_buf_text(ret, word[i].text);
	}
}

/* ---- building ---- */

static enum mm_code fail_sql(struct mm_search_index *x, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_IO, mm_layer_schema(x->layer)->id, "names cannot be indexed: %.200s",
		       sqlite3_errmsg(x->db));
}

static bool add_entry(struct mm_search_index *x, uint32_t row, size_t length)
{
	struct mm_search_entry *e;

	if (x->count == x->cap) {
		const uint32_t cap = x->cap ? x->cap * 2 : 1024;
		struct mm_search_entry *more = realloc(x->entry, cap * sizeof(*more));

		if (!more)
			return false;
		x->entry = more;
		x->cap = cap;
	}
	e = &x->entry[x->count++];
	*e = (struct mm_search_entry){.row = row, .length = (uint32_t)length};
	e->has_box = mm_layer_box_world(x->layer, row, &e->box);
	return true;
}

static void widen(struct mm_search_index *x, struct mm_search_entry *e, uint32_t row)
{
	struct mm_world_box b;

	if (!mm_layer_box_world(x->layer, row, &b))
		return;
	if (e->has_box) {
		b.min_x = b.min_x < e->box.min_x ? b.min_x : e->box.min_x;
		b.min_y = b.min_y < e->box.min_y ? b.min_y : e->box.min_y;
		b.max_x = b.max_x > e->box.max_x ? b.max_x : e->box.max_x;
		b.max_y = b.max_y > e->box.max_y ? b.max_y : e->box.max_y;
	}
	e->box = b;
	e->has_box = true;
}

static bool is_line(const struct mm_layer *l, uint32_t row)
{
	struct mm_geom g;

	mm_layer_geom(l, row, &g);
	return mm_geom_dimension(&g) == 1;
}

/* A row of the layer and its text, before they are sorted by the length of the text. */
struct draft {
	struct mm_search_index *x;
	struct mm_map *seen; /* names of lines */
	struct mm_buf texts; /* of all entries, each with a NUL */
	size_t *at;          /* where the text of each entry begins */
	size_t cap;
	sqlite3_stmt *insert;
};

static enum mm_code take_row(struct draft *d, uint32_t row, const size_t *field, size_t field_count,
			     struct mm_buf *text, struct mm_buf *name, struct mm_arena *mem)
{
	struct mm_search_index *x = d->x;

	mm_buf_clear(name);
	for (size_t i = 0; i < field_count;
	     i++) { /* each by itself: a long title must not keep out the number */
		struct mm_value v;

		mm_layer_value(x->layer, row, field[i], &v);
		mm_buf_clear(text);
		if (!v.is_null)
			mm_value_put_text(text, &v);
		if (!text->failed)
			put_words(text, mem, name);
	}
	if (!name->len || name->failed)
		return mem->exhausted ? MM_E_NOMEM : MM_OK;
	if (is_line(x->layer, row)) {
		const uint32_t known = mm_map_add(d->seen, (const char *)name->data, name->len, x->count);

		if (known == MM_MAP_NONE)
			return MM_E_NOMEM;
		if (known != x->count) {
			widen(x, &x->entry[known], row);
			return MM_OK;
		}
	}
	if (x->count == d->cap) {
		const size_t cap = d->cap ? d->cap * 2 : 1024;
		size_t *more = realloc(d->at, cap * sizeof(*more));

		if (!more)
			return MM_E_NOMEM;
		d->at = more;
		d->cap = cap;
	}
	d->at[x->count] = d->texts.len;
	mm_buf_put(&d->texts, name->data, name->len);
	mm_buf_byte(&d->texts, '\0');
	return add_entry(x, row, name->len) && !d->texts.failed ? MM_OK : MM_E_NOMEM;
}

static enum mm_code take_rows(struct draft *d, const atomic_bool *stop, struct mm_err *reterr)
{
	const struct mm_layer *l = d->x->layer;
	size_t field[MM_SEARCH_FIELDS_MAX];
	const size_t field_count = mm_search_fields(mm_layer_schema(l), field);
	struct mm_buf text, name;
	enum mm_code rc = MM_OK;

	mm_buf_init(&text, TEXT_BYTES_MAX);
	mm_buf_init(&name, NAME_BYTES_MAX);
	for (uint32_t row = 0; field_count && row < mm_layer_count(l) && !rc; row++) {
		MM_ARENA_SCOPE(mem, SCRATCH_BYTES);

		rc = take_row(d, row, field, field_count, &text, &name, &mem);
		if (row % STOP_EVERY == 0 && atomic_load(stop))
			rc = MM_E_BUSY;
	}
	mm_buf_release(&text);
	mm_buf_release(&name);
	return rc == MM_E_NOMEM ? mm_fail_nomem(reterr) : rc ? mm_fail(reterr, rc, "", "stopped") : MM_OK;
}

static int by_length(const void *a, const void *b, void *ctx)
{
	const struct mm_search_entry *e = ctx;
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (e[x].length != e[y].length)
		return e[x].length < e[y].length ? -1 : 1;
	return (x > y) - (x < y);
}

/* Entries are numbered by the length of their names, so that the first ones that SQLite gives are those that
 * say least besides what was asked for. */
static enum mm_code insert_all(struct draft *d, const atomic_bool *stop, struct mm_err *reterr)
{
	struct mm_search_index *x = d->x;
	uint32_t *order = calloc(x->count + (size_t)1, sizeof(*order));
	struct mm_search_entry *sorted = calloc(x->count + (size_t)1, sizeof(*sorted));
	enum mm_code rc = order && sorted ? MM_OK : mm_fail_nomem(reterr);

	for (uint32_t i = 0; i < x->count && !rc; i++)
		order[i] = i;
	if (!rc)
		qsort_r(order, x->count, sizeof(*order), by_length, x->entry);
	for (uint32_t i = 0; i < x->count && !rc; i++) {
		const char *text = (const char *)d->texts.data + d->at[order[i]];

		sorted[i] = x->entry[order[i]];
		(void)sqlite3_bind_int64(d->insert, 1, (sqlite3_int64)i + 1);
		(void)sqlite3_bind_text(d->insert, 2, text, -1, SQLITE_STATIC);
		if (sqlite3_step(d->insert) != SQLITE_DONE)
			rc = fail_sql(x, reterr);
		(void)sqlite3_reset(d->insert);
		if (!rc && i % STOP_EVERY == 0 && atomic_load(stop))
			rc = mm_fail(reterr, MM_E_BUSY, "", "stopped");
	}
	free(order);
	if (rc) {
		free(sorted);
		return rc;
	}
	free(x->entry);
	x->entry = sorted;
	return MM_OK;
}

static bool run_sql(struct mm_search_index *x, const char *sql)
{
	return sqlite3_exec(x->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* The words that occur, for slips of the pen. */
static enum mm_code read_words(struct mm_search_index *x, struct mm_err *reterr)
{
	sqlite3_stmt *all = NULL;
	size_t cap = 0;
	enum mm_code rc = MM_OK;

	if (!run_sql(x, "CREATE VIRTUAL TABLE v USING fts5vocab(t, row)") ||
	    sqlite3_prepare_v2(x->db, "SELECT term FROM v ORDER BY term", -1, &all, NULL) != SQLITE_OK)
		rc = fail_sql(x, reterr);
	while (!rc && sqlite3_step(all) == SQLITE_ROW && x->word_count < WORDS_MAX) {
		const char *term = (const char *)sqlite3_column_text(all, 0);

		if (!term || (*term >= '0' && *term <= '9'))
			continue;
		if (x->word_count == cap) {
			const char **more;

			cap = cap ? cap * 2 : 1024;
			more = realloc(x->word, cap * sizeof(*more));
			if (!more) {
				rc = mm_fail_nomem(reterr);
				break;
			}
			x->word = more;
		}
		x->word[x->word_count] = mm_arena_text(&x->words_mem, term, strlen(term));
		if (!x->word[x->word_count++])
			rc = mm_fail_nomem(reterr);
	}
	(void)sqlite3_finalize(all);
	return rc;
}

enum mm_code mm_search_index_build(struct mm_search_index *x, const atomic_bool *stop, struct mm_err *reterr)
{
	struct draft d = {.x = x, .seen = mm_map_new()};
	enum mm_code rc = d.seen ? MM_OK : mm_fail_nomem(reterr);

	mm_buf_init(&d.texts, SIZE_MAX / 2);
	if (!rc && sqlite3_open_v2("", &x->db,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL))
		rc = fail_sql(x, reterr);
	/* words come folded and are of letters and digits: the tokenizer has but to cut at spaces */
	if (!rc &&
	    (!run_sql(x, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
			 "CREATE VIRTUAL TABLE t USING fts5(name, content='', columnsize=0, detail=none, "
			 "prefix='1 2 3',"
			 "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\"); BEGIN") ||
	     sqlite3_prepare_v2(x->db, "INSERT INTO t(rowid, name) VALUES (?, ?)", -1, &d.insert, NULL)))
		rc = fail_sql(x, reterr);
	if (!rc)
		rc = take_rows(&d, stop, reterr);
	if (!rc)
		rc = insert_all(&d, stop, reterr);
	(void)sqlite3_finalize(d.insert);
	if (!rc &&
	    (!run_sql(x, "COMMIT; INSERT INTO t(t) VALUES ('optimize')") ||
	     sqlite3_prepare_v2(x->db, "SELECT rowid FROM t WHERE t MATCH ? LIMIT ?", -1, &x->find, NULL)))
		rc = fail_sql(x, reterr);
	if (!rc)
		rc = read_words(x, reterr);
	mm_buf_release(&d.texts);
	free(d.at);
	(void)mm_map_free(d.seen);
	return rc;
}
