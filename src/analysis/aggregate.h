#ifndef MM_ANALYSIS_AGGREGATE_H
#define MM_ANALYSIS_AGGREGATE_H

#include "analysis/sum.h"
#include "base/arena.h"
#include "base/err.h"
#include "geo/kit.h"
#include "store/catalog.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Rows of a layer by groups, and functions of each group: counts, sums, averages, least and most of fields
 * and of the lengths and areas of the geometries in metres of the map's own system.
 *
 * Groups are those of equal values of fields, or polygons of another layer. A feature then counts in each
 * polygon that has a part of it (analysis/shares.h), and its numbers are divided by these parts, so that what
 * the groups have, that outside of all polygons among them, adds up to the number to its last digit.
 */
enum mm_function_kind {
	MM_FUNCTION_COUNT,    /* features in the group, or of them those that have a value */
	MM_FUNCTION_DISTINCT, /* different values */
	MM_FUNCTION_SUM,
	MM_FUNCTION_AVG, /* of the whole values of the features in the group; of measures, of their parts */
	MM_FUNCTION_MIN, /* likewise */
	MM_FUNCTION_MAX
};

enum mm_function_of { MM_OF_FEATURE, MM_OF_FIELD, MM_OF_LENGTH, MM_OF_AREA };

struct mm_function {
	const char *name; /* "sum(length)", as in the answer */
	enum mm_function_kind kind;
	enum mm_function_of of;
	size_t field;
};

/* A key of the groups. */
struct mm_group_by {
	const char *name;                /* "stage", "@districts", "@districts.name", as in the answer */
	const struct mm_layer *polygons; /* NULL: a field of the layer itself */
	size_t field;                    /* SIZE_MAX: the id of the polygon */
};

/* An order of the groups. */
struct mm_group_order {
	bool is_function, is_descending;
	size_t index; /* of the function, or of the key */
};

enum {
	MM_FUNCTIONS_MAX = 16,
	MM_GROUP_BY_MAX = 3,
	MM_GROUPS_MAX = 10000,
	MM_GROUP_ORDERS_MAX = 8,
	MM_DISTINCT_MAX = 500000 /* different values of all groups and functions */
};

/* What is asked. */
struct mm_aggregate {
	struct mm_function function[MM_FUNCTIONS_MAX];
	size_t function_count;
	struct mm_group_by by[MM_GROUP_BY_MAX]; /* at most one has polygons */
	size_t by_count;
	struct mm_group_order order[MM_GROUP_ORDERS_MAX];
	size_t order_count;
};

/* True when lengths, areas or polygons are asked for: geometries are brought into the map's system. */
bool mm_aggregate_is_measured(const struct mm_aggregate *a);

/* The other layer, NULL: keys are fields only. */
const struct mm_layer *mm_aggregate_polygons(const struct mm_aggregate *a);

/*
 * Reads "count,sum(length),count(distinct wall)" (aggregate_parse.c). What stands in the brackets is a field,
 * in double quotes if it holds a comma, a bracket or a quote (doubled); "length" and "area" are fields where
 * the layer has one of that name, else measures of the geometry, which "geometry.length" and "geometry.area"
 * always are. NULL: "count".
 *
 * types  bit set of geometry types in the layer (mm_layer_geom_types)
 *
 * MM_E_INVALID  not a function, no such field, or one of a wrong type
 * MM_E_LIMIT    more than MM_FUNCTIONS_MAX
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_functions_parse(const char *text, const struct mm_schema *s, unsigned types,
					    struct mm_arena *mem, struct mm_aggregate *ret,
					    struct mm_err *reterr);

/*
 * Reads "stage,@districts.name": fields, and polygons of another layer by their ids ("@districts") or by a
 * field of theirs. NULL: all is one group.
 *
 * c  has the other layers; NULL: there are none
 *
 * MM_E_INVALID  no such field or layer, a layer without polygons, a field without equality, more than
 *               MM_GROUP_BY_MAX
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_group_by_parse(const char *text, const struct mm_schema *s,
					   const struct mm_catalog *c, struct mm_arena *mem,
					   struct mm_aggregate *ret, struct mm_err *reterr);

/*
 * Reads "-count,stage" once functions and keys are known: their names, each with + or - before it.
 *
 * MM_E_INVALID  not one of them, more than MM_GROUP_ORDERS_MAX
 */
MM_MUST_USE enum mm_code mm_group_order_parse(const char *text, struct mm_aggregate *ret,
					      struct mm_err *reterr);

/* What a function found in a group. */
struct mm_group_cell {
	uint64_t count;    /* values */
	struct mm_sum sum; /* of a measure's least and most: that one */
	uint32_t row;      /* that has the least or most value of a field */
};

struct mm_group {
	uint32_t row;     /* one that has the values of the group's keys; UINT32_MAX: there is none */
	uint32_t polygon; /* one that has the value of the key of polygons; UINT32_MAX: outside */
	uint64_t count;   /* features */
	struct mm_group_cell *cell; /* one a function */
	uint32_t seen_row, slot;    /* while rows are added */
};

struct mm_groups {
	const struct mm_aggregate *ask;
	const struct mm_layer *layer;
	struct mm_group *group; /* in the order asked for; keys ascending, those without a value last */
	size_t count;
	uint64_t contested; /* features with a part that several polygons have, which went to the first */
	uint64_t no_place;  /* features without a geometry, or with none in the map's system */
};

/*
 * Groups rows and applies the functions.
 *
 * definition   of the map's system
 * deadline_ns  monotonic clock; 0: none
 * mem          owns what is returned
 *
 * MM_E_LIMIT  more than MM_GROUPS_MAX groups, or MM_DISTINCT_MAX different values
 * MM_E_BUSY   the deadline has passed
 * MM_E_DATA   a geometry that GEOS cannot divide
 * MM_E_NOMEM
 *
 * Cost: 100 ns a row and function; with polygons 5 us a row, and what GEOS takes for those on borders.
 */
MM_MUST_USE enum mm_code mm_aggregate_run(const struct mm_aggregate *ask, const struct mm_layer *layer,
					  const uint32_t *row, uint32_t row_count, const char *definition,
					  struct mm_kit *kit, int64_t deadline_ns, struct mm_arena *mem,
					  struct mm_groups *ret, struct mm_err *reterr);

/* -1, 0, 1: two values of one field, neither null; texts by their letters, as mm_sort_rows has them. */
int mm_value_compare(const struct mm_value *a, const struct mm_value *b);

/* Puts the groups in order (aggregate_order.c). */
void mm_groups_sort(struct mm_groups *g);

/* A value of the answer. */
struct mm_group_value {
	bool is_null;
	bool is_number; /* `text` is it, as JSON writes numbers; else `value` is */
	char text[MM_AMOUNT_TEXT_MAX];
	struct mm_value value;
	const struct mm_field *field; /* of a key or of a least or most value; NULL: none */
};

/* A key of a group, and what a function found. Of no value a count is 0, all else null. */
void mm_group_key(const struct mm_groups *g, const struct mm_group *group, size_t key,
		  struct mm_group_value *ret);
void mm_group_result(const struct mm_groups *g, const struct mm_group *group, size_t function,
		     struct mm_group_value *ret);

/* True for the group of what no polygon has. */
bool mm_group_is_outside(const struct mm_groups *g, const struct mm_group *group);

#endif
