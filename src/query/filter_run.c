#include "query/filter_run.h"

#include "base/clock.h"
#include "base/stop.h"
#include "query/filter_eval.h"
#include "query/near/near.h"

#include <stdlib.h>
#include <string.h>

/* A filter at work: what is made for it, and thrown away after it. */

enum {
	SCRATCH_MAX = 64 << 20,        /* texts and geometries computed of one row */
	KEPT_MAX = 64 << 20,           /* geometries of the filter */
	COVER_MAX = 4 << 20,           /* of these geometries, drawn */
	BY_CODE_MAX = 16 * 1024 * 1024 /* verdicts on texts, all together */
};

static uint32_t highest(const struct mm_filter *f)
{
	uint32_t most = f->node_no;

	for (size_t i = 0; i < f->child_count; i++) {
		const uint32_t n = highest(f->child[i]);

		most = n > most ? n : most;
	}
	return most;
}

/* Verdicts on texts are kept while there is room; without they are found anew for each row. */
static void make_room(struct mm_filter_run *run, const struct mm_filter *f, size_t *left)
{
	if (f->of_text) {
		const size_t n = mm_layer_text_count(run->layer, f->of_text->field);

		if (n && n <= *left) {
			run->note[f->node_no].by_code = calloc(n, 1);
			*left -= n;
		}
		return;
	}
	for (size_t i = 0; i < f->child_count; i++)
		make_room(run, f->child[i], left);
}

enum mm_code mm_filter_run_new(const struct mm_filter *f, const struct mm_layer *l,
			       const struct mm_filter_crs *crs, struct mm_kit *kit,
			       struct mm_filter_run **ret, struct mm_err *reterr)
{
	struct mm_filter_run *run = calloc(1, sizeof(*run));
	size_t left = BY_CODE_MAX;
	enum mm_code rc;

	if (!run)
		return mm_fail_nomem(reterr);
	run->filter = f;
	run->layer = l;
	run->topo = kit->topo;
	run->cover_left = COVER_MAX;
	run->note_count = (size_t)highest(f) + 1;
	run->note = calloc(run->note_count, sizeof(*run->note));
	mm_arena_init(&run->scratch, SCRATCH_MAX);
	mm_arena_init(&run->kept, KEPT_MAX);
	run->now_ms = mm_clock_utc_ms();
	run->deadline_ns = crs ? crs->deadline_ns : 0;
	mm_topo_limit(run->topo, run->deadline_ns);
	rc = run->note ? mm_filter_systems_begin(run, crs, kit, reterr) : mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_filter_ids_begin(run, f, reterr);
	if (!rc)
		rc = mm_filter_near_begin(run, f, crs, kit, reterr);
	if (!rc)
		rc = mm_filter_space_begin(run, crs, kit, reterr);
	if (rc) {
		mm_filter_run_free(run);
		return rc;
	}
	make_room(run, f, &left);
	rc = mm_filter_batch_begin(run, reterr);
	if (rc)
		mm_filter_run_free(run);
	else
		*ret = run;
	return rc;
}

void mm_filter_run_free(struct mm_filter_run *run)
{
	if (!run)
		return;
	for (size_t i = 0; run->note && i < run->note_count; i++) {
		free(run->note[i].by_code);
		free(run->note[i].row);
		(void)mm_near_free(run->note[i].near);
		mm_topo_shape_free(run->topo, run->note[i].shape);
	}
	free(run->note);
	mm_topo_limit(run->topo, 0);
	mm_arena_release(&run->scratch);
	mm_arena_release(&run->kept);
	free(run);
}

bool mm_filter_run_box(const struct mm_filter_run *run, struct mm_box *ret)
{
	if (run->has_box)
		*ret = run->box_deg;
	return run->has_box;
}

const struct mm_box *mm_filter_run_part_boxes(const struct mm_filter_run *run, size_t *ret_count)
{
	*ret_count = run->part_box_count;
	return run->part_box;
}

const struct mm_filter *mm_filter_run_boxed(const struct mm_filter_run *run)
{
	return run->boxed;
}

uint64_t mm_filter_run_others(const struct mm_filter_run *run)
{
	return run ? run->others : 0;
}

bool mm_filter_is_late(struct mm_filter_run *run)
{
	run->is_late = run->is_late || mm_topo_is_late(run->topo) || mm_stop_is_due(run->deadline_ns);
	return run->is_late;
}

bool mm_filter_run_is_late(const struct mm_filter_run *run)
{
	return run->is_late || mm_topo_is_late(run->topo);
}

void mm_filter_sweep(struct mm_filter_run *run)
{
	if (!run->scratch.used)
		return;
	mm_arena_release(&run->scratch);
	mm_arena_init(&run->scratch, SCRATCH_MAX);
}

bool mm_filter_run_test(struct mm_filter_run *run, uint32_t row)
{
	const bool matches = mm_filter_test(run, run->filter, row) == MM_TRUE;

	mm_filter_sweep(run);
	return matches;
}
