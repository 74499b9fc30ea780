#ifndef MM_HTTP_ACCEPT_H
#define MM_HTTP_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Lists with quality values: Accept, Accept-Encoding, Accept-Language (RFC 9110 12.4.2, 12.5). A quality is
 * given in thousandths, 0..1000; a malformed one counts as 0.
 */
struct mm_accept_item {
	const char *name; /* not NUL-terminated, without parameters */
	size_t len;
	int quality;
};

/* Next item of the list; *at starts at the header's value and moves on. False at the end. */
bool mm_accept_next(const char **at, struct mm_accept_item *ret);

/* Quality of a media type ("text/html"; parameters after ';' are ignored): the most specific range decides.
 * NULL header: 1000. */
int mm_accept_media(const char *header, const char *media_type);

/* Qualities of codings by their names, "*" among them where it is wanted; -1 of those of which the list does
 * not speak. NULL header: -1. */
void mm_accept_codings(const char *header, const char *const *name, size_t count, int *ret);

/* Quality of a language by its primary tag ("ru" also for ru-RU); -1 when the list does not speak of it. */
int mm_accept_language(const char *header, const char *tag);

#endif
