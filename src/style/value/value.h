#ifndef MM_STYLE_VALUE_H
#define MM_STYLE_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "style/value/css_color.h"
#include "style/value/type.h"

#include <jansson.h>

/*
 * What an expression gives: sixteen bytes that point at what is longer, which lives in the arena of whoever
 * made it (of the style: constants; of the evaluation: the rest) or in the feature. Values are never changed.
 */
struct mm_style_member;
struct mm_style_section;
struct mm_style_anchor;
struct mm_style_projection;
struct mm_style_collator;

struct mm_style_value {
	unsigned char kind; /* enum mm_style_kind, none after MM_STYLE_COLLATOR */
	bool is_available;  /* of an image: the sprite has it */
	uint32_t n;         /* bytes of a text or name, items, members, numbers, colours, sections, anchors */
	union {
		double number;
		bool boolean;
		const char *text; /* UTF-8, `n` bytes, with a NUL after them: also the name of an image */
		const struct mm_rgba *color;             /* one, or `n` of them */
		const struct mm_style_value *items;      /* of an array */
		const struct mm_style_member *members;   /* of an object */
		const double *numbers;                   /* padding: top, right, bottom, left */
		const struct mm_style_section *sections; /* of a formatted text */
		const struct mm_style_anchor *anchors;
		const struct mm_style_projection *projection;
		const struct mm_style_collator *collator;
	};
};

struct mm_style_member {
	const char *key;
	uint32_t key_len;
	struct mm_style_value value;
};

/* A run of a text in one look. What is NULL or false is as the layer says. */
struct mm_style_section {
	struct mm_style_value text;  /* a text; "" when there is an image */
	struct mm_style_value image; /* an image, or null */
	struct mm_style_value fonts; /* a text: names separated by ',', or null */
	struct mm_style_value align; /* "bottom", "center", "top", or null */
	const struct mm_rgba *color;
	double scale;
	bool has_scale;
};

struct mm_style_anchor {
	const char *anchor; /* "top-left" */
	double offset[2];   /* ems */
};

struct mm_style_projection {
	struct mm_style_value from, to;
	double transition;
};

#define MM_STYLE_NULL_VALUE ((struct mm_style_value){.kind = MM_STYLE_NULL})

struct mm_style_value mm_style_number_value(double v);
struct mm_style_value mm_style_boolean_value(bool v);
struct mm_style_value mm_style_text_value(const char *text, size_t n); /* borrowed */

/* From JSON, copied into `mem`. False: no memory, more than MM_STYLE_DEPTH_MAX levels. */
bool mm_style_value_read(const json_t *json, struct mm_arena *mem, struct mm_style_value *ret);

/* The type of a value, with the length of an array. NULL: no memory. */
const struct mm_style_type *mm_style_value_type(const struct mm_style_value *v, struct mm_arena *mem);

/* Is it of that type? The same as asking mm_style_type_fits, without making a type. */
bool mm_style_value_is(const struct mm_style_value *v, const struct mm_style_type *t);

/* "===": numbers, texts, booleans, null; two arrays or objects are never the same. */
bool mm_style_value_same(const struct mm_style_value *a, const struct mm_style_value *b);

/* Order of two texts, byte by byte, two numbers, or two booleans: < 0, 0, > 0. */
int mm_style_value_order(const struct mm_style_value *a, const struct mm_style_value *b);

/* A member of an object, NULL when there is none. */
const struct mm_style_value *mm_style_value_member(const struct mm_style_value *object, const char *key,
						   size_t n);

/* What a script would say is true: not null, false, 0, NaN and "". */
bool mm_style_value_truth(const struct mm_style_value *v);

/* What ["to-number"] makes of it: NaN when it is no number. */
double mm_style_value_number(const struct mm_style_value *v);

/* A number as scripts write it: "1e+21", "0.000001", "NaN". Gives the length. */
enum { MM_STYLE_NUMBER_MAX = 64 };
size_t mm_style_number_text(double v, char ret[static MM_STYLE_NUMBER_MAX]);
void mm_style_put_number(struct mm_buf *out, double v);

/* As ["to-string"] gives it: text bare, colours as "rgba(0,128,0,1)", arrays and objects as JSON. */
void mm_style_value_put(struct mm_buf *out, const struct mm_style_value *v);

/* As JSON, in the shape of the specification's own tests: colours {"r","g","b","a"} times alpha. */
void mm_style_value_put_json(struct mm_buf *out, const struct mm_style_value *v);

/* Either of them as a value. False: no memory, or longer than MM_STYLE_TEXT_MAX. */
enum { MM_STYLE_TEXT_MAX = 1 << 20 };
bool mm_style_value_text(const struct mm_style_value *v, struct mm_arena *mem, struct mm_style_value *ret);
bool mm_style_value_json(const struct mm_style_value *v, struct mm_arena *mem, struct mm_style_value *ret);

/* What is in a buffer as a text in `mem`. False: the buffer failed, no memory. Empties the buffer. */
bool mm_style_take(struct mm_buf *b, struct mm_arena *mem, struct mm_style_value *ret);

#endif
