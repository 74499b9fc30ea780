#ifndef MM_PRINT_PLAN_READER_H
#define MM_PRINT_PLAN_READER_H

/* Private to print/plan: members of JSON objects, with words for what is wrong. The first fault stays; what
 * is read after it is the fallback. */

#include "base/arena.h"
#include "base/err.h"

#include "print/plan/plan.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define MM_PRINT_PLAN_FOLDER "styles/plans/"
#define MM_PRINT_PLAN_FORMS  "styles/plans/forms/"

struct mm_print_plan_reader {
	struct mm_arena *mem;
	struct mm_err *reterr;
	enum mm_code rc;
	char path[64]; /* of the object that is read, "elements.table." */
};

/* Records a fault of a member of the object that is read; returns r->rc. */
enum mm_code mm_print_plan_wrong(struct mm_print_plan_reader *r, enum mm_code code, const char *member,
				 const char *fmt, ...) MM_PRINTF(4, 5);

/* Begins with an object that is a member of the one that is read ("": the whole), which has no other members
 * than those (NULL: any); and ends with it. */
void mm_print_plan_enter(struct mm_print_plan_reader *r, const char *member, const json_t *object,
			 const char *const *known);
void mm_print_plan_leave(struct mm_print_plan_reader *r);

/* A member that is null is as if it were not there, here and below. A text of at most
 * MM_PRINT_PLAN_TEXT_BYTES_MAX, copied; `fallback` when it is absent. */
const char *mm_print_plan_text(struct mm_print_plan_reader *r, const json_t *o, const char *member,
			       const char *fallback);

/* The same, which may be {"ru": ..., "en": ...}. */
const char *mm_print_plan_words(struct mm_print_plan_reader *r, const json_t *o, const char *member,
				const char *language, const char *fallback);

/* A list of texts; NULL when it is absent. */
const char *const *mm_print_plan_texts(struct mm_print_plan_reader *r, const json_t *o, const char *member,
				       size_t most, size_t *ret_count);

/* One of the names, which end with NULL: its number. */
size_t mm_print_plan_choice(struct mm_print_plan_reader *r, const json_t *o, const char *member,
			    const char *const *names, size_t fallback);

double mm_print_plan_number(struct mm_print_plan_reader *r, const json_t *o, const char *member, double least,
			    double most, double fallback);

/* As many numbers; false when they are absent. */
bool mm_print_plan_numbers(struct mm_print_plan_reader *r, const json_t *o, const char *member, double *ret,
			   size_t count);

bool mm_print_plan_flag(struct mm_print_plan_reader *r, const json_t *o, const char *member, bool fallback);

/* A member that is an object; NULL when it is absent. */
json_t *mm_print_plan_object(struct mm_print_plan_reader *r, const json_t *o, const char *member);

/* "atlas" and "elements.street_index". plan_atlas.c */
void mm_print_plan_read_atlas(struct mm_print_plan_reader *r, json_t *root, struct mm_print_plan *p);
void mm_print_plan_read_index(struct mm_print_plan_reader *r, json_t *elements, struct mm_print_plan *p);

#endif
