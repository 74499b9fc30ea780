#ifndef MM_STYLE_PROPERTY_H
#define MM_STYLE_PROPERTY_H

#include "style/value/type.h"

/* What the specification says of one layout or paint property. */
struct mm_style_property_spec {
	const char *name;
	enum mm_style_kind kind;   /* of an enumeration MM_STYLE_TEXT */
	enum mm_style_kind item;   /* of an array of one kind; else MM_STYLE_VALUE */
	int length;                /* of an array; MM_STYLE_ANY_LENGTH */
	const char *const *values; /* of an enumeration, NULL-terminated; NULL: none */
	const char *fallback;      /* JSON; NULL: none */
	bool is_layout, takes_features, takes_zoom, interpolates, has_tokens;
	double least, most; /* of a number; both 0: any */
};

#endif
