#ifndef MM_PRINT_SHEET_GROUND_H
#define MM_PRINT_SHEET_GROUND_H

#include "base/err.h"
#include "geo/box.h"
#include "print/sheet/paper.h"

/*
 * Where a piece of ground lies on the sheet. The ground is a plane of metres (the map's own system, x east,
 * y north); the scale holds in that plane, so that 1 000 m are 100 mm at 1:10 000.
 */
struct mm_ground {
	struct mm_paper_box map; /* the field of the map on the sheet */
	double scale;            /* 2 000 for 1:2 000 */
	double rotation_deg; /* by how much the map is turned clockwise: north points that far to the right */
	double x, y;         /* what lies in the middle of the field, metres */
	double mm_per_metre, cos_r, sin_r;
};

/*
 * scale          50 to 5 000 000
 * MM_E_INVALID   scale, rotation or middle out of range, or a field without area; names the field of the plan
 */
MM_MUST_USE enum mm_code mm_ground_init(struct mm_ground *g, const struct mm_paper_box *map, double x,
					double y, double scale, double rotation_deg, struct mm_err *reterr);

/* The smallest of the usual scales (1, 2, 2.5, 4, 5 and 10 times a power of ten) at which `extent` fits into
 * a field; the scale that does so exactly when `is_any`. An extent without size takes 1:500. */
double mm_ground_fit(const struct mm_paper_box *map, const struct mm_box *extent, double rotation_deg,
		     bool is_any);

/* Metres to millimetres of the sheet, and back. */
void mm_ground_to_paper(const struct mm_ground *g, double x, double y, double ret[2]);
void mm_ground_from_paper(const struct mm_ground *g, double x_mm, double y_mm, double ret[2]);

/* What of the ground the field shows, as a box; of a turned map the box around it. `margin_mm` adds to each
 * side. */
struct mm_box mm_ground_box(const struct mm_ground *g, double margin_mm);

#endif
