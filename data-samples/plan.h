#ifndef MM_TOWN_PLAN_H
#define MM_TOWN_PLAN_H

#include "geom.h"

/*
 * The plan of the town: two sheets of quarters, one on each bank of the river, and the village sheet. A place
 * on a sheet is (a, b): a counts quarters from the river outward, b from the north edge southward; whole
 * numbers are the lines of the main grid. The map to metres is smooth, so streets bend with the river and
 * fade to straight lines.
 */
enum mm_sheet { MM_WEST, MM_EAST, MM_VILLAGE, MM_SHEETS };

/* Letters of the zones: see the drawing in plan.c. */
#define MM_ZONES_BUILT "PQMNCLIK"

int mm_plan_cols(int sheet);
int mm_plan_rows(int sheet);

/* Place in local metres; a and b may lie outside the sheet, where the grid goes on straight. Not snapped. */
struct mm_pt mm_plan_at(int sheet, double a, double b);

/* Unit vector along growing a / growing b at a place. */
struct mm_pt mm_plan_along(int sheet, double a, double b);
struct mm_pt mm_plan_down(int sheet, double a, double b);

/* Zone letter of quarter (col, row), ' ' outside the sheet. */
char mm_plan_zone(int sheet, int col, int row);
bool mm_plan_built(int sheet, int col, int row);

/* Size of quarter (col, row) in metres, roughly: along a and along b. */
double mm_plan_width(int sheet, int col, int row);
double mm_plan_height(int sheet, int col, int row);

/* Outline of a box of sheet places, vertices every quarter of a unit so that neighbours share them. */
void mm_plan_box(int sheet, double a0, double b0, double a1, double b1, struct mm_path *ret);

/* Number of district 1..9 of a quarter. */
int mm_plan_district(int sheet, int col, int row);

/* River: centre at the plan's own northing (before the town's turn), half width there, distance to the bank.
 */
struct mm_pt mm_river_at(double plan_y);
double mm_river_half(double plan_y);
double mm_river_dist(struct mm_pt p); /* metres to the water's edge, negative inside */

/* Northing on the plan where row line b of a sheet meets the river. */
double mm_plan_bank_y(int sheet, double b);

#endif
