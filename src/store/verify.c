#include "base/text.h"
#include "store/layer_private.h"
#include "store/schema_json.h"

#include <pthread.h>
#include <string.h>

/*
 * A snapshot comes from a child process that has read hostile files: nothing in it is believed. After this
 * has said yes, every getter stays inside the file whatever row it is asked for, and what it gives can be
 * written out as it is: text is UTF-8, JSON is JSON, dates are dates, coordinates are finite.
 */

enum { WORTH_A_THREAD = 16 << 20 /* bytes */ };

static bool starts_ascend(const uint64_t *start, size_t count, uint64_t end)
{
	for (size_t i = 0; i + 1 < count; i++)
		if (start[i] > start[i + 1])
			return false;
	return count && start[0] == 0 && start[count - 1] == end;
}

/* One valid text from each start: the whole is valid and no start falls inside a letter. */
static bool texts_are_utf8(const char *text, const uint64_t *start, size_t count)
{
	uint64_t all = start[count - 1];

	if (mm_text_utf8_valid(text, all) != all)
		return false;
	for (size_t i = 0; i < count; i++)
		if (start[i] < all && ((unsigned char)text[start[i]] & 0xc0) == 0x80)
			return false;
	return true;
}

static bool codes_are_known(const struct mm_layer *l, const struct mm_layer_column *c)
{
	for (uint32_t row = 0; row < l->head->rows; row++)
		if (mm_layer_column_code(c, row) >= c->text_count && !mm_layer_column_is_null(c, row))
			return false;
	return true;
}

static bool texts_are_good(const struct mm_layer *l, const struct mm_layer_column *c)
{
	if (!starts_ascend(c->starts, c->text_count + 1, c->starts[c->text_count]) ||
	    !texts_are_utf8(c->text, c->starts, c->text_count + 1) || !codes_are_known(l, c))
		return false;
	for (size_t i = 0; i < c->text_count && c->type == MM_TYPE_JSON; i++)
		if (!mm_schema_is_json(c->text + c->starts[i], c->starts[i + 1] - c->starts[i]))
			return false;
	return true;
}

static bool times_are_good(const struct mm_layer *l, const struct mm_layer_column *c)
{
	for (uint32_t row = 0; row < l->head->rows; row++)
		if ((!mm_value_in_range(c->type, c->integers[row]) ||
		     (c->type == MM_TYPE_DATETIME && !mm_offset_in_range(c->offsets_min[row]))) &&
		    !mm_layer_column_is_null(c, row))
			return false;
	return true;
}

static bool columns_are_good(const struct mm_layer *l)
{
	for (size_t i = 0; i < l->schema.field_count; i++) {
		const struct mm_layer_column *c = &l->column[i];

		if (c->type == MM_TYPE_TEXT || c->type == MM_TYPE_JSON) {
			if (!texts_are_good(l, c))
				return false;
		} else if (c->type == MM_TYPE_DATE || c->type == MM_TYPE_TIME ||
			   c->type == MM_TYPE_DATETIME) {
			if (!times_are_good(l, c))
				return false;
		}
	}
	return true;
}

/* Integer ids ascend, by themselves or in the order given: so each is there once, and each row. */
static bool int_ids_are_good(const struct mm_layer *l, const uint32_t *order, size_t orders)
{
	size_t ints;
	const int64_t *id = mm_layer_section(l, MM_SECTION_ID_INT, sizeof(*id), &ints);
	uint32_t rows = l->head->rows;

	if (ints != rows || (orders && orders != rows))
		return false;
	for (uint32_t i = 1; i < rows; i++)
		if (orders ? id[order[i - 1]] >= id[order[i]] : id[i - 1] >= id[i])
			return false;
	return true;
}

