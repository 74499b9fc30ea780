#ifndef MM_BASE_XML_H
#define MM_BASE_XML_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Small XML texts from strangers, read as a tree in an arena. The only user of libxml2: it reaches neither
 * the network nor files, no document type and no entity but the five of XML is taken, and it prints nothing.
 */
struct mm_xml_attribute {
	const char *name; /* local; xmlns declarations are not attributes */
	const char *ns;   /* the URI of its namespace, "" none */
	const char *value;
};

struct mm_xml {
	const char *name; /* local: "Filter" */
	const char *ns;   /* the URI of its namespace, "" none */
	const char *
	    text; /* all characters right inside, as they stand, those of children left out; NUL-terminated */
	size_t text_len;
	const struct mm_xml_attribute *attribute;
	size_t attribute_count;
	const struct mm_xml *parent; /* NULL: the root */
	const struct mm_xml *child;  /* the first element inside; NULL: none */
	const struct mm_xml *next;   /* the next element beside; NULL: none */
	unsigned line;               /* from 1 */
};

enum {
	MM_XML_BYTES_MAX = 4 << 20, /* an area of 100 000 vertices */
	MM_XML_DEPTH_MAX = 64,      /* elements in each other */
	MM_XML_ELEMENTS_MAX = 65536,
	MM_XML_ATTRIBUTES_MAX = 64, /* of one element */
	MM_XML_NAMESPACES_MAX = 64  /* different ones of a document */
};

/*
 * Reads a document of n bytes in UTF-8, windows-1251 or another one-byte encoding that it declares.
 *
 * mem  owns the tree
 * ret  its root
 *
 * MM_E_INVALID  not well-formed, has a document type, an entity, or is larger than the limits above; the
 * message names the line
 * MM_E_NOMEM
 *
 * Threads: any number at once. Cost: up to 100 ms for a document of the largest size.
 */
MM_MUST_USE enum mm_code mm_xml_parse(const char *text, size_t n, struct mm_arena *mem,
				      const struct mm_xml **ret, struct mm_err *reterr);

/* True when it has that local name, whatever its namespace. */
bool mm_xml_is(const struct mm_xml *e, const char *name);

/* The first child of that local name, and the next element of that name beside `e`; NULL: none. */
const struct mm_xml *mm_xml_child(const struct mm_xml *e, const char *name);
const struct mm_xml *mm_xml_beside(const struct mm_xml *e, const char *name);

size_t mm_xml_child_count(const struct mm_xml *e);

/* The value of an attribute of that local name, whatever its namespace; NULL: none. */
const char *mm_xml_attribute(const struct mm_xml *e, const char *name);

/* The text without white space around it; not NUL-terminated. */
const char *mm_xml_trimmed(const struct mm_xml *e, size_t *ret_len);

/* A name as it stands in a text or an attribute, without its prefix: "streets" of "app:streets". */
const char *mm_xml_local(const char *name);

#endif
