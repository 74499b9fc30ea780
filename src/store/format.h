#ifndef MM_STORE_FORMAT_H
#define MM_STORE_FORMAT_H

#include "base/clock.h"
#include "geo/box.h"
#include "geo/mercator.h"
#include "store/layer.h"
#include "store/level.h"

#include <stdint.h>

/*
 * The snapshot file: a header of one page, then sections, each beginning at a multiple of 64 bytes.
 * Little-endian, as all machines are that we run on. Whatever a section holds is an array of one fixed-size
 * type, so that a mapped file is used in place.
 *
 * Bytes a row beside its columns and levels: a point 84 (id 8, state 1, exact place 16, world place 8,
 * index 21, importance 2, tile row 28);
 * anything else 99, 28 a vertex and 8 a part of one ring (id 8, row 24, box 16, index 21, tile row 28, of
 * which the first vertex has its place, and the last of a ring none): a house of five vertices 239. A tile
 * row has its attributes, too: 2 to 4 bytes each, and 16 for each different value. Heights add 8 a vertex,
 * integer ids out of order 4, text ids 4 and their length. A column: 1 byte a truth, 8 a number or time (10
 * with its offset), and for text 1, 2 or 4 by the number of different texts, each of which is there once; 1
 * bit a row when anything is null.
 */

#define MM_FORMAT_MAGIC "MUNIMAP\n"

enum {
	MM_FORMAT_VERSION = 13,
	MM_FORMAT_HEADER_BYTES = 4096,
	MM_FORMAT_ALIGN = 64,
	MM_FORMAT_COLUMNS_MAX = 1000,
	MM_FORMAT_NOTES_KEPT = 1000, /* of each kind */
	MM_ID_MAX = 1024,            /* bytes of a text id */
	MM_ID_SUFFIX_MAX = 16        /* "~" and a number behind the id of a duplicate */
};

/* Sections of a layer; four for each column follow them. */
enum mm_section {
	MM_SECTION_SCHEMA,   /* char: JSON, see schema.c */
	MM_SECTION_ID_INT,   /* int64 a row; empty for text ids */
	MM_SECTION_ID_START, /* uint64 a row + 1: where its text id begins */
	MM_SECTION_ID_TEXT,  /* char */
	MM_SECTION_ID_ORDER, /* uint32 a row: rows sorted by id; empty when integer ids ascend by themselves
			      */
	MM_SECTION_GEOM,     /* struct mm_geom_row, one a row and one a repaired copy, and one as an end mark;
				a layer of points: uint8 a row, enum mm_point_state */
	MM_SECTION_PART,     /* uint32; empty in a layer of points */
	MM_SECTION_RING,     /* uint32; empty in a layer of points */
	MM_SECTION_XY,       /* double pairs; a layer of points has one a row */
	MM_SECTION_Z,        /* double a vertex; empty when no geometry has heights */
	MM_SECTION_WORLD,    /* struct mm_world a vertex */
	MM_SECTION_BOX,      /* struct mm_world_box a row; min > max: none; empty in a layer of points */
	MM_SECTION_REPAIRED, /* uint32: rows that have a repaired copy, ascending; the copies in the same
				order */
	MM_SECTION_TREE_BOX, /* struct mm_world_box */
	MM_SECTION_TREE_INDEX, /* uint32 */
	MM_SECTION_NOTE,       /* struct mm_note_row */
	MM_SECTION_NOTE_TEXT,  /* char: NUL-terminated notes */
	MM_SECTION_COLUMN,     /* struct mm_column_row, one a field */
	MM_SECTION_IMPORTANCE, /* uint16 a row: what goes first when a tile is full goes last here */
	MM_SECTION_LEVEL,      /* struct mm_level_row, one a zoom, the highest first */
	MM_SECTION_TILE_ROW,   /* uint32: rows as tiles have them, see tile_row_format.h */
	MM_SECTION_TILE_START, /* uint32, one a row in the index and one as an end mark */
	MM_SECTION_TILE_VALUE, /* struct mm_tile_value_row */
	MM_SECTION_TILE_TEXT,  /* char */
	MM_SECTION_COUNT
};

