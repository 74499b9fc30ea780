#include "archive/pmtiles_directory.h"

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
