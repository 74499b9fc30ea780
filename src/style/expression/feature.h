#ifndef MM_STYLE_FEATURE_H
#define MM_STYLE_FEATURE_H

#include "style/value/value.h"

/* Lines, rings or single points in degrees: longitude, latitude. */
struct mm_expr_part {
	const double (*at)[2];
	size_t n;
	bool is_hole; /* of the ring before it that is none */
};

struct mm_expr_geometry {
	enum mm_expr_dimension { MM_EXPR_POINTS, MM_EXPR_LINES, MM_EXPR_POLYGONS } dimension;
	const struct mm_expr_part *parts;
	size_t n;
};

enum { MM_EXPR_NO_SLOT = -1 };

/* What expressions ask a feature for. */
struct mm_expr_feature {
	const void *self;          /* for the functions below */
	const char *geometry_type; /* "Point", "LineString", "Polygon"; NULL: none */
	struct mm_style_value id;  /* null: none */

	/* A property; false: there is none of that name. `slot` is its number in mm_expr_names, or
	 * MM_EXPR_NO_SLOT when the name has been computed. The value lives as long as the feature, or in
	 * `mem`. */
	bool (*property)(const struct mm_expr_feature *f, int64_t slot, const char *name, size_t n,
			 struct mm_arena *mem, struct mm_style_value *ret);

	/* All properties as an object; NULL allowed: none. False: no memory. */
	bool (*properties)(const struct mm_expr_feature *f, struct mm_arena *mem, struct mm_style_value *ret);

	/* Where it is; NULL allowed. False: no memory. */
	bool (*geometry)(const struct mm_expr_feature *f, struct mm_arena *mem, struct mm_expr_geometry *ret);
};

/* All that an evaluation knows. Zeroed but for `mem` is a valid one. */
struct mm_expr_context {
	struct mm_arena *mem;
	double zoom, heatmap_density, line_progress, elevation;
	const struct mm_expr_feature *feature; /* NULL: none */
	const struct mm_style_value *state;    /* an object: of the feature in the client; NULL: none */
	const struct mm_style_value *global;   /* an object: "global-state"; NULL: none */

	/* Is there an image of that name? NULL: of none. */
	bool (*has_image)(const void *images, const char *name, size_t n);
	const void *images;

	/* "within" rounds coordinates to a grid that has so many cells to a side of the world, as the client
	 * does (8 192 to a tile of its zoom); 0: not at all. */
	double grid;

	bool wants_words; /* of a failure; they cost time */
	const char *error, *error_key;

	uint32_t steps; /* private */
};

#endif
