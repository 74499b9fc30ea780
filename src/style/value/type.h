#ifndef MM_STYLE_TYPE_H
#define MM_STYLE_TYPE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Types of the expression language of the MapLibre style specification, version 8. A type is constant and
 * compared by what it says, never by its address.
 */
enum mm_style_kind {
	MM_STYLE_NULL,
	MM_STYLE_NUMBER,
	MM_STYLE_TEXT, /* "string" */
	MM_STYLE_BOOLEAN,
	MM_STYLE_COLOR,
	MM_STYLE_PROJECTION,
	MM_STYLE_FORMATTED,
	MM_STYLE_OBJECT,
	MM_STYLE_ARRAY,
	MM_STYLE_PADDING,
	MM_STYLE_NUMBERS, /* "numberArray": its length is not part of the type */
	MM_STYLE_COLORS,  /* "colorArray" */
	MM_STYLE_IMAGE,   /* "resolvedImage" */
	MM_STYLE_ANCHORS, /* "variableAnchorOffsetCollection" */
	/* what no value of a property is */
	MM_STYLE_COLLATOR,
	MM_STYLE_VALUE, /* any of those above */
	MM_STYLE_ERROR, /* of an expression that only fails: it fits everywhere */
	MM_STYLE_KIND_COUNT
};

enum { MM_STYLE_ANY_LENGTH = -1, MM_STYLE_DEPTH_MAX = 100 };

struct mm_style_type {
	enum mm_style_kind kind;
	const struct mm_style_type *item; /* of an array; NULL for all others */
	int64_t n;                        /* of an array: how long, MM_STYLE_ANY_LENGTH */
};

/* The type of each kind; MM_STYLE_ARRAY: of anything, of any length. */
extern const struct mm_style_type mm_style_types[MM_STYLE_KIND_COUNT];

/* array<item, n>. NULL: no memory. */
const struct mm_style_type *mm_style_array_type(struct mm_arena *mem, const struct mm_style_type *item,
						int64_t n);

/* As the specification writes it: "number", "array<string, 2>". "" without memory. */
const char *mm_style_type_text(struct mm_arena *mem, const struct mm_style_type *t);

/* Can a value of type `t` stand where `expected` is wanted? */
bool mm_style_type_fits(const struct mm_style_type *expected, const struct mm_style_type *t);

/* The kind of that name, MM_STYLE_KIND_COUNT when there is none. */
enum mm_style_kind mm_style_kind_find(const char *name);

#endif
