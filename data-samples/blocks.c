#include "town.h"

#include "rng.h"

#include <math.h>

static struct mm_rng stream(const char *layer, int sheet, int col, int row)
{
	return mm_rng_seed(layer, (uint64_t)((sheet * 20 + row) * 20 + col));
}

static bool in_quarter(const struct mm_path *quarter, const struct mm_rect *r)
{
	struct mm_pt c[4];

	mm_rect_corners(r, c);
	return mm_path_inside(quarter, c[0]) && mm_path_inside(quarter, c[1]) &&
	       mm_path_inside(quarter, c[2]) && mm_path_inside(quarter, c[3]);
}

/* What stands along the edge of a block. */
struct perimeter {
	double a0, b0, a1, b1; /* sides as places on the sheet */
	double inset_m, depth_m, long_min_m, long_max_m, gap_min_m, gap_max_m;
	int floors_min, floors_max;
	bool whole; /* no house may be thinned out of it */
};

/* One side of a block, walked from one corner to the other. */
static void side(struct mm_town *town, const struct mm_wish *base, const struct perimeter *p,
		 struct mm_rng *rng, const double from[2], const double to[2])
{
	struct mm_pt a = mm_plan_at(base->sheet, from[0], from[1]), b = mm_plan_at(base->sheet, to[0], to[1]);
	struct mm_pt mid = mm_plan_at(base->sheet, (p->a0 + p->a1) / 2, (p->b0 + p->b1) / 2);
	double len = mm_pt_dist(a, b), at = p->inset_m + mm_rng_span(rng, 0, 5);

	while (at < len - p->inset_m - p->long_min_m) {
		double w = fmin(mm_rng_span(rng, p->long_min_m, p->long_max_m), len - p->inset_m - at);
		double t = (at + w / 2) / len;
		double pa = from[0] + (to[0] - from[0]) * t, pb = from[1] + (to[1] - from[1]) * t;
		bool along = from[1] == to[1];
		struct mm_pt u =
		    along ? mm_plan_along(base->sheet, pa, pb) : mm_plan_down(base->sheet, pa, pb);
		struct mm_pt c = mm_plan_at(base->sheet, pa, pb);
		double in = (mid.x - c.x) * -u.y + (mid.y - c.y) * u.x > 0 ? 1 : -1;
		struct mm_wish wish = *base;
		double depth = p->depth_m + mm_rng_span(rng, -1.5, 1.5);

		wish.floors = mm_rng_int(rng, p->floors_min, p->floors_max);
		wish.shape = w > 30 && mm_rng_unit(rng) < 0.25 ? 't' : 'r';
		if (mm_rng_unit(rng) < 0.17 && base->purpose == MM_MKD) {
			wish.purpose = MM_PUBLIC;
			wish.floors = mm_rng_int(rng, 1, 3);
		}
		struct mm_rect r = mm_rect_new(mm_pt_move(c, u, 0, in * (p->inset_m + depth / 2)),
					       in > 0 ? (struct mm_pt){-u.x, -u.y} : u, w, depth);
		int placed = mm_building_place(town, &wish, &r);

		if (placed >= 0)
			town->building[placed].fixed = p->whole;
		at += placed >= 0 ? w + mm_rng_span(rng, p->gap_min_m, p->gap_max_m) : 7;
	}
}

static void perimeter(struct mm_town *town, const struct mm_wish *base, const struct perimeter *p,
		      struct mm_rng *rng)
{
	const double nw[2] = {p->a0, p->b0}, ne[2] = {p->a1, p->b0}, se[2] = {p->a1, p->b1},
		     sw[2] = {p->a0, p->b1};

	side(town, base, p, rng, nw, ne);
	side(town, base, p, rng, sw, se);
	side(town, base, p, rng, nw, sw);
	side(town, base, p, rng, ne, se);
}

/* Old centre: four blocks a quarter, houses along the streets, yards with sheds and garages inside. */
static void centre(struct mm_town *town, int sheet, int col, int row)
{
	struct mm_rng rng = stream("centre", sheet, col, row);

	for (int k = 0; k < 4; k++) {
		double a = col + (k % 2) * 0.5, b = row + (k / 2) * 0.5;
		struct perimeter p = {a, b, a + 0.5, b + 0.5, 17.5, 13.5, 34, 84, 4, 12, 3, 5, true};
		struct mm_wish wish = {sheet, col, row, MM_MKD, 3, 'r', 3, false};
		struct mm_wish shed = {sheet, col, row, MM_OTHER, 1, 'r', 4, false};

		perimeter(town, &wish, &p, &rng);
		for (int i = 0; i < 3; i++) {
			double pa = a + mm_rng_span(&rng, 0.17, 0.33), pb = b + mm_rng_span(&rng, 0.17, 0.33);
			struct mm_rect r =
			    mm_rect_new(mm_plan_at(sheet, pa, pb), mm_plan_along(sheet, pa, pb),
					mm_rng_span(&rng, 8, 26), mm_rng_span(&rng, 6, 9));

			(void)mm_building_place(town, &shed, &r);
		}
	}
}

