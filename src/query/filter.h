#ifndef MM_QUERY_FILTER_H
#define MM_QUERY_FILTER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "geo/geom.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A filter as a tree, whatever language it was written in (CQL2, OGC 21-065r2): what cql2/cql2_text.c reads,
 * filter_bind.c checks against the fields of a layer, filter_eval.c tests rows with, and filter_text.c
 * writes. Nodes live in the arena of the request.
 */
enum mm_filter_op {
	MM_FILTER_AND,
	MM_FILTER_OR,
	MM_FILTER_NOT,
	MM_FILTER_EQ,
	MM_FILTER_NE,
	MM_FILTER_LT,
	MM_FILTER_GT,
	MM_FILTER_LE,
	MM_FILTER_GE,
	MM_FILTER_LIKE,    /* text, pattern */
	MM_FILTER_BETWEEN, /* value, least, most */
	MM_FILTER_IN,      /* value, then the list */
	MM_FILTER_IS_NULL,
	MM_FILTER_S_INTERSECTS,
	MM_FILTER_S_EQUALS,
	MM_FILTER_S_DISJOINT,
	MM_FILTER_S_TOUCHES,
	MM_FILTER_S_WITHIN,
	MM_FILTER_S_OVERLAPS,
	MM_FILTER_S_CROSSES,
	MM_FILTER_S_CONTAINS,
	MM_FILTER_T_AFTER,
	MM_FILTER_T_BEFORE,
	MM_FILTER_T_CONTAINS,
	MM_FILTER_T_DISJOINT,
	MM_FILTER_T_DURING,
	MM_FILTER_T_EQUALS,
	MM_FILTER_T_FINISHEDBY,
	MM_FILTER_T_FINISHES,
	MM_FILTER_T_INTERSECTS,
	MM_FILTER_T_MEETS,
	MM_FILTER_T_METBY,
	MM_FILTER_T_OVERLAPPEDBY,
	MM_FILTER_T_OVERLAPS,
	MM_FILTER_T_STARTEDBY,
	MM_FILTER_T_STARTS,
	MM_FILTER_A_EQUALS,
	MM_FILTER_A_CONTAINS,
	MM_FILTER_A_CONTAINEDBY,
	MM_FILTER_A_OVERLAPS,
	MM_FILTER_ADD,
	MM_FILTER_SUBTRACT,
	MM_FILTER_MULTIPLY,
	MM_FILTER_DIVIDE,
	MM_FILTER_MODULO,
	MM_FILTER_INT_DIVIDE,
	MM_FILTER_POWER,
	MM_FILTER_CASEI,
	MM_FILTER_ACCENTI,
	MM_FILTER_FUNCTION, /* its name is `text` */
	MM_FILTER_PROPERTY, /* its name is `text` */
	MM_FILTER_TEXT,
	MM_FILTER_INT,
	MM_FILTER_REAL,
	MM_FILTER_BOOL,
	MM_FILTER_DATE,      /* `integer`: days */
	MM_FILTER_TIMESTAMP, /* `integer`: UTC milliseconds */
	MM_FILTER_OPEN,      /* an open end of an interval */
	MM_FILTER_INTERVAL,  /* begin, end */
	MM_FILTER_GEOMETRY,
	MM_FILTER_BBOX, /* four or six numbers */
	MM_FILTER_ARRAY,
	MM_FILTER_IDS, /* the features of these ids: texts */
	MM_FILTER_OP_COUNT
};

struct mm_filter_crs;      /* filter_run.h */
struct mm_filter_function; /* filter_function.h */

struct mm_filter {
	enum mm_filter_op op;
	uint32_t at; /* bytes into the text, for messages */
	uint32_t
	    node_no; /* counted from 0; what is remembered of a node while rows are tested has this number */
	struct mm_filter **child;
	size_t child_count;
	const char *text; /* NUL-terminated */
	size_t text_len;
	bool boolean;
	int64_t integer;
	double real;
	struct mm_geom geom; /* as written; x first */
	double box[6];
	size_t box_count;
	const struct mm_filter_crs *crs; /* GEOMETRY, BBOX: its own system; NULL: that of the filter */
	bool is_loose; /* a value written without a type: a text beside texts, a number beside numbers;
			  CASEI: of what is no text, the value itself; PROPERTY: a layer
			  need not have it, and then IS NULL is true */
	/* filter_bind.c */
	size_t field; /* PROPERTY: of the schema; SIZE_MAX: the geometry */
	const struct mm_filter
	    *of_text; /* a predicate of one text or JSON property alone: that property; else NULL */
	const struct mm_filter_function *function; /* FUNCTION */
	bool is_constant;                          /* no property is in it */
};

enum {
	MM_FILTER_TEXT_MAX = 64 * 1024, /* bytes */
	MM_FILTER_NODES_MAX = 4096,
	MM_FILTER_DEPTH_MAX = 64,
	MM_FILTER_VERTICES_MAX = 20000
};

/* "S_INTERSECTS", "<=", "AND" ... as CQL2 text spells it; "" for leaves. */
const char *mm_filter_op_name(enum mm_filter_op op);

static inline bool mm_filter_is_spatial(enum mm_filter_op op)
{
	return op >= MM_FILTER_S_INTERSECTS && op <= MM_FILTER_S_CONTAINS;
}

static inline bool mm_filter_is_temporal(enum mm_filter_op op)
{
	return op >= MM_FILTER_T_AFTER && op <= MM_FILTER_T_STARTS;
}

static inline bool mm_filter_is_array(enum mm_filter_op op)
{
	return op >= MM_FILTER_A_EQUALS && op <= MM_FILTER_A_OVERLAPS;
}

/*
 * Reads CQL2 text (OGC 21-065r2, clause 8 and its BNF). Strings take '' and \' for a quote, keywords any
 * case; `text = 'x'` and `"text" = 'x'` are the same.
 *
 * mem  owns the tree
 *
 * MM_E_INVALID  not CQL2: the message names the place, counted in characters from 1, and what was expected;
 * or longer, deeper or larger than the limits above MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_cql2_text_parse(const char *text, struct mm_arena *mem, struct mm_filter **ret,
					    struct mm_err *reterr);

/* The same for CQL2 JSON (OGC 21-065r2, clause 9 and its schema); geometries are GeoJSON. Messages name no
 * place. */
MM_MUST_USE enum mm_code mm_cql2_json_parse(const char *text, struct mm_arena *mem, struct mm_filter **ret,
					    struct mm_err *reterr);

/* True when the function of that name is in it; NULL has none. */
bool mm_filter_has_function(const struct mm_filter *f, const char *name);

/* Writes it as CQL2 text in one form: the same tree gives the same text, and the text the same tree. */
void mm_filter_put_text(const struct mm_filter *f, struct mm_buf *out);

#endif
