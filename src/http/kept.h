#ifndef MM_HTTP_KEPT_H
#define MM_HTTP_KEPT_H

/*
 * Ready answers with contents that do not change: with their headers, as the wire takes them, made when they
 * are first sent. Whoever keeps the contents keeps this beside them, and sets `kept` of each response that it
 * fills in with them (response.h). Counted. Any thread.
 */
struct mm_kept;

enum { MM_KEPT_BYTES = 3 * 1024 }; /* it holds about so many, the contents aside */

struct mm_kept *mm_kept_new(void); /* NULL: out of memory */
struct mm_kept *mm_kept_ref(struct mm_kept *k);
struct mm_kept *mm_kept_unref(struct mm_kept *k); /* NULL allowed; returns NULL */

#endif
