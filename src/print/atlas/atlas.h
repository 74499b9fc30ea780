#ifndef MM_PRINT_ATLAS_ATLAS_H
#define MM_PRINT_ATLAS_ATLAS_H

#include "geo/kit.h"
#include "print/plan/plan.h"
#include "print/sheet/ground.h"
#include "print/sheet/lettering.h"
#include "print/sheet/tags.h"
#include "store/catalog.h"

#include <cairo.h>
#include <stdint.h>

/*
 * The sheets of an atlas: what ground each shows. All have the same field of a map on paper; grids and strips
 * have one scale, and each feature the usual scale that holds it, when the plan says none.
 */

struct mm_atlas_sheet {
	struct mm_ground ground;
	const char *title; /* of a feature or a line, "": only a number */
	uint32_t row;      /* of the feature; UINT32_MAX: of none */
	unsigned number;   /* as it is called: from 1, unless the caller counts otherwise */
	/* The sheets that go on where this one ends, by the sides of the paper: their places in the list, and
	 * 1 more; 0: there is none. */
	unsigned neighbour[MM_TAGS];
};

struct mm_atlas {
	struct mm_atlas_sheet *sheet;
	size_t count;         /* 1 to MM_PRINT_PLAN_SHEETS_MAX */
	struct mm_box extent; /* of all their ground, in the plane */
};

/* All borrowed while the atlas is made. */
struct mm_atlas_spec {
	const struct mm_print_plan_atlas *plan;
	const struct mm_catalog *catalog;
	struct mm_kit *kit;
	const char *crs, *lang;     /* of the plane; "ru" or "en" */
	struct mm_paper_box map;    /* the field of the map on each sheet */
	struct mm_box extent;       /* of a grid, in the plane; empty: what its objects take */
	double middle[2];           /* of a grid of so many columns and rows */
	double scale, rotation_deg; /* 0: of features, what holds them; strips turn as their line does */
	int64_t deadline_ns;        /* monotonic clock; 0: none */
};

/*
 * mem             owns what is in *ret
 * MM_E_INVALID    nothing says over what a grid goes; the filter, or a field that is none; the scale leaves
 * no ground between overlaps MM_E_NOT_FOUND  no such layer; nothing matches MM_E_LIMIT      more than
 * MM_PRINT_PLAN_SHEETS_MAX sheets; the message says how many MM_E_BUSY       the deadline has passed
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_atlas_make(const struct mm_atlas_spec *spec, struct mm_arena *mem,
				       struct mm_atlas *ret, struct mm_err *reterr);

/* The outlines of all sheets with their numbers, as the index sheet shows them on its own ground. */
void mm_atlas_draw_index(const struct mm_atlas *a, struct mm_lettering *l, cairo_t *cr,
			 const struct mm_ground *g);

/* The numbers of a sheet's neighbours, for its edges: "лист 4". */
void mm_atlas_say_neighbours(const struct mm_atlas *a, size_t i, const char *lang, mm_tag_text ret[MM_TAGS]);

#endif
