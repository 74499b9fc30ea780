#ifndef MM_FEED_CHILD_TALLY_H
#define MM_FEED_CHILD_TALLY_H

#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is found out about the values of one column while rows go by. */
enum { MM_TALLY_VALUES = 1000, MM_TALLY_SAMPLES = 20, MM_TALLY_SAMPLE_BYTES = 400 };

struct mm_tally {
	struct mm_map *seen;          /* all values while they are all different, else the first 1 000 */
	char *value[MM_TALLY_VALUES]; /* the first 1 000 different ones */
	uint32_t value_len[MM_TALLY_VALUES], times[MM_TALLY_VALUES];
	size_t distinct;
	uint64_t nulls, empty, leading_zeros, numeric, decimal_comma;
	size_t max_length;
	bool has_twins, has_range;
	double min, max;
};

struct mm_tally *mm_tally_new(void); /* NULL: out of memory */
struct mm_tally *mm_tally_free(struct mm_tally *t);

/* One value as text; NULL: null. */
void mm_tally_add(struct mm_tally *t, const char *text);

/* The members from "nulls" to "samples" of feed/probe.c into an open object. */
void mm_tally_write(struct mm_tally *t, struct mm_json *j);

/* "value" when it is UTF-8, else "<name>_raw" or "raw" in base64. */
void mm_tally_put_text(struct mm_json *j, const char *key, const char *raw_key, const char *text, size_t n);

#endif
