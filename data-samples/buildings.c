#include "town.h"

#include "rng.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool mm_ground_free(const struct mm_town *town, const struct mm_rect *r, double gap_m, bool tight)
{
	const struct mm_bin *bin = mm_bins_at(town->taken_near, r->c);

	for (int i = 0; i < bin->n; i++)
		if (mm_rect_overlap(r, &town->taken[bin->item[i]], gap_m))
			return false;
	return mm_streets_clear(town->streets, r, tight);
}

void mm_ground_take(struct mm_town *town, const struct mm_rect *r)
{
	double reach = hypot(r->hw, r->hh);

	mm_grow(&town->taken, town->takens, &town->taken_cap, sizeof(*town->taken));
	town->taken[town->takens] = *r;
	/* 110 m: more than the half diagonal of the largest thing that asks */
	mm_bins_add(town->taken_near, (struct mm_pt){r->c.x - reach, r->c.y - reach},
		    (struct mm_pt){r->c.x + reach, r->c.y + reach}, 110, town->takens++);
}

/* Outline in the frame of the rectangle, units of its half sizes. */
static void outline(struct mm_building *b, char shape)
{
	static const double box[][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
	static const double corner[][2] = {{-1, -1}, {1, -1}, {1, -0.2}, {-0.2, -0.2}, {-0.2, 1}, {-1, 1}};
	static const double court[][2] = {{-1, -1},     {1, -1},       {1, 1},     {0.45, 1},
					  {0.45, -0.2}, {-0.45, -0.2}, {-0.45, 1}, {-1, 1}};
	static const double wing[][2] = {{-1, -0.3},   {0.2, -0.3}, {0.2, -1}, {0.75, -1},
					 {0.75, -0.3}, {1, -0.3},   {1, 1},    {-1, 1}};
	const double(*p)[2] = shape == 'l' ? corner : shape == 'u' ? court : shape == 't' ? wing : box;
	int n = shape == 'l' ? 6 : shape == 'u' || shape == 't' ? 8 : 4;

	for (int i = 0; i < n; i++)
		mm_path_add(&b->ring,
			    mm_pt_move(b->box.c, b->box.u, p[i][0] * b->box.hw, p[i][1] * b->box.hh));
}

int mm_building_force(struct mm_town *town, const struct mm_wish *wish, const struct mm_rect *r)
{
	struct mm_building *b;

	mm_grow(&town->building, town->buildings, &town->building_cap, sizeof(*town->building));
	b = &town->building[town->buildings];
	*b = (struct mm_building){
	    .box = *r, .purpose = wish->purpose, .floors = wish->floors, .site = -1, .chain = -1};
	b->sheet = wish->sheet;
	b->col = wish->col;
	b->row = wish->row;
	b->quarter = mm_quarter_number(wish->sheet, wish->col, wish->row);
	b->rank = mm_rng_rank("building", (uint64_t)town->buildings);
	outline(b, wish->shape);
	mm_ground_take(town, r);
	return town->buildings++;
}

int mm_building_place(struct mm_town *town, const struct mm_wish *wish, const struct mm_rect *r)
{
	return mm_ground_free(town, r, wish->gap_m, wish->tight) ? mm_building_force(town, wish, r) : -1;
}

static int by_rank(const void *a, const void *b, void *town)
{
	const struct mm_building *all = ((const struct mm_town *)town)->building;
	uint64_t x = all[*(const int *)a].rank, y = all[*(const int *)b].rank;

	return x != y ? (x > y ? 1 : -1) : *(const int *)a - *(const int *)b;
}

/* Keeps exactly `wanted` of one purpose: the fixed ones, then those of the lowest rank. */
static void thin(struct mm_town *town, int purpose, int wanted)
{
	static const char *const word[MM_PURPOSES] = {"mkd", "izhs", "public", "industrial", "other"};
	int *pick = malloc((size_t)town->buildings * sizeof(*pick)), n = 0, fixed = 0;

	if (!pick)
		abort();
	for (int i = 0; i < town->buildings; i++) {
		if ((int)town->building[i].purpose != purpose)
			continue;
		pick[n++] = i;
		fixed += town->building[i].fixed;
		if (town->building[i].fixed)
			town->building[i].rank = 0;
	}
	printf("  %-12s %6d candidates for %d, %d of them fixed\n", word[purpose], n, wanted, fixed);
	if (n < wanted || fixed > wanted) {
		fprintf(stderr, "make-town: the plan has room for %d buildings \"%s\", %d wanted\n", n,
			word[purpose], wanted);
		exit(1);
	}
	qsort_r(pick, (size_t)n, sizeof(*pick), by_rank, town);
	for (int i = 0; i < wanted; i++)
		town->building[pick[i]].kept = true;
	town->kept[purpose] = wanted;
	free(pick);
}

/* Year and walls follow the purpose and the height, as in any Russian town. */
static void age(struct mm_building *b, uint64_t i)
{
	struct mm_rng rng = mm_rng_seed("building-age", i);
	double u = mm_rng_unit(&rng);
	bool old = b->purpose == MM_MKD && b->floors <= 4;

	b->year = b->floors >= 9   ? mm_rng_int(&rng, 1978, 2024)
		  : b->floors >= 5 ? mm_rng_int(&rng, 1961, 1989)
		  : old            ? mm_rng_int(&rng, 1936, 1962)
				   : mm_rng_int(&rng, 1948, 2024);
	if (b->purpose == MM_IZHS)
		b->wall = u < 0.45 ? "дерево" : u < 0.9 ? "кирпич" : "иное";
	else if (b->purpose == MM_MKD)
		b->wall = b->floors >= 5 ? (u < 0.7                     ? "панель"
					    : u < 0.9 || b->year < 2000 ? "кирпич"
									: "монолит")
					 : "кирпич";
	else
		b->wall = u < 0.6 ? "кирпич" : u < 0.85 ? "панель" : "иное";
}

void mm_buildings_thin(struct mm_town *town)
{
	int serial[MM_SPEC_QUARTERS + 1] = {0};

	thin(town, MM_MKD, MM_SPEC_MKD);
	thin(town, MM_IZHS, MM_SPEC_IZHS);
	thin(town, MM_PUBLIC, MM_SPEC_PUBLIC);
	thin(town, MM_INDUSTRIAL, MM_SPEC_INDUSTRIAL);
	thin(town, MM_OTHER, MM_SPEC_OTHER);
	for (int i = 0; i < town->buildings; i++) {
		struct mm_building *b = &town->building[i];

		age(b, (uint64_t)i);
		if (b->kept)
			b->serial = ++serial[b->quarter];
	}
}

/* Flats by volume; residents follow the flats and are then evened out to the census figure. */
void mm_residents_settle(struct mm_town *town)
{
	int sum = 0, at = 0;

	for (int i = 0; i < town->buildings; i++) {
		struct mm_building *b = &town->building[i];
		struct mm_rng rng = mm_rng_seed("residents", (uint64_t)i);
		double area = fabs(mm_path_area(&b->ring));

		if (!b->kept || (b->purpose != MM_MKD && b->purpose != MM_IZHS))
			continue;
		b->flats = b->purpose == MM_IZHS ? 1 : (int)fmax(4, floor(area * b->floors * 0.74 / 62));
		b->residents = b->purpose == MM_IZHS ? mm_rng_int(&rng, 1, 4)
						     : (int)lround(b->flats * mm_rng_span(&rng, 1.48, 1.88));
		sum += b->residents;
	}
	printf("  residents    %6d before evening out to %d\n", sum, MM_SPEC_RESIDENTS);
	for (; sum != MM_SPEC_RESIDENTS; at = (at + 1) % town->buildings) {
		struct mm_building *b = &town->building[at];
		int step = sum < MM_SPEC_RESIDENTS ? 1 : -1;

		if (!b->kept || b->purpose != MM_MKD || b->residents + step < b->flats / 2)
			continue;
		b->residents += step;
		sum += step;
	}
}
