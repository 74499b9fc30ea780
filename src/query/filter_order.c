#include "query/filter_function.h"
#include "query/filter_private.h"

/* In which order the conditions of a chain are tested. */

/* About what a test costs, with one comparison of numbers as the measure. */
static unsigned cost(const struct mm_filter *f)
{
	unsigned sum = 1;

	if (f->of_text) /* its verdicts are looked up */
		return 2;
	if (mm_filter_is_spatial(f->op))
		sum = 100;
	else if (f->op == MM_FILTER_FUNCTION && f->function->arg[0].title &&
		 f->function->arg[0].kind == MM_KIND_GEOMETRY && !f->is_constant)
		sum = 200;
	else if (f->op == MM_FILTER_CASEI || f->op == MM_FILTER_ACCENTI || f->op == MM_FILTER_LIKE ||
		 f->op == MM_FILTER_FUNCTION)
		sum = 10;
	for (size_t i = 0; i < f->child_count; i++)
		sum += cost(f->child[i]);
	return sum;
}

/* The cheapest first: three-valued AND and OR give the same in any order. */
static void order_chain(struct mm_filter *f)
{
	for (size_t i = 1; i < f->child_count; i++) {
		struct mm_filter *one = f->child[i];
		const unsigned its = cost(one);
		size_t at = i;

		for (; at && cost(f->child[at - 1]) > its; at--)
			f->child[at] = f->child[at - 1];
		f->child[at] = one;
	}
}

void mm_filter_order(struct mm_filter *f)
{
	for (size_t i = 0; i < f->child_count; i++)
		mm_filter_order(f->child[i]);
	if (f->op == MM_FILTER_AND || f->op == MM_FILTER_OR)
		order_chain(f);
}
