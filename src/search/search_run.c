#include "base/clock.h"
#include "encode/value.h"
#include "search/index.h"
#include "search/search_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A question: candidates of every layer, named, and put in order. */

enum { STAGE_SLIPS = 3, A_SLIP = 15, SLIPS_MOST = 2, CANDIDATES_MAX = 2000, TEXT_BYTES_MAX = 4096 };

void mm_search_release(struct mm_search_answer *a)
{
	for (size_t i = 0; i < a->hold_count; i++)
		(void)mm_search_index_unref(a->hold[i]);
	a->hold_count = 0;
}

/* ---- names ---- */

static void put_field(const struct mm_layer *l, uint32_t row, size_t field, struct mm_buf *text)
{
	struct mm_value v;

	mm_layer_value(l, row, field, &v);
	mm_buf_clear(text);
	if (!v.is_null)
		mm_value_put_text(text, &v);
	if (text->failed)
		text->len = 0;
}

static void append(char *ret, const char *text, size_t n, const char *between)
{
	const size_t len = strlen(ret), gap = len ? strlen(between) : 0;

	if (len + gap + n + 1 > MM_SEARCH_NAME_MAX)
		return;
	memcpy(ret + len, between, gap);
	memcpy(ret + len + gap, text, n);
	ret[len + gap + n] = '\0';
}

/* A street and a number, which make an address together. */
static bool is_address(const struct mm_schema *s, const size_t field[2])
{
	return strcmp(s->field[field[0]].name, "street") == 0 &&
	       strcmp(s->field[field[1]].name, "number") == 0;
}

/* The first field that has something is the name, the others tell more of it. True: one is just what was
 * asked for. */
static bool name_row(struct mm_search_result *r, const struct mm_search_ask *ask, struct mm_buf *text)
{
	size_t field[MM_SEARCH_FIELDS_MAX];
	const size_t count = mm_search_fields(mm_layer_schema(r->layer), field);
	bool is_exact = false;

	for (size_t i = 0; i < count; i++) {
		put_field(r->layer, r->row, field[i], text);
		if (!text->len)
			continue;
		if (*r->name && i == 1 && is_address(mm_layer_schema(r->layer), field))
			append(r->name, (const char *)text->data, text->len, ", ");
		else if (!memmem(r->name, strlen(r->name), text->data,
				 text->len)) /* the number of an address is said */
			append(*r->name ? r->detail : r->name, (const char *)text->data, text->len, " · ");
		is_exact |= text->len == ask->len && memcmp(text->data, ask->text, ask->len) == 0;
	}
	if (!*r->name)
		(void)mm_layer_id_format(r->layer, r->row, r->name, sizeof(r->name));
	return is_exact;
}

/* ---- order ---- */

static bool begins(const char *word, const char *with)
{
	return strncmp(word, with, strlen(with)) == 0;
}

/* Marks the words of the name that were asked for; returns how many of what was asked for are in it, as they
 * stand. */
static size_t mark(struct mm_search_result *r, const struct mm_search_word *ask, size_t ask_count,
		   const struct mm_search_word *word, size_t count)
{
	size_t whole = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_asked = false;

		for (size_t k = 0; k < ask_count && !is_asked; k++)
			is_asked = begins(word[i].text, ask[k].text) ||
				   (!ask[k].is_number && !word[i].is_number && strlen(ask[k].text) > 6 &&
				    mm_search_slips(ask[k].text, word[i].text, 2) <= 2);
		if (is_asked && r->mark_count < MM_SEARCH_MARKS_MAX) {
			r->mark[r->mark_count][0] = word[i].from;
			r->mark[r->mark_count++][1] = word[i].to;
		}
	}
	for (size_t k = 0; k < ask_count; k++)
		for (size_t i = 0; i < count; i++)
			if (strcmp(word[i].text, ask[k].text) == 0) {
				whole++;
				break;
			}
	return whole;
}

