#ifndef MM_GEO_MSK_H
#define MM_GEO_MSK_H

#include <stdbool.h>
#include <stddef.h>

/* Russian local systems (МСК): no EPSG codes exist, so the table is ours. Parameters for display, not for
 * cadastral work: the keys belong to Rosreestr. All are transverse Mercator on Krassovsky 1940 with lat_0 =
 * 0, k = 1, and the datum shift of GOST 51794-2008 (EPSG:5044). */
struct mm_msk {
	const char *code;  /* "MSK48_1" */
	const char *title; /* "МСК-48 зона 1 (Липецкая область)" */
	int region, zone;
	double lon_0_deg, x_0_m, y_0_m;
	double west_deg, south_deg, east_deg, north_deg; /* the region, roughly: for plausibility */
};

extern const struct mm_msk mm_msk_table[];
extern const size_t mm_msk_count;

/* By code, "MSK48_1", "МСК-48 зона 1", "МСК48.1" and the like, any case, Latin or Cyrillic letters. NULL:
 * none. */
const struct mm_msk *mm_msk_find(const char *text);

/* Region and zone that such a name states, whether or not the table has them; *ret_zone is 0 when the text
 * names only a region ("МСК-48"). False, outputs untouched: not a name of that kind. */
bool mm_msk_parse_name(const char *text, int *ret_region, int *ret_zone);

/* PROJ string; returns the length, as snprintf. */
int mm_msk_proj_string(const struct mm_msk *m, char *ret, size_t size);

#endif
