#ifndef MM_STYLE_PROPERTY_H
#define MM_STYLE_PROPERTY_H

#include "style/document/property_table.h"
#include "style/value/type.h"

/* What the specification says of one layout or paint property. */
struct mm_style_property_spec {
	const char *name;
	enum mm_style_kind kind;   /* of an enumeration MM_STYLE_TEXT */
	enum mm_style_kind item;   /* of an array of one kind; else MM_STYLE_VALUE */
	int length;                /* of an array; MM_STYLE_ANY_LENGTH */
	const char *const *values; /* of an enumeration or an array of one, NULL-terminated; NULL: none */
	const char *fallback;      /* JSON; NULL: none */
	bool is_layout, takes_features, takes_zoom, interpolates, has_tokens;
	bool has_least, has_most; /* of a number */
	double least, most;
};

struct mm_style_layer_spec {
	const char *name;
	unsigned first; /* of its properties: they end where those of the next type begin */
};

extern const struct mm_style_property_spec mm_style_properties[MM_PROP_COUNT];
extern const struct mm_style_layer_spec mm_style_layer_specs[MM_STYLE_LAYER_TYPES + 1];

#endif