/* Streets before what stands in them; what has a name before what has but a number. */
static double weight_of(const struct mm_layer *l, uint32_t row)
{
	const struct mm_schema *s = mm_layer_schema(l);
	struct mm_geom g;

	mm_layer_geom(l, row, &g);
	if (mm_schema_find(s, "name") == SIZE_MAX)
		return mm_schema_find(s, "address") != SIZE_MAX ? 10 : 0;
	return mm_geom_dimension(&g) == 1 ? 30 : 20;
}

static double nearness(const struct mm_search_result *r, const struct mm_search_ask *ask)
{
	const double x = (r->box_deg.min_x + r->box_deg.max_x) / 2 - ask->near_lon;
	const double y = (r->box_deg.min_y + r->box_deg.max_y) / 2 - ask->near_lat;
	const double km = hypot(x * cos(ask->near_lat * M_PI / 180), y) * 111;

	return 15 / (1 + km / 3);
}

/* How far the words are from those of the name that are nearest to them. */
static double slips_in(const struct mm_search_word *word, size_t count, const struct mm_search_word *own,
		       size_t own_count)
{
	unsigned sum = 0;

	for (size_t k = 0; k < count; k++) {
		unsigned least = SLIPS_MOST + 1;

		for (size_t i = 0; i < own_count; i++) {
			const unsigned s = mm_search_slips(word[k].text, own[i].text, SLIPS_MOST);

			least = s < least ? s : least;
		}
		sum += least;
	}
	return sum;
}

static void judge(struct mm_search_result *r, const struct mm_search_found *found,
		  const struct mm_search_ask *ask, const struct mm_search_word *word, size_t count,
		  struct mm_arena *mem)
{
	static const double of_stage[] = {300, 240, 180, 90};
	struct mm_search_word *own = mm_arena_array(mem, MM_SEARCH_WORDS_MAX, sizeof(*own));
	const size_t own_count = own ? mm_search_words(r->name, strlen(r->name), mem, own) : 0;
	const size_t whole = mark(r, word, count, own, own_count);

	r->score = of_stage[found->stage] + weight_of(r->layer, r->row);
	if (found->stage == STAGE_SLIPS)
		r->score -= A_SLIP * slips_in(word, count, own, own_count);
	if (!count) /* an id of signs alone */
		return;
	r->score += 60.0 * (double)whole / (double)count;                    /* in the name, not beside it */
	r->score += whole == count && own_count == count ? 80 : 0;           /* and nothing else */
	r->score += own_count && begins(own[0].text, word[0].text) ? 20 : 0; /* at its beginning */
	r->score -= own_count > count ? fmin(20, 2.0 * (double)(own_count - count)) : 0;
	if (mm_box_is_empty(&r->box_deg))
		r->score -= 30;
	else if (ask->has_near)
		r->score += nearness(r, ask);
}

static int by_score(const void *a, const void *b)
{
	const struct mm_search_result *x = a, *y = b;
	const int names = strcmp(x->name, y->name);

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (names)
		return names;
	return x->layer == y->layer ? (x->row > y->row) - (x->row < y->row)
				    : strcmp(mm_layer_schema(x->layer)->id, mm_layer_schema(y->layer)->id);
}

/* ---- asking ---- */

