#include "town.h"

#include "rng.h"
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a kind of site is built: zones it may lie in, parcel, building. */
struct recipe {
	enum mm_site_kind kind;
	int wanted;
	const char *zones; /* in order of preference, a round of quarters for each */
	double parcel_w, parcel_h, house_w, house_h;
	int floors;
	char shape;
};

static const struct recipe recipes[] = {
    {MM_SITE_SCHOOL, MM_SPEC_SCHOOLS, "MNLCP", 120, 92, 62, 38, 3, 'u'},
    {MM_SITE_KINDERGARTEN, MM_SPEC_KINDERGARTENS, "MNLPC", 64, 52, 38, 22, 2, 't'},
    {MM_SITE_CLINIC, 7, "LMCPN", 60, 48, 40, 20, 3, 'l'},
    {MM_SITE_FIRE, 2, "KL", 58, 46, 34, 18, 2, 'r'},
    {MM_SITE_POLICE, 2, "CL", 46, 36, 30, 15, 3, 'r'},
    {MM_SITE_SPORT, 18, "MNLKGP", 86, 56, 38, 22, 1, 'r'},
    {MM_SITE_CULTURE, 9, "CGLMP", 56, 46, 34, 24, 2, 'u'},
};

static int site_add(struct mm_town *town, const struct recipe *how, int no, const struct mm_wish *wish,
		    struct mm_rect parcel)
{
	struct mm_rect house = mm_rect_new(parcel.c, parcel.u, how->house_w, how->house_h);
	struct mm_site *site;
	int b = mm_building_force(town, wish, &house);

	mm_ground_take(town, &parcel);
	mm_grow(&town->site, town->sites, &town->site_cap, sizeof(*town->site));
	site = &town->site[town->sites];
	*site = (struct mm_site){.kind = how->kind, .no = no, .parcel = parcel, .building = b};
	town->building[b].site = town->sites;
	town->building[b].fixed = true;
	return town->sites++;
}

/* Tries places in one quarter; a site stands square to its streets, well inside. */
static bool try_quarter(struct mm_town *town, const struct recipe *how, int no, int sheet, int col, int row)
{
	struct mm_rng rng =
	    mm_rng_seed("site", (uint64_t)((((int)how->kind * 3 + sheet) * 20 + row) * 20 + col));

	for (int i = 0; i < 40; i++) {
		double a = col + mm_rng_span(&rng, 0.18, 0.82), b = row + mm_rng_span(&rng, 0.18, 0.82);
		struct mm_pt u = mm_plan_along(sheet, a, b);
		struct mm_wish wish = {sheet, col, row, MM_PUBLIC, how->floors, how->shape, 0, false};
		struct mm_rect parcel =
		    mm_rect_new(mm_pt_snap(mm_plan_at(sheet, a, b)), i % 2 ? mm_pt_turn(u, 90) : u,
				how->parcel_w, how->parcel_h);

		if (mm_ground_free(town, &parcel, 16, false)) {
			(void)site_add(town, how, no, &wish, parcel);
			return true;
		}
	}
	return false;
}

/* Private quarters take a site only here and there, the same quarter never two of a kind. */
static bool suits(const struct recipe *how, char zone, int sheet, int col, int row)
{
	uint64_t rank =
	    mm_rng_rank("site-quarter", (uint64_t)((((int)how->kind * 3 + sheet) * 20 + row) * 20 + col));

	if (mm_plan_zone(sheet, col, row) != zone && !(zone == 'P' && mm_plan_zone(sheet, col, row) == 'Q'))
		return false;
	return zone == 'P' ? rank % 4 == 0 : how->kind == MM_SITE_KINDERGARTEN || rank % 5 < 3;
}

static void place_kind(struct mm_town *town, const struct recipe *how)
{
	int no = 0;
	bool used[MM_SHEETS][15][7] = {0};

	for (int round = 0; round < 4; round++)
		for (const char *z = how->zones; *z; z++)
			for (int i = 0; i < 15 * 7 * 2 && no < how->wanted; i++) {
				int k = (i * 83) % (15 * 7 * 2), sheet = k % 2, row = k / 2 / 7,
				    col = k / 2 % 7;
				int per_zone = how->wanted * 2 / 5;

				if (col >= mm_plan_cols(sheet) || used[sheet][row][col] ||
				    !suits(how, *z, sheet, col, row))
					continue;
				if (round == 0 && strchr("MNL", *z) == NULL && per_zone-- < 0)
					continue;
				used[sheet][row][col] = true;
				if (try_quarter(town, how, no + 1, sheet, col, row))
					no++;
			}
	if (no < how->wanted) {
		fprintf(stderr, "make-town: only %d of %d sites of kind %d fit\n", no, how->wanted,
			(int)how->kind);
		exit(1);
	}
}

/* A05: a 9-storey slab close along one side of school 7, which takes away part of the view of its ring. */
static void shade_school(struct mm_town *town, const struct mm_site *school)
{
	static const double length[3] = {78, 62, 46};
	const struct mm_building *b = &town->building[school->building];
	struct mm_wish wish = {b->sheet, b->col, b->row, MM_MKD, 9, 'r', 8, false};

	for (int i = 0; i < 12; i++) {
		struct mm_pt out = mm_pt_turn(school->parcel.u, 90 * (i % 4)), side = mm_pt_turn(out, 90);
		double half = i % 2 ? school->parcel.hh : school->parcel.hw;
		struct mm_rect r = mm_rect_new(mm_pt_move(school->parcel.c, out, half + 10 + 7, 0), side,
					       length[i / 4], 13.5);
		int placed = mm_building_place(town, &wish, &r);

		if (placed >= 0) {
			town->building[placed].fixed = true;
			return;
		}
	}
	fprintf(stderr, "make-town: no room for a block beside school 7\n");
	exit(1);
}

void mm_sites_place(struct mm_town *town)
{
	place_kind(town, &recipes[0]);
	shade_school(town, &town->site[6]);
	for (size_t i = 1; i < sizeof(recipes) / sizeof(recipes[0]); i++)
		place_kind(town, &recipes[i]);
}
