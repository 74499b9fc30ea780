#include "town.h"

#include "rng.h"

/* Industry: a few big halls, then smaller ones in what is left of the yard. */
static void industry(struct mm_town *town, int sheet, int col, int row)
{
	struct mm_rng rng = mm_rng_seed("industry", (uint64_t)((sheet * 20 + row) * 20 + col));
	static const double least[3] = {55, 26, 10}, most[3] = {110, 50, 22};
	static const int tries[3] = {24, 60, 160};
	struct mm_pt u = mm_plan_along(sheet, col + 0.5, row + 0.5);

	for (int size = 0; size < 3; size++)
		for (int i = 0; i < tries[size]; i++) {
			double a = col + mm_rng_span(&rng, 0.06, 0.94),
			       b = row + mm_rng_span(&rng, 0.06, 0.94);
			double w = mm_rng_span(&rng, least[size], most[size]),
			       h = w * mm_rng_span(&rng, 0.35, 0.6);
			struct mm_wish hall = {sheet, col, row,  MM_INDUSTRIAL, mm_rng_int(&rng, 1, 2),
					       'r',   12,  false};
			struct mm_rect r = mm_rect_new(mm_plan_at(sheet, a, b),
						       mm_rng_unit(&rng) < 0.3 ? mm_pt_turn(u, 90) : u, w, h);

			hall.shape =
			    size < 2 && mm_rng_unit(&rng) < 0.4 ? (mm_rng_unit(&rng) < 0.5 ? 'l' : 't') : 'r';
			(void)mm_building_place(town, &hall, &r);
		}
}

/* Shops by the road and rows of garages behind them. */
static void commerce(struct mm_town *town, int sheet, int col, int row)
{
	struct mm_rng rng = mm_rng_seed("commerce", (uint64_t)((sheet * 20 + row) * 20 + col));
	struct mm_pt u = mm_plan_along(sheet, col + 0.5, row + 0.5);

	for (int i = 0; i < 24; i++) {
		double a = col + mm_rng_span(&rng, 0.08, 0.92), b = row + mm_rng_span(&rng, 0.07, 0.3);
		struct mm_wish shop = {sheet, col, row, MM_PUBLIC, mm_rng_int(&rng, 1, 3), 'r', 14, false};
		struct mm_rect r = mm_rect_new(mm_plan_at(sheet, a, b), u, mm_rng_span(&rng, 24, 52),
					       mm_rng_span(&rng, 18, 36));

		(void)mm_building_place(town, &shop, &r);
	}
	for (double v = 0.38; v < 0.95; v += 0.052)
		for (double m = 0.06; m < 0.9; m += 0.235) {
			double a = col + m + 0.105, b = row + v;
			struct mm_wish garages = {sheet, col, row, MM_OTHER, 1, 'r', 5, true};
			struct mm_rect r = mm_rect_new(mm_plan_at(sheet, a, b), mm_plan_along(sheet, a, b),
						       mm_rng_span(&rng, 44, 64), 6.2);

			(void)mm_building_place(town, &garages, &r);
		}
}

void mm_works_fill(struct mm_town *town, int sheet, int col, int row)
{
	char z = mm_plan_zone(sheet, col, row);

	if (z == 'I')
		industry(town, sheet, col, row);
	if (z == 'K')
		commerce(town, sheet, col, row);
}
