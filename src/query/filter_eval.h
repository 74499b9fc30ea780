#ifndef MM_QUERY_FILTER_EVAL_H
#define MM_QUERY_FILTER_EVAL_H

#include "geo/cover.h"
#include "geo/topo_relate.h"
#include "query/filter_run.h"
#include "query/like.h"

/* Shared by filter_function.c, filter_geom.c, filter_system.c, filter_near.c, filter_array.c, filter_ids.c,
 * filter_run.c, filter_eval.c, filter_value.c, filter_time.c and filter_space.c. */

/* What is kept of a node. */
struct mm_filter_note {
	uint8_t *by_code;            /* of_text: the verdict on each text, + 1; 0: not known yet */
	uint8_t by_null;             /* likewise, on none */
	struct mm_like *like;        /* LIKE: its pattern; NULL: read it each time */
	struct mm_vector *vector;    /* an operand that is computed for many rows at once; NULL: row by row */
	bool is_vectored;            /* a comparison: all its operands are */
	int64_t *list;               /* IN of many whole numbers: these, in order; NULL: it is another list */
	struct mm_filter_part part;  /* a condition of those joined by AND: how it went */
	struct mm_topo_shape *shape; /* a constant geometry; of a measure, its constant operand in the
					system in which it measures; NULL: it is EMPTY */
	struct mm_geom geom;         /* a constant geometry in the layer's system */
	struct mm_cover *cover;      /* of it; NULL: not drawn, or there was no room */
	uint32_t relate_count;       /* rows that have been held against it */
	const struct mm_filter_system *system; /* transform */
	struct mm_near *near;                  /* near_layer */
	uint32_t *row;                         /* of ids: rows that there are, in order */
	size_t row_count;
};

/* A system of coordinates, and the ways to degrees and back; NULL: they are the same. */
struct mm_filter_system {
	const char *definition;
	const struct mm_transform *to_deg, *from_deg;
	double metres_per_unit; /* 0: measures in it mean nothing */
	double square;          /* about 10 km */
};

struct mm_filter_run {
	const struct mm_filter *filter;
	const struct mm_layer *layer;
	struct mm_topo *topo;
	struct mm_filter_note *note; /* by node_no */
	size_t note_count;
	struct mm_arena scratch; /* of the row at hand */
	struct mm_arena kept;    /* as long as the run */
	struct mm_filter_system own,
	    metric;      /* of the layer and of the map; known where functions need them */
	uint64_t others; /* hash of the versions of layers that near_layer asks */
	bool has_near;
	int64_t now_ms;      /* UTC */
	int64_t deadline_ns; /* monotonic; 0: none */
	bool is_late;
	const struct mm_filter *boxed; /* the condition whose box it is */
	bool has_box;
	struct mm_box box_deg;
	size_t vector_count;
	const struct mm_filter **order; /* the conditions joined by AND, the most telling first */
	size_t order_count, batch_count;
	size_t cover_left;             /* bytes that covers may still take */
	const struct mm_box *part_box; /* of each part of what matches are near to; NULL: one part */
	size_t part_box_count;
};

/* True when time is up; then tests say nothing. */
bool mm_filter_is_late(struct mm_filter_run *run);

enum { MM_FALSE = 0, MM_TRUE = 1, MM_UNKNOWN = 2 };

enum mm_val_kind {
	MM_VAL_NULL,
	MM_VAL_BOOL,
	MM_VAL_INT,
	MM_VAL_REAL,
	MM_VAL_TEXT,
	MM_VAL_DATE,
	MM_VAL_TIMESTAMP
};

/* A value of a row or of the filter. */
struct mm_val {
	enum mm_val_kind kind;
	int64_t integer; /* BOOL, INT; DATE: days; TIMESTAMP: UTC milliseconds */
	double real;
	const char *text;
	size_t text_len;
};

/* filter_eval.c: MM_FALSE, MM_TRUE or MM_UNKNOWN. */
int mm_filter_test(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);

