#include "town.h"

#include "rng.h"

#include <math.h>

/* Where a lot's front is: its place on the sheet, the way its street runs and the way into the lot. */
struct front {
	int sheet, col, row;
	struct mm_pt at, along, inward;
	double front_m;
};

/* A private house on its lot, facing the street, and what stands behind it. */
static void homestead(struct mm_town *town, const struct front *f, struct mm_rng *rng)
{
	double w = mm_rng_span(rng, 8, 12.5), d = mm_rng_span(rng, 8, 11), u1 = mm_rng_unit(rng);
	double back = f->along.x * f->inward.y - f->along.y * f->inward.x > 0 ? 1 : -1;
	double setback = f->front_m + mm_rng_span(rng, 0, 2.5), far = setback + d + mm_rng_span(rng, 5, 12);
	struct mm_pt u = back > 0 ? f->along : (struct mm_pt){-f->along.x, -f->along.y};
	struct mm_wish house = {
	    f->sheet, f->col, f->row, MM_IZHS, u1 < 0.75 ? 1 : 2, u1 < 0.25 ? 'l' : u1 > 0.85 ? 't' : 'r',
	    4,        true};
	struct mm_wish shed = {f->sheet, f->col, f->row, MM_OTHER, 1, 'r', 1.5, true};
	struct mm_rect r = mm_rect_new(mm_pt_move(f->at, u, 0, setback + d / 2), u, w, d);
	struct mm_rect s = mm_rect_new(mm_pt_move(f->at, u, mm_rng_span(rng, -6, 6), far + 2.2), u,
				       mm_rng_span(rng, 4, 8), 4.2);

	if (mm_building_place(town, &house, &r) >= 0 && mm_rng_unit(rng) < 0.14)
		(void)mm_building_place(town, &shed, &s);
}

/* Lots on one side of street line k (0..4) of a private quarter; flip: the streets run north-south. */
static void row_of_lots(struct mm_town *town, int sheet, int col, int row, int k, bool beyond, bool flip)
{
	struct mm_rng rng =
	    mm_rng_seed("lots", (uint64_t)((((sheet * 20 + row) * 20 + col) * 5 + k) * 2 + beyond));
	double len = flip ? mm_plan_height(sheet, col, row) : mm_plan_width(sheet, col, row);
	double lot = mm_rng_span(&rng, 21, 28);

	for (double m = 20 + mm_rng_span(&rng, 0, 6); m < len - 20; m += lot) {
		double a = flip ? col + k / 4.0 : col + m / len, b = flip ? row + m / len : row + k / 4.0;
		struct mm_pt along = mm_plan_along(sheet, a, b), down = mm_plan_down(sheet, a, b);
		struct front f = {sheet,
				  col,
				  row,
				  mm_plan_at(sheet, a, b),
				  flip ? down : along,
				  flip ? along : down,
				  k % 4 ? 9.5 : 13.5};

		if (!beyond)
			f.inward = (struct mm_pt){-f.inward.x, -f.inward.y};
		homestead(town, &f, &rng);
	}
}

/* Both sides of the streets of a private quarter: rows of lots back to back. */
static void private_streets(struct mm_town *town, int sheet, int col, int row)
{
	bool flip = mm_plan_zone(sheet, col, row) == 'Q';

	for (int k = 0; k <= 4; k++) {
		if (k > 0)
			row_of_lots(town, sheet, col, row, k, false, flip);
		if (k < 4)
			row_of_lots(town, sheet, col, row, k, true, flip);
	}
}

/* Houses at the tail of ул. Липовая, beyond the last quarter. */
static void lipovaya_tail(struct mm_town *town)
{
	struct mm_rng rng = mm_rng_seed("lots-tail", 0);

	for (double b = 15.09; b < 15.56; b += 0.07)
		for (int k = -1; k <= 1; k += 2) {
			struct mm_pt c = mm_plan_at(MM_WEST, 2, b), u = mm_plan_down(MM_WEST, 2, b);
			struct mm_wish house = {MM_WEST, k > 0 ? 2 : 1, 14, MM_IZHS, 1, 'r', 4, true};
			struct mm_rect r =
			    mm_rect_new(mm_pt_move(c, u, 0, k * 15.5), u, mm_rng_span(&rng, 8, 12), 9);

			(void)mm_building_place(town, &house, &r);
		}
}

/* Garden plots: small huts in two rows along each drive. */
static void gardens(struct mm_town *town, int sheet, int col, int row)
{
	double width = mm_plan_width(sheet, col, row);

	for (int k = 0; k < 4; k++) {
		struct mm_rng rng =
		    mm_rng_seed("gardens", (uint64_t)(((sheet * 20 + row) * 20 + col) * 4 + k));
		double b = row + (k / 2 + 1) / 3.0, side = k % 2 ? 1 : -1;

		for (double m = 16; m < width - 12; m += mm_rng_span(&rng, 19, 24)) {
			struct mm_wish hut = {sheet, col, row, MM_OTHER, 1, 'r', 4, true};
			double a = col + m / width;
			struct mm_rect r = mm_rect_new(
			    mm_pt_move(mm_plan_at(sheet, a, b), mm_plan_along(sheet, a, b), 0,
				       side * mm_rng_span(&rng, 14, 26)),
			    mm_plan_along(sheet, a, b), mm_rng_span(&rng, 5, 7), mm_rng_span(&rng, 4, 6));

			(void)mm_building_place(town, &hut, &r);
		}
	}
}

void mm_lots_fill(struct mm_town *town, int sheet, int col, int row)
{
	char z = mm_plan_zone(sheet, col, row);

	if (z == 'P' || z == 'Q')
		private_streets(town, sheet, col, row);
	if (z == 'D')
		gardens(town, sheet, col, row);
	if (sheet == MM_WEST && col == 2 && row == 14)
		lipovaya_tail(town);
}
