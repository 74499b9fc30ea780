#ifndef MM_STYLE_LEGEND_H
#define MM_STYLE_LEGEND_H

#include "style/document/style.h"

/*
 * The classes a layer tells apart, from its style: one for each branch of the "match", "step" or "case" (or
 * stop of a curve over a property) of the first of its properties that has some, colours and icons before
 * sizes; a single one when all its features look alike.
 *
 * To say only what an extent has, hand each of its features to mm_style_legend_count; what has a count of 0
 * then is not there.
 */
struct mm_style_class {
	const struct mm_style_value *labels; /* "match": texts or numbers it is for; NULL: none */
	size_t label_count;
	double from,
	    to; /* "step": from the one up to, but not at, the other (infinite at the ends); else NaN */
	bool is_other;               /* what the others leave over */
	struct mm_style_value value; /* of the property: a colour, a name of an image, a number; null when it
				      * is different for each feature */
	struct mm_expr_feature sample; /* asked with this one, all properties of the layer give the look of
					* the class; it has no properties when they do not decide */
	size_t count;
};

struct mm_style_legend {
	const struct mm_style_layer *layer;
	enum mm_style_property property; /* that has the classes; MM_PROP_COUNT: a single class */
	const char *by; /* the property of the features that decides; NULL: none, or several */
	struct mm_style_class *classes;
	size_t n;
	size_t unknown; /* features whose class could not be said: the evaluation failed, they look as by
			   default */
	const struct mm_expr *expr; /* private */
};

enum { MM_STYLE_CLASSES_MAX = 500 };

/*
 * The classes of a layer at a zoom, all in `mem`.
 *
 * MM_E_LIMIT  more than MM_STYLE_CLASSES_MAX
 * MM_E_NOMEM  `mem` is at its cap
 */
MM_MUST_USE enum mm_code mm_style_legend_make(const struct mm_style_layer *l, double zoom,
					      const struct mm_style_value *global, struct mm_arena *mem,
					      struct mm_style_legend *ret, struct mm_err *reterr);

/* Counts the feature of the context to its class, when the filter of the layer lets it pass. */
void mm_style_legend_count(struct mm_style_legend *legend, struct mm_expr_context *c);

#endif
