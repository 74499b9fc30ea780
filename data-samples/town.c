#include "town.h"

#include <stdlib.h>

int mm_quarter_number(int sheet, int col, int row)
{
	int number = 0;

	for (int s = 0; s < MM_SHEETS; s++)
		for (int r = 0; r < mm_plan_rows(s); r++)
			for (int c = 0; c < mm_plan_cols(s); c++) {
				bool joined = mm_plan_zone(s, c, r) == 'x' || (s == MM_VILLAGE && c > 0);

				number += !joined;
				if (s == sheet && c == col && r == row)
					return number;
			}
	return 0;
}

struct mm_town *mm_town_build(void)
{
	struct mm_town *town = calloc(1, sizeof(*town));

	if (!town)
		abort();
	town->streets = mm_streets_build();
	town->taken_near = mm_bins_new();
	mm_sites_place(town);
	for (int s = 0; s < MM_SHEETS; s++)
		for (int r = 0; r < mm_plan_rows(s); r++)
			for (int c = 0; c < mm_plan_cols(s); c++) {
				mm_blocks_fill(town, s, c, r);
				mm_lots_fill(town, s, c, r);
				mm_works_fill(town, s, c, r);
			}
	mm_buildings_thin(town);
	mm_residents_settle(town);
	mm_numbers_give(town);
	return town;
}

struct mm_town *mm_town_free(struct mm_town *town)
{
	if (!town)
		return NULL;
	for (int i = 0; i < town->buildings; i++)
		mm_path_free(&town->building[i].ring);
	free(town->building);
	free(town->site);
	free(town->taken);
	town->taken_near = mm_bins_free(town->taken_near);
	town->streets = mm_streets_free(town->streets);
	free(town);
	return NULL;
}
