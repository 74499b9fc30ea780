#ifndef MM_QUERY_FILTER_EVAL_H
#define MM_QUERY_FILTER_EVAL_H

#include "geo/topo_relate.h"
#include "query/filter_run.h"

/* Shared by filter_run.c, filter_eval.c, filter_value.c, filter_time.c, filter_ids.c and filter_space.c. */

/* What is kept of a node. */
struct mm_filter_note {
	uint8_t *by_code;            /* of_text: the verdict on each text, + 1; 0: not known yet */
	struct mm_topo_shape *shape; /* a geometry that is written in the filter */
	uint32_t *row;               /* of ids: rows that there are, in order */
	size_t row_count;
};

struct mm_filter_run {
	const struct mm_filter *filter;
	const struct mm_layer *layer;
	struct mm_topo *topo;
	struct mm_filter_note *note; /* by node_no */
	size_t note_count;
	struct mm_arena scratch; /* of the row at hand */
	bool has_box;
	struct mm_box box_deg;
};

enum { MM_FALSE = 0, MM_TRUE = 1, MM_UNKNOWN = 2 };

enum mm_val_kind {
	MM_VAL_NULL,
	MM_VAL_BOOL,
	MM_VAL_INT,
	MM_VAL_REAL,
	MM_VAL_TEXT,
	MM_VAL_DATE,
	MM_VAL_TIMESTAMP
};

/* A value of a row or of the filter. */
struct mm_val {
	enum mm_val_kind kind;
	int64_t integer; /* BOOL, INT; DATE: days; TIMESTAMP: UTC milliseconds */
	double real;
	const char *text;
	size_t text_len;
};

/* filter_eval.c: MM_FALSE, MM_TRUE or MM_UNKNOWN. */
int mm_filter_test(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);

/* filter_value.c */
struct mm_val mm_filter_value(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
int mm_val_compare(const struct mm_val *a, const struct mm_val *b); /* neither is NULL: < 0, 0, > 0 */
bool mm_val_is_like(const struct mm_val *text, const struct mm_val *pattern);

/* filter_time.c */
int mm_filter_test_time(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);

/* filter_ids.c */
int mm_filter_test_ids(const struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
/* Finds the rows of the ids that a filter holds. */
MM_MUST_USE enum mm_code mm_filter_ids_begin(struct mm_filter_run *run, const struct mm_filter *f,
					     struct mm_err *reterr);

/* filter_space.c */
int mm_filter_test_space(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
/* Makes the shapes of the geometries that a filter holds, and its box. */
MM_MUST_USE enum mm_code mm_filter_space_begin(struct mm_filter_run *run, const struct mm_filter_crs *crs,
					       struct mm_kit *kit, struct mm_err *reterr);

#endif