/* Where one geometry begins in PART, RING, XY; it ends where the next row begins. 24 bytes a row. */
struct mm_geom_row {
	uint64_t vertex;
	uint32_t part, ring;
	uint8_t type; /* enum mm_geom_type */
	uint8_t has_z;
	uint8_t is_repaired; /* it has a repaired copy */
	uint8_t pad[5];
};

/*
 * In a layer of points (no row is anything but a point or nothing) vertex i is row i, and this is all that is
 * said of it; rows without a place have zeros for coordinates.
 */
enum mm_point_state {
	MM_POINT_NULL,
	MM_POINT_EMPTY,
	MM_POINT_OUTSIDE, /* has a place, but none on the globe */
	MM_POINT_PLACED,
	MM_POINT_HAS_Z = 4 /* added to OUTSIDE and PLACED */
};

struct mm_span {
	uint64_t offset, bytes;
};

/* The parts of a column in the file. */
struct mm_column_row {
	struct mm_span nulls; /* bit a row, 1 = null; no bytes when nothing is null */
	struct mm_span data;  /* BOOL uint8; INT, DATE, TIME, DATETIME int64; REAL double; TEXT, JSON codes */
	struct mm_span
	    offset; /* DATETIME: int16 minutes a row; TEXT, JSON: uint64 starts, one more than texts */
	struct mm_span text; /* TEXT, JSON: char */
	uint32_t type;
	uint32_t code_bytes; /* TEXT, JSON: 1, 2 or 4 a code; else 0 */
};

/* The parts of a level (level.h) in the file. */
struct mm_level_row {
	uint32_t zoom, count; /* a dense level has no bytes of place and tree */
	struct mm_span place, start, bytes, tree_box, tree_index;
	struct mm_span members, value; /* no bytes: no clusters */
	struct mm_span joined;         /* uint8: a bit an item; no bytes: none is joined */
};

struct mm_note_row {
	uint32_t kind, row;
	uint64_t text; /* offset in NOTE_TEXT */
};

struct mm_format_header {
	char magic[8];
	uint32_t format, section_count;
	uint64_t file_bytes;
	uint64_t checksum;        /* XXH3 of all after the header */
	uint64_t header_checksum; /* of the header itself with this field 0 */
	uint64_t identity, version;
	uint32_t rows, geom_rows; /* geom_rows = rows + repaired copies */
	uint32_t geom_types;
	uint16_t has_text_ids, is_points; /* 0 or 1 */
	struct mm_box box_deg, box_crs;
	uint64_t quality[32]; /* counts by kind */
	char stamp[40];
	struct mm_span section[MM_SECTION_COUNT];
};

_Static_assert(sizeof(struct mm_format_header) <= MM_FORMAT_HEADER_BYTES, "the header fits its page");
_Static_assert(MM_QUALITY_KIND_COUNT <= 32, "room for every kind of note");
_Static_assert(sizeof(struct mm_geom_row) == 24 && sizeof(struct mm_world) == 8, "as the file has it");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file is little-endian");

/* What a value may be so that base/clock.h can write it: a date of the years -9999 to 9999, a time of one day
 * with its leap second, an instant of these years with a zone less than a day off. Null rows hold zeros. */
static inline bool mm_value_in_range(enum mm_type type, int64_t v)
{
	const int64_t first_day = -4371587, last_day = 2932896, day_ms = 86400000;

	switch (type) {
	case MM_TYPE_DATE:
		return v >= first_day && v <= last_day;
	case MM_TYPE_TIME:
		return v >= 0 && v < day_ms + 1000;
	case MM_TYPE_DATETIME:
		return v >= (first_day + 1) * day_ms && v < last_day * day_ms;
	default:
		return true;
	}
}

static inline bool mm_offset_in_range(int minutes)
{
	return minutes == MM_CLOCK_NO_ZONE || (minutes > -24 * 60 && minutes < 24 * 60);
}

#endif
