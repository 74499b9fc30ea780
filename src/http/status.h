#ifndef MM_HTTP_STATUS_H
#define MM_HTTP_STATUS_H

#include "base/err.h"

#include <stdbool.h>

/* The only table from outcomes to HTTP. */
int mm_status_of(enum mm_code code);

/* Seconds for Retry-After, 0 for none. */
int mm_status_retry_s(int status);

/* True when the words of the failure are for the client; else they are for the log only. */
bool mm_status_shows_words(enum mm_code code);

/* "Not Found"; "Unknown" for a status we never send. */
const char *mm_status_title(int status);

#endif
