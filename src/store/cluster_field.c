#include "store/cluster_field.h"

void mm_cluster_source(const struct mm_schema *schema, struct mm_level_source *s,
		       struct mm_cluster_field ret_field[MM_CLUSTER_FIELDS_MAX],
		       enum mm_cluster_fold ret_fold[MM_CLUSTER_FIELDS_MAX])
{
	static const struct mm_names numbers = {0};
	const struct mm_generalize *g = &schema->generalize;
	const struct mm_names worst = {&g->worst_field, g->worst_order.count > 0};
	const struct {
		const struct mm_names *field, *order;
		enum mm_cluster_fold fold;
	} list[] = {{&g->sum, &numbers, MM_CLUSTER_SUM},
		    {&g->min, &numbers, MM_CLUSTER_MIN},
		    {&g->max, &numbers, MM_CLUSTER_MAX},
		    {&worst, &g->worst_order, MM_CLUSTER_MAX}};

	s->is_clustered = true;
	for (unsigned z = 0; z <= MM_LEVEL_TOP; z++)
		s->cluster_px[z] = mm_generalize_cluster_px(g, z);
	s->fold = ret_fold;
	s->values = 0;
	for (size_t k = 0; k < sizeof(list) / sizeof(list[0]); k++)
		for (size_t i = 0; i < list[k].field->count; i++, s->values++) {
			ret_field[s->values] = (struct mm_cluster_field){
			    mm_schema_find_any(schema, list[k].field->name[i]), list[k].order};
			ret_fold[s->values] = list[k].fold;
		}
}
