#ifndef MM_PRINT_PLAN_PLAN_H
#define MM_PRINT_PLAN_PLAN_H

#include "base/arena.h"
#include "print/sheet/canvas.h"
#include "print/sheet/form.h"
#include "print/sheet/paper.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A plan to be printed, as people and programs write it down (styles/plans/schema/plan.json):
 *
 *     {"template": "situation", "format": "A3", "orientation": "landscape", "scale": 2000,
 *      "center": [39.1, 52.35], "title": "Ситуационный план", "layers": ["streets", "buildings"],
 *      "filter": {"projects": "stage = 'works'"}, "elements": {"grid": true}}
 *
 * What a plan does not say its template does (styles/plans/ID.json, which has the same members, and title and
 * description in two languages); members of "elements", "texts" and "filter" one by one. Everything is in one
 * arena, and nothing is checked against the layers yet but their names.
 */
enum {
	MM_PRINT_PLAN_BYTES_MAX = 256 << 10,
	MM_PRINT_PLAN_LAYERS_MAX = 1000,
	MM_PRINT_PLAN_TEXTS_MAX = 64,
	MM_PRINT_PLAN_TEXT_BYTES_MAX = 4000,
	MM_PRINT_PLAN_FIELDS_MAX = 8,
	MM_PRINT_PLAN_ROWS_MAX = 2000, /* of a table */
	MM_PRINT_PLAN_SHEETS_MAX = 200
};

struct mm_print_plan_filter {
	const char *layer, *text; /* CQL2 */
};

/* A table of numbered objects. */
struct mm_print_plan_table {
	const char *layer; /* NULL: none */
	const char *field[MM_PRINT_PLAN_FIELDS_MAX];
	size_t field_count;
	const char *title; /* NULL: the layer's */
	bool has_numbers;  /* the objects bear their numbers on the map */
	bool is_optional;  /* of the template: maps without that layer or those fields do without */
};

/* An index of names with the squares of a grid that they lie in. */
struct mm_print_plan_index {
	const char *layer, *field; /* NULL: none */
	bool is_optional;          /* likewise */
};

enum mm_print_plan_atlas_kind {
	MM_PRINT_PLAN_ATLAS_NONE,
	MM_PRINT_PLAN_ATLAS_FEATURES,
	MM_PRINT_PLAN_ATLAS_GRID,
	MM_PRINT_PLAN_ATLAS_STRIP
};

/* Many sheets of one map: of each object of a layer, of the cells of a grid, or along lines of a layer. */
struct mm_print_plan_atlas {
	enum mm_print_plan_atlas_kind by;
	const char
	    *layer; /* of the objects or lines; of a grid: cells where it has none are left out. NULL: none */
	const char *filter;     /* CQL2, of that layer; NULL: all */
	const char *field;      /* whose value is the title of a sheet; NULL: its number is */
	unsigned columns, rows; /* of a grid around the middle of the map; 0: as many as its extent takes */
	double overlap;         /* of neighbours, share of a sheet: 0 to 0.5 */
	bool has_index;         /* a sheet before the others that shows where they lie */
};

struct mm_print_plan {
	const char *template_id; /* NULL: none */
	struct mm_paper paper;
	enum mm_canvas_kind output; /* PDF, SVG or PNG */
	double dpi;                 /* of a PNG */
	const char *language;       /* "ru" or "en" */
	const char *date;           /* when it is printed, "2026-06-15"; NULL: the caller says */

	/* Where: what is given goes before the object's extent, and that before the map's first view. */
	const char *crs; /* of center and extent; NULL: lon/lat */
	bool has_center, has_extent;
	double center[2], extent[4]; /* x or longitude first */
	double scale;                /* 2000 is 1:2000; 0: the usual one that holds the extent */
	bool has_optional_scale; /* it is the template's: smaller where the object or the extent takes it */
	double rotation_deg;
	double field_mm[2];    /* of the map on the sheet; 0: as large as the sheet allows */
	bool has_whole_sheets; /* the middle is that of the square sheet in which the plan's middle lies */

	const char *const *layer; /* NULL: those that the style shows at first */
	size_t layer_count;
	bool has_optional_layers; /* the list is the template's: those that there are none of do not count */
	const struct mm_print_plan_filter *filter;
	size_t filter_count;
	const char *datetime; /* NULL: any time */

	const char *style;      /* an id; NULL: "print" */
	const char *style_json; /* a style document instead; NULL: none */
	size_t style_len;

	const char *title, *subtitle, *notes, *access; /* "": none */
	const struct mm_form_value *text;              /* for the fields of the form */
	size_t text_count;

	const char *object_layer, *object_id; /* what the plan is about; NULL: nothing */
	struct mm_print_plan_table table;
	struct mm_print_plan_index index;
	struct mm_print_plan_atlas atlas;

	bool has_frame, has_grid, has_legend, has_scale_bar, has_north, has_overview, has_qr, has_points;
	bool has_passport; /* what the object's fields say */
	const char *form;  /* of styles/plans/forms, "gost-21.101-3"; NULL: no title block */
};

/* MM_E_LIMIT for JSON that mm_print_plan_read would refuse for its size or depth, before anything is built.
 */
MM_MUST_USE enum mm_code mm_print_plan_check_size(const char *json, size_t n, struct mm_err *reterr);

/*
 * Reads a plan and its template.
 *
 * n               bytes of JSON, at most MM_PRINT_PLAN_BYTES_MAX
 * mem             owns *ret
 * MM_E_INVALID    no JSON, an unknown member, a value that is none of those it may have; `where` names the
 *                 member: "elements.grid"
 * MM_E_NOT_FOUND  there is no such template or form
 * MM_E_LIMIT      too long
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_print_plan_read(const char *json, size_t n, struct mm_arena *mem,
					    struct mm_print_plan **ret, struct mm_err *reterr);

#endif
