#include "store/tile_value.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/prefetch.h"
#include "store/tile_row_format.h"

#include <math.h>
#include <stdlib.h>

enum { SLOTS_FIRST = 1 << 12 };

struct mm_tile_value_slot {
	uint64_t key;           /* bits of a number, hash of a text */
	uint32_t number, class; /* 1 + its type; 0: free */
};

bool mm_tile_values_init(struct mm_tile_values *v, const struct mm_layer_build *b)
{
	*v = (struct mm_tile_values){.build = b, .slots = SLOTS_FIRST};
	mm_buf_init(&v->row, SIZE_MAX / 2);
	mm_buf_init(&v->text, SIZE_MAX / 2);
	v->slot = calloc(v->slots, sizeof(*v->slot));
	v->number = calloc(b->schema.field_count + 1, sizeof(*v->number));
	for (size_t f = 0; v->number && f < b->schema.field_count; f++) {
		const size_t bytes = b->column[f].word_count * sizeof(**v->number);

		if (b->schema.field[f].hidden || !bytes)
			continue;
		v->number[f] = malloc(bytes);
		if (!v->number[f])
			return false;
		memset(v->number[f], 0xff, bytes);
	}
	return v->slot && v->number;
}

void mm_tile_values_release(struct mm_tile_values *v)
{
	for (size_t f = 0; v->number && f < v->build->schema.field_count; f++)
		free(v->number[f]);
	free(v->number);
	free(v->slot);
	mm_buf_release(&v->row);
	mm_buf_release(&v->text);
}

/* Where a value should be; the numbers of one type are spread by a multiplication. */
static size_t slot_of(const struct mm_tile_values *v, uint64_t key, uint32_t class)
{
	return ((key + class) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (v->slots - 1);
}

static bool grow(struct mm_tile_values *v)
{
	struct mm_tile_values wide = {.slots = v->slots * 4};

	wide.slot = calloc(wide.slots, sizeof(*wide.slot));
	if (!wide.slot)
		return false;
	for (size_t i = 0; i < v->slots; i++) {
		const struct mm_tile_value_slot *s = &v->slot[i];
		size_t at = slot_of(&wide, s->key, s->class);

		if (!s->class)
			continue;
		while (wide.slot[at].class)
			at = (at + 1) & (wide.slots - 1);
		wide.slot[at] = *s;
	}
	free(v->slot);
	v->slot = wide.slot;
	v->slots = wide.slots;
	return true;
}

static bool has_text(const struct mm_tile_values *v, uint32_t number, const char *text, size_t n)
{
	struct mm_tile_value_row have;

	memcpy(&have, v->row.data + (size_t)number * sizeof(have), sizeof(have));
	return have.text_bytes == n && !memcmp(v->text.data + have.bits, text, n);
}

static uint32_t append(struct mm_tile_values *v, struct mm_tile_value_row row, const char *text)
{
	if (text) {
		row.bits = v->text.len;
		mm_buf_put(&v->text, text, row.text_bytes);
	}
	mm_buf_put(&v->row, &row, sizeof(row));
	v->failed |= v->row.failed || v->text.failed || v->count >= UINT32_MAX - 1;
	return (uint32_t)v->count++;
}

/* `text` NULL: a number. */
static uint32_t find(struct mm_tile_values *v, const struct mm_tile_value_row *row, const char *text)
{
	const uint64_t key = text ? mm_hash64(text, row->text_bytes, 0) : row->bits;
	const uint32_t class = row->type + 1;
	size_t at;

	if (v->failed || (v->count * 2 >= v->slots && !grow(v))) {
		v->failed = true;
		return MM_TILE_VALUE_NONE;
	}
	for (at = slot_of(v, key, class); v->slot[at].class; at = (at + 1) & (v->slots - 1))
		if (v->slot[at].key == key && v->slot[at].class == class &&
		    (!text || has_text(v, v->slot[at].number, text, row->text_bytes)))
			return v->slot[at].number;
	v->slot[at] = (struct mm_tile_value_slot){key, append(v, *row, text), class};
	return v->failed ? MM_TILE_VALUE_NONE : v->slot[at].number;
}

static uint32_t add_text(struct mm_tile_values *v, const char *text, size_t n)
{
	const struct mm_tile_value_row row = {.text_bytes = (uint32_t)n, .type = MM_TYPE_TEXT};

	v->failed |= n > UINT32_MAX;
	return find(v, &row, n ? text : "");
}

static uint32_t add_code(struct mm_tile_values *v, const struct mm_build_column *c, uint32_t row,
			 size_t field)
{
	const uint64_t *start = (const uint64_t *)(const void *)c->offset.data;
	const uint32_t code = ((const uint32_t *)(const void *)c->data.data)[row];
	uint32_t *number = &v->number[field][code];

	if (*number == MM_TILE_VALUE_NONE)
		*number =
		    add_text(v, (const char *)c->text.data + start[code], start[code + 1] - start[code]);
	return *number;
}

static uint32_t add_number(struct mm_tile_values *v, enum mm_type type, uint64_t bits)
{
	return find(v, &(struct mm_tile_value_row){.bits = bits, .type = type}, NULL);
}

static uint32_t add_time(struct mm_tile_values *v, enum mm_type type, int64_t i, int offset_min)
{
	char text[MM_CLOCK_TEXT_MAX];

	return add_text(v, text,
			type == MM_TYPE_DATE   ? mm_clock_format_date(i, text)
			: type == MM_TYPE_TIME ? mm_clock_format_time(i, text)
					       : mm_clock_format(i, offset_min, text));
}

static uint64_t bits_at(const struct mm_build_column *c, uint32_t row)
{
	uint64_t bits;

	memcpy(&bits, c->data.data + (size_t)row * sizeof(bits), sizeof(bits));
	return bits;
}

uint32_t mm_tile_values_add(struct mm_tile_values *v, uint32_t row, size_t field)
{
	const struct mm_build_column *c = &v->build->column[field];
	const enum mm_type type = v->build->schema.field[field].type;
	uint64_t bits;
	double real;

	if (c->has_nulls && c->nulls[row])
		return MM_TILE_VALUE_NONE;
	if (c->words)
		return add_code(v, c, row, field);
	if (type == MM_TYPE_BOOL)
		return add_number(v, type, c->data.data[row] != 0);
	bits = bits_at(c, row);
	if (type == MM_TYPE_REAL) {
		memcpy(&real, &bits, sizeof(real));
		return isfinite(real) ? add_number(v, type, bits) : MM_TILE_VALUE_NONE;
	}
	if (type == MM_TYPE_DATE || type == MM_TYPE_TIME || type == MM_TYPE_DATETIME)
		return add_time(
		    v, type, (int64_t)bits,
		    type == MM_TYPE_DATETIME ? ((const int16_t *)(const void *)c->offset.data)[row] : 0);
	return add_number(v, MM_TYPE_INT, bits);
}

void mm_tile_values_prefetch(const struct mm_tile_values *v, uint32_t row)
{
	for (size_t f = 0; f < v->build->schema.field_count; f++)
		if (!v->build->schema.field[f].hidden && v->build->schema.field[f].type == MM_TYPE_INT)
			mm_prefetch(
			    &v->slot[slot_of(v, bits_at(&v->build->column[f], row), MM_TYPE_INT + 1)]);
}
