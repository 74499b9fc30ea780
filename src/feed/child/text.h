#ifndef MM_FEED_CHILD_TEXT_H
#define MM_FEED_CHILD_TEXT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Texts from a source as UTF-8. What is UTF-8 already passes; the rest is taken to be in the encoding the
 * definition names, and what is not even that gets U+FFFD. */
struct mm_text_reader {
	void *converter; /* iconv_t; NULL: no encoding named */
	struct mm_buf out;
};

/* MM_E_INVALID  not an encoding iconv knows */
MM_MUST_USE enum mm_code mm_text_reader_init(struct mm_text_reader *r, const char *encoding,
					     struct mm_err *reterr);
void mm_text_reader_release(struct mm_text_reader *r);

/* The text; *ret_bad is set when bytes had to be replaced. Lives until the next call, or is `text` itself. */
const char *mm_text_read(struct mm_text_reader *r, const char *text, size_t n, size_t *ret_n, bool *ret_bad);

#endif
