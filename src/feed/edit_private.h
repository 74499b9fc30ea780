#ifndef MM_FEED_EDIT_PRIVATE_H
#define MM_FEED_EDIT_PRIVATE_H

#include "base/json.h"
#include "feed/edit.h"

/* Shared by the files edit*.c and the child. */

/* A value on its way to the child: fields by the names they are served under. */
struct mm_job_value {
	const char *field;
	struct mm_value value;
};

struct mm_job_edit {
	enum mm_edit_kind kind;
	const char *id, *where; /* id "": none */
	bool has_id, makes_id;
	struct mm_job_value *value;
	size_t value_count;
	bool has_geometry;
	const unsigned char *wkb; /* ISO WKB, little-endian; NULL: no geometry */
	size_t wkb_len;
};

/* Edits for the child, in `mem`; NULL: out of memory. */
struct mm_job_edit *mm_job_edits(const struct mm_schema *s, const struct mm_edit *edit, size_t count,
				 struct mm_arena *mem);

/* As JSON, under the key "edits", and back. */
void mm_job_edits_write(struct mm_json *j, const struct mm_job_edit *edit, size_t count);
struct mm_job_edit *mm_job_edits_read(const void *json, struct mm_arena *mem, size_t *ret_count);

/* One queue a source: begin waits its turn. MM_E_BUSY: too many wait, or too long. */
struct mm_edit_queue;
struct mm_edit_turn;
struct mm_edit_queue *mm_edit_queue_new(void);
struct mm_edit_queue *mm_edit_queue_free(struct mm_edit_queue *q);
MM_MUST_USE enum mm_code mm_edit_queue_begin(struct mm_edit_queue *q, const char *source,
					     struct mm_edit_turn **ret, struct mm_err *reterr);
void mm_edit_queue_end(struct mm_edit_queue *q, struct mm_edit_turn *turn);

/* Whether an answered edit of this source may not be in the catalog yet; only within a turn. */
bool mm_edit_turn_is_behind(const struct mm_edit_turn *t);
void mm_edit_turn_set_behind(struct mm_edit_turn *t, bool is_behind);

/* Everything that can be known without the source. */
MM_MUST_USE enum mm_code mm_edit_check(const struct mm_edit_order *order, struct mm_kit *kit,
				       struct mm_err *reterr);

#endif
