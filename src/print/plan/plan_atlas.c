#include "print/plan/plan_reader.h"

#include <math.h>

enum { SIDE_MAX = 50 };

static const double OVERLAP_MAX = 0.5, OVERLAP = 0.1;

void mm_print_plan_read_index(struct mm_print_plan_reader *r, json_t *elements, struct mm_print_plan *p)
{
	static const char *const known[] = {"layer", "field", NULL};
	json_t *index = json_object_get(elements, "street_index");

	if (!index || json_is_null(index) || json_is_false(index))
		return;
	p->index.layer = "streets";
	p->index.field = "name";
	if (json_is_true(index))
		return;
	if (!json_is_object(index)) {
		(void)mm_print_plan_wrong(
		    r, MM_E_INVALID, "street_index",
		    "write true, false, or {\"layer\": \"streets\", \"field\": \"name\"}");
		return;
	}
	mm_print_plan_enter(r, "street_index", index, known);
	p->index.layer = mm_print_plan_text(r, index, "layer", "streets");
	p->index.field = mm_print_plan_text(r, index, "field", "name");
	mm_print_plan_leave(r);
}

static unsigned read_side(struct mm_print_plan_reader *r, const json_t *atlas, const char *member)
{
	const double n = mm_print_plan_number(r, atlas, member, 1, SIDE_MAX, 0);

	if (n != floor(n))
		(void)mm_print_plan_wrong(r, MM_E_INVALID, member, "write a whole number from 1 to %d",
					  SIDE_MAX);
	return (unsigned)n;
}

void mm_print_plan_read_atlas(struct mm_print_plan_reader *r, json_t *root, struct mm_print_plan *p)
{
	static const char *const known[] = {"by",    "layer",   "filter", "title_field", "overlap",
					    "index", "columns", "rows",   NULL};
	static const char *const ways[] = {"features", "grid", "strip", NULL};
	json_t *atlas = json_object_get(root, "atlas");
	struct mm_print_plan_atlas *a = &p->atlas;

	if (!atlas || json_is_null(atlas) || json_is_false(atlas))
		return;
	if (!json_is_object(atlas)) {
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "atlas",
					  "write {\"by\": \"grid\"}, or false for a single sheet");
		return;
	}
	mm_print_plan_enter(r, "atlas", atlas, known);
	a->layer = mm_print_plan_text(r, atlas, "layer", NULL);
	a->filter = mm_print_plan_text(r, atlas, "filter", NULL);
	a->field = mm_print_plan_text(r, atlas, "title_field", NULL);
	a->overlap = mm_print_plan_number(r, atlas, "overlap", 0, OVERLAP_MAX, OVERLAP);
	a->columns = read_side(r, atlas, "columns");
	a->rows = read_side(r, atlas, "rows");
	a->has_index = mm_print_plan_flag(r, atlas, "index", true);
	if (!mm_print_plan_text(r, atlas, "by", NULL))
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "by", "write one of features, grid, strip");
	a->by = (enum mm_print_plan_atlas_kind)(MM_PRINT_PLAN_ATLAS_FEATURES +
						mm_print_plan_choice(r, atlas, "by", ways, 0));
	if (a->by != MM_PRINT_PLAN_ATLAS_GRID && !a->layer)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "layer",
					  "name the layer whose objects have sheets");
	if (a->by != MM_PRINT_PLAN_ATLAS_FEATURES && !p->scale)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "by", "say at which scale: \"scale\": 2000");
	if ((a->columns > 0) != (a->rows > 0))
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "rows",
					  "give both columns and rows, or none of them");
	mm_print_plan_leave(r);
	if (p->output != MM_CANVAS_PDF)
		(void)mm_print_plan_wrong(r, MM_E_INVALID, "output", "an atlas has many sheets: write pdf");
}