/* The same of a comparison or another predicate of values, without a look at what is remembered of texts. */
int mm_filter_test_predicate(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
/* What is computed of one row is no longer needed. */
void mm_filter_sweep(struct mm_filter_run *run);
/* filter_batch.c: decides how each condition is tested for many rows. */
MM_MUST_USE enum mm_code mm_filter_batch_begin(struct mm_filter_run *run, struct mm_err *reterr);
/* The verdicts on up to MM_BATCH rows, as mm_filter_test gives them one by one. */
void mm_filter_test_rows(struct mm_filter_run *run, const struct mm_filter *f, const uint32_t *row, size_t n,
			 uint8_t *ret);

/* filter_value.c */
double mm_filter_calculate(enum mm_filter_op op, double a, double b); /* ADD to POWER */
struct mm_val mm_filter_value(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
double mm_val_number(const struct mm_val *v);                       /* INT, REAL */
int mm_val_compare(const struct mm_val *a, const struct mm_val *b); /* neither is NULL: < 0, 0, > 0 */
bool mm_val_is_like(const struct mm_val *text, const struct mm_val *pattern);

/* filter_time.c */
int mm_filter_test_time(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);

/* filter_ids.c */
int mm_filter_test_ids(const struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
/* Finds the rows of the ids that a filter holds. */
MM_MUST_USE enum mm_code mm_filter_ids_begin(struct mm_filter_run *run, const struct mm_filter *f,
					     struct mm_err *reterr);

/* filter_array.c */
int mm_filter_test_array(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);

/* filter_geom.c: the value of an operand that is a geometry, valid, in the layer's system. */
struct mm_geom mm_filter_geom(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
bool mm_filter_is_geometry(const struct mm_filter *f);
struct mm_geom mm_filter_geom_buffer(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
struct mm_geom mm_filter_geom_centroid(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
struct mm_geom mm_filter_geom_transform(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
struct mm_val mm_filter_value_area(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
struct mm_val mm_filter_value_length(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
struct mm_val mm_filter_value_distance(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
struct mm_val mm_filter_value_within_distance(struct mm_filter_run *run, const struct mm_filter *f,
					      uint32_t row);
/* The operand of a measure in the system in which it is made; false: it is missing. */
bool mm_filter_operand(struct mm_filter_run *run, const struct mm_filter *f, size_t i, uint32_t row,
		       struct mm_geom *ret);
/* Of a measure of two, the operand that is constant; 2: none. */
size_t mm_filter_constant_of(const struct mm_filter *f);

/* filter_system.c: true of a call of a function whose first argument is a geometry. */
bool mm_filter_is_of_geometry(const struct mm_filter *f);
/* The system in which a measure of operands is made: the map's own, or what a transform names. */
const struct mm_filter_system *mm_filter_system_of(const struct mm_filter_run *run,
						   const struct mm_filter *f);
/* Copies the vertices into `mem` and takes them to another system; false: some have no place there, or no
 * memory. */
bool mm_filter_bring(const struct mm_filter_system *from, const struct mm_filter_system *to,
		     struct mm_geom *g, struct mm_arena *mem);
/* Finds the systems that the functions of a filter need. */
MM_MUST_USE enum mm_code mm_filter_systems_begin(struct mm_filter_run *run, const struct mm_filter_crs *crs,
						 struct mm_kit *kit, struct mm_err *reterr);
/* filter_geom.c: computes a function of geometries as far as it is constant; its operands have been. */
MM_MUST_USE enum mm_code mm_filter_geom_begin(struct mm_filter_run *run, const struct mm_filter *f,
					      struct mm_err *reterr);
MM_MUST_USE enum mm_code mm_filter_system_find(struct mm_proj *p, const char *definition,
					       struct mm_filter_system *ret, struct mm_err *reterr);

/* filter_near_layer.c: finds the layers that near_layer names; the systems are known. */
MM_MUST_USE enum mm_code mm_filter_near_begin(struct mm_filter_run *run, const struct mm_filter *f,
					      const struct mm_filter_crs *crs, struct mm_kit *kit,
					      struct mm_err *reterr);
struct mm_val mm_filter_value_near_layer(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
bool mm_filter_is_near_layer(const struct mm_filter *f);
/* As mm_filter_near_parts; of few features. */
void mm_filter_near_layer_parts(struct mm_filter_run *run, const struct mm_filter *f);

/* filter_near.c: how far edges of the layer may leave the boxes of their ends, in metres. */
double mm_filter_bulge(const struct mm_filter_run *run, double lat_deg);

/* filter_near.c: the box in degrees of what is near enough to a constant geometry for a comparison of a
 * distance, or for within_distance, to be true; false: it is none of these. */
bool mm_filter_near_box(struct mm_filter_run *run, const struct mm_filter *f, struct mm_box *ret);
/* Of the condition that gave the box, the boxes of what is near to each part, kept in the run. */
void mm_filter_near_parts(struct mm_filter_run *run, const struct mm_filter *f);
/* The box in degrees of a constant geometry. */
struct mm_box mm_filter_geom_box(const struct mm_filter_run *run, const struct mm_filter *f);

/* filter_space.c */
int mm_filter_test_space(struct mm_filter_run *run, const struct mm_filter *f, uint32_t row);
/* Makes the shapes of the geometries that a filter holds, and its box. */
MM_MUST_USE enum mm_code mm_filter_space_begin(struct mm_filter_run *run, const struct mm_filter_crs *crs,
					       struct mm_kit *kit, struct mm_err *reterr);

#endif
