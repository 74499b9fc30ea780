#ifndef MM_APP_SAY_H
#define MM_APP_SAY_H

#include "base/err.h"

/* Words for people on the terminal, in Russian when LC_ALL, LC_MESSAGES or LANG say so, else in English. */
const char *mm_say(const char *ru, const char *en) __attribute__((format_arg(1), format_arg(2)));

/* "munimap: where: message" on stderr. */
void mm_say_error(const struct mm_err *err);

/* Columns that a UTF-8 text takes on a terminal, roughly: one a code point. */
int mm_say_width(const char *text);

#endif
