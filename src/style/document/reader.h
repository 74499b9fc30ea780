#ifndef MM_STYLE_READER_H
#define MM_STYLE_READER_H

/* Private to style/document: reading a style. */

#include "style/document/style.h"

struct mm_style_reader {
	struct mm_arena *mem;
	struct mm_style *style;
	const json_t *sources;
	struct mm_style_fault *first, *last;
	size_t faults, warnings;
	enum mm_code code; /* MM_E_LIMIT or MM_E_NOMEM: reading ends */
	const struct mm_style_value *fallbacks;
};

/* Records what is wrong at a path, which printf makes; the text follows it. */
void mm_style_wrong(struct mm_style_reader *r, const char *path, const char *fmt, ...) MM_PRINTF(3, 4);

/* The same of what is odd, but no reason to refuse the style. */
void mm_style_warn(struct mm_style_reader *r, const char *path, const char *fmt, ...) MM_PRINTF(3, 4);

/* "layers[3].paint" and a key. "" without memory. */
const char *mm_style_path(struct mm_style_reader *r, const char *path, const char *key);

/* A member that must be a text; NULL when it is not there, or not one (which is recorded). */
const char *mm_style_text_at(struct mm_style_reader *r, const json_t *object, const char *path,
			     const char *key);

/* The value of a property, or NULL: a fault has been recorded. */
const struct mm_expr *mm_style_read_property(struct mm_style_reader *r, const json_t *json, const char *path,
					     const struct mm_style_property_spec *spec);
const struct mm_expr *mm_style_read_filter(struct mm_style_reader *r, const json_t *json, const char *path);

/* Is a filter of the older kind one? Records what is wrong. `depth` 0. */
void mm_style_check_filter(struct mm_style_reader *r, const json_t *filter, const char *path, int depth);

/* Warns of older filters inside an expression, which mean something else there. `depth` 0. */
void mm_style_check_mixed(struct mm_style_reader *r, const json_t *filter, const char *path, int depth);

/* The defaults of all properties. NULL: no memory. */
const struct mm_style_value *mm_style_read_fallbacks(struct mm_style_reader *r);

void mm_style_read_layer(struct mm_style_reader *r, const json_t *json, const char *path,
			 struct mm_style_layer *ret);

#endif
