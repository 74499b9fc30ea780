#ifndef MM_FEED_YAML_PUT_H
#define MM_FEED_YAML_PUT_H

#include "base/buf.h"

/* Pieces of YAML that read back as what was written, whatever is in the text. UTF-8. */

void mm_yaml_put_quoted(struct mm_buf *out, const char *text);                /* in double quotes */
void mm_yaml_put_scalar(struct mm_buf *out, const char *text);                /* bare when it may be */
void mm_yaml_put_pair(struct mm_buf *out, const char *key, const char *text); /* "key: text" and a line end */
void mm_yaml_put_title(struct mm_buf *out, const char *name);                 /* {ru: "...", en: "..."} */

/* Text of a source inside a comment: it cannot end the line. */
void mm_yaml_put_comment(struct mm_buf *out, const char *text);

#endif
