#include "base/sort.h"
#include "print/plot/plot_private.h"

#include <math.h>
#include <string.h>

/* A double as a number that sorts as it does. */
static uint64_t sortable(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits >> 63 ? ~bits : bits | 1ull << 63;
}

enum mm_code mm_plot_order(struct mm_plot *m, const struct mm_style_layer *l, const struct mm_plot_source *s,
			   enum mm_style_property key, struct mm_arena *mem, const struct mm_keyed **ret,
			   struct mm_err *reterr)
{
	struct mm_keyed *order, *spare;
	struct mm_plot_eye eye;
	size_t n = 0;

	*ret = NULL;
	if (!mm_style_has(l, key) || s->feature_count == 0)
		return MM_OK;
	order = mm_arena_array(mem, s->feature_count, sizeof(*order));
	spare = mm_arena_array(mem, s->feature_count, sizeof(*spare));
	if (!order || !spare)
		return mm_fail_nomem(reterr);
	mm_plot_eye_open(&eye, m, s);
	for (size_t i = 0; i < s->feature_count; i++) {
		double v = 0;

		if (mm_plot_eye_look(&eye, l, &s->feature[i]))
			v = mm_style_number(l, key, &eye.context);
		order[n++] = (struct mm_keyed){.key = sortable(isnan(v) ? 0 : v), .value = i};
	}
	mm_sort_keyed(order, spare, n);
	*ret = order;
	return MM_OK;
}
