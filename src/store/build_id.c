#include "base/num.h"
#include "base/text.h"
#include "store/build_private.h"

#include <stdio.h>
#include <string.h>

/*
 * Ids. As long as integers come in ascending order nothing can be equal and nothing is remembered but the
 * last; the first id that breaks the order puts all of them into a map.
 */

static const int64_t *int_ids(const struct mm_layer_build *b)
{
	return (const int64_t *)(const void *)b->id_int.data;
}

static bool ascends(const struct mm_layer_build *b, int64_t id)
{
	return !b->ids && b->id_int.len == b->rows * sizeof(id) &&
	       (b->rows == 0 || id > int_ids(b)[b->rows - 1]);
}

/* Remembers the ids so far: all of them are integers. */
static bool remember_ids(struct mm_layer_build *b)
{
	char text[MM_NUM_MAX];

	b->ids = mm_map_new();
	b->repeated = mm_map_new();
	for (uint32_t row = 0; b->ids && row < b->rows && row < b->id_int.len / sizeof(int64_t); row++) {
		size_t n = mm_num_format_int(int_ids(b)[row], text);

		if (mm_map_add(b->ids, text, n, row) == MM_MAP_NONE)
			return false;
	}
	return b->ids && b->repeated;
}

/* From now on ids are text: those so far are written out. */
static void switch_to_text(struct mm_layer_build *b)
{
	b->has_text_ids = true;
	for (uint32_t row = 0; row < b->rows && row < b->id_int.len / sizeof(int64_t); row++) {
		uint64_t start = b->id_text.len;

		mm_buf_put(&b->id_start, &start, sizeof(start));
		mm_buf_int(&b->id_text, int_ids(b)[row]);
	}
}

/* The number the next row with this id gets; counted, or a layer with one id for all would take n * n. */
static uint32_t *next_number(struct mm_layer_build *b, const char *text, size_t n)
{
	uint32_t count = (uint32_t)(b->next_number.len / sizeof(uint32_t)), first = 2;
	uint32_t i = mm_map_add(b->repeated, text, n, count);

	if (i == MM_MAP_NONE)
		return NULL;
	if (i == count)
		mm_buf_put(&b->next_number, &first, sizeof(first));
	return b->next_number.failed ? NULL : (uint32_t *)(void *)b->next_number.data + i;
}

/* Appends "~2", "~3" ... to the id in `unique` so that no earlier row has it; returns its length, 0: no
 * memory. */
static size_t make_unique(struct mm_layer_build *b, char *unique, size_t n)
{
	uint32_t *k = next_number(b, unique, n), found = b->rows + 1;
	char note[64];
	size_t len = 0;

	while (k && found != b->rows && found != MM_MAP_NONE) {
		len = n + (size_t)snprintf(unique + n, MM_ID_SUFFIX_MAX, "~%u", (*k)++);
		found = mm_map_add(b->ids, unique, len, b->rows);
	}
	if (!k || found == MM_MAP_NONE)
		return 0;
	(void)snprintf(note, sizeof(note), "served as ...%s", unique + n);
	mm_build_note(b, MM_QUALITY_DUPLICATE_ID, b->rows, note);
	return len;
}

static void put_text_id(struct mm_layer_build *b, const char *text, size_t n)
{
	uint64_t start;

	if (!b->has_text_ids)
		switch_to_text(b);
	start = b->id_text.len;
	mm_buf_put(&b->id_start, &start, sizeof(start));
	mm_buf_put(&b->id_text, text, n);
}

/* `id` NULL: a text id. */
static void take_id(struct mm_layer_build *b, const char *text, size_t n, const int64_t *id)
{
	char unique[MM_ID_MAX + MM_ID_SUFFIX_MAX];
	uint32_t found;

	b->failed |= !b->ids && !remember_ids(b);
	if (b->failed)
		return;
	found = mm_map_add(b->ids, text, n, b->rows);
	if (found == b->rows && id && !b->has_text_ids) {
		mm_buf_put(&b->id_int, id, sizeof(*id));
		return;
	}
	if (found != b->rows && found != MM_MAP_NONE) {
		memcpy(unique, text, n);
		n = make_unique(b, unique, n);
		text = unique;
		b->failed |= n == 0;
	}
	b->failed |= found == MM_MAP_NONE;
	put_text_id(b, text, n);
}

void mm_layer_build_id_int(struct mm_layer_build *b, int64_t id)
{
	char text[MM_NUM_MAX];

	MM_CHECK(b->in_row && !b->row_has_id);
	b->row_has_id = true;
	if (ascends(b, id))
		mm_buf_put(&b->id_int, &id, sizeof(id));
	else
		take_id(b, text, mm_num_format_int(id, text), &id);
}

void mm_layer_build_id_text(struct mm_layer_build *b, const char *text, size_t n)
{
	size_t cut;

	MM_CHECK(b->in_row && !b->row_has_id);
	b->row_has_id = true;
	text = mm_build_clean_text(b, text, &n);
	cut = mm_text_utf8_cut(text, n, MM_ID_MAX);
	if (cut < n)
		mm_layer_build_note(b, MM_QUALITY_BAD_VALUE,
				    "the id is longer than 1024 bytes: it is cut there");
	take_id(b, text, cut, NULL);
}
