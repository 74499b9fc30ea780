#ifndef MM_ENCODE_XML_NAME_H
#define MM_ENCODE_XML_NAME_H

#include "base/arena.h"
#include "base/buf.h"

#include <stddef.h>

/*
 * Names and ids as XML takes them (NCName: letters of any script, digits, "_", "-", "."; no digit, "-" or "."
 * first). Any other character is written _xHHHH_ by its code point, and so is an underscore before an x, so
 * that each text has one name, and each name its text again.
 */
void mm_xml_name_put(struct mm_buf *out, const char *text, size_t n);

/* The text of a name; what is no such writing stands for itself. In `mem`, NUL-terminated; NULL: out of
 * memory. */
const char *mm_xml_name_read(const char *name, size_t n, struct mm_arena *mem);

#endif
