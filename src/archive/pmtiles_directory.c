#include "archive/pmtiles_directory.h"

#include <stdbool.h>
#include <stdlib.h>

static void put_varint(struct mm_buf *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		mm_buf_byte(out, (unsigned char)(v | 0x80));
	mm_buf_byte(out, (unsigned char)v);
}

/* 0: right behind the entry before. */
static uint64_t offset_word(const struct mm_pmtiles_entry *entry, size_t i)
{
	return i && entry[i].offset == entry[i - 1].offset + entry[i - 1].length ? 0 : entry[i].offset + 1;
}

void mm_pmtiles_directory_put(const struct mm_pmtiles_entry *entry, size_t count, struct mm_buf *out)
{
	put_varint(out, count);
	for (size_t i = 0; i < count; i++)
		put_varint(out, entry[i].id - (i ? entry[i - 1].id : 0));
	for (size_t i = 0; i < count; i++)
		put_varint(out, entry[i].run);
	for (size_t i = 0; i < count; i++)
		put_varint(out, entry[i].length);
	for (size_t i = 0; i < count; i++)
		put_varint(out, offset_word(entry, i));
}

/* Varints one behind the other; once `bad`, all are 0. */
struct words {
	const unsigned char *at, *end;
	bool bad;
};

static uint64_t next_word(struct words *w, uint64_t most)
{
	uint64_t v = 0;
	unsigned shift = 0;
	unsigned char byte = 0x80;

	for (; byte & 0x80 && w->at < w->end && shift < 64; shift += 7) {
		byte = *w->at++;
		v |= (uint64_t)(byte & 0x7f) << shift;
	}
	w->bad |= byte & 0x80 || (shift > 63 && byte > 1) || v > most;
	return w->bad ? 0 : v;
}

static void read_columns(struct words *w, struct mm_pmtiles_entry *entry, size_t count)
{
	uint64_t id = 0;

	for (size_t i = 0; i < count; i++) {
		id += next_word(w, UINT64_MAX - id);
		entry[i].id = id;
	}
	for (size_t i = 0; i < count; i++)
		entry[i].run = (uint32_t)next_word(w, UINT32_MAX);
	for (size_t i = 0; i < count; i++)
		entry[i].length = (uint32_t)next_word(w, UINT32_MAX);
	for (size_t i = 0; i < count; i++) {
		const uint64_t v = next_word(w, UINT64_MAX);

		w->bad |= i == 0 && v == 0;
		entry[i].offset = w->bad ? 0 : v ? v - 1 : entry[i - 1].offset + entry[i - 1].length;
	}
}

static bool is_sound(const struct mm_pmtiles_entry *entry, size_t count,
		     const struct mm_pmtiles_limits *limits)
{
	uint64_t from = limits->first;

	for (size_t i = 0; i < count; i++) {
		const struct mm_pmtiles_entry *e = &entry[i];
		const uint64_t section = e->run ? limits->tiles : limits->leaves, wide = e->run ? e->run : 1;

		if (e->id < from || e->id >= limits->end || wide > limits->end - e->id || e->length == 0 ||
		    e->offset > section || e->length > section - e->offset)
			return false;
		from = e->id + wide;
	}
	return true;
}

enum mm_code mm_pmtiles_directory_parse(const unsigned char *bytes, size_t n,
					const struct mm_pmtiles_limits *limits, struct mm_pmtiles_entry **ret,
					size_t *ret_count, struct mm_err *reterr)
{
	struct words w = {bytes, bytes + n, n == 0};
	/* an entry has four words of at least a byte each */
	const size_t count = next_word(&w, n / 4);
	struct mm_pmtiles_entry *entry = NULL;

	if (!w.bad && count) {
		entry = calloc(count, sizeof(*entry));
		if (!entry)
			return mm_fail_nomem(reterr);
		read_columns(&w, entry, count);
	}
	if (w.bad || w.at != w.end || !is_sound(entry, count, limits)) {
		free(entry);
		return mm_fail(
		    reterr, MM_E_DATA, "",
		    "the archive is damaged: a directory is not in order or names what is not there");
	}
	*ret = entry;
	*ret_count = count;
	return MM_OK;
}

const struct mm_pmtiles_entry *mm_pmtiles_directory_find(const struct mm_pmtiles_entry *entry, size_t count,
							 uint64_t id)
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (entry[mid].id <= id)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0)
		return NULL;
	entry += low - 1;
	return entry->run == 0 || id - entry->id < entry->run ? entry : NULL;
}
