#ifndef MM_STYLE_EXPR_NODE_H
#define MM_STYLE_EXPR_NODE_H

/* Private to style/expression: the tree. */

#include "style/expression/expr.h"

enum mm_expr_op {
	OP_LITERAL,
	OP_LIST, /* "semiliteral" */
	OP_LET,  /* args: the bound expressions, the result */
	OP_VAR,
	OP_ASSERT,
	OP_COERCE,
	OP_AT,
	OP_IN,
	OP_INDEX_OF,
	OP_SLICE,
	OP_LENGTH,
	OP_CASE,  /* args: condition, output, ..., otherwise */
	OP_MATCH, /* args: input, outputs, otherwise */
	OP_COALESCE,
	OP_STEP, /* args: input, outputs */
	OP_INTERPOLATE,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_GT,
	OP_LE,
	OP_GE,
	OP_COLLATOR,      /* args: case, accents, locale or NULL */
	OP_FORMAT,        /* args: five a section, all but the first may be NULL */
	OP_NUMBER_FORMAT, /* args: number, then NULL or locale, currency, unit, least and most digits */
	OP_IMAGE,
	OP_GLOBAL_STATE,
	OP_WITHIN,
	OP_DISTANCE,
	/* calls: see call.c */
	OP_ERROR,
	OP_TYPEOF,
	OP_TO_RGBA,
	OP_RGBA,
	OP_GET,
	OP_HAS,
	OP_GET_MEMBER,
	OP_HAS_MEMBER,
	OP_FEATURE_STATE,
	OP_PROPERTIES,
	OP_GEOMETRY_TYPE,
	OP_ID,
	OP_ZOOM,
	OP_HEATMAP_DENSITY,
	OP_ELEVATION,
	OP_LINE_PROGRESS,
	OP_ACCUMULATED,
	OP_ADD,
	OP_MULTIPLY,
	OP_SUBTRACT,
	OP_NEGATE,
	OP_DIVIDE,
	OP_MODULO,
	OP_POWER,
	OP_LN2,
	OP_PI,
	OP_E,
	OP_SQRT,
	OP_LOG10,
	OP_LN,
	OP_LOG2,
	OP_SIN,
	OP_COS,
	OP_TAN,
	OP_ASIN,
	OP_ACOS,
	OP_ATAN,
	OP_ABS,
	OP_ROUND,
	OP_FLOOR,
	OP_CEIL,
	OP_MIN,
	OP_MAX,
	OP_ALL,
	OP_ANY,
	OP_NOT,
	OP_IS_SUPPORTED_SCRIPT,
	OP_UPCASE,
	OP_DOWNCASE,
	OP_CONCAT,
	OP_SPLIT,
	OP_JOIN,
	OP_RESOLVED_LOCALE,
	/* what legacy filters are made of */
	OP_FILTER_EQ,
	OP_FILTER_LT,
	OP_FILTER_GT,
	OP_FILTER_LE,
	OP_FILTER_GE,
	OP_FILTER_ID_EQ,
	OP_FILTER_ID_LT,
	OP_FILTER_ID_GT,
	OP_FILTER_ID_LE,
	OP_FILTER_ID_GE,
	OP_FILTER_TYPE_EQ,
	OP_FILTER_HAS,
	OP_FILTER_HAS_ID,
	OP_FILTER_TYPE_IN,
	OP_FILTER_ID_IN,
	OP_FILTER_IN
};

/* What an expression depends on, its parts included. */
enum { NEEDS_FEATURE = 1, NEEDS_ZOOM = 2, NEEDS_GEOMETRY = 4, IS_VOLATILE = 8 };

enum { FORMAT_STEP = 5 };

struct mm_expr_curve {
	const double *labels; /* `n`, ascending; the first one of "step" is -infinity */
	uint32_t n;
	enum { CURVE_LINEAR, CURVE_EXPONENTIAL, CURVE_BEZIER } form;
	enum mm_color_space space;
	double control[4]; /* of a curve; [0]: the base of an exponential one */
};

struct mm_expr_label {
	struct mm_style_value value; /* a text or a number; kind null: an empty place */
	uint32_t output;
};

struct mm_expr_match {
	enum mm_style_kind kind;     /* of all labels */
	struct mm_expr_label *table; /* open addressing, `mask` + 1 places */
	uint32_t mask;
	struct mm_style_value *labels; /* in the order they were written */
	uint32_t *starts;              /* where those of each output begin, and the end */
};

/* What "within" and "distance" measure against. */
struct mm_expr_shapes {
	struct mm_expr_geometry *shapes; /* a point, a line or one polygon each, in degrees */
	size_t n, cap;
};

/* Points on the Web Mercator square, 0 to 1, x east, y south. */
void mm_expr_project(const double (*degrees)[2], size_t n, double (*ret)[2]);

/* Is a point in the polygon of these rings? `edge` is the answer for one on the edge. */
bool mm_expr_ring_covers(const double point[static 2], const struct mm_expr_part *rings, size_t n, bool edge);

/* Do two segments cross, so that the ends of each lie on both sides of the other? */
bool mm_expr_segments_cross(const double a[static 2], const double b[static 2], const double c[static 2],
			    const double d[static 2]);

struct mm_expr {
	unsigned char op, needs;
	bool has_looked; /* zoom.c was here */
	bool is_untyped; /* of a comparison: both sides may be anything */
	uint32_t n;      /* args */
	const struct mm_style_type *type;
	struct mm_expr **args;
	const char *key;
	const struct mm_expr *zoom_curve; /* what zoom.c found here or below */
	union {
		struct mm_style_value value; /* OP_LITERAL */
		const struct mm_expr *bound; /* OP_VAR */
		int64_t slot;                /* OP_GET, OP_HAS, OP_FILTER_*: of a name that is constant */
		const struct mm_expr_curve *curve;
		const struct mm_expr_match *match;
		const struct mm_expr_shapes *shapes;
	};
};

/* Evaluation of a part: as mm_expr_eval, within its steps. */
bool mm_expr_run(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);

/* Records why a part failed; false, so that it can be returned. */
bool mm_expr_fails(struct mm_expr_context *c, const struct mm_expr *e, const char *fmt, ...) MM_PRINTF(3, 4);
bool mm_expr_fails_nomem(struct mm_expr_context *c, const struct mm_expr *e);

/* What a value is, in the words of a type: for messages. */
const char *mm_expr_type_of(struct mm_expr_context *c, const struct mm_style_value *v);

/* The groups of operators; each is only called with its own. */
bool mm_expr_run_call(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);
bool mm_expr_run_math(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);
bool mm_expr_run_text(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);
bool mm_expr_run_list(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);
bool mm_expr_run_filter(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);
bool mm_expr_run_coerce(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);
bool mm_expr_run_interpolate(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);
bool mm_expr_run_within(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);
bool mm_expr_run_distance(const struct mm_expr *e, struct mm_expr_context *c, struct mm_style_value *ret);

/* Can [r, g, b] or [r, g, b, a] be a colour? False: recorded why not. */
bool mm_expr_check_rgba(const struct mm_style_value *parts, struct mm_expr_context *c,
			const struct mm_expr *e);

/* The last stop that is not above `v`, 0 when all are. */
uint32_t mm_expr_stop(const struct mm_expr_curve *curve, double v);

/* The output of a label, UINT32_MAX when there is no such label. */
uint32_t mm_expr_match_find(const struct mm_expr_match *m, const struct mm_style_value *v);

#endif
