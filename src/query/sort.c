#include "query/sort.h"

#include "base/sort.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Rows in the order of fields: one stable pass for each field, the last one first. */

/* ---- texts ---- */

/* Capital and small letters of Latin and Cyrillic are one, and so are ё and е. */
static uint32_t letter(uint32_t c)
{
	enum { A = 0x410, YA = 0x42f, CASE = 0x20, IO = 0x401, IO_SMALL = 0x451, IE_SMALL = 0x435 };

	if (c == IO || c == IO_SMALL)
		return IE_SMALL;
	if ((c >= 'A' && c <= 'Z') || (c >= A && c <= YA))
		return c + CASE;
	return c >= 0x400 && c < A ? c + 0x50 : c;
}

struct text {
	const char *bytes;
	size_t n;
	uint32_t code;
};

static int by_bytes(const struct text *a, const struct text *b)
{
	const int way = memcmp(a->bytes, b->bytes, a->n < b->n ? a->n : b->n);

	return way ? way : (a->n > b->n) - (a->n < b->n);
}

static int by_letters(const void *x, const void *y)
{
	const struct text *a = x, *b = y;
	size_t i = 0, k = 0;

	while (i < a->n && k < b->n) {
		const uint32_t l = letter(mm_text_utf8_next(a->bytes, a->n, &i)),
			       r = letter(mm_text_utf8_next(b->bytes, b->n, &k));

		if (l != r)
			return l < r ? -1 : 1;
	}
	if (i < a->n || k < b->n)
		return i < a->n ? 1 : -1;
	return by_bytes(a, b);
}

int mm_sort_compare_texts(const char *a, size_t a_len, const char *b, size_t b_len)
{
	const struct text x = {a, a_len, 0}, y = {b, b_len, 0};
	const int way = by_letters(&x, &y);

	return (way > 0) - (way < 0);
}

/* The place of each text that some row has among these, by code; NULL: out of memory. free() it. */
static uint32_t *rank_texts(const struct mm_layer *l, size_t field, const uint32_t *row, uint32_t count)
{
	const size_t all = mm_layer_text_count(l, field);
	uint32_t *rank = calloc(all + 1, sizeof(*rank));
	struct text *text = malloc((all + 1) * sizeof(*text));
	size_t used = 0;

	for (uint32_t i = 0; rank && text && i < count; i++) {
		const uint32_t code = mm_layer_text_code(l, row[i], field);

		if (code >= all || rank[code])
			continue;
		rank[code] = 1;
		text[used].code = code;
		text[used].bytes = mm_layer_text(l, field, code, &text[used].n);
		used++;
	}
	if (rank && text)
		qsort(text, used, sizeof(*text), by_letters);
	for (size_t i = 0; rank && text && i < used; i++)
		rank[text[i].code] = (uint32_t)i;
	if (!text) {
		free(rank);
		rank = NULL;
	}
	free(text);
	return rank;
}

/* ---- keys ---- */

/* Unsigned numbers in the order of the signed. */
static uint64_t from_signed(int64_t v)
{
	return (uint64_t)v ^ UINT64_C(1) << 63;
}

/* The same for IEEE 754 doubles; -0 is 0. */
static uint64_t from_real(double v)
{
	uint64_t bits;

	v += 0.0;
	memcpy(&bits, &v, sizeof(bits));
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

/* `rank`: of texts, by code; NULL: it is none. */
static uint64_t key_of(const struct mm_value *v, const uint32_t *rank, uint32_t code)
{
	if (rank)
		return rank[code];
	if (v->type == MM_TYPE_REAL)
		return from_real(v->real);
	return from_signed(v->type == MM_TYPE_BOOL ? v->boolean : v->integer);
}

struct room {
	struct mm_keyed *keyed, *spare;
	uint32_t *none; /* rows without a value */
};

static bool pass(const struct mm_layer *l, const struct mm_sort *by, uint32_t *row, uint32_t count,
		 struct room *room)
{
	const bool is_text = mm_layer_schema(l)->field[by->field].type == MM_TYPE_TEXT;
	uint32_t *rank = is_text ? rank_texts(l, by->field, row, count) : NULL;
	uint32_t some = 0, none = 0;

	if (is_text && !rank)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct mm_value v;
		uint64_t key;

		mm_layer_value(l, row[i], by->field, &v);
		if (v.is_null) {
			room->none[none++] = row[i];
			continue;
		}
		key = key_of(&v, rank, is_text ? mm_layer_text_code(l, row[i], by->field) : 0);
		room->keyed[some++] = (struct mm_keyed){by->is_descending ? ~key : key, row[i]};
	}
	mm_sort_keyed(room->keyed, room->spare, some);
	for (uint32_t i = 0; i < some; i++)
		row[i] = (uint32_t)room->keyed[i].value;
	memcpy(row + some, room->none, none * sizeof(*row));
	free(rank);
	return true;
}

enum mm_code mm_sort_rows(const struct mm_layer *l, const struct mm_sort *by, size_t by_count, uint32_t *row,
			  uint32_t count, struct mm_err *reterr)
{
	struct room room = {
	    .keyed = malloc(((size_t)count + 1) * sizeof(*room.keyed)),
	    .spare = malloc(((size_t)count + 1) * sizeof(*room.spare)),
	    .none = malloc(((size_t)count + 1) * sizeof(*room.none)),
	};
	bool fine = room.keyed && room.spare && room.none;

	for (size_t i = by_count; fine && i-- > 0;)
		fine = pass(l, &by[i], row, count, &room);
	free(room.keyed);
	free(room.spare);
	free(room.none);
	return fine ? MM_OK : mm_fail_nomem(reterr);
}

enum mm_code mm_sort_parse(const char *text, const struct mm_schema *s, struct mm_sort ret[MM_SORT_MAX],
			   size_t *ret_count, struct mm_err *reterr)
{
	size_t count = 0;

	for (const char *at = text;; at++) {
		const bool has_sign =
		    *at == '+' || *at == '-' || *at == ' '; /* a bare + in a URL is a space */
		const size_t n = strcspn(at += has_sign, ",");
		char name[MM_SORT_NAME_MAX + 1];
		size_t field;

		if (count == MM_SORT_MAX)
			return mm_fail(reterr, MM_E_INVALID, "sortby", "at most %d fields", MM_SORT_MAX);
		if (n > MM_SORT_NAME_MAX)
			return mm_fail(reterr, MM_E_INVALID, "sortby", "there is no field of such a name");
		memcpy(name, at, n);
		name[n] = '\0';
		field = mm_schema_find(s, name);
		if (field == SIZE_MAX || s->field[field].type == MM_TYPE_JSON ||
		    s->field[field].type == MM_TYPE_TIME)
			return mm_fail(
			    reterr, MM_E_INVALID, "sortby",
			    "features cannot be sorted by \"%.60s\": see /collections/%s/sortables", name,
			    s->id);
		ret[count++] = (struct mm_sort){field, has_sign && at[-1] == '-'};
		at += n;
		if (!*at)
			break;
	}
	*ret_count = count;
	return MM_OK;
}
