#ifndef MM_QUERY_FILTER_PRIVATE_H
#define MM_QUERY_FILTER_PRIVATE_H

#include "query/filter.h"

/* Making trees: shared by the parsers. */

struct mm_filter_maker {
	const char *source; /* the text, for places in messages; NULL: messages have none */
	struct mm_arena *mem;
	size_t nodes, vertices;
	size_t vertices_max; /* 0: MM_FILTER_VERTICES_MAX */
	unsigned depth;
	enum mm_code rc; /* the first failure */
	struct mm_err *reterr;
};

/* A node with room for its children; NULL, and the maker has failed: too many, or no memory. */
struct mm_filter *mm_filter_new(struct mm_filter_maker *m, enum mm_filter_op op, size_t at, size_t children);

/* Fails with a place; returns NULL. */
void *mm_filter_fail(struct mm_filter_maker *m, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void *mm_filter_fail_limit(struct mm_filter_maker *m, const char *what, size_t most);
void *mm_filter_fail_nomem(struct mm_filter_maker *m);

/* True when the tree has at most so many levels, its leaves among them. */
bool mm_filter_is_within(const struct mm_filter *f, unsigned levels);

/* filter_order.c: puts what is tested at little cost first in each AND and OR of a bound tree. */
void mm_filter_order(struct mm_filter *f);

/* The operation of a name such as "S_INTERSECTS" or "CASEI", any case; MM_FILTER_OP_COUNT: none. */
enum mm_filter_op mm_filter_op_find(const char *name, size_t n);

/* filter_geometry.c: the types of geometries that are no collection, as GeoJSON spells them and WKT in any
 * case. */
struct mm_filter_geom_type {
	const char *name;
	enum mm_geom_type type;
	enum mm_part_kind kind;
	bool is_multi;
};

enum { MM_FILTER_GEOM_TYPES = 6 };
extern const struct mm_filter_geom_type mm_filter_geom_types[MM_FILTER_GEOM_TYPES];

/* A geometry while it is read, part by part. Begin with {.m = maker}. */
struct mm_filter_shape {
	struct mm_filter_maker *m;
	uint32_t *part, *ring;
	double *xy;
	uint32_t parts, rings, vertices;
	uint32_t part_cap, ring_cap, vertex_cap;
};

/* False: the maker has failed. */
bool mm_filter_shape_part(struct mm_filter_shape *s, enum mm_part_kind kind, uint32_t rings);
bool mm_filter_shape_ring(struct mm_filter_shape *s, uint32_t vertices);
bool mm_filter_shape_vertex(struct mm_filter_shape *s, double x, double y);
struct mm_geom mm_filter_shape_take(const struct mm_filter_shape *s, enum mm_geom_type type);

/* filter.c: of what is written as a function, how many arguments it takes; 0: it is none. */
size_t mm_filter_arity(enum mm_filter_op op);
/* A date or a time as `integer` of a node has it. `op` OPEN: whichever it is, or an open end. NULL: failed.
 */
struct mm_filter *mm_filter_instant(struct mm_filter_maker *m, enum mm_filter_op op, const char *text,
				    size_t n, size_t at);

#endif
