#ifndef MM_TOWN_TOWN_H
#define MM_TOWN_TOWN_H

#include <stdint.h>

#include "streets.h"

enum mm_purpose { MM_MKD, MM_IZHS, MM_PUBLIC, MM_INDUSTRIAL, MM_OTHER, MM_PURPOSES };

/* What a public building or a parcel serves; MM_SITE_NONE for all other buildings. */
enum mm_site_kind {
	MM_SITE_NONE,
	MM_SITE_SCHOOL,
	MM_SITE_KINDERGARTEN,
	MM_SITE_CLINIC,
	MM_SITE_FIRE,
	MM_SITE_POLICE,
	MM_SITE_SPORT,
	MM_SITE_CULTURE,
	MM_SITE_KINDS
};

struct mm_building {
	struct mm_path ring;
	struct mm_rect box;
	enum mm_purpose purpose;
	int floors, year, flats, residents;
	const char *wall;
	int sheet, col, row, quarter;
	int serial; /* number within the quarter, from 1 */
	int chain;  /* its street, -1 when none is near */
	double chain_m;
	bool left;
	char number[16];  /* house number, "" for sheds and garages */
	int site;         /* index in town->site, -1 */
	uint64_t rank;    /* surplus of a purpose goes by this */
	bool kept, fixed; /* fixed: never thinned out */
};

/* A school, clinic ... with its parcel. */
struct mm_site {
	enum mm_site_kind kind;
	int no; /* number within the kind, from 1 */
	struct mm_rect parcel;
	int building;
};

struct mm_town {
	struct mm_streets *streets;
	struct mm_building *building;
	int buildings, building_cap;
	int kept[MM_PURPOSES];
	struct mm_site *site;
	int sites, site_cap;
	struct mm_rect *taken; /* ground that is given away: buildings and parcels */
	int takens, taken_cap;
	struct mm_bins *taken_near;
};

struct mm_town *mm_town_build(void);
struct mm_town *mm_town_free(struct mm_town *town);

/* Number of quarter 1..180 of a cell of the plan. */
int mm_quarter_number(int sheet, int col, int row);

/* True when nothing stands within gap_m of the rectangle, no street, rail or water is too near. */
bool mm_ground_free(const struct mm_town *town, const struct mm_rect *r, double gap_m, bool tight);
void mm_ground_take(struct mm_town *town, const struct mm_rect *r);

/* What to put up, and how far from its neighbours. shape: r box, l corner, u open court, t with a wing. */
struct mm_wish {
	int sheet, col, row;
	enum mm_purpose purpose;
	int floors;
	char shape;
	double gap_m;
	bool tight;
};

/* Puts up a building if the ground is free; -1 when it is not. */
int mm_building_place(struct mm_town *town, const struct mm_wish *wish, const struct mm_rect *r);

/* The same without asking (inside a parcel taken for it). */
int mm_building_force(struct mm_town *town, const struct mm_wish *wish, const struct mm_rect *r);

/* The steps of mm_town_build, one file each. */
void mm_sites_place(struct mm_town *town);
void mm_blocks_fill(struct mm_town *town, int sheet, int col, int row);
void mm_lots_fill(struct mm_town *town, int sheet, int col, int row);
void mm_works_fill(struct mm_town *town, int sheet, int col, int row);
void mm_buildings_thin(struct mm_town *town);
void mm_residents_settle(struct mm_town *town);
void mm_numbers_give(struct mm_town *town);

#endif
