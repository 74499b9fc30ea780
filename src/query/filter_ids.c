#include "query/filter_eval.h"

#include <stdlib.h>

/* Ids in filters: their rows are found once, before any row is tested. */

static int by_row(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Rows in order, each once; ids that no feature has are left out. */
static enum mm_code find_rows(struct mm_filter_run *run, const struct mm_filter *f, struct mm_err *reterr)
{
	struct mm_filter_note *note = &run->note[f->node_no];
	size_t found = 0, unique = 0;

	note->row = calloc(f->child_count + 1, sizeof(*note->row));
	if (!note->row)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < f->child_count; i++) {
		const struct mm_filter *id = f->child[i];
		const uint32_t row = mm_layer_find_id(run->layer, id->text, id->text_len);

		if (row != UINT32_MAX)
			note->row[found++] = row;
	}
	qsort(note->row, found, sizeof(*note->row), by_row);
	for (size_t i = 0; i < found; i++)
		if (i == 0 || note->row[i] != note->row[i - 1])
			note->row[unique++] = note->row[i];
	note->row_count = unique;
	return MM_OK;
}

enum mm_code mm_filter_ids_begin(struct mm_filter_run *run, const struct mm_filter *f, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	if (f->op == MM_FILTER_IDS)
		return find_rows(run, f, reterr);
	for (size_t i = 0; i < f->child_count && !rc; i++)
		rc = mm_filter_ids_begin(run, f->child[i], reterr);
	return rc;
}

int mm_filter_test_ids(const struct mm_filter_run *run, const struct mm_filter *f, uint32_t row)
{
	const struct mm_filter_note *note = &run->note[f->node_no];

	return note->row_count && bsearch(&row, note->row, note->row_count, sizeof(row), by_row) ? MM_TRUE
												 : MM_FALSE;
}

const uint32_t *mm_filter_run_rows(const struct mm_filter_run *run, size_t *ret_count)
{
	const struct mm_filter *f = run->filter;
	const struct mm_filter_note *note;

	for (size_t i = 0; f->op == MM_FILTER_AND && i < f->child_count; i++)
		if (f->child[i]->op == MM_FILTER_IDS) {
			f = f->child[i];
			break;
		}
	if (f->op != MM_FILTER_IDS)
		return NULL;
	note = &run->note[f->node_no];
	*ret_count = note->row_count;
	return note->row;
}
