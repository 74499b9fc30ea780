#ifndef MM_STORE_SCHEMA_H
#define MM_STORE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text in the languages of the house; either may be "". */
struct mm_title {
	const char *ru, *en;
};

/* The text for "ru" or "en", the other when it is empty, else `fallback`. */
const char *mm_title_in(const struct mm_title *t, const char *lang, const char *fallback);

/* One text in every language. */
#define MM_TITLE_OF(text) ((struct mm_title){(text), (text)})

enum mm_type {
	MM_TYPE_BOOL,
	MM_TYPE_INT,      /* int64 */
	MM_TYPE_REAL,     /* double */
	MM_TYPE_TEXT,     /* UTF-8 */
	MM_TYPE_DATE,     /* days since 1970-01-01 */
	MM_TYPE_TIME,     /* milliseconds since midnight */
	MM_TYPE_DATETIME, /* UTC milliseconds and the source's offset in minutes */
	MM_TYPE_JSON,     /* JSON text: lists and nested objects */
	MM_TYPE_COUNT
};

const char *
mm_type_name(enum mm_type t); /* "bool", "integer", "real", "text", "date", "time", "datetime", "json" */

struct mm_code_entry {
	const char *value; /* as text, whatever the type of the field */
	struct mm_title title;
};

struct mm_field {
	const char *name;
	enum mm_type type;
	struct mm_title title;
	struct mm_title unit; /* of its numbers; both "" when it has none */
	bool hidden;          /* never leaves the server: treat it as unknown */
	bool is_summed;       /* a number that is added up and divided: money, people, places */
	unsigned min_zoom;    /* of tiles that have it */
	const struct mm_code_entry *codes;
	size_t code_count;
};

/* Which code of the field's list a value's text of n bytes is; SIZE_MAX: none. */
size_t mm_field_code(const struct mm_field *f, const char *text, size_t n);

struct mm_names {
	const char *const *name;
	size_t count;
};

/* A radius in pixels of a 512 pixel tile, up to a zoom. */
struct mm_zoom_radius {
	unsigned max_zoom, px;
};

/* How a layer is drawn where not all of it can be shown. Fields are named as served. */
struct mm_generalize {
	const char *importance_field;      /* "": by the expression, without one area, or length */
	struct mm_names importance_order;  /* its values, the most important first; none: it is a number */
	const char *importance_expression; /* a number of each row that the builder is given; "": none */
	bool is_coverage;                  /* polygons share their borders */
	unsigned cluster_px;               /* radius in pixels of a 512 pixel tile; 0: not clustered */
	unsigned cluster_zoom;             /* the last zoom with clusters */
	const struct mm_zoom_radius
	    *cluster_radius; /* of lower zooms, ascending; beyond the last, cluster_px */
	size_t cluster_radius_count;
	struct mm_names sum, min, max; /* fields of numbers that clusters have sum, least and most of */
	const char *worst_field;       /* the field whose worst value a cluster has; "": none */
	struct mm_names worst_order;   /* its values, the worst first */
};

/* Rows are ranked by what the layer says, and not by their size. */
static inline bool mm_generalize_has_importance(const struct mm_generalize *g)
{
	return *g->importance_field || *g->importance_expression;
}

/* The radius of a zoom at which the layer is clustered. */
static inline unsigned mm_generalize_cluster_px(const struct mm_generalize *g, unsigned zoom)
{
	for (size_t i = 0; i < g->cluster_radius_count; i++)
		if (zoom <= g->cluster_radius[i].max_zoom)
			return g->cluster_radius[i].px;
	return g->cluster_px;
}

/* How many values a cluster has: sums, least, most, worst, in this order. */
static inline unsigned mm_generalize_values(const struct mm_generalize *g)
{
	return (unsigned)(g->sum.count + g->min.count + g->max.count + (g->worst_order.count > 0));
}

enum { MM_GENERALIZE_NAMES_MAX = 50, MM_CLUSTER_ZOOM_MAX = 16, MM_CLUSTER_PX_MAX = 512 };

/* All that a request needs to know of a layer besides its rows. Lives as long as the layer. */
struct mm_schema {
	const char *id; /* [a-z0-9_-]{1,64} */
	struct mm_title title, description, owner;
	const char *license;
	const char *theme;          /* "" when it has none */
	const char *role;           /* "project", "permit", "camera", "sensor"; "" when it has none */
	const char *crs_code;       /* "EPSG:28407", "MSK48_1", "" */
	const char *crs_uri;        /* "" when it has none */
	const char *crs_name;       /* in words */
	const char *crs_definition; /* for mm_transform_get */
	const char *id_field;       /* "" when ids are the source's feature numbers */
	/* Fields that say from when and until when a feature holds, by plan and in fact; "" when not told. */
	const char *time_begin, *time_end, *time_begin_fact, *time_end_fact;
	const char *style_json;      /* style hint as a JSON object, "{}" when none */
	unsigned min_zoom, max_zoom; /* of tiles, 0..22 */
	struct mm_generalize generalize;
	bool has_text_ids;
	const struct mm_field *field; /* in the source's order; the id field is among them */
	size_t field_count;
};

/* Index of a field by name, hidden ones too; SIZE_MAX when there is none. */
size_t mm_schema_find_any(const struct mm_schema *s, const char *name);

/* Index of a visible field by name; SIZE_MAX when there is none or it is hidden. */
size_t mm_schema_find(const struct mm_schema *s, const char *name);

#endif
