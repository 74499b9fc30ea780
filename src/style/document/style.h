#ifndef MM_STYLE_STYLE_H
#define MM_STYLE_STYLE_H

#include "style/document/property.h"
#include "style/expression/expr.h"

#include <jansson.h>

/*
 * A style document, version 8 (https://maplibre.org/maplibre-style-spec/), read and checked once; then its
 * layers are asked what a feature looks like:
 *
 *     mm_style_parse(text, n, &mem, &style, &faults, &err);
 *     mm_style_at_zoom(style, zoom, &mem, &style);              what depends on nothing else is computed now
 *     for each layer: for each feature:
 *             c.feature = &feature;
 *             if (mm_style_layer_takes(layer, &c))
 *                     width = mm_style_number(layer, MM_PROP_LINE_WIDTH, &c);
 *             mm_arena_clear(c.mem);
 *
 * A style is immutable and may be used by any number of threads, each with a context of its own.
 */
struct mm_style_layer {
	const char *id;
	enum mm_style_layer_type type;
	const char *source, *source_layer; /* NULL: none */
	double min_zoom, max_zoom;         /* drawn from the one up to, but not at, the other */
	const char *legend; /* "munimap:legend" of its metadata: the field by whose values features look
			     * different, "class", or one value of it, "class=trunk"; NULL: not said */
	const struct mm_expr *filter;     /* NULL: takes all */
	const struct mm_expr *visibility; /* NULL: visible */
	const struct mm_expr *const
	    *values; /* of the properties of its type, in their order; NULL: not given */
	const struct mm_style_value *fallbacks; /* of all properties, MM_PROP_COUNT */
};

struct mm_style_source {
	const char *id, *type;
	const char *url; /* "url", or the first of "tiles", or "data"; NULL: none of them */
};

struct mm_style {
	const char *name, *sprite, *glyphs; /* NULL: not given */
	const struct mm_style_layer *layers;
	size_t layer_count;
	const struct mm_style_source *sources;
	size_t source_count;
	struct mm_style_value global; /* an object: the defaults of "state" */
	struct mm_expr_names names;   /* of the properties that are asked for: numbers for mm_expr_feature */
};

/* Where a style is wrong: "layers[3].paint.line-width[2]"; and why. */
struct mm_style_fault {
	const char *path, *text;
	bool is_warning; /* the style is read all the same */
	const struct mm_style_fault *next;
};

enum {
	MM_STYLE_BYTES_MAX = 8 << 20,
	MM_STYLE_LAYERS_MAX = 2000,
	MM_STYLE_SOURCES_MAX = 200,
	MM_STYLE_FAULTS_MAX = 100 /* that are said; reading goes on to the end */
};

/*
 * Everything is in `mem`, also after a failure; five times the size of the text, and 20 kB, are enough for
 * what people write.
 *
 * retfaults    NULL allowed; all that is wrong, in the order of the document, also warnings of a style that
 * is read MM_E_INVALID no JSON, or no style: `reterr` says the first fault, with its path in `where`
 * MM_E_LIMIT   larger than the limits above
 * MM_E_NOMEM   `mem` is at its cap
 */
MM_MUST_USE enum mm_code mm_style_parse(const char *text, size_t n, struct mm_arena *mem,
					const struct mm_style **ret, const struct mm_style_fault **retfaults,
					struct mm_err *reterr);

/* The same from JSON that has been read already. */
MM_MUST_USE enum mm_code mm_style_read(const json_t *json, struct mm_arena *mem, const struct mm_style **ret,
				       const struct mm_style_fault **retfaults, struct mm_err *reterr);

/* The style at one zoom: layers that are not drawn there, or are invisible, are left out, and all that
 * depends on nothing but the zoom is a constant. Shares the rest with `s`. MM_E_NOMEM: `mem` is at its cap.
 */
MM_MUST_USE enum mm_code mm_style_at_zoom(const struct mm_style *s, double zoom, struct mm_arena *mem,
					  const struct mm_style **ret, struct mm_err *reterr);

/* The layer of that id, NULL when there is none. */
const struct mm_style_layer *mm_style_find(const struct mm_style *s, const char *id);

/* Is it drawn at c->zoom, and visible? */
bool mm_style_layer_shows(const struct mm_style_layer *l, struct mm_expr_context *c);

/* Does its filter let the feature of the context pass? A filter that fails does not. */
bool mm_style_layer_takes(const struct mm_style_layer *l, struct mm_expr_context *c);

/*
 * A property of a layer, which must be one of its type, for the feature of the context. What is not given,
 * null, not a number, not one of the names, or fails, is the default of the specification, which is null for
 * a few: then `mm_style_get` gives null, the others 0, transparent, "" and false.
 */
struct mm_style_value mm_style_get(const struct mm_style_layer *l, enum mm_style_property p,
				   struct mm_expr_context *c);
double mm_style_number(const struct mm_style_layer *l, enum mm_style_property p, struct mm_expr_context *c);
bool mm_style_flag(const struct mm_style_layer *l, enum mm_style_property p, struct mm_expr_context *c);
struct mm_rgba mm_style_color(const struct mm_style_layer *l, enum mm_style_property p,
			      struct mm_expr_context *c);

/* Which of the names of an enumeration, in the order of mm_style_properties[p].values. */
size_t mm_style_choice(const struct mm_style_layer *l, enum mm_style_property p, struct mm_expr_context *c);

/* Does the style say anything of it? */
bool mm_style_has(const struct mm_style_layer *l, enum mm_style_property p);

/* Does it look different from feature to feature? */
bool mm_style_varies(const struct mm_style_layer *l, enum mm_style_property p);

#endif
