#ifndef MM_PRINT_SHEET_IMAGE_H
#define MM_PRINT_SHEET_IMAGE_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>

/* Pixels as files. */
enum mm_image_kind { MM_IMAGE_PNG, MM_IMAGE_JPEG, MM_IMAGE_KINDS };

/*
 * Appends a picture as a file. What is not opaque is laid on white in a JPEG.
 *
 * rgba    red, green, blue, alpha, 8 bits each, row by row; colours not multiplied
 * stride  bytes from a row to the next
 *
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_image_write(enum mm_image_kind kind, const unsigned char *rgba, int width,
					int height, size_t stride, struct mm_buf *out, struct mm_err *reterr);

/* What suits it better: JPEG for photographs, PNG for what has few colours or is not opaque. */
enum mm_image_kind mm_image_suits(const unsigned char *rgba, int width, int height, size_t stride);

#endif
