#ifndef MM_ENCODE_CSV_CELL_H
#define MM_ENCODE_CSV_CELL_H

#include "base/buf.h"

#include <stddef.h>

/*
 * One cell of comma-separated values (RFC 4180), quoted where it has to be for any usual separator. A text
 * that a spreadsheet would run as a formula (it begins with = + - @ tab or CR, and is no number) gets an
 * apostrophe before it.
 */
void mm_csv_put_cell(struct mm_buf *out, const char *text, size_t n);

#endif
