#include "store/cluster_level.h"

#include "base/sort.h"
#include "store/cluster_field.h"
#include "store/generalize.h"

#include <math.h>
#include <stdlib.h>

/* ---- the rows ---- */

/* Those that are wanted and have a place, numbered in their order. */
struct some {
	const struct mm_layer *layer;
	uint64_t *at; /* row << 32 | place */
	uint32_t count;
	struct mm_world_box *box;
	uint32_t *place;
	uint16_t *importance;
	double *value;
};

static void release(struct some *some)
{
	free(some->at);
	free(some->box);
	free(some->place);
	free(some->importance);
	free(some->value);
}

static uint32_t row_of(const struct some *some, uint32_t number)
{
	return (uint32_t)(some->at[number] >> 32);
}

static void geom_of(const void *ctx, uint32_t number, struct mm_world_geom *ret)
{
	const struct some *some = ctx;

	mm_layer_geom_world(some->layer, row_of(some, number), ret);
}

static uint32_t count_bits(const struct mm_layer *l, const unsigned char *only)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i <= mm_layer_count(l) / 8; i++)
		count += (uint32_t)__builtin_popcount(only[i]);
	return count;
}

/* False: out of memory. */
static bool find(struct some *some, const unsigned char *only)
{
	const struct mm_rtree *t = mm_layer_rtree(some->layer);
	const size_t room = (size_t)count_bits(some->layer, only) + 1;

	some->at = malloc(room * 2 * sizeof(*some->at));
	some->box = malloc(room * sizeof(*some->box));
	some->place = malloc(room * sizeof(*some->place));
	some->importance = malloc(room * sizeof(*some->importance));
	if (!some->at || !some->box || !some->place || !some->importance)
		return false;
	for (uint32_t place = 0; place < t->count; place++) {
		const uint32_t row = t->index[place];

		if (only[row / 8] >> row % 8 & 1)
			some->at[some->count++] = (uint64_t)row << 32 | place;
	}
	mm_sort_u64(some->at, some->at + room, some->count);
	for (uint32_t i = 0; i < some->count; i++) {
		some->place[i] = (uint32_t)some->at[i];
		some->box[i] = t->box[some->place[i]];
		some->importance[i] = mm_layer_importance(some->layer, row_of(some, i));
	}
	return true;
}

/* A field's value as clusters fold it; NaN: none. */
static double number_of(const struct mm_layer *l, uint32_t row, const struct mm_cluster_field *f)
{
	struct mm_value v;
	double x = (double)NAN;

	mm_layer_value(l, row, f->field, &v);
	if (v.is_null)
		return x;
	if (f->order->count && v.text) {
		const size_t rank = mm_names_rank(f->order, v.text, v.text_len);

		return rank ? (double)rank : x;
	}
	if (v.type == MM_TYPE_REAL)
		x = v.real;
	else if (v.type == MM_TYPE_INT)
		x = (double)v.integer;
	return isinf(x) ? (double)NAN : x;
}

static bool gather_values(struct some *some, const struct mm_cluster_field *field, unsigned values)
{
	double *v = some->value = malloc(((size_t)some->count * values + 1) * sizeof(*v));

	for (uint32_t i = 0; v && i < some->count; i++)
		for (unsigned k = 0; k < values; k++)
			*v++ = number_of(some->layer, row_of(some, i), &field[k]);
	return some->value;
}

/* ---- the level ---- */

/* Before its parts, those of larger elements first. */
struct head {
	uint32_t zoom, count, values, unused;
};

static void put(struct mm_buf *out, const struct mm_level_made *m, unsigned values)
{
	const struct head head = {m->zoom, m->count, values, 0};

	mm_buf_put(out, &head, sizeof(head));
	mm_buf_put(out, m->value.data, m->value.len);
	mm_buf_put(out, m->tree_box, mm_rtree_box_count(m->count) * sizeof(*m->tree_box));
	mm_buf_put(out, m->tree_index, m->count * sizeof(*m->tree_index));
	mm_buf_put(out, m->place.data, m->place.len);
	mm_buf_put(out, m->members.data, m->members.len);
	mm_buf_put(out, m->start.data, m->start.len);
	mm_buf_put(out, m->bytes.data, m->bytes.len);
}

void mm_cluster_level_open(const unsigned char *bytes, struct mm_level *ret)
{
	const struct head *head = (const struct head *)(const void *)bytes;
	const double *value = (const double *)(const void *)(head + 1);
	const struct mm_world_box *box =
	    (const struct mm_world_box *)(const void *)(value + (size_t)head->count * head->values);
	const uint32_t *index = (const uint32_t *)(const void *)(box + mm_rtree_box_count(head->count)),
		       *place = index + head->count, *members = place + head->count,
		       *start = members + head->count;

	*ret = (struct mm_level){
	    .zoom = head->zoom,
	    .count = head->count,
	    .place = place,
	    .start = start,
	    .bytes = (const unsigned char *)(start + head->count + 1),
	    .tree = {.box = box, .index = index, .count = head->count},
	    .members = members,
	    .value = value,
	    .values = head->values,
	};
}

bool mm_cluster_level_is_there(const struct mm_layer *l, unsigned zoom)
{
	const struct mm_level *v = mm_layer_level(l, zoom);

	return v && v->members;
}

bool mm_cluster_level_takes(const struct mm_layer *l, const unsigned char *only)
{
	return count_bits(l, only) <= MM_CLUSTER_LEVEL_ROWS_MAX;
}

static enum mm_code build(struct some *some, const unsigned char *only, unsigned zoom, int64_t deadline_ns,
			  struct mm_buf *out, struct mm_err *reterr)
{
	struct mm_cluster_field field[MM_CLUSTER_FIELDS_MAX];
	enum mm_cluster_fold fold[MM_CLUSTER_FIELDS_MAX];
	struct mm_level_made made[MM_LEVEL_TOP + 1] = {0};
	struct mm_level_source s = {.geom = geom_of,
				    .ctx = some,
				    .drawn_zoom = -1,
				    .is_clusters_only = true,
				    .deadline_ns = deadline_ns};
	unsigned top = zoom;
	enum mm_code rc;

	mm_cluster_source(mm_layer_schema(some->layer), &s, field, fold);
	if (!find(some, only) || !gather_values(some, field, s.values))
		return mm_fail_nomem(reterr);
	s.rows = some->count;
	s.box = some->box;
	s.place_of = some->place;
	s.importance = some->importance;
	s.value = some->value;
	while (mm_cluster_level_is_there(some->layer, top + 1))
		top++;
	rc = mm_level_build(&s, top, zoom, made, reterr);
	if (!rc)
		put(out, &made[top - zoom], s.values);
	for (unsigned i = 0; i <= top - zoom; i++)
		mm_level_made_release(&made[i]);
	return rc || !out->failed ? rc : mm_fail_nomem(reterr);
}

enum mm_code mm_cluster_level_make(const struct mm_layer *l, const unsigned char *only, unsigned zoom,
				   int64_t deadline_ns, struct mm_buf *out, struct mm_err *reterr)
{
	struct some some = {.layer = l};
	const enum mm_code rc = build(&some, only, zoom, deadline_ns, out, reterr);

	release(&some);
	return rc;
}
