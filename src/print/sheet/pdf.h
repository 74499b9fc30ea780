#ifndef MM_PRINT_SHEET_PDF_H
#define MM_PRINT_SHEET_PDF_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A PDF that cairo made, with more said in it than cairo can say: members of its dictionaries, and objects of
 * its own (ISO 32000-1, 7.3 and 7.5). What is drawn stays byte for byte. Not for PDFs from elsewhere.
 */
struct mm_pdf;

/* `file` is borrowed, and must stay, until the end. MM_E_INTERNAL: it is not of the form that cairo writes.
 * MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_pdf_open(struct mm_buf *file, struct mm_pdf **ret, struct mm_err *reterr);
struct mm_pdf *mm_pdf_free(struct mm_pdf *p); /* NULL allowed; returns NULL */

/* Numbers of objects: the catalog, a page (from 1), the drawings (form XObjects) that a page itself shows, in
 * the order in which they were drawn. 0, or none: there is no such. */
unsigned mm_pdf_root(const struct mm_pdf *p);
unsigned mm_pdf_page(const struct mm_pdf *p, unsigned sheet);
size_t mm_pdf_drawings(const struct mm_pdf *p, unsigned page, unsigned *ret, size_t most);

/* Says more in the dictionary of an object: " /OC 7 0 R". Copied. False: no memory, no such object. */
bool mm_pdf_extend(struct mm_pdf *p, unsigned object, const struct mm_buf *members);

/* Adds an object, a dictionary; its number, 0: no memory. */
unsigned mm_pdf_add(struct mm_pdf *p, const struct mm_buf *dictionary);

/* Puts the whole into the place of the file. MM_E_LIMIT: longer than the maximum of the file. */
MM_MUST_USE enum mm_code mm_pdf_write(struct mm_pdf *p, struct mm_err *reterr);

/* A text of the document: UTF-16 with a mark, in hexadecimal digits (7.9.2.2). */
void mm_pdf_put_text(struct mm_buf *out, const char *text);

#endif