static bool is_asked(const char *layers, const char *id)
{
	const size_t n = strlen(id);

	for (const char *at = layers; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (strncmp(at, id, n) == 0 && (!at[n] || at[n] == ','))
			return true;
	return !layers;
}

static size_t find_all(const struct mm_search_ask *ask, const struct mm_search_word *word, size_t count,
		       struct mm_search_answer *a, struct mm_search_found *found)
{
	size_t n = 0;

	for (size_t i = 0; i < a->hold_count; i++) {
		if (!is_asked(ask->layers, mm_layer_schema(mm_search_index_layer(a->hold[i]))->id))
			continue;
		if (mm_clock_mono_ns() >= ask->deadline_ns || n + MM_SEARCH_FOUND_MAX >= CANDIDATES_MAX) {
			a->is_complete = false;
			break;
		}
		n += mm_search_index_by_id(a->hold[i], ask->text, ask->len, found + n);
		n += mm_search_index_find(a->hold[i], word, count, ask->deadline_ns, found + n);
	}
	return n;
}

/* Each once. Slips are looked for in every layer that has nothing better: where one has, they are noise. */
static size_t drop_slips(struct mm_search_found *found, size_t n)
{
	bool has_better = false;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		has_better |= found[i].stage < 3;
	for (size_t i = 0; i < n; i++) {
		bool is_twice = false;

		for (size_t k = kept; k-- > 0 && found[k].index == found[i].index && !is_twice;)
			is_twice = found[k].index == found[i].index && found[k].row == found[i].row;
		if (!is_twice && (!has_better || found[i].stage < 3))
			found[kept++] = found[i];
	}
	return kept;
}

/* "ул. Ленина" may be an avenue. False: there is no such word, or no other. */
static bool drop_kinds(struct mm_search_word *word, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++)
		kept += !word[i].is_kind;
	if (!kept || kept == *count)
		return false;
	kept = 0;
	for (size_t i = 0; i < *count; i++)
		if (!word[i].is_kind)
			word[kept++] = word[i];
	*count = kept;
	return true;
}

static enum mm_code put_in_order(const struct mm_search_ask *ask, const struct mm_search_word *word,
				 size_t count, const struct mm_search_found *found, size_t n,
				 struct mm_arena *mem, struct mm_search_answer *a, struct mm_err *reterr)
{
	struct mm_search_result *all = calloc(n + 1, sizeof(*all));
	struct mm_buf text;

	if (!all)
		return mm_fail_nomem(reterr);
	mm_buf_init(&text, TEXT_BYTES_MAX);
	for (size_t i = 0; i < n; i++) {
		MM_ARENA_SCOPE(scratch, 1 << 20);
		bool is_exact;

		all[i].layer = mm_search_index_layer(found[i].index);
		all[i].row = found[i].row;
		all[i].box_deg = found[i].box_deg;
		is_exact = name_row(&all[i], ask, &text);
		judge(&all[i], &found[i], ask, word, count, &scratch);
		all[i].score += is_exact ? 200 : 0;
	}
	mm_buf_release(&text);
	qsort(all, n, sizeof(*all), by_score);
	a->count = n < ask->limit ? n : ask->limit;
	a->result = mm_arena_array(mem, a->count + 1, sizeof(*a->result));
	if (a->result)
		memcpy(a->result, all, a->count * sizeof(*all));
	free(all);
	return a->result ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code ask_once(const struct mm_search_ask *ask, struct mm_arena *mem,
			     struct mm_search_answer *a, struct mm_err *reterr)
{
	struct mm_search_word *word = mm_arena_array(mem, MM_SEARCH_WORDS_MAX, sizeof(*word));
	struct mm_search_found *found = mm_arena_array(mem, CANDIDATES_MAX, sizeof(*found));
	size_t count, n;

	if (!word || !found)
		return mm_fail_nomem(reterr);
	count = mm_search_words(ask->text, ask->len, mem, word);
	n = drop_slips(found, find_all(ask, word, count, a, found));
	if (!n && drop_kinds(word, &count))
		n = drop_slips(found, find_all(ask, word, count, a, found));
	return put_in_order(ask, word, count, found, n, mem, a, reterr);
}

enum mm_code mm_search_run(struct mm_search *s, const struct mm_search_ask *ask, struct mm_arena *mem,
			   struct mm_search_answer *ret, struct mm_err *reterr)
{
	struct mm_search_answer a = {0};
	char *other = mm_arena_alloc(mem, 2 * ask->len + 1);
	struct mm_search_ask again = *ask;
	enum mm_code rc = other ? mm_search_hold(s, mem, &a, reterr) : mm_fail_nomem(reterr);

	if (!rc)
		rc = ask_once(ask, mem, &a, reterr);
	if (!rc && !a.count && mm_search_relayout(ask->text, ask->len, other)) {
		again.text = other;
		again.len = strlen(other);
		rc = ask_once(&again, mem, &a, reterr);
	}
	if (rc)
		mm_search_release(&a);
	else
		*ret = a;
	return rc;
}