/* Post-war quarters: small houses of two and three storeys around green yards. */
static void low(struct mm_town *town, int sheet, int col, int row)
{
	struct mm_rng rng = stream("low", sheet, col, row);

	for (int k = 0; k < 2; k++) {
		double b = row + k * 0.5;
		struct perimeter p = {col, b, col + 1, b + 0.5, 15.5, 12.5, 34, 52, 15, 26, 2, 3, false};
		struct mm_wish wish = {sheet, col, row, MM_MKD, 2, 'r', 9, false};

		perimeter(town, &wish, &p, &rng);
		for (double u = 0.2; u < 0.85; u += 0.17) {
			struct mm_wish inner = wish;
			double pa = col + u + mm_rng_span(&rng, -0.01, 0.01), pb = b + 0.25;
			struct mm_rect r =
			    mm_rect_new(mm_plan_at(sheet, pa, pb), mm_plan_down(sheet, pa, pb), 24, 12.5);

			inner.gap_m = 12;
			inner.floors = mm_rng_int(&rng, 2, 3);
			if (mm_rng_unit(&rng) < 0.75) {
				inner.purpose = MM_OTHER;
				inner.floors = 1;
				r.hw = mm_rng_span(&rng, 4, 11);
				r.hh = 3;
			}
			(void)mm_building_place(town, &inner, &r);
		}
	}
}

/* Rows of parallel slabs over a quarter, turned as a whole; towers and shops where a slab does not fit. */
static void slabs(struct mm_town *town, int sheet, int col, int row, int floors)
{
	static const double turn[6] = {0, 90, 0, 90, 0, 24};
	struct mm_rng rng = stream("slabs", sheet, col, row);
	struct mm_path quarter = {0};
	struct mm_pt c = mm_plan_at(sheet, col + 0.5, row + 0.5);
	struct mm_pt u = mm_pt_turn(mm_plan_along(sheet, col + 0.5, row + 0.5), turn[mm_rng_int(&rng, 0, 5)]);
	double depth = floors >= 9 ? 13.5 : 12.0, step = floors >= 9 ? 60 : 47,
	       slide = mm_rng_span(&rng, -10, 10);

	mm_plan_box(sheet, col, row, col + 1, row + 1, &quarter);
	for (double across = -230; across <= 230; across += step) {
		double along = -240 + mm_rng_span(&rng, 0, 30);

		while (along < 240) {
			double w = (int[]){62, 78, 94, 110}[mm_rng_int(&rng, 0, 3)];
			int placed = -1;
			struct mm_wish wish = {sheet, col, row, MM_MKD, floors, 'r', 15, false};
			struct mm_rect r =
			    mm_rect_new(mm_pt_move(c, u, along + w / 2, across + slide), u, w, depth);

			while (w > 30 && (!in_quarter(&quarter, &r) ||
					  (placed = mm_building_place(town, &wish, &r)) < 0)) {
				w -= 16; /* a section less */
				r = mm_rect_new(mm_pt_move(c, u, along + w / 2, across + slide), u, w, depth);
			}
			if (placed >= 0)
				town->building[placed].fixed = true;
			along += placed >= 0 ? w + mm_rng_span(&rng, 15, 22) : 6;
		}
	}
	mm_path_free(&quarter);
}

/* Shops, substations and garages in the gaps of a micro-district. */
static void gaps(struct mm_town *town, int sheet, int col, int row)
{
	struct mm_rng rng = stream("gaps", sheet, col, row);

	for (int i = 0; i < 60; i++) {
		double a = col + mm_rng_span(&rng, 0.05, 0.95), b = row + mm_rng_span(&rng, 0.05, 0.95);
		bool shop = i < 24;
		struct mm_wish wish = {
		    sheet, col, row,  shop ? MM_PUBLIC : MM_OTHER, shop ? mm_rng_int(&rng, 1, 2) : 1,
		    'r',   10,  false};
		struct mm_rect r = mm_rect_new(mm_plan_at(sheet, a, b), mm_plan_along(sheet, a, b),
					       shop ? mm_rng_span(&rng, 18, 34) : mm_rng_span(&rng, 6, 18),
					       shop ? mm_rng_span(&rng, 12, 22) : 6);

		(void)mm_building_place(town, &wish, &r);
	}
}

void mm_blocks_fill(struct mm_town *town, int sheet, int col, int row)
{
	switch (mm_plan_zone(sheet, col, row)) {
	case 'C':
		centre(town, sheet, col, row);
		break;
	case 'L':
		low(town, sheet, col, row);
		break;
	case 'M':
		slabs(town, sheet, col, row, 5);
		gaps(town, sheet, col, row);
		break;
	case 'N':
		slabs(town, sheet, col, row, 9);
		gaps(town, sheet, col, row);
		break;
	default:
		break;
	}
}
