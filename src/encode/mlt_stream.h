#ifndef MM_ENCODE_MLT_STREAM_H
#define MM_ENCODE_MLT_STREAM_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Streams: what the columns of a MapLibre Tile are made of (specification, "Tile Layout" and "Integer Stream
 * Encoding"). A stream is a head (what it holds, how it is packed, counts) and its bytes. Writers append to
 * `out`, which fails when memory ran out.
 */

/* What a stream holds: the first byte of its head. */
enum mm_mlt_stream {
	MM_MLT_PRESENT = 0x00,
	MM_MLT_DATA = 0x10,
	MM_MLT_DATA_DICTIONARY = 0x11,
	MM_MLT_DATA_VERTEX = 0x13,
	MM_MLT_OFFSET_STRING = 0x22,
	MM_MLT_LENGTH_STRING = 0x30,
	MM_MLT_TYPES =
	    0x30, /* of geometries: as all encoders write it; the specification's table says 0x10 */
	MM_MLT_LENGTH_GEOMETRIES = 0x31,
	MM_MLT_LENGTH_PARTS = 0x32,
	MM_MLT_LENGTH_RINGS = 0x33,
	MM_MLT_LENGTH_DICTIONARY = 0x36,
};

/* Of what numbers in an integer stream are: how far they may reach, and whether below zero. */
enum mm_mlt_width { MM_MLT_U32, MM_MLT_I32, MM_MLT_U64, MM_MLT_I64 };

/* A list of numbers that grows. Zeroed: empty and ready. */
struct mm_mlt_ints {
	int64_t *v;
	size_t n, cap;
	bool failed; /* out of memory; what comes after is dropped */
};

void mm_mlt_ints_add(struct mm_mlt_ints *a, int64_t v);
void mm_mlt_ints_release(struct mm_mlt_ints *a);

/* A list of bits that grows. */
struct mm_mlt_bits {
	struct mm_buf bytes; /* least first */
	size_t n, set;       /* all of them; those that are one */
};

void mm_mlt_bits_init(struct mm_mlt_bits *b, size_t bytes_max);
void mm_mlt_bits_add(struct mm_mlt_bits *b, bool v);
void mm_mlt_bits_release(struct mm_mlt_bits *b);

void mm_mlt_put_varint(struct mm_buf *out, uint64_t v);
uint64_t mm_mlt_zigzag(int64_t v);
void mm_mlt_put_text(struct mm_buf *out, const char *text); /* length and bytes, as names are written */

/* A stream of numbers within `width`, as they are or as runs; where they are no lengths or types also as
 * differences or runs of differences: whatever is shortest, varints in all cases. At least one number. */
void mm_mlt_put_ints(struct mm_buf *out, enum mm_mlt_stream what, enum mm_mlt_width width,
		     const struct mm_mlt_ints *a);

/* Bytes that this stream's body will have. */
size_t mm_mlt_ints_bytes(enum mm_mlt_stream what, enum mm_mlt_width width, const struct mm_mlt_ints *a);

/* A stream of bits, bytes of them in runs. */
void mm_mlt_put_bits(struct mm_buf *out, enum mm_mlt_stream what, const struct mm_mlt_bits *b);

/* A stream of bytes as they are; `count`: values in it. */
void mm_mlt_put_bytes(struct mm_buf *out, enum mm_mlt_stream what, size_t count, const void *bytes, size_t n);

/* A vertex stream whose bytes are there already: for each component of `count`, in turn x and y, the zigzag
 * difference to the one before of its kind. */
void mm_mlt_put_vertices(struct mm_buf *out, size_t count, const struct mm_buf *bytes);

#endif