/* The same of text ids, by their bytes. */
static bool text_ids_are_good(const struct mm_layer *l, const uint32_t *order, size_t orders)
{
	size_t starts, bytes, n, m;
	const uint64_t *start = mm_layer_section(l, MM_SECTION_ID_START, sizeof(*start), &starts);
	const char *text = mm_layer_section(l, MM_SECTION_ID_TEXT, 1, &bytes);
	uint32_t rows = l->head->rows;

	if (starts != (size_t)rows + 1 || orders != rows || !starts_ascend(start, starts, bytes) ||
	    !texts_are_utf8(text, start, starts))
		return false;
	for (uint32_t i = 0; i < rows; i++) {
		const char *id = mm_layer_id_text(l, order[i], &n), *last;

		if (n > MM_ID_MAX + MM_ID_SUFFIX_MAX)
			return false;
		if (i == 0)
			continue;
		last = mm_layer_id_text(l, order[i - 1], &m);
		if (mm_text_order(last, m, id, n) >= 0)
			return false;
	}
	return true;
}

static bool ids_are_good(const struct mm_layer *l)
{
	size_t orders;
	const uint32_t *order = mm_layer_section(l, MM_SECTION_ID_ORDER, 4, &orders);

	for (size_t i = 0; i < orders; i++)
		if (order[i] >= l->head->rows)
			return false;
	return l->schema.has_text_ids ? text_ids_are_good(l, order, orders)
				      : int_ids_are_good(l, order, orders);
}

static bool notes_are_good(const struct mm_layer *l)
{
	size_t count, bytes;
	const struct mm_note_row *note = mm_layer_section(l, MM_SECTION_NOTE, sizeof(*note), &count);
	const char *text = mm_layer_section(l, MM_SECTION_NOTE_TEXT, 1, &bytes);

	if (bytes == 0 || text[bytes - 1] != '\0' || mm_text_utf8_valid(text, bytes) != bytes ||
	    count > (size_t)MM_FORMAT_NOTES_KEPT * MM_QUALITY_KIND_COUNT)
		return false;
	for (size_t i = 0; i < count; i++)
		if (note[i].kind >= MM_QUALITY_KIND_COUNT || note[i].text >= bytes ||
		    (note[i].row >= l->head->rows && note[i].row != UINT32_MAX) ||
		    (note[i].text && text[note[i].text - 1] != '\0'))
			return false;
	return true;
}

/* What goes into addresses and, as it is, into answers. */
static bool schema_is_good(const struct mm_schema *s)
{
	size_t n = strlen(s->id), plain = strspn(s->id, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	size_t style = strlen(s->style_json);

	return n >= 1 && n <= 64 && plain == n && s->style_json[0] == '{' &&
	       mm_schema_is_json(s->style_json, style);
}

/* Some of the checks, by one thread. */
struct checks {
	const struct mm_layer *l;
	bool (*const *is_good)(const struct mm_layer *l); /* ends with NULL */
	bool good;
};

static void *run_checks(void *ctx)
{
	struct checks *c = ctx;

	c->good = true;
	for (size_t i = 0; c->good && c->is_good[i]; i++) {
		c->good = c->is_good[i](c->l);
		mm_layer_let_go(c->l);
	}
	return NULL;
}

bool mm_layer_verify(const struct mm_layer *l)
{
	/* each takes as long as the other */
	static bool (*const of_levels[])(const struct mm_layer *l) = {mm_layer_verify_levels, NULL};
	static bool (*const of_rest[])(const struct mm_layer *l) = {
	    mm_layer_checksum_is_good, columns_are_good, ids_are_good, mm_layer_verify_geometry,
	    mm_layer_verify_tile_rows, notes_are_good,   NULL};
	struct checks levels = {l, of_levels, false}, rest = {l, of_rest, false};
	pthread_t thread;
	bool runs;

	if (!schema_is_good(&l->schema))
		return false;
	runs = l->map_bytes >= WORTH_A_THREAD && pthread_create(&thread, NULL, run_checks, &levels) == 0;
	(void)run_checks(&rest);
	if (runs)
		(void)pthread_join(thread, NULL);
	else if (rest.good)
		(void)run_checks(&levels);
	return rest.good && levels.good;
}
