#include "print/plan/plan.h"

#include <math.h>
#include <stdint.h>

/* A plan to be printed: what is read is within its bounds; what is refused is refused in words. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MM_ARENA_SCOPE(mem, 4 << 20);
	struct mm_print_plan *p = NULL;
	struct mm_err err = {0};

	if (mm_print_plan_read((const char *)data, size, &mem, &p, &err)) {
		MM_CHECK(*err.msg && !p);
		return 0;
	}
	MM_CHECK(p->paper.width_mm >= 50 && p->paper.width_mm <= 2600 && p->paper.height_mm >= 50 &&
		 p->paper.height_mm <= 2600);
	MM_CHECK(p->scale == 0 || (p->scale >= 50 && p->scale <= 5e6));
	MM_CHECK(fabs(p->rotation_deg) <= 360 && p->dpi >= 36 && p->dpi <= 1200);
	MM_CHECK(p->layer_count <= MM_PRINT_PLAN_LAYERS_MAX && p->filter_count <= MM_PRINT_PLAN_LAYERS_MAX);
	MM_CHECK(p->text_count <= MM_PRINT_PLAN_TEXTS_MAX &&
		 p->table.field_count <= MM_PRINT_PLAN_FIELDS_MAX);
	MM_CHECK(p->title && p->subtitle && p->notes && p->access && p->language);
	MM_CHECK(!p->object_layer == !p->object_id && (p->object_layer || !p->has_points));
	MM_CHECK(p->atlas.overlap >= 0 && p->atlas.overlap <= 0.5);
	MM_CHECK(!p->atlas.by || p->output == MM_CANVAS_PDF);
	return 0;
}
